"""Endless requests for small Python functions, composed of parts, with right programs and telling tests.

Programs are written in one style: explicit loops of simple statements, so that there is something to say of each line.
A held-out problem is a new combination of parts that training knows, and uses names that training does not know.
"""

from __future__ import annotations

import ast
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.problem import Program
from training.lesson import Lesson, is_held_out
from training.program_names import Names
from training.program_testing import skeleton_of, telling_tests
from training.python_parts import Condition, Mapping, condition, identity, mapping
from training.python_results import Aggregation, Finish, aggregation, finish
from training.python_sources import LOCALS, Parameter, Source, source

DIFFICULTIES = {1: 35, 2: 40, 3: 25}
"""The mix of difficulties, in percent. A difficulty is the number of parts beside the source and the aggregation."""

OPEN = 0.5
"""Share of the requests that leave something open, which the test that is shown with them decides."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a problem is composed of."""

    source: Source
    taken: Mapping
    aggregation: Aggregation
    condition: Condition | None = None
    stop: Condition | None = None
    finish: Finish | None = None

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All parameters of the function, in order."""
        optional = [part.parameters for part in (self.condition, self.stop) if part]
        return sum((self.source.parameters, *optional, self.aggregation.parameters), ())

    def others(self) -> Iterator[Parts]:
        """What the same words could mean too."""
        sources = (self.source, *(replace(self.source, loop=loop) for loop in self.source.others))
        aggregations = (self.aggregation, *self.aggregation.others)
        kept, stops, finishes = map(_readings, (self.condition, self.stop, self.finish))
        for parts in itertools.islice(itertools.product(sources, aggregations, kept, stops, finishes), 1, None):
            source, made, condition, stop, finish = parts
            yield Parts(source, self.taken, made, condition, stop, finish)


def _readings(part: Any) -> Iterator[Any]:
    """What a part means, and what else its words could mean."""
    yield part
    if part:
        yield from (replace(part, code=code) for code in part.others)


def lessons(seed: int, held_out: bool) -> Iterator[Lesson]:
    """Requests for functions, without end.

    Args:
        seed: of all chance; equal seeds give equal lessons.
        held_out: whether to give held-out problems, or those for training.
    """
    rng = random.Random(f"python {seed} {held_out}")
    while True:
        difficulty = rng.choices(tuple(DIFFICULTIES), weights=tuple(DIFFICULTIES.values()))[0]
        open_ = rng.random() < OPEN
        while not (lesson := _lesson(rng, held_out, difficulty, open_)):
            pass
        yield lesson


def _lesson(rng: random.Random, held_out: bool, difficulty: int, open_: bool) -> Lesson | None:
    """A lesson, if the one that was drawn is as wanted, belongs to this side and can be tested well."""
    names = Names(rng, held_out, LOCALS)
    parts = _parts(rng, names, difficulty)
    if parts is None or any(parts.others()) != open_:
        return None
    name = names.function()
    code = program(name, parts)
    tree = ast.parse(code)
    skeleton = skeleton_of(tree)
    if is_held_out(skeleton) != held_out:
        return None
    others = [ast.parse(program(name, other)) for other in parts.others()]
    tests = telling_tests(tree, name, lambda n: tuple(p.draw(rng, n) for p in parts.parameters), rng, others)
    if tests is None:
        return None
    problem = TextToPythonProblem(request(rng, name, parts), tests[:1])
    return Lesson(problem, Program(code, "python"), skeleton, difficulty, tests, open=open_)


def _parts(rng: random.Random, names: Names, difficulty: int) -> Parts | None:
    """Draws parts, as many as the difficulty says; None if they do not go together."""
    items = source(rng, names)
    must_map = items.kind in ("pair", "entry")
    budget = difficulty + (1 if must_map else 0)
    taken = mapping(rng, items) if must_map or rng.random() < 0.5 else identity(items)
    budget -= taken.verb != ""
    made = aggregation(rng, names, taken)
    budget -= made.weight
    if made.needs == "count" and taken.code not in items.variables:
        return None
    optional = ["condition", "second", "finish", "stop"]
    rng.shuffle(optional)
    chosen: set[str] = set()
    while budget > 0 and optional:
        option = optional.pop()
        if (option == "second" and "condition" not in chosen) or (option == "stop" and rng.random() < 0.6):
            continue
        chosen.add(option)
        budget -= 1
    if (made.needs and "condition" not in chosen) or budget:
        return None
    held = condition(rng, names, items, 2 if "second" in chosen else 1) if "condition" in chosen else None
    stop = condition(rng, names, items) if "stop" in chosen else None
    last = finish(rng, made.kind) if "finish" in chosen else None
    if ("finish" in chosen and last is None) or (stop and held and stop.code == held.code):
        return None
    if made.needs == "run" and taken.verb:
        return None
    return Parts(items, taken, made, held, stop, last)


def program(name: str, parts: Parts) -> str:
    """The right program, in the one style."""
    made = parts.aggregation
    body = list(made.body)
    if parts.condition:
        body = [f"if {parts.condition.code}:", *_indented(body)]
        if made.otherwise:
            body += ["else:", *_indented(made.otherwise)]
    if parts.stop:
        body = [f"if {parts.stop.code}:", "    break", *body]
    value = parts.finish.code.format(made.value) if parts.finish else made.value
    if parts.finish and parts.finish.code.startswith("{} ") and " " in made.value:
        value = parts.finish.code.format(f"({made.value})")
    lines = [*made.before, parts.source.loop, *_indented([*parts.source.inside, *body]), *made.after, f"return {value}"]
    parameters = ", ".join(parameter.name for parameter in parts.parameters)
    return "\n".join([f"def {name}({parameters}):", *_indented(lines)]) + "\n"


def _indented(lines: list[str] | tuple[str, ...]) -> list[str]:
    return [f"    {line}" for line in lines]


def request(rng: random.Random, name: str, parts: Parts) -> str:
    """The program in words."""
    call = f"{name}({', '.join(parameter.name for parameter in parts.parameters)})"
    start = rng.choice((f"Write a function {call}", f"Write a Python function {call}", f"Define a function {call}"))
    style = rng.choice((_in_sequence, _in_advance, _for_each))
    sentences = [start + style(rng, parts)]
    if parts.stop:
        sentences.append(_stopping(rng, parts))
    if note := rng.choice(parts.aggregation.note):
        sentences.append(note)
    return " ".join(sentences)


def _returned(rng: random.Random, parts: Parts, values: str) -> str:
    words = rng.choice(parts.aggregation.words).format(values)
    return parts.finish.words.format(words) if parts.finish else words


def _kept(parts: Parts, many: bool) -> str:
    """The items with the condition on them."""
    noun = parts.source.plural if many else parts.source.singular
    return f"{noun} {parts.condition.clause(many)}" if parts.condition else noun.rstrip(",")


def _in_sequence(rng: random.Random, parts: Parts) -> str:
    verb = rng.choice(("takes", "goes through", "looks at"))
    gives = rng.choice(("returns", "gives"))
    step = f", {parts.taken.verb}" if parts.taken.verb else ""
    values = rng.choice(("these values", "the results")) if step else "them"
    return f" that {verb} {_kept(parts, True)}{step} and {gives} {_returned(rng, parts, values)}."


def _in_advance(rng: random.Random, parts: Parts) -> str:
    kept = _kept(parts, True)
    returned = _returned(rng, parts, parts.taken.theirs)
    return rng.choice((f". Of {kept}, return {returned}.", f" that, for {kept}, returns {returned}."))


def _for_each(rng: random.Random, parts: Parts) -> str:
    if not parts.taken.its:
        return _in_sequence(rng, parts)
    values = rng.choice(("these values", "these"))
    return f". For each {_kept(parts, False)}, take {parts.taken.its}. Return {_returned(rng, parts, values)}."


def _stopping(rng: random.Random, parts: Parts) -> str:
    assert parts.stop
    clause = parts.stop.clause(many=False)
    return rng.choice(
        (
            f"Stop before the first {parts.source.singular} {clause}.",
            f"It stops at the first {parts.source.singular} {clause}, without using it.",
            f"Nothing from the first {parts.source.singular} {clause} on counts.",
        )
    )

"""How text-to-Python problems make one result of many items, and what may be done with it at last."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

from training.program_names import Names
from training.python_parts import Mapping
from training.python_sources import Parameter, is_vague, small


@dataclass(frozen=True, slots=True)
class Aggregation:
    """One result of many values.

    Attributes:
        before: lines before the loop.
        body: lines for each value.
        after: lines after the loop, before the result is returned.
        value: an expression for the result.
        kind: ``int``, ``bool``, ``text``, ``list``, ``words`` (a list of texts), ``dict`` ``maybe`` (perhaps None),
            or one that allows no finish.
        words: the result in words, with ``{}`` for the values.
        needs: ``condition`` if it makes no sense over all values, ``items`` if over items themselves, or nothing.
        otherwise: lines for values for which the condition does not hold.
        note: a sentence about limit cases.
        weight: how many parts it counts as.
        others: aggregations that the same words could mean too.
    """

    before: tuple[str, ...]
    body: tuple[str, ...]
    value: str
    kind: str
    words: tuple[str, ...]
    after: tuple[str, ...] = ()
    needs: str = ""
    otherwise: tuple[str, ...] = ()
    note: tuple[str, ...] = ("",)
    weight: int = 0
    parameters: tuple[Parameter, ...] = ()
    others: tuple[Aggregation, ...] = ()


@dataclass(frozen=True, slots=True)
class Finish:
    """A change of the result: an expression and words, both with ``{}`` for the result, and the kind that it gives.

    `others` is code that the same words could mean too.
    """

    code: str
    words: str
    kind: str
    others: tuple[str, ...] = ()


def _either(rng: random.Random, one: Aggregation, **changed: Any) -> Aggregation:
    """One of two aggregations that differ in some fields but not in words."""
    meant, other = rng.sample((one, replace(one, **changed)), 2)
    return replace(meant, others=(other,))


def aggregation(rng: random.Random, names: Names, taken: Mapping) -> Aggregation:
    """Draws an aggregation of values of a mapping."""
    x = taken.code
    rows = _of_anything(rng, x) + (_of_numbers(rng, names, x) if taken.kind == "int" else _of_texts(rng, x))
    return rng.choice(rows)


def _item(x: str) -> tuple[tuple[str, ...], str]:
    """A line that names a value which is used twice, if it is not a name already, and the name."""
    return ((), x) if x.isidentifier() else ((f"item = {x}",), "item")


def _of_anything(rng: random.Random, x: str) -> tuple[Aggregation, ...]:
    line, item = _item(x)
    many = "words" if _is_text(x) else "list"
    nothing = (
        "If there are none, return None.",
        "It returns None if there are none.",
        "Without any, the result is None.",
    )
    k = rng.choice((2, 3))
    return (
        Aggregation(("result = []",), (f"result.append({x})",), "result", many, ("a list of {}", "the list of {}")),
        Aggregation(
            ("count = 0",),
            ("count += 1",),
            "count",
            "int",
            ("the number of {}", "how many of {} there are"),
            needs="count",
        ),
        Aggregation((), (f"return {x}",), "None", "maybe", ("the first of {}",), needs="condition", note=nothing),
        Aggregation(("last = None",), (f"last = {x}",), "last", "maybe", ("the last of {}",), note=nothing),
        Aggregation(
            ("result = []",),
            (*line, f"if {item} not in result:", f"    result.append({item})"),
            "result",
            many,
            ("a list of {} without repetitions", "the list of the different values of {}"),
            weight=1,
        ),
        Aggregation(
            ("counts = {}",),
            (*line, f"counts[{item}] = counts.get({item}, 0) + 1"),
            "counts",
            "dict",
            (
                "a dictionary that counts how often each value is among {}",
                "a dictionary with the number of times that each value occurs among {}",
            ),
            weight=1,
        ),
        Aggregation(
            ("result = []",),
            (f"if len(result) < {k}:", f"    result.append({x})"),
            "result",
            many,
            (f"a list of the first {k} of {{}}", f"a list of at most {k} of {{}}, the first ones"),
            weight=1,
        ),
        Aggregation(
            ("run = 0", "best = 0"),
            ("run += 1", "if run > best:", "    best = run"),
            "best",
            "int",
            ("the length of the longest run of {} that follow one another without interruption",),
            needs="run",
            otherwise=("run = 0",),
            weight=2,
        ),
    )


def _is_text(x: str) -> bool:
    return x in ("char", "word", "key") or any(
        part in x for part in (".upper", ".lower", ".swap", ".capital", "[", ' + "-"', "char")
    )


def _of_numbers(rng: random.Random, names: Names, x: str) -> tuple[Aggregation, ...]:
    line, item = _item(x)
    none = rng.choice(("None", "0", "-1"))
    default = (
        f"If there are none, return {none}.",
        f"It returns {none} if there are none.",
        f"Without any, the result is {none}.",
    )
    kind = "maybe" if none == "None" else "int"

    def extreme(operator: str, *words: str) -> Aggregation:
        after = () if none == "None" else ("if best is None:", f"    return {none}")
        body = (*line, f"if best is None or {item} {operator} best:", f"    best = {item}")
        return Aggregation(("best = None",), body, "best", kind, words, after, note=default, weight=1)

    start = names.draw("limits")
    average = Aggregation(
        ("total = 0", "count = 0"),
        (f"total += {x}", "count += 1"),
        "total // count",
        "int" if none != "None" else "maybe",
        ("the average of {}, rounded down", "the mean of {}, rounded down"),
        ("if count == 0:", f"    return {none}"),
        note=default,
        weight=1,
    )
    alternating = Aggregation(
        ("total = 0", "sign = 1"),
        (f"total += sign * {x if ' ' not in x else f'({x})'}", "sign = -sign"),
        "total",
        "int",
        ("the alternating sum of {} (plus the first, minus the second, and so on)",),
        weight=1,
    )
    if is_vague(rng):
        words = ("the average of {}, as a whole number", "the mean of {}, as a whole number")
        average = _either(rng, replace(average, words=words), value="round(total / count)")
        alternating = replace(alternating, words=("the alternating sum of {}", "{} summed up with alternating signs"))
        alternating = _either(rng, alternating, before=("total = 0", "sign = -1"))
    return (
        Aggregation(("total = 0",), (f"total += {x}",), "total", "int", ("the sum of {}", "the total of {}")),
        Aggregation(("total = 0",), (f"total += {x}",), "total", "int", ("the sum of {}", "what {} add up to")),
        Aggregation(
            ("product = 1",),
            (f"product *= {x}",),
            "product",
            "int",
            ("the product of {}",),
            note=("", "If there are none, return 1.", "It returns 1 if there are none."),
        ),
        extreme(">", "the largest of {}", "the greatest of {}", "the maximum of {}"),
        extreme("<", "the smallest of {}", "the least of {}", "the minimum of {}"),
        average,
        Aggregation(
            ("total = 0", "result = []"),
            (f"total += {x}", "result.append(total)"),
            "result",
            "list",
            ("the list of the running totals of {}", "a list of the partial sums of {}"),
            weight=1,
        ),
        alternating,
        Aggregation(
            ("total = 0",),
            (f"total += {x}",),
            "total",
            "int",
            (
                "the sum of {}, minus 1 for each item that is left out",
                "the sum of {}, less 1 for each of the other items",
            ),
            needs="split",
            otherwise=("total -= 1",),
            weight=1,
        ),
        Aggregation(
            ("total = 0", "count = 0"),
            (f"total += {x}", "count += 1"),
            "[total, count]",
            "pair",
            ("a list of two numbers: the sum of {} and how many there are", "a list with the sum and the number of {}"),
            weight=1,
        ),
        Aggregation(
            (f"total = {start}",),
            (f"total += {x}",),
            "total",
            "int",
            (f"the sum of {{}}, added to {start}", f"{start} plus the sum of {{}}"),
            parameters=(Parameter(start, small),),
        ),
        Aggregation(
            ("result = []",),
            (f"result = [{x}] + result",),
            "result",
            "reversed",
            ("a list of {} in reverse order", "a list of {}, the last one first"),
        ),
    )


def _of_texts(rng: random.Random, x: str) -> tuple[Aggregation, ...]:
    line, item = _item(x)
    separator, name = rng.choice((("-", "hyphens"), (",", "commas"), (" ", "single spaces")))

    def extreme(operator: str, *words: str) -> Aggregation:
        body = (*line, f"if best is None or len({item}) {operator} len(best):", f"    best = {item}")
        if is_vague(rng):
            note = "If there are none, return None.", "It returns None if there are none."
            later = (*line, f"if best is None or len({item}) {operator}= len(best):", f"    best = {item}")
            found = Aggregation(("best = None",), body, "best", "maybe", words, note=note, weight=1)
            return _either(rng, found, body=later)
        note = (
            "Of several, it is the first one; of none, None.",
            "The first of equally long ones counts; for none return None.",
        )
        return Aggregation(("best = None",), body, "best", "maybe", words, note=note, weight=1)

    rows = (
        Aggregation(
            ('result = ""',),
            (f"result += {x}",),
            "result",
            "text",
            ("a text of {}, one after the other", "{} joined to one text"),
        ),
        Aggregation(
            ('result = ""',),
            (f"result = {x} + result",),
            "result",
            "reversed",
            ("a text of {} in reverse order", "{} joined to one text, the last one first"),
        ),
        Aggregation(
            ("parts = []",),
            (f"parts.append({x})",),
            f'"{separator}".join(parts)',
            "text",
            (f"a text of {{}}, separated by {name}", f"{{}} joined with {name} between them"),
        ),
    )
    if x in ("char", "word[0]", "word[-1]") or x.startswith("char"):
        return rows
    group = Aggregation(
        ("groups = {}",),
        (
            *line,
            f"size = len({item})",
            "if size not in groups:",
            "    groups[size] = []",
            f"groups[size].append({item})",
        ),
        "groups",
        "dict",
        (
            "a dictionary from each length to the list of {} with that length",
            "a dictionary of lists of {}, grouped by length",
        ),
        weight=2,
    )
    return (*rows, extreme(">", "the longest of {}"), extreme("<", "the shortest of {}"), group)


def finish(rng: random.Random, kind: str) -> Finish | None:
    """Draws a change of a result of a kind, if there is one."""
    rows = _FINISHES.get(kind, ())
    if not rows:
        return None
    code, words, given = rng.choice(rows)
    k = str(rng.randint(2, 9))
    if code in _SORTED and is_vague(rng):
        meant, other = rng.sample(_SORTED, 2)
        return Finish(meant, rng.choice(("{}, sorted", "{}, in order")), given, (other,))
    return Finish(code.replace("#", k), rng.choice(words).replace("#", k), given)


_SORTED = "sorted({})", "sorted({}, reverse=True)"
_LISTS = (
    (_SORTED[0], ("{}, sorted in ascending order", "{}, in ascending order"), "list"),
    (_SORTED[1], ("{}, sorted in descending order", "{}, in descending order"), "list"),
    ("{}[::-1]", ("{}, in reverse order", "{}, backwards"), "list"),
    ("len({})", ("the length of {}",), "int"),
)
_FINISHES: dict[str, tuple[tuple[str, tuple[str, ...], str], ...]] = {
    "int": (
        ("{} % #", ("{}, taken modulo #", "the remainder when {} is divided by #"), "int"),
        ("{} * #", ("# times {}", "{}, multiplied by #"), "int"),
        ("{} + #", ("{}, increased by #", "# more than {}"), "int"),
        ("{} - #", ("{}, decreased by #", "# less than {}"), "int"),
        ("{} > #", ("whether {} is greater than #", "whether {} is more than #"), "bool"),
        ("{} >= #", ("whether {} is at least #", "whether {} is # or more"), "bool"),
        ("{} < #", ("whether {} is less than #", "whether {} is below #"), "bool"),
        ("{} % 2 == 0", ("whether {} is even",), "bool"),
        ("abs({})", ("the absolute value of {}",), "int"),
        ("str({})", ("{}, as a text", "{}, converted to a string"), "text"),
        ("max({}, #)", ("{}, but at least #", "the larger of # and {}"), "int"),
        ("min({}, #)", ("{}, but at most #", "the smaller of # and {}"), "int"),
    ),
    "list": (*_LISTS, ("sum({})", ("the sum of the values in {}",), "int")),
    "words": (*_LISTS, ('"-".join({})', ("{}, joined to a text with hyphens",), "text")),
    "text": (
        ("{}.upper()", ("{}, in upper case", "{}, all in capital letters"), "text"),
        ("{}[::-1]", ("{}, backwards", "{}, all reversed"), "text"),
        ("len({})", ("the length of {}", "the number of characters in {}"), "int"),
    ),
    "dict": (
        ("sorted({})", ("the keys of {}, in ascending order", "the sorted list of the keys of {}"), "list"),
        ("len({})", ("the number of keys of {}",), "int"),
    ),
}

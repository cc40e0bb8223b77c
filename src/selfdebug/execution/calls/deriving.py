"""Tests derived from a source program: it is run on generated inputs, and what it gave is expected of a translation."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from selfdebug import signature as types
from selfdebug.execution.calls import guessing, running, values, weighing
from selfdebug.execution.calls.generating import generate, is_partial
from selfdebug.execution.calls.value_makers import Clues
from selfdebug.execution.calls.weighing import Observation
from selfdebug.execution.errors import SignatureError
from selfdebug.execution.limits import MEBIBYTE, Limits
from selfdebug.execution.options import RunOptions
from selfdebug.languages import find_language
from selfdebug.languages.base import Language
from selfdebug.languages.functions import Function
from selfdebug.languages.signatures import find_function, read_signature
from selfdebug.outcome import Status
from selfdebug.problem import Program
from selfdebug.signature import Signature
from selfdebug.unit_tests import Call, InputOutput

if TYPE_CHECKING:
    from selfdebug.execution.sandbox import Sandbox

_ROUND = 8  # inputs tried at a time
_FEWEST, _MOST = 3, 9  # rounds
_MORE = 8  # rounds of unusual inputs, where tests are weak without
_LIMITS = Limits(cpu_seconds=1.0, idle_seconds=5.0, memory_bytes=1024 * MEBIBYTE)
_PROBES = 5  # inputs with small numbers, and as many with larger ones
_TELLING = 3  # different values that make types good enough
_PAINTS = (85, 170)
_SPARE = 64  # characters
_ENDLESS = 4  # inputs that take long, before any gave a value: so will the others


@dataclass(frozen=True, slots=True)
class DerivedTests:
    """Tests derived from a source program.

    Attributes:
        signature: of the function that they call; ``None`` for tests by standard input and output.
        tests: calls with the values that the source gave, or one input/output pair.
        note: for the user: how many inputs were tried, how many kept, how types were found, and whether they are weak.
        weakness: what passes them without doing anything, such as a constant; empty if nothing is known to.
    """

    signature: Signature | None
    tests: tuple[Call | InputOutput, ...]
    note: str
    weakness: str = ""


async def derive_tests(
    source: str, language: str, sandbox: Sandbox, *, name: str | None = None, count: int = 10, seed: int = 0
) -> DerivedTests:
    """Run a source program on generated inputs, and keep what it gave as tests for a translation of it.

    Inputs on which the source raises, takes long, has undefined behaviour, gives different values each time, overflows,
    or gives a float that is no number are left out. Of the rest those are kept whose values differ. Where a constant
    would pass them all, or an argument as it is, unusual inputs are tried too. What a function changes in its arguments
    belongs to what it gives.

    Args:
        source: a function, or a program around it.
        language: its language.
        sandbox: where to run it.
        name: which function; see `read_signature`.
        count: how many tests to keep at most.
        seed: of the inputs; the same seed gives the same tests.

    Raises:
        SignatureError: there is no function whose inputs could be generated, the source does not run, or it gave no
            value for any input. The message says what to give instead.
        ToolchainMissingError: the language's compiler or runtime is not installed.
        ValueError: the language is unknown, or ``count`` is not positive.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, not {count}")
    chosen = find_language(language)
    try:
        signature = read_signature(source, language, name)
    except SignatureError as error:
        if name is not None:
            raise
        return await _whole_program(source, chosen, sandbox, error)
    function = find_function(source, chosen, name)
    if signature.is_procedure and not signature.changed:
        return await _whole_program(source, chosen, sandbox, _changes_nothing(signature))
    search = _Search(source, chosen, sandbox, function, seed)
    wide, how = weighing.widened(signature, function), "typed by its signature"
    if not signature.is_typed:
        wide, how = await search.guess(wide), "types guessed by running it"
    seen = search.telling(wide, await search.collect(wide, count))
    signature = weighing.narrowed(wide, function, seen)
    can_change = (types.ListOf, types.SetOf, types.MapOf, types.ReferenceTo)
    outputs = [signature.parameters[i].type for i in signature.changed]
    if signature.is_procedure and not any(isinstance(of, can_change) for of in outputs):
        return await _whole_program(source, chosen, sandbox, _changes_nothing(signature))
    kept = weighing.selected(signature, weighing.examples(signature, seen), count)
    if types.has_unknown(signature.returns):
        signature = replace(signature, returns=guessing.type_of([observation.returned for observation in seen]))
    tolerance = _tolerance(signature)
    calls = tuple(replace(call, tolerance=tolerance) for call in kept)
    weakness = weighing.weakness(signature, kept)
    note = (
        f"{len(calls)} of {search.tried} generated inputs were kept"
        f" ({search.dropped} gave an error, took long or gave no reliable value); {how}."
    )
    if weakness:
        note += f" These tests are weak: {weakness}. Give tests of your own if you can."
    return DerivedTests(signature, calls, note, weakness)


class _Search:
    """Runs one source on inputs and remembers what that gave."""

    def __init__(self, source: str, chosen: Language, sandbox: Sandbox, function: Function, seed: int) -> None:
        self._source, self._chosen, self._sandbox, self._seed = source, chosen, sandbox, seed
        self._function = function
        self._sizes = function.sizes(source)
        self._variables = [i for i in function.changeable if isinstance(function.slots[i].output, types.ReferenceTo)]
        self._room = False
        self.tried = self.dropped = 0
        self._last_error = ""
        self._endless = False  # whether none of the latest inputs ended in time

    async def guess(self, wide: Signature) -> Signature:
        """Type the untyped parameters: such that most inputs give a value, and these differ."""
        best: tuple[float, Signature] | None = None
        endless = 0
        likely = [slot.likely for slot in self._function.slots]
        for parameters in guessing.combinations(wide.parameters, likely, self._chosen.type_combinations):
            typed = replace(wide, parameters=parameters)
            good, different, is_enough = await self._probe(typed)
            # What is less likely must tell clearly more.
            if good and (best is None or different > best[0] + (best[0] > 1)):
                best = different, typed
            endless += self._endless
            if is_enough or endless == _ENDLESS:
                break
        if best is None:
            raise SignatureError(
                f"The types of {wide.name}'s parameters could not be guessed: it gave no value for any inputs that"
                f" were tried. Annotate its parameters, or give tests. The last error: {self._last_error}"
            )
        return best[1]

    async def _probe(self, typed: Signature) -> tuple[int, int, bool]:
        """How many inputs of these types give a value, how many values differ, and whether that is good enough."""
        inputs = [
            given
            for start, largest in ((0, 20), (_PROBES, 1000))
            for given in itertools.islice(generate(typed.parameters, self._seed, start=start, largest=largest), _PROBES)
        ]
        given = await self._run(typed, inputs, _PAINTS[0])
        seen = [
            weighing.observed(i, g.value, typed)
            for i, g in zip(inputs, given, strict=True)
            if g.error is None
            and weighing.is_usable(g.value, typed, self._chosen)
            and not weighing.is_empty(g.value, typed)
        ]
        if not seen:
            return 0, 0, False
        different, is_weak = self._worth(typed, seen)
        if typed.is_procedure and is_weak:
            return len(seen), 1, not typed.parameters
        enough = 2 if all(isinstance(observation.returned, bool) for observation in seen) else _TELLING
        return len(seen), different, 2 * len(seen) >= len(inputs) and different >= enough

    async def collect(self, wide: Signature, count: int) -> list[Observation]:
        """Inputs with what the source did on them: ordinary ones, and others as long as the tests are weak."""
        seen: dict[str, Observation] = {}
        slow = 0
        for number in range(_MOST + _MORE):
            # Smaller numbers make it less likely that they overflow in silence.
            largest = 20 if slow > 1 else 100 if self._chosen.wraps_silently else 1000
            made = generate(
                wide.parameters, self._seed, start=number * _ROUND, largest=largest, sizes=self._sizes,
                room=self._room, clues=Clues.of(self._source) if number >= _MOST else None,
                variables=self._variables,
            )  # fmt: skip
            inputs = {repr(given): given for given in itertools.islice(made, _ROUND)}
            new = [given for key, given in inputs.items() if key not in seen]
            slow += await self._observe(wide, new, seen)
            if not number and self._endless:
                raise SignatureError(
                    f"{wide.name} did not end within {_LIMITS.cpu_seconds:g} s for any of the inputs that were tried."
                    " Give tests with inputs for which it ends."
                )
            if number == 1 and wide.is_procedure and len(seen) * 4 <= self.tried:
                slots = self._function.slots
                self._room = any(isinstance(s.type, (types.ListOf, types.Text)) and s.output for s in slots)
            if number + 1 >= _FEWEST and seen:
                different, is_weak = self._worth(wide, self.telling(wide, list(seen.values())))
                if not is_weak and (number + 1 >= _MOST or (different >= min(count, 4) and len(seen) >= count)):
                    break
        if not seen:
            raise SignatureError(
                f"{wide.name} gave no value for any of {self.tried} generated inputs; give tests."
                f" The last error: {self._last_error}"
            )
        return list(seen.values())

    def _worth(self, wide: Signature, seen: list[Observation]) -> tuple[int, bool]:
        """How many different values were seen, and whether all of them together are weak tests."""
        signature = weighing.narrowed(wide, self._function, seen)
        examples = weighing.examples(signature, seen)
        return weighing.distinct(examples), bool(weighing.weakness(signature, examples))

    def telling(self, wide: Signature, seen: list[Observation]) -> list[Observation]:
        """The runs without those in which a part of a sequence changes: right translations change the whole of it."""
        if self._room or not any(weighing.is_changed(o, i) for i in wide.changed for o in seen):
            return seen
        whole = [o for o in seen if not is_partial(wide.parameters, o.arguments, self._variables)]
        return whole or seen

    async def _observe(self, wide: Signature, inputs: list[tuple[Any, ...]], seen: dict[str, Observation]) -> int:
        """Run inputs twice, and add what both gave; how many took long or gave what is too large."""
        given = await self._run(wide, inputs, _PAINTS[0])
        usable = [g.error is None and weighing.is_usable(g.value, wide, self._chosen) for g in given]
        again = iter(await self._run(wide, list(itertools.compress(inputs, usable)), _PAINTS[1]))
        self.tried += len(inputs)
        for arguments, first, is_usable in zip(inputs, given, usable, strict=True):
            second = next(again) if is_usable else None
            if second is None or second.error is not None or not values.equal(first.value, second.value, 0.0):
                self.dropped += 1
            else:
                seen[repr(arguments)] = weighing.observed(arguments, first.value, wide)
        return sum(g.status is Status.TIMED_OUT or _is_huge(g.value) for g in given)

    async def _run(self, signature: Signature, inputs: Sequence[tuple[Any, ...]], paint: int) -> list[running.Given]:
        spare = _SPARE if self._room else 0

        async def run(arguments: Sequence[tuple[Any, ...]]) -> list[running.Given]:
            runs = (
                running.evaluate(
                    self._sandbox, self._chosen, self._source, [Call(signature.name, given)], signature, _LIMITS,
                    checked=True, paint=paint, spare=spare,
                )
                for given in arguments
            )  # fmt: skip
            return [given for (given,) in await asyncio.gather(*runs)]

        if not inputs:
            return []
        ended = await run(inputs[:1])  # alone, so that it is compiled once
        if not ended[0].ran and ended[0].error is not None:
            raise SignatureError(f"The source does not run, so no tests can be derived: {ended[0].error}. Give tests.")
        if ended[0].status is Status.TIMED_OUT:
            ended += await run(inputs[1:_ENDLESS])
        self._endless = len(ended) > 1 and all(given.status is Status.TIMED_OUT for given in ended)
        rest = inputs[len(ended) :]
        ended += [ended[-1]] * len(rest) if self._endless else await run(rest)
        self._last_error = next((str(given.error) for given in reversed(ended) if given.error), self._last_error)
        return ended


def _is_huge(value: Any) -> bool:
    """Whether a whole number is beyond what other languages hold."""
    return isinstance(value, int) and value.bit_length() > 63


def _changes_nothing(signature: Signature) -> SignatureError:
    return SignatureError(
        f"{signature.name} returns nothing and has no argument that it could change. Give tests as input/output pairs."
    )


async def _whole_program(source: str, chosen: Language, sandbox: Sandbox, reason: SignatureError) -> DerivedTests:
    """Without a function to call: what the program prints, if it needs no input."""
    outcome = await sandbox.run(Program(source, chosen.name), (), RunOptions(limits=_LIMITS))
    printed = outcome.stdout
    if outcome.error is not None or not printed.text.strip() or printed.truncated:
        raise reason
    note = "No function with plain types was found; the one test compares what the whole program prints without input."
    return DerivedTests(None, (InputOutput("", printed.text),), note)


def _tolerance(signature: Signature) -> float:
    """How far floats of another language may be off: its library may round its last digits differently."""

    def floats(of: types.Type) -> set[int]:
        own = {of.bits} if isinstance(of, types.Floating) else set()
        return own.union(*map(floats, types.parts(of)))

    if not floats(signature.gives):
        return 0.0
    inside = floats(signature.gives).union(*(floats(p.type) for p in signature.parameters))
    return 1e-4 if 32 in inside else 1e-6

"""Tests derived from a source program: it is run on generated inputs, and what it gave is expected of a translation."""

from __future__ import annotations

import asyncio
import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from selfdebug.outcome import Status

from ..errors import SignatureError
from ..languages import Language
from ..languages import language as find_language
from ..limits import MEBIBYTE, Limits
from ..testing import Call, InputOutput
from . import guessing, running, values
from .dialects import Function
from .generating import generate
from .signatures import find_function, read_signature
from .types import Floating, Integer, Nothing, Signature, Type, has_unknown, parts

if TYPE_CHECKING:
    from ..sandbox import Sandbox

_ROUND = 8  # inputs tried at a time
_FEWEST, _MOST = 3, 9  # rounds
_LIMITS = Limits(cpu_seconds=1.0, idle_seconds=5.0, memory_bytes=1024 * MEBIBYTE)
_LONGEST = 4000  # characters of a value worth showing
_COMBINATIONS = {"python": 60, "javascript": 20}
_PROBES = 6
_PAINTS = (85, 170)
_ENDLESS = 4  # inputs that take long, before any gave a value: so will the others


@dataclass(frozen=True, slots=True)
class DerivedTests:
    """Tests derived from a source program.

    Attributes:
        signature: of the function that they call; ``None`` for tests by standard input and output.
        tests: calls with the values that the source gave, or one input/output pair.
        note: one sentence for the user: how many inputs were tried, how many kept, and how types were found.
    """

    signature: Signature | None
    tests: tuple[Call | InputOutput, ...]
    note: str


async def derive_tests(
    source: str, language: str, sandbox: Sandbox, *, name: str | None = None, count: int = 10, seed: int = 0
) -> DerivedTests:
    """Run a source program on generated inputs, and keep what it gave as tests for a translation of it.

    Inputs on which the source raises, takes long, has undefined behaviour, gives different values each time, overflows,
    or gives a float that is no number are left out. Of the rest those are kept whose values differ.

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
    function = find_function(source, chosen.name, name)
    if isinstance(signature.returns, Nothing) and not signature.changed:
        return await _whole_program(source, chosen, sandbox, SignatureError(
            f"{signature.name} returns nothing and has no argument that it could change."
            " Give tests as input/output pairs."))  # fmt: skip
    search = _Search(source, chosen, sandbox, function, seed)
    how = "typed by its signature"
    if not signature.is_typed:
        signature = await search.guess(signature)
        how = "types guessed by running it"
    kept = await search.collect(signature, count)
    if has_unknown(signature.returns):
        found = guessing.type_of([value for _, value in kept])
        signature = replace(signature, returns=found)
    tolerance = _tolerance(signature)
    calls = tuple(Call(signature.name, given, expected, tolerance=tolerance) for given, expected in kept)
    note = (
        f"{len(calls)} of {search.tried} generated inputs were kept"
        f" ({search.dropped} gave an error, took long or gave no reliable value); {how}."
    )
    return DerivedTests(signature, calls, note)


class _Search:
    """Runs one source on inputs and remembers what that gave."""

    def __init__(self, source: str, chosen: Language, sandbox: Sandbox, function: Function, seed: int) -> None:
        self._source, self._chosen, self._sandbox, self._seed = source, chosen, sandbox, seed
        self._function = function
        self._widths = _widths(source, function)
        self.tried = self.dropped = 0
        self._last_error = ""

    async def guess(self, signature: Signature) -> Signature:
        """Type the untyped parameters: the first combination with which most inputs give a value."""
        best: tuple[int, Signature] | None = None
        endless = 0
        for parameters in guessing.combinations(signature.parameters, _COMBINATIONS[self._chosen.name]):
            typed = replace(signature, parameters=parameters)
            inputs = list(itertools.islice(generate(parameters, self._seed, start=1), _PROBES))
            given = await self._run(typed, inputs, _PAINTS[0])
            good = sum(_is_usable(g, typed, self._chosen.name) and not _is_empty(g.value) for g in given)
            if best is None or good > best[0]:
                best = good, typed
            endless += _are_endless(given)
            if good > _PROBES * 2 // 3 or endless == _ENDLESS:
                break
        if best is None or not best[0]:
            raise SignatureError(
                f"The types of {signature.name}'s parameters could not be guessed: it gave no value for any inputs that"
                f" were tried. Annotate its parameters, or give tests. The last error: {self._last_error}"
            )
        return best[1]

    async def collect(self, signature: Signature, count: int) -> list[tuple[tuple[Any, ...], Any]]:
        """Inputs with the values that the source gives for them."""
        found: dict[str, tuple[tuple[Any, ...], Any]] = {}
        slow = 0
        for number in range(_MOST):
            # Java and Go wrap around in silence, which smaller numbers make less likely.
            largest = 20 if slow > 1 else 100 if self._chosen.name in ("java", "go") else 1000
            source = generate(
                signature.parameters, self._seed, start=number * _ROUND, largest=largest, widths=self._widths
            )
            inputs = [given for given in itertools.islice(source, _ROUND) if _key(given) not in found]
            inputs = list({_key(given): given for given in inputs}.values())
            given = await self._run(signature, inputs, _PAINTS[0])
            if not number and _are_endless(given):
                raise SignatureError(
                    f"{signature.name} did not end within {_LIMITS.cpu_seconds:g} s for any of the inputs that were"
                    " tried. Give tests with inputs for which it ends."
                )
            again_inputs = [
                i for i, g in zip(inputs, given, strict=True) if _is_usable(g, signature, self._chosen.name)
            ]
            again = await self._run(signature, again_inputs, _PAINTS[1])
            second = {_key(i): g for i, g in zip(again_inputs, again, strict=True)}
            slow += sum(g.status is Status.TIMED_OUT for g in given)
            self.tried += len(inputs)
            for arguments, one in zip(inputs, given, strict=True):
                other = second.get(_key(arguments))
                if other is None or other.error is not None or not values.equal(one.value, other.value, 0.0):
                    self.dropped += 1
                else:
                    found[_key(arguments)] = (arguments, _expected(one.value, signature))
            distinct = len({values.digest(value) for _, value in found.values()})
            if number + 1 >= _FEWEST and distinct >= min(count, 4) and len(found) >= count:
                break
        if not found:
            raise SignatureError(
                f"{signature.name} gave no value for any of {self.tried} generated inputs; give tests."
                f" The last error: {self._last_error}"
            )
        return _selected(list(found.values()), count)

    async def _run(self, signature: Signature, inputs: Sequence[tuple[Any, ...]], paint: int) -> list[running.Given]:
        async def one(given: tuple[Any, ...]) -> running.Given:
            call = Call(signature.name, given)
            (found,) = await running.evaluate(
                self._sandbox, self._chosen, self._source, [call], signature, _LIMITS, checked=True, paint=paint
            )
            return found

        if not inputs:
            return []
        first = await one(inputs[0])  # alone, so that it is compiled once
        if not first.ran and first.error is not None:
            raise SignatureError(
                f"The source does not run, so that no tests can be derived: {first.error}. Give tests."
            )
        found = [first]
        if first.status is Status.TIMED_OUT:
            found += await asyncio.gather(*map(one, inputs[1:_ENDLESS]))
        if _are_endless(found) and len(found) > 1:
            found += [found[-1]] * (len(inputs) - len(found))
        else:
            found += await asyncio.gather(*map(one, inputs[len(found) :]))
        self._last_error = next((str(g.error) for g in reversed(found) if g.error), self._last_error)
        return found


async def _whole_program(source: str, chosen: Language, sandbox: Sandbox, reason: SignatureError) -> DerivedTests:
    """Without a function to call: what the program prints, if it needs no input."""
    outcome = await sandbox.run(source, language=chosen.name, limits=_LIMITS)
    printed = outcome.stdout
    if outcome.error is not None or not printed.text.strip() or printed.truncated:
        raise reason
    note = "No function with plain types was found; the one test compares what the whole program prints without input."
    return DerivedTests(None, (InputOutput("", printed.text),), note)


def _are_endless(given: Sequence[running.Given]) -> bool:
    return all(one.status is Status.TIMED_OUT for one in given)


def _key(arguments: tuple[Any, ...]) -> str:
    return repr(arguments)


def _is_empty(value: Any) -> bool:
    return value is None


def _is_usable(given: running.Given, signature: Signature, language: str) -> bool:
    """Whether a value may be expected of another language."""
    if given.error is not None or len(repr(given.value)) > _LONGEST:
        return False
    try:
        fitted = values.fit(given.value, signature.gives)
    except values.UnfitError:
        return False
    return _is_plain(fitted, signature.gives, language)


def _is_plain(value: Any, of: Type, language: str) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, float):
        return math.isfinite(value) and (language != "javascript" or abs(value) < 1 << 53)
    if isinstance(value, int):
        # Java and Go wrap around in silence: what comes near the bounds may have been beyond them.
        bits = of.bits if isinstance(of, Integer) and of.bits else 64
        margin = 1 if language in ("java", "go") and bits >= 32 else 0
        return abs(value) < 1 << (bits - 1 - margin) or (isinstance(of, Integer) and not of.signed and not margin)
    inner = parts(of)
    if isinstance(value, dict):
        return all(_is_plain(v, inner[-1] if inner else of, language) for pair in value.items() for v in pair)
    if isinstance(value, (list, tuple, set, frozenset)):
        return all(_is_plain(v, inner[i] if len(inner) > i and isinstance(value, tuple) else inner[0] if inner else of,
                             language) for i, v in enumerate(value))  # fmt: skip
    return True


def _expected(value: Any, signature: Signature) -> Any:
    return values.fit(value, signature.gives)


def _selected(found: list[tuple[tuple[Any, ...], Any]], count: int) -> list[tuple[tuple[Any, ...], Any]]:
    """So many of the tests, by turns among those with equal values; in the order of generation."""
    groups: dict[str, list[int]] = {}
    for index, (_, value) in enumerate(found):
        groups.setdefault(values.digest(value), []).append(index)
    turns = itertools.chain.from_iterable(itertools.zip_longest(*groups.values()))
    return [found[i] for i in sorted(itertools.islice((i for i in turns if i is not None), count))]


def _tolerance(signature: Signature) -> float:
    """How far floats of another language may be off: its library may round its last digits differently."""

    def floats(of: Type) -> set[int]:
        own = {of.bits} if isinstance(of, Floating) else set()
        return own.union(*map(floats, parts(of)))

    if not floats(signature.gives):
        return 0.0
    inside = floats(signature.gives).union(*(floats(p.type) for p in signature.parameters))
    return 1e-4 if 32 in inside else 1e-6


def _widths(source: str, function: Function) -> dict[int, int]:
    """Columns of C++ tables that have a fixed number of them."""
    found = {}
    for index, slot in enumerate(function.slots):
        if slot.passing.startswith("table "):
            size = slot.passing.removeprefix("table ").strip()
            defined = re.search(rf"(?:#define\s+{re.escape(size)}|\b{re.escape(size)}\s*=)\s*(\d+)", source)
            if size.isdigit() or defined:
                found[index] = int(size) if size.isdigit() else int(defined[1])  # type: ignore[index]
    return found

"""What a source did on its inputs, made into tests, and what these are worth.

Tests are weak if a program passes them that does not look at its arguments, or gives them back as they are.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

from selfdebug.execution.calls import values
from selfdebug.languages.base import Language
from selfdebug.languages.functions import Function
from selfdebug.signature import Integer, Parameter, ReferenceTo, Signature, Type, Unknown, parts
from selfdebug.unit_tests import Call

_LONGEST = 4000  # characters of a value worth showing


@dataclass(frozen=True, slots=True)
class Observation:
    """One run of a source.

    Attributes:
        arguments: what it was called with.
        returned: what it returned.
        after: the arguments that it could change, by their index, as they were after the call.
    """

    arguments: tuple[Any, ...]
    returned: Any
    after: dict[int, Any]


def widened(signature: Signature, function: Function) -> Signature:
    """The signature with which a source runs: all that it can change is looked at after the call."""
    parameters = tuple(
        Parameter(p.name, slot.type if isinstance(p.type, ReferenceTo) or slot.output is not None else p.type)
        for p, slot in zip(signature.parameters, function.slots, strict=True)
    )
    return replace(signature, parameters=parameters, outputs=function.changeable)


def observed(arguments: tuple[Any, ...], value: Any, wide: Signature) -> Observation:
    """A run's arguments, and the value that it gave, fitted and taken apart."""
    value, returns = values.fit(value, wide.gives), not wide.is_procedure
    pieces = [value] if len(wide.changed) + returns == 1 else list(value)
    after = dict(zip(wide.changed, pieces[returns:], strict=True))
    return Observation(arguments, pieces[0] if returns else None, after)


def is_empty(value: Any, wide: Signature) -> bool:
    """Whether a function that should return something returned nothing at all."""
    return not wide.is_procedure and (value[0] if wide.changed and isinstance(value, tuple) else value) is None


def is_usable(value: Any, signature: Signature, language: Language) -> bool:
    """Whether a value that a program in a language gave may be expected of another language."""
    try:
        return len(repr(value)) <= _LONGEST and _is_plain(values.fit(value, signature.gives), signature.gives, language)
    except values.UnfitError:
        return False


def _is_plain(value: Any, of: Type, language: Language) -> bool:
    """Whether every language has the value, and it is sure not to come from an overflow."""
    if isinstance(value, bool):
        return True
    if isinstance(value, float):
        return math.isfinite(value) and (language.exact_bits is None or abs(value) < 1 << language.exact_bits)
    if isinstance(value, int):
        # Where integers wrap around in silence, what comes near the bounds may have been beyond them.
        bits = of.bits if isinstance(of, Integer) and of.bits else 64
        margin = 1 if language.wraps_silently and bits >= 32 else 0
        return abs(value) < 1 << (bits - 1 - margin) or (isinstance(of, Integer) and not of.signed and not margin)
    if isinstance(value, str):  # bytes that are no text; the zero that stands for no character
        return value.isprintable() or not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value)
    inner = parts(of) or (of,)
    if isinstance(value, dict):
        return all(_is_plain(v, inner[-1], language) for pair in value.items() for v in pair)
    if isinstance(value, tuple):
        return all(_is_plain(v, inner[i if i < len(inner) else 0], language) for i, v in enumerate(value))
    return not isinstance(value, (list, set, frozenset)) or all(_is_plain(v, inner[0], language) for v in value)


def narrowed(wide: Signature, function: Function, seen: Sequence[Observation]) -> Signature:
    """The signature for a translation: what changed in any run is an output; what never did is an input like others."""
    outputs = tuple(i for i in wide.changed if any(is_changed(o, i) for o in seen))
    if wide.is_procedure and not outputs:
        outputs = wide.changed
    parameters = list(wide.parameters)
    for index in outputs:
        output = function.slots[index].output
        if output is not None and not isinstance(output, Unknown) and function.slots[index].type != output:
            parameters[index] = replace(parameters[index], type=output)
    resized = tuple(i for i in outputs if any(_length(o.after[i]) != _length(o.arguments[i]) for o in seen))
    return replace(wide, parameters=tuple(parameters), outputs=outputs, resized=resized)


def is_changed(observation: Observation, index: int) -> bool:
    """Whether an argument is different after the call."""
    return not values.equal(observation.after[index], observation.arguments[index], 0.0)


def _length(value: Any) -> int:
    return len(value) if isinstance(value, (list, str)) else -1


def examples(signature: Signature, seen: Iterable[Observation]) -> list[Call]:
    """The runs as tests of a signature that `narrowed` gave; floats must be exact."""
    made = []
    for observation in seen:
        pieces = [] if signature.is_procedure else [observation.returned]
        pieces += [observation.after[i] for i in signature.changed]
        given = zip(observation.arguments, signature.parameters, strict=True)
        arguments = tuple(values.fit(argument, parameter.type) for argument, parameter in given)
        made.append(Call(signature.name, arguments, values.fit(_one_or_all(pieces), signature.gives)))
    return made


def selected(signature: Signature, examples: Sequence[Call], count: int) -> list[Call]:
    """So many of the tests, by turns among those with equal values; in their order.

    Of the tests of a procedure at most a third are such that nothing changes in them, if there are others. Where the
    first that come are weak and others are not, these are preferred.
    """
    groups: dict[str, list[int]] = {}
    for index, example in enumerate(examples):
        groups.setdefault(values.digest(example.expected), []).append(index)
    turns = itertools.chain.from_iterable(itertools.zip_longest(*groups.values()))
    order = [i for i in turns if i is not None]
    kept = order[:count]
    for guess in _guesses(signature):
        idle = [i for i in order if _holds(examples[i], guess)]
        if signature.is_procedure or all(i in idle for i in kept):
            telling = [i for i in order if i not in idle]
            most = count - count // 3
            kept = [*telling[:most], *idle, *telling[most:]][:count]
    return [examples[i] for i in sorted(kept)]


def distinct(examples: Iterable[Call]) -> int:
    """How many different values tests expect."""
    return len({values.digest(example.expected) for example in examples})


def weakness(signature: Signature, examples: Sequence[Call]) -> str:
    """What passes all tests without doing anything, as half a sentence; empty if nothing is known to.

    A function without parameters gives one value, which is no weakness.
    """
    if not signature.parameters or not examples:
        return ""
    if distinct(examples) == 1:
        return "a program that always gives the same value passes them"
    for place, guess in enumerate(_guesses(signature)):
        if all(_holds(example, guess) for example in examples):
            name = signature.parameters[place].name
            does = "changes nothing" if signature.is_procedure else f"returns {name} as it is"
            return f"a program that {does} passes them"
    return ""


_Guess: TypeAlias = Callable[[Call], Any]


def _guesses(signature: Signature) -> list[_Guess]:
    """What programs give that do nothing: each of the arguments as it is; of a procedure, all that it could change."""
    changed = signature.changed
    if signature.is_procedure:
        return [lambda example: _one_or_all([example.arguments[i] for i in changed])]

    def argument(index: int, example: Call) -> Any:
        return values.fit(example.arguments[index], signature.returns)

    return [] if changed else [partial(argument, i) for i in range(len(signature.parameters))]


def _one_or_all(pieces: list[Any]) -> Any:
    return pieces[0] if len(pieces) == 1 else tuple(pieces)


def _holds(example: Call, guess: _Guess) -> bool:
    try:
        return values.equal(guess(example), example.expected, 0.0)
    except values.UnfitError:
        return False

"""Values on their way between languages: made to fit a type, written as text, read back, compared.

On this side every value is plain Python: int, float, bool, str (characters too), list, set, dict, tuple and None. The
text is a sequence of words, each value with a letter for what it is, which every language's driver can read and write
in a few lines: ``l 2 i 1 i 2`` is a list of two integers. Floats are their 64 bits and texts their UTF-8 bytes, both in
hexadecimal, so that nothing is lost and nothing has to be quoted.
"""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Iterator
from typing import Any

from selfdebug import signature as types
from selfdebug import values as plain_values

_MAX_WORDS = 4_000_000
_MAX_DEPTH = plain_values.MAX_DEPTH


class UnfitError(ValueError):
    """A value does not fit a type; the message says why."""


def fit(value: Any, wanted: types.Type) -> Any:
    """Give a value the form that a type wants, where the two mean the same.

    A whole float is an integer, 0 and 1 are booleans, a text of one character is a character, a list of characters is
    a text, a list is a tuple or a set, and the reverse of each. What a reference refers to is a list of one item.

    Raises:
        UnfitError: it cannot be done without loss.
    """
    match wanted:
        case types.Integer():
            return _fit_integer(value, wanted)
        case types.Floating() if isinstance(value, (int, float)):
            try:
                return float(value)
            except OverflowError:
                raise UnfitError(f"{plain_values.text(value, 40)} is too large for a float") from None
        case types.Boolean() if isinstance(value, bool) or (isinstance(value, (int, float)) and value in (0, 1)):
            return bool(value)
        case types.Character() if isinstance(value, str) and len(value) == 1:
            return value
        case types.Text() if isinstance(value, str):
            return value
        case types.Text() if isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value):
            return "".join(value)
        case types.ListOf(element) if isinstance(value, (list, tuple)) or (
            isinstance(value, str) and isinstance(element, (types.Character, types.Text))
        ):
            return [fit(v, element) for v in value]
        case types.SetOf(element) if isinstance(value, (list, tuple, set, frozenset)):
            return {freeze(fit(v, element)) for v in value}
        case types.MapOf(key, item) if isinstance(value, dict):
            return {freeze(fit(k, key)): fit(v, item) for k, v in value.items()}
        case types.TupleOf(elements) if isinstance(value, (list, tuple)) and len(value) == len(elements):
            return tuple(fit(v, e) for v, e in zip(value, elements, strict=True))
        case types.OptionalOf(element):
            return None if value is None else fit(value, element)
        case types.ReferenceTo(element):
            return [fit(value[0] if isinstance(value, list) and len(value) == 1 else value, element)]
        case types.Nothing() if value is None:
            return None
        case types.Unknown():
            return value
    kind = type(wanted).__name__.removesuffix("Of").lower()
    raise UnfitError(f"{plain_values.text(value, 80)!r} is not a {kind}")


def _fit_integer(value: Any, wanted: types.Integer) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int):
        raise UnfitError(f"{plain_values.text(value, 80)!r} is not an integer")
    bounds = wanted.bounds
    if bounds is not None and not bounds[0] <= value <= bounds[1]:
        raise UnfitError(f"{plain_values.text(value, 80)} does not fit into {wanted.bits} bits")
    return int(value)


def freeze(value: Any) -> Any:
    """A value that can be in a set or a key of a dictionary: lists become tuples."""
    if isinstance(value, list):
        return tuple(map(freeze, value))
    if isinstance(value, (set, frozenset)):
        return frozenset(map(freeze, value))
    return tuple(sorted(value.items())) if isinstance(value, dict) else value


# -- as text -------------------------------------------------------------------------------------------------------


def encode(value: Any) -> str:
    """Write a value as words."""
    return " ".join(_words(value))


def _words(value: Any) -> Iterator[str]:
    if value is None:
        yield "n"
    elif isinstance(value, bool):
        yield f"b {value:d}"
    elif isinstance(value, int):
        yield f"i {value}"
    elif isinstance(value, float):
        yield f"d {struct.pack('>d', value).hex()}"
    elif isinstance(value, str):
        # The x lets an empty text be a word.
        yield f"s x{value.encode('utf-8', 'surrogateescape').hex()}"
    elif isinstance(value, dict):
        yield f"m {len(value)}"
        for key, item in value.items():
            yield from _words(key)
            yield from _words(item)
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield f"{'l' if isinstance(value, list) else 't' if isinstance(value, tuple) else 'e'} {len(value)}"
        for item in value:
            yield from _words(item)
    else:
        raise UnfitError(f"a {type(value).__name__} cannot be given to another language")


class MalformedAnswerError(ValueError):
    """What a program's process wrote is not what a driver writes."""


def decode(text: str) -> list[Any]:
    """Read the values that a driver wrote, up to its last word, ``end``.

    Raises:
        MalformedAnswerError: the text, in which nothing is trusted, is something else.
    """
    words = text.split(maxsplit=_MAX_WORDS)
    if not words or words[-1] != "end":
        raise MalformedAnswerError("incomplete")
    reader = iter(words[:-1])
    try:
        return [_read(letter, reader, 0) for letter in reader]
    except (StopIteration, RuntimeError, ValueError, LookupError, TypeError, struct.error) as error:
        raise MalformedAnswerError(f"{type(error).__name__}: {error}"[:200]) from None


def _read(letter: str, words: Iterator[str], depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deep")
    match letter:
        case "n":
            return None
        case "b":
            return next(words) == "1"
        case "i":
            return int(next(words))
        case "d":
            return struct.unpack(">d", bytes.fromhex(next(words)))[0]
        case "s":
            return bytes.fromhex(next(words)[1:]).decode("utf-8", "surrogateescape")
        case "l" | "t" | "e" | "m":
            count = int(next(words))
            if count < 0:
                raise ValueError("fewer than none")
            items = [_read(next(words), words, depth + 1) for _ in range(count * (1 + (letter == "m")))]
            if letter == "m":
                return dict(zip(map(freeze, items[::2]), items[1::2], strict=True))
            return items if letter == "l" else tuple(items) if letter == "t" else set(map(freeze, items))
    raise ValueError(f"unknown letter {letter[:10]!r}")


# -- compared ------------------------------------------------------------------------------------------------------


def equal(actual: Any, expected: Any, tolerance: float) -> bool:
    """Equality of fitted values. Floats may differ by ``tolerance``, absolutely or relatively; nan equals nan."""
    if isinstance(actual, float) or isinstance(expected, float):
        if not (isinstance(actual, (int, float)) and isinstance(expected, (int, float))):
            return False
        if actual == expected or (math.isnan(actual) and math.isnan(expected)):
            return True
        if math.isinf(actual) or math.isinf(expected):
            return False
        return abs(actual - expected) <= max(tolerance, tolerance * abs(expected))
    if isinstance(actual, (list, tuple)) and type(actual) is type(expected):
        return len(actual) == len(expected) and all(
            equal(a, e, tolerance) for a, e in zip(actual, expected, strict=True)
        )
    if isinstance(actual, dict) and isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(equal(actual[k], e, tolerance) for k, e in expected.items())
    return bool(actual == expected)


def digest(value: Any) -> str:
    """Short hash of a value, the same for equal values of every language.

    Floats count to ten significant digits, as languages round their last ones differently.
    """
    return hashlib.sha256(plain_values.dumps(plain_values.canonical(_rounded(value)))).hexdigest()[:16]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.10g}")
    if isinstance(value, (list, tuple, set, frozenset)):
        return type(value)(map(_rounded, value))
    if isinstance(value, dict):
        return {_rounded(k): _rounded(v) for k, v in value.items()}
    return value

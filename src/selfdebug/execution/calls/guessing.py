"""Types for parameters that their source does not type: candidates to try, and types of the values that came out."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from selfdebug.signature import (
    BOOLEAN,
    FLOATING,
    INTEGER,
    NOTHING,
    TEXT,
    UNKNOWN,
    ListOf,
    MapOf,
    OptionalOf,
    Parameter,
    SetOf,
    TupleOf,
    Type,
    Unknown,
    has_unknown,
)

_PLAIN: dict[type, Type] = {bool: BOOLEAN, int: INTEGER, float: FLOATING, str: TEXT, type(None): NOTHING}
_NUMBERS = ListOf(INTEGER)
_ORDER: tuple[Type, ...] = (
    INTEGER, _NUMBERS, TEXT, FLOATING, ListOf(TEXT), ListOf(_NUMBERS), MapOf(TEXT, INTEGER), SetOf(INTEGER),
    ListOf(TupleOf((INTEGER, INTEGER))), ListOf(FLOATING), MapOf(INTEGER, _NUMBERS), BOOLEAN,
)  # fmt: skip
_HINTS: tuple[tuple[str, tuple[Type, ...]], ...] = (
    (r"(?i)^(?:mat|matrix|grid|table|board|graph|cost|intervals|edges)\w*$", (ListOf(_NUMBERS), _NUMBERS)),
    (
        r"(?i)^(?:dict|dic|d|map|mapping|counts?|freq\w*|scores|prices|inventory|stock)$",
        (MapOf(TEXT, INTEGER), _NUMBERS),
    ),
    (r"(?i)^(?:points|pairs|ranges|coordinates|coords)$", (ListOf(TupleOf((INTEGER, INTEGER))), ListOf(_NUMBERS))),
    (r"(?i)^(?:words|strings|strs|names|texts|lines|tokens)$", (ListOf(TEXT), _NUMBERS)),
    (r"(?i)^(?:arr|array|nums|numbers|list|lst|values|items|seq|data|[al])\w{0,2}$|\w+s$", (_NUMBERS, ListOf(TEXT))),
    (r"(?i)^(?:s|st|str|string|text|word|txt|sentence|pattern|pat|name|char|ch|num_?str)\w{0,2}$", (TEXT, _NUMBERS)),
    (r"(?i)^(?:is_|has_|flag|reverse)\w*$", (BOOLEAN, INTEGER)),
    (r"(?i)^(?:rate|ratio|radius|price|weight|threshold|eps\w*)$", (FLOATING, INTEGER)),
)


def combinations(
    parameters: Sequence[Parameter], likely: Sequence[tuple[Type, ...]], most: int
) -> Iterator[tuple[Parameter, ...]]:
    """Ways to type the untyped parameters, the more likely first, at most so many.

    Args:
        parameters: of the function.
        likely: for each of them, what its use suggests; names count after it.
        most: how many ways.
    """
    ranked = [list(enumerate(_candidates(p, own))) for p, own in zip(parameters, likely, strict=True)]
    products = itertools.islice(itertools.product(*ranked), 20_000)

    def unlikeliness(chosen: tuple[tuple[int, Type], ...]) -> tuple[int, int]:
        ranks = [rank for rank, _ in chosen]
        alike = len({of for _, of in chosen}) == 1  # as parameters often are
        return max(ranks) if alike else sum(ranks), max(ranks, default=0)

    for chosen in sorted(products, key=unlikeliness)[:most]:
        yield tuple(Parameter(p.name, of) for p, (_, of) in zip(parameters, chosen, strict=True))


def _candidates(parameter: Parameter, likely: tuple[Type, ...]) -> list[Type]:
    own = [of for hint in likely for of in _filled(hint)[:6]] if isinstance(parameter.type, Unknown) else []
    return list(dict.fromkeys([*own, *_filled(parameter.type, parameter.name)]))


def _filled(of: Type, name: str = "") -> list[Type]:
    """Types without an unknown part that a type may stand for."""
    if not has_unknown(of):
        return [of]
    match of:
        case ListOf(element) | OptionalOf(element):
            return [type(of)(e) for e in _filled(element)]
        case SetOf(element):
            return [SetOf(e) for e in _filled(element) if e in (INTEGER, TEXT)]
        case MapOf(key, value):
            keys = sorted((k for k in _filled(key) if k in (TEXT, INTEGER)), key=(TEXT, INTEGER).index)
            return [MapOf(k, v) for k in keys for v in _filled(value)[:3]]
        case TupleOf(elements):
            return [TupleOf(inner) for inner in itertools.product(*map(_filled, elements))]
    first = next((types for pattern, types in _HINTS if re.search(pattern, name)), ())
    return list(dict.fromkeys([*first, *_ORDER]))


def type_of(values: Iterable[Any]) -> Type:
    """The type that all values have; `Unknown` if they have none in common."""
    start: Type = UNKNOWN
    return functools.reduce(_joined, map(_type_of_value, values), start)


def _type_of_value(value: Any) -> Type:
    match value:
        case list():
            return ListOf(type_of(value))
        case tuple():
            return TupleOf(tuple(map(_type_of_value, value)))
        case set() | frozenset():
            return SetOf(type_of(value))
        case dict():
            return MapOf(type_of(value), type_of(value.values()))
    return _PLAIN.get(type(value), UNKNOWN)


def _joined(first: Type, second: Type) -> Type:
    """The type that has the values of both."""
    if first == second or isinstance(second, Unknown):
        return first
    if isinstance(first, Unknown):
        return second
    if {first, second} == {INTEGER, FLOATING}:
        return FLOATING
    if NOTHING in (first, second):
        other = second if first == NOTHING else first
        return other if isinstance(other, OptionalOf) else OptionalOf(other)
    if isinstance(first, OptionalOf) or isinstance(second, OptionalOf):
        return OptionalOf(_joined(*(t.element if isinstance(t, OptionalOf) else t for t in (first, second))))
    match first, second:
        case ListOf(a), ListOf(b):
            return ListOf(_joined(a, b))
        case SetOf(a), SetOf(b):
            return SetOf(_joined(a, b))
        case MapOf(key, a), MapOf(other_key, b):
            return MapOf(_joined(key, other_key), _joined(a, b))
        case TupleOf(several), TupleOf(others) if len(several) == len(others):
            return TupleOf(tuple(map(_joined, several, others)))
    return UNKNOWN

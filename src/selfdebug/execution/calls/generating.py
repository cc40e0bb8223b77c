"""Arguments for a function whose types are known: edge cases first, then a mix of small sizes.

Functions in textbooks take an array and its length, a table and its dimensions, a range of places in an array. Such
parameters are known by their names and get values that belong together.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .types import (
    Boolean,
    Character,
    Floating,
    Integer,
    ListOf,
    MapOf,
    Nothing,
    OptionalOf,
    Parameter,
    SetOf,
    Text,
    TupleOf,
    Type,
)
from .values import freeze

_LENGTH = re.compile(
    r"(?i)^(?:[nm]\d?|len|length|size|sz|count|cnt|.*(?:_n|_len|_?length|_?size|len\d?)|[nm]um|len_?\w{1,4})$"
)
_ROWS, _COLUMNS = re.compile(r"(?i)^(?:[nmr]|rows?)$"), re.compile(r"(?i)^(?:[nmc]|cols?|columns?)$")
_FIRST = re.compile(r"(?i)^(?:l|low|lo|left|start|beg|begin|si|first|i|from)$")
_LAST = re.compile(r"(?i)^(?:r|h|high|hi|right|end|last|j|to|ei)$")
_EDGES = 4  # rounds of edge cases before the mix
_TEXTS = (
    "", "a", "aa", "ab", "abba", "racecar", "12321", "1010", "hello world", "(())", "AbC", "7", "abcabc", "(()", "0110",
    "geeks for geeks", "aabbbc", "Zz9!", "123", "xyz", "{[()]}", "bbaaa", "1 2 3", "mississippi", "-5", "a1b2",
)  # fmt: skip


def generate(
    parameters: Sequence[Parameter],
    seed: int,
    *,
    start: int = 0,
    largest: int = 1000,
    widths: Mapping[int, int] | None = None,
) -> Iterator[tuple[Any, ...]]:
    """Arguments for a function, without end, the same for the same seed.

    Args:
        parameters: its parameters; none of an unknown type.
        seed: of the mix; the edge cases are the same for every seed.
        start: number of the first round.
        largest: no whole number by itself is larger.
        widths: columns of the tables that have a fixed number of them, by the parameter's index.
    """
    number = start
    while True:
        maker = _Maker(random.Random(f"{seed}/{number}"), number, largest)
        yield maker.arguments(parameters, widths or {})
        number += 1


class _Maker:
    """Makes the arguments of one round."""

    def __init__(self, chance: random.Random, number: int, largest: int) -> None:
        self._chance, self._round, self._largest = chance, number, largest

    def arguments(self, parameters: Sequence[Parameter], widths: Mapping[int, int]) -> tuple[Any, ...]:
        sequences = [i for i, p in enumerate(parameters) if isinstance(p.type, (ListOf, Text))]
        lengths = _lengths(parameters, sequences)
        # Several sequences and one length: they are equally long.
        shared = len(sequences) > 1 and len(set(lengths)) == 1
        length = self._length()
        found: list[Any] = [None] * len(parameters)
        for index, parameter in enumerate(parameters):
            if index in sequences:
                own = length if shared else self._length()
                found[index] = self.value(parameter.type, own, widths.get(index))
            elif index not in lengths:
                found[index] = self.value(parameter.type, self._length())
        for index, of in lengths.items():
            found[index] = self._measure(parameters[index], found[of], index, lengths)
        self._places(parameters, found, sequences, lengths)
        return tuple(found)

    def _measure(self, parameter: Parameter, sequence: Any, index: int, lengths: Mapping[int, int]) -> int:
        is_table = bool(sequence) and isinstance(sequence[0], list)
        before = [i for i in lengths if i < index and lengths[i] == lengths[index]]
        if is_table and (before or (_COLUMNS.match(parameter.name) and not _ROWS.match(parameter.name))):
            return len(sequence[0])
        whole = len(sequence)
        return whole if whole < 3 or self._chance.random() < 0.9 or is_table else self._chance.randint(1, whole)

    def _places(
        self, parameters: Sequence[Parameter], found: list[Any], sequences: list[int], lengths: Mapping[int, int]
    ) -> None:
        """Numbers that mean a place in a sequence before them, or a value that may be in it."""
        for index, parameter in enumerate(parameters):
            if index in lengths or not isinstance(parameter.type, Integer):
                continue
            before = [i for i in sequences if i < index]
            of = found[before[-1]] if before else None
            if of is None or (of and isinstance(of[0], list)):
                continue
            if _FIRST.match(parameter.name):
                found[index] = 0
            elif _LAST.match(parameter.name):
                found[index] = len(of) - 1
            elif of and self._chance.random() < 0.5:
                inside = [v for v in of if isinstance(v, int)] or [len(of)]
                choice = self._chance.choice([self._chance.choice(inside), self._chance.randint(1, len(of))])
                found[index] = abs(choice) if not parameter.type.signed else choice

    def _length(self) -> int:
        if self._round < _EDGES:
            return (0, 1, 2, 3)[self._round]
        return self._chance.choice([2, 3, 4, 5, 5, 6, 7, 8, 10, 12])

    def value(self, of: Type, length: int, width: int | None = None) -> Any:
        """A value of a type; sequences get so many elements."""
        match of:
            case Integer():
                return self._integer(of)
            case Floating():
                edges = (0.0, 1.0, -1.5, 2.5)
                if self._round < _EDGES and self._chance.random() < 0.7:
                    return edges[self._round]
                # Quarters are exact in 32 bits too.
                return self._chance.choice([self._chance.randint(-40, 80) / 4, self._chance.randint(1, 400) / 4])
            case Boolean():
                return self._chance.random() < 0.5
            case Character():
                return self._chance.choice("aabcdexyzABZ019 (+")
            case Text():
                return self._text(length)
            case ListOf(element):
                return self._list(element, length, width)
            case SetOf(element):
                return {freeze(self.value(element, 2)) for _ in range(length)}
            case MapOf(key, value):
                return {freeze(self.value(key, 2)): self.value(value, 2) for _ in range(min(length, 5))}
            case TupleOf(elements):
                return tuple(self.value(e, 2) for e in elements)
            case OptionalOf(element):
                return None if self._chance.random() < 0.25 else self.value(element, length)
            case Nothing():
                return None
        raise TypeError(f"no values for {of}")

    def _integer(self, of: Integer) -> int:
        chance = self._chance
        if self._round < _EDGES and chance.random() < 0.7:
            value = (0, 1, 2, -1)[self._round]
        else:
            value = chance.choice([
                chance.randint(1, 9), chance.randint(1, 9), chance.randint(5, 20), chance.randint(10, 50),
                chance.randint(20, 120), chance.randint(100, 1000), -chance.randint(1, 60),
            ])  # fmt: skip
        if value > self._largest:
            value = 1 + value % self._largest
        bounds = of.bounds or (value, value)
        return min(max(abs(value) if not of.signed else value, bounds[0]), bounds[1])

    def _text(self, length: int) -> str:
        kind = self._chance.random()
        if self._round < len(_TEXTS) or kind < 0.3:
            return _TEXTS[self._round] if self._round < 3 else self._chance.choice(_TEXTS)
        alphabet = self._chance.choice(
            ["ab", "abc", "abcdefghijklmnopqrstuvwxyz", "0123456789", "01", "()", "aAbB ", "XYZ"]
        )
        return "".join(self._chance.choice(alphabet) for _ in range(length))

    def _list(self, element: Type, length: int, width: int | None) -> list[Any]:
        chance = self._chance
        if isinstance(element, ListOf):
            columns = width or (length if chance.random() < 0.7 else self._length())
            rows = min(length, 5)
            return [[self.value(element.element, 2) for _ in range(width or min(columns, 5))] for _ in range(rows)]
        if not isinstance(element, (Integer, Floating)):
            return [self.value(element, chance.randint(1, 5)) for _ in range(length)]
        low, high = chance.choice([(0, 9), (1, 20), (-20, 20), (0, 1), (1, 100), (-5, 5), (1, 4)])
        signed = not isinstance(element, Integer) or element.signed
        scale = 0.25 if isinstance(element, Floating) else 1
        items = [chance.randint(low if signed else max(low, 0), high) * scale for _ in range(length)]
        order = chance.random()
        if order < 0.3:
            items.sort(reverse=order < 0.08)
        elif order < 0.4 and items:
            items = [items[0]] * length
        return items


def _lengths(parameters: Sequence[Parameter], sequences: list[int]) -> dict[int, int]:
    """Parameters that are the length of a sequence: index → index of the sequence."""
    if not sequences:
        return {}
    of_table = _is_table(parameters[sequences[0]])
    names = [
        i
        for i, p in enumerate(parameters)
        if isinstance(p.type, Integer)
        and (_LENGTH.match(p.name) or (of_table and (_ROWS.match(p.name) or _COLUMNS.match(p.name))))
    ]
    found: dict[int, int] = {}
    for position, index in enumerate(names):
        before = [s for s in sequences if s < index]
        together = len(names) == len(sequences)
        if together:  # f(a, b, m, n)
            found[index] = sequences[position]
        elif before:
            found[index] = before[-1]
        else:
            found[index] = sequences[min(position, len(sequences) - 1)]  # f(n, a)
    return found


def _is_table(parameter: Parameter) -> bool:
    return isinstance(parameter.type, ListOf) and isinstance(parameter.type.element, ListOf)

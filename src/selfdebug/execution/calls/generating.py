"""Arguments for a function whose types are known: edge cases first, then a mix of small sizes.

Functions in textbooks take an array and its length, a table and its dimensions, a range of places in an array. Such
parameters are known by their names and get values that belong together.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from selfdebug.execution.calls.values import freeze
from selfdebug.signature import (
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

_LENGTH = re.compile(
    r"(?i)^(?:[nm]\d?|len|length|size|sz|count|cnt|.*(?:_n|_len|_?length|_?size|len\d?)|[nm]um|len_?\w{1,4})$"
)
_ROWS, _COLUMNS = re.compile(r"(?i)^(?:[nmr]|rows?)$"), re.compile(r"(?i)^(?:[nmc]|cols?|columns?)$")
_FIRST = re.compile(r"(?i)^(?:l|low|lo|left|start|beg|begin|si|first|i|from)$")
_LAST = re.compile(r"(?i)^(?:r|h|high|hi|right|end|last|j|to|ei)$")
Sizes: TypeAlias = tuple[int | None, ...]
"""How long a fixed array is, the outermost dimension first; `None` where that is open."""
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
    sizes: Mapping[int, Sizes] | None = None,
    room: bool = False,
    clues: Clues | None = None,
    variables: Collection[int] = (),
) -> Iterator[tuple[Any, ...]]:
    """Arguments for a function, without end, the same for the same seed.

    Args:
        parameters: its parameters; none of an unknown type.
        seed: of the mix; the edge cases are the same for every seed.
        start: number of the first round.
        largest: no whole number by itself is larger.
        sizes: of the arrays that have fixed ones, by the parameter's index.
        room: arrays are longer than the number beside them says: some functions write beyond it.
        clues: what the source mentions. With them the values are unusual, to reach what ordinary ones do not.
        variables: indices of parameters that the function can change: one that is named like a length may be the length
            that it gives back.
    """
    number = start
    while True:
        chance = random.Random(f"{seed}/{number}")
        maker = _Maker(chance, number, largest, room) if clues is None else _Digger(chance, largest, room, clues)
        maker.variables = variables
        yield maker.arguments(parameters, sizes or {})
        number += 1


class _Maker:
    """Makes the arguments of one round."""

    _partly = 0.1  # how often a length is that of a part of its sequence
    variables: Collection[int] = ()

    def __init__(self, chance: random.Random, number: int, largest: int, room: bool) -> None:
        self._chance, self._round, self._largest, self._room = chance, number, largest, room

    def arguments(self, parameters: Sequence[Parameter], sizes: Mapping[int, Sizes]) -> tuple[Any, ...]:
        sequences = [i for i, p in enumerate(parameters) if isinstance(p.type, (ListOf, Text))]
        lengths = _lengths(parameters, sequences)
        # Several sequences and one length: they are equally long.
        shared = len(sequences) > 1 and len(set(lengths)) == 1
        length = self._length()
        found: list[Any] = [None] * len(parameters)
        for index, parameter in enumerate(parameters):
            rows, width = (*sizes.get(index, ()), None, None)[:2]
            if index in sequences:
                own = length if shared else self._length()
                if index not in lengths.values():
                    own = self._unmeasured(own, rows, width, found, sequences, lengths, shared)
                found[index] = self.value(parameter.type, own, width)
            elif index not in lengths:
                found[index] = self.value(parameter.type, rows if rows is not None else self._length())
        for index, of in lengths.items():
            found[index] = self._measure(parameters[index], found[of], index, lengths)
        self._places(parameters, found, sequences, lengths)
        return tuple(found)

    def _unmeasured(
        self,
        own: int,
        rows: int | None,
        width: int | None,
        found: list[Any],
        sequences: list[int],
        lengths: Mapping[int, int],
        shared: bool,
    ) -> int:
        """The length of a sequence without a parameter that says it."""
        if rows is not None or (width is not None and not lengths):
            return rows if rows is not None else width or own  # a table whose rows nobody counts is a square
        measured = [found[i] for i in sequences if i in lengths.values()]
        if shared or len(measured) < 2 or any(m is None for m in measured):
            return own
        return sum(map(len, measured))  # of several arrays with their lengths and one without: that takes all of them

    def _measure(self, parameter: Parameter, sequence: Any, index: int, lengths: Mapping[int, int]) -> int:
        is_table = bool(sequence) and isinstance(sequence[0], list)
        before = [i for i in lengths if i < index and lengths[i] == lengths[index]]
        if is_table and (before or (_COLUMNS.match(parameter.name) and not _ROWS.match(parameter.name))):
            return len(sequence[0])
        whole = max((len(sequence) - 2) // 2, 0) if self._room and isinstance(sequence, list) else len(sequence)
        if index in self.variables and self._chance.random() < 0.5:
            return self._chance.randint(0, whole)
        partly = whole >= 3 and not is_table and self._chance.random() >= 1 - self._partly
        return self._chance.randint(1, whole) if partly else whole

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


def is_partial(parameters: Sequence[Parameter], arguments: Sequence[Any], variables: Collection[int]) -> bool:
    """Whether a length among generated arguments is less than that of its sequence; ``variables`` as of `generate`."""
    sequences = [i for i, p in enumerate(parameters) if isinstance(p.type, (ListOf, Text))]
    lengths = {i: of for i, of in _lengths(parameters, sequences).items() if i not in variables}
    return any(0 <= arguments[i] < len(arguments[of]) and not _is_table(parameters[of]) for i, of in lengths.items())


def _is_table(parameter: Parameter) -> bool:
    return isinstance(parameter.type, ListOf) and isinstance(parameter.type.element, ListOf)


# -- unusual values ------------------------------------------------------------------------------------------------

_QUOTED = re.compile(r""" "([^"\\\n]{1,40})" | '([^'\\\n]{1,40})' """, re.X)
_WHOLE = re.compile(r"(?<![\w.])\d{1,9}(?![\w.])")
_SPECIAL = (
    0, 1, 2, 3, 4, 6, 7, 9, 11, 12, 16, 24, 25, 27, 28, 36, 64, 81, 97, 100, 120, 121, 144, 153, 169, 220, 256, 370,
    400, 496, 720, 945, 1024, 1331, 1900, 2000, 2024, 4096, 7919, 8128, 9999, 10000, 65536, -2, -7, -100,
)  # fmt: skip
_UNITS = ("ab", "abc", "0", "01", "()", "xyx", "Aa1!", "a b ", "9")


@dataclass(frozen=True, slots=True)
class Clues:
    """Literals of a source: what it compares its input with.

    Attributes:
        integers: whole numbers.
        characters: all of its texts.
        texts: those of more than one character.
    """

    integers: tuple[int, ...] = ()
    characters: str = ""
    texts: tuple[str, ...] = ()

    @classmethod
    def of(cls, source: str) -> Clues:
        """Those of a source in any language."""
        quoted = [double or single for double, single in _QUOTED.findall(source)]
        integers = {int(found) for found in _WHOLE.findall(_QUOTED.sub("", source))}
        texts = dict.fromkeys(text for text in quoted if len(text) > 1)
        return cls(tuple(sorted(integers)), "".join(dict.fromkeys("".join(quoted))), tuple(texts))


class _Digger(_Maker):
    """Makes arguments that are large, regular, related to each other, or made of what the source mentions."""

    _partly = 0.0

    def __init__(self, chance: random.Random, largest: int, room: bool, clues: Clues) -> None:
        super().__init__(chance, _EDGES + len(_TEXTS), largest, room)
        self._clues = clues
        self._before: dict[Type, Any] = {}

    def value(self, of: Type, length: int, width: int | None = None) -> Any:
        """A value of a type; often one like another of the same type in the same call."""
        before = self._before.get(of)
        if before is None or self._chance.random() < 0.4:
            made = super().value(of, length, width)
        elif isinstance(of, Text) or (isinstance(of, ListOf) and not isinstance(of.element, ListOf)):
            made = self._like(list(before))
            made = "".join(made) if isinstance(of, Text) else made
        elif isinstance(of, Integer):
            made = self._chance.choice([before, before * self._chance.randint(2, 5), before + 1, before - 1])
            made = self._bounded(made, of)
        else:
            made = super().value(of, length, width)
        if isinstance(of, (Integer, Text, ListOf)):
            self._before[of] = made
        return made

    def _like(self, items: list[Any]) -> list[Any]:
        """As many items, the same or nearly: a copy, another order, one exchanged; where lengths may differ, a part."""
        chance, place = self._chance, self._chance.randrange(len(items)) if items else 0
        match chance.randrange(6):
            case 0:
                return sorted(items)
            case 1:
                return items[::-1]
            case 2:
                return items[place:] + items[:place]
            case 3:
                return chance.sample(items, len(items))
            case 4 if items:
                return [*items[:place], chance.choice(items), *items[place + 1 :]]
        return list(items)

    def _length(self) -> int:
        return self._chance.choice([1, 2, 3, 4, 6, 9, 16, 25])

    def _bounded(self, value: int, of: Integer) -> int:
        low, high = of.bounds or (value, value)
        return min(max(abs(value) if not of.signed else value, low), high)

    def _integer(self, of: Integer) -> int:
        chance, own = self._chance, self._clues.integers
        kind = chance.random()
        if own and kind < 0.35:
            value = chance.choice(own) + chance.choice([-1, 0, 0, 0, 1])
        elif kind < 0.6:
            value = chance.choice(_SPECIAL)
        else:
            value = chance.choice([2 ** chance.randint(0, 30), chance.randint(0, 200) ** 2, chance.randint(-99, 10**6)])
        if abs(value) > self._largest * 100 or self._largest < 100 <= value:
            value = 1 + abs(value) % self._largest
        return self._bounded(value, of)

    def _text(self, length: int) -> str:
        chance, clues = self._chance, self._clues
        kind = chance.random()
        if clues.characters and kind < 0.4:
            made = "".join(chance.choice(clues.characters) for _ in range(length))
        elif clues.texts and kind < 0.55:
            made = chance.choice(clues.texts)
        else:
            made = (chance.choice(_UNITS) * length)[:length]
        shape = chance.random()
        if shape < 0.2:
            return (made[: length // 2 + 1] + made[: length // 2 + 1][::-1])[: max(length, 2)]
        if shape < 0.35 and made:
            place = chance.randrange(len(made))
            return f"{made[:place]}{chance.choice('aZ0 x')}{made[place + 1 :]}"
        return made.title() if shape < 0.4 else made

    def _list(self, element: Type, length: int, width: int | None) -> list[Any]:
        chance = self._chance
        if isinstance(element, ListOf):
            return self._table(element, width or min(length, 4), min(length, width or 4))
        if isinstance(element, Character) and self._clues.characters:
            return [chance.choice(self._clues.characters) for _ in range(length)]
        if not isinstance(element, Integer):
            return super()._list(element, length, width)
        start, step = self._integer(element) % 50, chance.randint(1, 3)
        match chance.randrange(7):
            case 0:
                items = [start + step * i for i in range(length)]
            case 1:
                items = list(range(1, length + 1))
                chance.shuffle(items)
            case 2:
                half = [chance.randint(0, 9) for _ in range((length + 1) // 2)]
                items = half + half[::-1][length % 2 :]
            case 3:
                items = [start] * length
            case 4:
                items = [chance.choice([0, 1]) for _ in range(length)]
            case 5:
                items = [self._integer(element) for _ in range(length)]
            case _:
                items = sorted(chance.randint(-50, 50) for _ in range(length))
        return [self._bounded(item, element) for item in items]

    def _table(self, row: ListOf, columns: int, rows: int) -> list[Any]:
        chance = self._chance
        if not isinstance(row.element, (Integer, Floating)):
            return [[self.value(row.element, 2) for _ in range(columns)] for _ in range(rows)]
        kind = chance.randrange(4)
        made = [[chance.randint(0, 3) for _ in range(columns)] for _ in range(rows)]
        for i in range(rows):
            for j in range(columns):
                if kind == 0:
                    made[i][j] = int(i == j)
                elif kind == 1 and j < i and i < columns and j < rows:
                    made[i][j] = made[j][i]
                elif kind == 2:
                    made[i][j] = i * columns + j + 1
        return [[float(v) for v in row] for row in made] if isinstance(row.element, Floating) else made

"""Values of a type: edge cases first, then a mix of small sizes; and unusual ones, made of what a source mentions."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Any

from selfdebug import signature as types
from selfdebug.execution.calls.values import freeze

_EDGES = 4  # rounds of edge cases before the mix
_TEXTS = (
    "", "a", "aa", "ab", "abba", "racecar", "12321", "1010", "hello world", "(())", "AbC", "7", "abcabc", "(()", "0110",
    "geeks for geeks", "aabbbc", "Zz9!", "123", "xyz", "{[()]}", "bbaaa", "1 2 3", "mississippi", "-5", "a1b2",
)  # fmt: skip


class ValueMaker:
    """Makes the values of one call.

    Attributes:
        chance: of this call.
        room: see `generate`.
        partly: how often a length is that of a part of its sequence.
    """

    partly = 0.1

    def __init__(self, chance: random.Random, number: int, largest: int, room: bool) -> None:
        self.chance, self._round, self._largest, self.room = chance, number, largest, room

    def length(self) -> int:
        if self._round < _EDGES:
            return (0, 1, 2, 3)[self._round]
        return self.chance.choice([2, 3, 4, 5, 5, 6, 7, 8, 10, 12])

    def value(self, of: types.Type, length: int, width: int | None = None) -> Any:
        """A value of a type; sequences get so many elements."""
        match of:
            case types.Integer():
                return self._integer(of)
            case types.Floating():
                edges = (0.0, 1.0, -1.5, 2.5)
                if self._round < _EDGES and self.chance.random() < 0.7:
                    return edges[self._round]
                # Quarters are exact in 32 bits too.
                return self.chance.choice([self.chance.randint(-40, 80) / 4, self.chance.randint(1, 400) / 4])
            case types.Boolean():
                return self.chance.random() < 0.5
            case types.Character():
                return self.chance.choice("aabcdexyzABZ019 (+")
            case types.Text():
                return self._text(length)
            case types.ListOf(element):
                return self._list(element, length, width)
            case types.SetOf(element):
                return {freeze(self.value(element, 2)) for _ in range(length)}
            case types.MapOf(key, value):
                return {freeze(self.value(key, 2)): self.value(value, 2) for _ in range(min(length, 5))}
            case types.TupleOf(elements):
                return tuple(self.value(e, 2) for e in elements)
            case types.OptionalOf(element):
                return None if self.chance.random() < 0.25 else self.value(element, length)
            case types.Nothing():
                return None
        raise TypeError(f"no values for {of}")

    def _integer(self, of: types.Integer) -> int:
        chance = self.chance
        if self._round < _EDGES and chance.random() < 0.7:
            value = (0, 1, 2, -1)[self._round]
        else:
            value = chance.choice([
                chance.randint(1, 9), chance.randint(1, 9), chance.randint(5, 20), chance.randint(10, 50),
                chance.randint(20, 120), chance.randint(100, 1000), -chance.randint(1, 60),
            ])  # fmt: skip
        return _bounded(1 + value % self._largest if value > self._largest else value, of)

    def _text(self, length: int) -> str:
        kind = self.chance.random()
        if self._round < len(_TEXTS) or kind < 0.3:
            return _TEXTS[self._round] if self._round < 3 else self.chance.choice(_TEXTS)
        alphabet = self.chance.choice(
            ["ab", "abc", "abcdefghijklmnopqrstuvwxyz", "0123456789", "01", "()", "aAbB ", "XYZ"]
        )
        return "".join(self.chance.choice(alphabet) for _ in range(length))

    def _list(self, element: types.Type, length: int, width: int | None) -> list[Any]:
        chance = self.chance
        if isinstance(element, types.ListOf):
            columns = width or (length if chance.random() < 0.7 else self.length())
            rows = min(length, 5)
            return [[self.value(element.element, 2) for _ in range(width or min(columns, 5))] for _ in range(rows)]
        if not isinstance(element, (types.Integer, types.Floating)):
            return [self.value(element, chance.randint(1, 5)) for _ in range(length)]
        low, high = chance.choice([(0, 9), (1, 20), (-20, 20), (0, 1), (1, 100), (-5, 5), (1, 4)])
        signed = not isinstance(element, types.Integer) or element.signed
        scale = 0.25 if isinstance(element, types.Floating) else 1
        items = [chance.randint(low if signed else max(low, 0), high) * scale for _ in range(length)]
        order = chance.random()
        if order < 0.3:
            items.sort(reverse=order < 0.08)
        elif order < 0.4 and items:
            items = [items[0]] * length
        return items


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
        integers = {int(digits) for digits in _WHOLE.findall(_QUOTED.sub("", source))}
        texts = dict.fromkeys(text for text in quoted if len(text) > 1)
        return cls(tuple(sorted(integers)), "".join(dict.fromkeys("".join(quoted))), tuple(texts))


class UnusualValueMaker(ValueMaker):
    """Makes arguments that are large, regular, related to each other, or made of what the source mentions."""

    partly = 0.0

    def __init__(self, chance: random.Random, largest: int, room: bool, clues: Clues) -> None:
        super().__init__(chance, _EDGES + len(_TEXTS), largest, room)
        self._clues = clues
        self._before: dict[types.Type, Any] = {}

    def value(self, of: types.Type, length: int, width: int | None = None) -> Any:
        """A value of a type; often one like another of the same type in the same call."""
        before = self._before.get(of)
        if before is None or self.chance.random() < 0.4:
            made = super().value(of, length, width)
        elif isinstance(of, types.Text) or (isinstance(of, types.ListOf) and not isinstance(of.element, types.ListOf)):
            made = self._like(list(before))
            made = "".join(made) if isinstance(of, types.Text) else made
        elif isinstance(of, types.Integer):
            made = self.chance.choice([before, before * self.chance.randint(2, 5), before + 1, before - 1])
            made = _bounded(made, of)
        else:
            made = super().value(of, length, width)
        if isinstance(of, (types.Integer, types.Text, types.ListOf)):
            self._before[of] = made
        return made

    def _like(self, items: list[Any]) -> list[Any]:
        """As many items, the same or nearly: a copy, another order, one exchanged; where lengths may differ, a part."""
        chance, place = self.chance, self.chance.randrange(len(items)) if items else 0
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

    def length(self) -> int:
        return self.chance.choice([1, 2, 3, 4, 6, 9, 16, 25])

    def _integer(self, of: types.Integer) -> int:
        chance, own = self.chance, self._clues.integers
        kind = chance.random()
        if own and kind < 0.35:
            value = chance.choice(own) + chance.choice([-1, 0, 0, 0, 1])
        elif kind < 0.6:
            value = chance.choice(_SPECIAL)
        else:
            value = chance.choice([2 ** chance.randint(0, 30), chance.randint(0, 200) ** 2, chance.randint(-99, 10**6)])
        if abs(value) > self._largest * 100 or self._largest < 100 <= value:
            value = 1 + abs(value) % self._largest
        return _bounded(value, of)

    def _text(self, length: int) -> str:
        chance, clues = self.chance, self._clues
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

    def _list(self, element: types.Type, length: int, width: int | None) -> list[Any]:
        chance = self.chance
        if isinstance(element, types.ListOf):
            return self._table(element, width or min(length, 4), min(length, width or 4))
        if isinstance(element, types.Character) and self._clues.characters:
            return [chance.choice(self._clues.characters) for _ in range(length)]
        if not isinstance(element, types.Integer):
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
        return [_bounded(item, element) for item in items]

    def _table(self, row: types.ListOf, columns: int, rows: int) -> list[Any]:
        chance = self.chance
        if not isinstance(row.element, (types.Integer, types.Floating)):
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
        return [[float(v) for v in row] for row in made] if isinstance(row.element, types.Floating) else made


def _bounded(value: int, of: types.Integer) -> int:
    """The value of the type that is nearest to a number, or to it without its sign."""
    value = value if of.signed else abs(value)
    low, high = of.bounds or (value, value)
    return min(max(value, low), high)

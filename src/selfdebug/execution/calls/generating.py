"""Arguments for a function whose types are known: edge cases first, then a mix of small sizes.

Functions in textbooks take an array and its length, a table and its dimensions, a range of places in an array. Such
parameters are known by their names and get values that belong together.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from selfdebug import signature as types
from selfdebug.execution.calls.value_makers import Clues, UnusualValueMaker, ValueMaker

_LENGTH = re.compile(
    r"(?i)^(?:[nm]\d?|len|length|size|sz|count|cnt|.*(?:_n|_len|_?length|_?size|len\d?)|[nm]um|len_?\w{1,4})$"
)
_ROWS, _COLUMNS = re.compile(r"(?i)^(?:[nmr]|rows?)$"), re.compile(r"(?i)^(?:[nmc]|cols?|columns?)$")
_FIRST = re.compile(r"(?i)^(?:l|low|lo|left|start|beg|begin|si|first|i|from)$")
_LAST = re.compile(r"(?i)^(?:r|h|high|hi|right|end|last|j|to|ei)$")
Sizes: TypeAlias = tuple[int | None, ...]
"""How long a fixed array is, the outermost dimension first; `None` where that is open."""


def generate(
    parameters: Sequence[types.Parameter],
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
    for number in itertools.count(start):
        chance = random.Random(f"{seed}/{number}")
        maker = (
            ValueMaker(chance, number, largest, room)
            if clues is None
            else UnusualValueMaker(chance, largest, room, clues)
        )
        yield _Call(maker, parameters, sizes or {}, variables).arguments()


class _Call:
    """Makes the arguments of one call, which belong together."""

    def __init__(
        self,
        maker: ValueMaker,
        parameters: Sequence[types.Parameter],
        sizes: Mapping[int, Sizes],
        variables: Collection[int],
    ) -> None:
        self._maker, self._chance = maker, maker.chance
        self._parameters, self._sizes, self._variables = parameters, sizes, variables
        self._sequences, self._lengths = _sequences_and_lengths(parameters)
        self._made: list[Any] = [None] * len(parameters)

    def arguments(self) -> tuple[Any, ...]:
        """The arguments, in the order of the parameters."""
        # Several sequences and one length: they are equally long.
        is_shared = len(self._sequences) > 1 and len(set(self._lengths)) == 1
        shared = self._maker.length()
        for index, parameter in enumerate(self._parameters):
            rows, width = (*self._sizes.get(index, ()), None, None)[:2]
            if index in self._sequences:
                length = shared if is_shared else self._maker.length()
                if index not in self._lengths.values():
                    length = self._unmeasured(length, rows, width, is_shared)
                self._made[index] = self._maker.value(parameter.type, length, width)
            elif index not in self._lengths:
                self._made[index] = self._maker.value(
                    parameter.type, rows if rows is not None else self._maker.length()
                )
        for index, of in self._lengths.items():
            self._made[index] = self._measure(index, self._made[of])
        self._make_places()
        return tuple(self._made)

    def _unmeasured(self, length: int, rows: int | None, width: int | None, is_shared: bool) -> int:
        """The length of a sequence without a parameter that says it."""
        if rows is not None or (width is not None and not self._lengths):
            return rows if rows is not None else width or length  # a table whose rows nobody counts is a square
        measured = [self._made[i] for i in self._sequences if i in self._lengths.values()]
        if is_shared or len(measured) < 2 or any(m is None for m in measured):
            return length
        return sum(map(len, measured))  # of several arrays with their lengths and one without: that takes all of them

    def _measure(self, index: int, sequence: Any) -> int:
        """What a parameter says of the length of a sequence."""
        name, lengths = self._parameters[index].name, self._lengths
        is_table = bool(sequence) and isinstance(sequence[0], list)
        before = [i for i in lengths if i < index and lengths[i] == lengths[index]]
        if is_table and (before or (_COLUMNS.match(name) and not _ROWS.match(name))):
            return len(sequence[0])
        whole = len(sequence)
        if self._maker.room and isinstance(sequence, list):
            whole = max((whole - 2) // 2, 0)
        if index in self._variables and self._chance.random() < 0.5:
            return self._chance.randint(0, whole)
        partly = whole >= 3 and not is_table and self._chance.random() >= 1 - self._maker.partly
        return self._chance.randint(1, whole) if partly else whole

    def _make_places(self) -> None:
        """Numbers that mean a place in a sequence before them, or a value that may be in it."""
        for index, parameter in enumerate(self._parameters):
            before = [self._made[i] for i in self._sequences if i < index]
            if index in self._lengths or not isinstance(parameter.type, types.Integer) or not before:
                continue
            of = before[-1]
            if of and isinstance(of[0], list):
                continue
            if _FIRST.match(parameter.name):
                self._made[index] = 0
            elif _LAST.match(parameter.name):
                self._made[index] = len(of) - 1
            elif of and self._chance.random() < 0.5:
                inside = [v for v in of if isinstance(v, int)] or [len(of)]
                choice = self._chance.choice([self._chance.choice(inside), self._chance.randint(1, len(of))])
                self._made[index] = choice if parameter.type.signed else abs(choice)


def _sequences_and_lengths(parameters: Sequence[types.Parameter]) -> tuple[list[int], dict[int, int]]:
    """Parameters that are sequences, and those that are the length of one: index → index of the sequence."""
    sequences = [i for i, p in enumerate(parameters) if isinstance(p.type, (types.ListOf, types.Text))]
    if not sequences:
        return [], {}
    of_table = _is_table(parameters[sequences[0]])
    names = [
        i
        for i, p in enumerate(parameters)
        if isinstance(p.type, types.Integer)
        and (_LENGTH.match(p.name) or (of_table and (_ROWS.match(p.name) or _COLUMNS.match(p.name))))
    ]
    measured: dict[int, int] = {}
    for position, index in enumerate(names):
        before = [s for s in sequences if s < index]
        if before and len(names) != len(sequences):
            measured[index] = before[-1]
        else:  # f(a, b, m, n) or f(n, a)
            measured[index] = sequences[min(position, len(sequences) - 1)]
    return sequences, measured


def is_partial(parameters: Sequence[types.Parameter], arguments: Sequence[Any], variables: Collection[int]) -> bool:
    """Whether a length among generated arguments is less than that of its sequence; ``variables`` as of `generate`."""
    return any(
        index not in variables and 0 <= arguments[index] < len(arguments[of]) and not _is_table(parameters[of])
        for index, of in _sequences_and_lengths(parameters)[1].items()
    )


def _is_table(parameter: types.Parameter) -> bool:
    return isinstance(parameter.type, types.ListOf) and isinstance(parameter.type.element, types.ListOf)

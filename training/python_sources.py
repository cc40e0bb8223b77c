"""What text-to-Python problems go through: values, digits, characters, words, entries, pairs; in code and in words.

Items are of a kind: ``int``, ``char``, ``word``, ``pair`` (two numbers with names) or ``entry`` (a word and a number).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from training.program_names import Names

Draw = Callable[[random.Random, int], Any]
"""Gives an argument for a test; of the first numbers, it gives limit cases."""

LOCALS = frozenset(
    ("value", "digit", "char", "word", "key", "a", "b", "i", "total", "product", "count", "best", "result", "last")
) | {"item", "parts", "run", "sign", "size", "counts", "groups"}
"""Variables of programs, which parameters must not be named like."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the function and how tests choose its value."""

    name: str
    draw: Draw


@dataclass(frozen=True, slots=True)
class Source:
    """Where items come from.

    Attributes:
        kind: of the items.
        parameters: what is gone through.
        loop: lines that begin the loop; the last ones may name the item.
        variables: that hold an item.
        plural, singular: the items in words.
        inside: the first lines of the loop.
        others: loops that the same words could mean too.
    """

    kind: str
    parameters: tuple[Parameter, ...]
    loop: str
    variables: tuple[str, ...]
    plural: str
    singular: str
    inside: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def _int_list(rng: random.Random, number: int) -> list[int]:
    if number == 0:
        return []
    if number == 1:
        return [rng.randint(-6, 9)]
    if number == 2:
        value = rng.randint(1, 5)
        return [value, value, -value]
    low = rng.choice((-9, -3, 0, 1))
    return [rng.randint(low, 12) for _ in range(rng.randint(2, 5))]


def _natural(rng: random.Random, number: int) -> int:
    return (0, 1, 10)[number] if number < 3 else rng.choice((rng.randint(2, 99), rng.randint(100, 9999)))


def _upper(rng: random.Random, number: int) -> int:
    return (0, 1, 2)[number] if number < 3 else rng.randint(3, 12)


def is_vague(rng: random.Random) -> bool:
    """Whether words may leave open what is meant."""
    return rng.random() < 0.5


def small(rng: random.Random, number: int) -> int:
    """A number that values are compared with."""
    return rng.randint(0, 6) if number else 3


def _styled(rng: random.Random, word: str) -> str:
    return rng.choice((word, word, word.upper(), word.capitalize(), f"{word}{rng.randint(0, 9)}"))


def _text(names: Names) -> Draw:
    def draw(rng: random.Random, number: int) -> str:
        if number == 0:
            return ""
        if number == 1:
            return names.word()[0]
        return " ".join(_styled(rng, names.word()) for _ in range(rng.choice((1, 1, 2))))

    return draw


def _sentence(names: Names) -> Draw:
    def draw(rng: random.Random, number: int) -> str:
        return "" if number == 0 else " ".join(names.word() for _ in range(1 if number == 1 else rng.randint(2, 4)))

    return draw


def _words(names: Names) -> Draw:
    def draw(rng: random.Random, number: int) -> list[str]:
        if number == 0:
            return []
        words = [names.word() for _ in range(1 if number == 1 else rng.randint(2, 4))]
        return [*words, words[0]] if rng.random() < 0.25 else words

    return draw


def _table(names: Names) -> Draw:
    def draw(rng: random.Random, number: int) -> dict[str, int]:
        count = (0, 1, 2)[number] if number < 3 else rng.randint(2, 4)
        return {names.word(): rng.randint(-4, 9) for _ in range(count)}

    return draw


def source(rng: random.Random, names: Names) -> Source:
    """Draws a source."""
    return rng.choices(tuple(_SOURCES), weights=tuple(_SOURCES.values()))[0](rng, names)


def _of_list(rng: random.Random, names: Names) -> Source:
    p = names.draw("lists")
    plural = rng.choice((f"the values of the list {p}", f"the numbers in {p}", f"the values in the list {p}"))
    return Source("int", (Parameter(p, _int_list),), f"for value in {p}:", ("value",), plural, f"value of {p}")


def _of_digits(rng: random.Random, names: Names) -> Source:
    p = names.draw("numbers")
    plural = rng.choice((f"the digits of {p}", f"the decimal digits of {p}", f"the digits of the number {p}"))
    return Source(
        "int",
        (Parameter(p, _natural),),
        f"for char in str({p}):",
        ("digit",),
        plural,
        f"digit of {p}",
        ("digit = int(char)",),
    )


def _of_range(rng: random.Random, names: Names) -> Source:
    p = names.draw("numbers")
    full, short = f"for i in range(1, {p} + 1):", f"for i in range(1, {p}):"
    if is_vague(rng):
        loop, other = rng.sample((full, short), 2)
        words = f"the numbers up to {p}", f"number i up to {p}"
        return Source("int", (Parameter(p, _upper),), loop, ("i",), *words, others=(other,))
    plural = rng.choice((f"the numbers from 1 to {p}", f"the whole numbers from 1 up to and including {p}"))
    return Source("int", (Parameter(p, _upper),), full, ("i",), plural, f"number i from 1 to {p}")


def _of_characters(rng: random.Random, names: Names) -> Source:
    p = names.draw("texts")
    plural = rng.choice((f"the characters of {p}", f"the characters of the text {p}", f"all characters in {p}"))
    return Source("char", (Parameter(p, _text(names)),), f"for char in {p}:", ("char",), plural, f"character of {p}")


def _of_text(rng: random.Random, names: Names) -> Source:
    p = names.draw("texts")
    plural = rng.choice((f"the words of {p}", f"the words of the text {p}", f"the words in {p}, separated by spaces,"))
    return Source(
        "word", (Parameter(p, _sentence(names)),), f"for word in {p}.split():", ("word",), plural, f"word of {p}"
    )


def _of_words(rng: random.Random, names: Names) -> Source:
    p = names.draw("lists")
    plural = rng.choice((f"the words in the list {p}", f"the strings of the list {p}"))
    return Source(
        "word", (Parameter(p, _words(names)),), f"for word in {p}:", ("word",), plural, f"word in the list {p}"
    )


def _of_table(rng: random.Random, names: Names) -> Source:
    p = names.draw("tables")
    plural = rng.choice((f"the entries of the dictionary {p}", f"the keys and values of the dictionary {p}"))
    return Source(
        "entry",
        (Parameter(p, _table(names)),),
        f"for key, value in {p}.items():",
        ("key", "value"),
        plural,
        f"entry of the dictionary {p}",
    )


def _of_two_lists(rng: random.Random, names: Names) -> Source:
    p, q = names.draw("lists"), names.draw("lists")
    parameters = (Parameter(p, _int_list), Parameter(q, lambda r, n: _int_list(r, 3 if n else 0)))
    plural = rng.choice(
        (
            f"the pairs of a value a of {p} and the value b of {q} at the same position",
            f"the values a in {p} and b in {q} at equal positions, as far as both lists go,",
        )
    )
    return Source(
        "pair", parameters, f"for a, b in zip({p}, {q}):", ("a", "b"), plural, f"pair of values a of {p} and b of {q}"
    )


def _of_neighbours(rng: random.Random, names: Names) -> Source:
    p = names.draw("lists")
    plural = rng.choice(
        (f"the pairs of neighbours a and b in {p}, where b follows a,", f"each two values a and b in a row of {p}")
    )
    return Source(
        "pair",
        (Parameter(p, _int_list),),
        f"for a, b in zip({p}, {p}[1:]):",
        ("a", "b"),
        plural,
        f"pair of neighbours a, b of {p}",
    )


def _of_positions(rng: random.Random, names: Names) -> Source:
    p = names.draw("lists")
    loops = f"for i, value in enumerate({p}):", f"for i, value in enumerate({p}, 1):"
    if is_vague(rng):
        loop, other = rng.sample(loops, 2)
        words = f"the values of {p} with their positions i", f"position i and value of {p}"
        return Source("pair", (Parameter(p, _int_list),), loop, ("i", "value"), *words, others=(other,))
    plural = rng.choice(
        (
            f"the positions i (from 0) and values of {p}",
            f"the values of the list {p} with their positions i, counted from 0,",
        )
    )
    return Source(
        "pair",
        (Parameter(p, _int_list),),
        loops[0],
        ("i", "value"),
        plural,
        f"position i (from 0) and value of {p}",
    )


_SOURCES: dict[Callable[[random.Random, Names], Source], int] = {
    _of_list: 5,
    _of_digits: 3,
    _of_range: 2,
    _of_characters: 4,
    _of_text: 3,
    _of_words: 3,
    _of_table: 4,
    _of_two_lists: 2,
    _of_neighbours: 2,
    _of_positions: 2,
}

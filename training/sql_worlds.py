"""Made-up worlds: small SQLite databases of one to four tables, each with two variants that have other rows."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from .inventing import SHARE
from .words import HELD_OUT, POOLS, TRAINING, Measure, Noun, Trait, Vocabulary, pseudo_noun, pseudo_word

VARIANTS = 3
"""Databases of a world: the one that the problem shows and two that must agree with it."""
_SHAPES: tuple[tuple[float, tuple[tuple[int, ...], ...]], ...] = (
    (0.22, ((),)),
    (0.48, ((), (0,))),
    (0.10, ((), (0,), (1,))),
    (0.08, ((), (), (0, 1))),
    (0.07, ((), (0,), (0,))),
    (0.05, ((), (0,), (0,), (1,))),
)
"""Shares of world shapes: for each table, the tables that it refers to."""


class Kind(Enum):
    """What a column holds. The value stands for it in skeletons."""

    KEY = "id"
    REFERENCE = "ref"
    NAME = "s"
    TRAIT = "t"
    MEASURE = "n"
    YEAR = "y"

    @property
    def is_number(self) -> bool:
        """Whether it can be summed or compared by size."""
        return self in (Kind.MEASURE, Kind.YEAR)


@dataclass(frozen=True)
class Column:
    """A column, with the words for it in a question."""

    table: str
    name: str
    singular: str
    plural: str
    kind: Kind
    nullable: bool
    draw: Callable[[random.Random], object] = field(repr=False, compare=False)
    unique: bool = False


@dataclass(frozen=True)
class Table:
    """A table, with the words for its rows in a question."""

    name: str
    singular: str
    plural: str
    key: str
    columns: tuple[Column, ...]
    references: tuple[tuple[str, int], ...]
    """Columns that refer to other tables, with the positions of those tables in the world."""

    @property
    def ddl(self) -> str:
        """The statement that makes it, without foreign keys."""
        keys = [f"{self.key} INTEGER PRIMARY KEY", *(f"{name} INTEGER" for name, _ in self.references)]
        columns = [f"{one.name} {'INTEGER' if one.kind.is_number else 'TEXT'}" for one in self.columns]
        return ",\n    ".join([*keys, *columns])


@dataclass
class World:
    """Tables and open databases, whose paths problems name."""

    tables: tuple[Table, ...]
    databases: tuple[str, ...]
    connections: tuple[sqlite3.Connection, ...]

    def close(self) -> None:
        """Close the databases; their files stay."""
        for connection in self.connections:
            connection.close()


def make_world(rng: random.Random, held_out: bool, stem: Path) -> World:
    """Make a world and write its databases.

    Args:
        rng: decides everything.
        held_out: whether its words are the held-out ones.
        stem: path of the files, without the number of the variant and the suffix.
    """
    tables = _Namer(rng, held_out).tables()
    databases, connections = [], []
    for variant in range(VARIANTS):
        path = stem.with_name(f"{stem.name}-{variant}.sqlite")
        connection = _fill(tables, random.Random(rng.random()))
        path.write_bytes(connection.serialize())
        databases.append(str(path))
        connections.append(connection)
    return World(tables, tuple(databases), tuple(connections))


class _Namer:
    """Draws tables with columns."""

    def __init__(self, rng: random.Random, held_out: bool) -> None:
        self.rng = rng
        self.words: Vocabulary = HELD_OUT if held_out else TRAINING
        self.pseudo = not held_out and rng.random() < SHARE
        self.plural_tables = rng.random() < 0.3
        self.key_style = rng.choices(("id", "thing_id", "bare"), (0.7, 0.2, 0.1))[0]
        self.taken: set[str] = set()
        self.column_words: set[str] = set()

    def tables(self) -> tuple[Table, ...]:
        shares, shapes = zip(*_SHAPES, strict=True)
        shape = self.rng.choices(shapes, shares)[0]
        nouns: list[Noun] = []
        tables = []
        for parents in shape:
            noun = self._fresh(self.words.things)
            nouns.append(noun)
            tables.append(self._table(noun, [(nouns[parent], parent) for parent in parents]))
        return tuple(tables)

    def _fresh(self, nouns: tuple[Noun, ...]) -> Noun:
        """A noun that names nothing in this world yet."""
        while True:
            noun = pseudo_noun(self.rng) if self.pseudo else self.rng.choice(nouns)
            if not (self.taken | self.column_words) & {noun.singular, noun.plural}:
                self.taken |= {noun.singular, noun.plural}
                return noun

    def _table(self, noun: Noun, parents: list[tuple[Noun, int]]) -> Table:
        name = noun.plural if self.plural_tables else noun.singular
        key = f"{noun.singular}_id" if self.key_style == "thing_id" else "id"
        suffix = "" if self.key_style == "bare" else "_id"
        references = tuple((parent.singular + suffix, position) for parent, position in parents)
        used = {key, *(reference for reference, _ in references)}
        columns = tuple(self._column(name, kind, used) for kind in self._kinds(bool(parents)))
        return Table(name, _spaced(noun.singular), _spaced(noun.plural), key, columns, references)

    def _kinds(self, has_parents: bool) -> list[Kind]:
        """Kinds of a table's columns: two to four, fewer where it refers to others."""
        kinds = [] if has_parents and self.rng.random() < 0.5 else [Kind.NAME]
        if not has_parents or self.rng.random() < 0.6:
            kinds.append(Kind.TRAIT)
        kinds.append(Kind.MEASURE)
        extra = self.rng.choices((None, Kind.YEAR, Kind.MEASURE, Kind.TRAIT), (0.35, 0.2, 0.25, 0.2))[0]
        return kinds if extra is None else [*kinds, extra]

    def _column(self, table: str, kind: Kind, used: set[str]) -> Column:
        while True:
            noun, draw, unique = self._drawn(kind)
            if noun.singular not in used and noun.singular not in self.taken:
                break
        used.add(noun.singular)
        self.column_words.add(noun.singular)
        words = Noun(_spaced(noun.singular), _spaced(noun.plural))
        if kind is Kind.MEASURE and noun.singular == noun.plural:  # "copies": whose number of copies is …
            words = Noun(f"number of {words.singular}", f"numbers of {words.singular}")
        nullable = kind in (Kind.TRAIT, Kind.MEASURE) and self.rng.random() < 0.08
        return Column(table, noun.singular, words.singular, words.plural, kind, nullable, draw, unique)

    def _drawn(self, kind: Kind) -> tuple[Noun, Callable[[random.Random], object], bool]:
        """A column's noun, how to draw its values, and whether they should differ."""
        rng = self.rng
        if kind is Kind.NAME:
            noun = self._noun(Noun.of("name") if rng.random() < 0.6 else rng.choice(self.words.names))
            return noun, _choosing(self._names()), True
        if kind is Kind.TRAIT:
            trait: Trait = rng.choice(self.words.traits)
            pool = POOLS[trait.pool] if rng.random() < 0.8 else tuple(pseudo_word(rng) for _ in range(4))
            return self._noun(trait.noun), _choosing(rng.sample(pool, min(len(pool), rng.randint(3, 5)))), False
        if kind is Kind.YEAR:
            first = rng.randint(1900, 2005)
            return self._noun(rng.choice(self.words.years)), _between(first, first + 18), rng.random() < 0.6
        measure: Measure = rng.choice(self.words.measures)
        return self._noun(measure.noun), _between(measure.low, measure.high), rng.random() < 0.7

    def _noun(self, noun: Noun) -> Noun:
        return pseudo_noun(self.rng) if self.pseudo else noun

    def _names(self) -> list[str]:
        """Values of a column that tells rows apart: few initials, so that LIKE finds several."""
        rng = self.rng
        if rng.random() < 0.3:
            return [pseudo_word(rng).capitalize() for _ in range(24)]
        pool = POOLS[rng.choice(("people", "titles", "titles"))]
        initials = rng.sample(sorted({word[0] for word in pool}), 9)
        chosen = [word for word in pool if word[0] in initials]
        return chosen if len(chosen) >= 20 else list(pool)


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _choosing(values: list[str]) -> Callable[[random.Random], object]:
    return lambda rng: rng.choice(values)


def _between(low: int, high: int) -> Callable[[random.Random], object]:
    return lambda rng: rng.randint(low, high)


def _fill(tables: tuple[Table, ...], rng: random.Random) -> sqlite3.Connection:
    """A database in memory with drawn rows."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA page_size = 1024")
    keys: list[list[int]] = []
    for table in tables:
        parts = [table.ddl] + [
            f"FOREIGN KEY ({name}) REFERENCES {tables[position].name} ({tables[position].key})"
            for name, position in table.references
        ]
        connection.execute(f"CREATE TABLE {table.name} (\n    {(','.join(parts))}\n)")
        count = rng.randint(10, 18) if table.references else rng.randint(7, 13)
        first = rng.choice((1, 1, 1, 101))
        keys.append(list(range(first, first + count)))
        referred = [_some(keys[position], rng) for _, position in table.references]
        values = [_values(column, count, rng) for column in table.columns]
        rows = [
            (keys[-1][row], *(rng.choice(of) for of in referred), *(column[row] for column in values))
            for row in range(count)
        ]
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)
    return connection


def _some(keys: list[int], rng: random.Random) -> list[int]:
    """Keys that get referred to: not all, so that inner joins lose rows, and some more often than others."""
    kept = rng.sample(keys, max(3, len(keys) * 2 // 3))
    return kept + kept[: len(kept) // 2]


def _values(column: Column, count: int, rng: random.Random) -> list[object]:
    """A column's values: NULL rarely; in columns that are unique, a value twice only where the pool is small."""
    values: list[object] = []
    while len(values) < count:
        value = column.draw(rng)
        for _ in range(8 if column.unique else 0):
            if value not in values:
                break
            value = column.draw(rng)
        values.append(None if column.nullable and rng.random() < 0.2 else value)
    return values

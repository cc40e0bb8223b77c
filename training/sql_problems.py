"""Text-to-SQL problems without end: made-up databases, questions to them, and the queries that answer them.

Whether a shape of query is held out, a hash decides (`lesson.is_held_out`), and for a word too (`words`).
Training problems have neither, held-out problems have both.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.problem import Program

from .lesson import Lesson, is_held_out
from .sql_drawing import draw_query
from .sql_explaining import columns_reply
from .sql_phrasing import ask
from .sql_queries import Compound, Query, difficulty_of, skeleton_of, to_sql, trivially_wrong
from .sql_worlds import World, make_world

DIFFICULTIES = {1: 0.35, 2: 0.40, 3: 0.25}
"""Shares of the difficulties. Raise the first to make problems easier."""
MOST_ROWS = 30
"""Queries with more rows are no lessons: their outcome says little in many words."""
_TRIES = 400
"""Draws for one lesson, after which the world is given up: it may have no query of that difficulty."""
_STEPS = 200_000
"""Instructions of SQLite's machine that a query may take; the databases are tiny."""

Rows = list[tuple[object, ...]]


def lessons(seed: int, held_out: bool, folder: Path, per_world: int = 40) -> Iterator[Lesson]:
    """Problems without end, the same for the same seed.

    Args:
        seed: decides everything.
        held_out: whether words and shapes are the held-out ones.
        folder: where databases are written; it is made. Their paths are in the problems, so it must stay.
        per_world: lessons about a database.
    """
    side = "held-out" if held_out else "training"
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    while True:
        rng = random.Random(f"{seed}/{side}/{number}")
        world = make_world(rng, held_out, folder / f"{side}-{seed}-{number:06d}")
        try:
            yield from _about(world, rng, held_out, per_world)
        finally:
            world.close()
        number += 1


def _about(world: World, rng: random.Random, held_out: bool, count: int) -> Iterator[Lesson]:
    """Up to `count` lessons about one world, no query twice."""
    seen: set[str] = set()
    for _ in range(count):
        lesson = _lesson(world, rng, held_out, seen)
        if lesson is not None:
            yield lesson


def _lesson(world: World, rng: random.Random, held_out: bool, seen: set[str]) -> Lesson | None:
    difficulty = rng.choices(tuple(DIFFICULTIES), tuple(DIFFICULTIES.values()))[0]
    for _ in range(_TRIES):
        query = draw_query(world, rng)
        if query is None or difficulty_of(query) != difficulty:
            continue
        skeleton = skeleton_of(query)
        if is_held_out(skeleton) != held_out:
            continue
        code = to_sql(query)
        if code in seen or not _teaches(query, world):
            continue
        seen.add(code)
        return Lesson(
            problem=TextToSqlProblem(_sentence(ask(query, rng)), world.databases[0]),
            program=Program(code, "sql"),
            skeleton=skeleton,
            difficulty=difficulty,
            databases=world.databases,
            columns=columns_reply(code, _all_columns(query)),
        )
    return None


def _all_columns(query: Query | Compound) -> tuple[str, ...]:
    """What ``*`` stands for; nothing for a query that names its columns."""
    if isinstance(query, Compound) or query.items:
        return ()
    main = query.main
    return (main.key, *(name for name, _ in main.references), *(column.name for column in main.columns))


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _teaches(query: Query | Compound, world: World) -> bool:
    """Whether the rows tell the query from those that lack a part of it, and nothing depends on the order of equals."""
    right = _results(to_sql(query), world)
    shown = right[0]
    if not shown or len(shown) > MOST_ROWS or all(value is None for row in shown for value in row):
        return False
    if isinstance(query, Query) and query.order and not _is_order_total(query, world):
        return False
    bags = [Counter(rows) for rows in right]
    return all([Counter(rows) for rows in _results(to_sql(wrong), world)] != bags for wrong in trivially_wrong(query))


def _is_order_total(query: Query, world: World) -> bool:
    """Whether no two rows are equal in what sorts them, so that there is one right order."""
    assert query.order is not None
    keys = replace(query, items=(query.order,), limit=0)
    return all(len(set(rows)) == len(rows) for rows in _results(to_sql(keys), world))


def _results(code: str, world: World) -> list[Rows]:
    return [connection.execute(code).fetchall() for connection in world.connections]


def same_results(databases: Sequence[str], query: str, right_query: str) -> bool:
    """Whether a query gives the right query's rows on all databases: in its order where it orders, else in any.

    Any error is a no. Nothing can be written: databases are opened read-only.
    """
    is_ordered = "ORDER BY" in right_query.upper()
    for database in databases:
        right, given = _right_rows(database, right_query), _rows(database, query)
        if given is None or right is None:
            return False
        if given != right and (is_ordered or Counter(given) != Counter(right)):
            return False
    return True


@lru_cache(maxsize=20_000)
def _right_rows(database: str, query: str) -> Rows | None:
    return _rows(database, query)


def _rows(database: str, query: str) -> Rows | None:
    """The rows of a query, or None where it gives an error or takes too long."""
    connection = _connection(database)
    connection.set_progress_handler(_Steps(), 1000)
    try:
        found = connection.execute(query).fetchmany(10_000)
    except (sqlite3.Error, sqlite3.Warning, ValueError, UnicodeError):
        return None
    return [tuple(round(value, 6) if isinstance(value, float) else value for value in row) for row in found]


class _Steps:
    """SQLite asks it every thousand steps whether to stop."""

    def __init__(self) -> None:
        self.left = _STEPS // 1000

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


@lru_cache(maxsize=256)
def _connection(database: str) -> sqlite3.Connection:
    address = f"file:{quote(str(Path(database).absolute()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True, isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    connection.set_authorizer(_only_reads)
    return connection


_READS = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    getattr(sqlite3, "SQLITE_RECURSIVE", 33),
}


def _only_reads(action: int, *_: str | None) -> int:
    """What a model writes may be anything: all but reading is denied, PRAGMA and ATTACH too."""
    return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY

"""How fast are read-only queries, compared with raw sqlite3? Each Spider gold query once on its database.

    SELFDEBUG_DATA=DATA uv run python perf/execution_sql.py

Raw is `sqlite3.connect`, `execute`, `fetchall`; both sides keep connections open (opening and a first query
that reads the schema are not counted) and alternate. A fresh `Database` is opened for each repetition, so
that each query's text is checked as new (a text that occurs twice in Spider counts twice, on both sides).
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from selfdebug.execution.databases import Database

REPETITIONS = 7
WARM = "SELECT count(*) FROM sqlite_master"


@dataclass(frozen=True)
class QueryRates:
    """Queries per second, medians over the repetitions."""

    queries: int
    repetitions: int
    raw: float
    ours: float
    ours_async: float
    ratio: float
    """Median of the repetitions' ratios of ours (synchronous) to raw."""


def gold_queries(data: Path) -> list[tuple[Path, str]]:
    """(database file, gold query) for each question of Spider's development set whose database is at hand."""
    root = data / "spider"
    questions = json.loads((root / "dev.json").read_text())
    pairs = [(root / "database" / q["db_id"] / f"{q['db_id']}.sqlite", q["query"]) for q in questions]
    return [(path, sql) for path, sql in pairs if path.exists()]


def measure(data: Path, repetitions: int = REPETITIONS) -> QueryRates:
    """Run raw and ours in turn; see the module's docstring."""
    queries = gold_queries(data)
    _raw(queries)  # Fills the system's page cache.
    raw, ours, ours_async = [], [], []
    for _ in range(repetitions):
        raw.append(len(queries) / _raw(queries))
        ours.append(len(queries) / _ours(queries))
        ours_async.append(len(queries) / asyncio.run(_ours_async(queries)))
    ratio = statistics.median(mine / plain for mine, plain in zip(ours, raw, strict=True))
    medians = [statistics.median(rates) for rates in (raw, ours, ours_async)]
    return QueryRates(len(queries), repetitions, *medians, ratio)


def _raw(queries: list[tuple[Path, str]]) -> float:
    connections = {path: sqlite3.connect(path) for path, _ in queries}
    for connection in connections.values():
        connection.execute(WARM).fetchall()
    start = perf_counter()
    for path, sql in queries:
        connections[path].execute(sql).fetchall()
    seconds = perf_counter() - start
    for connection in connections.values():
        connection.close()
    return seconds


def _ours(queries: list[tuple[Path, str]]) -> float:
    databases = {path: Database.open(path) for path, _ in queries}
    start = perf_counter()
    for path, sql in queries:
        outcome = databases[path].query_sync(sql)
        assert outcome.error is None, (sql, outcome.error)
    seconds = perf_counter() - start
    for database in databases.values():
        database.close()
    return seconds


async def _ours_async(queries: list[tuple[Path, str]]) -> float:
    databases = {path: Database.open(path) for path, _ in queries}
    start = perf_counter()
    for path, sql in queries:
        await databases[path].query(sql)
    seconds = perf_counter() - start
    for database in databases.values():
        database.close()
    return seconds


def main() -> None:
    """Print one run's figures."""
    data = os.environ.get("SELFDEBUG_DATA")
    if not data:
        sys.exit("Set SELFDEBUG_DATA to the folder that holds spider/.")
    rates = measure(Path(data))
    print(
        f"SQL queries/s, Spider gold queries, n={rates.queries}, median of {rates.repetitions}:"
        f" raw sqlite3 {rates.raw:,.0f}, ours {rates.ours:,.0f} (async {rates.ours_async:,.0f}),"
        f" ratio {rates.ratio:.2f}"
    )


if __name__ == "__main__":
    main()

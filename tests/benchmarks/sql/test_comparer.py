"""Which queries run on which files, and what is said of them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from selfdebug.benchmarks.sql.comparer import QueryComparer, QueryPair
from selfdebug.benchmarks.sql.results import Rule
from selfdebug.execution.databases import QueryLimits, SqliteFiles
from selfdebug.query_outcome import QueryOutcome

GOLD = "SELECT name FROM tea WHERE price > 3"
ALIASED = "select t.name from tea as t where t.price > 3"
NEARLY = "SELECT name FROM tea WHERE price >= 3"


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Files and texts of the queries that run."""
    found: list[tuple[str, str]] = []
    query = SqliteFiles.query

    def noted(self: SqliteFiles, path: str, sql: str, limits: QueryLimits | None = None) -> QueryOutcome:
        found.append((Path(path).stem, sql))
        return query(self, path, sql, limits)

    monkeypatch.setattr(SqliteFiles, "query", noted)
    return found


def suite(folder: Path, *, odd_schema: bool = False) -> tuple[str, ...]:
    """Three databases; only on the last one does the price of 3 occur."""
    paths = []
    for n, price in enumerate((2, 4, 3)):
        path = folder / f"{n}.sqlite"
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE tea (name TEXT, price REAL)")
            connection.execute("INSERT INTO tea VALUES ('green', ?)", (price,))
            if odd_schema and n == 2:
                connection.execute("CREATE INDEX i ON tea (price)")
        connection.close()
        paths.append(str(path))
    return tuple(paths)


def judged(files: tuple[str, ...], candidate: str) -> str | None:
    """The file on which a candidate fails."""
    comparer = QueryComparer(Rule.DENOTATION, QueryLimits())
    [[verdict]] = comparer.compare([QueryPair(files, GOLD, (candidate,))])
    comparer.close()
    return None if verdict is None else Path(verdict.file).stem


def test_a_query_runs_until_the_first_file_that_tells_it_from_the_gold_query(
    tmp_path: Path, ran: list[tuple[str, str]]
) -> None:
    assert judged(suite(tmp_path), NEARLY) == "2"
    assert len(ran) == 6


def test_a_query_of_the_gold_querys_program_runs_on_the_first_file_of_a_schema(
    tmp_path: Path, ran: list[tuple[str, str]]
) -> None:
    assert judged(suite(tmp_path), ALIASED) is None
    assert {file for file, _ in ran} == {"0"}


def test_another_schema_is_looked_at_anew(tmp_path: Path, ran: list[tuple[str, str]]) -> None:
    assert judged(suite(tmp_path, odd_schema=True), ALIASED) is None
    assert {file for file, _ in ran} == {"0", "2"}

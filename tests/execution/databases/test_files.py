"""Many files behind one door: few are open, and each query is answered from the file that it names."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from selfdebug.execution.databases import DatabaseError, DatabaseMissingError, QueryErrorKind, QueryLimits, SqliteFiles

PLAIN = "SELECT n FROM t"
LONG = "WITH a AS (SELECT n FROM t) SELECT n FROM a"
"""It is not plain, so it runs in the other process."""


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    found = []
    for n in range(12):
        path = tmp_path / f"{n}.sqlite"
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE t (n)")
            connection.execute("INSERT INTO t VALUES (?)", (n,))
        connection.close()
        found.append(str(path))
    return found


def test_each_file_answers_for_itself_and_few_are_open(paths: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfdebug.execution.databases.files.OPEN_AT_ONCE", 3)
    before = len(os.listdir("/proc/self/fd"))
    files = SqliteFiles()
    for n in [*range(12), 0, 11, 0]:
        assert files.query(paths[n], PLAIN).rows == ((n,),)
        assert files.query(paths[n], LONG).rows == ((n,),)
        assert len(os.listdir("/proc/self/fd")) - before < 10
    files.close()
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_process_moves_on_after_a_query_that_was_stopped_and_a_file_that_is_missing(paths: list[str]) -> None:
    files = SqliteFiles(QueryLimits(seconds=0.3))
    endless = "WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a) SELECT count(*) FROM a"
    stopped = files.query(paths[1], endless)
    assert stopped.error is not None
    assert stopped.error.kind is QueryErrorKind.TIMED_OUT
    with pytest.raises(DatabaseMissingError):
        files.query(paths[1] + "x", PLAIN)
    os.remove(paths[2])
    with pytest.raises(DatabaseError, match=r"2\.sqlite"):
        files.query(paths[2], LONG)
    generous = QueryLimits(seconds=20)
    assert files.query(paths[3], LONG, generous).rows == ((3,),)
    assert files.query(paths[1], LONG, generous).rows == ((1,),)
    files.close()


def write(path: Path, *statements: str) -> str:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return str(path)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("SELECT name FROM tea WHERE price > 3", "select T1.name from tea as T1 where T1.price > 3", True),
        ("SELECT name FROM tea WHERE price > 3", "SELECT name FROM tea WHERE price > 4", False),
        ("SELECT name FROM tea WHERE price > 3", "SELECT name FROM tea WHERE price >= 3", False),
        ("SELECT name, price FROM tea", "SELECT price, name FROM tea", False),
        ("SELECT name FROM tea WHERE name = 'a'", "SELECT name FROM tea WHERE name = 'b'", False),
        ("SELECT name FROM tea ORDER BY price", "SELECT name FROM tea ORDER BY price DESC", False),
        ("SELECT name FROM tea LIMIT 1", "SELECT name FROM tea LIMIT 2", False),
        ("SELECT name FROM tea WHERE price = 0.1", "SELECT name FROM tea WHERE price = 0.10000000000000001", False),
        ("SELECT x'0001' FROM tea", "SELECT x'0002' FROM tea", False),
        ("SELECT nothing FROM tea", "SELECT nothing FROM tea", False),
        ("WITH a AS (SELECT name FROM tea) SELECT name FROM a", "SELECT name FROM tea", False),
    ],
)
def test_two_queries_are_one_program_only_if_nothing_tells_them_apart(
    tmp_path: Path, one: str, other: str, same: bool
) -> None:
    path = write(tmp_path / "shop.sqlite", "CREATE TABLE tea (name TEXT, price REAL)")
    files = SqliteFiles()
    assert files.is_one_program(path, one, other) is same
    files.close()


def test_a_schema_is_all_that_decides_how_a_query_is_compiled(tmp_path: Path) -> None:
    table, row = "CREATE TABLE tea (name TEXT, price REAL)", "INSERT INTO tea VALUES ('green', 3)"
    plain = write(tmp_path / "plain.sqlite", table)
    filled = write(tmp_path / "filled.sqlite", table, row)
    indexed = write(tmp_path / "indexed.sqlite", table, "CREATE INDEX i ON tea (price)")
    analysed = write(tmp_path / "analysed.sqlite", table, row, "CREATE INDEX i ON tea (price)", "ANALYZE")
    files = SqliteFiles()
    assert files.schema(plain) == files.schema(filled) is not None
    assert files.schema(indexed) not in (None, files.schema(plain))
    assert files.schema(analysed) is None
    files.close()

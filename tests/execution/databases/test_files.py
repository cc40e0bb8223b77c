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


def test_each_file_answers_for_itself_and_few_are_open(paths: list[str]) -> None:
    before = len(os.listdir("/proc/self/fd"))
    files = SqliteFiles(open_at_once=3)
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

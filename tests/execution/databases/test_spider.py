"""Real queries on real databases: Spider's gold queries, where its data is at hand (SELFDEBUG_DATA)."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from perf.execution_sql import gold_queries
from selfdebug.execution.databases import Database, QueryLimits
from selfdebug.execution.databases.engines.sqlite import decode
from selfdebug.execution.databases.plain_select import is_plain
from tests.needs import skip_or_fail


@pytest.fixture(scope="module")
def queries() -> list[tuple[Path, str]]:
    data = os.environ.get("SELFDEBUG_DATA")
    if not data or not (Path(data) / "spider" / "dev.json").exists():
        skip_or_fail("no Spider data here: set SELFDEBUG_DATA to the folder that holds spider/")
    return gold_queries(Path(data))


def test_every_gold_query_gives_what_raw_sqlite_gives(queries: list[tuple[Path, str]]) -> None:
    assert len(queries) == 972
    databases = {path: Database.open(path) for path, _ in queries}
    raw = {path: sqlite3.connect(f"file:{path}?mode=ro", uri=True) for path, _ in queries}
    for connection in raw.values():
        connection.text_factory = decode
    for path, sql in queries:
        outcome = databases[path].query_sync(sql)
        assert outcome.error is None, (sql, outcome.error)
        assert list(outcome.rows) == raw[path].execute(sql).fetchall(), sql
        assert not outcome.truncated
    for path in databases:
        databases[path].close()
        raw[path].close()


def test_the_long_way_gives_the_same_as_the_short_way(queries: list[tuple[Path, str]]) -> None:
    """Through sqlglot and the worker process: a comment keeps a query off the short way."""
    path, _ = queries[0]
    distinct = sorted({sql.rstrip("; ") for p, sql in queries if p == path})
    assert len(distinct) > 10
    with Database.open(path, QueryLimits(seconds=30)) as database:
        for sql in distinct:
            long = f"/* the long way */ {sql}"
            assert is_plain(sql)
            assert not is_plain(long)
            assert database.query_sync(long).key == database.query_sync(sql).key


def test_every_spider_schema_is_rendered(queries: list[tuple[Path, str]]) -> None:
    for path in sorted({path for path, _ in queries})[:6]:
        with Database.open(path) as database:
            schema = database.schema()
            assert schema.tables
            text = database.schema_text()
            assert all(f"CREATE TABLE {table.name}" in text for table in schema.tables if table.name.isidentifier())

"""Queries on every engine: results, errors as data, limits while fetching, cancelling."""

from __future__ import annotations

import asyncio
import datetime
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from selfdebug.execution.databases import Database, DatabaseClosedError, QueryErrorKind, QueryLimits

CROSS = "SELECT count(*) FROM " + ", ".join(f"digits AS d{i}" for i in range(12)) + " WHERE d1.n + d2.n > d3.n"


def test_a_query_gives_columns_rows_and_time(database: Database) -> None:
    outcome = database.query_sync("SELECT name AS who, city FROM customer ORDER BY id")
    assert outcome.error is None
    assert outcome.columns == ("who", "city")
    assert outcome.rows == (("Ada", "London"), ("Grace", "New York"), ("Żółć", None))
    assert not outcome.truncated
    assert outcome.ordered
    assert 0 < outcome.seconds < 5


def test_values_keep_their_types(database: Database) -> None:
    outcome = database.query_sync("SELECT id, price, bought FROM purchase WHERE id = 2")
    (row,) = outcome.rows
    expected = (
        (2, 12, "2024-02-29") if database.dialect == "sqlite" else (2, Decimal("12.00"), datetime.date(2024, 2, 29))
    )
    assert row == expected
    assert type(row[2]) is type(expected[2])


def test_values_of_every_kind_come_through(database: Database) -> None:
    sql = {
        "sqlite": "SELECT x'00ff' AS b, 1.5 AS f, NULL AS n",
        "duckdb": "SELECT '\\x00\\xff'::BLOB, now(), uuid(), [1, 2], {'a': 1}, TIME '12:00',"
        " INTERVAL 1 DAY, 10::HUGEINT",
        "postgres": "SELECT '\\x00ff'::bytea, now(), gen_random_uuid(), ARRAY[1, 2],"
        " '{\"a\": 1}'::jsonb, '12:00'::time,"
        " INTERVAL '1 day', int4range(1, 2), '10.0.0.1'::inet, '12:00+02'::timetz",
        "mysql": "SELECT x'00ff', now(), 1.5, TIME('12:00'), JSON_OBJECT('a', 1), 1e3, CAST(1 AS UNSIGNED)",
    }[database.dialect]
    outcome = database.query_sync(sql)
    assert outcome.error is None, outcome.error
    assert outcome.rows[0][0] == b"\x00\xff"
    assert len(outcome.key) == 64


def test_an_engines_own_words_describe_an_unknown_column(database: Database) -> None:
    error = database.query_sync("SELECT nonsense FROM customer").error
    assert error is not None
    assert error.kind is QueryErrorKind.FAILED
    assert "nonsense" in error.message


def test_an_engines_own_words_describe_a_syntax_error(database: Database) -> None:
    for sql in ("SELEC name FROM customer", "SELECT name FROM customer WHERE", "SELECT FROM WHERE"):
        error = database.query_sync(sql).error
        assert error is not None, sql
        assert error.kind is QueryErrorKind.SYNTAX, (sql, error)
        assert any(word in error.message.lower() for word in ("syntax", "incomplete")), error


def test_rows_beyond_the_limit_are_cut(database: Database) -> None:
    sql = "SELECT a.n FROM digits AS a, digits AS b"
    outcome = database.query_sync(sql, QueryLimits(rows=7))
    assert (len(outcome.rows), outcome.truncated) == (7, True)
    outcome = database.query_sync(sql, QueryLimits(rows=100))
    assert (len(outcome.rows), outcome.truncated) == (100, False)
    outcome = database.query_sync(sql, QueryLimits(rows=99))
    assert (len(outcome.rows), outcome.truncated) == (99, True)


def test_bytes_beyond_the_limit_are_cut(database: Database) -> None:
    wide = "hex(zeroblob(5000))" if database.dialect == "sqlite" else "repeat('x', 10000)"
    sql = f"SELECT {wide} AS x FROM digits AS a, digits AS b"
    outcome = database.query_sync(sql, QueryLimits(bytes=100_000))
    assert outcome.truncated
    assert 5 <= len(outcome.rows) <= 10
    assert len(database.query_sync("SELECT name FROM customer").rows) == 3


def test_a_single_row_beyond_the_limit_is_an_error(database: Database) -> None:
    wide = "hex(zeroblob(5000))" if database.dialect == "sqlite" else "repeat('x', 10000)"
    error = database.query_sync(f"SELECT {wide} AS x", QueryLimits(bytes=5_000)).error
    assert error is not None
    assert error.kind is QueryErrorKind.TOO_LARGE


def test_a_query_that_runs_too_long_is_stopped_in_the_engine(database: Database) -> None:
    start = time.monotonic()
    error = database.query_sync(CROSS, QueryLimits(seconds=0.5)).error
    assert error is not None
    assert error.kind is QueryErrorKind.TIMED_OUT
    assert "0.5 s" in error.message
    # Well before the process would be killed: the engine listened.
    assert time.monotonic() - start < 1.8
    assert database.query_sync("SELECT max(n) FROM digits").rows == ((9,),)


async def test_cancelling_the_task_stops_the_engine_and_frees_the_connection(database: Database) -> None:
    assert (await database.query("WITH a AS (SELECT 1 AS x) SELECT x FROM a")).rows == ((1,),)
    before = time.process_time()
    task = asyncio.create_task(database.query(CROSS, QueryLimits(seconds=60)))
    await asyncio.sleep(0.4)
    start = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await database.query("SELECT max(n) FROM digits")).rows == ((9,),)
    assert time.monotonic() - start < 1.4
    assert time.process_time() - before < 5


@pytest.mark.parametrize("where", ["start", "query"])
async def test_a_cancellation_before_the_engine_has_the_query_is_not_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    engine = database._engine
    began, original = threading.Event(), getattr(engine, where)

    def slow(*arguments: object) -> object:
        began.set()
        time.sleep(0.3)
        return original(*arguments)

    monkeypatch.setattr(engine, where, slow)
    task = asyncio.create_task(database.query(CROSS, QueryLimits(seconds=60)))
    await asyncio.to_thread(began.wait)
    start = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - start < 30  # and not the whole minute
    monkeypatch.undo()
    assert (await database.query("SELECT max(n) FROM digits")).rows == ((9,),)


async def test_cancelling_a_query_that_waits_its_turn_leaves_the_running_one_alone(
    database: Database,
) -> None:
    first = asyncio.create_task(database.query(CROSS, QueryLimits(seconds=0.6)))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(database.query("SELECT max(n) FROM digits"))
    await asyncio.sleep(0.1)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    error = (await first).error
    assert error is not None
    assert error.kind is QueryErrorKind.TIMED_OUT


async def test_many_tasks_share_one_database(database: Database) -> None:
    outcomes = await asyncio.gather(*(database.query(f"SELECT n + {i} FROM digits WHERE n = 1") for i in range(20)))
    assert [outcome.rows[0][0] for outcome in outcomes] == list(range(1, 21))


def test_closing_leaves_nothing_open(place: Callable[[str], str]) -> None:
    def open_descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))

    def use(engine: str) -> None:
        with Database.open(place(engine)) as database:
            database.query_sync("WITH a AS (SELECT 1) SELECT * FROM a")
            database.query_sync("SELECT n FROM digits", QueryLimits(rows=1))
            asyncio.run(database.query("SELECT 1"))

    for engine in ("sqlite", "duckdb"):
        use(engine)
        before = open_descriptors()
        use(engine)
        assert open_descriptors() == before


def test_a_closed_database_says_so(sqlite_path: Path) -> None:
    database = Database.open(sqlite_path)
    database.close()
    with pytest.raises(DatabaseClosedError, match="closed"):
        database.query_sync("SELECT 1")
    database.close()


def test_an_engine_that_does_not_listen_is_killed_and_replaced(sqlite_path: Path) -> None:
    # One call of a function that takes an hour: SQLite looks at no clock and hears no interrupt meanwhile.
    deaf = "SELECT instr(hex(zeroblob(7000000)), hex(zeroblob(3500000)) || '1')"
    with Database.open(sqlite_path) as database:
        start = time.monotonic()
        error = database.query_sync(deaf, QueryLimits(seconds=0.5)).error
        assert error is not None
        assert error.kind is QueryErrorKind.TIMED_OUT
        assert time.monotonic() - start < 6
        assert database.query_sync("WITH a AS (SELECT 1) SELECT * FROM a").rows == ((1,),)


def test_a_killed_process_is_replaced(sqlite_path: Path) -> None:
    with Database.open(sqlite_path) as database:
        first = database.query_sync("WITH a AS (SELECT 1) SELECT * FROM a")
        database._engine._process.process.kill()  # type: ignore[union-attr]
        database._engine._process.process.wait()  # type: ignore[union-attr]
        error = database.query_sync("WITH a AS (SELECT 1) SELECT * FROM a").error
        assert error is None or error.kind is QueryErrorKind.TOO_LARGE
        assert database.query_sync("WITH a AS (SELECT 1) SELECT * FROM a").rows == first.rows


def test_text_that_is_not_utf8_is_read_as_the_official_evaluation_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "latin.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.execute("INSERT INTO t VALUES (CAST(x'4D616CE961' AS TEXT))")
    connection.commit()
    connection.close()
    with Database.open(path) as database:
        assert database.query_sync("SELECT a FROM t").rows == (("Mala",),)
        assert database.query_sync("WITH x AS (SELECT a FROM t) SELECT a FROM x").rows == (("Mala",),)


def test_a_server_that_drops_the_connection_is_reached_again(place: Callable[[str], str], mariadb_server) -> None:
    from tests.database_fixtures import admin_mariadb

    with Database.open(place("mysql")) as database:
        (connection,) = database.query_sync("SELECT connection_id()").rows[0]
        with admin_mariadb(mariadb_server) as admin:
            admin.cursor().execute(f"KILL {connection}")
        assert database.query_sync("SELECT max(n) FROM digits").rows == ((9,),)


def test_a_writer_in_the_way_is_one_clear_error(tmp_path: Path) -> None:
    from tests.database_fixtures import make_sqlite

    path = make_sqlite(tmp_path / "locked.sqlite")
    with Database.open(path) as database:
        writer = sqlite3.connect(path, isolation_level=None)
        writer.execute("BEGIN EXCLUSIVE")
        error = database.query_sync("SELECT max(n) FROM digits").error
        assert error is not None
        assert "locked" in error.message
        writer.execute("ROLLBACK")
        writer.close()
        assert database.query_sync("SELECT max(n) FROM digits").rows == ((9,),)

"""Results of queries at a terminal: wide ones as records, values as the database writes them."""

from __future__ import annotations

import datetime
import io
import sqlite3
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from rich.console import Console

from selfdebug.cli.rows import show_rows, written
from selfdebug.query_outcome import QueryOutcome
from tests.servers import Server


def shown(
    columns: list[str], rows: list[tuple[Any, ...]], *, width: int = 100, terminal: bool = True, truncated: bool = False
) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None, highlight=False)
    show_rows(QueryOutcome(tuple(columns), tuple(rows), None, truncated, 0.0, False), "sqlite", console)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_a_row_of_40_columns_is_readable_on_a_terminal_of_100() -> None:
    names = [f"column_{i}" for i in range(40)]
    text = shown(names, [tuple(f"value {i} of row {n}" for i in range(40)) for n in range(9)])
    lines = text.splitlines()
    assert lines[0] == "── row 1 ──"
    assert lines[1].split() == ["column_0", "value", "0", "of", "row", "0"]
    assert lines[40].split() == ["column_39", "value", "39", "of", "row", "0"]
    assert lines[41] == "── row 2 ──"
    assert max(map(len, lines)) <= 100
    assert lines[-1] == "… 4 more rows; --json has all that were read."


@pytest.mark.parametrize("width", [20, 40, 100, 300])
@pytest.mark.parametrize("count", [1, 2, 5, 40, 250])
def test_nothing_is_wider_than_the_terminal_and_no_value_is_lost(width: int, count: int) -> None:
    text = shown([f"n{i}" for i in range(count)], [tuple(f"v{i}" for i in range(count))], width=width)
    assert max(map(len, text.splitlines())) <= width
    assert all(f"v{i}" in text.split() for i in range(count))


def test_a_narrow_result_stays_a_table() -> None:
    assert shown(["name", "price"], [("tea", 3.5), ("cake", None)]).splitlines() == [
        " name ┃ price ",
        "━━━━━━╇━━━━━━━",
        " tea  │   3.5 ",
        " cake │  NULL ",
    ]


def test_wide_characters_count_twice() -> None:
    text = shown([f"列{i}" for i in range(8)], [tuple("値" * 9 for _ in range(8))], width=100)
    assert text.startswith("── row 1 ──")


@pytest.mark.parametrize("terminal", [True, False])
def test_null_and_the_text_null_differ(terminal: bool) -> None:
    lines = shown(["a", "b"], [(None, "NULL"), ("null", "'")], terminal=terminal).splitlines()
    assert "NULL" in lines[-2].split()
    assert "'NULL'" in lines[-2].split()
    assert "null" in lines[-1].split()


def test_in_a_stream_each_row_is_a_line() -> None:
    names = [f"c{i}" for i in range(40)]
    text = shown(names, [tuple(range(40))], terminal=False)
    assert text.splitlines() == [" | ".join(names), " | ".join(map(str, range(40)))]


def test_no_rows_and_an_error_are_told() -> None:
    assert "(no rows)" in shown([f"c{i}" for i in range(40)], [])
    assert "1 more row were read" not in shown(["a"], [(i,) for i in range(31)])
    assert "… 1 more row; --json" in shown(["a"], [(i,) for i in range(31)])


NUMBERS = [0.1 + 0.2, 1 / 3, 100.0, 1e20, 1.5e-20, 0.1, -2.5, 12345.678, 0.0]


def test_floats_are_written_as_sqlite_writes_them() -> None:
    connection = sqlite3.connect(":memory:")
    for number in [*NUMBERS, 1e15, 123456789012345680.0]:
        (own,) = connection.execute("SELECT CAST(? AS TEXT)", (number,)).fetchone()
        assert written(number, "sqlite") == own
    connection.close()


def test_floats_are_written_as_duckdb_writes_them() -> None:
    with duckdb.connect() as connection:
        for number in NUMBERS:
            assert (written(number, "duckdb"),) == connection.execute("SELECT ?::DOUBLE::VARCHAR", [number]).fetchone()


def test_values_are_written_as_postgresql_writes_them(postgres_server: Server) -> None:
    from tests.database_fixtures import admin_postgres

    intervals = ["1 day 02:00:00", "2 days", "00:00:01.5", "-01:00:00"]
    with admin_postgres(postgres_server) as admin:
        for number in NUMBERS:
            assert (written(number, "postgres"),) == admin.execute("SELECT %s::float8::text", (number,)).fetchone()
        for interval in intervals:
            (value,) = admin.execute("SELECT %s::interval", (interval,)).fetchone()
            assert written(value, "postgres") == interval


def test_values_are_written_as_mariadb_writes_them(mariadb_server: Server) -> None:
    from tests.database_fixtures import admin_mariadb

    with admin_mariadb(mariadb_server) as admin, admin.cursor() as cursor:
        for number in NUMBERS:
            cursor.execute(f"SELECT CAST(CAST({number!r} AS DOUBLE) AS CHAR)")
            assert (written(number, "mysql"),) == cursor.fetchone()
        for time in ("-25:00:00", "838:59:59", "00:00:01.5"):
            cursor.execute(f"SELECT CAST('{time}' AS TIME(1))")
            assert written(cursor.fetchone()[0], "mysql") == time


@pytest.mark.parametrize(
    ("value", "dialect", "text"),
    [
        (True, "postgres", "true"),
        (b"\x00\xff", "sqlite", "x'00ff'"),
        (b"\x00\xff", "postgres", r"\x00ff"),
        (Decimal("2.50"), "mysql", "2.50"),
        (Decimal("1E+3"), "postgres", "1000"),
        (Decimal("NaN"), "postgres", "NaN"),
        (float("inf"), "sqlite", "Inf"),
        (float("-inf"), "postgres", "-Infinity"),
        (float("nan"), "duckdb", "nan"),
        ({"a": [1, None]}, "postgres", '{"a": [1, null]}'),
        ([datetime.date(2024, 1, 31)], "duckdb", '["2024-01-31"]'),
        (datetime.datetime(2024, 1, 31, 12), "postgres", "2024-01-31 12:00:00"),
        (10**30, "duckdb", "1" + "0" * 30),
    ],
)
def test_other_values_are_written_plainly(value: Any, dialect: str, text: str) -> None:
    assert written(value, dialect) == text

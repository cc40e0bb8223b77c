"""What is taken for one statement is one to the engine itself: texts made of all that could deceive a lexer."""

from __future__ import annotations

import sqlite3
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfdebug.execution.databases.lexing import one_statement
from tests.servers import Server

FRAGMENTS = st.sampled_from(
    [
        *("'", "''", '"', '""', "`", "``", "[", "]", "\\", "\\'", '\\"', "$$", "$a$", "$"),
        *("E'", "e'\\'", "U&'", "N'", "x'00'", "'a;b'", '"a;b"', "`a;b`", "[a;b]"),
        *("--", "-- ", "--\n", "--\r", "--\t", "#", "# x\n", "-- ;\n", "/* ; */"),
        *("/*", "*/", "/**/", "/*!", "/*!50000", "/*M!", "/*+", "/", "*"),
        *("\n", "\r", "\r\n", "\t", "\f", " ", "\u00a0", "\u2028", "\ufeff", "é"),
        *(";", " ; ", ";;", "; SELECT 2", ";\nSELECT 2"),
        *(", 2", "a", "_a", "_latin1", "1", "1.", ".5", "1e", "0x", "::", ":a", "?", "@a", "@@a"),
        *("{", "}", "(", ")", "-", "|/"),
    ]
)  # fmt: skip
TEXTS = st.lists(FRAGMENTS, max_size=9).map(lambda parts: "SELECT 1" + "".join(parts))
many = settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)


def taken(sql: str, dialect: str) -> bool:
    return one_statement(sql, dialect) is not None


@many
@given(TEXTS)
def test_sqlite_finds_no_second_statement(sql: str) -> None:
    tokens = one_statement(sql, "sqlite")
    if tokens is None:
        return
    connection = sqlite3.connect(":memory:")
    words = ""
    try:
        # As the engine gets it: up to the last token.
        connection.execute(sql[: tokens[-1].end + 1]).close()
    except (sqlite3.Warning, sqlite3.Error) as error:
        words = str(error)
    finally:
        connection.close()
    assert "one statement" not in words, sql


@many
@given(TEXTS)
def test_duckdb_finds_no_second_statement(sql: str) -> None:
    if not taken(sql, "duckdb"):
        return
    with duckdb.connect() as connection:
        try:
            found = connection.extract_statements(sql)
        except duckdb.Error:
            return
        assert len(found) <= 1, sql


@pytest.fixture(scope="module")
def postgres(postgres_server: Server) -> Any:
    from tests.database_fixtures import admin_postgres

    with admin_postgres(postgres_server) as admin:
        yield admin


@many
@given(sql=TEXTS)
def test_postgresql_finds_no_second_statement(postgres: Any, sql: str) -> None:
    if not taken(sql, "postgres"):
        return
    result = postgres.pgconn.prepare(b"", sql.encode())
    assert b"multiple commands" not in result.error_message, sql


@pytest.fixture(scope="module")
def mariadb(mariadb_server: Server) -> Any:
    import pymysql
    from pymysql.constants import CLIENT

    from tests.servers import PASSWORD

    connection = pymysql.connect(
        host="127.0.0.1", port=mariadb_server.port, user="admin", password=PASSWORD, database="shop",
        charset="utf8mb4", autocommit=True, client_flag=CLIENT.MULTI_STATEMENTS,
    )  # fmt: skip
    yield connection
    connection.close()


@many
@given(sql=TEXTS)
def test_mariadb_finds_no_second_statement(mariadb: Any, sql: str) -> None:
    import pymysql

    if not taken(sql, "mysql"):
        return
    with mariadb.cursor() as cursor:
        try:
            cursor.execute(sql)
        except pymysql.Error:
            return
        try:
            assert not cursor.nextset() or cursor.description is None, sql
        except pymysql.Error as error:
            # What the server found after the first statement: nothing but an empty one.
            assert error.args[0] == 1065, (sql, error)  # noqa: PT017


def test_enough_of_these_texts_are_taken() -> None:
    """Else the tests above would say nothing."""
    for dialect in ("sqlite", "duckdb", "postgres", "mysql"):
        assert taken("SELECT 1 , 'a;b' -- ;\n, \"a;b\" /* ; */;", dialect)
        assert not taken("SELECT 1 ; SELECT 2", dialect)

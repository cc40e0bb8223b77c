"""Names in a schema that is shown are quoted exactly as far as a query must quote them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import pytest

from selfdebug.execution.databases import Database
from selfdebug.execution.databases.names import quote
from tests.servers import Server

USAGES = (
    "SELECT {w} FROM (SELECT 42 AS {q}, 7 AS zz) AS x WHERE {w} = 42 GROUP BY {w} ORDER BY {w}",
    "SELECT x.{w}, zz FROM (SELECT 42 AS {q}, 7 AS zz) AS x",
    "SELECT zz, {w} FROM (SELECT 42 AS {q}, 7 AS zz) AS x WHERE zz = 7 AND {w} > 1 AND 50 > {w}",
    "WITH {q} AS (SELECT 42 AS a) SELECT a FROM {w}",
    "WITH {q} AS (SELECT 42 AS a) SELECT {w}.a FROM {w} WHERE {w}.a > 1",
)
# https://sqlite.org/lang_keywords.html; Python does not hand the list out.
SQLITE_KEYWORDS = """
    abort action add after all alter always analyze and as asc attach autoincrement before begin between by cascade
    case cast check collate column commit conflict constraint create cross current current_date current_time
    current_timestamp database default deferrable deferred delete desc detach distinct do drop each else end escape
    except exclude exclusive exists explain fail filter first following for foreign from full generated glob group
    groups having if ignore immediate in index indexed initially inner insert instead intersect into is isnull join
    key last left like limit match materialized natural no not nothing notnull null nulls of offset on or order others
    outer over partition plan pragma preceding primary query raise range recursive references regexp reindex release
    rename replace restrict returning right rollback row rows savepoint select set table temp temporary then ties to
    transaction trigger unbounded union unique update using vacuum values view virtual when where window with within
    without
"""


def misread(run: Any, words: list[str], dialect: str) -> list[str]:
    """The words that fail as names of columns or tables when they are written as a schema shows them."""
    mark = "`" if dialect == "mysql" else '"'
    failed = []
    for word in words:
        for usage in USAGES:
            try:
                (row, *_) = run(usage.format(w=quote(word, dialect), q=f"{mark}{word}{mark}"))
            except Exception as error:  # noqa: BLE001 - whatever a driver raises
                failed.append(f"{word}: {error}")
                break
            if 42 not in row:
                failed.append(f"{word}: {row}")
                break
    return failed


def test_every_keyword_of_sqlite_can_be_written_as_it_is_shown() -> None:
    connection = sqlite3.connect(":memory:")
    assert misread(lambda sql: connection.execute(sql).fetchall(), SQLITE_KEYWORDS.split(), "sqlite") == []
    connection.close()


def test_every_keyword_of_duckdb_can_be_written_as_it_is_shown() -> None:
    with duckdb.connect() as connection:
        words = [word for (word,) in connection.execute("SELECT keyword_name FROM duckdb_keywords()").fetchall()]
        assert len(words) > 400
        assert misread(lambda sql: connection.execute(sql).fetchall(), words, "duckdb") == []


def test_every_keyword_of_postgresql_can_be_written_as_it_is_shown(postgres_server: Server) -> None:
    from tests.database_fixtures import admin_postgres

    with admin_postgres(postgres_server) as admin:
        words = [word for (word,) in admin.execute("SELECT word FROM pg_get_keywords()").fetchall()]
        assert len(words) > 400
        assert misread(lambda sql: admin.execute(sql).fetchall(), words, "postgres") == []


def test_every_keyword_of_mariadb_can_be_written_as_it_is_shown(mariadb_server: Server) -> None:
    from tests.database_fixtures import admin_mariadb

    with admin_mariadb(mariadb_server) as admin, admin.cursor() as cursor:
        cursor.execute("SELECT word FROM information_schema.keywords")
        words = [word.lower() for (word,) in cursor.fetchall() if word.replace("_", "").isalpha()]
        assert len(words) > 400

        def run(sql: str) -> Any:
            cursor.execute(sql)
            return cursor.fetchall()

        assert misread(run, words, "mysql") == []


def test_a_schema_of_reserved_names_is_shown_quoted(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    connection = sqlite3.connect(path)
    connection.execute('CREATE TABLE "transaction" (id INT, "commit" TEXT, "add" TEXT, "order" INT, day TEXT)')
    connection.close()
    with Database.open(path) as database:
        text = database.schema_text()
        assert database.query_sync('SELECT "commit", "add" FROM "transaction"').error is None
    for shown in ('TABLE "transaction" (', '    "commit" TEXT', '    "add" TEXT', '    "order" INT', "    day TEXT"):
        assert shown in text


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres", "mysql"])
def test_ordinary_names_stay_bare(dialect: str) -> None:
    for name in ("name", "city", "id", "customer_id", "day", "title", "status", "value"):
        assert quote(name, dialect) == name


def test_odd_names_are_quoted_as_each_engine_wants_it() -> None:
    assert quote("Order Date", "mysql") == "`Order Date`"
    assert quote("a`b", "mysql") == "`a``b`"
    assert quote('a"b', "sqlite") == '"a""b"'
    assert quote("OrderDate", "postgres") == '"OrderDate"'
    assert quote("OrderDate", "duckdb") == "OrderDate"
    assert quote("1st", "sqlite") == '"1st"'

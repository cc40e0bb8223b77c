"""Every type of every engine, once: the schema names it, and its values cross as plain data."""

from __future__ import annotations

import datetime
import pickle
import sqlite3
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from selfdebug.execution.databases import Database, Schema, render
from selfdebug.execution.databases.address import read_database_address
from selfdebug.execution.databases.engines import open_engine
from selfdebug.execution.databases.limits import QueryLimits
from tests.servers import Server

POSTGRES_SETUP = """
CREATE SCHEMA other;
CREATE EXTENSION hstore;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE "Mood" AS ENUM ('sad', 'it''s ok');
CREATE TYPE other.mood AS ENUM ('x', 'y');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN other.short AS varchar(3);
CREATE DOMAIN many AS int[];
CREATE TYPE pair AS (a int, b text);
CREATE TYPE moods AS RANGE (subtype = mood)
"""
# As declared, a value, as the schema names it (None: not looked at), as it comes.
POSTGRES: list[tuple[str, str, str | None, Any]] = [
    ("smallint", "1", "SMALLINT", 1),
    ("bigint", "1", "BIGINT", 1),
    ("numeric(10, 2)", "2.5", "NUMERIC(10, 2)", Decimal("2.50")),
    ("numeric", "'Infinity'", "NUMERIC", Decimal("Infinity")),
    ("real", "0.1", "REAL", 0.1),
    ("double precision", "0.1", "DOUBLE PRECISION", 0.1),
    ("money", "12.34", "MONEY", "$12.34"),
    ("varchar(5)", "'x'", "VARCHAR(5)", "x"),
    ("char(3)", "'x'", "CHAR(3)", "x  "),
    ('"char"', "'x'", None, "x"),
    ("name", "'x'", None, "x"),
    ("bytea", r"'\x00ff'", "BYTEA", b"\x00\xff"),
    ("boolean", "true", "BOOLEAN", True),
    ("date", "'2024-01-31'", "DATE", datetime.date(2024, 1, 31)),
    ("date", "'infinity'", "DATE", "infinity"),
    ("date", "'0044-03-15 BC'", "DATE", "0044-03-15 BC"),
    ("time", "'12:00'", None, datetime.time(12)),
    ("time", "'24:00'", None, "24:00:00"),
    ("timetz", "'12:00+02'", None, datetime.time.fromisoformat("12:00+02:00")),
    ("timestamp", "'2024-01-31 12:00'", None, datetime.datetime(2024, 1, 31, 12)),
    ("timestamp", "'-infinity'", None, "-infinity"),
    ("timestamptz", "'2024-01-31 12:00+02'", None, datetime.datetime(2024, 1, 31, 10, tzinfo=datetime.UTC)),
    ("timestamptz", "'infinity'", None, "infinity"),
    ("interval", "'1 day 2 hours'", "INTERVAL", datetime.timedelta(days=1, hours=2)),
    ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "UUID", uuid.UUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
    ("json", """'{"a": [1]}'""", "JSON", {"a": [1]}),
    ("jsonb", """'{"a": [1]}'""", "JSONB", {"a": [1]}),
    ("jsonpath", "'$.a'", "jsonpath", '$."a"'),
    ("xml", "'<a/>'", "xml", "<a/>"),
    ("bit(3)", "B'101'", "BIT(3)", "101"),
    ("bit varying(5)", "B'101'", "BIT VARYING(5)", "101"),
    ("inet", "'10.0.0.1'", "INET", "10.0.0.1"),
    ("cidr", "'10.0.0.0/8'", "CIDR", "10.0.0.0/8"),
    ("macaddr", "'08:00:2b:01:02:03'", "MACADDR", "08:00:2b:01:02:03"),
    ("macaddr8", "'08:00:2b:01:02:03:04:05'", "MACADDR8", "08:00:2b:01:02:03:04:05"),
    ("point", "'(1,2)'", "point", "(1,2)"),
    ("line", "'{1,2,3}'", "line", "{1,2,3}"),
    ("lseg", "'[(1,2),(3,4)]'", "lseg", "[(1,2),(3,4)]"),
    ("box", "'(1,2),(3,4)'", "box", "(3,4),(1,2)"),
    ("path", "'[(1,2),(3,4)]'", "path", "[(1,2),(3,4)]"),
    ("polygon", "'((1,2),(3,4))'", "polygon", "((1,2),(3,4))"),
    ("circle", "'<(1,2),3>'", "circle", "<(1,2),3>"),
    ("tsvector", "'a:1'", "TSVECTOR", "'a':1"),
    ("tsquery", "'a & b'", "TSQUERY", "'a' & 'b'"),
    ("int4range", "'[1,3)'", "INT4RANGE", "[1,3)"),
    ("daterange", "'[2024-01-01,)'", "DATERANGE", "[2024-01-01,)"),
    ("int8range", "'empty'", "INT8RANGE", "empty"),
    ("int4multirange", "'{[1,3),[5,6)}'", "INT4MULTIRANGE", "{[1,3),[5,6)}"),
    ("int[]", "'{1,2,NULL}'", "INTEGER[]", [1, 2, None]),
    ("int[][]", "'{{1,2},{3,4}}'", "INTEGER[]", [[1, 2], [3, 4]]),
    ("text[]", "'{a,b}'", "TEXT[]", ["a", "b"]),
    ("uuid[]", "'{}'", "UUID[]", []),
    ("mood", "'ok'", "mood", "ok"),
    ("mood[]", "'{ok,sad}'", "mood[]", "{ok,sad}"),
    ('"Mood"', "'it''s ok'", '"Mood"', "it's ok"),
    ("other.mood", "'y'", "other.mood", "y"),
    ("positive", "5", "positive", 5),
    ("other.short", "'abc'", "other.short", "abc"),
    ("many", "'{1,2}'", "many", [1, 2]),
    ("pair", "'(1,x)'", "pair", "(1,x)"),
    ("pair[]", "ARRAY['(1,x)'::pair]", "pair[]", '{"(1,x)"}'),
    ("moods", "'[sad,ok]'", "moods", "[sad,ok]"),
    ("hstore", "'a=>1'", "HSTORE", '"a"=>"1"'),
    ("oid", "1", "OID", 1),
    ("regclass", "'pg_class'", "REGCLASS", "pg_class"),
    ("regtype", "'int4'", "regtype", "integer"),
    ("xid", "'1'", "xid", "1"),
    ("pg_lsn", "'0/1'", "pg_lsn", "0/1"),
]
MARIADB: list[tuple[str, str, str | None, Any]] = [
    ("boolean", "true", "TINYINT(1)", 1),
    ("bigint unsigned", "18446744073709551615", "BIGINT(20) UNSIGNED", 2**64 - 1),
    ("decimal(10, 2)", "2.5", "DECIMAL(10, 2)", Decimal("2.50")),
    ("float", "0.1", "FLOAT", 0.1),
    ("double", "0.1", "DOUBLE", 0.1),
    ("bit(10)", "b'1000000001'", "BIT(10)", b"\x02\x01"),
    ("date", "'2024-01-31'", "DATE", datetime.date(2024, 1, 31)),
    ("date", "'0000-00-00'", "DATE", "0000-00-00"),
    ("datetime(6)", "'2024-01-31 12:00:00.5'", "DATETIME(6)", datetime.datetime(2024, 1, 31, 12, 0, 0, 500000)),
    ("timestamp", "'2024-01-31 12:00'", "TIMESTAMP", datetime.datetime(2024, 1, 31, 12)),
    ("time", "'-25:00:00'", "TIME", datetime.timedelta(hours=-25)),
    ("year", "2024", "YEAR(4)", 2024),
    ("varchar(5)", "'x'", "VARCHAR(5)", "x"),
    ("longtext", "'x'", "LONGTEXT", "x"),
    ("binary(3)", "'x'", "BINARY(3)", b"x\0\0"),
    ("blob", "x'00ff'", "BLOB", b"\x00\xff"),
    ("enum('a', 'it''s')", "'it''s'", "ENUM('a','it''s')", "it's"),
    ("set('a', 'b')", "'a,b'", "SET('a','b')", "a,b"),
    ("json", """'{"a": 1}'""", None, '{"a": 1}'),
    ("uuid", "'123e4567-e89b-12d3-a456-426655440000'", "UUID", "123e4567-e89b-12d3-a456-426655440000"),
    ("inet6", "'::1'", "inet6", "::1"),
    ("inet4", "'10.0.0.1'", "inet4", "10.0.0.1"),
    ("point", "point(1, 2)", "point", ...),
    ("geometry", "point(1, 2)", "geometry", ...),
    ("polygon", "st_geomfromtext('polygon((0 0, 1 1, 1 0, 0 0))')", "polygon", ...),
    ("int AS (1 + 1) STORED", "DEFAULT", "INTEGER(11)", 2),
]
DUCKDB_SETUP = "CREATE SCHEMA other; CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE other.\"Mood 2\" AS ENUM ('x')"
DUCKDB: list[tuple[str, str, str | None, Any]] = [
    ("utinyint", "1", "UTINYINT", 1),
    ("hugeint", str(2**127 - 1), "HUGEINT", 2**127 - 1),
    ("float", "0.1", "FLOAT", 0.1),
    ("float", "'inf'", "FLOAT", float("inf")),
    ("double", "1e300", "DOUBLE", 1e300),
    ("decimal(10, 2)", "2.5", "DECIMAL(10,2)", Decimal("2.50")),
    ("blob", r"'\x00\xff'", "BLOB", b"\x00\xff"),
    ("bit", "'101'", "BIT", "101"),
    ("date", "'0044-03-15 (BC)'", "DATE", "0044-03-15 (BC)"),
    ("time", "'24:00:00'", "TIME", "24:00:00"),
    ("timestamp", "'2024-01-31 12:00'", "TIMESTAMP", datetime.datetime(2024, 1, 31, 12)),
    ("timestamp_s", "'2024-01-31 12:00'", "TIMESTAMP_S", datetime.datetime(2024, 1, 31, 12)),
    ("timestamp_ms", "'2024-01-31 12:00'", "TIMESTAMP_MS", datetime.datetime(2024, 1, 31, 12)),
    ("timestamp_ns", "'2024-01-31 12:00'", "TIMESTAMP_NS", datetime.datetime(2024, 1, 31, 12)),
    ("timestamptz", "'2024-01-31 12:00+02'", None, datetime.datetime(2024, 1, 31, 10, tzinfo=datetime.UTC)),
    ("interval", "'2 days 3 hours'", "INTERVAL", datetime.timedelta(days=2, hours=3)),
    ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "UUID", uuid.UUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
    ("json", """'{"a": 1}'""", "JSON", '{"a": 1}'),
    ("integer[]", "[1, NULL]", "INTEGER[]", [1, None]),
    ("integer[3]", "[1, 2, 3]", "INTEGER[3]", [1, 2, 3]),
    ("struct(a integer, d date)[]", "[{'a': 1, 'd': '2024-01-01'}]", None, [{"a": 1, "d": datetime.date(2024, 1, 1)}]),
    ("map(varchar, integer)", "map{'a': 1}", "MAP(VARCHAR, INTEGER)", {"a": 1}),
    ("union(n integer, s varchar)", "1", None, 1),
    ("mood", "'ok'", "ENUM('sad', 'ok')", "ok"),
    ("mood[]", "['ok']", None, ["ok"]),
    ('other."Mood 2"', "'x'", "ENUM('x')", "x"),
]
SQLITE: list[tuple[str, str, str | None, Any]] = [
    ("", "1", "", 1),
    ("VARCHAR(10)", "1", "VARCHAR(10)", "1"),
    ("BIGINT UNSIGNED", "'1'", "BIGINT UNSIGNED", 1),
    ("DECIMAL(10, 2)", "2.5", "DECIMAL(10, 2)", 2.5),
    ("BOOLEAN", "true", "BOOLEAN", 1),
    ("TIMESTAMP", "'2024-01-31'", "TIMESTAMP", "2024-01-31"),
    ("[odd type]", "'x'", "odd type", "x"),
    ('"quoted ty""pe"', "x'00ff'", 'quoted ty"pe', b"\x00\xff"),
    ("FLOATING POINT", "9e999", "FLOATING POINT", float("inf")),
    ("ENUM", "NULL", "ENUM", None),
]


def fill(execute: Any, types: list[tuple[str, str, str | None, Any]]) -> None:
    for i, (declared, value, _, _) in enumerate(types):
        execute(f"CREATE TABLE t{i} (c {declared})")
        execute(f"INSERT INTO t{i} VALUES ({value})")


def look(place: str, types: list[tuple[str, str, str | None, Any]]) -> None:
    with Database.open(place) as database:
        tables = {table.name: table for table in database.schema(1).tables}
        assert tables.keys() >= {f"t{i}" for i in range(len(types))}
        assert database.schema_text()
        for i, (declared, value, name, expected) in enumerate(types):
            table = tables[f"t{i}"]
            outcome = database.query_sync(f"SELECT c FROM t{i}")
            assert outcome.error is None, (declared, value, outcome.error)
            assert len(outcome.key) == 64
            assert outcome.rows == table.first_rows or expected != expected, (declared, value)
            if name is not None:
                assert (declared, table.columns[0].type) == (declared, name)
            if expected is not ...:
                assert (declared, outcome.rows) == (declared, ((expected,),))
                assert type(outcome.rows[0][0]) is type(expected), (declared, value)


@pytest.fixture(scope="module")
def typed_postgres(postgres_server: Server) -> Iterator[str]:
    from tests.database_fixtures import admin_postgres

    with admin_postgres(postgres_server, "postgres") as admin:
        admin.execute("DROP DATABASE IF EXISTS typed")
        admin.execute("CREATE DATABASE typed")
    with admin_postgres(postgres_server, "typed") as admin:
        for statement in POSTGRES_SETUP.split(";"):
            admin.execute(statement)
        yield postgres_server.url("admin", name="typed")


def test_every_type_of_postgresql(typed_postgres: str) -> None:
    import psycopg

    with psycopg.connect(typed_postgres, autocommit=True) as admin:
        fill(admin.execute, POSTGRES)
    look(typed_postgres, POSTGRES)


def test_types_of_a_databases_own_are_told_as_plain_data(typed_postgres: str) -> None:
    """No class of a library in it: the process that reads it admits none."""
    import psycopg

    columns = {
        "e mood": "e mood  -- one of 'sad', 'ok'",
        "e mood DEFAULT 'ok'": "e mood  -- one of 'sad', 'ok'",
        'e "Mood"': """e "Mood"  -- one of 'sad', 'it''s ok'""",
        "e other.mood": "e other.mood  -- one of 'x', 'y'",
        "e mood[]": "e mood[]  -- one of 'sad', 'ok'",
        "e positive NOT NULL": "e positive NOT NULL  -- domain over integer",
        "e other.short": "e other.short  -- domain over character varying(3)",
        "e pair": "e pair  -- of a integer, b text",
        "e pair[]": "e pair[]  -- of a integer, b text",
        "e int": "e INTEGER\n",
        'e mood PRIMARY KEY, "Up" "Mood", FOREIGN KEY (e) REFERENCES "K 10"': "e mood PRIMARY KEY,  -- one of",
    }
    with psycopg.connect(typed_postgres, autocommit=True) as admin:
        for i, declared in enumerate(columns):
            admin.execute(f'CREATE TABLE "K {i}" (a int, {declared})')
    engine = open_engine(read_database_address(typed_postgres), QueryLimits())
    try:
        schema = engine.schema(1, QueryLimits())
    finally:
        engine.close()
    written = pickle.dumps(schema)
    assert b"sqlalchemy" not in written
    assert b"psycopg" not in written
    tables = {table.name: Schema((table,), schema.dialect) for table in schema.tables}
    for i, shown in enumerate(columns.values()):
        assert shown in render(tables[f"K {i}"])


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("other", {(None, "placed"), ("public", "t0")}),
        ("other,public", {(None, "placed"), (None, "t0")}),
        ("", {("other", "placed"), ("public", "t0")}),
    ],
)
def test_tables_are_named_as_the_search_path_wants_it(
    typed_postgres: str, path: str, names: set[tuple[str | None, str]]
) -> None:
    import psycopg

    with psycopg.connect(typed_postgres, autocommit=True) as admin:
        admin.execute("CREATE TABLE IF NOT EXISTS other.placed (p point, m mood)")
        admin.execute("CREATE TABLE IF NOT EXISTS public.t0 (c int)")
    with Database.open(f"{typed_postgres}?options=-csearch_path%3D{path}") as database:
        schema = database.schema()
        found = [(table.schema, table.name) for table in schema.tables if table.name in ("placed", "t0")]
        assert set(found) == names
        assert len(found) == 2
        (placed,) = (table for table in schema.tables if table.name == "placed")
        assert placed.columns[0].type == "point"
        assert placed.columns[1].comment == "one of 'sad', 'ok'"


def test_every_type_of_mariadb(mariadb_server: Server) -> None:
    from tests.database_fixtures import admin_mariadb

    with admin_mariadb(mariadb_server) as admin, admin.cursor() as cursor:
        for statement in ("DROP DATABASE IF EXISTS typed", "CREATE DATABASE typed CHARACTER SET utf8mb4", "USE typed"):
            cursor.execute(statement)
        cursor.execute("SET sql_mode = ''")
        fill(cursor.execute, MARIADB)
    look(mariadb_server.url(name="typed"), MARIADB)


def test_every_type_of_duckdb(tmp_path: Path) -> None:
    path = tmp_path / "typed.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(DUCKDB_SETUP)
        fill(connection.execute, DUCKDB)
    look(str(path), DUCKDB)


def test_every_odd_type_of_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "typed.sqlite"
    connection = sqlite3.connect(path, isolation_level=None)
    fill(connection.execute, SQLITE)
    connection.close()
    look(str(path), SQLITE)

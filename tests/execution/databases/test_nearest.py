"""An error that misses a column or a table says what comes nearest, quoted as a query must write it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from selfdebug.execution.databases import Column, Database, Schema, TableSchema
from selfdebug.execution.databases.nearest import nearest
from tests.database_fixtures import ENGINES
from tests.servers import Server

MADE = [
    "CREATE TABLE {orders} (id INTEGER, {order_date} DATE, customer_name VARCHAR(20), {group} INTEGER)",
    "CREATE TABLE customers (id INTEGER, city VARCHAR(20))",
]
NAMES = {"orders": "Sales Orders", "order_date": "Order Date", "group": "group"}


def quoted(name: str, dialect: str) -> str:
    return f"`{name}`" if dialect == "mysql" else f'"{name}"'


def statements(dialect: str) -> list[str]:
    names = {key: quoted(name, dialect) for key, name in NAMES.items()}
    return [statement.format(**names) for statement in MADE]


@pytest.fixture(scope="module", params=ENGINES)
def sales(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("sales")
    place = str(folder / "sales")
    match request.param:
        case "sqlite":
            connection: Any = sqlite3.connect(place)
        case "duckdb":
            connection = duckdb.connect(place)
        case "postgres":
            from tests.database_fixtures import admin_postgres

            server: Server = request.getfixturevalue("postgres_server")
            with admin_postgres(server, "postgres") as admin:
                admin.execute("CREATE DATABASE sales")
            connection, place = admin_postgres(server, "sales"), server.url("admin", name="sales")
        case _:
            from tests.database_fixtures import admin_mariadb

            server = request.getfixturevalue("mariadb_server")
            admin = admin_mariadb(server)
            connection, place = admin.cursor(), server.url("admin", name="sales")
            connection.execute("CREATE DATABASE sales")
            connection.execute("USE sales")
    for statement in statements(request.param):
        connection.execute(statement)
    connection.close()
    with Database.open(place) as database:
        yield database


def message(database: Database, sql: str) -> str:
    names = {key: quoted(name, database.dialect) for key, name in NAMES.items()}
    error = database.query_sync(sql.format(**names)).error
    assert error is not None
    return error.message


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT order_date FROM {orders}", "{order_date} of {orders}"),
        ("SELECT o.order_date FROM {orders} AS o", "{order_date} of {orders}"),
        ("SELECT OrderDate FROM {orders}", "{order_date} of {orders}"),
        ("SELECT id FROM {orders} WHERE name = 'x'", "customer_name of {orders}"),
        ("SELECT o.city FROM {orders} AS o", "city of customers"),
        ("SELECT custmer_name FROM {orders}", "customer_name of {orders}"),
        ("SELECT groups_ FROM {orders}", "{group} of {orders}"),
        ("SELECT id FROM sales_orders", "{orders}"),
        ("SELECT id FROM SalesOrders", "{orders}"),
        ("SELECT id FROM customer", "customers"),
        ("WITH x AS (SELECT order_date FROM {orders}) SELECT * FROM x", "{order_date} of {orders}"),
    ],
)
def test_the_nearest_name_is_told_as_it_must_be_written(sales: Database, sql: str, expected: str) -> None:
    names = {key: quoted(name, sales.dialect) for key, name in NAMES.items()}
    words = message(sales, sql)
    assert words.split("\n")[-1].startswith(f"Nearest in the schema: {expected.format(**names)}"), words
    # The engine's own guess has no quotes, or is one of its own tables.
    assert "Perhaps you meant" not in words
    assert "Did you mean" not in words


def test_nothing_is_told_where_nothing_is_near(sales: Database) -> None:
    assert "Nearest" not in message(sales, "SELECT temperature FROM customers")
    assert "Nearest" not in message(sales, "SELECT id FROM xyz_quux")
    assert "Nearest" not in message(sales, "SELECT FROM WHERE")


def test_what_is_told_can_be_run(sales: Database) -> None:
    """The name in the message, put into the query, makes it right."""
    words = message(sales, "SELECT order_date FROM {orders}")
    column, _, table = words.split("Nearest in the schema: ")[1].rstrip(".").partition(" of ")
    assert sales.query_sync(f"SELECT {column} FROM {table}").error is None


def test_tables_that_the_query_names_come_first_and_few_are_offered() -> None:
    tables = tuple(TableSchema(f"t{i}", (Column("status_code", "INT"),)) for i in range(9))
    schema = Schema((*tables, TableSchema("orders", (Column("statuscode", "INT"),))), "sqlite")
    words = nearest("no such column: StatusCode", "SELECT StatusCode FROM orders", schema)
    assert words == "Nearest in the schema: statuscode of orders, status_code of t0, status_code of t1."
    assert nearest("no such column: status_cod", "SELECT status_cod FROM t8", schema).startswith(
        "Nearest in the schema: status_code of t8"
    )


def test_a_table_of_another_schema_is_named_with_it() -> None:
    schema = Schema((TableSchema("Item", (Column("Price", "INT"),), schema="Shop"),), "postgres")
    assert nearest('relation "item" does not exist', "", schema) == 'Nearest in the schema: "Shop"."Item".'
    assert nearest("column i.price does not exist", "", schema) == ('Nearest in the schema: "Price" of "Shop"."Item".')


@pytest.mark.parametrize("words", ["", "no such function: x", 'near "x": syntax error', "no such column: "])
def test_other_errors_are_left_alone(words: str) -> None:
    assert nearest(words, "SELECT x", Schema((TableSchema("x", (Column("x", "INT"),)),), "sqlite")) == ""

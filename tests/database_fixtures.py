"""Databases for tests: one little shop, the same on every engine. A pytest plugin; see `conftest.py`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from selfdebug.execution.databases import Database, QueryLimits
from tests import servers
from tests.needs import skip_or_fail

TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, city VARCHAR(40));
CREATE TABLE purchase (
    id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id), price DECIMAL(10, 2), bought DATE
);
CREATE TABLE line (
    purchase_id INTEGER, number INTEGER, "select" VARCHAR(20), PRIMARY KEY (purchase_id, number)
);
INSERT INTO customer VALUES (1, 'Ada', 'London'), (2, 'Grace', 'New York'), (3, 'Żółć', NULL);
INSERT INTO purchase VALUES
    (1, 1, 9.50, '2024-01-31'), (2, 1, 12.00, '2024-02-29'), (3, 2, 1.25, '2024-03-01');
INSERT INTO line VALUES (1, 1, 'apple'), (1, 2, 'pear');
CREATE TABLE digits (n INTEGER);
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
CREATE VIEW spent AS SELECT customer_id, SUM(price) AS total FROM purchase GROUP BY customer_id;
"""


def statements(text: str = TABLES) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def make_sqlite(path: Path) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(TABLES)
    connection.close()
    return path


def make_duckdb(path: Path) -> Path:
    connection = duckdb.connect(str(path))
    for statement in statements():
        connection.execute(statement)
    connection.execute("COMMENT ON COLUMN customer.city IS 'Where the customer lives'")
    connection.close()
    return path


def admin_postgres(server: servers.Server, name: str = "shop") -> Any:
    import psycopg

    url = server.url("admin", name=name)
    return psycopg.connect(url, autocommit=True)


def make_postgres(server: servers.Server) -> None:
    with admin_postgres(server, "postgres") as admin:
        admin.execute("CREATE DATABASE shop")
        admin.execute("CREATE DATABASE store")
        admin.execute(f"CREATE ROLE reader LOGIN PASSWORD '{servers.PASSWORD}'")
    with admin_postgres(server) as admin:
        for statement in statements():
            admin.execute(statement)
        admin.execute("COMMENT ON COLUMN customer.city IS 'Where the customer lives'")
        admin.execute("COMMENT ON TABLE customer IS 'People who buy'")
        admin.execute("CREATE EXTENSION dblink")
        # A generous administrator: rights do not protect the database in these tests, our walls do.
        admin.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO reader")
        admin.execute("GRANT ALL ON SCHEMA public TO reader")


def admin_mariadb(server: servers.Server) -> Any:
    import pymysql

    return pymysql.connect(
        host="127.0.0.1",
        port=server.port,
        user="admin",
        password=servers.PASSWORD,
        autocommit=True,
        charset="utf8mb4",
    )


def make_mariadb(server: servers.Server) -> None:
    with admin_mariadb(server) as admin, admin.cursor() as cursor:
        cursor.execute("CREATE DATABASE shop CHARACTER SET utf8mb4")
        cursor.execute("CREATE DATABASE store CHARACTER SET utf8mb4")
        cursor.execute("USE shop")
        cursor.execute("SET sql_mode = 'ANSI_QUOTES'")
        for statement in statements():
            cursor.execute(statement)
        cursor.execute("ALTER TABLE customer MODIFY city VARCHAR(40) COMMENT 'Where the customer lives'")
        cursor.execute("ALTER TABLE customer COMMENT 'People who buy'")
        cursor.execute(f"CREATE USER reader@'127.0.0.1' IDENTIFIED BY '{servers.PASSWORD}'")
        cursor.execute("GRANT ALL ON *.* TO reader@'127.0.0.1'")


@pytest.fixture(scope="session")
def sqlite_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sqlite(tmp_path_factory.mktemp("sqlite") / "shop.sqlite")


@pytest.fixture(scope="session")
def duckdb_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_duckdb(tmp_path_factory.mktemp("duckdb") / "shop.duckdb")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.Server]:
    if servers.postgres_binaries() is None:
        skip_or_fail("no PostgreSQL server here: apt-get install postgresql")
    with servers.postgres() as server:
        make_postgres(server)
        yield server


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[servers.Server]:
    if not servers.mariadb_binaries():
        skip_or_fail("no MariaDB server here: apt-get install mariadb-server")
    with servers.mariadb() as server:
        make_mariadb(server)
        yield server


@pytest.fixture(scope="session")
def place(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Where each engine's shop is, for `Database.open`; starts the server when first asked."""

    def find(engine: str) -> str:
        match engine:
            case "sqlite" | "duckdb":
                return str(request.getfixturevalue(f"{engine}_path"))
            case "postgres":
                return request.getfixturevalue("postgres_server").url("admin")
            case _:
                return request.getfixturevalue("mariadb_server").url()

    return find


ENGINES = ("sqlite", "duckdb", "postgres", "mysql")


@pytest.fixture(scope="session", params=ENGINES)
def database(request: pytest.FixtureRequest, place: Callable[[str], str]) -> Iterator[Database]:
    """The shop, on each engine in turn; open for all tests: what one leaves behind, the next would meet."""
    with Database.open(place(request.param), QueryLimits(seconds=5)) as opened:
        yield opened

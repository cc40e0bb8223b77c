"""Databases for tests: one little shop, the same on every engine. Used by `conftest.py` files; not a test."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import duckdb

from tests import servers

TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, city VARCHAR(40));
CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id), price DECIMAL(10, 2), bought DATE);
CREATE TABLE line (purchase_id INTEGER, number INTEGER, "select" VARCHAR(20), PRIMARY KEY (purchase_id, number));
INSERT INTO customer VALUES (1, 'Ada', 'London'), (2, 'Grace', 'New York'), (3, 'Żółć', NULL);
INSERT INTO purchase VALUES (1, 1, 9.50, '2024-01-31'), (2, 1, 12.00, '2024-02-29'), (3, 2, 1.25, '2024-03-01');
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
        cursor.execute("USE shop")
        cursor.execute("SET sql_mode = 'ANSI_QUOTES'")
        for statement in statements():
            cursor.execute(statement)
        cursor.execute("ALTER TABLE customer MODIFY city VARCHAR(40) COMMENT 'Where the customer lives'")
        cursor.execute("ALTER TABLE customer COMMENT 'People who buy'")
        cursor.execute(f"CREATE USER reader@'127.0.0.1' IDENTIFIED BY '{servers.PASSWORD}'")
        cursor.execute("GRANT ALL ON *.* TO reader@'127.0.0.1'")

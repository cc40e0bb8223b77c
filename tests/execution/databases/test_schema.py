"""Introspection on every engine, and its text for prompts."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from selfdebug.execution.databases import Column, Database, ForeignKey, Schema, TableSchema, render


def table(schema: Schema, name: str) -> TableSchema:
    return next(table for table in schema.tables if table.name == name)


def test_tables_columns_and_keys_are_found(database: Database) -> None:
    schema = database.schema()
    assert {t.name for t in schema.tables} == {"customer", "purchase", "line", "digits", "spent"}
    customer, purchase, line = (table(schema, name) for name in ("customer", "purchase", "line"))
    assert [c.name for c in customer.columns] == ["id", "name", "city"]
    assert customer.primary_key == ("id",)
    assert [c.nullable for c in customer.columns][1:] == [False, True]
    assert purchase.foreign_keys == (ForeignKey(("customer_id",), "customer", ("id",)),)
    assert line.primary_key == ("purchase_id", "number")
    assert "DECIMAL" in purchase.columns[2].type or "NUMERIC" in purchase.columns[2].type


def test_views_are_found(database: Database) -> None:
    spent = table(database.schema(), "spent")
    assert spent.is_view
    assert [c.name for c in spent.columns] == ["customer_id", "total"]


def test_first_rows_come_with_a_table(database: Database) -> None:
    assert table(database.schema(2), "customer").first_rows == (
        (1, "Ada", "London"),
        (2, "Grace", "New York"),
    )
    assert table(database.schema(0), "customer").first_rows == ()


def test_comments_are_read_where_the_engine_has_them(database: Database) -> None:
    customer = table(database.schema(), "customer")
    if database.dialect == "sqlite":
        assert customer.columns[2].comment is None
    else:
        assert customer.columns[2].comment == "Where the customer lives"
        assert "-- Where the customer lives" in database.schema_text()


def test_the_text_shows_keys_and_quotes_names(database: Database) -> None:
    text = database.schema_text()
    quoted = "`select`" if database.dialect == "mysql" else '"select"'
    assert f"    {quoted} VARCHAR" in text
    assert "PRIMARY KEY (purchase_id, number)" in text
    assert "FOREIGN KEY (customer_id) REFERENCES customer (id)" in text
    assert "-- (1, 'Ada', 'London')" in text


def test_a_query_works_right_after_introspection(database: Database) -> None:
    database.schema()
    assert database.query_sync("DROP TABLE customer").error is not None
    assert database.query_sync("SELECT max(n) FROM digits").rows == ((9,),)


def test_odd_names_and_values_survive(tmp_path: Path) -> None:
    path = tmp_path / "odd.sqlite"
    connection = sqlite3.connect(path)
    connection.execute('CREATE TABLE "a ""b"" -- c" ("x y" TEXT, z, "g" AS (z) STORED)')
    connection.execute('INSERT INTO "a ""b"" -- c" VALUES (?, ?)', ("line one\n); DROP TABLE x -- \u2028", b"\0\1"))
    connection.execute("CREATE VIEW broken AS SELECT * FROM gone")
    connection.commit()
    connection.close()
    with Database.open(path) as database:
        schema = database.schema()
        assert [t.name for t in schema.tables] == ['a "b" -- c']
        text = render(schema)
    assert 'CREATE TABLE "a ""b"" -- c" (' in text
    assert "-- ('line one ); DROP TABLE x --', <2 bytes>, <2 bytes>)" in text
    assert len(text.splitlines()) == 7


def make_wide_schema(tables: int, columns: int) -> Schema:
    def build(i: int) -> TableSchema:
        names = tuple(Column(f"field_{i}_{j}", "TEXT", comment="a remark") for j in range(columns))
        return TableSchema(f"archive_{i}", names, (f"field_{i}_0",), first_rows=(("value " * 50,) * columns,))

    invoice = TableSchema(
        "invoices",
        (Column("invoice_id", "INTEGER"), Column("client_id", "INTEGER"), Column("amount", "REAL")),
        ("invoice_id",),
        (ForeignKey(("client_id",), "party", ("id",)),),
        first_rows=((1, 2, 3.5),),
    )
    party = TableSchema("party", (Column("id", "INTEGER"), Column("label", "TEXT")), ("id",))
    built = [build(i) for i in range(tables)]
    return Schema((*built[: tables // 2], invoice, *built[tables // 2 :], party), "sqlite")


@pytest.mark.parametrize("characters", [2_000, 8_000, 24_000])
def test_500_wide_tables_fit_the_budget_and_the_question_decides(characters: int) -> None:
    schema = make_wide_schema(500, 60)
    text = render(schema, words="What is the total amount of each invoice?", characters=characters)
    assert len(text) <= characters
    assert "CREATE TABLE invoices" in text
    assert "amount REAL" in text
    # The table that the relevant one refers to keeps its columns: a join needs them.
    assert "CREATE TABLE party" in text
    assert "more tables, columns not shown: archive_" in text


def test_names_of_all_tables_stay_when_they_fit() -> None:
    schema = make_wide_schema(500, 60)
    text = render(schema, words="amount of invoices", characters=24_000)
    assert all(f"archive_{i}" in text for i in range(500))


def test_first_rows_go_before_columns_go() -> None:
    schema = make_wide_schema(4, 10)
    whole = render(schema, characters=10**6)
    shorter = render(schema, words="invoice", characters=len(whole) - 500)
    assert len(shorter) <= len(whole) - 500
    assert shorter.count("CREATE TABLE") == 6
    assert "-- (1, 2, 3.5)" in shorter


def test_a_database_of_500_tables_is_read_in_reasonable_time(tmp_path: Path) -> None:
    path = tmp_path / "many.sqlite"
    connection = sqlite3.connect(path)
    for i in range(500):
        connection.execute(f"CREATE TABLE t{i} ({', '.join(f'c{j} TEXT' for j in range(40))})")
    connection.commit()
    connection.close()
    with Database.open(path) as database:
        assert len(database.schema().tables) == 500
        assert len(database.schema_text("t7 c3", characters=5000)) <= 5000

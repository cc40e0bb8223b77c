"""The short way is at least as strict as the full check."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfdebug.execution.databases.guard import RefusedError, UnparsableError, check
from selfdebug.execution.databases.plain_select import is_ordered, is_plain
from selfdebug.execution.databases.words import WORDS

PIECES = [
    "SELECT",
    "select",
    "from",
    "FROM",
    "customer",
    "name",
    ",",
    "(",
    ")",
    "*",
    "1",
    "2.5",
    "'a'",
    '"b"',
    ";",
    "--",
    "/*",
    "*/",
    "/*!",
    "=",
    "<>",
    "<",
    ">=",
    "+",
    "-",
    "/",
    "%",
    ".",
    "count(",
    "max(",
    "AND",
    "IN",
    "WHERE",
    "load_extension(",
    '"load_extension"(',
    "'lower'(",
    "pragma_table_info(",
    "sqlite_master",
    "WITH",
    "RECURSIVE",
    "AS",
    "UNION",
    "ALL",
    "DROP",
    "TABLE",
    "ATTACH",
    "PRAGMA",
    "ORDER",
    "BY",
    "LIMIT",
    "CASE",
    "WHEN",
    "END",
    "?",
    "@x",
    ":x",
    "$x",
    "`",
    "[",
    "]",
    "\\",
    "x'00'",
    "1e5",
    "0x10",
    "é",
    "；",
    "'",
    '"',
    "\n",
    "\t",
    "\x00",
    "values(",
    "into",
    "INSERT",
]


@settings(max_examples=600)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from([" ", "", "\n"]))
def test_what_is_plain_passes_the_full_check_or_is_no_sql(pieces: list[str], between: str) -> None:
    sql = between.join(["SELECT 1", *pieces])
    if not is_plain(sql):
        return
    try:
        checked = check(sql, "sqlite", WORDS["sqlite"]["functions"].__contains__)
    except UnparsableError:
        pass  # SQLite will say what is wrong with it.
    except RefusedError as refusal:
        raise AssertionError(f"plain, yet refused by the full check: {sql!r}: {refusal}") from None
    else:
        assert checked.ordered == is_ordered(sql)


@settings(max_examples=600)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from([" ", "", "\n"]))
def test_what_is_plain_does_nothing_but_read_by_sqlites_word(pieces: list[str], between: str) -> None:
    sql = between.join(["SELECT 1", *pieces])
    if not is_plain(sql):
        return
    actions: set[int] = set()
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE customer (name)")
    connection.set_authorizer(lambda action, *_: actions.add(action) or sqlite3.SQLITE_OK)
    words = ""
    try:
        connection.execute("EXPLAIN " + sql)
    except (sqlite3.Error, sqlite3.Warning) as error:
        words = str(error)
    connection.close()
    assert "one statement" not in words
    assert actions <= {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1; SELECT 2",
        "SELECT 1 -- x",
        "SELECT 1 /* x */",
        "SELECT load_extension('x')",
        "SELECT \"load_extension\" ('x')",
        "SELECT * FROM pragma_database_list",
        "SELECT * FROM sqlite_master",
        "SELECT `a`",
        "SELECT [a]",
        "SELECT ?",
        "SELECT 'a\x00b'",
        "SELECT 'unclosed",
        "SELECT replace('a', 'b', 'c')",
        "SELECT randomblob(5)",
        "SELECT instr(name, 'a') FROM t",
        "SELECT unheard_of (1)",
        "SELECT a || b FROM t",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "DROP TABLE customer",
        "(SELECT 1)",
        "SELECT é FROM t",
        "",
        ";",
        "'SELECT'",
        "1 SELECT",
    ],
)
def test_what_is_not_certain_is_left_to_the_full_check(sql: str) -> None:
    assert not is_plain(sql)


@pytest.mark.parametrize(
    ("sql", "ordered"),
    [
        ("SELECT a FROM t ORDER BY a", True),
        ("select a from t order  by a limit 1;", True),
        ("SELECT a FROM (SELECT a FROM t ORDER BY a)", False),
        ("SELECT count(*) FROM t WHERE a = 'order by'", False),
        ('SELECT "order" FROM t', False),
        ("SELECT a FROM t UNION SELECT b FROM t ORDER BY 1", True),
        ("SELECT a FROM t WHERE b IN (SELECT b FROM t ORDER BY b) ORDER BY a", True),
    ],
)
def test_only_a_top_level_order_by_orders(sql: str, ordered: bool) -> None:
    assert is_plain(sql)
    assert is_ordered(sql) == ordered
    assert check(sql, "sqlite", WORDS["sqlite"]["functions"].__contains__).ordered == ordered


def test_a_long_nearly_plain_text_is_turned_down_quickly() -> None:
    assert not is_plain("SELECT " + "<=" * 2400 + "`")
    assert not is_plain("SELECT " + "a " * 2400 + "`")

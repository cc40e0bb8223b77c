"""SQLite's virtual tables are read like others, and nothing is written through them."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from selfdebug.execution.databases import Database, QueryErrorKind

MADE = """
CREATE TABLE doc (id INTEGER, tags TEXT);
INSERT INTO doc VALUES (1, '["a", "b"]'), (2, '[]');
CREATE VIRTUAL TABLE note USING fts5(body);
INSERT INTO note VALUES ('red apple'), ('pear');
CREATE VIRTUAL TABLE old USING fts4(body, title);
INSERT INTO old VALUES ('red apple', 'x'), ('pear', 'y');
CREATE VIRTUAL TABLE older USING fts3(body);
INSERT INTO older VALUES ('plum');
CREATE VIRTUAL TABLE place USING rtree(id, low, high);
INSERT INTO place VALUES (1, 2, 3), (2, 20, 30);
CREATE VIRTUAL TABLE whole USING rtree_i32(id, low, high);
INSERT INTO whole VALUES (1, 2, 3);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(note, row);
CREATE VIRTUAL TABLE outside USING fts5(tags, content=doc, content_rowid=id);
INSERT INTO outside(outside) VALUES ('rebuild');
CREATE VIEW fruit AS SELECT body FROM note WHERE note MATCH 'apple';
CREATE TABLE note_extra (a INTEGER);
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "virtual.sqlite"
    connection = sqlite3.connect(path)
    try:
        connection.executescript(MADE)
    except sqlite3.OperationalError as error:
        pytest.skip(f"this SQLite lacks a module: {error}")
    connection.close()
    return path


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT doc.id, e.value FROM doc, json_each(doc.tags) AS e", ((1, "a"), (1, "b"))),
        ("SELECT key FROM json_tree('{\"a\": 1}') WHERE key IS NOT NULL", (("a",),)),
        ("SELECT id FROM doc WHERE EXISTS (SELECT 1 FROM json_each(doc.tags) WHERE value = 'b')", ((1,),)),
        ("SELECT body FROM note WHERE note MATCH 'apple' ORDER BY rank", (("red apple",),)),
        ("SELECT highlight(note, 0, '[', ']') FROM note('red')", (("[red] apple",),)),
        ("SELECT count(*) FROM note", ((2,),)),
        ("SELECT title, offsets(old) FROM old WHERE body MATCH 'red'", (("x", "0 0 0 3"),)),
        ("SELECT length(matchinfo(old)) FROM old WHERE old MATCH 'pear'", ((32,),)),
        ("SELECT body FROM older", (("plum",),)),
        ("SELECT id FROM place WHERE low < 10", ((1,),)),
        ("SELECT * FROM whole", ((1, 2, 3),)),
        ("SELECT term FROM vocabulary ORDER BY term", (("apple",), ("pear",), ("red",))),
        ("SELECT tags FROM outside WHERE outside MATCH 'b'", (('["a", "b"]',),)),
        ("SELECT * FROM fruit", (("red apple",),)),
        ("WITH found AS (SELECT body FROM note('pear')) SELECT * FROM found", (("pear",),)),
    ],
)
def test_a_virtual_table_is_read(path: Path, sql: str, rows: Any) -> None:
    with Database.open(path) as database:
        outcome = database.query_sync(sql)
    assert outcome.error is None, outcome.error
    assert outcome.rows == rows


def test_the_schema_tells_the_module_and_hides_shadow_tables(path: Path) -> None:
    with Database.open(path) as database:
        tables = {table.name: table for table in database.schema().tables}
    assert list(tables) == [
        "doc", "note", "old", "older", "place", "whole", "vocabulary", "outside", "fruit", "note_extra",
    ]  # fmt: skip
    assert tables["note"].comment == "virtual table, fts5"
    assert [column.name for column in tables["note"].columns] == ["body"]
    assert tables["note"].first_rows == (("red apple",),)
    assert tables["doc"].comment is None


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO note VALUES ('x')",
        "INSERT INTO note(note) VALUES ('optimize')",
        "DELETE FROM place",
        "UPDATE note_data SET block = x'00'",
        "DROP TABLE note",
        "CREATE VIRTUAL TABLE stolen USING fts5(a)",
        "SELECT * FROM dbstat",
        "SELECT * FROM pragma_data_version",
        "PRAGMA data_version",
        "SELECT note('x')",
        "SELECT fts3_tokenizer('simple')",
        "SELECT rtreecheck('place')",
    ],
)
def test_nothing_is_written_through_one(path: Path, sql: str) -> None:
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with Database.open(path) as database:
        outcome = database.query_sync(sql)
        assert outcome.error is not None
        assert outcome.error.kind in (QueryErrorKind.REFUSED, QueryErrorKind.FAILED)
        assert database.query_sync("SELECT count(*) FROM note").rows == ((2,),)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_a_schema_that_another_program_changes_meanwhile_is_read_anew(path: Path) -> None:
    with Database.open(path) as database:
        assert database.query_sync("SELECT body FROM note('pear')").rows == (("pear",),)
        writer = sqlite3.connect(path)
        writer.executescript("CREATE VIRTUAL TABLE late USING fts5(a); INSERT INTO late VALUES ('fig')")
        writer.close()
        assert database.query_sync("SELECT body FROM note('pear')").rows == (("pear",),)
        assert database.query_sync("SELECT a FROM late WHERE late MATCH 'fig'").rows == (("fig",),)
        assert database.query_sync("SELECT value FROM json_each('[7]')").rows == ((7,),)

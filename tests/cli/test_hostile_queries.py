"""What a model answers is never printed where a database's shell would execute it, unless it only reads."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.model_server import ModelServer
from tests.needs import skip_or_fail

from .conftest import Result, Run

WITHOUT_A_CALL = ("--feedback", "baseline", "--model", "embedded")
READS = "SELECT name FROM item"
HOSTILE = {
    "delete": "DELETE FROM item",
    "drop": "DROP TABLE item",
    "update": "UPDATE item SET name = 'gone'",
    "insert": "INSERT INTO item VALUES ('more')",
    "replace": "REPLACE INTO item VALUES ('more')",
    "create": "CREATE TABLE more (name TEXT)",
    "trigger": "CREATE TRIGGER t AFTER INSERT ON item BEGIN DELETE FROM item; END",
    "expression": "WITH old AS (SELECT name FROM item) DELETE FROM item WHERE name IN (SELECT name FROM old)",
    "second statement": f"{READS}; DELETE FROM item",
    "second statement after a syntax error": "SELECT name FROM; DELETE FROM item",
    "second statement after an unknown column": "SELECT nme FROM item; DELETE FROM item",
    "second statement before the query": f"DELETE FROM item; {READS}",
    "behind a comment": f"-- all names\nDELETE FROM item; -- {READS}",
    "behind a nested comment": f"{READS} /* /* */ ; DELETE FROM item; -- */",
    "behind a carriage return": f"{READS} -- all\r; DELETE FROM item",
    "behind an open comment": f"{READS} /* ; \n*/ ; DELETE FROM item",
    "behind an open quote": "SELECT 'a FROM item; DELETE FROM item; --",
    "transaction": "BEGIN; DELETE FROM item; COMMIT",
    "attach": "ATTACH 'shop.db' AS other; DELETE FROM other.item",
    "pragma": "PRAGMA writable_schema = 1; DELETE FROM sqlite_master",
    "pragma alone": "PRAGMA user_version = 7",
    "vacuum": "VACUUM INTO 'stolen'",
    "dot command": ".shell touch stolen",
    "dot command after a query": f"{READS};\n.shell touch stolen",
    "dot command after a comment": f"-- all names\n.shell touch stolen\n{READS}",
    "dot command after a block comment": f"/* all\nnames */\n.shell touch stolen\n{READS}",
    "dot command that reads": ".read orders.sql",
    "dot command that writes": f".once stolen\n{READS}",
    "file function": "SELECT writefile('stolen', 'x')",
    "editor function": "SELECT edit('x', 'touch stolen')",
    "extension": "SELECT load_extension('./stolen')",
}
READERS = {
    "dot command within a text": "SELECT 'a;\n.shell touch stolen\n' FROM item",
    "statement within a text": "SELECT 'a; DELETE FROM item; --' FROM item",
    "text that ends JSON's": "SELECT '\"; DELETE FROM item; --' FROM item",
    "statement within a comment": f"{READS} -- ; DELETE FROM item;\n",
    "semicolon": f"{READS};",
    "line that begins with a dot": "SELECT item\n.name\nFROM item",
}
"""Queries that only read, however they look."""


@pytest.fixture
def shop() -> Path:
    path = Path("shop.db")
    with sqlite3.connect(path) as connection:
        connection.executescript("CREATE TABLE item (name TEXT); INSERT INTO item VALUES ('tea'), ('cake')")
    connection.close()
    Path("orders.sql").write_text("DELETE FROM item;")
    return path


def contents(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    found = [f"version {connection.execute('PRAGMA user_version').fetchone()[0]}", *connection.iterdump()]
    connection.close()
    return found


def execute(text: str, shop: Path) -> None:
    """Do with a text what those do who get it through a pipe."""
    connection = sqlite3.connect(shop)
    with suppress(sqlite3.Error):
        connection.executescript(text)
    connection.close()
    shell = shutil.which("sqlite3")
    if shell is not None:
        subprocess.run([shell, str(shop)], input=text, text=True, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("name", [*HOSTILE, *READERS])
def test_query_that_is_printed_changes_no_database(run: Run, shop: Path, name: str) -> None:
    result = printed(run, shop, HOSTILE.get(name) or READERS[name])
    assert (result.out == "") is (name in HOSTILE)


@pytest.mark.parametrize("name", ["delete", "second statement", "dot command after a query", *READERS])
def test_json_that_is_printed_changes_no_database(run: Run, shop: Path, name: str) -> None:
    text = HOSTILE.get(name) or READERS[name]
    found = json.loads(printed(run, shop, text, "--json").out)
    assert (found["answer"] is None) is (name in HOSTILE)
    assert found["turns"][0]["program"]["code"] == text


def printed(run: Run, shop: Path, text: str, *options: str) -> Result:
    before = contents(shop)
    Path("answer.sql").write_bytes(text.encode())
    result = run("sql", "Which?", "--db", shop, "--program", "answer.sql", *WITHOUT_A_CALL, *options)
    execute(result.out, shop)
    assert contents(shop) == before
    assert not Path("stolen").exists()
    return result


@pytest.mark.parametrize("text", ["DELETE FROM item", f"{READS}; DROP TABLE item", "UPDATE item SET name = ''"])
def test_reply_that_is_refused_is_shown_on_standard_error_alone(run: Run, shop: Path, text: str) -> None:
    with ModelServer([f"```sql\n{text}\n```", "Columns: 1 (name)"]) as server:
        result = run("sql", "Which?", "--db", shop, "--base-url", server.url, "--max-turns", "1", "--quiet")
    assert (result.code, result.out) == (1, "")
    assert "No query is printed." in result.err.splitlines()[-1]


def test_comments_are_left_out_and_lines_stay(run: Run, shop: Path) -> None:
    Path("answer.sql").write_text("-- Names.\nSELECT\n  -- of all\n  name, /* and */ 1 -- one\nFROM item;\n")
    result = run("sql", "Which?", "--db", shop, "--program", "answer.sql", *WITHOUT_A_CALL)
    assert result.out == "SELECT\n  name, 1\nFROM item\n"


def test_query_that_fails_but_only_reads_is_printed(run: Run, shop: Path) -> None:
    Path("answer.sql").write_text("SELECT nme FROM item")
    result = run("sql", "Which?", "--db", shop, "--program", "answer.sql", *WITHOUT_A_CALL)
    assert (result.code, result.out) == (1, "SELECT nme FROM item\n")
    assert result.err.endswith("The query printed is not correct.\n")


def test_shell_that_would_execute_a_dot_command_is_there(shop: Path) -> None:
    """The tests above show more where the shell is installed: this says whether it was, and that it would execute."""
    if shutil.which("sqlite3") is None:
        skip_or_fail("no sqlite3 shell: install sqlite3")
    execute(HOSTILE["dot command after a comment"], shop)
    execute(HOSTILE["delete"], shop)
    assert Path("stolen").exists()
    assert "INSERT INTO \"item\" VALUES('tea');" not in contents(shop)

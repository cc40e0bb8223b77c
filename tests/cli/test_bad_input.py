"""What users get wrong, and what is missing: one sentence, the right exit code, never a traceback."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from selfdebug.languages import LANGUAGES
from selfdebug.models import embedded
from tests.model_server import Failure, ModelServer
from tests.needs import skip_or_fail

from .conftest import Result, Run

TEST = ("--test", "assert f(2) == 4")


def one_sentence(result: Result, code: int) -> str:
    assert (result.code, result.out) == (code, ""), result
    assert "Traceback" not in result.err
    lines = [line for line in result.err.splitlines() if line.startswith("selfdebug: ")]
    assert len(lines) == 1, result.err
    return lines[0]


@pytest.fixture(autouse=True)
def files() -> None:
    Path("empty.py").write_text(" \n")
    Path("binary.py").write_bytes(b"\x7fELF\x00\x01")
    Path("latin.py").write_bytes("# caf\xe9".encode("latin-1"))
    Path("folder.py").mkdir()
    Path("f.cpp").write_text("int f(int x) { return x * x; }\n")
    Path("void.cpp").write_text("struct Node; void visit(Node* node);\n")
    Path("notes.txt").write_text("words\n")
    connection = sqlite3.connect("shop.db")
    connection.execute("CREATE TABLE item (name TEXT)")
    connection.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("python", ""), "The request is empty"),
        (("python", "-"), "The request is empty"),
        (("python", "f", "--tests", "missing.py"), "There is no file missing.py"),
        (("python", "f", "--tests", "folder.py"), "folder.py is a folder"),
        (("python", "f", "--tests", "empty.py"), "empty.py is empty"),
        (("python", "f", "--tests", "binary.py"), "binary.py is a binary file"),
        (("python", "f", "--tests", "latin.py"), "latin.py is not UTF-8 text"),
        (("python", "f", "--tests", "notes.txt"), "not a known kind of test file"),
        (("python", "f", "--test", "f(2) is 4?"), "--test is not Python"),
        (("python", "f", "--start", "missing.py"), "There is no file missing.py"),
        (("python", "f", "--program", "binary.py"), "binary.py is a binary file"),
        (("python", "f", "--feedback", "ut"), "feedback ut needs tests"),
        (("python", "f", "--feedback", "tests"), "--feedback must be one of baseline"),
        (("python", "f", "--style", "loud"), "--style must be one of"),
        (("python", "f", "--style", ""), "--style must be one of"),
        (("python", "f", "--form", "speech"), "--form must be one of"),
        (("python", "f", "--samples", "0"), "--samples must be 1 or more, not 0"),
        (("python", "f", "--max-turns", "-1"), "--max-turns must be 0 or more, not -1"),
        (("python", "f", "--max-seconds", "nan"), "--max-seconds must be 0.001 or more"),
        (("sql", " ", "--db", "shop.db"), "The question is empty"),
        (("sql", "q", "--db", "shop.db", "--feedback", "ut"), "feedback ut is not for SQL"),
        (("sql", "q", "--db", "shop.db", "--feedback", "trace"), "choose simple, execution or expl"),
        (("sql", "q", "--db", "shop.db", "--program", "missing.sql"), "There is no file missing.sql"),
        (("translate", "f.cpp", "--to", "cobol"), "--to: unknown language 'cobol'"),
        (("translate", "f.cpp", "--to", "c++"), "is already in cpp"),
        (("translate", "f.cpp", "--to", "python", "--from", "perl"), "--from: unknown language 'perl'"),
        (("translate", "notes.txt", "--to", "python"), "The language of notes.txt is not known"),
        (("translate", "-", "--to", "python"), "The language of standard input is not known"),
        (("translate", "-", "--from", "cpp", "--to", "python"), "The program to translate is empty"),
        (("translate", "missing.cpp", "--to", "python"), "There is no file missing.cpp"),
        (("translate", "empty.py", "--to", "cpp"), "empty.py is empty"),
        (("translate", "f.cpp", "--to", "python", "--name", "g"), "defines no function g; it defines f"),
        (("translate", "f.cpp", "--to", "rust", "--tests", "empty.py"), "empty.py is empty"),
        (("python", "f", "--show-prompt", "--reply", "missing.txt"), "There is no file missing.txt"),
        (("python", "f", "--show-prompt", "--feedback", "ut"), "feedback ut needs tests"),
        (("python", "f", "--reply", "notes.txt"), "give --show-prompt"),
    ],
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...], message: str) -> None:
    assert message in one_sentence(run(*arguments), 2)


@pytest.mark.parametrize(
    "arguments", [("python",), ("sql", "q"), ("translate", "f.cpp"), ("python", "f", "--nonsense")]
)
def test_what_the_command_line_itself_lacks(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (result.code, result.out) == (2, "")


@pytest.mark.parametrize(
    ("database", "message"),
    [
        ("missing.db", "There is no database at missing.db"),
        ("folder.py", "is a directory"),
        ("notes.txt", "is not a SQLite or DuckDB database"),
        ("oracle://me:pass-word@localhost/shop", "Databases of the kind oracle:// cannot be opened"),
        ("postgresql://me:pass-word@127.0.0.1:1/shop", ""),
    ],
)
def test_databases_that_cannot_be_used(run: Run, database: str, message: str) -> None:
    result = run("sql", "q", "--db", database, "--model", "tiny", "--base-url", "http://127.0.0.1:9/v1")
    assert message in one_sentence(result, 3)
    assert "pass-word" not in result.err


@pytest.mark.parametrize("command", [("python", "f"), ("sql", "q", "--db", "shop.db")])
def test_a_key_and_no_model(run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    assert "no model is named" in one_sentence(run(*command), 3)


def test_the_embedded_model_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(embedded, "WEIGHTS", tmp_path / "none.gguf")
    line = one_sentence(run("sql", "q", "--db", "shop.db", "--quiet"), 3)
    assert "The embedded model is missing" in line
    assert "Install selfdebug from a release, or name another" in line


def test_no_key_for_openai(run: Run) -> None:
    line = one_sentence(run("sql", "q", "--db", "shop.db", "--model", "gpt-5-mini"), 3)
    assert "set OPENAI_API_KEY" in line


def test_wrong_key_is_not_repeated(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    with ModelServer(Failure(401, "Incorrect API key provided: sk-very-secret", "invalid_api_key")) as server:
        result = run("sql", "q", "--db", "shop.db", "--base-url", server.url)
    assert "does not accept the API key" in one_sentence(result, 3)
    assert "very-secret" not in result.err


def test_unknown_model_is_answered_with_the_known_ones(run: Run) -> None:
    with ModelServer(Failure(404, "no such model", "model_not_found"), models=("small", "large")) as server:
        result = run("sql", "q", "--db", "shop.db", "--base-url", server.url, "--model", "huge")
    assert "small, large" in one_sentence(result, 3)


def test_error_of_a_server_cannot_command_the_terminal(run: Run) -> None:
    with ModelServer(Failure(400, "no\x1b[2J\u202e thanks")) as server:
        result = run("sql", "q", "--db", "shop.db", "--base-url", server.url)
    assert "no\\u001b[2J\\u202e thanks" in one_sentence(result, 3)


@pytest.mark.parametrize("command", [("python", "-"), ("sql", "-", "--db", "shop.db")])
def test_request_in_another_encoding(run: Run, command: tuple[str, ...]) -> None:
    assert "is not UTF-8 text" in one_sentence(run(*command, input=b"caf\xe9"), 2)
    assert "is not UTF-8 text" in one_sentence(run(command[0], "caf\udce9", *command[2:]), 2)


def test_dead_server(run: Run) -> None:
    with ModelServer("x") as server:
        url = server.url
    one_sentence(run("sql", "q", "--db", "shop.db", "--base-url", url), 3)


def test_base_url_that_is_none_is_not_repeated(run: Run) -> None:
    result = run("sql", "q", "--db", "shop.db", "--base-url", "ftp://me:pass-word@host", "--model", "tiny")
    assert "must be like http://" in one_sentence(result, 3)
    assert "pass-word" not in result.err


@pytest.mark.parametrize("path", ["missing.gguf", "notes.txt"])
def test_model_files_that_are_none(run: Run, path: str) -> None:
    one_sentence(run("sql", "q", "--db", "shop.db", "--model", f"gguf:{path}"), 3)


def test_stores_that_cannot_be_used(run: Run) -> None:
    with ModelServer("x") as server:
        arguments = ("sql", "q", "--db", "shop.db", "--base-url", server.url)
        assert "is not a SQLite database" in one_sentence(run(*arguments, "--store", "notes.txt"), 3)
        assert "folder of the store cannot be created" in one_sentence(run(*arguments, "--store", "notes.txt/s.db"), 3)
        secret = run(*arguments, "--store", "postgresql://me:pass-word@127.0.0.1:1/replies")
        one_sentence(secret, 3)
        assert "pass-word" not in secret.err
        assert server.requests == []


def test_store_in_a_folder_that_nobody_may_write_to(run: Run) -> None:
    with ModelServer("x") as server:
        result = run("sql", "q", "--db", "shop.db", "--base-url", server.url, "--store", "/proc/store.db")
    assert "cannot be written" in one_sentence(result, 3)


def test_source_whose_tests_cannot_be_derived(run: Run) -> None:
    if LANGUAGES["cpp"].missing():
        skip_or_fail("C++ programs need g++")
    line = one_sentence(run("translate", "void.cpp", "--to", "python"), 2)
    assert "No tests can be derived" in line


def test_assertions_cannot_test_other_languages(run: Run) -> None:
    Path("cases.json").write_text('[{"arguments": [2], "expected": 4}]')
    Path("more.json").write_text("[3]")
    assert "is not a test" in one_sentence(run("translate", "f.cpp", "--to", "java", "--tests", "more.json"), 2)

"""What is wrong with a path or a URL is said in one sentence, with what to do, and never with a password."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from selfdebug.execution.databases import (
    Database,
    DatabaseError,
    DatabaseLockedError,
    DatabaseMissingError,
    DatabaseUnreachableError,
    DatabaseUnreadableError,
    DriverMissingError,
    QueryLimits,
    UnknownDatabaseKindError,
)
from tests.servers import PASSWORD, Server


def refused(place: str | Path) -> DatabaseError:
    with pytest.raises(DatabaseError) as caught:
        Database.open(place)
    assert "\n" not in caught.value.message
    assert caught.value.message.endswith(".")
    return caught.value


@pytest.mark.parametrize("prefix", ["", "sqlite:///", "duckdb:///"])
def test_a_missing_file_is_never_created(tmp_path: Path, prefix: str) -> None:
    path = tmp_path / "missing.sqlite"
    error = refused(f"{prefix}{path}")
    assert isinstance(error, DatabaseMissingError)
    assert str(path) in error.message
    assert list(tmp_path.iterdir()) == []


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    error = refused(tmp_path)
    assert isinstance(error, DatabaseUnreadableError)
    assert "directory" in error.message


def test_an_empty_file_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite"
    path.touch()
    error = refused(path)
    assert isinstance(error, DatabaseUnreadableError)
    assert "empty" in error.message


@pytest.mark.parametrize(
    "content", [b"id,name\n1,Ada\n", b"SQLite format 3\0" + b"x" * 5000, b"x" * 8 + b"DUCK" + b"x" * 9000]
)
def test_another_file_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(content)
    assert isinstance(refused(path), DatabaseUnreadableError)
    assert path.read_bytes() == content


def test_the_wrong_kind_of_file_is_named(duckdb_path: Path) -> None:
    assert "duckdb database" in refused(f"sqlite:///{duckdb_path}").message


@pytest.mark.parametrize("url", ["oracle://scott:tiger@host/x", "http://example.com/x.sqlite", "://", "x://y"])
def test_an_unknown_scheme_lists_the_known_ones(url: str) -> None:
    error = refused(url)
    assert isinstance(error, UnknownDatabaseKindError)
    assert "postgresql" in error.message
    assert "tiger" not in error.message


def test_a_url_that_cannot_be_read_shows_no_password() -> None:
    error = refused("postgresql://me:hush@host:port:x/db")
    assert "hush" not in error.message


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "duckdb://"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    assert isinstance(refused(url), DatabaseMissingError)


@pytest.mark.parametrize("scheme", ["postgresql", "mysql", "mariadb"])
def test_a_server_that_is_down_is_named_without_the_password(scheme: str) -> None:
    error = refused(f"{scheme}://me:hush@127.0.0.1:1/shop")
    assert isinstance(error, DatabaseUnreachableError)
    assert "127.0.0.1:1" in error.message
    assert "hush" not in error.message


def test_a_wrong_password_is_not_repeated(postgres_server: Server, mariadb_server: Server) -> None:
    for server in (postgres_server, mariadb_server):
        error = refused(server.url(password="hush-wrong"))
        assert isinstance(error, DatabaseUnreachableError)
        assert "password" in error.message
        assert "hush" not in error.message


def test_an_unknown_database_on_a_server_is_named(postgres_server: Server, mariadb_server: Server) -> None:
    for server in (postgres_server, mariadb_server):
        error = refused(server.url("admin", name="nowhere"))
        assert "nowhere" in error.message
        assert PASSWORD not in error.message


@pytest.mark.parametrize(
    ("module", "name", "extra"), [("postgres", "psycopg", "postgres"), ("mysql", "pymysql", "mysql")]
)
def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch, module: str, name: str, extra: str) -> None:
    from selfdebug.execution.databases.address import read_database_address
    from selfdebug.execution.databases.engines import open_engine

    # None makes an import fail as if nothing were installed.
    for loaded in [loaded for loaded in sys.modules if loaded == name or loaded.startswith(f"{name}.")]:
        monkeypatch.setitem(sys.modules, loaded, None)
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, f"selfdebug.execution.databases.engines.{module}", raising=False)
    with pytest.raises(DriverMissingError) as caught:
        open_engine(
            read_database_address(f"{extra if extra == 'mysql' else 'postgresql'}://a@localhost/b"), QueryLimits()
        )
    assert f'pip install "selfdebug[{extra}]"' in caught.value.message


def test_a_locked_file_says_so(tmp_path: Path) -> None:
    from tests.database_fixtures import make_sqlite

    path = make_sqlite(tmp_path / "locked.sqlite")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    assert isinstance(refused(path), DatabaseLockedError)
    writer.close()


def test_a_database_never_shows_its_password(place: Callable[[str], str]) -> None:
    with Database.open(place("postgres")) as database:
        assert PASSWORD not in database.label + repr(database._address)


def test_limits_must_be_positive() -> None:
    with pytest.raises(ValueError, match="seconds"):
        QueryLimits(seconds=0)


@pytest.mark.parametrize("name", ["DatabaseLockedError", "NoSuchError", "annotations", "named_error", "__builtins__"])
def test_another_process_can_name_errors_and_nothing_else(name: str) -> None:
    from selfdebug.execution.databases.errors import named_error

    error = named_error(name, "It is locked.")
    assert type(error) is (DatabaseLockedError if name == "DatabaseLockedError" else DatabaseError)
    assert error.message == "It is locked."

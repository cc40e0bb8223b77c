"""The database in which replies, and later runs, are stored: SQLite by default, or any that SQLAlchemy knows.

Each room that stores something declares its tables in a `MetaData` of its own and opens them here. The table
`schema_version` says which layout each part of the database has.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs
import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from selfdebug.models.errors import StoreError

_BUSY_SECONDS = 60
_CREATION_TRIES = 5
_DRIVERS = {"postgresql": ("postgresql+psycopg", "postgres"), "postgres": ("postgresql+psycopg", "postgres")}
_DRIVERS |= {name: (f"{name}+pymysql", "mysql") for name in ("mysql", "mariadb")}

_common = sqlalchemy.MetaData()
_versions = sqlalchemy.Table(
    "schema_version",
    _common,
    sqlalchemy.Column("part", sqlalchemy.String(64), primary_key=True),
    sqlalchemy.Column("version", sqlalchemy.Integer, nullable=False),
)


def default_path() -> Path:
    """`store.db` in the user's data folder, such as ~/.local/share/selfdebug."""
    return Path(platformdirs.user_data_dir("selfdebug", appauthor=False)) / "store.db"


def open_database(url_or_path: str | Path | None = None) -> sqlalchemy.Engine:
    """Connect to a database; a SQLite file, and its folder, are made where they do not exist.

    Args:
        url_or_path: an SQLAlchemy URL, or the path of a SQLite file; None: `default_path()`.

    Raises:
        StoreError: it cannot be opened.
    """
    url = _url(url_or_path)
    if url.get_backend_name() == "sqlite" and url.database:
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The folder of the store cannot be made ({error}): name another file.") from None
    try:
        engine = sqlalchemy.create_engine(url)
    except ModuleNotFoundError as error:
        extra = _DRIVERS.get(url.get_backend_name(), ("", ""))[1]
        install = f'"selfdebug[{extra}]"' if extra else str(error.name)
        raise StoreError(f"The driver of {shown(url)} is missing: pip install {install}") from None
    except SQLAlchemyError as error:
        raise StoreError(f"The store {shown(url)} is of no known kind of database: {error}") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_in_sqlite)
    with reporting(engine), engine.connect():
        pass
    return engine


def create_tables(engine: sqlalchemy.Engine, part: str, version: int, tables: sqlalchemy.MetaData) -> None:
    """Make the tables of one part of the database, unless they are there.

    Args:
        part: the room's name for what it stores.
        version: of the layout of these tables, from 1.
        tables: what to make.

    Raises:
        StoreError: the tables are there in a newer layout, or cannot be made.
    """
    with reporting(engine):
        for tries_left in reversed(range(_CREATION_TRIES)):
            try:
                with engine.begin() as connection:
                    _common.create_all(connection)
                    found = _declare(connection, part, version)
                    if found <= version:
                        tables.create_all(connection)
                break
            except DBAPIError:
                if not tries_left:  # Else another process was making them at the same time.
                    raise
    if found > version:
        raise StoreError(
            f"The store {shown(engine.url)} was made by a newer selfdebug (layout {found} of its {part}, this one knows"
            f" {version}): update selfdebug, or use another store."
        )


def _declare(connection: sqlalchemy.Connection, part: str, version: int) -> int:
    """The part's version in the database, which is now the given one if it was not there."""
    found = connection.scalar(sqlalchemy.select(_versions.c.version).where(_versions.c.part == part))
    if found is None:
        connection.execute(_versions.insert().values(part=part, version=version))
        return version
    return int(found)


@contextmanager
def reporting(engine: sqlalchemy.Engine) -> Iterator[None]:
    """Turns the database's errors into a `StoreError` of one sentence."""
    try:
        yield
    except DBAPIError as error:
        said = " ".join(str(error.orig).split())
        what = shown(engine.url)
        if "file is not a database" in said:
            raise StoreError(f"{what} is no SQLite database: name another file.") from None
        if "readonly" in said or "unable to open" in said:
            raise StoreError(
                f"The store {what} cannot be written ({said}): name a file in a folder of yours."
            ) from None
        raise StoreError(f"The store {what} does not work: {said}") from None
    except SQLAlchemyError as error:
        raise StoreError(f"The store {shown(engine.url)} does not work: {error}") from None


def shown(url: URL) -> str:
    """A database's file, or its URL without the password."""
    if url.get_backend_name() == "sqlite" and url.database:
        return url.database
    return url.set(query={}).render_as_string(hide_password=True)


def _url(given: str | Path | None) -> URL:
    text = str(given or default_path())
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    try:
        url = make_url(text)
    except ArgumentError:
        raise StoreError("The store is neither a file nor a database URL, such as postgresql://me@host/name.") from None
    driver = _DRIVERS.get(url.drivername)
    return url.set(drivername=driver[0]) if driver else url


def _set_up_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    # Transactions are begun below; the driver's own would be upgraded from reading to writing, and fail when busy.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    # Readers and a writer do not wait for each other. FULL: what is committed survives the loss of power.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_in_sqlite(connection: sqlalchemy.Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")

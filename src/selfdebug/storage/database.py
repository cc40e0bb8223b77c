"""The base of stores: opens databases, makes and migrates their tables, and turns their errors into sentences.

Whoever stores something declares its tables in a `MetaData` of its own. The table `schema_version` says which layout
each part of the database has.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeAlias, TypeVar

import sqlalchemy
from sqlalchemy import Text, event
from sqlalchemy.dialects.mysql import LONGTEXT
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from selfdebug.storage import StoreError, default_path
from selfdebug.storage.batches import Batches

T = TypeVar("T")
Migration: TypeAlias = Callable[[sqlalchemy.Connection], None]
"""Brings the tables of one part from a layout to the next one. What they hold stays."""

LONG_TEXT = Text().with_variant(LONGTEXT(), "mysql", "mariadb")
"""A text of any length."""

_BUSY_SECONDS = 60
_WRITE_TRIES = 8
_DRIVERS = {"postgresql": ("postgresql+psycopg", "postgres"), "postgres": ("postgresql+psycopg", "postgres")}
_DRIVERS |= {name: (f"{name}+pymysql", "mysql") for name in ("mysql", "mariadb")}

_SENTENCES = (
    (("file is not a database",), "{store} is not a SQLite database: name another file."),
    (("readonly", "unable to open"), "The store {store} cannot be written ({said}): name a file in a folder of yours."),
    (
        ("database is locked",),
        "Another process has locked the store {store} for more than {seconds} s: end it, then run this again. What was"
        " stored is safe.",
    ),
    (
        ("disk is full", "disk I/O error", "No space left"),
        "The store {store} cannot grow ({said}): make room on its disk, then run this again. What was stored is safe.",
    ),
)
"""What users are told, by words of the database's error."""
_OTHERWISE = "The store {store} does not work: {said}"

_common = sqlalchemy.MetaData()
_versions = sqlalchemy.Table(
    "schema_version",
    _common,
    sqlalchemy.Column("part", sqlalchemy.String(64), primary_key=True),
    sqlalchemy.Column("version", sqlalchemy.Integer, nullable=False),
)


class Store:
    """The tables of one part of a database. Use it as a context manager.

    Attributes:
        engine: the database, for other parts that keep tables of their own in it (`database.create_tables`).
    """

    def __init__(
        self,
        url_or_path: str | Path | None,
        part: str,
        tables: sqlalchemy.MetaData,
        migrations: Sequence[Migration] = (),
    ) -> None:
        """Open it, and make or migrate its tables; see `create_tables`.

        Args:
            url_or_path: an SQLAlchemy URL, or the path of a SQLite file; default: `default_path()`.
            part: name of what it stores.
            tables: in the present layout.
            migrations: one for each older layout.

        Raises:
            StoreError: it cannot be opened, or a newer selfdebug made it.
        """
        self.engine = open_database(url_or_path)
        create_tables(self.engine, part, tables, migrations)
        self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._batches: list[Batches[Any, Any]] = []
        """Closed with the store."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({shown_url(self.engine.url)!r})"

    def close(self) -> None:
        """Finish what is being written, and let go of the database."""
        for batches in self._batches:
            batches.close()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _fetch(self, query: Any) -> list[Any]:
        """All rows of a query, as mappings from the names of columns; read outside of any transaction."""
        with reporting(self.engine), self._reading.connect() as connection:
            return list(connection.execute(query).mappings())


def open_database(url_or_path: str | Path | None = None) -> sqlalchemy.Engine:
    """Connect to a database; a SQLite file, and its folder, are made where they do not exist.

    Args:
        url_or_path: an SQLAlchemy URL, or the path of a SQLite file; None: `default_path()`.

    Raises:
        StoreError: it cannot be opened.
    """
    url = _url(url_or_path)
    # SQLite's own form of an address, file:…, is no path.
    if url.get_backend_name() == "sqlite" and url.database and not url.database.startswith("file:"):
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The folder of the store cannot be created ({error}): name another file.") from None
    try:
        engine = sqlalchemy.create_engine(url)
    except ModuleNotFoundError as error:
        extra = _DRIVERS.get(url.get_backend_name(), ("", ""))[1]
        install = f'"selfdebug[{extra}]"' if extra else str(error.name)
        raise StoreError(f"The driver of {shown_url(url)} is missing: pip install {install}") from None
    except SQLAlchemyError as error:
        raise StoreError(f"The store {shown_url(url)} is not a database of a known kind: {error}") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_in_sqlite)
    with reporting(engine), engine.connect():
        pass
    return engine


def create_tables(
    engine: sqlalchemy.Engine, part: str, tables: sqlalchemy.MetaData, migrations: Sequence[Migration] = ()
) -> None:
    """Make the tables of one part of the database, or bring those that are there to the present layout.

    Args:
        engine: the database.
        part: the room's name for what it stores.
        tables: what to make, in the present layout.
        migrations: one for each older layout, in their order: the first leads from version 1 to 2. Those that are due
            are done in one transaction (MySQL has none for tables: there, each statement counts at once).

    Raises:
        StoreError: the tables are there in a newer layout, or cannot be made.
    """
    version = len(migrations) + 1

    def make(connection: sqlalchemy.Connection) -> int:
        _common.create_all(connection)
        # Locked where the database can: one process migrates, the others wait and find it done.
        query = sqlalchemy.select(_versions.c.version).where(_versions.c.part == part).with_for_update()
        stored = connection.scalar(query)
        if stored is None:
            connection.execute(_versions.insert().values(part=part, version=version))
        elif stored < version:
            for migrate in migrations[stored - 1 :]:
                migrate(connection)
            connection.execute(_versions.update().where(_versions.c.part == part).values(version=version))
        if stored is None or stored <= version:
            tables.create_all(connection)
        return int(stored or version)

    stored = write(engine, make)
    if stored > version:
        raise StoreError(
            f"The store {shown_url(engine.url)} was made by a newer selfdebug (layout {stored} of its {part}, this one"
            f" knows {version}): update selfdebug, or use another store."
        )


def write(engine: sqlalchemy.Engine, work: Callable[[sqlalchemy.Connection], T]) -> T:
    """Do some work in a transaction; again if another process wrote the same rows at the same time.

    Raises:
        StoreError: it cannot be done; nothing of it is.
    """
    # SQLite has one writer at a time: what fails there fails again.
    tries = 1 if engine.dialect.name == "sqlite" else _WRITE_TRIES
    with reporting(engine):
        while True:
            tries -= 1
            try:
                with engine.begin() as connection:
                    return work(connection)
            except DBAPIError:
                if not tries:
                    raise
                time.sleep(0.02)


@contextmanager
def reporting(engine: sqlalchemy.Engine) -> Iterator[None]:
    """Turns the database's errors into a `StoreError` of one sentence."""
    try:
        yield
    except DBAPIError as error:
        said = " ".join(str(error.orig).split())
        what = shown_url(engine.url)
        sentence = next((text for words, text in _SENTENCES if any(word in said for word in words)), _OTHERWISE)
        raise StoreError(sentence.format(store=what, said=said, seconds=_BUSY_SECONDS)) from None
    except SQLAlchemyError as error:
        raise StoreError(_OTHERWISE.format(store=shown_url(engine.url), said=error)) from None


def shown_url(url: URL) -> str:
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
    except (ArgumentError, ValueError):  # the latter, of a port that is no number, may quote a part of the password
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

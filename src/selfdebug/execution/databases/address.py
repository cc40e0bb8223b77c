"""Where a database is: reads a path or a URL, and says what is wrong with it before anything is opened."""

import os
from dataclasses import dataclass
from pathlib import Path

from selfdebug.execution.databases.errors import (
    DatabaseError,
    DatabaseMissingError,
    DatabaseUnreadableError,
    UnknownDatabaseKindError,
)

_KINDS = {kind: kind for kind in ("sqlite", "duckdb", "postgres", "mysql")}
_KINDS |= {"postgresql": "postgres", "mariadb": "mysql"}
_DRIVERS = {"postgres": "postgresql+psycopg", "mysql": "mysql+pymysql"}
_SQLITE_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """A database that we know how to open.

    Attributes:
        kind: sqlite, duckdb, postgres or mysql (MariaDB too); also sqlglot's name of the dialect.
        path: The file, absolute, for SQLite and DuckDB; else None.
        url: The URL for SQLAlchemy, with the password, for servers; else None. Never shown: show `label`.
        label: How messages name the database, without its password.
        as_written: For SQLite alone: whether queries run to the letter, by the engine's own wall, and text that is not
            UTF-8 is an error; else the guard checks queries and takes their comments out, and odd bytes are left out.
    """

    kind: str
    path: str | None
    url: str | None
    label: str
    as_written: bool = False

    def __repr__(self) -> str:
        return f"DatabaseAddress({self.label!r})"


def read_database_address(path_or_url: str | os.PathLike[str]) -> DatabaseAddress:
    """Read a path or a URL.

    Args:
        path_or_url: `world.sqlite`, `sqlite:///world.sqlite`, `data.duckdb`, `postgresql://user:password@host/name`,
            `mysql://...`, `mariadb://...`. The kind of a file is told from its first bytes, not from its
            name.

    Raises:
        DatabaseError: There is no such file, it is no database, or the URL's scheme is unknown.
    """
    text = os.fspath(path_or_url)
    if isinstance(path_or_url, str) and "://" in text:
        return _read_url(text)
    return _read_file(Path(text), None)


def _read_url(text: str) -> DatabaseAddress:
    # Here and not above: a file needs none of it, and its import takes longer than most queries.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    scheme = text.split("://", 1)[0].split("+")[0].lower()
    kind = _KINDS.get(scheme)
    if kind is None:
        known = "sqlite, duckdb, postgresql, mysql and mariadb"
        raise UnknownDatabaseKindError(
            f"Databases of the kind {scheme}:// cannot be opened: use {known}, or the path of a file."
        )
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # The text may hold a password, so it is not repeated.
        hint = f"{scheme}://USER:PASSWORD@HOST:PORT/NAME, with special characters percent-encoded"
        raise DatabaseError(f"The database's URL cannot be read; write it as {hint}.") from None
    if kind in ("sqlite", "duckdb"):
        if not url.database or url.database == ":memory:":
            raise DatabaseMissingError(f"Name a file: {scheme}:///PATH. A database in memory would be empty.")
        return _read_file(Path(url.database), kind)
    url = url.set(drivername=_DRIVERS[kind])
    user, port = f"{url.username}@" if url.username else "", f":{url.port}" if url.port else ""
    label = f"{scheme}://{user}{url.host or 'localhost'}{port}/{url.database or ''}"
    return DatabaseAddress(kind, None, url.render_as_string(hide_password=False), label)


def _read_file(path: Path, expected: str | None) -> DatabaseAddress:
    label = str(path)
    if path.is_dir():
        raise DatabaseUnreadableError(f"{label} is a directory; name the database file in it.")
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except FileNotFoundError:
        raise DatabaseMissingError(f"There is no database at {label}; check the path.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DatabaseUnreadableError(f"{label} cannot be read ({reason}); check its permissions.") from None
    if not start:
        raise DatabaseUnreadableError(f"{label} is an empty file, not a database; check that it was copied whole.")
    kind = "sqlite" if start == _SQLITE_MAGIC else "duckdb" if start[8:12] == b"DUCK" else None
    if kind is None:
        raise DatabaseUnreadableError(f"{label} is not a SQLite or DuckDB database; check that it is the right file.")
    if expected not in (None, kind):
        raise DatabaseUnreadableError(f"{label} is a {kind} database, not {expected}; open it as {kind}:///{path}.")
    return DatabaseAddress(kind, str(path.absolute()), None, label)

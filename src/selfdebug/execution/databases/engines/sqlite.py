"""SQLite: opened read-only, `query_only`, with an authorizer that allows reading and nothing else."""

import contextlib
import re
import sqlite3
import urllib.parse
from collections.abc import Iterator
from typing import Any

from selfdebug.execution.databases.address import DatabaseAddress
from selfdebug.execution.databases.engines import Engine
from selfdebug.execution.databases.errors import DatabaseError, DatabaseLockedError, DatabaseUnreadableError
from selfdebug.execution.databases.fetching import CheckedQuery, EngineError, FetchedRows, fetch
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.names import quoted
from selfdebug.execution.databases.schema import Column, ForeignKey, TableSchema
from selfdebug.execution.databases.words import WORDS
from selfdebug.query_outcome import QueryErrorKind

LOCK_SECONDS = 2.0
"""How long a query waits for another program's write."""
STEPS_BETWEEN_CHECKS = 5_000
"""Virtual machine instructions between two looks at the clock: well under a millisecond."""

_AUTHORIZATION_WORDS = ("vtable constructor failed", "not authorized", "authorization denied")
_MODULE = re.compile(r"\bUSING\s+(\w+)", re.IGNORECASE)

_ENGINE_TABLES = ("pragma_", "sqlite_dbpage", "sqlite_stmt", "dbstat", "bytecode", "tables_used", "fts3tokenize")
_ALLOWED_ACTIONS = frozenset([sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE])
_FUNCTIONS = WORDS["sqlite"]["functions"]
_CALLABLE = _FUNCTIONS | {"->", "->>", "regexp"}


def authorize(action: int, first: str | None, second: str | None, *_: Any) -> int:
    """SQLite asks this, as it compiles, for each thing that a statement would do: its own proof."""
    if action in _ALLOWED_ACTIONS:
        # Tables that are windows into the engine: raw pages, compiled statements, pragmas.
        hidden = action == sqlite3.SQLITE_READ and first and first.lower().startswith(_ENGINE_TABLES)
        return sqlite3.SQLITE_DENY if hidden else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _CALLABLE:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first == "data_version" and second is None:
        return sqlite3.SQLITE_OK  # FTS5 asks it whether its index has changed.
    return sqlite3.SQLITE_DENY


def connect(address: DatabaseAddress) -> sqlite3.Connection:
    """Open a file that exists, read-only; nothing is ever created.

    Raises:
        DatabaseError: It is locked or not a database.
    """
    uri = f"file:{urllib.parse.quote(address.path or '')}?mode=ro"
    try:
        connection = sqlite3.connect(
            uri, LOCK_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256, uri=True
        )
    except sqlite3.Error as error:
        raise DatabaseUnreadableError(f"{address.label} cannot be opened ({error}); check its permissions.") from None
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.Error as error:
        connection.close()
        raise _opening_error(address, error) from None
    return connection


def _opening_error(address: DatabaseAddress, error: sqlite3.Error) -> DatabaseError:
    if "locked" in str(error):
        return DatabaseLockedError(f"{address.label} is locked by another program; close that or try again later.")
    if "unable to open" in str(error):
        hint = "if a writer in WAL mode left -wal or -shm files, open it once with that program"
        return DatabaseUnreadableError(f"{address.label} cannot be opened read-only ({error}); {hint}.")
    return DatabaseUnreadableError(f"{address.label} cannot be read as a database ({error}); check that it is intact.")


def decode(text: bytes) -> str:
    """Text that is not UTF-8, as Spider's official evaluation reads it."""
    return text.decode(errors="ignore")


def translate(error: Exception) -> EngineError:
    """A driver's exception as ours, in SQLite's words."""
    message = str(error)
    if isinstance(error, MemoryError) or "string or blob too big" in message or "out of memory" in message:
        return EngineError(QueryErrorKind.TOO_LARGE, message or "out of memory")
    if "database or disk is full" in message or "disk I/O error" in message:
        return EngineError(QueryErrorKind.TOO_LARGE, f"{message} (the query needs too much temporary space)")
    if "syntax error" in message or "unrecognized token" in message or "incomplete input" in message:
        return EngineError(QueryErrorKind.SYNTAX, message)
    if "not authorized" in message or "prohibited" in message or "readonly" in message:
        return EngineError(QueryErrorKind.REFUSED, message)
    return EngineError(QueryErrorKind.FAILED, message)


class SQLiteEngine(Engine):
    """SQLite in the worker process, where memory and temporary files have hard limits."""

    dialect = "sqlite"
    _functions = _FUNCTIONS

    def __init__(self, address: DatabaseAddress, limits: QueryLimits) -> None:
        self._connection = connect(address)
        self._connection.execute(f"PRAGMA hard_heap_limit = {limits.memory}")
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 5_000)
        if not address.as_written:
            self._connection.text_factory = decode
        self._stop = False
        self._connection.set_progress_handler(self._must_stop, STEPS_BETWEEN_CHECKS)
        self._virtual: frozenset[str] = frozenset()
        try:
            self._connect_virtual_tables()
        except sqlite3.Error as error:
            raise _opening_error(address, error) from None

    def _connect_virtual_tables(self) -> None:
        """Let virtual tables declare themselves, once for this schema, and put the authorizer in place.

        Declaring looks like writing to `sqlite_master`, and an R*Tree even prepares writes to its own tables, so that
        the authorizer would deny it. It is done by texts of ours alone; nothing is written.
        """
        self._connection.set_authorizer(None)
        try:
            names = self._connection.execute(
                "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"
            ).fetchall()
            self._virtual = frozenset(name.lower() for (name,) in names)
            # A view may then read them, which SQLite counts as trusting the schema.
            self._connection.execute(f"PRAGMA trusted_schema = {'ON' if names else 'OFF'}")
            for table in ("json_each", "json_tree", "jsonb_each", "jsonb_tree", *(name for (name,) in names)):
                # A table of a module that is missing here stays unreadable, and only that.
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute(f"SELECT 1 FROM {quoted(table, 'sqlite')} LIMIT 0").close()
        finally:
            self._connection.set_authorizer(authorize)

    def _must_stop(self) -> bool:
        return self._stop

    def is_function(self, name: str) -> bool:
        """Also a full-text table, which a query may call with what it searches."""
        return super().is_function(name) or name in self._virtual

    def execute(self, query: CheckedQuery, limits: QueryLimits) -> FetchedRows:
        self._stop = False
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, min(limits.bytes + 1024, 10**9))
        try:
            with contextlib.closing(self._run(query.sql)) as cursor:
                return fetch(cursor, cursor, limits)
        except (sqlite3.Error, sqlite3.Warning, MemoryError, OverflowError) as error:
            raise translate(error) from None

    def _run(self, sql: str) -> sqlite3.Cursor:
        try:
            return self._connection.execute(sql)
        except sqlite3.Error as error:
            if not str(error).startswith(_AUTHORIZATION_WORDS):
                raise
        # Another program may have changed the schema, and with it all virtual tables are declared anew.
        self._connect_virtual_tables()
        return self._connection.execute(sql)

    def syntax_error(self, sql: str) -> str | None:
        """Compile only: EXPLAIN, under the authorizer; the driver refuses a second statement."""
        try:
            self._connection.execute("EXPLAIN " + sql).close()
        except (sqlite3.Error, sqlite3.Warning, UnicodeError, ValueError) as error:
            return str(error)
        return None

    def cancel(self) -> None:
        self._stop = True
        self._connection.interrupt()

    def _tables(self) -> list[TableSchema]:
        self._connect_virtual_tables()
        self._connection.set_authorizer(None)
        try:
            return list(self._readable_tables())
        finally:
            self._connection.set_authorizer(authorize)

    def _readable_tables(self) -> Iterator[TableSchema]:
        names = self._connection.execute(
            "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')"
            " AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY rowid"
        ).fetchall()
        # Where virtual tables keep their data. SQLite before 3.37 does not tell.
        shadows = {row[1] for row in self._connection.execute("PRAGMA main.table_list") if row[2] == "shadow"}
        for name, kind, sql in names:
            if name in shadows:
                continue
            module = _MODULE.search(sql or "") if name.lower() in self._virtual else None
            # A view over something that is gone, a virtual table of a missing module: no query can read it.
            with contextlib.suppress(sqlite3.Error):
                yield self._table(name, kind == "view", f"virtual table, {module[1].lower()}" if module else None)

    def _table(self, name: str, is_view: bool, comment: str | None) -> TableSchema:
        place = quoted(name, "sqlite")
        columns = self._connection.execute(f"PRAGMA table_xinfo({place})").fetchall()
        return TableSchema(
            name,
            # hidden = 1 marks a virtual table's own columns; 2 and 3 are generated ones, which a query can read.
            tuple(
                Column(column, declared, not not_null, default)
                for _, column, declared, not_null, default, _, hidden in columns
                if hidden != 1
            ),
            tuple(column for _, column, *_, key, _ in sorted(columns, key=lambda column: column[5]) if key),
            tuple(self._foreign_keys(place)),
            comment,
            is_view=is_view,
        )  # fmt: skip

    def _foreign_keys(self, place: str) -> list[ForeignKey]:
        grouped: dict[int, tuple[str, list[str], list[str]]] = {}
        for number, _, table, column, referred, *_ in self._connection.execute(f"PRAGMA foreign_key_list({place})"):
            _, columns, others = grouped.setdefault(number, (table, [], []))
            columns.append(column)
            if referred is not None:
                others.append(referred)
        # SQLite counts them from the last to the first.
        return [ForeignKey(tuple(c), table, tuple(o)) for _, (table, c, o) in sorted(grouped.items(), reverse=True)]

    def close(self) -> None:
        self._connection.close()


open_engine = SQLiteEngine

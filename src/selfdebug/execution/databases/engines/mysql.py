"""MySQL and MariaDB: every query in a read-only transaction, its rows streamed, KILL QUERY to cancel."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from selfdebug.execution.databases.address import DatabaseAddress
from selfdebug.execution.databases.checked import CheckedQuery
from selfdebug.execution.databases.engines.reflection import Types, read_tables
from selfdebug.execution.databases.errors import DatabaseError, DatabaseUnreachableError, DriverMissingError
from selfdebug.execution.databases.fetching import EngineError, fetch
from selfdebug.execution.databases.functions import MYSQL_FUNCTIONS
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.schema import Schema
from selfdebug.query_outcome import QueryErrorKind, Row

try:
    import pymysql
    from pymysql.cursors import SSCursor
except ImportError as missing:
    raise DriverMissingError(
        'MySQL and MariaDB need the driver PyMySQL; install it with: pip install "selfdebug[mysql]"'
    ) from missing

CONNECT_SECONDS = 10

# Modes that would make the server cut texts and names elsewhere than the parser did.
_LEXING_MODES = {
    "ANSI_QUOTES",
    "NO_BACKSLASH_ESCAPES",
    "ORACLE",
    "ANSI",
    "MSSQL",
    "DB2",
    "POSTGRESQL",
    "MAXDB",
}
_TYPES = """
SELECT table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = database()
"""
_DENIED = {1044, 1045, 1142, 1143, 1227, 1290, 1370, 1792, 1836}
_TIMED_OUT = {1317, 1969, 3024}
_TOO_LARGE = {1037, 1038, 1041, 1114, 1153, 1301, 2020, 5}


class MySQLEngine:
    """One connection to a MySQL or MariaDB server."""

    dialect = "mysql"

    def __init__(self, address: DatabaseAddress, limits: QueryLimits) -> None:
        self._address = address
        self._alchemy = create_engine(
            address.url or "", poolclass=NullPool, connect_args={"connect_timeout": CONNECT_SECONDS}
        )
        self._connection: Any = self._connect()

    def _connect(self) -> Any:
        try:
            connection = self._open()
        except (pymysql.Error, RuntimeError) as error:
            raise _connecting_error(self._address, error) from None
        with connection.cursor() as cursor:
            cursor.execute("SELECT @@version, @@SESSION.sql_mode")
            version, mode = cursor.fetchone()
            kept = ",".join(word for word in mode.split(",") if word and word not in _LEXING_MODES)
            cursor.execute("SET SESSION sql_mode = %s", (kept,))
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            cursor.execute("SET SESSION innodb_lock_wait_timeout = 5")
        self._is_mariadb = "mariadb" in version.lower()
        return connection

    def _open(self) -> Any:
        arguments, keywords = self._alchemy.dialect.create_connect_args(self._alchemy.url)
        # The charset decides how the server cuts bytes into characters, so it is not left to its default.
        keywords.update(connect_timeout=CONNECT_SECONDS, autocommit=True, charset="utf8mb4", local_infile=False)
        keywords.pop("client_flag", None)
        return pymysql.connect(*arguments, **keywords)

    def is_function(self, name: str) -> bool:
        return name in MYSQL_FUNCTIONS

    def execute(self, query: CheckedQuery, limits: QueryLimits) -> tuple[tuple[str, ...], tuple[Row, ...], bool]:
        try:
            self._begin(limits)
            cursor = self._connection.cursor(SSCursor)
            cursor.execute(query.sql)
            rows, truncated = fetch(_stream(cursor), limits)
            columns = tuple(column[0] for column in cursor.description or ())
            if truncated:
                # Closing the cursor would first read all that the server still wants to send.
                self.cancel()
                self._drop()
            else:
                cursor.close()
            return columns, rows, truncated
        except (pymysql.Error, ValueError, OverflowError, MemoryError, OSError) as error:
            failure = _translate(error)
            if failure.kind is not QueryErrorKind.SYNTAX:
                self._restart_unless_idle()
            raise failure from None
        except EngineError:
            self._drop()
            raise
        finally:
            self._rollback()

    def _begin(self, limits: QueryLimits) -> None:
        if self._connection is None or not self._connection.open:
            self._reconnect()
        for attempt in (1, 2):
            try:
                with self._connection.cursor() as cursor:
                    if self._is_mariadb:
                        cursor.execute(f"SET SESSION max_statement_time = {limits.seconds:.3f}")
                    else:
                        cursor.execute(f"SET SESSION max_execution_time = {max(1, int(limits.seconds * 1000))}")
                    cursor.execute("START TRANSACTION READ ONLY")
                return
            except (pymysql.OperationalError, pymysql.InterfaceError):
                if attempt == 2:
                    raise
                self._reconnect()

    def _reconnect(self) -> None:
        self._drop()
        try:
            self._connection = self._connect()
        except DatabaseError as error:
            raise EngineError(QueryErrorKind.FAILED, error.message) from None

    def _restart_unless_idle(self) -> None:
        """After an error in the middle of a result, the connection still owes rows: a new one is cheaper."""
        result = getattr(self._connection, "_result", None)
        if result is not None and result.unbuffered_active:
            self._drop()

    def _rollback(self) -> None:
        if self._connection is None or not self._connection.open:
            return
        try:
            self._connection.rollback()
        except (pymysql.Error, OSError):
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and connection.open:
            # Without the farewell, which would first read what the server still sends.
            connection._force_close()

    def syntax_error(self, sql: str) -> str | None:
        """PREPARE only: it takes one statement and runs nothing."""
        if self._connection is None or not self._connection.open:
            return None
        try:
            with self._connection.cursor() as cursor:
                cursor.execute("PREPARE selfdebug_check FROM %s", (sql,))
                cursor.execute("DEALLOCATE PREPARE selfdebug_check")
        except (pymysql.Error, UnicodeError, OSError) as error:
            return str(error.args[-1])
        return None

    def cancel(self) -> None:
        running = self._connection
        if running is None:
            return
        with contextlib.suppress(pymysql.Error, OSError), contextlib.closing(self._open()) as other:
            other.cursor().execute(f"KILL QUERY {int(running.thread_id())}")

    def schema(self, first_rows: int, limits: QueryLimits) -> Schema:
        try:
            with self._alchemy.connect() as connection:
                types: Types = {(None, *place): kind for *place, kind in connection.execute(text(_TYPES))}
                tables = read_tables(connection, [None], types)
        except SQLAlchemyError as error:
            raise _connecting_error(self._address, getattr(error, "orig", None) or error) from None
        if first_rows:
            tables = [
                dataclasses.replace(table, first_rows=self._first_rows(table.name, first_rows, limits))
                for table in tables
            ]
        return Schema(tuple(tables), "mysql")

    def _first_rows(self, table: str, count: int, limits: QueryLimits) -> tuple[Row, ...]:
        quoted = "`" + table.replace("`", "``") + "`"
        try:
            return self.execute(CheckedQuery(f"SELECT * FROM {quoted} LIMIT {int(count)}", False), limits)[1]
        except EngineError:
            return ()

    def close(self) -> None:
        self._drop()
        self._alchemy.dispose()


def _stream(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while (row := cursor.fetchone()) is not None:
        yield row


def _translate(error: Exception) -> EngineError:
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    message = str(error.args[-1]) if error.args else str(error)
    if isinstance(error, MemoryError) or code in _TOO_LARGE:
        return EngineError(QueryErrorKind.TOO_LARGE, message or "out of memory")
    if code in _TIMED_OUT:
        return EngineError(QueryErrorKind.TIMED_OUT, message)
    if code in (1064, 1149):
        return EngineError(QueryErrorKind.SYNTAX, message)
    if code in _DENIED:
        return EngineError(QueryErrorKind.REFUSED, message)
    return EngineError(QueryErrorKind.FAILED, message)


def _connecting_error(address: DatabaseAddress, error: BaseException) -> DatabaseError:
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    words = str(error.args[-1]) if error.args else str(error)
    if code == 1045:
        return DatabaseUnreachableError(f"{address.label} refuses the password or the user; check both in the URL.")
    if code in (1044, 1049):
        return DatabaseUnreachableError(f"{address.label} cannot be opened ({words}); check the database's name.")
    return DatabaseUnreachableError(
        f"{address.label} cannot be reached ({words}); check host and port, and that it runs."
    )


open_engine: Callable[[DatabaseAddress, QueryLimits], MySQLEngine] = MySQLEngine

"""MySQL and MariaDB: every query in a read-only transaction, its rows streamed, KILL QUERY to cancel."""

import contextlib
from typing import Any

from sqlalchemy import Connection, text

from selfdebug.execution.databases.engines.servers import ServerEngine, Types, read_tables
from selfdebug.execution.databases.errors import DriverMissingError
from selfdebug.execution.databases.fetching import CheckedQuery, EngineError, FetchedRows, fetch
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.schema import TableSchema
from selfdebug.execution.databases.words import WORDS
from selfdebug.query_outcome import QueryErrorKind

try:
    import pymysql
    from pymysql.cursors import SSCursor
except ImportError as missing:
    raise DriverMissingError(
        'MySQL and MariaDB need the driver PyMySQL; install it with: pip install "selfdebug[mysql]"'
    ) from missing

# Modes that would make the server cut texts and names elsewhere than the parser did.
_LEXING_MODES = {"ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "ORACLE", "ANSI", "MSSQL", "DB2", "POSTGRESQL", "MAXDB"}
_TYPES = """
SELECT table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = database()
"""
_CODES = {
    QueryErrorKind.REFUSED: (1044, 1045, 1142, 1143, 1227, 1290, 1370, 1792, 1836),
    QueryErrorKind.TIMED_OUT: (1317, 1969, 3024),
    QueryErrorKind.TOO_LARGE: (1037, 1038, 1041, 1114, 1153, 1301, 2020, 5),
    QueryErrorKind.SYNTAX: (1064, 1149),
}
_KINDS = {code: kind for kind, codes in _CODES.items() for code in codes}


class MySQLEngine(ServerEngine):
    """One connection to a MySQL or MariaDB server."""

    dialect = "mysql"
    _functions = WORDS["mysql"]["functions"]

    def _connect(self) -> Any:
        try:
            connection = self._open()
        except (pymysql.Error, RuntimeError) as error:
            raise self._unreachable(error) from None
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
        # The charset decides how the server cuts bytes into characters, so it is not left to its default.
        arguments, keywords = self._driver_arguments(charset="utf8mb4", local_infile=False)
        keywords.pop("client_flag", None)
        return pymysql.connect(*arguments, **keywords)

    def _is_open(self) -> bool:
        return self._connection is not None and self._connection.open

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and connection.open:
            # Without the farewell, which would first read what the server still sends.
            connection._force_close()

    def _was_dropped(self, error: Exception) -> bool:
        # PyMySQL calls a connection open that the server has ended.
        lost = isinstance(error, pymysql.OperationalError | pymysql.InterfaceError)
        return lost and _translate(error).kind is not QueryErrorKind.TIMED_OUT

    def _start(self, limits: QueryLimits) -> None:
        with self._connection.cursor() as cursor:
            if self._is_mariadb:
                cursor.execute(f"SET SESSION max_statement_time = {limits.seconds:.3f}")
            else:
                cursor.execute(f"SET SESSION max_execution_time = {max(1, int(limits.seconds * 1000))}")
            cursor.execute("START TRANSACTION READ ONLY")

    def execute(self, query: CheckedQuery, limits: QueryLimits) -> FetchedRows:
        try:
            self._begin(limits)
            cursor = self._connection.cursor(SSCursor)
            cursor.execute(query.sql)
            fetched = fetch(cursor, iter(cursor.fetchone, None), limits)
            if fetched.truncated:
                # Closing the cursor would first read all that the server still wants to send.
                self.cancel()
                self._drop()
            else:
                cursor.close()
            return fetched
        except (pymysql.Error, ValueError, OverflowError, MemoryError, OSError) as error:
            failure = _translate(error)
            result = getattr(self._connection, "_result", None)
            if failure.kind is not QueryErrorKind.SYNTAX and result is not None and result.unbuffered_active:
                # In the middle of a result the connection still owes rows: a new one is cheaper.
                self._drop()
            raise failure from None
        except EngineError:
            self._drop()
            raise
        finally:
            self._rollback()

    def _rollback(self) -> None:
        try:
            if self._is_open():
                self._connection.rollback()
        except (pymysql.Error, OSError):
            self._drop()

    def syntax_error(self, sql: str) -> str | None:
        """PREPARE only: it takes one statement and runs nothing."""
        if not self._is_open():
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

    def _reflect(self, connection: Connection) -> list[TableSchema]:
        types: Types = {(None, *place): kind for *place, kind in connection.execute(text(_TYPES))}
        return read_tables(connection, [None], types)

    def _why_unreachable(self, error: BaseException) -> str:
        code, words = _code_and_words(error)
        if code == 1045:
            return "refuses the password or the user; check both in the URL."
        if code in (1044, 1049):
            return f"cannot be opened ({words}); check the database's name."
        return f"cannot be reached ({words}); check host and port, and that it runs."


def _translate(error: Exception) -> EngineError:
    code, words = _code_and_words(error)
    kind = QueryErrorKind.TOO_LARGE if isinstance(error, MemoryError) else _KINDS.get(code, QueryErrorKind.FAILED)
    return EngineError(kind, words or ("out of memory" if kind is QueryErrorKind.TOO_LARGE else ""))


def _code_and_words(error: BaseException) -> tuple[int, str]:
    """The server's number of an error, 0 where there is none, and its words."""
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    return code, str(error.args[-1]) if error.args else str(error)


open_engine = MySQLEngine

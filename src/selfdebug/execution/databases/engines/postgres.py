"""PostgreSQL: every query in a read-only transaction, as one statement, its rows streamed."""

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, text

from selfdebug.execution.databases.address import DatabaseAddress
from selfdebug.execution.databases.engines.servers import ServerEngine, read_tables
from selfdebug.execution.databases.errors import DriverMissingError
from selfdebug.execution.databases.fetching import CheckedQuery, EngineError, FetchedRows, fetch
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.schema import Column, TableSchema
from selfdebug.execution.databases.words import WORDS
from selfdebug.query_outcome import QueryErrorKind

try:
    import psycopg
    from psycopg.adapt import Loader
    from psycopg.types.multirange import MultirangeInfo
    from psycopg.types.range import RangeInfo
    from psycopg.types.string import TextLoader
except ImportError as missing:
    raise DriverMissingError(
        'PostgreSQL needs the driver psycopg; install it with: pip install "selfdebug[postgres]"'
    ) from missing

_SESSION = """
SET default_transaction_read_only = on;
SET standard_conforming_strings = on;
SET client_encoding = 'UTF8';
SET idle_in_transaction_session_timeout = '60s';
SET lock_timeout = '5s'
"""
_FUNCTIONS = """
SELECT proname, bool_or(provolatile = 'v') FROM pg_catalog.pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind IN ('f', 'a', 'w') GROUP BY proname
"""
_SCHEMAS = r"""
SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
AND has_schema_privilege(oid, 'USAGE') AND nspname <> ALL (current_schemas(false)) ORDER BY nspname
"""
# Of each column: the name of its type, and what that does not tell: the values of an enumeration, what a domain is
# over, the fields of a composite type. The schema is NULL where a name needs none before it.
_TYPES = """
SELECT CASE WHEN NOT pg_table_is_visible(c.oid) THEN n.nspname END, c.relname, a.attname,
format_type(a.atttypid, a.atttypmod),
coalesce(
    (SELECT 'one of ' || string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum
     WHERE enumtypid IN (t.oid, t.typelem, t.typbasetype)),
    CASE WHEN t.typtype = 'd' THEN 'domain over ' || format_type(t.typbasetype, t.typtypmod) END,
    (SELECT 'of ' || string_agg(quote_ident(f.attname) || ' ' || format_type(f.atttypid, f.atttypmod), ', '
                                ORDER BY f.attnum)
     FROM pg_type k JOIN pg_attribute f ON f.attrelid = k.typrelid
     WHERE k.oid IN (t.oid, t.typelem) AND k.typtype = 'c' AND f.attnum > 0 AND NOT f.attisdropped)
)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
AND n.nspname NOT IN ('pg_catalog', 'information_schema')
"""


class PostgresEngine(ServerEngine):
    """One connection to a PostgreSQL server."""

    dialect = "postgres"

    def __init__(self, address: DatabaseAddress, limits: QueryLimits) -> None:
        super().__init__(address, limits)
        # Built-in functions that the catalogue calls immutable or stable: they modify nothing.
        catalogue = self._connection.execute(_FUNCTIONS).fetchall()
        steady = frozenset(name for name, volatile in catalogue if not volatile)
        words = WORDS["postgres"]
        self._functions = (steady | words["volatile_allowed"] | words["grammar"]) - words["refused"]

    def _connect(self) -> psycopg.Connection[Any]:
        arguments, keywords = self._driver_arguments(application_name="selfdebug")
        try:
            connection: psycopg.Connection[Any] = psycopg.connect(*arguments, **keywords)
        except psycopg.Error as error:
            raise self._unreachable(error) from None
        connection.prepare_threshold = None
        _load_as_plain_data(connection)
        connection.execute(_SESSION)
        return connection

    def _is_open(self) -> bool:
        return not self._connection.closed

    def _drop(self) -> None:
        self._connection.close()

    def _start(self, limits: QueryLimits) -> None:
        self._connection.execute("BEGIN TRANSACTION READ ONLY")
        self._connection.execute(f"SET LOCAL statement_timeout = {max(1, int(limits.seconds * 1000))}")

    def execute(self, query: CheckedQuery, limits: QueryLimits) -> FetchedRows:
        try:
            self._begin(limits)
            # PREPARE takes a query or a DML statement and nothing else (no COPY, which a read-only
            # transaction lets write to files and programs), and the transaction refuses DML. Asking for
            # binary results makes psycopg use the extended protocol, which takes one statement; so does
            # stream(), which reads row by row.
            self._connection.execute(f"PREPARE selfdebug_query AS {query.sql}", binary=True)
            with self._connection.cursor() as cursor:
                stream: Any = cursor.stream("EXECUTE selfdebug_query")
                with contextlib.closing(stream):
                    return fetch(cursor, stream, limits)
        except psycopg.Error as error:
            raise _translate(error) from None
        except (ValueError, OverflowError, MemoryError) as error:
            kind = QueryErrorKind.TOO_LARGE if isinstance(error, MemoryError) else QueryErrorKind.FAILED
            raise EngineError(kind, str(error) or "out of memory") from None
        finally:
            self._rollback()

    def _rollback(self) -> None:
        try:
            if self._is_open():
                self._connection.execute("ROLLBACK")
                self._connection.execute("DEALLOCATE ALL")
        except psycopg.Error:
            self._drop()

    def syntax_error(self, sql: str) -> str | None:
        """Parse on the server only: a Parse message runs nothing and takes one statement."""
        try:
            if not self._is_open():
                self._reconnect()
            result = self._connection.pgconn.prepare(b"", sql.encode())
        except (psycopg.Error, EngineError, UnicodeError):
            return None
        if result.status == psycopg.pq.ExecStatus.FATAL_ERROR:
            return str(result.error_message.decode(errors="replace").strip())
        return None

    def cancel(self) -> None:
        with contextlib.suppress(psycopg.Error):
            self._connection.cancel_safe(timeout=5)

    def _reflect(self, connection: Connection) -> list[TableSchema]:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        others = [row[0] for row in connection.execute(text(_SCHEMAS))]
        columns = connection.execute(text(_TYPES)).fetchall()
        types = {tuple(place): kind for *place, kind, _ in columns}
        remarks = {tuple(place): remark for *place, _, remark in columns if remark}
        return [_with_remarks(table, remarks) for table in read_tables(connection, [None, *others], types)]

    def _why_unreachable(self, error: BaseException) -> str:
        words = str(error).strip()
        if "password authentication failed" in words or "no password supplied" in words:
            return "refuses the password or the user; check both in the URL."
        if "does not exist" in words:
            return f"cannot be opened ({words.split('FATAL:')[-1].strip()}); check the URL."
        reason = words.split("\n")[0].split("failed: ")[-1]
        return f"cannot be reached ({reason}); check host and port, and that it runs."


def _load_as_plain_data(connection: psycopg.Connection[Any]) -> None:
    """Ranges come as the server writes them, and so do dates that Python has not: `infinity`, 44 BC, 24:00."""
    for kind in psycopg.postgres.types:
        if isinstance(kind, RangeInfo | MultirangeInfo):
            connection.adapters.register_loader(kind.oid, TextLoader)
    for kind_name in ("date", "time", "timetz", "timestamp", "timestamptz", "interval"):
        usual = connection.adapters.get_loader(psycopg.postgres.types[kind_name].oid, psycopg.pq.Format.TEXT)
        assert usual is not None
        connection.adapters.register_loader(kind_name, _or_text(usual))


def _or_text(usual: type[Any]) -> type[Loader]:
    """A loader like `usual` that gives the server's words where that fails."""

    class OrText(Loader):
        def __init__(self, oid: int, context: Any = None) -> None:
            super().__init__(oid, context)
            self._usual = usual(oid, context)

        def load(self, data: Any) -> Any:
            try:
                return self._usual.load(data)
            except (psycopg.DataError, ValueError, OverflowError):
                return bytes(data).decode()

    return OrText


def _with_remarks(table: TableSchema, remarks: Mapping[Any, str]) -> TableSchema:
    """Tell of each column's type beside its comment."""

    def told(column: Column) -> Column:
        parts = filter(None, (column.comment, remarks.get((table.schema, table.name, column.name))))
        return replace(column, comment="; ".join(parts) or None)

    return replace(table, columns=tuple(map(told, table.columns)))


_KINDS = {
    "57014": QueryErrorKind.TIMED_OUT,
    "42601": QueryErrorKind.SYNTAX,
    "25006": QueryErrorKind.REFUSED,
    "42501": QueryErrorKind.REFUSED,
}
"""By the code that SQL calls SQLSTATE."""


def _translate(error: psycopg.Error) -> EngineError:
    state = error.sqlstate or ""
    diagnostic = error.diag
    hint = f"HINT: {diagnostic.message_hint}" if diagnostic.message_hint else None
    parts = (diagnostic.message_primary or str(error).strip(), diagnostic.message_detail, hint)
    message = "\n".join(filter(None, parts))
    kind = _KINDS.get(state, QueryErrorKind.FAILED)
    if state.startswith(("53", "54")) or "out of memory" in message or "invalid memory alloc" in message:
        kind = QueryErrorKind.TOO_LARGE
    return EngineError(kind, message)


open_engine = PostgresEngine

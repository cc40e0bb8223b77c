"""PostgreSQL: every query in a read-only transaction, as one statement, its rows streamed."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from selfdebug.execution.databases.address import DatabaseAddress
from selfdebug.execution.databases.checked import CheckedQuery
from selfdebug.execution.databases.engines.reflection import read_tables
from selfdebug.execution.databases.errors import DatabaseError, DatabaseUnreachableError, DriverMissingError
from selfdebug.execution.databases.fetching import EngineError, fetch
from selfdebug.execution.databases.functions import (
    POSTGRES_GRAMMAR,
    POSTGRES_REFUSED,
    POSTGRES_VOLATILE_ALLOWED,
)
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.schema import Column, Schema, TableSchema
from selfdebug.query_outcome import QueryErrorKind, Row

try:
    import psycopg
    from psycopg import sql as names
    from psycopg.adapt import Loader
    from psycopg.types.multirange import MultirangeInfo
    from psycopg.types.range import RangeInfo
    from psycopg.types.string import TextLoader
except ImportError as missing:
    raise DriverMissingError(
        'PostgreSQL needs the driver psycopg; install it with: pip install "selfdebug[postgres]"'
    ) from missing

CONNECT_SECONDS = 10

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


class PostgresEngine:
    """One connection to a PostgreSQL server."""

    dialect = "postgres"

    def __init__(self, address: DatabaseAddress, limits: QueryLimits) -> None:
        self._address = address
        self._alchemy = create_engine(
            address.url or "", poolclass=NullPool, connect_args={"connect_timeout": CONNECT_SECONDS}
        )
        self._connection: psycopg.Connection[Any] = self._connect()
        self._functions = self._read_functions()
        self._cancelled = False

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            arguments, keywords = self._alchemy.dialect.create_connect_args(self._alchemy.url)
            keywords.update(connect_timeout=CONNECT_SECONDS, autocommit=True, application_name="selfdebug")
            connection: psycopg.Connection[Any] = psycopg.connect(*arguments, **keywords)
        except psycopg.Error as error:
            raise _connecting_error(self._address, str(error)) from None
        connection.prepare_threshold = None
        _load_as_plain_data(connection)
        connection.execute(_SESSION)
        return connection

    def _read_functions(self) -> frozenset[str]:
        """Built-in functions that the catalogue calls immutable or stable: they modify nothing."""
        rows = self._connection.execute(_FUNCTIONS).fetchall()
        steady = {name for name, volatile in rows if not volatile}
        return frozenset((steady | POSTGRES_VOLATILE_ALLOWED | POSTGRES_GRAMMAR) - POSTGRES_REFUSED)

    def is_function(self, name: str) -> bool:
        return name in self._functions

    def execute(self, query: CheckedQuery, limits: QueryLimits) -> tuple[tuple[str, ...], tuple[Row, ...], bool]:
        self._cancelled = False
        if self._connection.closed:
            self._connection = self._reconnect()
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
                    rows, truncated = fetch(stream, limits)
                    return tuple(column.name for column in cursor.description or ()), rows, truncated
        except psycopg.Error as error:
            raise _translate(error) from None
        except (ValueError, OverflowError, MemoryError) as error:
            kind = QueryErrorKind.TOO_LARGE if isinstance(error, MemoryError) else QueryErrorKind.FAILED
            raise EngineError(kind, str(error) or "out of memory") from None
        finally:
            self._rollback()

    def _reconnect(self) -> psycopg.Connection[Any]:
        try:
            return self._connect()
        except DatabaseError as error:
            raise EngineError(QueryErrorKind.FAILED, error.message) from None

    def _begin(self, limits: QueryLimits) -> None:
        """Open the read-only transaction; on a new connection, should the server have dropped the old one."""
        for attempt in (1, 2):
            try:
                self._connection.execute("BEGIN TRANSACTION READ ONLY")
                self._connection.execute(f"SET LOCAL statement_timeout = {max(1, int(limits.seconds * 1000))}")
                return
            except psycopg.OperationalError:
                if attempt == 2 or not self._connection.closed:
                    raise
                self._connection = self._reconnect()

    def _rollback(self) -> None:
        if self._connection.closed:
            return
        try:
            self._connection.execute("ROLLBACK")
            self._connection.execute("DEALLOCATE ALL")
        except psycopg.Error:
            self._connection.close()

    def syntax_error(self, sql: str) -> str | None:
        """Parse on the server only: a Parse message runs nothing and takes one statement."""
        try:
            if self._connection.closed:
                self._connection = self._connect()
            result = self._connection.pgconn.prepare(b"", sql.encode())
        except (psycopg.Error, DatabaseError, UnicodeError):
            return None
        if result.status == psycopg.pq.ExecStatus.FATAL_ERROR:
            return result.error_message.decode(errors="replace").strip()
        return None

    def cancel(self) -> None:
        self._cancelled = True
        with contextlib.suppress(psycopg.Error):
            self._connection.cancel_safe(timeout=5)

    def schema(self, first_rows: int, limits: QueryLimits) -> Schema:
        try:
            with self._alchemy.connect() as connection:
                connection.execute(text("SET TRANSACTION READ ONLY"))
                others = [row[0] for row in connection.execute(text(_SCHEMAS))]
                found = connection.execute(text(_TYPES)).fetchall()
                types = {tuple(place): kind for *place, kind, _ in found}
                remarks = {tuple(place): remark for *place, _, remark in found if remark}
                tables = [_with_remarks(table, remarks) for table in read_tables(connection, [None, *others], types)]
        except SQLAlchemyError as error:
            raise _connecting_error(self._address, str(getattr(error, "orig", error))) from None
        if first_rows:
            tables = [
                dataclasses.replace(table, first_rows=self._first_rows(table.schema, table.name, first_rows, limits))
                for table in tables
            ]
        return Schema(tuple(tables), "postgres")

    def _first_rows(self, schema: str | None, table: str, count: int, limits: QueryLimits) -> tuple[Row, ...]:
        place = names.Identifier(*([schema] if schema else []), table)
        statement = names.SQL("SELECT * FROM {} LIMIT {}").format(place, names.Literal(count))
        try:
            return self.execute(CheckedQuery(statement.as_string(None), False), limits)[1]
        except EngineError:
            return ()

    def close(self) -> None:
        self._connection.close()
        self._alchemy.dispose()


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
        return dataclasses.replace(column, comment="; ".join(parts) or None)

    return dataclasses.replace(table, columns=tuple(map(told, table.columns)))


def _translate(error: psycopg.Error) -> EngineError:
    state = error.sqlstate or ""
    diagnostic = error.diag
    parts = [diagnostic.message_primary or str(error).strip(), diagnostic.message_detail]
    if diagnostic.message_hint:
        parts.append(f"HINT: {diagnostic.message_hint}")
    message = "\n".join(part for part in parts if part)
    if state == "57014":
        return EngineError(QueryErrorKind.TIMED_OUT, message)
    if state == "42601":
        return EngineError(QueryErrorKind.SYNTAX, message)
    if state in ("25006", "42501"):
        return EngineError(QueryErrorKind.REFUSED, message)
    if state.startswith(("53", "54")) or "out of memory" in message or "invalid memory alloc" in message:
        return EngineError(QueryErrorKind.TOO_LARGE, message)
    return EngineError(QueryErrorKind.FAILED, message)


def _connecting_error(address: DatabaseAddress, words: str) -> DatabaseError:
    place = address.label
    if "password authentication failed" in words or "no password supplied" in words:
        return DatabaseUnreachableError(f"{place} refuses the password or the user; check both in the URL.")
    if "does not exist" in words:
        what = words.strip().split("FATAL:")[-1].strip()
        return DatabaseUnreachableError(f"{place} cannot be opened ({what}); check the URL.")
    reason = words.strip().split("\n")[0].split("failed: ")[-1]
    return DatabaseUnreachableError(f"{place} cannot be reached ({reason}); check host and port, and that it runs.")


open_engine: Callable[[DatabaseAddress, QueryLimits], PostgresEngine] = PostgresEngine

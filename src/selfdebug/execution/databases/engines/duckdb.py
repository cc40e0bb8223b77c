"""DuckDB: opened read-only, without files, network, extensions or a way to change its settings.

Opened directly: SQLAlchemy's dialect for it reads PostgreSQL's catalogue, which DuckDB 2 does not have, and
cannot pass the settings that lock it.
"""

import math
import struct
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import duckdb

from selfdebug.execution.databases.address import DatabaseAddress
from selfdebug.execution.databases.engines import Engine
from selfdebug.execution.databases.errors import DatabaseError, DatabaseLockedError, DatabaseUnreadableError
from selfdebug.execution.databases.fetching import CheckedQuery, EngineError, FetchedRows, fetch
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.schema import Column, ForeignKey, TableSchema
from selfdebug.execution.databases.words import WORDS
from selfdebug.query_outcome import QueryErrorKind

_ROWS_AT_ONCE = 64
_COLUMNS = """
SELECT schema_name, table_name, column_name, data_type, is_nullable, column_default, comment
FROM duckdb_columns() WHERE NOT internal AND database_name = current_database() ORDER BY table_oid,
column_index
"""
_CONSTRAINTS = """
SELECT schema_name, table_name, constraint_type, constraint_column_names, referenced_table,
referenced_column_names FROM duckdb_constraints() WHERE database_name = current_database() ORDER BY
constraint_index
"""
_TABLES = """
SELECT schema_name, table_name, comment, false, table_oid FROM duckdb_tables()
WHERE NOT internal AND database_name = current_database()
UNION ALL SELECT schema_name, view_name, comment, true, view_oid FROM duckdb_views()
WHERE NOT internal AND database_name = current_database() ORDER BY 5
"""

_SETTINGS: dict[str, Any] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "threads": "2",
    "lock_configuration": "true",
}
_KINDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], QueryErrorKind], ...] = (
    (duckdb.ParserException, QueryErrorKind.SYNTAX),
    (duckdb.PermissionException, QueryErrorKind.REFUSED),
    ((duckdb.OutOfMemoryException, MemoryError), QueryErrorKind.TOO_LARGE),
)


class DuckDBEngine(Engine):
    """One read-only connection."""

    dialect = "duckdb"

    def __init__(self, address: DatabaseAddress, limits: QueryLimits) -> None:
        settings = {"memory_limit": f"{max(limits.memory // 2**20, 64)}MiB", **_SETTINGS}
        try:
            self._connection = duckdb.connect(address.path or "", read_only=True, config=settings)
        except duckdb.Error as error:
            raise _opening_error(address, error) from None
        self._functions = self._read_functions()

    def _read_functions(self) -> frozenset[str]:
        """Built-in functions without side effects; table functions only by name: many read files."""
        words = WORDS["duckdb"]
        rows = self._connection.execute(
            "SELECT lower(function_name), function_type, coalesce(has_side_effects, false)"
            " FROM duckdb_functions() WHERE internal"
        ).fetchall()
        volatile = {name for name, _, has_side_effects in rows if has_side_effects} - words["volatile_allowed"]
        tables = {name for name, kind, _ in rows if kind in ("table", "table_macro", "pragma")}
        values = {name for name, kind, _ in rows if kind in ("scalar", "aggregate", "macro", "window")}
        refused = volatile | (tables - words["table_functions"]) | words["refused"]
        return frozenset((values | words["table_functions"] | words["grammar"]) - refused)

    def execute(self, query: CheckedQuery, limits: QueryLimits) -> FetchedRows:
        try:
            statements = self._connection.extract_statements(query.sql)
            if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
                raise EngineError(QueryErrorKind.REFUSED, "DuckDB does not read this as one SELECT.")
            cursor = self._connection.execute(query.sql)
            return fetch(cursor, _stream(cursor), limits)
        except (duckdb.Error, RuntimeError, ValueError, OverflowError, MemoryError) as error:
            kind = next((kind for types, kind in _KINDS if isinstance(error, types)), QueryErrorKind.FAILED)
            message = str(error)
            if kind is QueryErrorKind.TOO_LARGE:
                message = message.split("\n")[0] or "out of memory"
            raise EngineError(kind, message) from None

    def syntax_error(self, sql: str) -> str | None:
        try:
            self._connection.extract_statements(sql)
        except (duckdb.Error, RuntimeError, UnicodeError) as error:
            return str(error)
        return None

    def cancel(self) -> None:
        self._connection.interrupt()

    def _tables(self) -> list[TableSchema]:
        columns, constraints = self._by_table(_COLUMNS), self._by_table(_CONSTRAINTS)
        tables = []
        for schema, name, comment, is_view, _ in self._connection.execute(_TABLES).fetchall():
            keys = constraints[schema, name]
            primary = next((tuple(row[1]) for row in keys if row[0] == "PRIMARY KEY"), ())
            foreign = [ForeignKey(tuple(r[1]), r[2], tuple(r[3] or ())) for r in keys if r[0] == "FOREIGN KEY"]
            own = tuple(Column(*row) for row in columns[schema, name])
            place = None if schema == "main" else schema
            tables.append(TableSchema(name, own, primary, tuple(foreign), comment, place, is_view))
        return tables

    def _by_table(self, catalogue_query: str) -> dict[tuple[str, str], list[tuple[Any, ...]]]:
        """Rows that begin with a schema and a table, as lists by these two."""
        grouped = defaultdict[tuple[str, str], list[tuple[Any, ...]]](list)
        for schema, table, *rest in self._connection.execute(catalogue_query).fetchall():
            grouped[schema, table].append(tuple(rest))
        return grouped

    def close(self) -> None:
        self._connection.close()


def _stream(cursor: Any) -> Iterator[tuple[Any, ...]]:
    """Rows; a number of single precision with the digits that it has, not with those of its double."""
    single = {i for i, column in enumerate(cursor.description or ()) if str(column[1]) == "FLOAT"}
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        if single:
            rows = [tuple(_shortest(v) if i in single else v for i, v in enumerate(row)) for row in rows]
        yield from rows


def _shortest(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return value
    digits = (float(f"{value:.{count}g}") for count in range(6, 10))
    return next((short for short in digits if struct.pack("f", short) == struct.pack("f", value)), value)


def _opening_error(address: DatabaseAddress, error: duckdb.Error) -> DatabaseError:
    words = str(error).split("\n")[0]
    if "Could not set lock" in words:
        return DatabaseLockedError(f"{address.label} is locked by another program; close that or try again later.")
    return DatabaseUnreadableError(
        f"{address.label} cannot be read as a DuckDB database ({words}); check that it is intact."
    )


open_engine = DuckDBEngine

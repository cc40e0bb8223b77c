"""One module for each engine: the second wall (a read-only connection), cancelling, and the catalogue.

They run in the worker process (`..worker`), except SQLite's, which also answers plain queries in ours
(`..burst`). Adding an engine is adding a module here, which names its class `open_engine`, and its URL's schemes to
`..address`. Modules are imported when wanted, so that a driver is needed only by those who use it.
"""

import importlib
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import ClassVar

from selfdebug.execution.databases.address import DatabaseAddress
from selfdebug.execution.databases.fetching import CheckedQuery, EngineError, FetchedRows
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.names import quoted
from selfdebug.execution.databases.schema import Schema, TableSchema
from selfdebug.query_outcome import Row


class Engine(ABC):
    """An open read-only connection. One query at a time; `cancel` comes from another thread."""

    dialect: ClassVar[str]
    """sqlglot's name for the engine's SQL."""

    _functions: frozenset[str]
    """Those that a query may call, in lower case."""

    def is_function(self, name: str) -> bool:
        """Whether a query may call this function (lower case)."""
        return name in self._functions

    @abstractmethod
    def execute(self, query: CheckedQuery, limits: QueryLimits) -> FetchedRows:
        """Run a checked query.

        Raises:
            EngineError: It failed, or was cancelled.
        """

    @abstractmethod
    def syntax_error(self, sql: str) -> str | None:
        """The engine's words for what is wrong with a text, without running it; None for nothing."""

    @abstractmethod
    def cancel(self) -> None:
        """Make a running `execute` raise soon. Harmless when nothing runs."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the connection."""

    @abstractmethod
    def _tables(self) -> list[TableSchema]:
        """Read the catalogue, without rows."""

    def schema(self, first_rows: int, limits: QueryLimits) -> Schema:
        """Read the catalogue, with up to `first_rows` rows of each table.

        Raises:
            DatabaseError, EngineError: It cannot be read.
        """
        tables = self._tables()
        if first_rows:
            tables = [replace(table, first_rows=self._first_rows(table, first_rows, limits)) for table in tables]
        return Schema(tuple(tables), self.dialect)

    def _first_rows(self, table: TableSchema, count: int, limits: QueryLimits) -> tuple[Row, ...]:
        place = ".".join(quoted(part, self.dialect) for part in (table.schema, table.name) if part)
        try:
            return self.execute(CheckedQuery(f"SELECT * FROM {place} LIMIT {int(count)}", False), limits).rows
        except EngineError:
            return ()


def open_engine(address: DatabaseAddress, limits: QueryLimits) -> Engine:
    """Connect, read-only.

    Raises:
        DatabaseError: It cannot be used; the message says what to do.
    """
    engine: Engine = importlib.import_module(f"{__name__}.{address.kind}").open_engine(address, limits)
    return engine

"""One module for each engine: the second wall (a read-only connection), cancelling, and the catalogue.

They run in the worker process (`..worker`), except SQLite's, which also answers plain queries in ours
(`..burst`). Adding an engine is adding a module and a line here. Modules are imported when wanted, so that a
driver is needed only by those who use it.
"""

from __future__ import annotations

import importlib
from typing import Any, Protocol

from selfdebug.execution.databases.address import DatabaseAddress
from selfdebug.execution.databases.checked import CheckedQuery
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.schema import Schema
from selfdebug.query_outcome import Row

_MODULES = {"sqlite": "sqlite", "duckdb": "duckdb", "postgres": "postgres", "mysql": "mysql"}


class Engine(Protocol):
    """An open read-only connection. One query at a time; `cancel` comes from another thread."""

    dialect: str
    """sqlglot's name for the engine's SQL."""

    def is_function(self, name: str) -> bool:
        """Whether a query may call this function (lower case)."""

    def execute(self, query: CheckedQuery, limits: QueryLimits) -> tuple[tuple[str, ...], tuple[Row, ...], bool]:
        """Run a checked query: names of columns, rows kept, whether there were more.

        Raises:
            EngineError: It failed, or was cancelled.
        """

    def syntax_error(self, sql: str) -> str | None:
        """The engine's words for what is wrong with a text, without running it; None for nothing."""

    def cancel(self) -> None:
        """Make a running `execute` raise soon. Harmless when nothing runs."""

    def schema(self, first_rows: int, limits: QueryLimits) -> Schema:
        """Read the catalogue, with up to `first_rows` rows of each table."""

    def close(self) -> None:
        """Let go of the connection."""


def open_engine(address: DatabaseAddress, limits: QueryLimits) -> Engine:
    """Connect, read-only.

    Raises:
        DatabaseError: It cannot be used; the message says what to do.
    """
    module: Any = importlib.import_module(f"{__name__}.{_MODULES[address.kind]}")
    engine: Engine = module.open_engine(address, limits)
    return engine

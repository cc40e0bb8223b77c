"""Databases that a model's SQL may query: read-only twice, within limits, cancellable.

    with Database.open("world.sqlite") as database:
        outcome = database.query_sync("SELECT name FROM country ORDER BY population DESC LIMIT 3")

`docs/databases.md` says which layer guarantees what. The rooms of this folder, from the ground up: `outcome`,
`limits`, `schema`, `errors` (plain data); `guard`, `lexing`, `plain`, `functions` (which texts may run); `engines` (how
they run); `worker`, `process` (where); `burst` (the short way for plain SQLite queries); `names`, `nearest`
(how names are written, and which one was meant); `database` (the door), `files` (one door to many SQLite
files).
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selfdebug.execution.databases.database import Database
    from selfdebug.execution.databases.errors import (
        DatabaseClosedError,
        DatabaseError,
        DatabaseLockedError,
        DatabaseMissingError,
        DatabaseUnreachableError,
        DatabaseUnreadableError,
        DriverMissingError,
        UnknownDatabaseKindError,
        WorkerFailedError,
    )
    from selfdebug.execution.databases.files import SqliteFiles
    from selfdebug.execution.databases.limits import QueryLimits
    from selfdebug.execution.databases.rendering import render
    from selfdebug.execution.databases.schema import Column, ForeignKey, Schema, TableSchema
    from selfdebug.query_outcome import QueryError, QueryErrorKind, QueryOutcome, Row

_HOMES = {
    "Column": "selfdebug.execution.databases.schema",
    "Database": "selfdebug.execution.databases.database",
    "DatabaseClosedError": "selfdebug.execution.databases.errors",
    "DatabaseError": "selfdebug.execution.databases.errors",
    "DatabaseLockedError": "selfdebug.execution.databases.errors",
    "DatabaseMissingError": "selfdebug.execution.databases.errors",
    "DatabaseUnreachableError": "selfdebug.execution.databases.errors",
    "DatabaseUnreadableError": "selfdebug.execution.databases.errors",
    "DriverMissingError": "selfdebug.execution.databases.errors",
    "ForeignKey": "selfdebug.execution.databases.schema",
    "QueryError": "selfdebug.query_outcome",
    "QueryErrorKind": "selfdebug.query_outcome",
    "QueryLimits": "selfdebug.execution.databases.limits",
    "QueryOutcome": "selfdebug.query_outcome",
    "Row": "selfdebug.query_outcome",
    "Schema": "selfdebug.execution.databases.schema",
    "SqliteFiles": "selfdebug.execution.databases.files",
    "TableSchema": "selfdebug.execution.databases.schema",
    "UnknownDatabaseKindError": "selfdebug.execution.databases.errors",
    "WorkerFailedError": "selfdebug.execution.databases.errors",
    "render": "selfdebug.execution.databases.rendering",
}

__all__ = [
    "Column",
    "Database",
    "DatabaseClosedError",
    "DatabaseError",
    "DatabaseLockedError",
    "DatabaseMissingError",
    "DatabaseUnreachableError",
    "DatabaseUnreadableError",
    "DriverMissingError",
    "ForeignKey",
    "QueryError",
    "QueryErrorKind",
    "QueryLimits",
    "QueryOutcome",
    "Row",
    "Schema",
    "SqliteFiles",
    "TableSchema",
    "UnknownDatabaseKindError",
    "WorkerFailedError",
    "render",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: what is wrong with a path is known without an engine."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)

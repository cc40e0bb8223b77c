"""Databases that a model's SQL may query: read-only twice, within limits, cancellable.

    with Database.open("world.sqlite") as database:
        outcome = database.query_sync("SELECT name FROM country ORDER BY population DESC LIMIT 3")

`docs/databases.md` says which layer guarantees what. The rooms of this folder, from the ground up: `limits`, `schema`,
`errors`, `words`, `names` (plain data); `fetching`, `lexing`, `guard`, `plain_select` (which texts may run);
`engines` (how they run); `child_process`, `worker`, `process` (where); `burst` (the short way for plain SQLite
queries); `nearest` (which name was meant); `rendering` (a schema as text); `database` (the door), `files` (one door to
many SQLite files).
"""

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
    )
    from selfdebug.execution.databases.files import SqliteFiles
    from selfdebug.execution.databases.limits import QueryLimits
    from selfdebug.execution.databases.rendering import render
    from selfdebug.execution.databases.schema import Column, ForeignKey, Schema, TableSchema
    from selfdebug.query_outcome import QueryError, QueryErrorKind, QueryOutcome

__all__ = [
    "Column", "Database", "DatabaseClosedError", "DatabaseError", "DatabaseLockedError", "DatabaseMissingError",
    "DatabaseUnreachableError", "DatabaseUnreadableError", "DriverMissingError", "ForeignKey", "QueryError",
    "QueryErrorKind", "QueryLimits", "QueryOutcome", "Schema", "SqliteFiles", "TableSchema",
    "UnknownDatabaseKindError", "render",
]  # fmt: skip
_MODULES = (".errors", ".limits", ".schema", "selfdebug.query_outcome", ".rendering", ".files", ".database")
"""Where these names are, what takes the least time to import first."""


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: what is wrong with a path is known without an engine."""
    for module in _MODULES if name in __all__ else ():
        namespace = vars(importlib.import_module(module, __name__))
        if name in namespace:
            return namespace[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

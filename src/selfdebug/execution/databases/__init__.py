"""Databases that a model's SQL may query: read-only twice, within limits, cancellable.

    with Database.open("world.sqlite") as database:
        outcome = database.query_sync("SELECT name FROM country ORDER BY population DESC LIMIT 3")

`docs/databases.md` says which layer guarantees what. The rooms of this folder, from the ground up: `outcome`,
`limits`, `schema`, `errors` (plain data); `guard`, `lexing`, `plain`, `functions` (which texts may run); `engines` (how
they run); `worker`, `process` (where); `burst` (the short way for plain SQLite queries); `names`, `nearest`
(how names are written, and which one was meant); `database` (the door), `files` (one door to many SQLite
files).
"""

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
from selfdebug.execution.databases.schema import Column, ForeignKey, Schema, Table
from selfdebug.query_outcome import QueryError, QueryErrorKind, QueryOutcome, Row

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
    "Table",
    "UnknownDatabaseKindError",
    "WorkerFailedError",
    "render",
]

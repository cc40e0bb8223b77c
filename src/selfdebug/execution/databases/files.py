"""Many SQLite files behind one door, few of them open at a time: for scoring, where a query runs on dozens of files.

It gives what `Database` gives, with the same walls. A `Database` has a process of its own; here one process goes from
file to file, and connections are closed least recently used first. An open file is read in one transaction: what is
written to it meanwhile has to wait.
"""

from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

from selfdebug.execution.databases.address import DatabaseAddress, read_database_address
from selfdebug.execution.databases.burst import Burst
from selfdebug.execution.databases.errors import DatabaseError, DatabaseLockedError, DatabaseUnreadableError
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.process import IsolatedEngine
from selfdebug.query_outcome import QueryError, QueryErrorKind, QueryOutcome

OPEN_AT_ONCE = 64


class SqliteFiles:
    """SQLite files that answer read-only queries within limits. Not for two threads at once.

    Args:
        limits: for every query.
        as_written: whether queries run to the letter, as SQLite reads them: the authorizer alone refuses, all that
            sqlglot reads otherwise is left to SQLite, and text that is not UTF-8 is an error; else its odd bytes are
            left out.
    """

    def __init__(self, limits: QueryLimits | None = None, *, as_written: bool = False) -> None:
        self.limits = limits or QueryLimits()
        self._as_written = as_written
        self._open: OrderedDict[str, tuple[DatabaseAddress, Burst]] = OrderedDict()
        self._engine: IsolatedEngine | None = None

    def query(self, path: str, sql: str, limits: QueryLimits | None = None) -> QueryOutcome:
        """Run a text as a query on a file. Whatever is wrong with the text becomes the outcome's error.

        Args:
            path: of the file.
            sql: the text, as a model wrote it.
            limits: for this query; its `memory` and `spill` do not count.

        Raises:
            DatabaseError: the file cannot be used: it is missing, locked, damaged, or no SQLite database.
        """
        limits = limits or self.limits
        address, burst = self._opened(path)
        outcome = burst.answer(sql, limits)
        if outcome is None:
            self._engine = self._engine or IsolatedEngine(address, self.limits)
            self._engine.move(address)
            outcome = self._engine.query(sql, limits)
        if outcome.error is not None:
            _raise_if_of_the_file(address, outcome.error)
        return outcome

    def schema(self, path: str) -> str | None:
        """What decides what a query is compiled to on a file; see `Burst.schema`. Raises what `query` raises."""
        return self._opened(path)[1].schema()

    def is_one_program(self, path: str, one: str, other: str) -> bool:
        """Whether SQLite compiles two queries to one program: on all files of one schema they give the same rows.

        Args:
            path: of a file of that schema.
            one, other: plain queries; of any others it cannot be told, and the answer is no.

        Raises:
            DatabaseError: as for `query`.
        """
        burst = self._opened(path)[1]
        program = burst.program(one)
        return program is not None and program == burst.program(other)

    def close(self) -> None:
        """Let go of all files and end the process, if there is one."""
        for _, burst in self._open.values():
            burst.close()
        self._open.clear()
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _opened(self, path: str) -> tuple[DatabaseAddress, Burst]:
        if path in self._open:
            self._open.move_to_end(path)
            return self._open[path]
        while len(self._open) >= OPEN_AT_ONCE:
            _, (_, oldest) = self._open.popitem(last=False)
            oldest.close()
        address = replace(read_database_address(Path(path)), as_written=self._as_written)
        if address.kind != "sqlite":
            raise DatabaseUnreadableError(f"{path} is a {address.kind} database; only SQLite files can be used here.")
        opened = self._open[path] = (address, Burst(address, hold=True))
        return opened


def _raise_if_of_the_file(address: DatabaseAddress, error: QueryError) -> None:
    """Raise an error that says nothing of the query."""
    if error.message == "database is locked":
        raise DatabaseLockedError(f"{address.label} is locked by another program; close that or try again later.")
    if error.message in ("database disk image is malformed", "file is not a database"):
        raise DatabaseUnreadableError(f"{address.label} is damaged ({error.message}); check that it was copied whole.")
    if error.kind is QueryErrorKind.LOST:
        raise DatabaseError(error.message)

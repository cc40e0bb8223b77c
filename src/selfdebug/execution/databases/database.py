"""An open database, as the rest of the package sees it."""

import asyncio
import os
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Self

from selfdebug.execution.databases.address import DatabaseAddress, read_database_address
from selfdebug.execution.databases.burst import Burst
from selfdebug.execution.databases.errors import DatabaseClosedError, DatabaseError
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.nearest import missing_name, with_nearest
from selfdebug.execution.databases.process import IsolatedEngine
from selfdebug.execution.databases.rendering import DEFAULT_CHARACTERS, render
from selfdebug.execution.databases.schema import Schema
from selfdebug.query_outcome import CANCELLED, QueryError, QueryOutcome


@dataclass(slots=True, eq=False)
class _Ticket:
    """One asynchronous query: whether it runs, and whether it is wanted still."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    running: bool = False
    cancelled: bool = False


class Database:
    """A database that answers read-only queries within limits.

    Queries run one after the other; open a database several times to run several at once. Use it as a context
    manager, `with` or `async with`.
    """

    def __init__(self, address: DatabaseAddress, limits: QueryLimits) -> None:
        """Use `Database.open`."""
        self._address = address
        self.limits = limits
        self._burst = Burst(address) if address.kind == "sqlite" else None
        self._engine = IsolatedEngine(address, limits)
        if self._burst is None:
            self._engine.start()
        self._turn = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None
        self._closed = False
        self._schema: Schema | None = None
        """As it was read last, for the names that an error misses."""

    @classmethod
    def open(cls, path_or_url: str | os.PathLike[str], limits: QueryLimits | None = None) -> Self:
        """Open a database, read-only. Nothing is created.

        Args:
            path_or_url: A SQLite or DuckDB file, or a URL: `sqlite:///PATH`, `duckdb:///PATH`,
                `postgresql://USER:PASSWORD@HOST/NAME`, `mysql://...`, `mariadb://...`.
            limits: For every query; `memory` and `spill` are fixed here, the rest can be changed for each
                query.

        Raises:
            DatabaseError: It cannot be used; the message, one sentence, says what to do.
        """
        return cls(read_database_address(path_or_url), limits or QueryLimits())

    @property
    def dialect(self) -> str:
        """sqlglot's name of the SQL it speaks: sqlite, duckdb, postgres or mysql."""
        return self._address.kind

    @property
    def label(self) -> str:
        """Its path or URL without the password."""
        return self._address.label

    def query_sync(self, sql: str, limits: QueryLimits | None = None) -> QueryOutcome:
        """Run a text as a query. Whatever is wrong with it becomes the outcome's error.

        Raises:
            DatabaseClosedError: The database was closed.
        """
        with self._turn:
            self._engine.renew()
            return self._run(sql, limits or self.limits)

    async def query(self, sql: str, limits: QueryLimits | None = None) -> QueryOutcome:
        """Like `query_sync`, without blocking the event loop; cancelling it cancels the query in the engine.

        Raises:
            DatabaseClosedError: The database was closed.
        """
        ticket = _Ticket()
        if self._threads is None:
            self._threads = ThreadPoolExecutor(1, thread_name_prefix="selfdebug-database")
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._threads, self._run_ticket, ticket, sql, limits or self.limits)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            with ticket.lock:
                ticket.cancelled = True
                if ticket.running:
                    self._engine.cancel()
            # The engine stops within the grace of `process`; only then is the connection free for the next
            # query.
            await asyncio.wait([work])
            raise

    def schema(self, first_rows: int = 1) -> Schema:
        """Read tables, views, columns, keys, comments, and up to `first_rows` rows of each table.

        Raises:
            DatabaseError: The catalogue cannot be read.
        """
        with self._turn:
            self._refuse_closed()
            self._engine.renew()
            self._schema = self._engine.schema(first_rows)
            return self._schema

    def schema_text(
        self, words: Iterable[str] | str = (), *, first_rows: int = 1, characters: int = DEFAULT_CHARACTERS
    ) -> str:
        """The schema as CREATE TABLE statements for a prompt; see `rendering.render` for the arguments."""
        return render(self.schema(first_rows), words=words, first_rows=first_rows, characters=characters)

    def close(self) -> None:
        """Let go of the database; a running query is stopped."""
        self._closed = True
        self._engine.close()
        with self._turn:
            if self._burst is not None:
                self._burst.close()
            # A query that was waiting for its turn may have begun after the first call.
            self._engine.close()
        if self._threads is not None:
            self._threads.shutdown(wait=True)

    def _run(self, sql: str, limits: QueryLimits) -> QueryOutcome:
        self._refuse_closed()
        outcome = self._burst.answer(sql, limits) if self._burst is not None else None
        if outcome is None:
            outcome = self._engine.query(sql, limits)
        if outcome.error is not None and missing_name(outcome.error.message) is not None:
            return self._with_nearest(outcome, outcome.error, sql)
        return outcome

    def _with_nearest(self, outcome: QueryOutcome, error: QueryError, sql: str) -> QueryOutcome:
        """Add to the engine's words what the schema has instead."""
        if self._schema is None:
            try:
                self._schema = self._engine.schema(0)
            except DatabaseError:  # The query's own error is what there is to tell.
                return outcome
        return replace(outcome, error=replace(error, message=with_nearest(error.message, sql, self._schema)))

    def _run_ticket(self, ticket: _Ticket, sql: str, limits: QueryLimits) -> QueryOutcome:
        with self._turn:
            with ticket.lock:
                if ticket.cancelled:
                    return QueryOutcome.failed(CANCELLED)
                ticket.running = True
                self._engine.renew()
            try:
                return self._run(sql, limits)
            finally:
                with ticket.lock:
                    ticket.running = False

    def _refuse_closed(self) -> None:
        if self._closed:
            raise DatabaseClosedError(f"{self.label} was closed; open it again.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.close)

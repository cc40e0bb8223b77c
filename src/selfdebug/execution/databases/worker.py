"""The process in which queries run: started by `process`, one for each open database.

The main thread reads messages and keeps the time; a second thread runs queries. So a cancellation is heard
while the engine works, and when our parent goes away (end of file) this process ends at once, whatever the
engine is doing. sqlglot parses here too, since a hostile text can keep a parser busy as well as an engine.

Messages from the parent are pickled tuples: ("query", number, sql, limits), ("schema", number, first_rows,
limits), ("move", number, address, limits), ("cancel", number). Replies: ("opened",), ("unusable", class name,
message), ("done", result, tired), where the result is a QueryOutcome, a Schema, None (moved), or a DatabaseError's
class name and message, and tired says that this process has grown and should be replaced.
"""

import pickle
import queue
import resource
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from time import monotonic, perf_counter
from typing import Any

from selfdebug.execution.databases.address import DatabaseAddress
from selfdebug.execution.databases.child_process import serve_parent
from selfdebug.execution.databases.engines import Engine, open_engine
from selfdebug.execution.databases.errors import DatabaseError
from selfdebug.execution.databases.fetching import CheckedQuery, EngineError
from selfdebug.execution.databases.guard import RefusedError, UnparsableError, check, check_tokens
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.schema import Schema
from selfdebug.query_outcome import CANCELLED, QueryError, QueryErrorKind, QueryOutcome, timed_out

REPEAT_CANCEL_SECONDS = 0.2
"""A cancellation that came a moment before the engine began is lost, so it is repeated."""


class QueryWorker:
    """Runs one request at a time and stops it when told to, or when its time is up."""

    def __init__(self, connection: Connection, engine: Engine, address: DatabaseAddress, limits: QueryLimits) -> None:
        self._connection = connection
        self._engine = engine
        self._answers: dict[str, Callable[[Any, QueryLimits], Any]]
        self._answers = {"query": self._query, "schema": self._schema, "move": self._move}
        self._address = address
        self._requests: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        self._current: int | None = None
        self._deadline = 0.0
        self._reason: QueryErrorKind | None = None
        # What a large query leaves allocated would be missing to the next; then a new process is started.
        self._tired_at = address_space() + limits.memory
        threading.Thread(target=self._run_requests, daemon=True).start()

    def serve(self) -> None:
        """Read messages until the parent closes its end."""
        while True:
            wait = None if self._current is None else max(0.0, self._deadline - monotonic())
            if wait == 0.0:
                self._stop(self._reason or QueryErrorKind.TIMED_OUT)
                wait = REPEAT_CANCEL_SECONDS
            if not self._connection.poll(wait):
                continue
            match self._connection.recv():
                case ("cancel", number):
                    if number == self._current:
                        self._deadline = monotonic()
                        self._stop(QueryErrorKind.CANCELLED)
                case (_, number, _, QueryLimits() as limits) as request:
                    self._reason = None
                    self._deadline = monotonic() + limits.seconds
                    self._current = number
                    self._requests.put(request)

    def _stop(self, reason: QueryErrorKind) -> None:
        self._reason = reason
        self._engine.cancel()

    def _run_requests(self) -> None:
        while True:
            kind, _, argument, limits = self._requests.get()
            try:
                result: Any = self._answers[kind](argument, limits)
            except DatabaseError as error:
                result = (type(error).__name__, error.message)
            except EngineError as error:
                result = ("DatabaseError", f"The schema cannot be read ({error.message}); try again.")
            except Exception as error:  # noqa: BLE001 - a driver's surprise must reach the parent, not end the process
                result = ("DatabaseError", f"The database's driver failed ({type(error).__name__}: {error}).")
            self._current = None
            tired = address_space() > self._tired_at
            self._connection.send_bytes(pickle.dumps(("done", result, tired)))

    def _schema(self, first_rows: int, limits: QueryLimits) -> Schema:
        return self._engine.schema(first_rows, limits)

    def _move(self, address: DatabaseAddress, limits: QueryLimits) -> None:
        left, self._engine = self._engine, open_engine(address, limits)
        self._address = address
        left.close()

    def _query(self, sql: str, limits: QueryLimits) -> QueryOutcome:
        start = perf_counter()
        ordered = False
        try:
            query = self._check(sql)
            ordered = query.ordered
            if self._reason is not None:
                raise EngineError(self._reason, "")
            rows = self._engine.execute(query, limits)
            return QueryOutcome(rows.columns, rows.rows, None, rows.truncated, perf_counter() - start, ordered)
        except RefusedError as refusal:
            error = QueryError(QueryErrorKind.REFUSED, str(refusal))
        except EngineError as failure:
            error = self._why(failure, limits)
        except MemoryError:
            error = QueryError(QueryErrorKind.TOO_LARGE, "The result needs more memory than is allowed.")
        return QueryOutcome.failed(error, perf_counter() - start, ordered)

    def _check(self, sql: str) -> CheckedQuery:
        if self._address.as_written:
            return CheckedQuery(sql, False)
        dialect, is_function = self._engine.dialect, self._engine.is_function
        try:
            return check(sql, dialect, is_function)
        except UnparsableError as unparsable:
            words = self._engine.syntax_error(sql)
            if words is not None:
                raise EngineError(QueryErrorKind.SYNTAX, words) from None
            try:
                return check_tokens(sql, dialect, is_function)
            except UnparsableError:
                raise RefusedError(f"This cannot be checked to be a query: {unparsable}") from None

    def _why(self, failure: EngineError, limits: QueryLimits) -> QueryError:
        """The engine only knows that it was interrupted; we know why."""
        if self._reason is QueryErrorKind.CANCELLED:
            return CANCELLED
        if self._reason is QueryErrorKind.TIMED_OUT or failure.kind is QueryErrorKind.TIMED_OUT:
            return timed_out(limits.seconds)
        return QueryError(failure.kind, failure.message)


def address_space() -> int:
    """The size of this process's address space, in bytes."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def limit_process(limits: QueryLimits) -> None:
    """Hard limits on this process: more address space, the size of a temporary file, no core dump."""
    now = address_space()
    for kind, value in (
        (resource.RLIMIT_AS, now + 2 * limits.memory),
        (resource.RLIMIT_FSIZE, limits.spill),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def _serve(connection: Connection, start: tuple[DatabaseAddress, QueryLimits]) -> None:
    address, limits = start
    try:
        engine = open_engine(address, limits)
    except DatabaseError as error:
        connection.send_bytes(pickle.dumps(("unusable", type(error).__name__, error.message)))
        return
    limit_process(limits)
    worker = QueryWorker(connection, engine, address, limits)
    connection.send_bytes(pickle.dumps(("opened",)))
    worker.serve()


if __name__ == "__main__":
    serve_parent(_serve)

"""Our side of the worker process: start it, ask it, tell it to stop, and kill it when it does not listen.

What it guarantees, whatever a query does to the engine: an answer within the time limit and a grace, our own
memory bounded by the result's limits, and a working engine for the next query.
"""

import contextlib
import io
import pickle
import threading
from dataclasses import replace
from time import monotonic
from typing import Any

from selfdebug.execution.databases.address import DatabaseAddress
from selfdebug.execution.databases.child_process import ChildProcess
from selfdebug.execution.databases.errors import DatabaseClosedError, DatabaseError, WorkerFailedError, named_error
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.schema import Schema
from selfdebug.query_outcome import CANCELLED, QueryError, QueryErrorKind, QueryOutcome, timed_out

GRACE_SECONDS = 1.5
"""How long an engine may take to obey a cancellation before its process is killed."""
STARTING_SECONDS = 60.0
SCHEMA_SECONDS = 120.0
_LOOK_SECONDS = 0.1

_MODULE = "selfdebug.execution.databases"
# What a reply may be made of. The worker runs hostile queries, so its words are not trusted with more.
_REPLY_TYPES = {
    "selfdebug.query_outcome": {"QueryOutcome", "QueryError", "QueryErrorKind"},
    f"{_MODULE}.schema": {"Schema", "TableSchema", "Column", "ForeignKey"},
    "datetime": {"date", "time", "datetime", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "uuid": {"UUID", "SafeUUID"},
}


class _ReplyReader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if name in _REPLY_TYPES.get(module, ()):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not part of a reply")


def _receive(process: ChildProcess) -> Any:
    return _ReplyReader(io.BytesIO(process.connection.recv_bytes())).load()


class IsolatedEngine:
    """An engine in its own process. One request at a time; `cancel` comes from another thread."""

    def __init__(self, address: DatabaseAddress, limits: QueryLimits) -> None:
        """Name the database; the process starts with `start` or the first request."""
        self._address = address
        self._limits = limits
        self._process: ChildProcess | None = None
        self._sending = threading.Lock()
        self._number = 0
        self._cancelled_at: float | None = None
        self._closed = False

    def start(self) -> None:
        """Start the process and open the database, unless that is done.

        Raises:
            DatabaseError: The database cannot be used; the message says what to do.
        """
        if self._closed:
            raise DatabaseClosedError(f"{self._address.label} was closed; open it again.")
        if self._process is not None:
            return
        process = self._process = ChildProcess(f"{_MODULE}.worker", (self._address, self._limits))
        try:
            reply = _receive(process) if process.connection.poll(STARTING_SECONDS) else None
        except (EOFError, OSError, pickle.UnpicklingError):
            reply = None
        match reply:
            case ("opened",):
                return
            case ("unusable", str() as name, str() as message):
                self._kill()
                raise named_error(name, message)
        self._kill()
        raise WorkerFailedError(
            f"The process that queries {self._address.label} did not start; check the installation."
        )

    def move(self, address: DatabaseAddress) -> None:
        """Ask another database from now on, in the same process if it runs.

        Raises:
            DatabaseError: It cannot be used; the message says what to do.
        """
        if address == self._address:
            return
        self._address = address
        if self._process is None:
            return
        reply = self._ask("move", address, replace(self._limits, seconds=STARTING_SECONDS))
        if reply is not None:
            # The process still has the last database open: no query may go there.
            self._kill()
            raise DatabaseError(reply.message) if isinstance(reply, QueryError) else named_error(*reply)

    def query(self, sql: str, limits: QueryLimits) -> QueryOutcome:
        """Run a text that need not be a query; see `guard` for what passes."""
        began = monotonic()
        try:
            reply = self._ask("query", sql, limits)
        except DatabaseClosedError:
            raise
        except DatabaseError as error:
            reply = QueryError(QueryErrorKind.LOST, error.message)
        if isinstance(reply, QueryOutcome):
            return reply
        failure = reply if isinstance(reply, QueryError) else QueryError(QueryErrorKind.FAILED, str(reply[1]))
        return QueryOutcome.failed(failure, monotonic() - began)

    def schema(self, first_rows: int) -> Schema:
        """Read the catalogue.

        Raises:
            DatabaseError: It cannot be read.
        """
        reply = self._ask("schema", first_rows, replace(self._limits, seconds=SCHEMA_SECONDS))
        if isinstance(reply, Schema):
            return reply
        if isinstance(reply, QueryError):
            raise DatabaseError(f"The schema of {self._address.label} cannot be read ({reply.message}); try again.")
        raise named_error(*reply)

    def renew(self) -> None:
        """Forget a cancellation: what is asked from now on is wanted."""
        self._cancelled_at = None

    def cancel(self) -> None:
        """Make what was asked since `renew` end soon, also what has not reached the process yet."""
        self._cancelled_at = monotonic()
        process = self._process
        if process is not None:
            with contextlib.suppress(OSError, ValueError), self._sending:
                process.send(("cancel", self._number))

    def close(self) -> None:
        """End the process."""
        self._closed = True
        self._kill()

    def _ask(self, kind: str, argument: object, limits: QueryLimits) -> Any:
        if self._cancelled_at is None:
            self.start()
        if self._cancelled_at is not None:
            return CANCELLED
        process = self._process
        assert process is not None
        latest = monotonic() + limits.seconds + GRACE_SECONDS
        try:
            with self._sending:
                self._number += 1
                process.send((kind, self._number, argument, limits))
                if self._cancelled_at is not None:  # a moment ago, of a number that the process did not know
                    process.send(("cancel", self._number))
            while not process.connection.poll(_LOOK_SECONDS):
                now = monotonic()
                if self._cancelled_at is not None and now > self._cancelled_at + GRACE_SECONDS:
                    self._kill()
                    return CANCELLED
                if now > latest:
                    self._kill()
                    return timed_out(limits.seconds)
            _, result, tired = _receive(process)
            if tired:
                self._kill()
            return result
        except (EOFError, OSError, pickle.UnpicklingError):
            code = self._kill()
            if self._closed:
                raise DatabaseClosedError(f"{self._address.label} was closed; open it again.") from None
            message = f"The engine's process ended while it ran this (code {code}), most likely for want of memory."
            return QueryError(QueryErrorKind.TOO_LARGE, message)

    def _kill(self) -> int | None:
        """End the process, and learn the code it ended with."""
        process, self._process = self._process, None
        return None if process is None else process.end()

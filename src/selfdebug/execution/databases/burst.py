"""Plain SQLite queries answered in our own process, for speed: a short burst, or nothing.

Only what `plain.is_plain` accepts comes here, and only for `BURST_SECONDS` of processor time, with small values. A
query that is not done by then, or meets a larger value or odd text, is interrupted and goes to the worker process,
which has hard limits on memory and can be killed. So a burst either gives the whole outcome or leaves no trace. The
connection is read-only, with the authorizer, like the worker's.
"""

import marshal
import re
import sqlite3
from functools import lru_cache
from time import perf_counter, thread_time

from selfdebug.execution.databases.address import DatabaseAddress
from selfdebug.execution.databases.engines import sqlite
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.plain_select import is_ordered, is_plain
from selfdebug.query_outcome import QueryError, QueryErrorKind, QueryOutcome, Row

BURST_SECONDS = 0.1
_WALL_SECONDS = 1.0
"""The limit where a query waits more than it computes: for a processor on a busy machine, for a slow disk."""
BURST_VALUE_BYTES = 2**16
_ROWS_AT_ONCE = 100
_REMEMBERED = 4096
_LONGEST_PROGRAM = 5000
_NOT_LISTED = re.compile(r"\b[xX]'|[0-9][0-9.]{15,}")


class Burst:
    """An in-process connection for plain queries of one SQLite database. Not for two threads at once.

    Args:
        address: of the database.
        hold: whether to read in one transaction from the first query to `close`: the file is not looked at anew for
            each query, and nobody can write to it meanwhile.
    """

    def __init__(self, address: DatabaseAddress, *, hold: bool = False) -> None:
        self._connection = sqlite.connect(address)
        if hold:
            self._connection.execute("BEGIN")
        self._connection.execute("PRAGMA busy_timeout = 0")
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, BURST_VALUE_BYTES)
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        self._connection.set_authorizer(sqlite.authorize)
        self._connection.set_progress_handler(self._must_stop, sqlite.STEPS_BETWEEN_CHECKS)
        self._deadline = self._latest = 0.0
        self._schema: str | None = None

    def _must_stop(self) -> bool:
        return thread_time() > self._deadline or perf_counter() > self._latest

    def answer(self, sql: str, limits: QueryLimits) -> QueryOutcome | None:
        """The query's outcome, or None when the worker must run it."""
        start = perf_counter()
        ordered = _ordered_if_plain(sql)
        if ordered is None:
            return None
        self._deadline = thread_time() + BURST_SECONDS
        self._latest = start + min(_WALL_SECONDS, limits.seconds)
        try:
            cursor = self._connection.execute(sql)
            columns = tuple([column[0] for column in cursor.description])
            rows: list[Row] = cursor.fetchmany(_ROWS_AT_ONCE)
            size = len(marshal.dumps(rows))
            while rows and len(rows) % _ROWS_AT_ONCE == 0 and size <= limits.bytes and len(rows) <= limits.rows:
                batch = cursor.fetchmany(_ROWS_AT_ONCE)
                if not batch:
                    break
                size += len(marshal.dumps(batch))
                rows += batch
            cursor.close()
        except sqlite3.Error as failure:
            translated = sqlite.translate(failure)
            if not _is_final(failure, translated.kind):
                return None
            return QueryOutcome.failed(QueryError(translated.kind, translated.message), perf_counter() - start, ordered)
        except (sqlite3.Warning, MemoryError, OverflowError):
            return None
        if size > limits.bytes:
            return None
        truncated = len(rows) > limits.rows
        return QueryOutcome(columns, tuple(rows[: limits.rows]), None, truncated, perf_counter() - start, ordered)

    def schema(self) -> str | None:
        """All that decides, besides its text, what a query is compiled to: equal schemas, equal programs.

        `None` if the file has statistics, by which SQLite also chooses its plans, or cannot be read.
        """
        if self._schema is None:
            try:
                entries = self._connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
            except sqlite3.Error:
                return None
            has_statistics = any(str(name).lower().startswith("sqlite_stat") for _, name, _, _ in entries)
            self._schema = "" if has_statistics else repr(entries)
        return self._schema or None

    def program(self, sql: str) -> tuple[Row, ...] | None:
        """What SQLite compiles a plain query to, instruction by instruction; `None` if that cannot be told.

        Two queries of one program give the same rows in the same order. A listing shows floats to 16 digits and blobs
        up to their first zero byte, so queries with literals that it could not tell apart have none.
        """
        if _ordered_if_plain(sql) is None or _NOT_LISTED.search(sql):
            return None
        self._deadline = thread_time() + BURST_SECONDS
        self._latest = perf_counter() + _WALL_SECONDS
        try:
            listing = self._connection.execute(f"EXPLAIN {sql}").fetchmany(_LONGEST_PROGRAM + 1)
        except (sqlite3.Error, sqlite3.Warning, MemoryError, OverflowError):
            return None
        return tuple(listing) if len(listing) <= _LONGEST_PROGRAM else None

    def close(self) -> None:
        self._connection.close()


@lru_cache(maxsize=_REMEMBERED)
def _ordered_if_plain(sql: str) -> bool | None:
    """Whether a plain query is ordered; None for what is not plain. The same text comes to many databases."""
    return is_ordered(sql) if is_plain(sql) else None


def _is_final(failure: sqlite3.Error, kind: QueryErrorKind) -> bool:
    """Whether SQLite found fault with the query itself; all else is for the worker to judge."""
    if kind is QueryErrorKind.SYNTAX:
        return True
    faults = ("no such ", "ambiguous column", "misuse of ", "wrong number of arguments", "GROUP BY", "ORDER BY")
    return kind is QueryErrorKind.FAILED and str(failure).startswith(faults)

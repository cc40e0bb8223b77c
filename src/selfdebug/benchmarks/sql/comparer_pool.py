"""The processes that compare results of queries, and how work is divided among them.

A list of files, such as a test suite, belongs to one process for good, so that what was learned of it is never learned
twice; new ones go to the process with the least to do. A prediction is not divided: it ends at the first file on which
it fails. Blocking; `scorer` keeps it off the event loop.

This module is also what the processes run. They get pickled lists of `QueryPair` and answer with a list of
`Differences`, or with a DatabaseError's class name and message.
"""

import contextlib
import os
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection

from selfdebug.benchmarks.benchmark import BenchmarkError
from selfdebug.benchmarks.sql.comparer import Differences, QueryComparer, QueryPair
from selfdebug.benchmarks.sql.results import Rule
from selfdebug.execution.databases import DatabaseError, QueryLimits
from selfdebug.execution.databases.child_process import ChildProcess, serve_parent
from selfdebug.execution.databases.errors import named_error

CLOSING_SECONDS = 1.0
"""How long a process may take to end by itself."""


class ComparerPool:
    """Some comparers, each in its own process."""

    def __init__(self, rule: Rule, limits: QueryLimits, processes: int | None = None) -> None:
        """Start the processes, so many, or one for each processor, at most 4; they are not waited for."""
        count = processes or min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
        self._start = (rule, limits)
        self._processes = [ChildProcess(__name__, self._start) for _ in range(count)]
        self._closed = False
        self._home: dict[tuple[str, ...], int] = {}
        """The process of each list of files."""
        self._load = [0] * count
        """How many queries were given to each process, at most."""

    def compare(self, pairs: Sequence[QueryPair]) -> list[Differences]:
        """Compare each, in their order.

        Raises:
            BenchmarkError: a process ended before it could answer.
            DatabaseError: a file cannot be used.
        """
        work: Counter[tuple[str, ...]] = Counter()
        for pair in pairs:
            work[pair.files] += len(pair.files)
        for files, queries in work.most_common():  # the largest first: so the smallest even things out
            home = self._home.setdefault(files, self._load.index(min(self._load)))
            self._load[home] += queries
        requests: list[list[QueryPair]] = [[] for _ in self._processes]
        for pair in pairs:
            requests[self._home[pair.files]].append(pair)
        replies = [iter(reply) for reply in self._ask(requests)]
        return [next(replies[self._home[pair.files]]) for pair in pairs]

    def close(self) -> None:
        """End all processes; one that compares still is killed."""
        self._closed = True
        for process in self._processes:
            process.end(CLOSING_SECONDS)

    def _ask(self, requests: list[list[QueryPair]]) -> list[list[Differences]]:
        """All at once, so that they work at the same time."""
        for process, request in zip(self._processes, requests, strict=True):
            if request:
                with contextlib.suppress(OSError):  # What cannot be sent is told by `_receive`.
                    process.send(request)
        problems: list[Exception] = []
        replies: list[list[Differences]] = []
        for place, request in enumerate(requests):
            try:
                replies.append(self._receive(place) if request else [])
            except (BenchmarkError, DatabaseError) as error:
                problems.append(error)  # Every answer is read, or the next request would get it.
        if problems:
            raise problems[0]
        return replies

    def _receive(self, place: int) -> list[Differences]:
        """The answer of a process, which is started again if it ended."""
        try:
            reply = self._processes[place].connection.recv()
        except (EOFError, OSError):
            code = self._processes[place].end(CLOSING_SECONDS)
            if not self._closed:
                self._processes[place] = ChildProcess(__name__, self._start)
            raise BenchmarkError(
                f"The process that compares results ended (code {code}), most likely for want of memory; try again."
            ) from None
        if isinstance(reply, tuple):
            raise named_error(*reply)
        return list(reply)


def _serve(connection: Connection, start: tuple[Rule, QueryLimits]) -> None:
    with contextlib.closing(QueryComparer(*start)) as comparer:
        while True:
            try:
                reply: object = comparer.compare(connection.recv())
            except DatabaseError as error:
                reply = (type(error).__name__, error.message)
            connection.send(reply)


if __name__ == "__main__":
    serve_parent(_serve)

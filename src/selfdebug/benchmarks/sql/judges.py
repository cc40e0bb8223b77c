"""The processes that compare, and how work is divided among them.

A list of files, such as a test suite, belongs to one process for good, so that what was learned of it is never learned
twice; new ones go to the process with the least to do. A prediction is not divided: it ends at the first file on which
it fails. Blocking; `scorer` keeps it off the event loop.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from selfdebug.benchmarks.benchmark import BenchmarkError
from selfdebug.benchmarks.sql.judge import Comparison, Verdicts
from selfdebug.benchmarks.sql.results import Rule
from selfdebug.execution.databases import DatabaseError, QueryLimits, errors

CLOSING_SECONDS = 1.0
"""How long a process may take to end by itself."""


class Judges:
    """Some judges, each in its own process."""

    def __init__(self, rule: Rule, limits: QueryLimits, processes: int | None = None) -> None:
        """Start the processes; they are not waited for.

        Args:
            rule: when two results are the same.
            limits: for every query.
            processes: how many; `None` is one for each processor, at most 4.
        """
        count = processes or min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
        self._start = (rule, limits)
        self._judges = [_JudgeProcess(*self._start) for _ in range(count)]
        self._home: dict[tuple[str, ...], int] = {}
        """The process of each list of files."""
        self._load = [0] * count
        """How many queries were given to each process, at most."""

    def judge(self, comparisons: Sequence[Comparison]) -> list[Verdicts]:
        """Compare each, in their order.

        Raises:
            BenchmarkError: a process ended before it could answer.
            DatabaseError: a file cannot be used.
        """
        work: Counter[tuple[str, ...]] = Counter()
        for each in comparisons:
            work[each.files] += len(each.files)
        for files, queries in work.most_common():  # the largest first: so the smallest even things out
            home = self._home.setdefault(files, self._load.index(min(self._load)))
            self._load[home] += queries
        requests: list[list[Comparison]] = [[] for _ in self._judges]
        for each in comparisons:
            requests[self._home[each.files]].append(each)
        replies = [iter(reply) for reply in self._ask(requests)]
        return [next(replies[self._home[each.files]]) for each in comparisons]

    def close(self) -> None:
        """End all processes; one that compares still is killed."""
        for judge in self._judges:
            judge.close()

    def _ask(self, requests: list[list[Comparison]]) -> list[list[Verdicts]]:
        """All at once, so that they work at the same time."""
        for judge, request in zip(self._judges, requests, strict=True):
            if request:
                judge.send(request)
        problem: Exception | None = None
        replies: list[list[Verdicts]] = []
        for judge, request in zip(self._judges, requests, strict=True):
            reply: list[Verdicts] = []
            if request:
                try:
                    reply = judge.receive()
                except (BenchmarkError, DatabaseError) as error:
                    # Every answer is read, or the next request would get it.
                    problem = problem or error
            replies.append(reply)
        if problem is not None:
            raise problem
        return replies


class _JudgeProcess:
    """One process. It is started again if it ended."""

    def __init__(self, rule: Rule, limits: QueryLimits) -> None:
        self._start = (rule, limits)
        self._closed = False
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._begin()

    def send(self, request: list[Comparison]) -> None:
        # What cannot be sent is told by `receive`.
        with contextlib.suppress(OSError, EOFError):
            self._running().send_bytes(pickle.dumps(request))

    def receive(self) -> list[Verdicts]:
        reply: Any
        try:
            reply = pickle.loads(self._running().recv_bytes())
        except (EOFError, OSError):
            code = self._end()
            if not self._closed:
                self._begin()
            raise BenchmarkError(
                f"The process that compares results ended (code {code}), most likely for want of memory; try again."
            ) from None
        if isinstance(reply, tuple):
            name, message = reply
            kind = getattr(errors, name, DatabaseError)
            raise kind(message)
        return list(reply)

    def close(self) -> None:
        self._closed = True
        self._end()

    def _running(self) -> Connection:
        if self._connection is None:
            raise EOFError
        return self._connection

    def _begin(self) -> None:
        ours, theirs = Pipe()
        # -P: a file named like a library in the working directory must not be imported in its place.
        command = [sys.executable, "-P", "-m", "selfdebug.benchmarks.sql.serving", str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._connection = ours
        ours.send_bytes(pickle.dumps(self._start))

    def _end(self) -> int | None:
        connection, self._connection = self._connection, None
        process, self._process = self._process, None
        if process is None:
            return None
        if connection is not None:
            connection.close()
        # A process that waits for a request ends at once; one that works is not worth waiting for.
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(CLOSING_SECONDS)
        process.kill()
        return process.wait()

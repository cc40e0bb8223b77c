"""The processes that compare, and how files are divided among them.

A file belongs to one process for good, so that what was learned of it is never learned twice; a benchmark's files are
dealt out evenly. So one prediction that runs on dozens of files keeps all processes busy. Blocking; `scorer` keeps it
off the event loop.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
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
        self._home: dict[str, int] = {}

    def judge(self, comparisons: Sequence[tuple[tuple[str, ...], str, tuple[str, ...]]]) -> list[Verdicts]:
        """Compare each (files, gold, candidates); see `Comparison`. A difference is the one on the first file.

        Raises:
            BenchmarkError: a process ended before it could answer.
            DatabaseError: a file cannot be used.
        """
        shards: dict[tuple[str, ...], list[tuple[tuple[int, str], ...]]] = {}
        requests: list[list[Comparison]] = [[] for _ in self._judges]
        places: list[list[int]] = [[] for _ in self._judges]
        for i, (files, gold, candidates) in enumerate(comparisons):
            shard = shards.get(files)
            if shard is None:
                shard = shards[files] = self._divide(files)
            for number, part in enumerate(shard):
                if part:
                    requests[number].append(Comparison(part, gold, candidates))
                    places[number].append(i)
        merged: list[Verdicts] = [(None,) * len(candidates) for _, _, candidates in comparisons]
        for number, reply in self._ask(requests):
            for i, verdicts in zip(places[number], reply, strict=True):
                merged[i] = _merge(merged[i], verdicts)
        return merged

    def close(self) -> None:
        """End all processes; one that compares still is killed."""
        for judge in self._judges:
            judge.close()

    def _divide(self, files: tuple[str, ...]) -> list[tuple[tuple[int, str], ...]]:
        parts: list[list[tuple[int, str]]] = [[] for _ in self._judges]
        for place, path in enumerate(files):
            home = self._home.setdefault(path, len(self._home) % len(self._judges))
            parts[home].append((place, path))
        return [tuple(part) for part in parts]

    def _ask(self, requests: list[list[Comparison]]) -> list[tuple[int, list[Verdicts]]]:
        """All at once, so that they work at the same time."""
        asked = [number for number, request in enumerate(requests) if request]
        problem: Exception | None = None
        replies: list[tuple[int, list[Verdicts]]] = []
        for number in asked:
            self._judges[number].send(requests[number])
        for number in asked:
            try:
                replies.append((number, self._judges[number].receive()))
            except (BenchmarkError, DatabaseError) as error:
                # Every answer is read, or the next request would get it.
                problem = problem or error
        if problem is not None:
            raise problem
        return replies


def _merge(one: Verdicts, other: Verdicts) -> Verdicts:
    """Of two differences of a candidate, the one on the earlier file."""
    return tuple(
        second if first is None else first if second is None or first.place <= second.place else second
        for first, second in zip(one, other, strict=True)
    )


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

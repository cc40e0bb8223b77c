"""References of tasks, for people who ask to see one: read from the benchmark, never kept with what a model said."""

from __future__ import annotations

import threading
from pathlib import Path

from selfdebug.benchmarks import Benchmark, BenchmarkError, Task, open_benchmark
from selfdebug.benchmarks.benchmark import Reference
from selfdebug.runs import Run


class NoReferenceError(Exception):
    """A reference cannot be shown; the message, one sentence, says why."""


class _Reader:
    """Reads tasks of a benchmark by their places: on from the last one, so that all in their order are one reading."""

    def __init__(self, benchmark: Benchmark) -> None:
        self._benchmark = benchmark
        self._tasks, self._next = benchmark.tasks(), 0

    def find(self, index: int) -> Task | None:
        """The task at a place, if there is one."""
        if index < self._next:
            self._tasks, self._next = self._benchmark.tasks(), 0
        for task in self._tasks:
            self._next = task.index + 1
            if task.index == index:
                return task
        return None


class References:
    """Finds references in the user's own data folder; what a store says of folders is not followed."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._readers: dict[str, _Reader] = {}
        self._lock = threading.Lock()

    def find(self, run: Run, index: int, task: str) -> Reference:
        """The reference of the task at a place of a run's benchmark, which must have the id `task`.

        Raises:
            NoReferenceError: the benchmark's files are not here, or are others than the run's.
        """
        try:
            with self._lock:
                # It comes back once it has read: another one begins after an error.
                reader = self._readers.pop(run.benchmark, None) or _Reader(open_benchmark(run.benchmark, self._data))
                read = reader.find(index)
                self._readers[run.benchmark] = reader
        except BenchmarkError as error:
            raise NoReferenceError(str(error)) from None
        if read is None or read.id != task:
            raise NoReferenceError(
                f"The files of {run.benchmark} in {self._data} have no task {task} at this place: they are not those of"
                " the run."
            )
        return read.reference

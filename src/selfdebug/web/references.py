"""References of tasks, for people who ask to see one: read from the benchmark, never kept with what a model said."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from selfdebug.benchmarks import Benchmark, BenchmarkError, open_benchmark
from selfdebug.problem import Program
from selfdebug.runs import Run


class NoReferenceError(Exception):
    """A reference cannot be shown; the message, one sentence, says why."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A reference as it is shown.

    Attributes:
        program: the gold answer.
        tests: those that score, as text; empty where none are kept as such.
    """

    program: Program
    tests: tuple[str, ...] = ()


class References:
    """Finds references in the user's own data folder; what a store says of folders is not followed."""

    def __init__(self, data: Path) -> None:
        """Make it of the folder of the benchmarks' files."""
        self._data = data
        self._opened: dict[str, Benchmark] = {}
        self._lock = threading.Lock()

    def find(self, run: Run, index: int, task: str) -> Shown:
        """The reference of a task of a run.

        Args:
            run: of it.
            index: the task's place in the benchmark.
            task: its id.

        Raises:
            NoReferenceError: the benchmark's files are not here, or are others than the run's.
        """
        try:
            with self._lock:
                benchmark = self._opened.get(run.benchmark) or open_benchmark(run.benchmark, self._data)
                self._opened[run.benchmark] = benchmark
                found = next((each for each in benchmark.tasks() if each.index == index), None)
        except BenchmarkError as error:
            raise NoReferenceError(str(error)) from None
        if found is None or found.id != task:
            raise NoReferenceError(
                f"The files of {run.benchmark} in {self._data} have no task {task} at this place: they are not those of"
                " the run."
            )
        tests = getattr(found.reference, "tests", ())
        return Shown(found.reference.program, tuple(_as_text(test) for test in tests))


def _as_text(test: object) -> str:
    from selfdebug.prompts.filters import as_test

    return as_test(test)  # type: ignore[arg-type]  # a unit test of any kind

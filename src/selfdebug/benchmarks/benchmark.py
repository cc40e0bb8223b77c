"""What a benchmark is: tasks, each a problem with its reference, and a scorer. Plain data; nothing is run here."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the processes that compare queries' results start with this module
    from selfdebug.execution import Sandbox
    from selfdebug.problem import Problem, Program


class BenchmarkError(Exception):
    """A benchmark cannot be used. The message, one or two sentences, says what to do."""


class UnknownBenchmarkError(BenchmarkError):
    """There is no benchmark, or no variant, of that name."""


class MissingDataError(BenchmarkError):
    """Files of the benchmark are not in the data folder."""


class DataError(BenchmarkError):
    """A file of the benchmark does not hold what it should; the message names the file and the line."""


class Failure(StrEnum):
    """What is wrong with a program, in a word."""

    NO_PROGRAM = "no program"
    """There is none: nothing could be read, or the prediction is empty."""
    UNLOADABLE = "does not load"
    """Wrong syntax, a compiler's error, an error before any test ran."""
    ERROR = "error"
    """It raised an exception, or the database refused the query."""
    WRONG = "wrong result"
    TIMED_OUT = "timed out"
    TOO_LARGE = "out of memory"
    """It, or its result, took more memory than is allowed."""


@dataclass(frozen=True, slots=True)
class Score:
    """What the official evaluator says of one program.

    Attributes:
        passed: by the benchmark's main metric.
        failure: what is wrong with it; `None` if it passed.
        reason: why it did not pass by this or another metric, one line for people; empty if there is nothing to say.
        metrics: all metrics by name, the main one included, such as ``{"execution_accuracy": True,
            "test_suite_accuracy": False}``. A metric for which there is no data is left out.
        protected: the program had no way to decide the verdict; see `Outcome.protected`.
    """

    passed: bool
    failure: Failure | None = None
    reason: str = ""
    metrics: Mapping[str, bool] = field(default_factory=dict)
    protected: bool = True


class Reference(Protocol):
    """What a benchmark knows of a task and a model may never see: hidden tests, a gold answer.

    Attributes:
        program: the gold answer, a whole program.
    """

    @property
    def program(self) -> Program: ...


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a benchmark.

    Attributes:
        index: its place in the benchmark, from 0.
        id: the benchmark's own name of it, such as ``MBPP/11``.
        problem: what may be shown to a model.
        reference: what may not.
        category: what reports break results down by: hardness, difficulty, application; empty if there is nothing.
        missing: why this task cannot be scored here, such as ``there is no database wta_1``; empty if it can.
    """

    index: int
    id: str
    problem: Problem
    reference: Reference
    category: str = ""
    missing: str = ""


class Scorer(Protocol):
    """Says of programs what the official evaluator would."""

    async def score(self, items: Sequence[tuple[Task, Program]]) -> list[Score]:
        """Score programs, several at once, also several of one task; a score for each, in their order.

        Whatever a program does becomes its score.

        Raises:
            BenchmarkError: the reference itself cannot be run here.
            ExecutionError, DatabaseError: programs or queries cannot be run here.
        """
        ...


@dataclass(frozen=True, eq=False)
class Benchmark:
    """Tasks and how to score them. A benchmark's module makes one in its function `open_benchmark`.

    Attributes:
        name: as a user names it, with the variant, such as ``humaneval-x:cpp-python``.
        title: for headings, such as ``MBPP``.
        applications: those that its problems belong to.
        files: what its tasks and references are read from; databases are left out.
        read_tasks: reads all tasks in their order; what it raises is a `DataError`.
        open_scorer: opens what scoring needs, given the sandbox in which programs run, which stays the caller's.
        metrics: names of the metrics that `Score.metrics` may have, the main one first.
        categories: values of `Task.category` in the order for reports.
        notes: what a report of scores must say about it, one sentence each.
        shown: what a report of runs must say besides: what models are shown of tests.
        read_exemplars: reads `exemplars`.
    """

    name: str
    title: str
    applications: tuple[str, ...]
    files: tuple[Path, ...]
    read_tasks: Callable[[], Iterable[Task]]
    open_scorer: Callable[[Sandbox], AbstractAsyncContextManager[Scorer]]
    metrics: tuple[str, ...]
    categories: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    read_exemplars: Callable[[], Iterable[Task]] = tuple

    @property
    def needs_sandbox(self) -> bool:
        """Whether its programs run in a sandbox; queries run on databases instead."""
        from selfdebug.problem import APPLICATIONS  # not where results are compared: there it would cost time

        return any(APPLICATIONS[name].needs_sandbox for name in self.applications)

    def __len__(self) -> int:
        return self._length

    @functools.cached_property
    def _length(self) -> int:
        return sum(1 for _ in self.tasks())

    @functools.cached_property
    def exemplars(self) -> tuple[Task, ...]:
        """Worked examples that the benchmark's usual form shows before a problem: none of them is one of its tasks.

        Raises:
            DataError: a file does not hold what it should.
        """
        return tuple(self.read_exemplars())

    def tasks(self) -> Iterator[Task]:
        """All tasks in their order, one at a time.

        Raises:
            DataError: a file does not hold what it should, or none holds a task.
        """
        task = None
        for task in self.read_tasks():
            yield task
        if task is None:
            raise DataError(f"{self.files[-1]} holds no task: get it again.")

"""A benchmark whose tasks are read from files: what all benchmarks of programs are."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from selfdebug.benchmarks.benchmark import DataError, Scorer, Task, UnknownBenchmarkError
from selfdebug.benchmarks.programs.records import require
from selfdebug.execution import Sandbox


class LoadedBenchmark:
    """Tasks from files; see `Benchmark` for the attributes that are not said here.

    Args:
        base: name in the registry.
        variant: what follows it after a colon; empty for none.
        title: for headings.
        application: that its problems belong to.
        files: what is read. They must be there.
        read: reads the tasks.
        scorer: makes the scorer.
        measures: names of the measures.
        notes: what a report of scores must say.
        shown: what a report of runs must say besides.
        exemplars: reads worked examples that the benchmark's usual form shows before a problem.

    Raises:
        MissingDataError: a file is not there.
    """

    categories: tuple[str, ...] = ()

    def __init__(
        self,
        base: str,
        variant: str,
        title: str,
        application: str,
        files: tuple[Path, ...],
        read: Callable[[], Iterable[Task]],
        scorer: Callable[[Sandbox], Scorer],
        *,
        measures: tuple[str, ...] = ("tests",),
        notes: tuple[str, ...] = (),
        shown: tuple[str, ...] = (),
        exemplars: Callable[[], Iterable[Task]] = tuple,
    ) -> None:
        require(files, base)
        self.name = f"{base}:{variant}" if variant else base
        self.title = title
        self.applications = (application,)
        self.files = files
        self.measures = measures
        self.notes, self.shown = notes, shown
        self._read, self._scorer, self._exemplars = read, scorer, exemplars

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
        return tuple(self._exemplars())

    def tasks(self) -> Iterator[Task]:
        """All tasks in their order, one at a time.

        Raises:
            DataError: a file does not hold what it should, or none holds a task.
        """
        task = None
        for task in self._read():
            yield task
        if task is None:
            raise DataError(f"{self.files[-1]} holds no task: get it again.")

    @asynccontextmanager
    async def open_scorer(self, sandbox: Sandbox) -> AsyncIterator[Scorer]:
        """Open what scoring needs."""
        yield self._scorer(sandbox)


def refuse_variant(base: str, variant: str, known: Iterable[str]) -> None:
    """Refuse a variant that a benchmark does not have.

    Raises:
        UnknownBenchmarkError: it is none of ``known``, in which the empty text stands for no variant.
    """
    names = [f"{base}:{name}" if name else base for name in known]
    if (f"{base}:{variant}" if variant else base) not in names:
        raise UnknownBenchmarkError(f"There is no benchmark '{base}:{variant}': choose from {', '.join(names)}.")

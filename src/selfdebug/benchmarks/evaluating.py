"""Score programs that are there already, without a model: what ``selfdebug evaluate`` does."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import AsyncIterator, Container, Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from selfdebug.benchmarks.benchmark import Benchmark, Failure, Score, Scorer, Task
from selfdebug.benchmarks.statistics import TaskProportion, pass_at_k
from selfdebug.problem import Program

BATCH = 256
"""Programs that are scored together."""
_KS = (1, 10, 100)


async def score_all(
    scorer: Scorer, items: Iterable[tuple[Task, Program]]
) -> AsyncIterator[tuple[Task, Program, Score | None]]:
    """Score programs in their order, a batch at a time; ``None`` stands for a task that cannot be scored here.

    Raises:
        BenchmarkError, ExecutionError, DatabaseError: as of `Scorer.score`, and what `items` raises.
    """
    waiting = iter(items)
    while batch := list(itertools.islice(waiting, BATCH)):
        scorable = [item for item in batch if not item[0].missing]
        scores = iter(await scorer.score(scorable))
        for task, program in batch:
            yield task, program, None if task.missing else next(scores)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What scoring a file of programs gave.

    Attributes:
        benchmark: its name.
        metrics: accuracy by metric, the main one first.
        categories: for each category the accuracy by metric.
        category_tasks: how many tasks of each category have a program, scored or not.
        pass_at: the unbiased estimate of pass@k by the main metric for those k that every task has programs for; only
            where some task has several.
        failures: how many programs failed in which way.
        unscored: how many programs are for tasks that cannot be scored here, by the reason.
        unprotected: how many programs were judged in their own process, where a hostile one can decide its verdict.
        tasks_without_program: how many tasks of the benchmark have no program; they are not counted in any accuracy.
        notes: of the benchmark.
    """

    benchmark: str
    metrics: Mapping[str, TaskProportion]
    categories: Mapping[str, Mapping[str, TaskProportion]]
    category_tasks: Mapping[str, int]
    pass_at: Mapping[int, float]
    failures: Mapping[Failure, int]
    unscored: Mapping[str, int]
    unprotected: int
    tasks_without_program: int
    notes: tuple[str, ...]


class ScoreCounts:
    """Counts scores as they come; it keeps a few numbers a task."""

    def __init__(self, benchmark: Benchmark) -> None:
        """Count scores of a benchmark's tasks, of which there is none yet."""
        self._benchmark = benchmark
        self._passed: dict[str, dict[int, tuple[int, int]]] = {name: {} for name in benchmark.metrics}
        """By metric and task: how many programs, how many of them passed."""
        self._category: dict[int, str] = {}
        self._failures: Counter[Failure] = Counter()
        self._unscored: Counter[str] = Counter()
        self._unprotected = 0

    def add(self, task: Task, score: Score | None) -> None:
        """Count a score; ``None`` for a task that cannot be scored here."""
        self._category[task.index] = task.category
        if score is None:
            self._unscored[task.missing] += 1
            return
        self._unprotected += not score.protected
        if score.failure is not None:
            self._failures[score.failure] += 1
        for name, tasks in self._passed.items():
            passed = score.metrics.get(name, score.passed if name == self._benchmark.metrics[0] else None)
            if passed is not None:
                programs, right = tasks.get(task.index, (0, 0))
                tasks[task.index] = (programs + 1, right + passed)

    def result(self) -> Evaluation:
        """What was counted so far."""
        main = self._passed[self._benchmark.metrics[0]].values()
        fewest = min((n for n, _ in main), default=0)
        several = any(n > 1 for n, _ in main)
        sizes = Counter(self._category.values())
        in_order = [name for name in self._benchmark.categories if sizes[name]]
        categories = in_order if len(in_order) > 1 else []
        return Evaluation(
            self._benchmark.name,
            self._accuracies(self._category),
            {
                name: self._accuracies({index for index, it in self._category.items() if it == name})
                for name in categories
            },
            {name: sizes[name] for name in categories},
            {k: fmean(pass_at_k(n, c, k) for n, c in main) for k in _KS if several and k <= fewest},
            dict(self._failures.most_common()),
            dict(self._unscored),
            self._unprotected,
            len(self._benchmark) - len(self._category),
            self._benchmark.notes,
        )

    def _accuracies(self, indices: Container[int]) -> dict[str, TaskProportion]:
        """By metric, over tasks of these indices."""
        counts = {
            name: [counted for index, counted in tasks.items() if index in indices]
            for name, tasks in self._passed.items()
        }
        return {name: TaskProportion.of_tasks(some) for name, some in counts.items() if some}

"""Score programs that are there already, without a model: what ``selfdebug evaluate`` does."""

from __future__ import annotations

import itertools
import math
import statistics
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass

from selfdebug.benchmarks.benchmark import Benchmark, Failure, Score, Scorer, Task
from selfdebug.benchmarks.statistics import Z_95, pass_at_k, wilson_interval
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


def references(benchmark: Benchmark) -> Iterator[tuple[Task, Program]]:
    """The benchmark's own gold answers, to be scored like anybody's."""
    for task in benchmark.tasks():
        yield task, task.reference.program


@dataclass(frozen=True, slots=True)
class Rate:
    """How many pass.

    Attributes:
        value: mean over tasks of the share of a task's programs that pass, from 0 to 1.
        low, high: its 95 % interval: Wilson's with one program a task, or where all pass or none, by tasks; else that
            of a mean over tasks.
        passed, programs: how many programs passed, of how many.
        tasks: how many tasks they are for.
    """

    value: float
    low: float
    high: float
    passed: int
    programs: int
    tasks: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What scoring a file of programs gave.

    Attributes:
        benchmark: its name.
        measures: rate by measure, the main one first.
        categories: for each category the rates by measure.
        category_tasks: how many tasks of each category have a program, scored or not.
        pass_at: the unbiased estimate of pass@k by the main measure for those k that every task has programs for; only
            where some task has several.
        failures: how many programs failed in which way.
        unscored: how many programs are for tasks that cannot be scored here, by the reason.
        unprotected: how many programs were judged in their own process, where a hostile one can decide its verdict.
        tasks_without_program: how many tasks of the benchmark have no program; they are not counted in any rate.
        notes: of the benchmark.
    """

    benchmark: str
    measures: Mapping[str, Rate]
    categories: Mapping[str, Mapping[str, Rate]]
    category_tasks: Mapping[str, int]
    pass_at: Mapping[int, float]
    failures: Mapping[Failure, int]
    unscored: Mapping[str, int]
    unprotected: int
    tasks_without_program: int
    notes: tuple[str, ...]


class Tally:
    """Counts scores as they come; it keeps a few numbers a task."""

    def __init__(self, benchmark: Benchmark) -> None:
        self._benchmark = benchmark
        self._passed: dict[str, dict[int, list[int]]] = {name: {} for name in benchmark.measures}
        """By measure and task: how many programs, how many of them passed."""
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
        for name in self._benchmark.measures:
            passed = score.measures.get(name, score.passed if name == self._benchmark.measures[0] else None)
            if passed is not None:
                counts = self._passed[name].setdefault(task.index, [0, 0])
                counts[0] += 1
                counts[1] += passed

    def result(self) -> Evaluation:
        """What was counted so far."""
        main = self._passed[self._benchmark.measures[0]].values()
        fewest = min((n for n, _ in main), default=0)
        several = any(n > 1 for n, _ in main)
        in_order = [name for name in self._benchmark.categories if name in self._category.values()]
        categories = in_order if len(in_order) > 1 else []
        return Evaluation(
            self._benchmark.name,
            self._rates(None),
            {category: self._rates(category) for category in categories},
            {category: list(self._category.values()).count(category) for category in categories},
            {k: statistics.fmean(pass_at_k(n, c, k) for n, c in main) for k in _KS if several and k <= fewest},
            dict(self._failures.most_common()),
            dict(self._unscored),
            self._unprotected,
            len(self._benchmark) - len(self._category),
            self._benchmark.notes,
        )

    def _rates(self, category: str | None) -> dict[str, Rate]:
        found = {}
        for name, tasks in self._passed.items():
            counts = [(n, c) for index, (n, c) in tasks.items() if category in (None, self._category[index])]
            if counts:
                found[name] = _rate(counts)
        return found


def _rate(counts: list[tuple[int, int]]) -> Rate:
    """Of the programs of each task, and of those that passed."""
    programs, passed = (sum(column) for column in zip(*counts, strict=True))
    shares = [c / n for n, c in counts]
    value = statistics.fmean(shares)
    if programs == len(counts):
        low, high = wilson_interval(passed, programs)
    elif passed in (0, programs):  # all tasks are alike, which says little if they are few
        low, high = wilson_interval(round(value) * len(counts), len(counts))
    else:
        error = Z_95 * statistics.stdev(shares) / math.sqrt(len(shares)) if len(shares) > 1 else 1.0
        low, high = max(0.0, value - error), min(1.0, value + error)
    return Rate(value, low, high, passed, programs, len(counts))

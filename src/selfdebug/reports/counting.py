"""Counting the results of one run as they stream by. What is kept of each task is a few bytes; all else are counts."""

from __future__ import annotations

import math
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from selfdebug.benchmarks import Failure
from selfdebug.runs.run import Progress, Run, TaskResult, Totals

_DONE, _PASSED = 1, 2
MOST_PROGRAMS = 16
"""After so many programs at most it is kept of each task whether its answer is right."""


class TaskMarks:
    """What is kept of each task by its index: whether it is done, whether its answer is right, which one it is, tokens,
    and whether the answer was right after one program, two, and so on.

    Fifteen bytes a task: ten runs of 100,000 tasks take 15 MB.
    """

    def __init__(self) -> None:
        self._marks = array("B")
        self._names = array("I")
        self._tokens = array("Q")
        self._right_after = array("H")

    def add(self, result: TaskResult) -> bool:
        """Keep what is needed of a result; says whether it is the first one of this task."""
        missing = result.index + 1 - len(self._marks)
        if missing > 0:
            for column in (self._marks, self._names, self._tokens, self._right_after):
                column.extend([0] * missing)
        if self._marks[result.index]:
            return False
        self._marks[result.index] = _DONE | (_PASSED if result.answer.passed else 0)
        self._names[result.index] = zlib.crc32(result.task.encode("utf-8", "surrogatepass"))
        self._tokens[result.index] = result.cost.prompt_tokens + result.cost.completion_tokens
        right = by_turn(result) or (False,)
        after = (right[min(place, len(right) - 1)] for place in range(MOST_PROGRAMS))  # what has ended stays as it is
        self._right_after[result.index] = sum(1 << place for place, passed in enumerate(after) if passed)
        return True

    def in_common(self, other: TaskMarks) -> Iterator[tuple[bool, bool, int]]:
        """The tasks that both have done: whether ours is right, whether the other is, how many more tokens ours took.

        A task is the same if its index and its name are: runs of other data under the same benchmark's name, such as an
        older file, are not compared by their place alone.
        """
        for index in range(min(len(self._marks), len(other._marks))):
            ours, theirs = self._marks[index], other._marks[index]
            if ours and theirs and self._names[index] == other._names[index]:
                yield bool(ours & _PASSED), bool(theirs & _PASSED), self._tokens[index] - other._tokens[index]

    @staticmethod
    def right_after(runs: Sequence[TaskMarks]) -> list[Counter[int]]:
        """For each run, on the tasks that all have done: how often answers were right after which numbers of programs.

        The key has the numbers as bits: 1 for one program, 2 for two, 4 for three, and so on.
        """
        counters = [Counter[int]() for _ in runs]
        columns = ((each._marks, each._names, each._right_after) for each in runs)
        for marks, names, right in zip(
            *(zip(*column, strict=False) for column in zip(*columns, strict=True)), strict=True
        ):
            if all(marks) and len(set(names)) == 1:
                for counter, bits in zip(counters, right, strict=True):
                    counter[bits] += 1
        return counters


def by_turn(result: TaskResult) -> tuple[bool, ...]:
    """Whether the answer is right after one program, after two, and so on.

    Of results of older versions it is not known which program was the answer by then: the last one counts.
    """
    known = result.progress if len(result.progress) == len(result.scores) else result.scores
    return (*(each.passed for each in known[:-1]), result.answer.passed) if known else ()


@dataclass(slots=True)
class RunCounts:
    """Counts of one run.

    Attributes:
        run: which one.
        totals: what a progress display counts, too: answers, repairs, calls, tokens.
        tasks: what is kept task by task, for comparisons.
        turns: how often each sequence of right and wrong answers came up, see `by_turn`.
        categories: right and wrong answers by category.
        metrics: yes and no by metric, of tasks that have data for it.
        failures: how often a first program failed so and was repaired or not.
        remaining: how many answers fail so.
        endings: how often trajectories ended so.
        judged: how often the loop's judgement (judged correct or not) met a right or a wrong answer.
        samples: how often so many of so many samples were right.
        unprotected: how many answers were judged in the program's own process.
        seconds: in all, of stored replies, too.
        progress: for each number of programs how much more came with the last of them: answers that pass, calls,
            tokens, seconds of the model; ``None`` where a result of an older version has no progress. Seconds are NaN
            where they are not known.
    """

    run: Run
    totals: Totals = field(default_factory=Totals)
    tasks: TaskMarks = field(default_factory=TaskMarks)
    turns: Counter[tuple[bool, ...]] = field(default_factory=Counter)
    categories: Counter[tuple[str, bool]] = field(default_factory=Counter)
    metrics: Counter[tuple[str, bool]] = field(default_factory=Counter)
    failures: Counter[tuple[Failure, bool]] = field(default_factory=Counter)
    remaining: Counter[Failure] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    judged: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    samples: Counter[tuple[int, int]] = field(default_factory=Counter)
    unprotected: int = 0
    seconds: float = 0.0
    progress: dict[int, list[float]] | None = field(default_factory=dict)

    def add(self, result: TaskResult) -> None:
        """Count one result. A second one of the same task does not count."""
        if not self.tasks.add(result):
            return
        answer = result.answer
        self.totals.add(result)
        self.turns[by_turn(result)] += 1
        self.categories[result.category, answer.passed] += 1
        for metric in answer.metrics.items():
            self.metrics[metric] += 1
        if not result.first_passed:
            first = result.scores[0].failure if result.scores else Failure.NO_PROGRAM
            self.failures[first or Failure.WRONG, result.repaired] += 1
        if not answer.passed:
            self.remaining[answer.failure or Failure.WRONG] += 1
        self.unprotected += not answer.protected
        self.endings[str(result.ending)] += 1
        self.judged[result.judged_correct, answer.passed] += 1
        if self.run.settings.samples > 1:  # samples that a budget did not allow were not right either
            drawn = max(len(result.sample_passed), self.run.settings.samples)
            self.samples[drawn, sum(result.sample_passed)] += 1
        self.seconds += result.cost.seconds
        self._add_progress(result)

    def _add_progress(self, result: TaskResult) -> None:
        if self.progress is None or len(result.progress) != len(result.scores):
            self.progress = None
            return
        cost, steps = result.cost, [_step(step) for step in result.progress]
        seconds = steps[-1][3] if steps else cost.seconds  # without a program, all that is known is the wall time
        whole = (result.answer.passed, cost.calls, cost.prompt_tokens + cost.completion_tokens, seconds)
        before: tuple[float, ...] = (0, 0, 0, 0.0)
        for number, step in enumerate([*steps[:-1], whole]):  # what came after the last program is counted with it
            gained = self.progress.setdefault(number, [0, 0, 0, 0.0])
            gained[:] = [total + now - then for total, now, then in zip(gained, step, before, strict=True)]
            before = step


def _step(progress: Progress) -> tuple[float, ...]:
    return progress.passed, progress.calls, progress.tokens, math.nan if progress.seconds is None else progress.seconds


def count(run: Run, results: Iterable[TaskResult]) -> RunCounts:
    """Count all results of a run."""
    counts = RunCounts(run)
    for result in results:
        counts.add(result)
    return counts

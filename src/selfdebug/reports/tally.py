"""Counting the results of one run as they stream by. What is kept of each task is a few bytes; all else are counts."""

from __future__ import annotations

import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from selfdebug.benchmarks import Failure, Score
from selfdebug.runs.run import Run, TaskResult

_DONE, _PASSED = 1, 2


class Places:
    """What is kept of each task by its index: whether it is done, whether its answer is right, which one it is, tokens.

    Thirteen bytes a task: ten runs of 100,000 tasks take 13 MB.
    """

    def __init__(self) -> None:
        self._marks = bytearray()
        self._names = array("I")
        self._tokens = array("Q")

    def add(self, result: TaskResult) -> bool:
        """Keep what is needed of a result; says whether it is the first one of this task."""
        missing = result.index + 1 - len(self._marks)
        if missing > 0:
            self._marks.extend(bytes(missing))
            self._names.extend([0] * missing)
            self._tokens.extend([0] * missing)
        if self._marks[result.index]:
            return False
        self._marks[result.index] = _DONE | (_PASSED if result.answer.passed else 0)
        self._names[result.index] = zlib.crc32(result.task.encode("utf-8", "surrogatepass"))
        self._tokens[result.index] = result.cost.prompt_tokens + result.cost.completion_tokens
        return True

    def in_common(self, other: Places) -> Iterator[tuple[bool, bool, int]]:
        """The tasks that both have done: whether ours is right, whether the other is, how many more tokens ours took.

        A task is the same if its index and its name are: runs of other data under the same benchmark's name, such as an
        older file, are not compared by their place alone.
        """
        for index in range(min(len(self._marks), len(other._marks))):
            ours, theirs = self._marks[index], other._marks[index]
            if ours and theirs and self._names[index] == other._names[index]:
                yield bool(ours & _PASSED), bool(theirs & _PASSED), self._tokens[index] - other._tokens[index]


@dataclass(slots=True)
class Tally:
    """Counts of one run.

    Attributes:
        run: which one.
        places: what is kept task by task, for comparisons.
        turns: how often each sequence of right and wrong programs came up, with whether the answer is right.
        categories: done and right answers by category.
        measures: known and fulfilled by measure.
        failures: how often a first program failed so and was repaired or not.
        remaining: how many answers fail so.
        endings: how often trajectories ended so.
        judged: how often the loop's judgement (judged correct or not) met a right or a wrong answer.
        samples: how often so many of so many samples were right.
        unprotected: how many answers were judged in the program's own process.
        calls, prompt_tokens, completion_tokens, seconds: in all, stored replies included.
    """

    run: Run
    places: Places = field(default_factory=Places)
    turns: Counter[tuple[tuple[bool, ...], bool]] = field(default_factory=Counter)
    categories: Counter[tuple[str, bool]] = field(default_factory=Counter)
    measures: Counter[tuple[str, bool]] = field(default_factory=Counter)
    failures: Counter[tuple[Failure, bool]] = field(default_factory=Counter)
    remaining: Counter[Failure] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    judged: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    samples: Counter[tuple[int, int]] = field(default_factory=Counter)
    unprotected: int = 0
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0

    @property
    def done(self) -> int:
        """How many tasks have a result."""
        return self.turns.total()

    @property
    def passed(self) -> int:
        """How many answers are right."""
        return sum(count for (_, passed), count in self.turns.items() if passed)

    def add(self, result: TaskResult) -> None:
        """Count one result. A second one of the same task does not count."""
        if not self.places.add(result):
            return
        answer = result.answer
        self.turns[tuple(score.passed for score in result.scores), answer.passed] += 1
        self.categories[result.category, answer.passed] += 1
        for measure, fulfilled in answer.measures.items():
            self.measures[measure, fulfilled] += 1
        if not result.first_passed:
            self.failures[_failure(result.scores[0] if result.scores else None), result.repaired] += 1
        if not answer.passed:
            self.remaining[_failure(answer)] += 1
        self.unprotected += not answer.protected
        self.endings[str(result.ending)] += 1
        self.judged[result.judged_correct, answer.passed] += 1
        if self.run.settings.samples > 1:  # samples that a budget did not allow were not right either
            drawn = max(len(result.sample_passed), self.run.settings.samples)
            self.samples[drawn, sum(result.sample_passed)] += 1
        self.calls += result.cost.calls
        self.prompt_tokens += result.cost.prompt_tokens
        self.completion_tokens += result.cost.completion_tokens
        self.seconds += result.cost.seconds


def count(run: Run, results: Iterable[TaskResult]) -> Tally:
    """Count all results of a run."""
    tally = Tally(run)
    for result in results:
        tally.add(result)
    return tally


def _failure(score: Score | None) -> Failure:
    """What is wrong with a program that did not pass."""
    if score is None:
        return Failure.NO_PROGRAM
    return score.failure or Failure.WRONG

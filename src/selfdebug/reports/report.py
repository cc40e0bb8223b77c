"""What a report says of runs, as plain data: every number with what it was counted over. Renderers only write it down.

A proportion has its interval; a difference has McNemar's test on the tasks that both runs have done. Nothing depends on
the day or on the order in which runs are named: the same runs give the same report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from selfdebug.benchmarks.statistics import Proportion
from selfdebug.runs.run import Run

SCHEMA_VERSION: Literal[1] = 1
"""Version of the JSON form."""


class ReportError(Exception):
    """There is nothing to report, or no means to draw it. The message says what to do."""


class NothingDoneError(ReportError):
    """No task of any of the runs is done."""


class MissingPlotsError(ReportError):
    """What draws plots is not installed."""


@dataclass(frozen=True, slots=True)
class NamedProportion:
    """A proportion of a category or a measure."""

    name: str
    proportion: Proportion


@dataclass(frozen=True, slots=True)
class Repairs:
    """What debugging made of the first programs.

    Attributes:
        right_kept: right before and after.
        broken: right before, wrong after.
        repaired: wrong before, right after.
        wrong_kept: wrong before and after.
        repair_rate: repaired, of those that were wrong.
        break_rate: broken, of those that were right.
    """

    right_kept: int
    broken: int
    repaired: int
    wrong_kept: int
    repair_rate: Proportion
    break_rate: Proportion


@dataclass(frozen=True, slots=True)
class FailureCount:
    """One kind of failure.

    Attributes:
        failure: which.
        first: how many first programs failed so.
        repaired: of these, how many have a right answer.
        remaining: how many answers fail so, whatever their first programs did.
    """

    failure: str
    first: int
    repaired: Proportion
    remaining: int


@dataclass(frozen=True, slots=True)
class NamedCount:
    """How often something came up."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Turns:
    """What turns brought.

    Attributes:
        accuracy: after the first program, after one new program, and so on; a trajectory that has ended keeps its
            last program. The answer may be an earlier one, if that did better when it ran.
        programs: how many trajectories have no program, one, two, and so on.
        endings: why trajectories ended, the most frequent first.
    """

    accuracy: tuple[Proportion, ...]
    programs: tuple[int, ...]
    endings: tuple[NamedCount, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How far the loop's own judgement can be trusted, by the benchmark's.

    Attributes:
        correct_right: judged correct, and right.
        correct_wrong: judged correct, but wrong.
        other_right: not judged correct, but right.
        other_wrong: not judged correct, and wrong.
        right_if_correct: right, of those judged correct.
        right_if_other: right, of the others.
    """

    correct_right: int
    correct_wrong: int
    other_right: int
    other_wrong: int
    right_if_correct: Proportion
    right_if_other: Proportion


@dataclass(frozen=True, slots=True)
class Amount:
    """What was spent of one thing.

    Attributes:
        total: in all.
        per_problem: for each problem that was tried.
        per_solved: for each right answer, what wrong ones took included; `None` without a right answer.
    """

    total: float
    per_problem: float
    per_solved: float | None


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run took. Stored replies count like others, so that a run that was resumed says the same.

    Attributes:
        calls: replies of the model.
        prompt_tokens, completion_tokens: as the server counted them.
        seconds: wall time of the problems as measured, one by one, waiting for the model and for others included.
    """

    calls: Amount
    prompt_tokens: Amount
    completion_tokens: Amount
    seconds: Amount


@dataclass(frozen=True, slots=True)
class Ceiling:
    """pass@k of the first programs: how many problems a selector that is never wrong would solve.

    Attributes:
        k: of how many programs it chooses.
        value: from 0 to 1; an average over problems.
        n: number of problems.
    """

    k: int
    value: float
    n: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """What is to be said of one run alone.

    Attributes:
        run: the run; its `done` is what was counted.
        feedback: its feedback kind.
        accuracy: by the main measure.
        measures: all measures that the benchmark names, on the tasks that have data for them.
        categories: accuracy by category, in the benchmark's order.
        repairs, failures, turns, judgement, spent: see there.
        pass_at_k: for a run with several samples.
        unprotected: how many answers were judged in the program's own process, which a hostile one could have decided.
    """

    run: Run
    feedback: str
    accuracy: Proportion
    measures: tuple[NamedProportion, ...]
    categories: tuple[NamedProportion, ...]
    repairs: Repairs
    failures: tuple[FailureCount, ...]
    turns: Turns
    judgement: Judgement
    spent: Spent
    pass_at_k: tuple[Ceiling, ...]
    unprotected: int = 0

    @property
    def method(self) -> str:
        """The feedback kind, and the number of samples if there are several."""
        samples = self.run.settings.samples
        return self.feedback if samples == 1 else f"{self.feedback}, {samples} samples"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run and its baseline, on the tasks that both have done.

    Attributes:
        run, baseline: their ids.
        accuracy, baseline_accuracy: on these tasks.
        difference: of the two, from -1 to 1.
        gained: tasks that the run alone has right.
        lost: tasks that the baseline alone has right.
        p: of McNemar's exact test, two-sided; not corrected for several comparisons.
        extra_tokens: what the run took more than its baseline, in all.
        extra_tokens_per_win: for each problem won, gained less lost; `None` if there is none.
        differs: what else differs between the two that should not: version, prompts, server, data, form, budget,
            tokens of one reply.
    """

    run: str
    baseline: str
    accuracy: Proportion
    baseline_accuracy: Proportion
    difference: float
    gained: int
    lost: int
    p: float
    extra_tokens: int
    extra_tokens_per_win: float | None
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Efficiency:
    """How accuracy grows with the number of first programs, for one benchmark, model and style.

    Attributes:
        benchmark, model, style: of the runs.
        runs: ids, ordered by feedback kind and number of samples.
        ceiling: pass@k, from the run with the most samples.
        ceiling_run: its id.
    """

    benchmark: str
    model: str
    style: str
    runs: tuple[str, ...]
    ceiling: tuple[Ceiling, ...]
    ceiling_run: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is said of some runs.

    Attributes:
        runs: those with at least one result, ordered by benchmark, model, feedback kind and number of samples.
        comparisons: of each run that debugs and has a baseline among these runs.
        efficiency: where runs differ in their number of samples.
        empty: runs without a result.
    """

    runs: tuple[RunReport, ...]
    comparisons: tuple[Comparison, ...]
    efficiency: tuple[Efficiency, ...]
    empty: tuple[Run, ...]
    schema_version: Literal[1] = SCHEMA_VERSION


def category_names(runs: Sequence[RunReport]) -> list[str]:
    """Categories that came up in any of some runs, in the order of their benchmark."""
    found = dict.fromkeys(category.name for each in runs for category in each.categories)
    ordered = dict.fromkeys(name for each in runs for name in each.run.categories if name in found)
    return [*ordered, *(name for name in found if name not in ordered)]

"""What a report says of runs, as plain data: every number with what it was counted over. Renderers only write it down.

A proportion has its interval; a difference has McNemar's test on the tasks that both runs have done. Nothing depends on
the day or on the order in which runs are named: the same runs give the same report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from selfdebug.benchmarks.statistics import Proportion
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.policies import DEFAULT, POLICIES
from selfdebug.prices import Prices
from selfdebug.runs.run import Run

SCHEMA_VERSION: Literal[2] = 2
"""Version of the JSON form."""


class ReportError(Exception):
    """There is nothing to report, or no means to draw it. The message says what to do."""


class NothingDoneError(ReportError):
    """No task of any of the runs is done."""


class MissingPlotsError(ReportError):
    """What draws plots is not installed."""


@dataclass(frozen=True, slots=True)
class NamedProportion:
    """A proportion of a category or a metric."""

    name: str
    proportion: Proportion


@dataclass(frozen=True, slots=True)
class Repairs:
    """What debugging made of the first programs.

    Attributes:
        right_kept, broken: right before; right or wrong after.
        repaired, wrong_kept: wrong before; right or wrong after.
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
        accuracy: of the answers after the first program, after one new program, and so on; a trajectory that has ended
            keeps its answer. Of results of older versions, the last program by then counts as the answer.
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
        correct_right, correct_wrong: judged correct; right or wrong.
        other_right, other_wrong: not judged correct; right or wrong.
        right_if_correct, right_if_other: right, of those judged correct, and of the others.
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
        dollars: what the tokens cost; ``None`` where no prices are given.
    """

    calls: Amount
    prompt_tokens: Amount
    completion_tokens: Amount
    seconds: Amount
    dollars: Amount | None = None


AMOUNTS = {"calls": "calls", "prompt tokens": "prompt_tokens", "completion tokens": "completion_tokens",
           "wall seconds": "seconds", "dollars": "dollars"}  # fmt: skip
"""What each attribute of `Spent` is called."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What a run would have come to with fewer programs.

    Attributes:
        programs: how many were allowed for a problem, the first one included.
        accuracy: of the answers, each the best of its problem's programs by then.
        calls, tokens: for each problem, on average.
        seconds: likewise, those that the model took; ``None`` where some results are of an older version.
    """

    programs: int
    accuracy: Proportion
    calls: float
    tokens: float
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class PassAtT:
    """Right answers of a run after so many programs, on the tasks that all runs of the benchmark that debug have done.

    Attributes:
        run: its id.
        accuracy: after one program, after two, and so on, as long for each of these runs; a trajectory that has ended
            keeps its answer.
    """

    run: str
    accuracy: tuple[Proportion, ...]

    @property
    def gains(self) -> tuple[float, ...]:
        """What the second program adds to the share of right answers, what the third one adds, and so on."""
        return tuple((now.count - before.count) / now.n for before, now in pairwise(self.accuracy))


@dataclass(frozen=True, slots=True)
class PassAtK:
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
        accuracy: by the main metric.
        metrics: all metrics that the benchmark names, on the tasks that have data for them.
        categories: accuracy by category, in the benchmark's order.
        repairs, failures, turns, judgement, spent: see there.
        pass_at_k: for a run with several samples.
        curve: accuracy over cost, program by program; empty where results of older versions are among them.
        unprotected: how many answers were judged in the program's own process, which a hostile one could have decided.
    """

    run: Run
    feedback: str
    accuracy: Proportion
    metrics: tuple[NamedProportion, ...]
    categories: tuple[NamedProportion, ...]
    repairs: Repairs
    failures: tuple[FailureCount, ...]
    turns: Turns
    judgement: Judgement
    spent: Spent
    pass_at_k: tuple[PassAtK, ...]
    curve: tuple[CurvePoint, ...] = ()
    unprotected: int = 0

    @property
    def method(self) -> str:
        """The feedback kind, the policy but for the default, and the number of samples if there are several."""
        return self.kind if self.samples == 1 else f"{self.kind}, {self.samples} samples"

    @property
    def kind(self) -> str:
        """The feedback kind, and the policy but for the default."""
        policy = self.run.settings.policy
        return f"{self.feedback}, {policy}" if self.debugs and policy != DEFAULT else self.feedback

    @property
    def samples(self) -> int:
        """The number of first programs."""
        return self.run.settings.samples

    @property
    def debugs(self) -> bool:
        """Whether its feedback kind debugs at all, as the baseline does not."""
        return self.run.debugs


@dataclass(frozen=True, slots=True)
class BaselineComparison:
    """A run and its baseline, on the tasks that both have done.

    Attributes:
        run, baseline: their ids.
        accuracy, baseline_accuracy: on these tasks.
        difference: of the two, from -1 to 1.
        gained, lost: tasks that the run alone, or the baseline alone, has right.
        p: of McNemar's exact test, two-sided; not corrected for several comparisons.
        extra_tokens: what the run took more than its baseline, in all.
        extra_tokens_per_win: for each problem won, gained less lost; `None` if there is none.
        differs: what else differs between the two that should not: version, prompts, server, data, selector, form,
            budget, tokens of one reply.
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
        pass_at_k: from the run with the most samples.
        pass_at_k_run: its id.
    """

    benchmark: str
    model: str
    style: str
    runs: tuple[str, ...]
    pass_at_k: tuple[PassAtK, ...]
    pass_at_k_run: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is said of some runs.

    Attributes:
        runs: those with at least one result, ordered by benchmark, model, feedback kind and number of samples.
        comparisons: of each run that debugs and has a baseline among these runs.
        efficiency: where runs differ in their number of samples.
        empty: runs without a result.
        pass_at_t: of each run that debugs.
        prices: of tokens, for all runs alike; ``None`` where none are given.
    """

    runs: tuple[RunReport, ...]
    comparisons: tuple[BaselineComparison, ...]
    efficiency: tuple[Efficiency, ...]
    empty: tuple[Run, ...]
    pass_at_t: tuple[PassAtT, ...] = ()
    prices: Prices | None = None
    schema_version: Literal[2] = SCHEMA_VERSION


def place_of(feedback: str) -> int:
    """The place of a feedback kind among all that there are; one that is none of them comes last."""
    kinds = list(FEEDBACK_KINDS)
    return kinds.index(feedback) if feedback in kinds else len(kinds)


def place_of_policy(policy: str) -> int:
    """The place of a policy among all that there are, as `place_of`."""
    policies = list(POLICIES)
    return policies.index(policy) if policy in policies else len(policies)


def category_names(runs: Sequence[RunReport]) -> list[str]:
    """Categories that came up in any of some runs, in the order of their benchmark."""
    present = dict.fromkeys(category.name for each in runs for category in each.categories)
    ordered = dict.fromkeys(name for each in runs for name in each.run.categories if name in present)
    return [*ordered, *(name for name in present if name not in ordered)]


def columns_of(reports: Sequence[RunReport]) -> dict[str, list[RunReport]]:
    """Runs that belong together, such as in a column of a table of methods, by what they share, the column's heading.

    Runs of one benchmark, model and style do, unless two of them are of the same method: then each command has its own
    column.
    """
    benchmarks = {(each.run.title, each.run.benchmark) for each in reports}
    ambiguous = len(benchmarks) > len({title for title, _ in benchmarks})
    styles = {each.run.settings.style for each in reports}
    groups: dict[str, list[RunReport]] = {}
    for each in reports:
        title = f"{each.run.title} ({each.run.benchmark})" if ambiguous else each.run.title
        title += f", {each.run.provenance.model}"
        groups.setdefault(title + (f", {each.run.settings.style}" if len(styles) > 1 else ""), []).append(each)
    columns: dict[str, list[RunReport]] = {}
    for title, members in groups.items():
        for each in members:
            columns.setdefault(f"{title}, {each.run.name}" if has_twins(members) else title, []).append(each)
    return columns


def has_twins(runs: Sequence[RunReport]) -> bool:
    """Whether two of some runs are of the same method."""
    return len({each.method for each in runs}) < len(runs)

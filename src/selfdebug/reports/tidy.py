"""A report as tidy data (Wickham 2014, Journal of Statistical Software 59(10)): a row for each quantity, for
spreadsheets and data frames. `COLUMNS` says what stands where.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from selfdebug.benchmarks.statistics import Proportion
from selfdebug.reports.report import AMOUNTS, Amount, Report, RunReport

COLUMNS = (
    "run", "benchmark", "model", "style", "feedback", "policy", "samples", "table", "category", "quantity",
    "count", "n", "value", "low", "high",
)  # fmt: skip
"""run … samples: which run. table, category, quantity: what is told of it. count: how often; n: of how many; value:
their ratio, or the quantity itself; low, high: its 95 % interval, for proportions."""


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A quantity that is no proportion, or one without an interval."""

    n: int
    value: float | None
    count: int | None = None


_Row: TypeAlias = tuple[str, str, str, Proportion | _Quantity]
"""Table, category, what is counted, how much."""


def write_csv(report: Report) -> str:
    """Write a report as CSV with a heading; what is not known, or makes no sense, is empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in report.runs:
        run = each.run
        settings = run.settings
        policy = settings.policy if run.debugs else None
        which = (
            run.id, run.benchmark, run.provenance.model, settings.style, each.feedback, policy, settings.samples,
        )  # fmt: skip
        for table, category, name, amount in (
            *_of_run(each),
            *_by_turn(report, run.id),
            *_of_comparison(report, run.id),
        ):
            ends = (amount.low, amount.high) if isinstance(amount, Proportion) and amount.n else (None, None)
            writer.writerow((*which, table, category, name, amount.count, amount.n, amount.value, *ends))
    return stream.getvalue()


def _of_run(each: RunReport) -> Iterator[_Row]:
    done, tasks = each.run.done, each.run.tasks
    counted = partial(Proportion.of, n=done)
    yield "run", "", "tasks done", _Quantity(tasks, done / tasks if tasks else None, done)
    yield "accuracy", "", "accuracy", each.accuracy
    for metric in each.metrics:
        yield "metrics", metric.name, "accuracy", metric.proportion
    for category in each.categories:
        yield "categories", category.name, "accuracy", category.proportion
    for estimate in each.pass_at_k:
        yield "pass at k", str(estimate.k), "pass at k", _Quantity(estimate.n, estimate.value)
    repairs = each.repairs
    yield "repairs", "", "right to right", counted(repairs.right_kept)
    yield "repairs", "", "right to wrong", counted(repairs.broken)
    yield "repairs", "", "wrong to right", counted(repairs.repaired)
    yield "repairs", "", "wrong to wrong", counted(repairs.wrong_kept)
    yield "repairs", "", "repaired of the wrong", repairs.repair_rate
    yield "repairs", "", "broken of the right", repairs.break_rate
    for failure in each.failures:
        yield "failures", failure.failure, "first programs", counted(failure.first)
        yield "failures", failure.failure, "repaired", failure.repaired
        yield "failures", failure.failure, "answers", counted(failure.remaining)
    for k, proportion in enumerate(each.turns.accuracy):
        yield "turns", str(k), "accuracy after so many new programs", proportion
    for number, count in enumerate(each.turns.programs):
        yield "turns", str(number), "trajectories with so many programs", counted(count)
    for point in each.curve:
        yield "curve", str(point.programs), "accuracy", point.accuracy
        yield "curve", str(point.programs), "calls", _Quantity(done, point.calls)
        yield "curve", str(point.programs), "tokens", _Quantity(done, point.tokens)
        yield "curve", str(point.programs), "seconds of the model", _Quantity(done, point.seconds)
    for ending in each.turns.endings:
        yield "endings", ending.name, "trajectories", counted(ending.count)
    judgement = each.judgement
    yield "judgement", "judged correct", "right", counted(judgement.correct_right)
    yield "judgement", "judged correct", "wrong", counted(judgement.correct_wrong)
    yield "judgement", "other", "right", counted(judgement.other_right)
    yield "judgement", "other", "wrong", counted(judgement.other_wrong)
    yield "judgement", "judged correct", "right of these", judgement.right_if_correct
    yield "judgement", "other", "right of these", judgement.right_if_other
    for name, attribute in AMOUNTS.items():
        amount: Amount | None = getattr(each.spent, attribute)
        if amount is None:
            continue
        yield "cost", "total", name, _Quantity(done, amount.total)
        yield "cost", "for each problem", name, _Quantity(done, amount.per_problem)
        yield "cost", "for each right answer", name, _Quantity(each.accuracy.count, amount.per_solved)


def _by_turn(report: Report, run: str) -> Iterator[_Row]:
    """The category is the number of programs."""
    for each in report.pass_at_t:
        if each.run == run:
            for t, accuracy in enumerate(each.accuracy, 1):
                yield "pass at t", str(t), "pass at t", accuracy
            for t, gain in enumerate(each.gains, 2):
                yield "pass at t", str(t), "gain", _Quantity(each.accuracy[0].n, gain)


def _of_comparison(report: Report, run: str) -> Iterator[_Row]:
    """The category is the baseline's id."""
    for each in report.comparisons:
        if each.run == run:
            n, won = each.accuracy.n, each.gained - each.lost
            quantities: dict[str, Proportion | _Quantity] = {
                "accuracy": each.accuracy,
                "accuracy of the baseline": each.baseline_accuracy,
                "difference": _Quantity(n, each.difference),
                "won": Proportion.of(each.gained, n),
                "lost": Proportion.of(each.lost, n),
                "p": _Quantity(n, each.p),
                "extra tokens": _Quantity(n, each.extra_tokens),
                "extra tokens for each problem won": _Quantity(won, each.extra_tokens_per_win),
            }
            for name, quantity in quantities.items():
                yield "against the baseline", each.baseline, name, quantity

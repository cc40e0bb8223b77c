"""A report as rows with one quantity each, for spreadsheets and data frames: `COLUMNS` says what stands where."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from selfdebug.benchmarks.statistics import Proportion
from selfdebug.reports.report import Amount, Report, RunReport

COLUMNS = (
    "run", "benchmark", "model", "style", "feedback", "samples", "table", "category", "quantity",
    "count", "n", "value", "low", "high",
)  # fmt: skip
"""run … samples: which run. table, category, quantity: what is told of it. count: how often; n: of how many; value:
their ratio, or the quantity itself; low, high: its 95 % interval, for proportions."""


@dataclass(frozen=True, slots=True)
class _Row:
    table: str
    category: str
    quantity: str
    count: int | None = None
    n: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None


def write_csv(report: Report) -> str:
    """Write a report as CSV with a heading; what is not known, or makes no sense, is empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in report.runs:
        run = each.run
        which = (run.id, run.benchmark, run.provenance.model, run.settings.style, each.feedback, run.settings.samples)
        for row in (*_of_run(each), *_of_comparison(report, run.id)):
            numbers = (row.count, row.n, row.value, row.low, row.high)
            writer.writerow((*which, row.table, row.category, row.quantity, *numbers))
    return stream.getvalue()


def _of_run(each: RunReport) -> Iterator[_Row]:
    done, tasks = each.run.done, each.run.tasks
    yield _Row("run", "", "tasks done", done, tasks, done / tasks if tasks else None)
    yield _proportion("accuracy", "", "accuracy", each.accuracy)
    for measure in each.measures:
        yield _proportion("measures", measure.name, "accuracy", measure.proportion)
    for category in each.categories:
        yield _proportion("categories", category.name, "accuracy", category.proportion)
    for ceiling in each.pass_at_k:
        yield _Row("pass at k", str(ceiling.k), "pass at k", n=ceiling.n, value=ceiling.value)
    yield from _of_debugging(each)
    yield from _of_turns(each)
    for name, amount in (
        ("calls", each.spent.calls),
        ("prompt tokens", each.spent.prompt_tokens),
        ("completion tokens", each.spent.completion_tokens),
        ("wall seconds", each.spent.seconds),
    ):
        yield from _of_amount(name, amount, each.accuracy)


def _of_debugging(each: RunReport) -> Iterator[_Row]:
    repairs, done = each.repairs, each.run.done
    for quantity, count in (
        ("right to right", repairs.right_kept),
        ("right to wrong", repairs.broken),
        ("wrong to right", repairs.repaired),
        ("wrong to wrong", repairs.wrong_kept),
    ):
        yield _counted("repairs", "", quantity, count, done)
    yield _proportion("repairs", "", "repaired of the wrong", repairs.repair_rate)
    yield _proportion("repairs", "", "broken of the right", repairs.break_rate)
    for failure in each.failures:
        yield _counted("failures", failure.failure, "first programs", failure.first, done)
        yield _proportion("failures", failure.failure, "repaired", failure.repaired)
        yield _counted("failures", failure.failure, "answers", failure.remaining, done)


def _of_turns(each: RunReport) -> Iterator[_Row]:
    done, judgement = each.run.done, each.judgement
    for k, proportion in enumerate(each.turns.accuracy):
        yield _proportion("turns", str(k), "accuracy after so many new programs", proportion)
    for number, count in enumerate(each.turns.programs):
        yield _counted("turns", str(number), "trajectories with so many programs", count, done)
    for ending in each.turns.endings:
        yield _counted("endings", ending.name, "trajectories", ending.count, done)
    for category, quantity, count in (
        ("judged correct", "right", judgement.correct_right),
        ("judged correct", "wrong", judgement.correct_wrong),
        ("other", "right", judgement.other_right),
        ("other", "wrong", judgement.other_wrong),
    ):
        yield _counted("judgement", category, quantity, count, done)
    yield _proportion("judgement", "judged correct", "right of these", judgement.right_if_correct)
    yield _proportion("judgement", "other", "right of these", judgement.right_if_other)


def _of_amount(name: str, amount: Amount, accuracy: Proportion) -> Iterator[_Row]:
    yield _Row("cost", "total", name, n=accuracy.n, value=amount.total)
    yield _Row("cost", "for each problem", name, n=accuracy.n, value=amount.per_problem)
    yield _Row("cost", "for each right answer", name, n=accuracy.count, value=amount.per_solved)


def _of_comparison(report: Report, run: str) -> Iterator[_Row]:
    """The category is the baseline's id."""
    for each in report.comparisons:
        if each.run != run:
            continue
        n = each.accuracy.n
        yield _proportion("against the baseline", each.baseline, "accuracy", each.accuracy)
        yield _proportion("against the baseline", each.baseline, "accuracy of the baseline", each.baseline_accuracy)
        yield _Row("against the baseline", each.baseline, "difference", n=n, value=each.difference)
        yield _counted("against the baseline", each.baseline, "won", each.gained, n)
        yield _counted("against the baseline", each.baseline, "lost", each.lost, n)
        yield _Row("against the baseline", each.baseline, "p", n=n, value=each.p)
        yield _Row("against the baseline", each.baseline, "extra tokens", n=n, value=each.extra_tokens)
        yield _Row(
            "against the baseline", each.baseline, "extra tokens for each problem won",
            n=each.gained - each.lost, value=each.extra_tokens_per_win,
        )  # fmt: skip


def _proportion(table: str, category: str, quantity: str, found: Proportion) -> _Row:
    known = found.value is not None
    low, high = (found.low, found.high) if known else (None, None)
    return _Row(table, category, quantity, found.count, found.n, found.value, low, high)


def _counted(table: str, category: str, quantity: str, count: int, n: int) -> _Row:
    return _proportion(table, category, quantity, Proportion.of(count, n))

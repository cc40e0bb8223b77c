"""What charts show, as plain data: series, labels, order, looks and intervals, for a page and for plots alike.

Whoever draws decides on places on a page or paper alone; whatever a chart shows stands in a table of the report, too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from selfdebug.benchmarks.statistics import Proportion
from selfdebug.policies import DEFAULT
from selfdebug.reports.looks import PASS_AT_K, Look, look_of
from selfdebug.reports.report import CurvePoint, PassAtK, Report, RunReport, category_names, columns_of

LEAST_SPAN = 0.2
"""Of a share, that an axis shows at least, lest small differences look large."""


@dataclass(frozen=True, slots=True)
class Point:
    """A share at a place of the axis across.

    Attributes:
        x: the place.
        value: the share, from 0 to 1; `None` where there is nothing to count.
        low, high: its 95 % interval; for pass@k, which has none here, the value itself.
        n: what it was counted over.
        text: all of it in words.
    """

    x: float
    value: float | None
    low: float
    high: float
    n: int
    text: str

    @classmethod
    def of(cls, x: float, share: Proportion) -> Point:
        """A proportion at a place."""
        counts = "" if share.value is None else f" % ({share.interval}), {share.count:,} of {share.n:,}"
        return cls(x, share.value, share.low, share.high, share.n, share.percent + counts)

    @classmethod
    def of_pass_at_k(cls, estimate: PassAtK) -> Point:
        """An estimate at its k."""
        text = f"{100 * estimate.value:.1f} % of {estimate.n:,} with k = {estimate.k}"
        return cls(math.log2(estimate.k), estimate.value, estimate.value, estimate.value, estimate.n, text)


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one run, of one feedback kind, or of pass@k.

    Attributes:
        label: its name among the series of its chart.
        kind: its name among series of one look: the feedback kind, and the policy but for the default.
        samples: number of first programs, where all points have the same.
        look: how it is drawn.
        points: from the left.
    """

    label: str
    kind: str
    samples: int
    look: Look
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Series over a common axis; the other axis is a share.

    Attributes:
        title: what it shows.
        x_label: what the axis across shows; empty where `places` say it.
        places: those of the axis across with their labels.
        series: in their order.
        logarithmic: whether the axis across is.
    """

    title: str
    x_label: str
    places: tuple[tuple[float, str], ...]
    series: tuple[Series, ...]
    logarithmic: bool = False

    @property
    def groups(self) -> tuple[tuple[str, tuple[tuple[Series, Point], ...]], ...]:
        """The same by place: its label, and each series that has a point there with this point."""
        return tuple(
            (label, tuple((each, point) for each in self.series for point in each.points if point.x == x))
            for x, label in self.places
        )

    @property
    def by_samples(self) -> dict[int, list[Series]]:
        """The series of each number of samples."""
        sizes = sorted({each.samples for each in self.series})
        return {size: [each for each in self.series if each.samples == size] for size in sizes}


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts of runs of one benchmark and model; one that would show nothing is `None`.

    Attributes:
        title: what the runs have in common.
        accuracy: of each run.
        rates: repaired, of wrong first programs, and broken, of right ones.
        changes: repaired and broken, of all tasks.
        categories: accuracy by category.
        turns: accuracy over programs, on the tasks that all runs of the benchmark that debug have done.
        efficiency: accuracy over the number of first programs, as its logarithm to the base 2, with pass@k.
        cost, calls, seconds: accuracy over the tokens, the calls and the seconds of the model that a problem takes.
    """

    title: str
    accuracy: Chart
    rates: Chart | None
    changes: Chart | None
    categories: Chart | None
    turns: Chart | None
    efficiency: Chart | None
    cost: Chart | None
    calls: Chart | None
    seconds: Chart | None


def charts_of(report: Report) -> tuple[Charts, ...]:
    """The charts of a report, one set for each benchmark and model."""
    return tuple(_charts(title, runs, report) for title, runs in columns_of(report.runs).items())


def _charts(title: str, runs: Sequence[RunReport], report: Report) -> Charts:
    debugging = [each for each in runs if each.debugs]
    return Charts(
        title,
        Chart("Accuracy by feedback kind", "", ((0, ""),), _each(runs, lambda run: [run.accuracy])),
        _pair("repaired, of wrong first programs", "broken, of right first programs", debugging,
              lambda run: [run.repairs.repair_rate, run.repairs.break_rate]),
        _pair("repaired (wrong → right)", "broken (right → wrong)", debugging,
              lambda run: [Proportion.of(n, run.run.done) for n in (run.repairs.repaired, run.repairs.broken)]),
        _categories(runs),
        _turns(debugging, report),
        _efficiency(runs, report),
        _cost("Accuracy over cost", "prompt and completion tokens for each problem", runs, attrgetter("tokens"),
              _tokens),
        _cost("Accuracy over calls", "replies of the model for each problem", runs, attrgetter("calls"),
              attrgetter("spent.calls.per_problem")),
        _cost("Accuracy over time", "seconds of the model for each problem", runs, attrgetter("seconds"), _seconds),
    )  # fmt: skip


def _series(report: RunReport, points: Iterable[Point]) -> Series:
    label = report.method if report.run.finished else f"{report.method} (unfinished)"
    return Series(label, report.kind, report.samples, _look(report), tuple(points))


def _look(report: RunReport) -> Look:
    return look_of(report.feedback, report.run.settings.policy if report.debugs else DEFAULT)


def _each(runs: Sequence[RunReport], shares: Callable[[RunReport], Sequence[Proportion]]) -> tuple[Series, ...]:
    """A series for each run, with its shares at 0, 1 and so on."""
    return tuple(_series(each, [Point.of(x, share) for x, share in enumerate(shares(each))]) for each in runs)


def _pair(
    one: str, other: str, runs: Sequence[RunReport], shares: Callable[[RunReport], Sequence[Proportion]]
) -> Chart | None:
    return Chart("Repairs and regressions", "", ((0, one), (1, other)), _each(runs, shares)) if runs else None


def _categories(runs: Sequence[RunReport]) -> Chart | None:
    names = category_names(runs)
    if len(names) < 2:
        return None
    series = tuple(
        _series(each, [Point.of(names.index(category.name), category.proportion) for category in each.categories])
        for each in runs
    )
    return Chart("Accuracy by hardness or kind", "", tuple(enumerate(names)), series)


def _turns(runs: Sequence[RunReport], report: Report) -> Chart | None:
    after = {each.run: each.accuracy for each in report.pass_at_t}
    most = max((len(after.get(each.run.id, ())) for each in runs), default=0)
    if most < 2:
        return None
    places = tuple((t, str(t)) for t in range(1, most + 1))
    series = tuple(
        _series(each, [Point.of(t, share) for t, share in enumerate(after[each.run.id], 1)])
        for each in runs
        if each.run.id in after
    )
    return Chart("Accuracy over turns", "programs, the first one included", places, series)


def _efficiency(runs: Sequence[RunReport], report: Report) -> Chart | None:
    """Accuracy over the number of samples, and pass@k, which a selector that is never wrong would reach."""
    sizes = {each.samples for each in runs}
    if len(sizes) < 2:
        return None
    by_kind: dict[str, list[RunReport]] = {}
    for each in sorted(runs, key=lambda each: each.samples):
        by_kind.setdefault(each.kind, []).append(each)
    series = [
        Series(kind, kind, 0, _look(of_kind[0]), tuple(Point.of(math.log2(it.samples), it.accuracy) for it in of_kind))
        for kind, of_kind in by_kind.items()
    ]
    ids = {each.run.id for each in runs}
    for group in report.efficiency:
        if group.pass_at_k_run in ids:
            sizes |= {estimate.k for estimate in group.pass_at_k}
            name, points = "pass@k of the samples", tuple(map(Point.of_pass_at_k, group.pass_at_k))
            series.append(Series(name, name, 0, PASS_AT_K, points))
    places = tuple((math.log2(size), str(size)) for size in sorted(sizes))
    return Chart("Sample efficiency", "first programs (1 is greedy)", places, tuple(series))


_STEPS = {5.0: (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8), 100.0: (1, 2, 5), math.inf: (1,)}
"""Which multiples of powers of ten are marked where the ends of an axis are less than so many times apart."""


def _cost(
    title: str,
    x_label: str,
    runs: Sequence[RunReport],
    at: Callable[[CurvePoint], float | None],
    whole: Callable[[RunReport], float | None],
) -> Chart | None:
    """Accuracy over an amount; round numbers are marked, not powers of ten alone.

    Args:
        title, x_label: of the chart.
        runs: one of which the amount is not known, or nothing, is left out.
        at: the amount at a point of the curve.
        whole: that of the whole run.
    """
    series = tuple(_series(each, points) for each in runs if (points := list(_over(each, at, whole(each)))))
    if not series:
        return None
    amounts = [point.x for each in series for point in each.points]
    low, high = min(amounts) / 1.25, max(amounts) * 1.25
    steps = _STEPS[next(most for most in _STEPS if high / low < most)]
    marked = (step * 10.0**power for power in range(-4, 9) for step in steps)
    places = tuple((tick, f"{tick:,.0f}" if tick >= 10 else f"{tick:g}") for tick in marked if low <= tick <= high)
    return Chart(title, x_label, places, series, True)


def _over(report: RunReport, at: Callable[[CurvePoint], float | None], whole: float | None) -> Iterator[Point]:
    """After each program, and at last what the run has come to."""
    if whole:
        amounts = ((at(point), point.accuracy) for point in report.curve[:-1])
        yield from (Point.of(amount, share) for amount, share in amounts if amount and amount < whole)
        yield Point.of(whole, report.accuracy)


def _tokens(report: RunReport) -> float:
    return report.spent.prompt_tokens.per_problem + report.spent.completion_tokens.per_problem


def _seconds(report: RunReport) -> float | None:
    return report.curve[-1].seconds if report.curve else None

"""Charts of a report as plain data: templates draw them as SVG without a script and without a style of its own.

Whatever a chart shows stands in a table beside it, too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from selfdebug.benchmarks.statistics import Proportion
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.reports import Report, RunReport
from selfdebug.reports.report import Ceiling, Efficiency, category_names
from selfdebug.reports.tables import column_titles

WIDTH, HEIGHT = 520, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 12, 40
_CEILING = len(FEEDBACK_KINDS) + 1
"""Number of the colour of pass@k; those below are of feedback kinds, and of what is none of ours."""
_LEAST_SPAN = 0.2
"""Of a share, that an axis shows at least, lest small differences look large."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A proportion beside others of its kind."""

    label: str
    proportion: Proportion
    colour: int


@dataclass(frozen=True, slots=True)
class Bars:
    """Proportions below one another, in groups that may have a title."""

    title: str
    groups: tuple[tuple[str, tuple[Bar, ...]], ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a line, in the chart's units, with the ends of its interval."""

    x: float
    y: float
    low: float
    high: float
    title: str


@dataclass(frozen=True, slots=True)
class Series:
    """A line with its points.

    Attributes:
        label: in the legend.
        colour: number of its colour and its form.
        points: from the left.
    """

    label: str
    colour: int
    points: tuple[Point, ...]

    @property
    def path(self) -> str:
        """Its points as SVG wants them."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis with its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over a common axis.

    Attributes:
        title, x_label: what it shows; the other axis is accuracy in percent.
        x_ticks, y_ticks: with their places in the chart's units.
        series: the lines.
    """

    title: str
    x_label: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts of runs of one benchmark and model."""

    title: str
    bars: tuple[Bars, ...]
    lines: tuple[Lines, ...]


@dataclass(frozen=True, slots=True)
class _Value:
    """A point of a line before it has a place in a chart: shares from 0 to 1."""

    at: float
    share: float
    low: float
    high: float
    text: str

    @classmethod
    def of(cls, at: float, proportion: Proportion) -> _Value:
        return cls(at, proportion.value or 0, proportion.low, proportion.high, as_percent(proportion))

    @classmethod
    def of_ceiling(cls, ceiling: Ceiling) -> _Value:
        """An average over problems, which has no interval here."""
        text = f"{100 * ceiling.value:.1f} % of {ceiling.n:,} with k = {ceiling.k}"
        return cls(math.log2(ceiling.k), ceiling.value, ceiling.value, ceiling.value, text)


@dataclass(frozen=True, slots=True)
class _Line:
    label: str
    colour: int
    values: Sequence[_Value]


def charts_of(report: Report) -> tuple[Charts, ...]:
    """The charts of a report, one set for each benchmark and model."""
    titles = column_titles(report.runs)
    groups: dict[str, list[RunReport]] = {}
    for each in report.runs:
        groups.setdefault(titles[each.run.id], []).append(each)
    return tuple(
        Charts(
            title,
            tuple(filter(None, (_accuracy(runs), _changes(runs), _categories(runs)))),
            tuple(filter(None, (_turns(runs), _efficiency(runs, report.efficiency)))),
        )
        for title, runs in groups.items()
    )


def colour_of(each: RunReport) -> int:
    """Number of the colour of a feedback kind, the same in all charts."""
    kinds = list(FEEDBACK_KINDS)
    return kinds.index(each.feedback) if each.feedback in kinds else len(kinds)


def _accuracy(runs: Sequence[RunReport]) -> Bars:
    bars = tuple(Bar(each.method, each.accuracy, colour_of(each)) for each in runs)
    return Bars("Accuracy by feedback kind", (("", bars),))


def _categories(runs: Sequence[RunReport]) -> Bars | None:
    names = category_names(runs)
    groups = []
    for name in names:
        found = [(each, c.proportion) for each in runs for c in each.categories if c.name == name]
        groups.append((name, tuple(Bar(each.method, proportion, colour_of(each)) for each, proportion in found)))
    return Bars("Accuracy by hardness or kind", tuple(groups)) if len(names) > 1 else None


def _changes(runs: Sequence[RunReport]) -> Bars | None:
    debugged = [each for each in runs if each.feedback != "baseline"]
    repaired = tuple(Bar(each.method, each.repairs.repair_rate, colour_of(each)) for each in debugged)
    broken = tuple(Bar(each.method, each.repairs.break_rate, colour_of(each)) for each in debugged)
    groups = (("repaired, of wrong first programs", repaired), ("broken, of right first programs", broken))
    return Bars("Repairs and regressions", groups) if debugged else None


def _turns(runs: Sequence[RunReport]) -> Lines | None:
    debugged = [each for each in runs if each.feedback != "baseline"]
    most = max((len(each.turns.accuracy) for each in debugged), default=0)
    if most < 2:
        return None
    lines = [
        _Line(
            each.method,
            colour_of(each),
            [_Value.of(k, each.turns.accuracy[min(k, len(each.turns.accuracy) - 1)]) for k in range(most)],
        )
        for each in debugged
    ]
    ticks = [(float(k), "first" if k == 0 else f"+{k}") for k in range(most)]
    return _lines("Accuracy over turns", "programs: the first one, and new ones", ticks, lines)


def _efficiency(runs: Sequence[RunReport], groups: Sequence[Efficiency]) -> Lines | None:
    """Accuracy over the number of samples, and pass@k, which a selector that is never wrong would reach."""
    sizes = {each.run.settings.samples for each in runs}
    if len(sizes) < 2:
        return None
    by_kind: dict[str, list[RunReport]] = {}
    for each in sorted(runs, key=lambda one: one.run.settings.samples):
        by_kind.setdefault(each.feedback, []).append(each)
    lines = [
        _Line(name, colour_of(kind[0]), [_Value.of(math.log2(e.run.settings.samples), e.accuracy) for e in kind])
        for name, kind in by_kind.items()
    ]
    ids = {each.run.id for each in runs}
    for group in groups:
        if group.ceiling_run in ids:
            sizes |= {each.k for each in group.ceiling}
            lines.append(_Line("pass@k of the samples", _CEILING, [_Value.of_ceiling(each) for each in group.ceiling]))
    ticks = [(math.log2(size), str(size)) for size in sorted(sizes)]
    return _lines("Sample efficiency", "first programs (1 is greedy)", ticks, lines)


def _lines(
    title: str,
    x_label: str,
    ticks: Sequence[tuple[float, str]],
    lines: Sequence[_Line],
) -> Lines:
    values = [value for line in lines for value in line.values]
    low, high = _span(min(each.low for each in values), max(each.high for each in values))
    left, right = ticks[0][0], ticks[-1][0]

    def x(value: float) -> float:
        return _LEFT + 16 + (WIDTH - _LEFT - _RIGHT - 32) * (value - left) / ((right - left) or 1)

    def y(share: float) -> float:
        return _TOP + (HEIGHT - _TOP - _BOTTOM) * (high - share) / (high - low)

    series = []
    for place, line in enumerate(lines):
        shift = 6 * (place - (len(lines) - 1) / 2)  # lest intervals lie on one another
        points = tuple(
            Point(x(each.at) + shift, y(each.share), y(each.low), y(each.high), f"{line.label}: {each.text}")
            for each in line.values
        )
        series.append(Series(line.label, line.colour, points))
    step = 0.05 if high - low <= 0.3 else 0.1 if high - low <= 0.6 else 0.2
    shares = [round(step * n, 2) for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
    return Lines(
        title,
        x_label,
        tuple(Tick(x(at), label) for at, label in ticks),
        tuple(Tick(y(share), f"{100 * share:.0f} %") for share in shares),
        tuple(series),
    )


def _span(low: float, high: float) -> tuple[float, float]:
    """The shares between which an axis goes."""
    missing = max(0.0, _LEAST_SPAN - (high - low)) / 2
    low, high = max(0.0, low - missing), min(1.0, high + missing)
    return math.floor(20 * low) / 20, math.ceil(20 * high) / 20


def as_percent(proportion: Proportion) -> str:
    """A proportion with its interval and what it was counted over."""
    if proportion.value is None:
        return "–"
    interval = f"{100 * proportion.low:.1f}–{100 * proportion.high:.1f}"
    return f"{100 * proportion.value:.1f} % ({interval}), {proportion.count:,} of {proportion.n:,}"

"""Draws charts as plots of a paper: a figure each, for the runs of one benchmark and model. Imports matplotlib.

Made for a column of a paper (3.4 inches) and its captions: no titles of their own, axes with units, intervals of 95 %.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from selfdebug.reports.charts import LEAST_SPAN, Chart, Charts, Point, Series
from selfdebug.reports.document import one_line
from selfdebug.reports.looks import BROKEN, REPAIRED, Look
from selfdebug.safe_text import counted

WIDTH = 3.4
"""Inches: a column of a paper with two."""
_STYLE: Any = {
    "font.size": 8, "axes.labelsize": 8, "xtick.labelsize": 7, "ytick.labelsize": 7, "legend.fontsize": 7,
    "axes.titlesize": 8, "axes.linewidth": 0.6, "axes.spines.top": False, "axes.spines.right": False,
    "axes.axisbelow": True, "grid.color": "#DDDDDD", "grid.linewidth": 0.5, "lines.linewidth": 1, "lines.markersize": 4,
    "legend.frameon": False, "font.family": "DejaVu Sans", "pdf.fonttype": 42, "text.parse_math": False,
}  # fmt: skip
_DASHES = (0, (4, 2))
"""Of a line without markers: strokes and gaps in points."""


def style() -> AbstractContextManager[None]:
    """Sizes, fonts and lines, within which figures are made and saved."""
    return mpl.rc_context(_STYLE)


def save(figure: Figure, path: Path, title: str) -> list[Path]:
    """Write a figure as PNG and PDF, the same bytes every time.

    Args:
        figure: what to write.
        path: without an ending.
        title: what the plots of several benchmarks or models are told apart by; may be empty.
    """
    if title:
        figure.suptitle(_folded(title, 50), fontsize=8)
    files = [path.with_name(f"{path.name}.{ending}") for ending in ("png", "pdf")]
    figure.savefig(files[0], dpi=300, metadata={"Software": None})
    figure.savefig(files[1], metadata={"CreationDate": None, "Creator": "selfdebug", "Producer": None})
    return files


def _accuracy(chart: Chart) -> Figure:
    """Accuracy by method, a row each."""
    figure, [axes] = _figure(_row_heights(chart))
    for row, series in enumerate(chart.series):
        [point] = series.points
        _mark(axes, series.look, point, row, along_row=True)
    _method_rows(axes, chart)
    _percent_axis(axes, "x", _share_label(chart.series))
    return figure


def _changes(chart: Chart) -> Figure:
    """What debugging repaired, to the right, and broke, to the left, in percent of all tasks."""
    figure, [axes] = _figure(_row_heights(chart) + 0.15)
    for row, series in enumerate(chart.series):
        for sign, colour, point in zip((1, -1), (REPAIRED, BROKEN), series.points, strict=True):
            axes.barh(row, sign * 100 * (point.value or 0), height=0.65, color=colour)
            ends = sorted((sign * 100 * point.low, sign * 100 * point.high))
            axes.plot(ends, [row, row], color="black", linewidth=0.9)
    axes.axvline(0, color="black", linewidth=0.6)
    _method_rows(axes, chart)
    axes.set_xlabel(_share_label(chart.series, "% of tasks"))
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):g}"))
    axes.grid(axis="x")
    (_, repaired), (_, broken) = chart.places
    labels = {BROKEN: broken, REPAIRED: repaired}
    handles = [Line2D([], [], color=colour, linewidth=5, label=label) for colour, label in labels.items()]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, handlelength=1, columnspacing=1)
    return figure


def _turns(chart: Chart) -> Figure:
    """Accuracy over programs, a panel for each number of samples."""
    figure, panels = _panels(chart, 1.9)
    for axes, members in panels:
        _points(axes, members, min(0.4, 0.08 * len(members)), joined=True)
        axes.set_xticks(*zip(*chart.places, strict=True))
        _percent_axis(axes, "y", _share_label(members))
    limits = [axes.get_ylim() for axes, _ in panels]
    for axes, _ in panels:  # one scale, so that slopes can be compared
        axes.set_ylim(min(low for low, _ in limits), max(high for _, high in limits))
    panels[-1][0].set_xlabel(chart.x_label)
    return figure


def _efficiency(chart: Chart) -> Figure:
    """Accuracy over the number of first programs, below what a perfect selector would reach."""
    figure, [axes] = _figure(2.4)
    _points(axes, chart.series, 0.3, joined=True)
    axes.set_xticks(*zip(*chart.places, strict=True))
    axes.set_xlabel(chart.x_label)
    _percent_axis(axes, "y", _share_label([series for series in chart.series if series.look.marker]))
    _legend(figure, chart)
    return figure


def _categories(chart: Chart) -> Figure:
    """Accuracy by category, a panel for each number of samples."""
    figure, panels = _panels(chart, 1.8)
    places = len(chart.places)
    labels = [
        f"{_folded(name, 44 // places)}\n{_n([point for _, point in marks], 'n=')}" for name, marks in chart.groups
    ]
    for axes, members in panels:
        _points(axes, members, 0.7)
        for border in range(1, places):
            axes.axvline(border - 0.5, color="#DDDDDD", linewidth=0.5)
        axes.set_xticks(range(places), labels)
        axes.tick_params(axis="x", length=0)
        axes.set_xlim(-0.5, places - 0.5)
        _percent_axis(axes, "y", "accuracy in %\n(95 % intervals)")
    return figure


def _cost(chart: Chart) -> Figure:
    """Accuracy against tokens, calls or seconds, a line from program to program; several samples say how many."""
    figure, [axes] = _figure(2.3)
    _points(axes, chart.series, 0, joined=True)
    axes.set_xscale("log")
    axes.set_xlabel(chart.x_label)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(*zip(*chart.places, strict=True))
    _percent_axis(axes, "y", _share_label(chart.series))
    _name_clusters(axes, chart)
    _legend(figure, chart)
    return figure


def _name_clusters(axes: Axes, chart: Chart) -> None:
    """Points of one number of samples lie near each other, for samples cost the most: one name above them all."""
    clusters = chart.by_samples
    if len(clusters) == 1:
        return
    crowded = len(clusters) > 3
    if crowded:
        axes.set_xlabel(f"{axes.get_xlabel()}\n(×: number of samples)")
    for samples, members in clusters.items():
        points = [series.points[-1] for series in members]
        middle = math.exp(math.fsum(math.log(point.x) for point in points) / len(points))
        name = f"×{samples}" if crowded else counted(samples, "sample")
        above = (middle, 100 * max(point.high for point in points))
        axes.annotate(name, above, (0, 3), textcoords="offset points", ha="center", fontsize=7)
    axes.set_ylim(top=axes.get_ylim()[1] + 0.09 * (axes.get_ylim()[1] - axes.get_ylim()[0]))


_PLOTS: Mapping[str, tuple[Callable[[Charts], Chart | None], Callable[[Chart], Figure]]] = {
    "accuracy": (lambda charts: charts.accuracy, _accuracy),
    "turns": (lambda charts: charts.turns, _turns),
    "sample-efficiency": (lambda charts: charts.efficiency, _efficiency),
    "repairs": (lambda charts: charts.changes, _changes),
    "categories": (lambda charts: charts.categories, _categories),
    "cost": (lambda charts: charts.cost, _cost),
    "calls": (lambda charts: charts.calls, _cost),
    "seconds": (lambda charts: charts.seconds, _cost),
}


def draw(charts: Charts) -> dict[str, Figure]:
    """Draw all plots that have something to show, by the names of their files. Call it within `style`."""
    chosen = {name: (chart_of(charts), make) for name, (chart_of, make) in _PLOTS.items()}
    return {name: make(chart) for name, (chart, make) in chosen.items() if chart is not None}


def _figure(height: float, rows: int = 1) -> tuple[Figure, list[Axes]]:
    """A figure of a column's width with panels below each other, each so high in inches."""
    figure = Figure(figsize=(WIDTH, height * rows + 0.45), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, list(figure.subplots(rows, 1, sharex=True, squeeze=False)[:, 0])


def _panels(chart: Chart, height: float) -> tuple[Figure, list[tuple[Axes, list[Series]]]]:
    """A figure with a panel for each number of samples, and the series of each panel."""
    panels = chart.by_samples
    figure, all_axes = _figure(height, len(panels))
    if len(panels) > 1:
        for axes, samples in zip(all_axes, panels, strict=True):
            axes.set_title("1 sample (greedy)" if samples == 1 else f"{samples} samples", loc="left", fontsize=7)
    _legend(figure, chart)
    return figure, list(zip(all_axes, panels.values(), strict=True))


def _points(axes: Axes, all_series: Sequence[Series], width: float, *, joined: bool = False) -> None:
    """Points with their intervals, those of one place side by side within a width; pass@k is a line without any."""
    marked = [series for series in all_series if series.look.marker]
    for place, series in enumerate(marked):
        shift = width * ((place + 0.5) / len(marked) - 0.5)
        for point in series.points:
            _mark(axes, series.look, point, point.x + shift)
        if joined:
            _join(axes, series, shift, linewidth=0.8)
    for series in all_series:
        if not series.look.marker:
            _join(axes, series, linestyle=_DASHES)


def _join(axes: Axes, series: Series, shift: float = 0, **form: Any) -> None:
    """A line through the points of a series."""
    xs, ys = [point.x + shift for point in series.points], [100 * (point.value or 0) for point in series.points]
    axes.plot(xs, ys, color=series.look.paper, **form)


def _mark(axes: Axes, look: Look, point: Point, place: float, *, along_row: bool = False) -> None:
    """A point with its interval, upright at a place of the axis across or along a row; nothing where nothing counts."""

    def plot(shares: list[float], **form: Any) -> None:
        percents, places = [100 * share for share in shares], [place] * len(shares)
        axes.plot(*((percents, places) if along_row else (places, percents)), color=look.paper, **form)

    if point.value is not None:
        plot([point.low, point.high], linewidth=0.8)
        plot([point.value], marker=look.marker, clip_on=False)


def _row_heights(chart: Chart) -> float:
    return 0.6 + sum(0.19 if len(series.label) < 32 else 0.3 for series in chart.series)


def _method_rows(axes: Axes, chart: Chart) -> None:
    axes.set_yticks(range(len(chart.series)), [series.label for series in chart.series])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(chart.series) - 0.4, -0.6)


def _percent_axis(axes: Axes, which: Literal["x", "y"], label: str) -> None:
    """From 0 to 100 at most, with what is to be seen filling the axis; no point or interval is cut off."""
    low, high = axes.get_xlim() if which == "x" else axes.get_ylim()
    missing = max(0.0, 100 * LEAST_SPAN - (high - low)) / 2
    ends, ticks = (max(low - missing, -2.0), min(high + missing, 102.0)), MaxNLocator(6, steps=[1, 2, 5, 10])
    axes.set(**{f"{which}lim": ends, f"{which}label": label})
    getattr(axes, f"{which}axis").set_major_locator(ticks)
    axes.grid(axis=which)


def _share_label(all_series: Sequence[Series], what: str = "accuracy in %") -> str:
    return f"{what}\n(95 % intervals, {_n([point for series in all_series for point in series.points])})"


def _n(points: Sequence[Point], name: str = "n = ") -> str:
    """The number of tasks behind each of some points, or the least and the greatest."""
    counts = sorted({point.n for point in points})
    return f"{name}{counts[0]:,}" if len(counts) == 1 else f"{name}{counts[0]:,}–{counts[-1]:,}"


def _legend(figure: Figure, chart: Chart) -> None:
    """A line for each kind of series, below the plot, where it covers nothing."""
    looks = {series.kind: series.look for series in chart.series}
    handles = [
        Line2D([], [], color=look.paper, marker=look.marker, linewidth=0.8, label=kind)
        if look.marker
        else Line2D([], [], color=look.paper, linestyle=_DASHES, label=kind)
        for kind, look in looks.items()
    ]
    longest = max(len(kind) for kind in looks)
    columns = 3 if longest < 18 else 2
    figure.legend(handles=handles, loc="outside lower center", ncols=min(columns, len(handles)), columnspacing=1)


def _folded(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(one_line(text), max(width, 6)))

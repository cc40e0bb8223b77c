"""The plots themselves: one function each, for the runs of one benchmark and model. Imports matplotlib.

Made for a column of a paper (3.4 inches) and its captions: no titles of their own, axes with units, intervals of 95 %.
Colours are those of Okabe and Ito, which colour-blind readers can tell apart; markers say the same once more in print.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from selfdebug.benchmarks.statistics import Proportion
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.reports.document import one_line
from selfdebug.reports.report import Report, RunReport, category_names

WIDTH = 3.4
"""Inches: a column of a paper with two."""
_COLOURS = ("#000000", "#E69F00", "#0072B2", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#8C6D00", "#7F7F7F")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
_STYLE: Any = {
    "font.size": 8, "axes.labelsize": 8, "xtick.labelsize": 7, "ytick.labelsize": 7, "legend.fontsize": 7,
    "axes.titlesize": 8, "axes.linewidth": 0.6, "axes.spines.top": False, "axes.spines.right": False,
    "axes.axisbelow": True, "grid.color": "#DDDDDD", "grid.linewidth": 0.5, "lines.linewidth": 1, "lines.markersize": 4,
    "legend.frameon": False, "font.family": "DejaVu Sans", "pdf.fonttype": 42, "text.parse_math": False,
}  # fmt: skip
_LEAST_SPAN = 20.0
"""Percentage points that an axis shows at least, lest small differences look large."""


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


def accuracy(report: Report, runs: Sequence[RunReport]) -> Figure:
    """Accuracy by method, a row each."""
    figure, [axes] = _figure(_row_heights(runs))
    for place, each in enumerate(runs):
        _point(axes, each, each.accuracy, y=place)
    _method_rows(axes, runs)
    axes.set_xlabel(_accuracy_label(runs))
    _percent_axis(axes, "x")
    return figure


def turns(report: Report, runs: Sequence[RunReport]) -> Figure | None:
    """Accuracy over new programs, a panel for each number of samples."""
    runs = [each for each in runs if _debugs(each)]
    most = max((len(each.turns.accuracy) for each in runs), default=0)
    if most < 2:
        return None
    panels = _by_samples(runs)
    figure, all_axes = _figure(1.9, len(panels))
    for axes, (samples, members) in zip(all_axes, panels.items(), strict=True):
        for place, each in enumerate(members):
            known = each.turns.accuracy
            values = [known[min(k, len(known) - 1)] for k in range(most)]
            shift = _dodge(place, len(members), min(0.4, 0.08 * len(members)))
            _line(axes, each, [k + shift for k in range(most)], values)
        axes.set_xticks(range(most), ["first"] + [f"+{k}" for k in range(1, most)])
        axes.set_ylabel(_accuracy_label(members))
        _percent_axis(axes, "y")
        _panel_title(axes, samples, panels)
    limits = [axes.get_ylim() for axes in all_axes]
    for axes in all_axes:  # one scale, so that slopes can be compared
        axes.set_ylim(min(low for low, _ in limits), max(high for _, high in limits))
    all_axes[-1].set_xlabel("programs: the first one, and new ones")
    _legend(figure, runs)
    return figure


def efficiency(report: Report, runs: Sequence[RunReport]) -> Figure | None:
    """Accuracy over the number of first programs, below what a perfect selector would reach."""
    names = {each.run.id for each in runs}
    groups = [group for group in report.efficiency if names.issuperset(group.runs) and group.ceiling]
    if not groups or len({each.run.settings.samples for each in runs}) < 2:
        return None
    figure, [axes] = _figure(2.4)
    kinds = list(dict.fromkeys(each.feedback for each in runs))
    for place, kind in enumerate(kinds):
        members = sorted((one for one in runs if one.feedback == kind), key=lambda one: one.run.settings.samples)
        shift = 2 ** _dodge(place, len(kinds), 0.3)
        xs = [each.run.settings.samples * shift for each in members]
        _line(axes, members[0], xs, [each.accuracy for each in members])
    [ceiling, *_] = [group.ceiling for group in groups]
    axes.plot([one.k for one in ceiling], [100 * one.value for one in ceiling], color="#555555", linestyle=(0, (4, 2)))
    sizes = sorted({each.run.settings.samples for each in runs} | {one.k for one in ceiling})
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_locator(FixedLocator(sizes))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    axes.set_xlabel("first programs (1 is greedy)")
    axes.set_ylabel(_accuracy_label(runs))
    _percent_axis(axes, "y")
    pass_at_k = Line2D([], [], color="#555555", linestyle=(0, (4, 2)), label="pass@k of the samples")
    _legend(figure, runs, [pass_at_k])
    return figure


def repairs(report: Report, runs: Sequence[RunReport]) -> Figure | None:
    """What debugging repaired, to the right, and broke, to the left, in percent of all tasks."""
    runs = [each for each in runs if _debugs(each)]
    if not runs:
        return None
    figure, [axes] = _figure(_row_heights(runs) + 0.15)
    for place, each in enumerate(runs):
        for sign, count, colour in ((1, each.repairs.repaired, "#0072B2"), (-1, each.repairs.broken, "#D55E00")):
            share = Proportion.of(count, each.run.done)
            axes.barh(place, sign * 100 * (share.value or 0), height=0.65, color=colour)
            ends = sorted((sign * 100 * share.low, sign * 100 * share.high))
            axes.plot(ends, [place, place], color="black", linewidth=0.9)
    axes.axvline(0, color="black", linewidth=0.6)
    _method_rows(axes, runs)
    axes.set_xlabel(f"% of tasks\n(95 % intervals, {_n(runs)})")
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):g}"))
    axes.grid(axis="x")
    handles = [
        Line2D([], [], color=colour, linewidth=5, label=label)
        for colour, label in (("#D55E00", "broken (right → wrong)"), ("#0072B2", "repaired (wrong → right)"))
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, handlelength=1, columnspacing=1)
    return figure


def categories(report: Report, runs: Sequence[RunReport]) -> Figure | None:
    """Accuracy by category, a panel for each number of samples."""
    runs = [each for each in runs if len(each.categories) > 1]
    if not runs:
        return None
    names = category_names(runs)
    panels = _by_samples(runs)
    figure, all_axes = _figure(1.8, len(panels))
    for axes, (samples, members) in zip(all_axes, panels.items(), strict=True):
        for place, each in enumerate(members):
            shift = _dodge(place, len(members), 0.7)
            for category in each.categories:
                _point(axes, each, category.proportion, x=names.index(category.name) + shift)
        for border in range(1, len(names)):
            axes.axvline(border - 0.5, color="#DDDDDD", linewidth=0.5)
        labels = [f"{_folded(name, 44 // len(names))}\n{_n_of_category(runs, name)}" for name in names]
        axes.set_xticks(range(len(names)), labels)
        axes.tick_params(axis="x", length=0)
        axes.set_xlim(-0.5, len(names) - 0.5)
        axes.set_ylabel("accuracy in %\n(95 % intervals)")
        _percent_axis(axes, "y")
        _panel_title(axes, samples, panels)
    _legend(figure, runs)
    return figure


def cost(report: Report, runs: Sequence[RunReport]) -> Figure | None:
    """Accuracy against tokens; points of several samples say how many."""
    spent = {
        each.run.id: each.spent.prompt_tokens.per_problem + each.spent.completion_tokens.per_problem for each in runs
    }
    runs = [each for each in runs if spent[each.run.id] > 0]
    if not runs:
        return None
    figure, [axes] = _figure(2.3)
    for each in runs:
        tokens = spent[each.run.id]
        _point(axes, each, each.accuracy, x=tokens)
    axes.set_xscale("log")
    axes.set_xlabel("prompt and completion tokens for each problem")
    axes.set_ylabel(_accuracy_label(runs))
    _token_axis(axes, list(spent.values()))
    _percent_axis(axes, "y")
    _name_clusters(axes, runs, spent)
    _legend(figure, runs)
    return figure


def _name_clusters(axes: Axes, runs: Sequence[RunReport], spent: Mapping[str, float]) -> None:
    """Points of one number of samples lie near each other, for samples cost the most: one name above them all."""
    clusters = _by_samples(runs)
    if len(clusters) == 1:
        return
    crowded = len(clusters) > 3
    if crowded:
        axes.set_xlabel(f"{axes.get_xlabel()}\n(×: number of samples)")
    for samples, members in clusters.items():
        middle = math.exp(math.fsum(math.log(spent[each.run.id]) for each in members) / len(members))
        top = max(100 * each.accuracy.high for each in members)
        name = f"×{samples}" if crowded else f"{samples} sample{'s' if samples > 1 else ''}"
        axes.annotate(name, (middle, top), (0, 3), textcoords="offset points", ha="center", fontsize=7)
    axes.set_ylim(top=axes.get_ylim()[1] + 0.09 * (axes.get_ylim()[1] - axes.get_ylim()[0]))


PLOTS: Mapping[str, Callable[[Report, Sequence[RunReport]], Figure | None]] = {
    "accuracy": accuracy, "turns": turns, "sample-efficiency": efficiency, "repairs": repairs,
    "categories": categories, "cost": cost,
}  # fmt: skip
"""By the name of their files. One that has nothing to show gives `None`."""


def _figure(height: float, rows: int = 1) -> tuple[Figure, list[Axes]]:
    """A figure of a column's width with panels below each other, each so high in inches."""
    figure = Figure(figsize=(WIDTH, height * rows + 0.45), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, list(figure.subplots(rows, 1, sharex=True, squeeze=False)[:, 0])


def _row_heights(runs: Sequence[RunReport]) -> float:
    return 0.6 + sum(0.19 if len(label) < 32 else 0.3 for label in (_label(each) for each in runs))


def _debugs(report: RunReport) -> bool:
    return report.feedback != "baseline"


def _look(report: RunReport) -> tuple[str, str]:
    """Colour and marker of a feedback kind, the same in all plots."""
    kinds = list(FEEDBACK_KINDS)
    place = kinds.index(report.feedback) if report.feedback in kinds else len(kinds) - 1
    return _COLOURS[place], _MARKERS[place]


def _point(axes: Axes, report: RunReport, found: Proportion, *, x: float | None = None, y: float = 0) -> None:
    """A point with its interval: across at a place `x`, or along in a row `y`."""
    if found.value is None:
        return
    colour, marker = _look(report)
    value, ends = 100 * found.value, [100 * found.low, 100 * found.high]
    if x is None:
        axes.plot(ends, [y, y], color=colour, linewidth=0.8)
        axes.plot([value], [y], color=colour, marker=marker, clip_on=False)
    else:
        axes.plot([x, x], ends, color=colour, linewidth=0.8)
        axes.plot([x], [value], color=colour, marker=marker, clip_on=False)


def _line(axes: Axes, report: RunReport, xs: Sequence[float], found: Sequence[Proportion]) -> None:
    for x, each in zip(xs, found, strict=True):
        _point(axes, report, each, x=x)
    axes.plot(xs, [100 * (each.value or 0) for each in found], color=_look(report)[0], linewidth=0.8)


def _dodge(place: int, number: int, width: float) -> float:
    """How far to move one of several points of the same place, so that their intervals can be told apart."""
    return width * ((place + 0.5) / number - 0.5)


def _by_samples(runs: Sequence[RunReport]) -> dict[int, list[RunReport]]:
    sizes = sorted({each.run.settings.samples for each in runs})
    return {size: [each for each in runs if each.run.settings.samples == size] for size in sizes}


def _panel_title(axes: Axes, samples: int, panels: Mapping[int, object]) -> None:
    if len(panels) > 1:
        axes.set_title("1 sample (greedy)" if samples == 1 else f"{samples} samples", loc="left", fontsize=7)


def _method_rows(axes: Axes, runs: Sequence[RunReport]) -> None:
    axes.set_yticks(range(len(runs)), [_label(each) for each in runs])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(runs) - 0.4, -0.6)


def _label(report: RunReport) -> str:
    return report.method if report.run.finished else f"{report.method} (unfinished)"


def _percent_axis(axes: Axes, which: str) -> None:
    """From 0 to 100 at most, with what is to be seen filling the axis; no point or interval is cut off."""
    low, high = axes.get_xlim() if which == "x" else axes.get_ylim()
    missing = max(0.0, _LEAST_SPAN - (high - low)) / 2
    low, high = max(low - missing, -2.0), min(high + missing, 102.0)
    (axes.set_xlim if which == "x" else axes.set_ylim)(low, high)
    (axes.xaxis if which == "x" else axes.yaxis).set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.grid(axis="x" if which == "x" else "y")


def _token_axis(axes: Axes, tokens: Sequence[float]) -> None:
    """Round numbers, not powers of ten alone."""
    low, high = min(tokens) / 1.25, max(tokens) * 1.25
    axes.set_xlim(low, high)
    steps = (1, 2, 5) if high / low < 100 else (1,)
    ticks = [step * 10.0**power for power in range(-1, 9) for step in steps]
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in ticks if low <= tick <= high]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def _accuracy_label(runs: Sequence[RunReport]) -> str:
    return f"accuracy in %\n(95 % intervals, {_n(runs)})"


def _n(runs: Sequence[RunReport]) -> str:
    counts = sorted({each.run.done for each in runs})
    return f"n = {counts[0]:,}" if len(counts) == 1 else f"n = {counts[0]:,}–{counts[-1]:,}"


def _n_of_category(runs: Sequence[RunReport], name: str) -> str:
    counts = sorted({one.proportion.n for each in runs for one in each.categories if one.name == name})
    return f"n={counts[0]:,}" if len(counts) == 1 else f"n={counts[0]:,}–{counts[-1]:,}"


def _legend(figure: Figure, runs: Sequence[RunReport], more: Sequence[Line2D] = ()) -> None:
    """A line for each feedback kind, below the plot, where it covers nothing."""
    looks = {each.feedback: _look(each) for each in runs}
    handles = [
        Line2D([], [], color=colour, marker=marker, linewidth=0.8, label=kind)
        for kind, (colour, marker) in looks.items()
    ]
    handles += more
    longest = max(len(str(handle.get_label())) for handle in handles)
    columns = 3 if longest < 18 else 2
    figure.legend(handles=handles, loc="outside lower center", ncols=min(columns, len(handles)), columnspacing=1)


def _folded(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(one_line(text), max(width, 6)))

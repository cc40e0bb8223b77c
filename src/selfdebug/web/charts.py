"""Places of a chart's lines in an SVG picture, which a template writes: no script, and no style of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass

from selfdebug.reports.charts import LEAST_SPAN, Chart, Series

WIDTH, HEIGHT = 520, 260
LEFT, RIGHT = 44, 12
_TOP, _BOTTOM = 12, 40
_MARGIN = 16
"""Between an end of the axis across and the nearest point."""


@dataclass(frozen=True, slots=True)
class PlacedPoint:
    """A point in units of the picture, with the ends of its interval and its words."""

    x: float
    y: float
    low: float
    high: float
    title: str


@dataclass(frozen=True, slots=True)
class PlacedSeries:
    """A line with its points from the left."""

    series: Series
    points: tuple[PlacedPoint, ...]

    @property
    def path(self) -> str:
        """Its points as SVG wants them."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


@dataclass(frozen=True, slots=True)
class LinePicture:
    """A chart as lines.

    Attributes:
        x_ticks, y_ticks: places on the axes, in units of the picture, with their labels.
        lines: one for each series of the chart.
    """

    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    lines: tuple[PlacedSeries, ...]


def picture_of(chart: Chart) -> LinePicture:
    """Give all of a chart's series their places."""
    points = [point for series in chart.series for point in series.points]
    low, high = _span(min(point.low for point in points), max(point.high for point in points))
    across = math.log if chart.logarithmic else float
    ends = [across(value) for value in (*(point.x for point in points), *(at for at, _ in chart.places))]
    left, right = min(ends), max(ends)

    def x(value: float) -> float:
        return LEFT + _MARGIN + (WIDTH - LEFT - RIGHT - 2 * _MARGIN) * (across(value) - left) / ((right - left) or 1)

    def y(share: float) -> float:
        return _TOP + (HEIGHT - _TOP - _BOTTOM) * (high - share) / (high - low)

    lines = []
    for place, series in enumerate(chart.series):
        # Lest intervals lie on one another.
        shift = 0 if chart.logarithmic else 6 * (place - (len(chart.series) - 1) / 2)
        placed = tuple(
            PlacedPoint(
                x(point.x) + shift, y(point.value or 0), y(point.low), y(point.high), f"{series.label}: {point.text}"
            )
            for point in series.points
        )
        lines.append(PlacedSeries(series, placed))
    step = 0.05 if high - low <= 0.3 else 0.1 if high - low <= 0.6 else 0.2
    shares = [round(step * n, 2) for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
    return LinePicture(
        tuple((x(at), label) for at, label in chart.places),
        tuple((y(share), f"{100 * share:.0f} %") for share in shares),
        tuple(lines),
    )


def _span(low: float, high: float) -> tuple[float, float]:
    """The shares between which an axis goes."""
    missing = max(0.0, LEAST_SPAN - (high - low)) / 2
    low, high = max(0.0, low - missing), min(1.0, high + missing)
    return math.floor(20 * low) / 20, math.ceil(20 * high) / 20

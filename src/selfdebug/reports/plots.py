"""Plots of a report as files, PNG for pages and PDF, which keeps its lines sharp at any size, for papers.

What draws them, matplotlib, is an extra and imported only when plots are wanted.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from pathlib import Path

from selfdebug.reports.charts import charts_of
from selfdebug.reports.report import MissingPlotsError, Report


def require_matplotlib() -> None:
    """See whether plots can be drawn at all, before anything is counted.

    Raises:
        MissingPlotsError: they cannot.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise MissingPlotsError('Plots need matplotlib: pip install "selfdebug[plots]".') from None


def write_plots(report: Report, folder: Path) -> list[Path]:
    """Draw all plots that there is something to draw for.

    Runs of one benchmark and model share their plots; with several of these, their names are part of the files'.

    Args:
        report: what to draw.
        folder: where to; it is made if need be, and files of the same names are written over.

    Returns:
        The files, in the order of drawing.

    Raises:
        MissingPlotsError: matplotlib is not installed.
        OSError: the folder cannot be written to.
    """
    require_matplotlib()
    from selfdebug.reports import drawing

    folder.mkdir(parents=True, exist_ok=True)
    groups = charts_of(report)
    suffixes = file_suffixes([charts.title for charts in groups])
    files = []
    with drawing.style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # letters that the font lacks are drawn as boxes
        for charts, suffix in zip(groups, suffixes, strict=True):
            for name, figure in drawing.draw(charts).items():
                files += drawing.save(figure, folder / f"{name}{suffix}", charts.title if len(groups) > 1 else "")
    return files


def file_suffixes(titles: Sequence[str]) -> list[str]:
    """What the names of files end in for each of some titles; nothing for a single one."""
    if len(titles) == 1:
        return [""]
    suffixes: list[str] = []
    for title in titles:
        plain = "-" + (re.sub(r"[^a-z0-9+]+", "-", title.lower()).strip("-")[:80] or "runs")
        names = (plain, *(f"{plain}-{n}" for n in range(2, 1000)))
        suffixes.append(next(name for name in names if name not in suffixes))
    return suffixes

"""Plots of a report as files, PNG for pages and PDF, which keeps its lines sharp at any size, for papers.

What draws them, matplotlib, is an extra and imported only when plots are wanted.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path

from selfdebug.reports.report import MissingPlotsError, Report, RunReport
from selfdebug.reports.tables import column_titles


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
    groups = _groups(report)
    files = []
    with drawing.style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # letters that the font lacks are drawn as boxes
        for suffix, title, members in groups:
            for name, draw in drawing.PLOTS.items():
                figure = draw(report, members)
                if figure is not None:
                    files += drawing.save(figure, folder / f"{name}{suffix}", title if len(groups) > 1 else "")
    return files


def _groups(report: Report) -> list[tuple[str, str, list[RunReport]]]:
    """For each benchmark and model what their files' names end in, the title, and the runs."""
    titles = column_titles(report.runs)
    by_title: dict[str, list[RunReport]] = {}
    for each in report.runs:
        by_title.setdefault(titles[each.run.id], []).append(each)
    if len(by_title) == 1:
        return [("", title, members) for title, members in by_title.items()]
    used: set[str] = set()
    found = []
    for title, members in by_title.items():
        plain = "-" + (re.sub(r"[^a-z0-9+]+", "-", title.lower()).strip("-")[:80] or "runs")
        suffix = next(name for name in (plain, *(f"{plain}-{n}" for n in range(2, 1000))) if name not in used)
        used.add(suffix)
        found.append((suffix, title, members))
    return found

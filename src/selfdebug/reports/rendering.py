"""The forms that a report can be written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter

from selfdebug.reports.latex import write_latex
from selfdebug.reports.markdown import write_markdown
from selfdebug.reports.report import Report
from selfdebug.reports.tables import sections
from selfdebug.reports.tidy import write_csv


def _json(report: Report) -> str:
    """Everything, but for where a run would be resumed from: those are paths of the machine that it ran on."""
    without: Any = {"runs": {"__all__": {"run": {"source"}}}, "empty": {"__all__": {"source"}}}
    return TypeAdapter(Report).dump_json(report, indent=2, exclude=without).decode() + "\n"


def _title(report: Report) -> str:
    return "Report: " + ", ".join(dict.fromkeys(each.run.title for each in report.runs))


FORMATS: Mapping[str, Callable[[Report], str]] = {
    "md": lambda report: write_markdown(_title(report), sections(report)),
    "csv": write_csv,
    "json": _json,
    "latex": lambda report: write_latex(_title(report), sections(report)),
}
"""By name."""


def render(report: Report, form: str = "md") -> str:
    """Write a report down; the same report always gives the same text.

    Args:
        report: what to write.
        form: one of `FORMATS`: ``md`` to read, ``csv`` with a row for each quantity, ``json`` with everything,
            ``latex`` for a paper.

    Raises:
        ValueError: there is no such form.
    """
    if form not in FORMATS:
        raise ValueError(f"unknown format {form!r}: choose from {', '.join(FORMATS)}")
    return FORMATS[form](report)

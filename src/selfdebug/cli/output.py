"""What commands print: texts as they are where a program reads them, escaped where a person does; tables; numbers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO

from selfdebug.safe_text import escaped


def put(text: str, stream: TextIO | None = None) -> None:
    """Write an answer as it is where another program reads it; with escapes where a person does."""
    stream = stream or sys.stdout
    shown = escaped(text) if stream.isatty() else text
    stream.write(shown if shown.endswith("\n") else f"{shown}\n")
    stream.flush()


def aligned(rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Rows of equal length in columns, two spaces between them.

    So many columns as `left` says stand to the left; the others, of numbers, to the right.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    layout = "  ".join(f"{{:{'<' if place < left else '>'}{width}}}" for place, width in enumerate(widths))
    return "\n".join(layout.format(*row).rstrip() for row in rows)


def percent(share: float | None) -> str:
    """A share of 1 as a percentage; a dash for none."""
    return "–" if share is None else f"{100 * share:.1f} %"


def brief(number: int) -> str:
    """A large number in three or four digits: 950, 12.3k, 4.56M."""
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if number >= size:
            value = number / size
            return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f}{unit}"
    return str(number)


def duration(seconds: float) -> str:
    """A time, as far as it matters: 42 s, 7 min, 3 h 05 min."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02} min"

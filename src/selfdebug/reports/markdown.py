"""A report as Markdown: aligned pipes, to be read on a terminal as well as on a page."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from selfdebug.reports.document import Block, BulletList, Commands, Paragraph, Section, TextTable, one_line, write

_WIDTH = 120


def write_markdown(title: str, sections: Sequence[Section]) -> str:
    """Write sections as Markdown (GitHub's, which has tables)."""
    return f"# {_escaped(title)}\n\n" + write(sections, lambda title: f"## {_escaped(title)}", _block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield from _wrapped(_escaped(text))
        case BulletList(items):
            for item in items:
                yield from _wrapped(f"- {_escaped(item)}", indent="  ")
        case Commands(code):
            yield "```console"
            yield from (f"$ {one_line(line)}" for line in code)
            yield "```"
        case TextTable():
            yield from _wrapped(f"**{_escaped(block.caption)}**")
            yield ""
            yield from _table(block)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _table(table: TextTable) -> Iterator[str]:
    rows = [[_escaped(cell) for cell in row] for row in (table.header, *table.rows)]
    widths = [max(3, *map(cell_len, column)) for column in zip(*rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = []
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            space = " " * (width - cell_len(cell))
            padded.append(cell + space if place < table.left else space + cell)
        return f"| {' | '.join(padded)} |"

    yield line(rows[0])
    rules = ["-" * width if place < table.left else "-" * (width - 1) + ":" for place, width in enumerate(widths)]
    yield f"| {' | '.join(rules)} |"
    yield from (line(row) for row in rows[1:])


def _escaped(text: str) -> str:
    """What Markdown would read as more than text. A `_` within a word is none."""
    return re.sub(r"[\\|`*\[\]]|<(?=[A-Za-z/!?])|(?<!\w)_|_(?!\w)", lambda special: f"\\{special[0]}", one_line(text))

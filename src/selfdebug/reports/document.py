"""A document of headings, texts, lists and tables: what Markdown, LaTeX and a page have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from selfdebug.benchmarks.statistics import Proportion

T = TypeVar("T")
NONE = "–"
"""In a cell of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text."""

    text: str


@dataclass(frozen=True, slots=True)
class BulletList:
    """A list of texts."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Commands:
    """Lines to be typed as they are."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of plain text.

    Attributes:
        caption: what it shows, one line.
        header: names of the columns.
        rows: cells, as many as there are columns.
        left: how many columns, from the first one, are texts; the others are numbers and stand right.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: int = 1


Block: TypeAlias = Paragraph | BulletList | Commands | TextTable


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it."""

    title: str
    blocks: tuple[Block, ...]


def table_of(
    caption: str, of: Iterable[T], columns: Mapping[str, Callable[[T], object]], *, left: int = 1
) -> TextTable:
    """A table with a row for each of some things, and by each column's heading what `cell` writes of it there."""
    rows = tuple(tuple(cell(content(each)) for content in columns.values()) for each in of)
    return TextTable(caption, tuple(columns), rows, left)


def cell(content: object) -> str:
    """A text, a number or a proportion as the text of a cell; numbers become text here and nowhere else."""
    match content:
        case None:
            return NONE
        case Proportion():
            return percent(content)
        case int():
            return f"{content:,}"
        case float():  # with three digits at least, and no more decimals than these need
            return f"{content:,.0f}" if abs(content) >= 100 else f"{content:.{1 if abs(content) >= 10 else 2}f}"
    return str(content)


def percent(proportion: Proportion, *, with_n: bool = False) -> str:
    """Such as ``69.8 (65.6–73.7)``, or with ``n=500`` behind it."""
    if proportion.value is None:
        return NONE
    return f"{proportion.percent} ({proportion.interval})" + (f" n={proportion.n:,}" if with_n else "")


def one_line(text: str) -> str:
    """A text on one line: whatever a model's name or a note may hold, a table stays a table."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def write(
    sections: Sequence[Section], heading: Callable[[str], str], lines_of: Callable[[Block], Iterator[str]]
) -> str:
    """Write sections in a language of headings, made of titles, and lines of blocks; with empty lines between them."""
    blocks = [part for section in sections for part in ([heading(section.title)], *map(lines_of, section.blocks))]
    return "\n\n".join(filter(None, map("\n".join, blocks))) + "\n"

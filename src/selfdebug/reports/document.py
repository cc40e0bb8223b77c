"""A document of headings, texts, lists and tables: what Markdown and LaTeX have in common. Plain text in every cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of texts."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines to be typed as they are."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

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


Block: TypeAlias = Text | Bullets | Code | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it."""

    title: str
    blocks: tuple[Block, ...]


def one_line(text: str) -> str:
    """A text on one line: whatever a model's name or a note may hold, a table stays a table."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())

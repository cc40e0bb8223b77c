"""Text of models, programs and databases on a page: all of it hostile, none of it run, nothing of it unseen.

Characters that would not be seen, or would reorder those that are, stand as their escapes, and look like escapes. What
is too long for a page is cut, with a note of how much is missing: the trajectory's JSON has it all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup, escape

from selfdebug.safe_text import UNUSUAL, escape_of, escaped

LINE_CHARACTERS = 1_000
TEXT_CHARACTERS = 20_000
TEXT_LINES = 400


@dataclass(frozen=True, slots=True)
class Cut:
    """The beginning of a text, and how many characters were left out."""

    text: str
    missing: int = 0


def cut(text: str, lines: int = TEXT_LINES, characters: int = TEXT_CHARACTERS) -> Cut:
    """Cut a text to so many lines and characters, and each line to `LINE_CHARACTERS`."""
    kept = text[:characters].replace("\r\n", "\n").split("\n")[:lines]
    shown = "\n".join(each if len(each) <= LINE_CHARACTERS else each[:LINE_CHARACTERS] + "…" for each in kept)
    missing = len(text) - sum(min(len(each), LINE_CHARACTERS) for each in kept) - (len(kept) - 1)
    return Cut(shown, missing if missing > text.count("\r\n") else 0)


def marked(text: str) -> Markup:
    """A text as HTML in which escapes of invisible characters are elements of the class ``escape``."""

    def element(unusual: re.Match[str]) -> str:
        code = escape_of(unusual[0])
        return f'<span class="escape">{code}</span>' if code else unusual[0]

    return Markup(UNUSUAL.sub(element, escape(text.replace("\r\n", "\n"))))


def shown(text: object, lines: int = TEXT_LINES, characters: int = TEXT_CHARACTERS) -> Markup:
    """A text as HTML, cut where it is too long, with a note then."""
    beginning = cut(str(text), lines, characters)
    note = Markup('<span class="cut"> … {} more characters</span>').format(f"{beginning.missing:,}")
    return marked(beginning.text) + (note if beginning.missing else "")


def brief(text: object, characters: int = 120) -> str:
    """The beginning of a text on one line, with escapes."""
    line = " ".join(str(text)[: 4 * characters].split())
    return escaped(line if len(line) <= characters else f"{line[:characters].rstrip()}…")


def safe(value: object) -> object:
    """What templates write where they say nothing else: what would not be seen is escaped."""
    return escaped(value) if isinstance(value, str) and not isinstance(value, Markup) else value

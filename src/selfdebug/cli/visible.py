"""Text from models, programs and databases as it may be shown: nothing in it can command a terminal.

Escape sequences could forge a verdict or hide a line, and marks of writing direction could reorder one.
"""

from __future__ import annotations

import sys
import unicodedata
from typing import TextIO

_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Controls, formats (bidirectional marks, zero-width characters), surrogates, unassigned, line separators."""


def visible(text: str) -> str:
    """Write every character that would not be seen as its escape, such as ``\\u001b``; line ends and tabs stay."""
    return "".join(_seen(character) for character in text.replace("\r\n", "\n"))


def _seen(character: str) -> str:
    if character in "\n\t" or " " <= character <= "~" or unicodedata.category(character) not in _HIDDEN:
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def shortened(text: str, lines: int, characters: int) -> str:
    """The beginning of a text, visible, with an ellipsis if something was left out."""
    text = text.replace("\r\n", "\n")  # and no other way to end a line: one must not pass unseen
    kept = "\n".join(text.strip().split("\n")[:lines])[:characters].rstrip()
    return visible(kept) + (" …" if len(kept) < len(text.strip()) else "")


def put(text: str, stream: TextIO | None = None) -> None:
    """Write an answer as it is where another program reads it; visible where a person does."""
    stream = stream or sys.stdout
    shown = visible(text) if stream.isatty() else text
    stream.write(shown if shown.endswith("\n") else f"{shown}\n")
    stream.flush()

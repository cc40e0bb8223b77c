"""Text as it may be shown: it cannot command a terminal, mislead a page, or give away a password.

Escape sequences could forge a verdict or hide a line, and marks of writing direction could reorder one.
"""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Controls, formats (bidirectional marks, zero-width characters), surrogates, unassigned, line separators."""
UNUSUAL = re.compile(r"[^\n\t -~]")
"""What may be hidden; most texts have none."""


def escaped(text: str) -> str:
    """Write every character that would not be seen as its escape, such as ``\\u001b``; line ends and tabs stay."""
    return UNUSUAL.sub(lambda match: escape_of(match[0]) or match[0], text.replace("\r\n", "\n"))


def escape_of(character: str) -> str:
    """The escape of a character that would not be seen; empty for one that is."""
    if character in "\n\t" or unicodedata.category(character) not in _HIDDEN:
        return ""
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def shortened(text: str, lines: int, characters: int) -> str:
    """The beginning of a text, escaped, with an ellipsis if something was left out."""
    text = text.replace("\r\n", "\n")  # and no other way to end a line: one must not pass unseen
    kept = "\n".join(text.strip().split("\n")[:lines])[:characters].rstrip()
    return escaped(kept) + (" …" if len(kept) < len(text.strip()) else "")


def counted(number: int, noun: str, nouns: str = "") -> str:
    """A number with its noun: 1 task, 2,000 tasks.

    Args:
        number: how many.
        noun: of one.
        nouns: of several; by default with an s.
    """
    return f"{number} {noun}" if number == 1 else f"{number:,} {nouns or noun + 's'}"


def without_password(database: str) -> str:
    """A path or URL of a database as it may be shown and stored: without password and options."""
    if "://" not in database:
        return database
    scheme, rest = database.split("://", 1)
    user, _, place = rest.rpartition("@")  # a password may hold anything, an @ and a / too
    name = user.split(":", 1)[0]
    return f"{scheme}://{name + '@' if name else ''}{place.split('?', 1)[0]}"

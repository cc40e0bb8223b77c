"""Languages as users name them, and as their files end."""

from __future__ import annotations

from pathlib import Path

from selfdebug.cli.failing import UsageError
from selfdebug.languages import LANGUAGES
from selfdebug.languages import language as find_language


def named_language(name: str, option: str) -> str:
    """A language's own name.

    Raises:
        UsageError: it is not known.
    """
    try:
        return find_language(name).name
    except ValueError as error:
        raise UsageError(f"{option}: {error}.") from None


def language_of_file(path: Path) -> str | None:
    """What a file's name says of its language; ``None`` if it says nothing."""
    ending = path.suffix.lower()
    known = (language for language in LANGUAGES.values() if ending in (language.extension, *language.other_extensions))
    return next((language.name for language in known), None)

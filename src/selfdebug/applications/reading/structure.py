"""Whether a text is code, and what it defines, in any language or dialect of SQL. Nothing here reads prose."""

from __future__ import annotations

from selfdebug.languages import Language, find_language
from selfdebug.languages.structure import Structure

DIALECTS = ("sqlite", "duckdb", "postgres", "mysql")
"""sqlglot's names of the dialects that queries may be written in."""

MAX_CHARACTERS = 30_000
"""Longer code is not parsed: what is wanted here has a hundredth of that, and parsers are not linear on nonsense."""


def parses(code: str, language_or_dialect: str) -> bool:
    """Whether the text is valid code: a whole program, or exactly one SQL statement.

    Args:
        code: the text.
        language_or_dialect: a language, or one of `DIALECTS`.

    Raises:
        ValueError: the language is not known.
    """
    if language_or_dialect in DIALECTS:
        from selfdebug.applications.reading.statements import statement

        return statement(code, language_or_dialect) is not None
    return structure(code, find_language(language_or_dialect)).parses


def structure(code: str, language: Language) -> Structure:
    """What a text is as code in a language."""
    return language.structure(code) if len(code) <= MAX_CHARACTERS else Structure(parses=False)

"""The languages that programs may be written in.

A language is one file of this folder, its driver for calls in `drivers`, and one line below.
"""

from __future__ import annotations

from selfdebug.languages.base import Build, Language
from selfdebug.registry import Registry

LANGUAGES: Registry[Language] = Registry(
    "language",
    {
        "python": "selfdebug.languages.python:PYTHON",
        "cpp": "selfdebug.languages.cpp:CPP",
        "java": "selfdebug.languages.java:JAVA",
        "javascript": "selfdebug.languages.javascript:JAVASCRIPT",
        "rust": "selfdebug.languages.rust:RUST",
        "go": "selfdebug.languages.go:GO",
    },
)
"""By name, in the order in which they are listed. A module is imported when its language is asked for."""


def language(name: str) -> Language:
    """Find a language by its name or a usual short form.

    Raises:
        ValueError: it is not supported; the message lists those that are.
    """
    key = name.strip().lower()
    by_alias = (known for known in LANGUAGES.values() if key in known.aliases)
    return LANGUAGES[key] if key in LANGUAGES else next(by_alias, None) or LANGUAGES[name]


__all__ = ["LANGUAGES", "Build", "Language", "language"]

"""The languages that programs may be written in.

A language is one file of this folder, its driver for calls in `drivers`, and one line below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from selfdebug.registry import Registry

if TYPE_CHECKING:
    from selfdebug.languages.base import Language

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


def find_language(name: str) -> Language:
    """Find a language by its name or a usual short form.

    Raises:
        ValueError: it is not supported; the message lists those that are.
    """
    if name in LANGUAGES:
        return LANGUAGES[name]
    short = name.strip().lower()
    return next((known for known in LANGUAGES.values() if short in known.aliases), None) or LANGUAGES[name]

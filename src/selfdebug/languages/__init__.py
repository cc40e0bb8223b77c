"""The languages that programs may be written in, one file each."""

from __future__ import annotations

from selfdebug.languages.base import Language
from selfdebug.languages.cpp import CPP
from selfdebug.languages.go import GO
from selfdebug.languages.java import JAVA
from selfdebug.languages.javascript import JAVASCRIPT
from selfdebug.languages.python import PYTHON
from selfdebug.languages.rust import RUST

LANGUAGES: dict[str, Language] = {language.name: language for language in (PYTHON, CPP, JAVA, JAVASCRIPT, RUST, GO)}
"""By name."""

_ALIASES = {
    "py": "python",
    "c++": "cpp",
    "cxx": "cpp",
    "js": "javascript",
    "node": "javascript",
    "rs": "rust",
    "golang": "go",
}


def language(name: str) -> Language:
    """Find a language by its name or a usual short form.

    Raises:
        ValueError: it is not supported; the message lists those that are.
    """
    key = name.lower()
    key = _ALIASES.get(key, key)
    if key not in LANGUAGES:
        raise ValueError(f"unknown language {name!r}: choose from {', '.join(LANGUAGES)}")
    return LANGUAGES[key]


__all__ = ["LANGUAGES", "Language", "language"]

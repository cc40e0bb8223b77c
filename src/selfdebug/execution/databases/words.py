"""Words of the databases' languages, from `words.toml`: a new engine's words are a section there."""

from __future__ import annotations

import tomllib
from pathlib import Path

WORDS: dict[str, dict[str, frozenset[str]]] = {
    section: {key: frozenset(text.split()) for key, text in lists.items()}
    for section, lists in tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8")).items()
}
"""Lower-case words by dialect (or ``common``) and by what they are."""

"""Words of the databases' languages, from `words.toml`: names that a query must quote, functions that it may call.

Functions are an allow-list for each engine, so that what nobody thought of is refused. PostgreSQL and DuckDB describe
their functions, so their lists are read from the engine's catalogue (built in, and free of side effects by its own
word) plus the few volatile ones named there. SQLite and MySQL have fixed lists. A new engine's words are a section.
"""

import tomllib
from pathlib import Path

WORDS: dict[str, dict[str, frozenset[str]]] = {
    section: {key: frozenset(text.split()) for key, text in lists.items()}
    for section, lists in tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8")).items()
}
"""Lower-case words by dialect (or ``common``) and by what they are."""

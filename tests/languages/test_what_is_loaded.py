"""Languages stand low and are named everywhere: their import must stay cheap."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        ("import selfdebug.languages", ("selfdebug.languages.base", "tree_sitter", "selfdebug.execution")),
        ("import selfdebug.problem", ("selfdebug.languages.base", "tree_sitter", "selfdebug.execution")),
        (
            "from selfdebug.languages import LANGUAGES, signatures\n[*LANGUAGES.values()]",
            ("tree_sitter", "selfdebug.execution", "pydantic"),
        ),
        ("from selfdebug.applications.reading import read_query", ("tree_sitter", "sqlglot")),
    ],
)
def test_parsers_and_upper_rooms_are_not_loaded(code: str, unwanted: tuple[str, ...]) -> None:
    script = f"{code}\nimport sys\nprint(*(set(sys.modules) & set({unwanted!r})))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []

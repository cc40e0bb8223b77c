"""The examples of the documents do what the documents say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from selfdebug.execution import isolation
from selfdebug.languages import LANGUAGES
from tests.model_server import Body, ModelServer, prompt_of
from tests.needs import skip_or_fail

ROOT = Path(__file__).parent.parent
_EXAMPLE = re.compile(
    r"<!-- executed by tests/test_examples.py -->\n```python\n(.*?)```\n(?:\n```\n(.*?)```)?", re.DOTALL
)
EXAMPLES = [
    (document.name, *found.groups())
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    for found in _EXAMPLE.finditer(document.read_text())
]


def _model(request: Body) -> str:
    """The model that the examples ask: its first square is wrong, its query is right."""
    text = prompt_of(request)
    if "SQLite" in text and "Columns:" not in text:
        return "```sql\nSELECT price FROM product WHERE name = 'tea'\n```"
    if "square" in text or "is wrong" in text:
        return f"```python\ndef square(n):\n    return n {'*' if 'is wrong' in text else '+'} n\n```"
    return "It gives the price of tea.\nColumns: 1 (price)\nVerdict: correct"


@pytest.mark.parametrize(("document", "code", "output"), EXAMPLES)
def test_example_runs_and_prints_what_is_shown(document: str, code: str, output: str | None, tmp_path: Path) -> None:
    if "Sandbox" in code and not (isolation.bubblewrap().works or isolation.landlock().works):
        skip_or_fail("no isolation works here")
    if "cpp" in code and LANGUAGES["cpp"].missing():
        skip_or_fail("C++ programs need g++")
    with ModelServer(_model) as server:
        result = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={**os.environ, "OPENAI_BASE_URL": server.url, "XDG_DATA_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert result.returncode == 0, result.stderr
    if output is not None:
        assert result.stdout == output

"""The examples of the documents do what the documents say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from selfdebug.execution import isolation
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


@pytest.mark.parametrize(("document", "code", "output"), EXAMPLES)
def test_example_runs_and_prints_what_is_shown(document: str, code: str, output: str | None, tmp_path: Path) -> None:
    if "Sandbox" in code and not (isolation.bubblewrap().works or isolation.landlock().works):
        skip_or_fail("no isolation works here")
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr
    if output is not None:
        assert result.stdout == output

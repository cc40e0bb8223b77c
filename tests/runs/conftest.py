"""What the tests of runs share."""

from __future__ import annotations

from pathlib import Path

import pytest

from selfdebug.execution import isolation
from tests.needs import skip_or_fail
from tests.runs import tiny


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with six tasks of each kind."""
    tiny.SCORED.clear()
    tiny.write(tmp_path / "data", "python", tiny.additions(6))
    tiny.write(tmp_path / "data", "sql", [{"count": "item"}] * 4)
    return tmp_path / "data"


@pytest.fixture
def isolated() -> None:
    """For tests that run programs."""
    if not (isolation.bubblewrap().works or isolation.landlock().works):
        skip_or_fail("no isolation works here: see selfdebug doctor")

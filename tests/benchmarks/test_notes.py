"""What every benchmark says of itself, for reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from selfdebug.benchmarks import BENCHMARKS, open_benchmark


@pytest.mark.parametrize(
    "name", [*BENCHMARKS, "sample:sql", "mbpp:3-shot", "humaneval-x:cpp-rust", "humaneval-x:cpp-go"]
)
def test_notes_say_what_is_shown_and_what_scores(name: str, data: Path) -> None:
    notes = " ".join(open_benchmark(name, data).notes)
    assert "shown" in notes
    assert "score" in notes

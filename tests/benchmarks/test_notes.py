"""What every benchmark says of itself, for reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from selfdebug.benchmarks import BENCHMARKS, open_benchmark


@pytest.mark.parametrize(
    "name", [*BENCHMARKS, "sample:sql", "mbpp:3-shot", "humaneval-x:cpp-rust", "humaneval-x:cpp-go"]
)
def test_notes_say_what_is_shown_and_what_scores(name: str, data: Path) -> None:
    benchmark = open_benchmark(name, data)
    assert "shown" in " ".join(benchmark.shown)
    assert "score" in " ".join(benchmark.shown + benchmark.notes)
    assert not [note for note in benchmark.notes if "is shown" in note]  # scoring shows nobody anything

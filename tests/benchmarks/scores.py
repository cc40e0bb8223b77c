"""What the tests of all benchmarks of programs do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from selfdebug.benchmarks import Benchmark, Score, Task
from selfdebug.execution import Sandbox
from selfdebug.problem import Program
from tests.needs import skip_or_fail


def need(path: Path) -> Path:
    """A file of the data folder, or no test."""
    if not path.exists():
        skip_or_fail(f"{path} is not in the data folder")
    return path


async def scores(
    benchmark: Benchmark, items: Iterable[tuple[Task, str]], sandbox: Sandbox | None = None
) -> list[Score]:  # fmt: skip
    """Scores of programs, given as code, in the sandbox or else in one of the best isolation."""
    if sandbox is None:
        async with Sandbox(workers=2) as own:
            return await scores(benchmark, items, own)
    async with benchmark.open_scorer(sandbox) as scorer:
        return await scorer.score([(task, Program(code, task.reference.program.language)) for task, code in items])


async def failing_references(benchmark: Benchmark, tasks: Iterable[Task]) -> list[str]:
    """Names of the tasks whose reference does not pass."""
    chosen = list(tasks)
    found = await scores(benchmark, [(task, task.reference.program.code) for task in chosen])
    assert all(score.reason == "" and score.failure is None for score in found if score.passed)
    return [task.id for task, score in zip(chosen, found, strict=True) if not score.passed]


def known_programs(folder: Path) -> list[dict[str, Any]]:
    """Programs of a model, with the official verdicts."""
    paths = sorted(need(folder).glob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text().split("\n") if line]

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


async def scores(benchmark: Benchmark, sandbox: Sandbox, items: Iterable[tuple[Task, str]]) -> list[Score]:
    """Scores of programs, given as code in their task's language."""
    async with benchmark.open_scorer(sandbox) as scorer:
        return await scorer.score([(task, Program(code, task.reference.program.language)) for task, code in items])


async def failing_references(benchmark: Benchmark, sandbox: Sandbox, tasks: Iterable[Task]) -> list[str]:
    """Names of the tasks whose reference does not pass."""
    chosen = list(tasks)
    found = await scores(benchmark, sandbox, [(task, task.reference.program.code) for task in chosen])
    assert all(score.reason == "" and score.failure is None for score in found if score.passed)
    return [task.id for task, score in zip(chosen, found, strict=True) if not score.passed]


def known_programs(folder: Path) -> list[dict[str, Any]]:
    """Programs of a model, with the official verdicts."""
    paths = sorted(need(folder).glob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text().split("\n") if line]

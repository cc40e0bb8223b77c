"""Tests of the public benchmarks are judged where programs cannot decide. Their verdicts: `tests/benchmarks`."""

from __future__ import annotations

from pathlib import Path

from selfdebug.benchmarks import open_benchmark
from selfdebug.execution import Assertion, RunOptions, Sandbox
from tests.benchmarks.scores import need

# Their tests compute what they expect while they run, with the program or beside it.
_IN_PROGRAM = {"HumanEval/32", "HumanEval/33", "HumanEval/38"}


async def test_verdicts_on_real_programs_are_protected(sandbox: Sandbox, data: Path) -> None:
    need(data / "mbpp" / "mbpp.jsonl")
    need(data / "humaneval" / "HumanEval.jsonl.gz")
    for name in ("mbpp", "humaneval"):
        for task in list(open_benchmark(name, data).tasks())[:40]:
            tests = task.reference.tests  # type: ignore[attr-defined]
            assert all(isinstance(test, Assertion) for test in tests)
            outcome = await sandbox.run(task.reference.program, tests, RunOptions(prelude=task.reference.prelude))  # type: ignore[attr-defined]
            assert (outcome.passed, outcome.protected) == (True, task.id not in _IN_PROGRAM), task.id

"""Do verdicts depend on how busy the machine is? Official verdicts against ours, idle and oversubscribed eightfold.

    SELFDEBUG_DATA=DATA uv run python perf/verdicts.py

Runs the programs that GPT-3.5 wrote for MBPP and TransCoder once on the machine as it is and three times beside so many
busy processes that eight want each processor, and counts what differs.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from selfdebug.execution import Assertion, RunOptions, Sandbox
from selfdebug.outcome import Outcome
from selfdebug.problem import Program

PRELUDE = "from typing import *\nimport math\nfrom heapq import *\nimport itertools, re, typing, heapq\n_str = str\n"
FOLD = 8
REPETITIONS = 3


class Job(NamedTuple):
    """A program, its tests, and the official verdict."""

    program: str
    setup: str
    tests: list[str]
    passed: bool


def jobs(data: Path) -> list[Job]:
    """The programs of both benchmarks."""
    tests = {}
    for task in _records(data / "mbpp" / "mbpp.jsonl"):
        tests[f"MBPP/{task['task_id']}"] = (task["test_setup_code"], task["test_list"])
    for task in _records(data / "transcoder" / "transcoder_cpp_python.jsonl"):
        tests[task["task_id"]] = ("", task["tests"])
    found = []
    for benchmark in ("mbpp", "transcoder"):
        for path in sorted((data / benchmark / "programs").glob("*.jsonl")):
            found += [Job(r["solution"], *tests[r["task_id"]], r["passed"]) for r in _records(path)]
    return found


def _records(path: Path) -> list[dict]:  # type: ignore[type-arg]
    return [json.loads(line) for line in path.read_text().split("\n") if line]


async def run(everything: list[Job]) -> tuple[list[Outcome], float]:
    """All outcomes, and the seconds that they took."""
    started = time.perf_counter()
    async with Sandbox(workers=os.cpu_count()) as sandbox:
        outcomes = await asyncio.gather(
            *(
                sandbox.run(
                    Program(job.program, "python"),
                    [Assertion(t) for t in job.tests],
                    RunOptions(setup=job.setup, prelude=PRELUDE),
                )
                for job in everything
            )
        )
    return outcomes, time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    folder = os.environ.get("SELFDEBUG_DATA")
    if not folder:
        sys.exit("set SELFDEBUG_DATA to the folder with the public data sets")
    everything = jobs(Path(folder))
    first, seconds = asyncio.run(run(everything))
    differ = sum(o.passed != job.passed for o, job in zip(first, everything, strict=True))
    print(
        f"{len(everything)} programs, {first[0].isolation}: {differ} differ from the official verdict, {seconds:.1f} s"
    )
    processors = os.cpu_count() or 1
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range((FOLD - 1) * processors)]
    try:
        for _ in range(REPETITIONS):
            again, seconds = asyncio.run(run(everything))
            verdicts = sum(a.passed != b.passed for a, b in zip(first, again, strict=True))
            pairs = zip(first, again, strict=True)
            statuses = sum([t.status for t in a.tests] != [t.status for t in b.tests] for a, b in pairs)
            print(f"oversubscribed {FOLD} times: {verdicts} verdicts and {statuses} statuses changed, {seconds:.1f} s")
    finally:
        for process in busy:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()

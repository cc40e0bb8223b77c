"""How fast are programs scored? MBPP and HumanEval through their scorers, beside the bare sandbox on the same programs.

    SELFDEBUG_DATA=DATA uv run python perf/scoring_programs.py

The programs are the references of MBPP's test split and of HumanEval. *Sandbox* gives all of them to `Sandbox.run`,
*scorer* to `Scorer.score`, with as many workers as processors; the two alternate in this one run, and medians over the
repetitions are shown. HumanEval+ and MBPP+ are measured once, on the tasks whose reference is quick, with what running
the reference costs: a score there is hundreds of calls.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from pathlib import Path

from selfdebug.benchmarks import Benchmark, Task, open_benchmark
from selfdebug.benchmarks.programs.scoring import TestedReference
from selfdebug.execution import RunOptions, Sandbox

REPETITIONS = 5
QUICK = 60  # tasks of EvalPlus's benchmarks


async def bare(sandbox: Sandbox, tasks: list[Task]) -> float:
    """Programs per second through the sandbox alone."""

    async def one(task: Task) -> None:
        reference = task.reference
        assert isinstance(reference, TestedReference)
        options = RunOptions(reference.limits, reference.setup, reference.prelude)
        await sandbox.run(reference.program, reference.tests, options)

    started = time.perf_counter()
    await asyncio.gather(*map(one, tasks))
    return len(tasks) / (time.perf_counter() - started)


async def scored(sandbox: Sandbox, benchmark: Benchmark, tasks: list[Task]) -> float:
    """Programs per second through the scorer."""
    started = time.perf_counter()
    async with benchmark.open_scorer(sandbox) as scorer:
        await scorer.score([(task, task.reference.program) for task in tasks])
    return len(tasks) / (time.perf_counter() - started)


async def measure(data: Path) -> None:
    """Measure and print."""
    async with Sandbox() as sandbox:
        for name in ("mbpp", "humaneval"):
            benchmark = open_benchmark(name, data)
            tasks = list(benchmark.tasks())
            await bare(sandbox, tasks[:20])  # start the workers
            rates = [(await bare(sandbox, tasks), await scored(sandbox, benchmark, tasks)) for _ in range(REPETITIONS)]
            one, other = (statistics.median(column) for column in zip(*rates, strict=True))
            print(
                f"{name}: {len(tasks)} programs, median of {REPETITIONS}: sandbox {one:.0f}/s, scorer {other:.0f}/s,"
                f" ratio {statistics.median(b / a for a, b in rates):.2f}"
            )
        for name in ("mbpp+", "humaneval+"):
            benchmark = open_benchmark(name, data)
            tasks = [task for task in benchmark.tasks() if task.id not in ("HumanEval/15", "HumanEval/36")][:QUICK]
            print(f"{name}: {len(tasks)} programs, their references' values included: "
                  f"{await scored(sandbox, benchmark, tasks):.1f}/s")  # fmt: skip


def main() -> None:
    """Run the measurements."""
    folder = os.environ.get("SELFDEBUG_DATA")
    if not folder:
        sys.exit("set SELFDEBUG_DATA to the folder with the public data sets")
    asyncio.run(measure(Path(folder)))


if __name__ == "__main__":
    main()

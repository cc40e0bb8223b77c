"""How fast are isolated programs? Against a bare fork of a warm interpreter, and one interpreter per program.

    SELFDEBUG_DATA=DATA uv run python perf/execution.py [--programs 50000] [--isolation landlock]

The programs are those of MBPP that GPT-3.5 wrote (`mbpp/programs`), each with its tests; those that run for more than
0.1 s are left out, so that what is measured is the engine. Every line is measured in this one run, on this machine:

- *bare fork*: a warm interpreter, with the same modules imported and the programs' prelude compiled, forks for each
  program, which executes prelude, program and assertions and exits. No isolation, no limits, no outcome but the exit
  code. One process, so times two for two processors: the limit.
- *interpreter per program*: `python program_and_tests.py`, what one would write first.
- *isolated*: `Sandbox(workers=2)`, all programs given at once.

The three alternate; medians over the repetitions are shown. Numbers of another machine, or of a busy one, differ.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from selfdebug.execution import Assertion, RunOptions, Sandbox, isolation
from selfdebug.execution.inside import template
from selfdebug.problem import Program

sys.path.insert(0, str(Path(__file__).parent.parent))
from perf.execution_sql import measure as measure_sql

PRELUDE = (
    "from typing import *\nimport math\nfrom heapq import *\nimport itertools\nimport re\nimport typing\nimport heapq\n"
)
REPETITIONS = 5


class Job(NamedTuple):
    """A program with its tests."""

    program: str
    setup: str
    tests: list[str]


def jobs(data: Path) -> list[Job]:
    """MBPP's tasks with the programs that GPT-3.5 wrote for them."""
    lines = (data / "mbpp" / "mbpp.jsonl").read_text().splitlines()
    tasks = {f"MBPP/{task['task_id']}": task for task in map(json.loads, lines)}
    found = []
    for path in sorted((data / "mbpp" / "programs").glob("*.jsonl")):
        for record in map(json.loads, path.read_text().splitlines()):
            task = tasks[record["task_id"]]
            found.append(Job(record["solution"], task["test_setup_code"], task["test_list"]))
    return found


BARE = """
import gc, json, os, sys, time
warm, jobs, prelude = json.load(sys.stdin)
for name in warm:
    __import__(name)
prelude = compile(prelude, "prelude", "exec")
def work(job):
    namespace = {}
    try:
        exec(prelude, namespace)
        for code in job:
            exec(compile(code, "program", "exec"), namespace)
    except BaseException:
        return 1
    return 0
for job in jobs[:20]:
    work(job)
gc.collect(); gc.freeze(); gc.disable()
null = os.open(os.devnull, os.O_WRONLY); out = os.dup(1); os.dup2(null, 1)
started = time.perf_counter()
for job in jobs:
    process = os.fork()
    if process == 0:
        os._exit(work(job))
    os.waitpid(process, 0)
os.write(out, str(len(jobs) / (time.perf_counter() - started)).encode())
"""


def bare_fork(programs: list[Job]) -> float:
    """Programs per second of one process that forks and does nothing else."""
    work = [[j.program, *([j.setup] if j.setup else []), "\n".join(j.tests)] for j in programs]
    result = subprocess.run(
        [isolation.interpreter(), "-s", "-S", "-B", "-c", BARE],
        input=json.dumps([template._WARM, work, PRELUDE]),
        env=isolation.ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(result.stdout)


def interpreter_per_program(programs: list[Job]) -> float:
    """Programs per second of one interpreter started for each, two at a time."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, job in enumerate(programs):
            path = Path(folder, f"{number}.py")
            path.write_text("\n".join([PRELUDE, job.program, job.setup, *job.tests]))
            paths.append(str(path))
        started = time.perf_counter()
        halves = [paths[0::2], paths[1::2]]
        command = 'for path in "$@"; do "$PYTHON" -S "$path" >/dev/null 2>&1; done'
        environment = {**os.environ, "PYTHON": isolation.interpreter()}
        shells = [subprocess.Popen(["sh", "-c", command, "sh", *half], env=environment) for half in halves]
        for shell in shells:
            shell.wait()
        return len(programs) / (time.perf_counter() - started)


async def run(sandbox: Sandbox, job: Job) -> float:
    """Run one job; processor seconds of its program."""
    outcome = await sandbox.run(
        Program(job.program, "python"), [Assertion(t) for t in job.tests], RunOptions(setup=job.setup, prelude=PRELUDE)
    )
    return outcome.cpu_seconds


async def isolated(sandbox: Sandbox, programs: list[Job]) -> float:
    """Programs per second of the sandbox, all given at once."""
    started = time.perf_counter()
    await asyncio.gather(*(run(sandbox, job) for job in programs))
    return len(programs) / (time.perf_counter() - started)


async def latencies(wish: str, programs: list[Job]) -> list[float]:
    """Milliseconds from a request to its outcome, one at a time, sorted."""
    found = []
    async with Sandbox(workers=1, isolation=wish) as sandbox:
        await run(sandbox, programs[0])
        for job in programs:
            started = time.perf_counter()
            await run(sandbox, job)
            found.append(1000 * (time.perf_counter() - started))
    return sorted(found)


def first_outcome(wish: str) -> float:
    """Seconds from the start of a sandbox to its first outcome, in this running process."""

    async def once() -> float:
        started = time.perf_counter()
        async with Sandbox(workers=2, isolation=wish) as sandbox:
            await sandbox.run(Program("def f(x): return x", "python"), [Assertion("assert f(1) == 1")])
            return time.perf_counter() - started

    return statistics.median(asyncio.run(once()) for _ in range(5))


def resident_mebibytes() -> tuple[float, float]:
    """Resident memory of this process, and of the workers' processes that it started."""
    processes: dict[int, tuple[int, float]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                status = Path("/proc", entry, "status").read_text()
            except OSError:
                continue
            fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
            if "VmRSS" in fields:
                processes[int(entry)] = (int(fields["PPid"]), int(fields["VmRSS"].split()[0]) / 1024)
    ours = os.getpid()
    family, size = {ours}, 0
    while len(family) != size:
        size = len(family)
        family |= {process for process, (parent, _) in processes.items() if parent in family}
    return processes[ours][1], sum(processes[p][1] for p in family if p != ours and p in processes)


async def memory(wish: str, programs: list[Job], total: int) -> None:
    """Print resident memory after 1,000 programs and after ``total``."""
    async with Sandbox(workers=2, isolation=wish) as sandbox:
        done = 0
        for mark in (1000, total):
            while done < mark:
                batch = programs[: mark - done]
                await isolated(sandbox, batch)
                done += len(batch)
            own, workers = resident_mebibytes()
            print(f"resident memory after {done:>6,} programs: {own:6.1f} MiB here, {workers:6.1f} MiB in the workers")


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=int, default=50_000, help="programs of the memory test; 0 leaves it out")
    parser.add_argument("--isolation", default="auto", choices=["auto", "bubblewrap", "landlock"])
    options = parser.parse_args()
    folder = os.environ.get("SELFDEBUG_DATA")
    if not folder:
        parser.error("set SELFDEBUG_DATA to the folder with the public data sets")
    data = Path(folder)

    async def throughput() -> tuple[list[Job], list[tuple[float, float, float]]]:
        async with Sandbox(workers=2, isolation=options.isolation) as sandbox:
            everything = jobs(data)
            spent = await asyncio.gather(*(run(sandbox, job) for job in everything))
            quick = [job for job, seconds in zip(everything, spent, strict=True) if seconds < 0.1]
            print(f"{len(quick)} of {len(everything)} programs, {sandbox.isolation}, {os.cpu_count()} processors")
            rounds = [
                (bare_fork(quick), interpreter_per_program(quick), await isolated(sandbox, quick * 2))
                for _ in range(REPETITIONS)
            ]
            return quick, rounds

    quick, rounds = asyncio.run(throughput())
    bare, separate, ours = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(o / (2 * b) for b, _, o in rounds)
    print(f"bare fork, one process:           {bare:7.0f} programs/s")
    print(f"interpreter per program, two:     {separate:7.0f} programs/s")
    print(f"isolated, 2 workers:              {ours:7.0f} programs/s")
    print(f"isolated / (2 x bare fork):       {ratio:7.2f}")
    print(f"isolated / interpreter per program:{ours / separate:6.1f}")
    times = asyncio.run(latencies(options.isolation, quick))
    p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
    print(f"latency, one at a time:           p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    print(f"first outcome after start:        {1000 * first_outcome(options.isolation):7.0f} ms")
    rates = measure_sql(data)
    print(f"SQL, {rates.queries} gold queries:            {rates.ours:7.0f} queries/s")
    print(f"raw sqlite3 on the same:          {rates.raw:7.0f} queries/s; ratio {rates.ratio:.2f}")
    if options.programs:
        asyncio.run(memory(options.isolation, quick, options.programs))


if __name__ == "__main__":
    main()

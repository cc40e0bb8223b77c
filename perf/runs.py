"""Does memory grow with the number of problems? Runs of 1,000 and of more problems, each in a process of its own.

    uv run python -m perf.runs [--problems 10000] [--application sql] [--concurrency 64] [--feedback baseline,simple]

Each problem is done under the feedback kinds that are named: a request for a program, which all share, and for SQL one
for a verdict, but for baseline; a server in another process answers. Everything is stored in SQLite as it always is:
replies, results, trajectories. Printed are the peaks of resident memory and their ratio, which is to be near 1, and how
fast it went.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter

from tests.model_server import ModelServer
from tests.runs import tiny
from tests.runs.doing import do_grid


def run(problems: int, application: str, concurrency: int, kinds: list[str], url: str, answer: Connection) -> None:
    """Do the runs in this process; answers with its peak in MiB, and the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        lines = [{"count": "item"}] * problems if application == "sql" else tiny.additions(problems)
        tiny.write(data, application, lines)
        del lines
        begin = perf_counter()
        asyncio.run(do_grid(data, url, f"{folder}/s.db", kinds, variant=application, concurrency=concurrency))
        seconds = perf_counter() - begin
    answer.send((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, seconds))


def measure(problems: int, application: str, concurrency: int, kinds: list[str]) -> float:
    """The peak in MiB; prints it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with ModelServer(tiny.reply, process=True) as server:
        process = context.Process(target=run, args=(problems, application, concurrency, kinds, server.url, theirs))
        process.start()
        theirs.close()  # so that a process that fails is an error here, and not a wait
        peak, seconds = ours.recv()
        process.join()
    how_fast = f"{seconds:6.1f} s, {len(kinds) * problems / seconds:4.0f} trajectories/s"
    print(f"{problems:7,} problems, {len(kinds)} runs: peak {peak:5.0f} MiB, {how_fast}", flush=True)
    return float(peak)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=10_000, help="up to 100,000")
    parser.add_argument("--application", choices=("sql", "python"), default="sql")
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--feedback", default="baseline,simple", help="feedback kinds, with commas between them")
    options = parser.parse_args()
    kinds = options.feedback.split(",")
    few = measure(1000, options.application, options.concurrency, kinds)
    many = measure(options.problems, options.application, options.concurrency, kinds)
    print(f"memory for {options.problems:,} problems: {many / few:.2f} of that for 1,000")


if __name__ == "__main__":
    main()

"""How long does a list of trajectories take? A run of ten thousand, made through the store, and its pages over HTTP.

    uv run python -m perf.viewer [--trajectories 10000] [--chromium chromium]

Printed are, for the list, its filters, a search, its last page and a comparison, the times of the server with the
request, the median of several; where there is a Chromium, how long a browser takes from the address to a list that can
be used; and the processor time that an export takes for each trajectory, of few and of many: a ratio of 1 is linear.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.benchmarks import open_benchmark
from selfdebug.execution import Assertion
from selfdebug.outcome import Outcome, Status, TestOutcome
from selfdebug.problem import Program
from selfdebug.runs import Run, RunStore, TaskResult
from selfdebug.trajectory import Trajectory
from selfdebug.web.export import export
from selfdebug.web.references import References
from selfdebug.web.server import Viewer, hosts_of, listen, server_of
from tests.reports.making import simulated
from tests.web.making import trajectory, turn

TOKEN = "perf"
RUN = "mbpp-1/ut"
BENCHMARK, EXPORTED = "sample:held-out", (225, 900)
"""What is exported: it comes with the package, so that there are references; and how much of it."""
CONVERSATION = "What was said about it, at some length. " * 50
PATHS = {
    "the list": "",
    "filtered": "?state=repaired",
    "searched": "?words=square_77+return",
    "sorted": "?order=tokens&descending=yes",
    "its last page": "?page=100000",
}


def made(index: int, programs: int) -> Trajectory:
    """A trajectory of some kilobytes, as a real one has."""
    request = f"Write a function square_{index}(n) that gives n times n."
    test = TestOutcome(f"assert square_{index}(3) == 9", Status.FAILED, "6", "9")
    turns = tuple(
        replace(
            turn("", False, CONVERSATION),
            program=Program(f"def square_{index}(n):\n    return n * {number}\n", "python"),
            outcome=Outcome((test,)),
        )
        for number in range(programs)
    )
    problem = TextToPythonProblem(request, (Assertion(test.test),))
    return trajectory(problem, turns, CONVERSATION)


async def fill(store: RunStore, run: Run, results: Iterable[TaskResult]) -> None:
    """Store a run with a trajectory for each result."""
    store.create(run)
    waiting = []
    for result in results:
        waiting.append(store.add(run.id, result, made(result.index, len(result.scores))))
        if len(waiting) == 200:
            await asyncio.gather(*waiting)
            waiting = []
    await asyncio.gather(*waiting)


def exported(folder: Path, count: int) -> float:
    """Milliseconds of processor time for each of so many trajectories, written as files with their references."""
    run, results = simulated(RUN, tasks=count, benchmark=BENCHMARK)
    tasks = open_benchmark(BENCHMARK, folder).tasks()
    named = [replace(result, task=task.id) for result, task in zip(results(), tasks, strict=False)]
    with RunStore(folder / f"{count}.db") as store:
        asyncio.run(fill(store, run, named))
        begin = time.process_time()
        export(store, References(folder), [], folder / str(count))
        return 1000 * (time.process_time() - begin) / count


def request(port: int, path: str) -> float:
    """Milliseconds from the request to the whole answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    begin = time.perf_counter()
    connection.request("GET", path, headers={"cookie": f"selfdebug-{port}={TOKEN}"})
    answer = connection.getresponse()
    answer.read()
    took = 1000 * (time.perf_counter() - begin)
    assert answer.status == 200, answer.status
    connection.close()
    return took


def usable(port: int, executable: str) -> float:
    """Milliseconds from the address until the list is there and takes keys, by the browser's own clock."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(f"http://127.0.0.1:{port}/?token={TOKEN}")
        page.wait_for_url("**/runs")
        page.goto(f"http://127.0.0.1:{port}/runs/{RUN}", wait_until="load")
        page.keyboard.press("j")
        page.wait_for_function("document.activeElement.closest('tr[data-row]') !== null")
        took = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
        browser.close()
    return float(took)


def measure(port: int, executable: str | None, repeats: int) -> None:
    """Measure and print."""
    for name, query in PATHS.items():
        times = [request(port, f"/runs/{RUN}{query}") for _ in range(repeats)]
        print(f"{name:14} {statistics.median(times):7.0f} ms (first {times[0]:.0f} ms)", flush=True)
    for name in ("first time", "again"):
        took = request(port, f"/compare?run=mbpp-1/baseline&run={RUN}")
        print(f"{'comparison':14} {took:7.0f} ms ({name})", flush=True)
    if executable:
        times = [usable(port, executable) for _ in range(3)]
        print(f"{'usable':14} {statistics.median(times):7.0f} ms in Chromium", flush=True)


def main() -> None:
    """Make the run, serve it, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trajectories", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--chromium", default="chromium", help="its command; a browser that is not there is left out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, RunStore(Path(folder) / "store.db") as store:
        begin = time.perf_counter()
        for name in ("mbpp-1/baseline", RUN):
            run, results = simulated(name, tasks=options.trajectories)
            asyncio.run(fill(store, run, results()))
        print(
            f"two runs of {options.trajectories:,} trajectories, made in {time.perf_counter() - begin:.0f} s",
            flush=True,
        )
        with listen("127.0.0.1", 0) as listening:
            port = listening.getsockname()[1]
            viewer = Viewer(store, References(Path(folder)))
            server = server_of(viewer, TOKEN, hosts_of("127.0.0.1", port))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
            thread.start()
            measure(port, shutil.which(options.chromium), options.repeats)
            server.should_exit = True
            thread.join()
        few, many = (exported(Path(folder), count) for count in EXPORTED)
        print(
            f"{'export':14} {many:7.1f} ms for each of {EXPORTED[1]} trajectories, {few:.1f} ms for each of"
            f" {EXPORTED[0]}: {many / few:.2f} times",
            flush=True,
        )


if __name__ == "__main__":
    main()

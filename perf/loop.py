"""How much does the loop add to the time that a model takes? Many problems at once against a server with a delay.

    uv run python -m perf.loop [--problems 1000] [--concurrency 256] [--delay 0.05]

The server answers every call after the delay, in a process of its own. Each problem is text-to-Python with one shown
test and takes two calls and two runs of a program: the first program fails the test, its fix passes. Printed are ratios
measured in one run:

- to the ideal: problems / concurrency waves of two delays, as if everything but the model took no time;
- to the parts: the same calls by a bare `Endpoint` and the same programs by a bare `Sandbox`, one after the other,
  since on a few processors their computing adds up. What is above 1 is the loop's own: prompts, reading, storing.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import resource
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from time import perf_counter

from selfdebug.api import open_debugger
from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.execution import Assertion, Sandbox
from selfdebug.messages import Message, Request
from selfdebug.models import Endpoint, StoringModel
from selfdebug.problem import Program
from selfdebug.settings import Settings
from selfdebug.storage.replies import ReplyStore
from tests.model_server import Body, ModelServer, prompt_of

MEBIBYTE = 2**20


def answer(request: Body) -> str:
    """A wrong program at first, the right one when it is told so. The number of the problem is in the request."""
    text = prompt_of(request)
    if "is wrong" not in text:
        number = text.split("add_", 1)[1].split("(", 1)[0]
        return f"```python\ndef add_{number}(n):\n    return n\n```"
    number = request["messages"][-2]["content"].split("add_", 1)[1].split("(", 1)[0]
    return f"```python\ndef add_{number}(n):\n    return n + {number}\n```"


def problem(number: int) -> TextToPythonProblem:
    """A problem that no other one is equal to."""
    request = f"Write a function add_{number}(n) that adds {number} to n."
    return TextToPythonProblem(request, (Assertion(f"assert add_{number}(1) == {number + 1}"),))


async def in_parallel(work: Iterable[Callable[[], Awaitable[object]]], concurrency: int) -> float:
    """Do all, so many at a time; seconds."""
    waiting = iter(work)

    async def worker() -> None:
        for job in waiting:
            await job()

    begin = perf_counter()
    await asyncio.gather(*(worker() for _ in range(concurrency)))
    return perf_counter() - begin


async def whole_loop(url: str, problems: int, concurrency: int, folder: Path, style: str) -> float:
    """Seconds for all problems, debugged."""
    settings = Settings(feedback="ut", style=style)
    model = Endpoint("tiny", url, concurrency=concurrency)
    with ReplyStore(str(folder / f"{style}.db")) as store:
        async with (
            StoringModel(model, store) as remembered,
            open_debugger(remembered, settings, applications=("text-to-python",)) as debugger,
        ):
            wrong = 0

            async def one(number: int) -> None:
                nonlocal wrong
                trajectory = await debugger.debug(problem(number))
                wrong += not (trajectory.correct and trajectory.cost.calls == 2)

            await debugger.debug(problem(10**6))  # starts the workers, reads the templates
            seconds = await in_parallel(((lambda n=n: one(n)) for n in range(1, problems + 1)), concurrency)
    assert not wrong, f"{wrong} problems did not end as they should"
    return seconds


async def bare_calls(url: str, problems: int, concurrency: int) -> float:
    """Seconds for the same number of short calls."""
    async with Endpoint("tiny", url, concurrency=concurrency) as model:
        request = Request((Message("user", "Write a function add_1(n)."),))
        return await in_parallel(((lambda: model.ask(request)) for _ in range(2 * problems)), concurrency)


async def bare_programs(problems: int) -> float:
    """Seconds for the same number of programs."""
    async with Sandbox() as sandbox:
        program, test = "def add_1(n):\n    return n + 1\n", Assertion("assert add_1(1) == 2")
        await sandbox.run(Program(program, "python"), [test])
        return await in_parallel(
            ((lambda: sandbox.run(Program(program, "python"), [test])) for _ in range(2 * problems)), 16
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=256)
    parser.add_argument("--delay", type=float, default=0.05, help="seconds that the server takes for each call")
    options = parser.parse_args()
    problems, concurrency = options.problems, options.concurrency
    ideal = 2 * math.ceil(problems / concurrency) * options.delay
    with ModelServer(answer, delay=options.delay, process=True) as server, tempfile.TemporaryDirectory() as folder:
        calls = asyncio.run(bare_calls(server.url, problems, concurrency))
        programs = asyncio.run(bare_programs(problems))
        print(f"{problems} problems, {concurrency} at a time, {1000 * options.delay:.0f} ms a call, two calls each")
        print(f"ideal, the model's time alone      {ideal:6.2f} s")
        print(f"bare calls                         {calls:6.2f} s   {2 * problems / calls:5.0f} calls/s")
        print(f"bare programs                      {programs:6.2f} s   {2 * problems / programs:5.0f} programs/s")
        for style in ("zero-shot", "few-shot"):
            seconds = asyncio.run(whole_loop(server.url, problems, concurrency, Path(folder), style))
            print(
                f"loop, {style:10}                   {seconds:6.2f} s   {seconds / ideal:.2f} of the ideal,"
                f" {seconds / (calls + programs):.2f} of bare calls and programs"
            )
    print(f"peak memory of this process        {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()

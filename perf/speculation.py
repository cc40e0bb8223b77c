"""Does guessing what a model writes next from what stands above it make corrections faster?

    uv run python perf/speculation.py MODEL.gguf [--data DIR] [--tasks 20]

A correction copies most of the program above it. llama.cpp can draft such a passage from the conversation itself and
have the model check it in one go (n-gram speculation, ``--spec-type ngram-simple``). Each task is a faulty program of
HumanEvalFix in Python with its failing example tests, as the loop asks for its correction with feedback ``ut``. The
conversation is read before the clock starts, as the loop's model has read it by then; greedy. With and without
alternate, task by task. Equal replies are counted: drafted tokens are computed at once, and their last bits differ.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from selfdebug.applications.conversation import conversation
from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_python.application import TextToPython
from selfdebug.execution import Assertion, Sandbox
from selfdebug.feedback import FAILED, FEEDBACK_KINDS, FIX
from selfdebug.messages import Message, Reply, Request
from selfdebug.models.local import LocalModel
from selfdebug.problem import Program
from selfdebug.prompts import render
from selfdebug.styles import ZERO_SHOT
from selfdebug.trajectory import Turn

TOKENS = 700


def tasks(data: Path) -> Iterator[tuple[TextToPythonProblem, Program]]:
    """Problems with their faulty programs."""
    with gzip.open(data / "humanevalpack" / "humanevalpack_python.jsonl.gz", "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            asserted = [
                line.strip() for line in record["example_test"].splitlines() if line.strip().startswith("assert ")
            ]
            tests = tuple(Assertion(test) for test in asserted)
            yield (
                TextToPythonProblem(record["instruction"], tests),
                Program(record["declaration"] + record["buggy_solution"], "python"),
            )


async def requests(data: Path, count: int) -> list[Request]:
    """Requests for corrections of programs that fail their example tests."""
    async with Sandbox() as sandbox:
        application, kind = TextToPython(sandbox), FEEDBACK_KINDS["ut"]
        system = Message("system", render(application.name, "system", ZERO_SHOT))

        async def made(problem: TextToPythonProblem, program: Program) -> Request | None:
            outcome = await application.execute(problem, program)
            if not problem.tests or outcome.passed:
                return None
            variables = await application.prompt_variables(problem, sample_rows=0)
            turn = Turn(program, outcome, FAILED)
            return Request((system, *conversation(application, kind, variables, [turn], FIX)), max_tokens=TOKENS)

        found = [request for task in tasks(data) if (request := await made(*task))]
    return list(islice(found, count))


async def timed(model: LocalModel, request: Request) -> Reply:
    """The reply to a request that the model has read already."""
    await model.ask(replace(request, max_tokens=1))
    [reply] = await model.ask(request)
    return reply


def rate(replies: Sequence[Reply]) -> float:
    """Tokens per second."""
    return sum(reply.completion_tokens or 0 for reply in replies) / sum(reply.seconds for reply in replies)


async def measure(path: Path, asked: Sequence[Request]) -> None:
    """Print what both write and how fast."""
    async with LocalModel(path, parallel=1) as plain, LocalModel(path, parallel=1, speculation=True) as guessing:
        pairs = [(await timed(plain, request), await timed(guessing, request)) for request in asked]
    before, after = zip(*pairs, strict=True)
    ratios = [one.seconds / other.seconds for one, other in pairs]
    equal = sum(one.text == other.text for one, other in pairs)
    print(f"{len(pairs)} corrections, {sum(reply.completion_tokens or 0 for reply in before):,} tokens, greedy")
    print(f"plain               {rate(before):6.1f} tokens/s")
    print(f"with speculation    {rate(after):6.1f} tokens/s, {rate(after) / rate(before):.2f} times as fast")
    low, middle, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    print(f"reply by reply      {middle:.2f} times as fast in the median, quartiles {low:.2f} and {high:.2f}")
    print(f"equal replies       {equal} of {len(pairs)}")


def main(arguments: Any = None) -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("SELFDEBUG_DATA", "data")))
    parser.add_argument("--tasks", type=int, default=20)
    options = parser.parse_args(arguments)
    asyncio.run(_main(options))


async def _main(options: argparse.Namespace) -> None:
    await measure(options.model, await requests(options.data, options.tasks))


if __name__ == "__main__":
    main()

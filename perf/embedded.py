"""How fast is the embedded model: to load, to read a prompt, to write replies one at a time and in all its slots?

    uv run python perf/embedded.py [MODEL.gguf]

Through the whole client, as commands ask it: HTTP over loopback, JSON, replies parsed. Each prompt is new, about 300
tokens long and begins with its number, so that nothing of it is cached; a reply is cut at 100 tokens. Beside different
requests: as many samples of one. The kinds alternate; the weights may be another file's.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from selfdebug.messages import Message, Reply, Request
from selfdebug.models import LocalModel
from selfdebug.models.embedded import CONTEXT, SLOTS, THREADS, weights

LOADS = 7
REPETITIONS = 7
TOKENS = 100
LINE = "total += price * count  # each item of the order\n"


class Prompts:
    """Requests that were never made before, of about 300 tokens."""

    def __init__(self, lines: int) -> None:
        self._lines, self._number = lines, 0

    def next(self, tokens: int = TOKENS, temperature: float = 0.0) -> Request:
        self._number += 1
        text = f"{self._number} " + LINE * self._lines
        return Request(messages=(Message("user", text),), max_tokens=tokens, temperature=temperature)


def opened(path: Path) -> LocalModel:
    """As `open_model` opens it."""
    return LocalModel(path, context=CONTEXT, parallel=SLOTS, threads=THREADS)


async def loading(path: Path) -> list[float]:
    """Seconds, from the call to a server that answers; the first one is left out, which reads the file."""
    found = []
    for _ in range(LOADS + 1):
        began = perf_counter()
        model = opened(path)
        found.append(perf_counter() - began)
        await model.close()
    return found[1:]


async def lines_of_300_tokens(model: LocalModel) -> int:
    """How many lines make a prompt of about 300 tokens, with this model's vocabulary."""
    counts = [(await model.ask(Prompts(lines).next(1)))[0].prompt_tokens or 0 for lines in (1, 2)]
    return max(1, round((300 - 2 * counts[0] + counts[1]) / (counts[1] - counts[0])))


async def rates(model: LocalModel) -> tuple[dict[str, list[float]], list[int], list[int]]:
    """Tokens per second of each kind; tokens of prompts and of replies."""
    prompts = Prompts(await lines_of_300_tokens(model))
    found: dict[str, list[float]] = {}
    read: list[int] = []
    written: list[int] = []

    async def one_each(count: int) -> Sequence[Reply]:
        return [reply for [reply] in await asyncio.gather(*(model.ask(prompts.next()) for _ in range(count)))]

    def note(kind: str, tokens: int, seconds: float) -> None:
        found.setdefault(kind, []).append(tokens / seconds)

    await one_each(SLOTS)
    for _ in range(REPETITIONS):
        began = perf_counter()
        [reply] = await model.ask(prompts.next(1))
        first = perf_counter() - began
        note("prompt", reply.prompt_tokens or 0, first)
        read.append(reply.prompt_tokens or 0)
        for count in (1, SLOTS):
            began = perf_counter()
            replies = await one_each(count)
            seconds = perf_counter() - began
            tokens = sum(reply.completion_tokens or 0 for reply in replies)
            note(f"reply, {count} request{'s' * (count > 1)}", tokens, seconds)
            if count == 1:
                note("reply, 1 request, after its first token", tokens - 1, seconds - first)
            written += [reply.completion_tokens or 0 for reply in replies]
        # llama.cpp counts the first sample's tokens only: those of the others are taken to be as many.
        began = perf_counter()
        replies = await model.ask(prompts.next(temperature=0.7), SLOTS)
        tokens = SLOTS * (replies[0].completion_tokens or 0)
        note(f"reply, {SLOTS} samples of one request", tokens, perf_counter() - began)
    return found, read, written


async def measured(path: Path) -> tuple[list[float], dict[str, list[float]], list[int], list[int]]:
    """All figures."""
    loads = await loading(path)
    async with opened(path) as model:
        return loads, *await rates(model)


def main(path: Path) -> None:
    loads, found, read, written = asyncio.run(measured(path))
    print(f"{path.name}, {path.stat().st_size / 1e6:.1f} MB; {SLOTS} slots, {THREADS} thread; median (extremes)")
    print(f"prompts of {statistics.median(read):.0f} tokens, replies of {statistics.median(written):.0f}")
    low, middle, high = min(loads), statistics.median(loads), max(loads)
    print(f"{'load':40} {middle:6.2f} s ({low:.2f} – {high:.2f}), n = {len(loads)}")
    for kind, values in found.items():
        low, middle, high = min(values), statistics.median(values), max(values)
        print(f"{kind:40} {middle:6.0f} tokens/s ({low:.0f} – {high:.0f}), n = {len(values)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else weights())

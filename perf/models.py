"""How many model calls per second does the client carry, and what does each cost in processor time?

    uv run python perf/models.py

A scripted server in another process answers after 50 ms; 256 calls are under way at one time. Beside ours: the `openai`
package as its documentation has it, on its default transport and on its aiohttp transport, and ours with a reply
store in front, first empty, then full. The kinds alternate. (At 256 calls the package's default transport breaks off
connections on two busy processors; it is measured with 64.)
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import httpx2
import openai

sys.path.insert(0, str(Path(__file__).parent.parent))

from selfdebug.messages import Message, Request
from selfdebug.models import Endpoint, StoringModel
from selfdebug.storage.replies import ReplyStore
from tests.model_server import ModelServer

CALLS = 1500
CONCURRENCY = 256
DELAY = 0.05
REPETITIONS = 3
PROMPT = "Write a function that returns the middle of a list.\n" * 60
REPLY = "def middle(values):\n    return sorted(values)[len(values) // 2]\n" * 8


@dataclass(frozen=True)
class Rate:
    """Calls per second, and microseconds of processor time for each call."""

    calls: float
    cost: float


async def _rate(call: Callable[[int], Awaitable[object]], calls: int = CALLS, concurrency: int = CONCURRENCY) -> Rate:
    places = asyncio.Semaphore(concurrency)

    async def one(index: int) -> None:
        async with places:
            await call(index)

    wall, processor = perf_counter(), process_time()
    await asyncio.gather(*(one(index) for index in range(calls)))
    return Rate(calls / (perf_counter() - wall), (process_time() - processor) / calls * 1e6)


async def _package(url: str, kind: Callable[..., httpx2.AsyncClient], calls: int, concurrency: int) -> Rate:
    """The package as documented."""
    http_client = kind(limits=httpx2.Limits(max_connections=concurrency, max_keepalive_connections=concurrency))
    async with openai.AsyncOpenAI(api_key="none", base_url=url, http_client=http_client) as client:

        async def call(index: int) -> None:
            content = f"{index} {PROMPT}"
            await client.chat.completions.create(
                model="tiny", messages=[{"role": "user", "content": content}], temperature=0, max_tokens=512
            )

        await _rate(call, concurrency, concurrency)
        return await _rate(call, calls, concurrency)


async def _ours(url: str, folder: Path | None) -> list[Rate]:
    """Without a store; or with an empty one, and then the same once more."""

    def request(index: int) -> Request:
        return Request(messages=(Message("user", f"{index} {PROMPT}"),), max_tokens=512)

    async with Endpoint("tiny", url, concurrency=CONCURRENCY) as model:
        await _rate(lambda index: model.ask(request(-index)), CONCURRENCY)
        if folder is None:
            return [await _rate(lambda index: model.ask(request(index)))]
        with ReplyStore(folder / "store.db") as store:
            remembered = StoringModel(model, store)
            return [await _rate(lambda index: remembered.ask(request(index))) for _ in range(2)]


def measure(url: str) -> dict[str, Rate]:
    """Each kind once."""
    plain, aiohttp = openai.DefaultAsyncHttpxClient, openai.DefaultAioHttpClient
    with tempfile.TemporaryDirectory() as folder:
        empty, full = asyncio.run(_ours(url, Path(folder)))
    return {
        "ours": asyncio.run(_ours(url, None))[0],
        "ours, with an empty store": empty,
        "ours, out of the store": full,
        "openai, aiohttp": asyncio.run(_package(url, aiohttp, CALLS, CONCURRENCY)),
        "openai, default": asyncio.run(_package(url, plain, CALLS // 4, CONCURRENCY // 4)),
    }


def main() -> None:
    with ModelServer(REPLY, delay=DELAY, process=True) as server:
        rounds = [measure(server.url) for _ in range(REPETITIONS)]
    print(f"{CALLS} calls, {CONCURRENCY} at one time, {DELAY * 1000:.0f} ms each; median of {REPETITIONS} (extremes)")
    for kind in rounds[0]:
        calls, costs = ([getattr(each[kind], name) for each in rounds] for name in ("calls", "cost"))
        print(
            f"{kind:28} {statistics.median(calls):6.0f} calls/s ({min(calls):.0f} – {max(calls):.0f})"
            f" {statistics.median(costs):6.0f} µs/call ({min(costs):.0f} – {max(costs):.0f})"
        )


if __name__ == "__main__":
    main()

"""A thread that reads or writes a database for an event loop, all that is waiting at one time in one go."""

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from selfdebug.storage import StoreError

_LARGEST_BATCH = 256

Job = TypeVar("Job")
Result = TypeVar("Result")


class Batches(Generic[Job, Result]):
    """Jobs for a thread of their own, which starts with the first, so that the event loop never waits for a disk.

    Args:
        work: does a batch of jobs and gives a result for each, in their order.
        name: of the thread.
    """

    def __init__(self, work: Callable[[Sequence[Job]], Iterable[Result]], name: str) -> None:
        self._work = work
        self._name = name
        self._waiting: queue.SimpleQueue[tuple[Job, asyncio.Future[Result]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False

    async def submit(self, job: Job) -> Result:
        """Have a job done. Cancelled, it is done all the same."""
        if self._closed:
            raise StoreError("The store is closed.")
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.put((job, future))
        return await future

    def close(self) -> None:
        """Finish what is waiting, and end the thread."""
        self._closed = True
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            batch = [self._waiting.get()]
            while batch[-1] is not None and len(batch) < _LARGEST_BATCH and not self._waiting.empty():
                batch.append(self._waiting.get())
            is_open = batch[-1] is not None
            self._do([entry for entry in batch if entry is not None])

    def _do(self, batch: list[tuple[Job, asyncio.Future[Result]]]) -> None:
        try:
            results: list[Any] = list(self._work([job for job, _ in batch])) if batch else []
        except Exception as error:  # noqa: BLE001 - handed on to those who wait
            results = [error] * len(batch)
        loops = defaultdict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Result], Any]]](list)
        for (_, future), result in zip(batch, results, strict=True):
            loops[future.get_loop()].append((future, result))
        for loop, settled in loops.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle, settled)


def _settle(settled: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, result in settled:
        if not future.done():  # Else its caller was cancelled; what it wrote is written.
            (future.set_exception if isinstance(result, Exception) else future.set_result)(result)

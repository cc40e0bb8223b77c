"""The pool of workers: each order goes to one that is free, and one that something was left in is replaced."""

from __future__ import annotations

import asyncio
import logging
import os

from selfdebug.execution.errors import WorkerLostError
from selfdebug.execution.inside.protocol import Order, OrderReport
from selfdebug.execution.worker import SandboxWorker
from selfdebug.languages import LANGUAGES

_log = logging.getLogger(__name__)

_PATIENCE = 60.0  # seconds beyond a program's own limits before its worker counts as lost


class WorkerPool:
    """Starts workers as they are needed, up to a number.

    Args:
        size: how many; as many as processors if not given.

    Attributes:
        isolation: ``bubblewrap``, ``landlock`` or ``none``.
        tool: path of ``bwrap``, for bubblewrap.
        idle: workers that have nothing to do.
    """

    def __init__(self, size: int | None = None) -> None:
        if size is not None and size < 1:
            raise ValueError(f"workers must be at least 1, not {size}")
        processors = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        size = size or len(processors) or 1
        # With a worker for each processor, each keeps to its own. With fewer, the system may place them.
        pinned = processors if processors and size >= len(processors) else [None]
        self._processors: list[int | None] = [pinned[i % len(pinned)] for i in range(size)]
        self._places = asyncio.Semaphore(size)
        self.isolation = "none"
        self.tool: str | None = None
        self.idle: list[SandboxWorker] = []

    async def order(self, order: Order) -> OrderReport | None:
        """Give an order to a free worker.

        Returns:
            What the worker reports; ``None`` if it was lost, which is the program's own doing.
        """
        async with self._places:
            worker = self.idle.pop() if self.idle else await self._start()
            try:
                report = await worker.order(order, order.allowance.wall + _PATIENCE)
            except WorkerLostError as error:
                await self._end(worker)
                _log.warning("%s", error)
                return None
            except BaseException:
                await asyncio.shield(self._end(worker))
                raise
            if report.process.clean:
                self.idle.append(worker)
            else:
                await self._end(worker)
            return report

    async def _start(self) -> SandboxWorker:
        readable = [path for known in LANGUAGES.values() for path in known.readable()]
        processor = self._processors.pop()
        try:
            worker = SandboxWorker(self.isolation, self.tool, readable, processor)
            await worker.ready()
        except BaseException:
            self._processors.append(processor)
            raise
        return worker

    async def _end(self, worker: SandboxWorker) -> None:
        self._processors.append(worker.processor)
        await worker.close()

    async def close(self) -> None:
        """End all workers."""
        workers, self.idle = self.idle, []
        await asyncio.gather(*(self._end(worker) for worker in workers))

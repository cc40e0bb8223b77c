"""One worker: a judge and a runner, each in a sandbox of its own, served over one socket."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import marshal
import os
import signal
import socket
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .errors import IsolationUnavailableError, WorkerLostError
from .inside import values, wire
from .isolation import Launch

_START_SECONDS = 60.0
_count = itertools.count()


def _user() -> int:
    """A user number that nobody has: the kernel's limits per user then count one sandbox's processes alone."""
    return 1_000_000_000 + (os.getpid() % 100_000) * 10_000 + next(_count) % 10_000


def _children(process: int) -> list[int]:
    try:
        return [int(p) for p in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


class Worker:
    """Starts two confined processes and sends orders to the judge. Serves one order at a time.

    Args:
        isolation: ``bubblewrap``, ``landlock`` or ``none``.
        tool: path of ``bwrap``, for bubblewrap.
        readable: folders that programs may read beyond the system's and the interpreter's.
        processor: number of the processor to stay on. The worker's processes take turns; handing over on one processor
            costs much less than waking another.
    """

    def __init__(
        self, isolation: str, tool: str | None, readable: Sequence[str] = (), processor: int | None = None
    ) -> None:
        self.isolation, self.processor = isolation, processor
        self._launches: list[Launch] = []
        self._processes: list[subprocess.Popen[bytes]] = []
        self._alive: int | None = None
        ours, judges = socket.socketpair()
        control_judge, control_runner = socket.socketpair()
        channel_judge, channel_runner = socket.socketpair()
        orders_judge, orders_runner = socket.socketpair()
        news_read, news_write = os.pipe()
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        self._alive, alive_held = os.pipe()
        self._complaints, complain = os.pipe()
        self._socket = ours
        ours.setblocking(False)
        try:
            for configuration, descriptors in (
                (
                    {
                        "role": "runner",
                        "control": control_runner.fileno(),
                        "channel": channel_runner.fileno(),
                        "orders": orders_runner.fileno(),
                        "news": news_write,
                        "stdout": out_write,
                        "stderr": err_write,
                    },
                    (
                        control_runner.fileno(),
                        channel_runner.fileno(),
                        orders_runner.fileno(),
                        news_write,
                        out_write,
                        err_write,
                    ),
                ),
                (
                    {
                        "role": "judge",
                        "host": judges.fileno(),
                        "control": control_judge.fileno(),
                        "channel": channel_judge.fileno(),
                        "orders": orders_judge.fileno(),
                        "news": news_read,
                        "out": out_read,
                        "err": err_read,
                    },
                    (
                        judges.fileno(),
                        control_judge.fileno(),
                        channel_judge.fileno(),
                        orders_judge.fileno(),
                        news_read,
                        out_read,
                        err_read,
                    ),
                ),
            ):
                launch = Launch(isolation, tool, {**configuration, "processor": processor}, _user(), readable)
                self._launches.append(launch)
                self._processes.append(
                    subprocess.Popen(
                        launch.command,
                        env=launch.environment,
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        stderr=complain,
                        pass_fds=(*descriptors, alive_held),
                        cwd="/",
                        start_new_session=True,  # the terminal's Ctrl-C is for us, who then end them in order
                    )
                )
        finally:
            for end in (
                judges,
                control_judge,
                control_runner,
                channel_judge,
                channel_runner,
                orders_judge,
                orders_runner,
            ):
                end.close()
            for descriptor in (out_read, out_write, err_read, err_write, news_read, news_write, alive_held, complain):
                os.close(descriptor)

    async def ready(self) -> None:
        """Wait until both processes serve.

        Raises:
            IsolationUnavailableError: they could not be started.
        """
        try:
            async with asyncio.timeout(_START_SECONDS):
                await self._receive()
        except (OSError, TimeoutError):
            complaint = self._complaint()
            await self.close()
            raise IsolationUnavailableError(
                f"A sandbox could not be started with {self.isolation}: {complaint or 'it gave no reason'}."
                " `selfdebug doctor` says what works on this machine."
            ) from None

    def _complaint(self) -> str:
        os.set_blocking(self._complaints, False)
        try:
            text = os.read(self._complaints, 65536).decode(errors="replace").strip()
        except BlockingIOError:
            return ""
        # The first failure is the cause; what follows is the other process that found itself alone.
        return text.split("\nTraceback")[0].splitlines()[-1] if text else ""

    async def order(self, order: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send an order and wait for its result.

        Args:
            order: for `inside.judge`.
            seconds: after which a worker that does not answer counts as lost.

        Raises:
            WorkerLostError: the worker ended or does not answer; it must be closed.
        """
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                await loop.sock_sendall(self._socket, wire.frame(marshal.dumps(order)))
                result: dict[str, Any] = await self._receive()
                return result
        except TimeoutError:
            raise WorkerLostError(f"A sandbox did not answer for {seconds:.0f} seconds.") from None
        except OSError:
            raise WorkerLostError(f"A sandbox has ended. {self._complaint()}") from None

    async def _receive(self) -> Any:
        loop = asyncio.get_running_loop()
        data = await loop.sock_recv(self._socket, 1 << 18)
        body = bytearray(data)
        while data and (len(body) < 4 or len(body) < 4 + struct.unpack_from("!I", body)[0]):
            data = await loop.sock_recv(self._socket, 1 << 20)
            body += data
        if not data:
            raise ConnectionResetError
        try:
            return values.loads(bytes(body[4:]))
        except (ValueError, RecursionError):
            raise WorkerLostError("A sandbox sent what cannot be read.") from None

    def _kill(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                for child in _children(
                    process.pid
                ):  # of bwrap: the first process of its namespace, which takes the rest
                    with contextlib.suppress(OSError):
                        os.kill(child, signal.SIGKILL)
                process.kill()

    async def close(self) -> None:
        """End the worker and wait until nothing of it is left: no process, no descriptor, no file."""
        if self._alive is None:
            return
        self._kill()
        self._socket.close()
        await asyncio.to_thread(self._wait_until_gone)

    def _wait_until_gone(self) -> None:
        for process in self._processes:
            process.wait()
        if self._alive is not None:
            # Every process of the worker holds the other end, programs included: its end proves that none is left.
            while os.read(self._alive, 4096):
                pass  # a program scribbled on it
            os.close(self._alive)
            os.close(self._complaints)
            self._alive = None
        for launch in self._launches:
            launch.remove_scratch()

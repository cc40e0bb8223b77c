"""One worker: a judge and a runner, each in a sandbox of its own, served over one socket."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import socket
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

from selfdebug import values
from selfdebug.execution.errors import IsolationUnavailableError, WorkerLostError
from selfdebug.execution.inside import codec, wire
from selfdebug.execution.inside.protocol import Order, OrderReport
from selfdebug.execution.isolation import Launch

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


def _connect() -> tuple[dict[str, int], dict[str, int], socket.socket]:
    """Everything that runner, judge and host say to each other goes over these.

    Returns:
        The runner's descriptors and the judge's, by the names that their configurations give them, and our end of the
        connection to the judge.
    """
    runner, judge = {}, {}
    for name in ("control", "channel", "orders"):
        one, other = socket.socketpair()
        runner[name], judge[name] = one.detach(), other.detach()
    judge["news"], runner["news"] = os.pipe()
    judge["bell"], runner["bell"] = os.pipe()
    judge["out"], runner["stdout"] = os.pipe()
    judge["err"], runner["stderr"] = os.pipe()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    judge["host"] = theirs.detach()
    return runner, judge, ours


class SandboxWorker:
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
        runner, judge, self._socket = _connect()
        self._alive, alive_held = os.pipe()
        self._complaints, complain = os.pipe()
        self._open = True
        try:
            for role, descriptors in (("runner", runner), ("judge", judge)):
                configuration = {"role": role, "processor": processor, **descriptors}
                launch = Launch(isolation, tool, configuration, _user(), readable)
                self._launches.append(launch)
                self._processes.append(
                    subprocess.Popen(
                        launch.command,
                        env=launch.environment,
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        stderr=complain,
                        pass_fds=(*descriptors.values(), alive_held),
                        cwd="/",
                        start_new_session=True,  # the terminal's Ctrl-C is for us, who then end them in order
                    )
                )
        except OSError as error:
            self._kill()
            self._socket.close()
            os.close(self._alive)
            os.close(self._complaints)
            raise self._not_started(error) from None
        finally:
            for descriptor in (*runner.values(), *judge.values(), alive_held, complain):
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
            raise self._not_started(complaint or "it gave no reason") from None
        except BaseException:
            await asyncio.shield(self.close())
            raise

    def _not_started(self, why: object) -> IsolationUnavailableError:
        return IsolationUnavailableError(
            f"A sandbox could not be started with {self.isolation}: {why}."
            " `selfdebug doctor` says what works on this machine."
        )

    def _complaint(self) -> str:
        os.set_blocking(self._complaints, False)
        try:
            text = os.read(self._complaints, 65536).decode(errors="replace").strip()
        except BlockingIOError:
            return ""
        # The first failure is the cause; what follows is the other process that found itself alone.
        return text.split("\nTraceback")[0].splitlines()[-1] if text else ""

    async def order(self, order: Order, seconds: float) -> OrderReport:
        """Send an order and wait for what the judge reports.

        Args:
            order: what to do.
            seconds: after which a worker that does not answer counts as lost.

        Raises:
            WorkerLostError: the worker ended or does not answer; it must be closed.
        """
        try:
            async with asyncio.timeout(seconds):
                await asyncio.get_running_loop().sock_sendall(self._socket, wire.frame(codec.pack(order)))
                return codec.read(OrderReport, await self._receive())
        except TimeoutError:
            raise WorkerLostError(f"A sandbox did not answer for {seconds:.0f} seconds.") from None
        except OSError:
            raise WorkerLostError(f"A sandbox has ended. {self._complaint()}") from None
        except values.UnreadableError:
            raise WorkerLostError("A sandbox sent what cannot be read.") from None

    async def _receive(self) -> bytes:
        loop = asyncio.get_running_loop()
        data = await loop.sock_recv(self._socket, 1 << 18)
        body = bytearray(data)
        while data and (len(body) < 4 or len(body) < 4 + struct.unpack_from("!I", body)[0]):
            data = await loop.sock_recv(self._socket, 1 << 20)
            body += data
        if not data:
            raise ConnectionResetError
        return bytes(body[4:])

    def _kill(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                for child in _children(process.pid):  # of bwrap: the first process of its namespace, and so all
                    with contextlib.suppress(OSError):
                        os.kill(child, signal.SIGKILL)
                process.kill()

    async def close(self) -> None:
        """End the worker and wait until nothing of it is left: no process, no descriptor, no file."""
        if not self._open:
            return
        self._open = False
        self._kill()
        self._socket.close()
        await asyncio.to_thread(self._wait_until_gone)

    def _wait_until_gone(self) -> None:
        for process in self._processes:
            process.wait()
        # Every process of the worker holds the other end, programs included: its end proves that none is left.
        while os.read(self._alive, 4096):
            pass  # a program scribbled on it
        os.close(self._alive)
        os.close(self._complaints)
        for launch in self._launches:
            launch.remove_scratch()

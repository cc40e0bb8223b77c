"""The judge's hold on a program's process: has it forked, talks with it, takes in its output and sees how it ends."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
from collections.abc import Sequence
from typing import Any

from . import codec, protocol, wire
from .protocol import Allowance, Answer, Captured, FileCommand, Fork, ProcessReport, Request, StepReport, Tidied, Trace
from .replies import ProgramReply

_SHORT = 50  # milliseconds


class OutputStream:
    """A pipe that programs write to: the first bytes up to a limit are kept, and whether there were more.

    Args:
        descriptor: its end to read from.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        os.set_blocking(descriptor, False)
        self.reset(0)

    def reset(self, limit: int) -> None:
        """Begin anew, and keep so many bytes."""
        self._limit, self._data, self._cut = limit, bytearray(), False

    def take(self) -> bool:
        """Read what is there. False when nobody can write any more."""
        while True:
            try:
                data = os.read(self._descriptor, 1 << 16)
            except BlockingIOError:
                return True
            if not data:
                return False
            room = self._limit - len(self._data)
            self._data += data[:room]
            self._cut = self._cut or len(data) > room

    def captured(self) -> Captured:
        """What was kept."""
        return Captured(self._data.decode("utf-8", "replace"), self._cut)


class ProgramProcess:
    """One program's process after the other, never two at a time.

    Attributes:
        steps: the trace that the process sent, if one was asked for.
    """

    def __init__(self, configuration: dict[str, Any]) -> None:
        self._host = socket.socket(fileno=configuration["host"])
        self._control = socket.socket(fileno=configuration["control"])
        self._channel = socket.socket(fileno=configuration["channel"])
        self._orders = socket.socket(fileno=configuration["orders"])
        self._streams = {name: OutputStream(name) for name in (configuration["out"], configuration["err"])}
        self.stdout, self.stderr = self._streams.values()
        self._isolation = configuration["isolation"]
        self._bell: int = configuration["bell"]
        os.set_blocking(self._bell, False)
        self._news: int = configuration["news"]
        self._report: ProcessReport | None = None
        self._watching = self._answered = self._may_fork = False
        self._number, self._started = 0, 0.0
        self._prelude = ""
        self._outputs: tuple[str, ...] = ()

    def wait_for_runner(self) -> None:
        """Wait until the runner can have programs forked."""
        wire.receive(self._control)

    def start(
        self,
        work: Sequence[Request] | FileCommand,
        allowance: Allowance,
        *,
        prelude: str = "",
        trace: Trace | None = None,
        stdin: str | None = None,
        processes: bool = False,
        outputs: tuple[str, ...] = (),
    ) -> None:
        """Have a process forked and given its work.

        Args:
            work: requests to answer, the first of them to load the program; or a command.
            allowance: what it may use.
            prelude: what the program is to find executed before it.
            trace: what it will record.
            stdin, processes, outputs: as of `protocol.CommandOrder`.
        """
        self._drain()
        self._report, self._watching, self._may_fork, self._outputs = None, False, processes, outputs
        self.steps: tuple[StepReport, ...] | None = None
        self._reader, self._waiting = wire.Reader(), list[bytes]()
        self._number += 1
        self._allowance, self._trace, self._started = allowance, trace, time.monotonic()
        if prelude and prelude != self._prelude:
            self._prelude = prelude
            wire.send(self._orders, prelude.encode(), before=wire.PRELUDE)
        work = work if isinstance(work, FileCommand) else tuple(work)
        wire.send(self._orders, codec.pack_bare(Fork(allowance, stdin, processes, work, self._answered)))
        self._answered = False

    def _drain(self) -> None:
        """Throw away what the program before sent and nobody read."""
        with contextlib.suppress(BlockingIOError):
            while self._channel.recv(1 << 16, socket.MSG_DONTWAIT):
                pass
        with contextlib.suppress(BlockingIOError):
            while os.read(self._bell, 1 << 16):
                pass

    def reply(self) -> ProgramReply | None:
        """The next reply; ``None`` if the program ended first or sent what is no reply."""
        while True:
            while not self._waiting:
                self._pump(self._channel.fileno())
                try:
                    data = self._channel.recv(1 << 18, socket.MSG_DONTWAIT)
                    if not data:
                        return None
                    self._waiting += self._reader.feed(data)
                except (OSError, wire.ClosedError):
                    return None  # woken by the program's end, with nothing left to read; or it sent what is no frame
            reply = ProgramReply.read(self._waiting.pop(0))
            if reply is None or reply.word != "trace":
                return reply
            if self._trace is not None:
                self.steps = reply.steps(self._trace)

    def answer(self, answer: Answer) -> None:
        """Answer a program that waits. It may have ended meanwhile."""
        self._answered = True
        with contextlib.suppress(wire.ClosedError):
            wire.send(self._channel, codec.pack_bare(answer))

    def settle(self) -> None:
        """Wait a short time for the end of a process that was given all its work, so that one awakening does.

        One that takes longer may wait for its replies to be read, and gets the usual attention.
        """
        self._pump(patience=False)

    def wait(self) -> ProcessReport:
        """Wait for the end of a process that ends by itself or by its limits."""
        while self._report is None:
            self._pump()
        return self._report

    def end(self) -> ProcessReport:
        """End the process if it does not end by itself after its last word."""
        self._pump(patience=False)
        if self._report is None:
            self._tell(protocol.Kill(self._number))
        return self.wait()

    def _pump(self, *wanted: int, patience: bool = True) -> None:
        """Wait for one of ``wanted`` or the end of the program, taking in its output meanwhile.

        A program that does not end soon is given to the runner to watch.

        Args:
            wanted: descriptors to read.
            patience: False to return as well after a short time, and when the program rings.
        """
        if self._report is not None:
            return
        poll = select.poll()
        bells = () if patience else (self._bell,)
        for descriptor in (*wanted, *bells, self._news, *self._streams):
            poll.register(descriptor, select.POLLIN)
        poll.register(self._host, 0)  # reports nothing but its end
        while True:
            wakened = False
            ready = poll.poll(None if self._watching and patience else _SHORT)
            if not ready and not self._watching:
                self._tell(protocol.Watch(self._allowance, self._number))
                self._watching = True
            if not ready and not patience:
                return
            for descriptor, _ in ready:
                if descriptor == self._host.fileno():
                    os._exit(0)  # nobody waits for the verdict; the runner follows, and takes the program with it
                if descriptor in self._streams:
                    if not self._streams[descriptor].take():
                        poll.unregister(descriptor)
                elif descriptor == self._news:
                    self._report = self._read_report()
                    for stream in self._streams.values():
                        stream.take()
                    return
                else:
                    wakened = True
            if wakened:
                return

    def _tell(self, message: Any) -> None:
        wire.send(self._control, codec.pack(message))

    def _ask(self, message: Any) -> Any:
        self._tell(message)
        return codec.unpack(wire.receive(self._control))

    def _read_report(self) -> ProcessReport:
        """How the program ended, from the template's news and, where it had a part in it, from the runner."""
        news = os.read(self._news, 256).split()
        if not news:
            os._exit(1)  # the template is gone, and with it this worker
        code, cpu = os.waitstatus_to_exitcode(int(news[0])), float(news[1])
        limit = self._ask(protocol.Enough()).limit if self._watching else None
        if limit is None and code in (-signal.SIGXCPU, -signal.SIGKILL) and cpu >= self._allowance.cpu:
            limit = "cpu"
        tidied = Tidied()
        if news[3] == b"1" or self._may_fork or self._isolation == "none":
            tidied = self._ask(protocol.TidyUp(self._outputs))
        wall = time.monotonic() - self._started
        return ProcessReport(code, limit, cpu, wall, int(news[2]) * 1024, tidied.files, tidied.clean)

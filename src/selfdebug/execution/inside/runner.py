"""The runner: a warm interpreter that is forked once per program, watches it, and leaves nothing behind.

It takes orders from the judge alone. A program's process closes that connection before it loads a line of the program.
"""

from __future__ import annotations

import contextlib
import gc
import marshal
import os
import resource
import select
import shutil
import signal
import socket
import sys
import time
from typing import Any, NoReturn

from . import confine, program, values, wire

# What generated programs import most: found in the interpreter when a program asks, instead of on the disk.
_WARM = (
    "abc array ast base64 binascii bisect calendar cmath collections collections.abc contextlib copy csv dataclasses"
    " datetime decimal enum fractions functools hashlib heapq io itertools json locale math numbers operator os os.path"
    " pprint queue random re secrets statistics string struct sys textwrap threading time traceback types typing"
    " unicodedata uuid warnings zlib"
).split()

_LOOK = 0.25  # seconds between looks at a running program
_IDLE_SHARE = 0.01  # below this share of one processor a program counts as asleep; a starved one gets far more


class Runner:
    """Serves one judge: one program or command at a time.

    Of the runner's two processes the first takes orders and watches; it is never forked while it serves. The second,
    the template, is what programs are forked from, and does next to nothing itself: whatever a process writes to
    between two forks, if only reference counts, is memory that the kernel must copy again.
    """

    def __init__(self, configuration: dict[str, Any]) -> None:
        self._control = socket.socket(fileno=configuration["control"])
        self._isolation: str = configuration["isolation"]
        self._scratch: str = configuration["scratch"]
        self._scratch_bytes: int = configuration["scratch_bytes"]
        # The runner itself writes nothing: its standard streams are the programs', opened once for all of them.
        for number, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(configuration[name], number)
            os.close(configuration[name])
            opened = open(number, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
            setattr(sys, name, opened)
            setattr(sys, f"__{name}__", opened)
        self._channel = socket.socket(fileno=configuration["channel"])
        _warm()
        self._orders, orders = socket.socketpair()
        self._news, news = os.pipe()
        self._template = os.fork()
        if self._template == 0:
            self._control.close()
            self._orders.close()
            os.close(self._news)
            _Template(configuration, orders, news, self._channel).serve()
        orders.close()
        os.close(news)
        self._unread = b""

    def serve(self) -> None:
        """Take orders until the judge is gone."""
        wire.send(self._control, marshal.dumps("ready"))
        while True:
            descriptors: list[int] = []
            try:
                body = wire.receive(self._control, descriptors)
            except wire.ClosedError:
                return
            order = marshal.loads(body)
            if order["kind"] == "stop":
                continue  # for a program that had ended by itself
            self._drain()
            wire.send(self._orders, body)
            if descriptors:
                wire.send(self._orders, b"", tuple(descriptors))
                os.close(descriptors[0])
            report = self._watch(order["limits"])
            clean = self._end_descendants(report.pop("process"))
            report["files"] = self._collect(order.get("outputs", ()))
            report["clean"] = self._empty_scratch() and clean
            wire.send(self._control, marshal.dumps(report))

    def _drain(self) -> None:
        """Throw away what was sent to the program before and that it did not live to read."""
        with contextlib.suppress(BlockingIOError):
            while self._channel.recv(1 << 16, socket.MSG_DONTWAIT):
                pass

    def _watch(self, limits: dict[str, Any]) -> dict[str, Any]:
        """Wait for the end of a program, or end it at a limit.

        The processor time that it used decides, as the kernel counts it. The wall clock ends only what sleeps: what
        got next to no processor time over a whole look, which cannot befall a program that wants to run, however busy
        the machine is.
        """
        started = looked = time.monotonic()
        process = int(self._line())
        clock = (~process << 3) | 2  # the CPU clock of another process: see clock_getres(2)
        poll = select.poll()
        poll.register(self._news, select.POLLIN)
        poll.register(self._control, select.POLLIN)
        reason: str | None = None
        idle, used_before = 0.0, 0.0
        while not self._unread:
            left = limits["cpu"] - used_before
            ready = poll.poll(1000 * min(_LOOK, max(left, 0.005)))
            if any(descriptor == self._news for descriptor, _ in ready):
                break
            if ready:
                reason = self._heed(reason)
            else:
                now = time.monotonic()
                used = _processor_time(clock, used_before)
                share = (used - used_before) / max(now - looked, 1e-9)
                if share < _IDLE_SHARE and now - looked > _LOOK / 2:
                    idle += now - looked
                used_before, looked = used, now
                reason = self._excess(limits, used, idle, now - started)
            if reason is not None:
                with contextlib.suppress(ProcessLookupError):  # it has ended by itself in this moment
                    os.kill(process, signal.SIGKILL)
                break
        status, processor, memory = self._line().split()
        code, cpu = os.waitstatus_to_exitcode(int(status)), float(processor)
        if reason is None and code in (-signal.SIGXCPU, -signal.SIGKILL) and cpu >= limits["cpu"]:
            reason = "cpu"
        return {
            "process": process,
            "exit": code,
            "reason": reason,
            "cpu": cpu,
            "memory": int(memory) * 1024,
            "wall": time.monotonic() - started,
        }

    def _line(self) -> bytes:
        """The next line of the template's news."""
        while b"\n" not in self._unread:
            data = os.read(self._news, 256)
            if not data:
                os._exit(1)  # the template is gone, and with it this worker
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def _heed(self, reason: str | None) -> str | None:
        try:
            order = marshal.loads(wire.receive(self._control))
        except wire.ClosedError:
            return "abandoned"
        return "stopped" if order["kind"] == "stop" else reason

    def _excess(self, limits: dict[str, Any], used: float, idle: float, wall: float) -> str | None:
        if used >= limits["cpu"]:
            return "cpu"
        if idle >= limits["idle"]:
            return "idle"
        if wall >= limits["wall"]:
            return "wall"
        if self._isolation == "landlock" and _size(self._scratch) > self._scratch_bytes:
            return "disk"
        return None

    def _end_descendants(self, process: int) -> bool:
        """End what a program left behind. False if that took the template with it: the worker is then of no more use.

        Below bubblewrap this process is the first of a process namespace, so that whatever a program started and left
        is its child now, or a child's. Without one, a program cannot start processes, and a compiler's stay in its
        process group.
        """
        if os.getpid() == 1:
            with open("/proc/1/task/1/children", "rb") as file:
                if file.read().split() == [b"%d" % self._template]:
                    return True
            os.kill(-1, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                while True:
                    os.wait()
            return False
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)
        return True

    def _collect(self, names: Any) -> list[Any]:
        """Files that a compiler wrote into the scratch folder: ``[path, content, executable]``."""
        found = []
        for name in names:
            root = os.path.join(self._scratch, name)
            paths = [root]
            if os.path.isdir(root):
                paths = [os.path.join(folder, file) for folder, _, files in os.walk(root) for file in sorted(files)]
            for path in paths:
                try:
                    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
                        content = file.read()
                        executable = bool(os.fstat(file.fileno()).st_mode & 0o100)
                except OSError:
                    continue
                found.append([os.path.relpath(path, self._scratch), content.decode("latin-1"), executable])
        return found

    def _empty_scratch(self) -> bool:
        """Remove what a program wrote. False if something resists: the sandbox is then not used again."""
        try:
            with os.scandir(self._scratch) as entries:
                names = [(entry.path, entry.is_dir(follow_symlinks=False)) for entry in entries]
            for path, folder in names:
                if folder:
                    shutil.rmtree(path)
                else:
                    os.unlink(path)
        except (OSError, RecursionError):
            return False
        return True


class _Template:
    """The process that programs are forked from."""

    def __init__(self, configuration: dict[str, Any], orders: socket.socket, news: int, channel: socket.socket) -> None:
        self._scratch: str = configuration["scratch"]
        # Without a process namespace programs must not start processes, for nobody could find them all.
        self._namespace = configuration["isolation"] == "bubblewrap"
        self._filter = confine.ProgramFilter() if configuration["isolation"] == "landlock" else None
        self._orders, self._news, self._channel = orders, news, channel
        self._limits: dict[str, Any] = {}

    def serve(self) -> NoReturn:
        """Fork for each order, without reading it, and report the process's number, then how it ended."""
        if self._filter is not None:
            confine.die_with_parent()
        orders, news, fork, wait, write, peek = self._orders, self._news, os.fork, os.wait4, os.write, socket.MSG_PEEK
        while orders.recv(1, peek):
            process = fork()
            if process == 0:
                self._become()
            write(news, b"%d\n" % process)
            _, status, usage = wait(process, 0)
            write(news, b"%d %f %d\n" % (status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss))
        os._exit(0)

    def _become(self) -> NoReturn:
        """In the forked process: confine it and hand it to the program. Never returns."""
        try:
            length = int.from_bytes(self._orders.recv(4, socket.MSG_WAITALL), "big")
            order = marshal.loads(self._orders.recv(length, socket.MSG_WAITALL))
            channel = self._channel
            if order.get("own_channel"):
                descriptors: list[int] = []
                wire.receive(self._orders, descriptors)
                channel = socket.socket(fileno=descriptors[0])
            self._orders.close()
            os.close(self._news)
            self._limit(order)
            if order.get("stdin") is not None:
                self._feed(order["stdin"].encode("utf-8", "surrogatepass"))
            if not self._namespace:
                if self._filter is not None:
                    confine.die_with_parent()
                if self._filter is None or order.get("processes"):
                    os.setsid()
                else:
                    confine.open_to_itself()
                    self._filter.install()
            if order["kind"] == "command":
                self._execute(order)
            gc.enable()
            program.Program(channel).serve(order["requests"])
        except BaseException as error:  # noqa: BLE001  (nothing may return into the template's loop)
            try:
                os.write(2, f"selfdebug: {type(error).__name__}: {error}\n".encode())
            finally:
                os._exit(126)
        os._exit(0)

    @staticmethod
    def _limit(order: dict[str, Any]) -> None:
        limits = order["limits"]
        processor = int(limits["cpu"]) + 2  # the runner's own count ends it earlier; this one holds if it cannot
        limit = confine.limit
        limit(resource.RLIMIT_CPU, processor, processor + 1)
        limit(resource.RLIMIT_FSIZE, limits["file"])
        limit(resource.RLIMIT_NPROC, limits["threads"])
        limit(getattr(resource, order.get("memory_limit", "RLIMIT_AS")), limits["memory"])

    def _feed(self, data: bytes) -> None:
        """Make data the standard input, as a file in memory without a name: nobody must write while it is read."""
        path = os.path.join(self._scratch, "stdin")
        source = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        os.unlink(path)
        view = memoryview(data)
        while view:
            view = view[os.write(source, view) :]
        os.lseek(source, 0, os.SEEK_SET)
        os.dup2(source, 0)
        os.close(source)

    def _execute(self, order: dict[str, Any]) -> NoReturn:
        """Replace this process by a command, with its files in the scratch folder."""
        for name, content, executable in order["files"]:
            path = os.path.join(self._scratch, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content.encode("latin-1"))
                if executable:
                    os.fchmod(file.fileno(), 0o700)
        environment = {**os.environ}
        for name, value in order["environment"].items():
            environment[name] = value.replace("{scratch}", self._scratch)
        os.closerange(3, 256)
        os.execve(order["command"][0], order["command"], environment)


def _processor_time(clock: int, before: float) -> float:
    try:
        return time.clock_gettime(clock)
    except OSError:
        return before  # it has just ended


def _size(folder: str) -> int:
    total = 0
    try:
        for path, _, files in os.walk(folder):
            total += 4096 + sum(os.lstat(os.path.join(path, name)).st_blocks * 512 for name in files)
    except OSError:
        pass  # removed while we looked
    return total


def _warm() -> None:
    """Import what programs import and compile once, so that forks find the memory as they need it.

    Modules that ask to be called in forked processes are not: each call would touch memory in every fork. So `random`
    starts from the same state in every program, and what it draws does not change a verdict from run to run.
    """
    register, os.register_at_fork = os.register_at_fork, lambda **ignored: None
    try:
        for name in _WARM:
            with contextlib.suppress(ImportError):  # an interpreter built without it
                __import__(name)
    finally:
        os.register_at_fork = register
    sys.modules["random"].seed(0)
    namespace: dict[str, Any] = {}
    exec(compile("import re\ndef f(x):\n    return sorted(re.findall('a', x))\nf('aa')", "<warm>", "exec"), namespace)
    values.dumps(values.encode(values.decode(values.loads(b'[1,{"tuple":["a"]}]'))))
    gc.collect()
    gc.freeze()  # collections in a fork must not touch, and so copy, what it shares
    gc.disable()


def serve(configuration: dict[str, Any]) -> None:
    """Run the runner's loop."""
    Runner(configuration).serve()

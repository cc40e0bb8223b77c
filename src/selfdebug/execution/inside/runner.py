"""The runner: a warm interpreter that is forked once per program, watches it, and leaves nothing behind.

It takes orders from the judge alone. A program's process closes that connection before it loads a line of the program.
"""

from __future__ import annotations

import gc
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
    """Serves one judge: one program or command at a time."""

    def __init__(self, configuration: dict[str, Any]) -> None:
        self._control = socket.socket(fileno=configuration["control"])
        # The runner itself writes nothing: its standard streams are the programs', opened once for all of them.
        for stream, name in ((configuration["out"], "stdout"), (configuration["err"], "stderr")):
            number = 1 if name == "stdout" else 2
            os.dup2(stream, number)
            os.close(stream)
            opened = open(number, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
            setattr(sys, name, opened)
            setattr(sys, f"__{name}__", opened)
        self._isolation: str = configuration["isolation"]
        self._scratch: str = configuration["scratch"]
        self._scratch_bytes: int = configuration["scratch_bytes"]
        self._filter = confine.ProgramFilter() if self._isolation != "none" else None

    def serve(self) -> None:
        """Take orders until the judge is gone."""
        _warm()
        wire.send(self._control, b'["ready"]')
        while True:
            descriptors: list[int] = []
            try:
                order = values.loads(wire.receive(self._control, descriptors))
            except wire.ClosedError:
                return
            if order["kind"] == "stop":
                continue  # for a program that had ended by itself
            report = self._run(order, descriptors)
            wire.send(self._control, values.dumps(report))

    def _run(self, order: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        limits = order["limits"]
        started = time.monotonic()
        process = os.fork()
        if process == 0:
            self._become(order, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        reason, status, usage = self._watch(process, limits, started)
        if self._isolation == "none" or order.get("processes"):
            self._end_descendants(process)
        files = self._collect(order.get("outputs", ()))
        clean = self._empty_scratch()
        code = os.waitstatus_to_exitcode(status)
        return {
            "exit": code,
            "reason": reason,
            "cpu": usage.ru_utime + usage.ru_stime,
            "memory": usage.ru_maxrss * 1024,
            "wall": time.monotonic() - started,
            "files": files,
            "clean": clean,
        }

    def _become(self, order: dict[str, Any], descriptors: list[int]) -> NoReturn:
        """In the forked process: confine it and hand it to the program. Never returns."""
        try:
            self._control.close()
            if order.get("stdin") is not None:
                _feed(order["stdin"].encode("utf-8", "surrogatepass"))
            limits = order["limits"]
            processor = int(limits["cpu"]) + 2  # the runner's own count ends it earlier; this one holds if it cannot
            confine.limit(resource.RLIMIT_CPU, processor, processor + 1)
            confine.limit(resource.RLIMIT_FSIZE, limits["file"])
            confine.limit(resource.RLIMIT_NPROC, limits["threads"])
            confine.limit(getattr(resource, order.get("memory_limit", "RLIMIT_AS")), limits["memory"])
            if self._isolation == "none" or order.get("processes"):
                os.setsid()
            if self._isolation != "none":
                confine.die_with_parent()
            if self._filter is not None and not order.get("processes"):
                confine.open_to_itself()
                self._filter.install()
            if order["kind"] == "command":
                self._execute(order)
            channel = socket.socket(fileno=descriptors[0])
            gc.enable()
            program.Program(channel).serve()
        except BaseException as error:  # noqa: BLE001  (nothing may return into the runner's loop)
            try:
                os.write(2, f"selfdebug: {type(error).__name__}: {error}\n".encode())
            finally:
                os._exit(126)
        os._exit(0)

    def _execute(self, order: dict[str, Any]) -> NoReturn:
        """Replace this process by a command, with its files in the scratch folder."""
        for name, content, executable in order["files"]:
            path = os.path.join(self._scratch, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content.encode("latin-1"))
                if executable:
                    os.fchmod(file.fileno(), 0o700)
        os.closerange(3, 256)
        environment = {**os.environ}
        for name, value in order["environment"].items():
            environment[name] = value.replace("{scratch}", self._scratch)
        os.execve(order["command"][0], order["command"], environment)

    def _watch(self, process: int, limits: dict[str, Any], started: float) -> tuple[str | None, int, Any]:
        """Wait for the end of a process, or end it at a limit.

        The processor time that it used decides, as the kernel counts it. The wall clock ends only what sleeps: what
        got next to no processor time over a whole look, which cannot befall a program that wants to run, however busy
        the machine is.
        """
        clock = (~process << 3) | 2  # the CPU clock of another process: see clock_getres(2)
        ended = os.pidfd_open(process)
        poll = select.poll()
        poll.register(ended, select.POLLIN)
        poll.register(self._control, select.POLLIN)
        reason: str | None = None
        idle, used_before, looked = 0.0, 0.0, started
        try:
            while True:
                left = limits["cpu"] - used_before
                ready = poll.poll(1000 * min(_LOOK, max(left, 0.005)))
                if any(descriptor == ended for descriptor, _ in ready):
                    break
                if ready:
                    reason = self._heed(reason)
                else:
                    now = time.monotonic()
                    used = _processor_time(clock, used_before)
                    if now > looked:
                        share = (used - used_before) / (now - looked)
                        if share < _IDLE_SHARE and now - looked > _LOOK / 2:
                            idle += now - looked
                    used_before, looked = used, now
                    reason = self._excess(limits, used, idle, now - started)
                if reason is not None:
                    os.kill(process, signal.SIGKILL)
                    break
        finally:
            os.close(ended)
        _, status, usage = os.wait4(process, 0)
        if reason is None and os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
            spent = usage.ru_utime + usage.ru_stime
            reason = "cpu" if spent >= limits["cpu"] else None
        return reason, status, usage

    def _heed(self, reason: str | None) -> str | None:
        try:
            order = values.loads(wire.receive(self._control))
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

    def _end_descendants(self, process: int) -> None:
        """End what a compiler left behind; a program cannot leave anything, for it cannot start processes."""
        while True:
            try:
                if os.getpid() == 1:
                    os.kill(-1, signal.SIGKILL)  # all of this process namespace but its first process
                else:
                    os.killpg(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
            try:
                found, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if found == 0:
                if self._isolation == "none":
                    return
                time.sleep(0.002)

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


def _feed(data: bytes) -> None:
    """Make data the standard input, as a file in memory: nobody has to write while the program reads."""
    source = os.memfd_create("stdin")
    view = memoryview(data)
    while view:
        view = view[os.write(source, view) :]
    os.lseek(source, 0, os.SEEK_SET)
    os.dup2(source, 0)
    os.close(source)


def _warm() -> None:
    """Import what programs import and compile once, so that forks find the memory as they need it."""
    for name in _WARM:
        try:
            __import__(name)
        except ImportError:
            pass  # an interpreter built without it
    namespace: dict[str, Any] = {}
    exec(compile("import re\ndef f(x):\n    return sorted(re.findall('a', x))\nf('aa')", "<warm>", "exec"), namespace)
    values.dumps(values.encode(values.decode(values.loads(b'[1,{"tuple":["a"]}]'))))
    gc.collect()
    gc.freeze()  # collections in a fork must not touch, and so copy, what it shares
    gc.disable()


def serve(configuration: dict[str, Any]) -> None:
    """Run the runner's loop."""
    Runner(configuration).serve()

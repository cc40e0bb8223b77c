"""The runner: has programs forked, watches each, and leaves nothing of it behind.

It takes orders from the judge alone. What it watches is forked from the `template`.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import shutil
import signal
import socket
import time
from typing import Any

from . import codec, wire
from .protocol import Allowance, Enough, File, Kill, Limit, Tidied, TidyUp, Watch, Watched
from .template import Template

_LOOK = 0.25  # seconds between looks at a running program
_IDLE_SHARE = 0.01  # below this share of one processor a program counts as asleep; a starved one gets far more


class ProgramRunner:
    """Serves one judge. It has nothing to do for a program that ends soon and leaves nothing."""

    def __init__(self, configuration: dict[str, Any], started: Template) -> None:
        self._control = socket.socket(fileno=configuration["control"])
        self._isolation: str = configuration["isolation"]
        self._scratch: str = configuration["scratch"]
        self._writable: list[str] = configuration["writable"]
        self._scratch_bytes: int = configuration["scratch_bytes"]
        self._template = started

    def serve(self) -> None:
        """Take orders until the judge is gone."""
        # The first process of a namespace gets only the signals that it handles; Python handles this one.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        wire.send(self._control, wire.READY)
        while True:
            match self._receive():
                case Watch(allowance, number):
                    self._watch(allowance, number)
                case Kill(number):
                    self._kill(number)
                case TidyUp(outputs):
                    clean = self._end_descendants()
                    files = self._collect(outputs)
                    self._send(Tidied(files, self._empty_scratch() and clean))

    def _send(self, message: Any) -> None:
        wire.send(self._control, codec.pack(message))

    def _receive(self) -> Any:
        try:
            return codec.unpack(wire.receive(self._control))
        except wire.ClosedError:
            # The judge is gone. So will be what runs here: its process namespace ends with this process, or its
            # parent's end is told to it.
            os._exit(0)

    def _watch(self, allowance: Allowance, number: int) -> None:
        """End a program at a limit, until the judge says that it has ended; answer with the limit, if it was one.

        The processor time that it used decides, as the kernel counts it. The wall clock ends only what sleeps: what
        got next to no processor time over a whole look, and does not wait for a processor at its end.
        """
        started = looked = time.monotonic()
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        reason: Limit | None = None
        idle, used_before = 0.0, 0.0
        while True:
            left = allowance.cpu - used_before
            if poll.poll(1000 * min(_LOOK, max(left, 0.005))):
                if isinstance(self._receive(), Enough):
                    self._send(Watched(reason))
                    return
                self._kill(number)
            if reason is not None:
                continue
            now = time.monotonic()
            used = _processor_time(self._template.program(number), used_before)
            share = (used - used_before) / max(now - looked, 1e-9)
            if share < _IDLE_SHARE and now - looked > _LOOK / 2 and not self._wants_to_run(number):
                idle += now - looked
            used_before, looked = used, now
            reason = self._excess(allowance, used, idle, now - started)
            if reason is not None:
                self._kill(number)

    def _kill(self, number: int) -> None:
        """End a program, which may not have been forked yet, or have ended by itself."""
        process = self._template.program(number)
        while process is None:
            time.sleep(0.001)
            process = self._template.program(number)
        if process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _wants_to_run(self, number: int) -> bool:
        """Whether a thread of a program waits for a processor or for the disk: on a busy machine that takes long."""
        processes = [str(self._template.program(number))]
        if os.getpid() == 1:
            processes = [p for p in os.listdir("/proc") if p.isdigit() and int(p) not in (1, self._template.process)]
        for process in processes:
            with contextlib.suppress(OSError):
                for thread in os.listdir(f"/proc/{process}/task"):
                    with open(f"/proc/{process}/task/{thread}/stat", "rb", buffering=0) as file:
                        # The name of the thread stands in brackets before its state, and may hold anything.
                        if file.read(512).rpartition(b") ")[2][:1] in (b"R", b"D"):
                            return True
        return False

    def _excess(self, allowance: Allowance, used: float, idle: float, wall: float) -> Limit | None:
        """The limit that a program is at, as `protocol.ProcessReport` names it."""
        limits: dict[Limit, bool] = {
            "cpu": used >= allowance.cpu, "idle": idle >= allowance.idle, "wall": wall >= allowance.wall,
        }  # fmt: skip
        for name, reached in limits.items():
            if reached:
                return name
        if os.getpid() == 1 and _memory_of_many(allowance.resident) > allowance.memory:
            return "memory"
        if self._isolation == "landlock" and _size(self._scratch) > self._scratch_bytes:
            return "disk"
        return None

    def _end_descendants(self) -> bool:
        """End what a program left behind. False if that took the template with it: the worker is then of no more use.

        Below bubblewrap this process is the first of a process namespace, so that whatever a program started and left
        is its child now, or a child's. Without one, a program cannot start processes, and a compiler's stay in its
        process group.
        """
        if os.getpid() == 1:
            with open("/proc/1/task/1/children", "rb", buffering=0) as file:
                if file.read(64).split() == [b"%d" % self._template.process]:
                    return True
            os.kill(-1, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                while True:
                    os.wait()
            return False
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._template.last(), signal.SIGKILL)
        return True

    def _collect(self, names: tuple[str, ...]) -> tuple[File, ...]:
        """Files that a program or a compiler wrote into the scratch folder."""
        files = []
        for name in names:
            root = os.path.join(self._scratch, name)
            paths = [root]
            if os.path.isdir(root):
                paths = [os.path.join(folder, file) for folder, _, within in os.walk(root) for file in sorted(within)]
            for path in paths:
                try:
                    # A named pipe would make us wait.
                    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
                        content = file.read()
                        executable = bool(os.fstat(file.fileno()).st_mode & 0o100)
                except OSError:
                    continue
                files.append(File(os.path.relpath(path, self._scratch), content.decode("latin-1"), executable))
        return tuple(files)

    def _empty_scratch(self) -> bool:
        """Remove what a program wrote. False if something resists: the sandbox is then not used again."""
        try:
            for writable in self._writable:
                with os.scandir(writable) as entries:
                    names = [(entry.path, entry.is_dir(follow_symlinks=False)) for entry in entries]
                for path, folder in names:
                    if folder:
                        shutil.rmtree(path)
                    else:
                        os.unlink(path)
        except (OSError, RecursionError):
            return False
        return True


def _processor_time(process: int | None, before: float) -> float:
    if not process:
        return before  # not begun, or just ended
    try:
        return time.clock_gettime((~process << 3) | 2)  # another process's CPU clock: see clock_getres(2)
    except OSError:
        return before


def _memory_of_many(always: bool) -> int:
    """Bytes that the processes of a program take together; 0 for a single one, which its own limit holds.

    Args:
        always: look at a single one too, as no limit of the kernel's holds it.
    """
    processes = [name for name in os.listdir("/proc") if name.isdigit()]
    if len(processes) <= 3 and not always:  # this one, the template, the program
        return 0
    total = 0
    for name in processes:
        with contextlib.suppress(OSError), open(f"/proc/{name}/statm", "rb", buffering=0) as file:
            fields = file.read(200).split()
            total += int(fields[1]) - int(fields[2])  # without what is shared, such as the interpreter's files
    return total * resource.getpagesize()


def _size(folder: str) -> int:
    """Bytes on the disk below a folder. What lies too deep to look at counts as too much."""
    total = 0
    try:
        for path, _, files in os.walk(folder):
            total += 4096 + sum(os.lstat(os.path.join(path, name)).st_blocks * 512 for name in files)
    except RecursionError:
        return 1 << 62
    except OSError:
        pass  # removed while we looked
    return total

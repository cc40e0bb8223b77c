"""The template: a warm interpreter that programs are forked from.

It does next to nothing itself. Whatever a process writes to between two forks, if only reference counts, is memory
that the kernel must copy again, and most of what a fork costs is such copying. For the same reason this module and
those that it imports bring no more than they need: the pages of every library weigh on every fork.
"""

from __future__ import annotations

import _sitebuiltins
import builtins
import contextlib
import gc
import io
import marshal
import mmap
import os
import resource
import socket
import struct
import sys
from typing import Any, NoReturn

from . import confine, program, seccomp, values, wire

# What generated programs import most. Others are read from the disk by the programs that want them; `hashlib`,
# `threading` and `dataclasses` among them cost every fork a third more.
_WARM = [
    "bisect", "cmath", "collections", "copy", "datetime", "decimal", "enum", "fractions", "functools", "heapq",
    "itertools", "json", "math", "operator", "random", "re", "statistics", "string", "sys", "time", "typing",
]  # fmt: skip


_NUMBERS = struct.Struct("=QQQ")  # shared: number of the latest program, its process, number of the latest that ended


_LIMITS = (resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_RSS)


class Template:
    """The template, as the runner sees it.

    Attributes:
        process: its number.
    """

    def __init__(self, configuration: dict[str, Any]) -> None:
        _warm()
        self._shared = mmap.mmap(-1, _NUMBERS.size)
        self.process = os.fork()
        if self.process == 0:
            os.close(configuration["control"])
            _Forker(configuration, self._shared).serve()
        for name in ("channel", "orders", "news", "bell", "stdout", "stderr"):
            os.close(configuration[name])

    def program(self, number: int) -> int | None:
        """Process of the program of that number: 0 if it has ended, ``None`` if it is not forked yet."""
        latest, process, ended = _NUMBERS.unpack_from(self._shared)
        if latest < number:
            return None
        return 0 if ended >= number else process

    def last(self) -> int:
        """Process of the latest program, which may have ended."""
        return int(_NUMBERS.unpack_from(self._shared)[1])


class _Forker:
    """The loop of the template's own process."""

    def __init__(self, configuration: dict[str, Any], shared: mmap.mmap) -> None:
        self._scratch: str = configuration["scratch"]
        self._writable: list[str] = configuration["writable"]
        # Without a process namespace programs must not start processes, for nobody could find them all.
        self._namespace = configuration["isolation"] == "bubblewrap"
        self._filter = confine.ProgramFilter() if configuration["isolation"] == "landlock" else None
        self._orders = socket.socket(fileno=configuration["orders"])
        self._news: int = configuration["news"]
        self._shared = shared
        self._channel = socket.socket(fileno=configuration["channel"])
        self._bell: int = configuration["bell"]
        self._hard = {limit: resource.getrlimit(limit)[1] for limit in (*_LIMITS, resource.RLIMIT_CPU)}
        _adopt_streams(configuration)
        if self._namespace:
            confine.Filter(seccomp.protecting_filter(os.getpid())).install()
        if self._filter is not None:
            confine.restrict_files(configuration["readable"], [self._scratch])

    def serve(self) -> NoReturn:
        """Fork for each order, without reading it, and report how the process ended.

        A report is wait status, processor seconds, peak resident KiB, and whether something was left behind.
        """
        if self._filter is not None:
            confine.die_with_parent()
        family = os.open("/proc/1/task/1/children", os.O_RDONLY | os.O_CLOEXEC) if self._namespace else -1
        alone = b"%d " % os.getpid()  # the runner's only child, if no program left an orphan
        orders, news, shared, writable = self._orders, self._news, self._shared, self._writable
        fork, wait, write, read, listdir, peek = os.fork, os.wait4, os.write, os.pread, os.listdir, socket.MSG_PEEK
        pack = _NUMBERS.pack_into
        number = 0
        while first := orders.recv(1, peek):
            if first == wire.PRELUDE:
                self._take_prelude()
                continue
            process = fork()
            if process == 0:
                self._become()
            pack(shared, 0, number + 1, process, number)
            number += 1
            _, status, usage = wait(process, 0)
            pack(shared, 0, number, process, number)
            try:
                left = any(map(listdir, writable)) or (family >= 0 and read(family, 64, 0) != alone)
            except OSError:
                left = True  # the program locked its scratch folder
            cpu = usage.ru_utime + usage.ru_stime
            write(news, b"%d %f %d %d" % (status, cpu, usage.ru_maxrss, bool(left)))
        os._exit(0)

    def _take_prelude(self) -> None:
        """Compile what the programs to come have in common, once. It is not executed here."""
        self._orders.recv(1)
        program.prelude = compile(wire.receive(self._orders), "<prelude>", "exec", dont_inherit=True)
        gc.freeze()

    def _become(self) -> NoReturn:
        """In the forked process: confine it and hand it to the program. Never returns."""
        try:
            length = int.from_bytes(self._orders.recv(4, socket.MSG_WAITALL), "big")
            # A `protocol.Fork`, as `codec.pack_bare` writes it.
            fork = marshal.loads(self._orders.recv(length, socket.MSG_WAITALL))
            _, allowance, stdin, processes, work, answered = fork
            os.close(self._orders.detach())
            os.close(self._news)
            self._shared.close()
            self._limit(*allowance)
            for shared in (1, 2, self._channel.fileno(), self._bell):
                os.set_blocking(shared, True)  # what the program before made of them must not matter
            if answered:
                with contextlib.suppress(BlockingIOError):
                    while self._channel.recv(1 << 16, socket.MSG_DONTWAIT):
                        pass  # an answer that the program before did not wait for
            if stdin is not None:
                self._feed(stdin.encode("utf-8", "surrogatepass"))
            if self._namespace:
                os.setpgid(0, 0)  # signals to its group are for itself, not for the template
            else:
                if self._filter is not None:
                    confine.die_with_parent()
                if self._filter is None or processes:
                    os.setsid()
                else:
                    confine.open_to_itself()
                    self._filter.install()
            if work[0] == "FileCommand":
                self._execute(*work)
            gc.enable()
            loaded = program.LoadedProgram(self._channel, self._bell)
            _, source, after_prelude, script = work[0]
            if script:
                self._place(source)
            else:
                loaded.serve(work)
        except BaseException as error:  # noqa: BLE001  (nothing may return into the template's loop)
            try:
                os.write(2, f"selfdebug: {type(error).__name__}: {error}\n".encode())
            finally:
                os._exit(126)
        if not script:
            os._exit(0)
        # By the interpreter's own end: threads are waited for, files flushed, what is registered for it is called.
        sys.exit(loaded.run_script(source, after_prelude))

    def _place(self, source: str) -> None:
        """Put a script where it would lie, for one that reads itself."""
        sys.argv[:] = [os.path.join(self._scratch, "program.py")]
        with open(sys.argv[0], "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(source)

    def _limit(
        self, _: str, cpu: float, idle: float, wall: float, memory: int, file: int, output: int, threads: int,
        memory_limit: str, resident: bool,
    ) -> None:  # fmt: skip
        """Have the kernel hold a `protocol.Allowance`, as far as it can."""
        hard, limit = self._hard, resource.setrlimit
        sizes = {
            resource.RLIMIT_CPU: int(cpu + 2),  # the runner ends it before; this holds if it cannot
            resource.RLIMIT_FSIZE: file,
            resource.RLIMIT_NPROC: threads,
            getattr(resource, memory_limit): memory,
        }
        for name, size in sizes.items():
            if size < hard[name] or hard[name] == -1:
                limit(name, (size, size))

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

    def _execute(self, _: str, command: list[str], files: tuple[Any, ...], environment: dict[str, str]) -> NoReturn:
        """Replace this process by a command, with its files in the scratch folder."""
        for _, name, content, executable in files:
            path = os.path.join(self._scratch, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            mode = 0o700 if executable else 0o600
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
                file.write(content.encode("latin-1"))
        placed = {name: value.replace("{scratch}", self._scratch) for name, value in environment.items()}
        os.closerange(3, 256)
        os.execve(command[0], command, {**os.environ, **placed})


def _adopt_streams(configuration: dict[str, Any]) -> None:
    """Make the programs' output pipes the standard streams, opened once for all of them; nobody else writes to them."""
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(configuration[name], number)
        os.close(configuration[name])
        buffered = io.BufferedWriter(io.FileIO(number, "w", closefd=False))
        opened = io.TextIOWrapper(buffered, "utf-8", "backslashreplace", line_buffering=True)
        setattr(sys, name, opened)
        setattr(sys, f"__{name}__", opened)


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
    builtins.help = _sitebuiltins._Helper()
    for name in ("exit", "quit"):  # what `site` would bring, which does not run here
        setattr(builtins, name, _sitebuiltins.Quitter(name, "Ctrl-D (i.e. EOF)"))
    sys.modules["random"].seed(0)
    namespace: dict[str, Any] = {}
    exec(compile("import re\ndef f(x):\n    return sorted(re.findall('a', x))\nf('aa')", "<warm>", "exec"), namespace)
    values.dumps(values.encode(values.decode(values.loads(b'[1,{"tuple":["a"]}]'))))
    gc.collect()
    gc.freeze()  # collections in a fork must not touch, and so copy, what it shares
    gc.disable()

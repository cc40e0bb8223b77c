"""Hostile programs and the sandbox that they are put into: contained, they forge nothing and leave nothing behind.

A program's docstring says what it tries, and below that, one ``key: value`` a line, how it is run:

    tests: assert f(1) == 2      an assertion; may be repeated
    call: f(1) == 2              the same as a `Call`
    setup: import math           test code that runs before the tests
    input: 1 / output: 2         standard input and the output that is expected of a script
    trace: 10, 80                record a trace of so many steps and characters
    expect: failed or killed     how each test may end; ``not run`` if the program cannot be loaded
    expect landlock: raised      the same below one isolation, where the two differ

Where a test asks what a probe got and the expectation is ``passed``, it passes because nothing was had. ``passed
unprotected`` is a pass that the outcome itself calls decided by the program, as it would be in plain Python. Without
tests, two are put to it: an assertion and a call.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import os
import re
import socket
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from selfdebug.execution import (
    Assertion,
    Call,
    InputOutput,
    Limits,
    RunOptions,
    Sandbox,
    TraceOptions,
    UnitTest,
    isolation,
)  # fmt: skip
from selfdebug.outcome import Outcome
from selfdebug.problem import Program
from tests.needs import skip_or_fail

PROGRAMS = Path(__file__).parent / "programs"
SOURCES = Path(isolation.__file__).parents[2]
MODES = ("bubblewrap", "landlock")
LIMITS = Limits(cpu_seconds=0.5, idle_seconds=0.5, wall_seconds=2.5, memory_bytes=256 << 20, output_bytes=10_000)
PATIENCE = 5.0  # seconds, generous, in which honest programs must be served
GROWTH = 150 << 20  # bytes by which a worker may be larger than when it was new
HOST_SOCKET = "\0selfdebug-host-service"
AS_ANOTHER, THE_SHORT_ONES = "SELFDEBUG_TESTS_AS_ANOTHER_USER", "the short ones"


@dataclass
class Attack:
    """One hostile program, as its docstring describes it."""

    name: str
    source: str
    fields: dict[str, list[str]] = field(default_factory=dict)

    def one(self, key: str) -> str | None:
        return self.fields.get(key, [None])[0]

    @property
    def tests(self) -> list[Assertion | Call | InputOutput]:
        tests: list[Assertion | Call | InputOutput] = [Assertion(code) for code in self.fields.get("tests", ())]
        for text in self.fields.get("call", ()):
            compared = ast.parse(text, mode="eval").body
            assert isinstance(compared, ast.Compare)
            assert isinstance(compared.left, ast.Call)
            arguments = tuple(ast.literal_eval(a) for a in compared.left.args)
            tests.append(Call(ast.unparse(compared.left.func), arguments, ast.literal_eval(compared.comparators[0])))
        if "output" in self.fields:
            tests.append(InputOutput(self.one("input") or "", self.one("output") or ""))
        return tests or [Assertion("assert f(1) == 2"), Call("f", (1,), 2)]

    def expected(self, mode: str) -> set[str]:
        text = self.one(f"expect {mode}") or self.one("expect")
        assert text, f"{self.name} does not say what to expect"
        return set(text.split(" or "))


def _read(path: Path) -> Attack:
    source = path.read_bytes().decode("utf-8", "surrogateescape")
    head = re.match(r'(?:#.*\n)*"""(.*?)"""', source, re.DOTALL)
    assert head, f"{path} must begin with a docstring that says what it tries"
    attack = Attack(path.stem, source)
    for key, value in re.findall(r"^([a-z ]+): (.*)$", head.group(1), re.MULTILINE):
        attack.fields.setdefault(key, []).append(value)
    if "source" in attack.fields:  # what no file can hold is made by an expression
        attack.source = eval(attack.fields["source"][0])
    return attack


ATTACKS = [_read(path) for path in sorted(PROGRAMS.glob("*.py"))]
if os.environ.get(AS_ANOTHER) == THE_SHORT_ONES:
    ATTACKS = [attack for attack in ATTACKS if not any("timed out" in attack.expected(mode) for mode in MODES)]


# -- what is there to leak -----------------------------------------------------------------------------------------


def _processes() -> dict[int, tuple[int, int]]:
    """Number of each process: its parent and its user."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                parent = int(Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1])
                found[int(name)] = (parent, os.stat(f"/proc/{name}").st_uid)
    return found


def _users() -> range:
    """The numbers that workers of this process take for their users."""
    first = 1_000_000_000 + (os.getpid() % 100_000) * 10_000
    return range(first, first + 10_000)


def ours(before: frozenset[int] = frozenset()) -> set[int]:
    """Processes that this one started, however far they have gone from it."""
    table = _processes()
    family, grown = {os.getpid()}, True
    while grown:
        more = {p for p, (parent, _) in table.items() if parent in family} - family
        family |= more
        grown = bool(more)
    users = _users()
    family |= {p for p, (_, user) in table.items() if user in users}
    if os.geteuid() != 0:
        family |= {p for p, (_, user) in table.items() if user == os.geteuid()}
    return family - {os.getpid()} - before


def _resident(processes: set[int]) -> int:
    total = 0
    for process in processes:
        with contextlib.suppress(OSError):
            total += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return total


def descriptors() -> list[str]:
    """What this process has open, by kind."""
    found = []
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            found.append(os.readlink(f"/proc/self/fd/{name}").partition(":")[0])
    return sorted(found)


def folders() -> set[str]:
    """Folders of sandboxes that belong to us or our workers."""
    found = set()
    for place in {"/dev/shm", tempfile.gettempdir()}:
        for path in Path(place).glob("selfdebug-*"):
            with contextlib.suppress(OSError):
                owner = path.stat().st_uid
                if owner in _users() or owner == os.geteuid() != 0:
                    found.add(str(path))
    return found


class Arena:
    """A sandbox with one worker, and what it looked like before anything hostile ran in it."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.before = frozenset(ours())
        self.descriptors_before, self.folders_before = descriptors(), folders()
        self._loop = asyncio.Runner()
        self.sandbox = Sandbox(workers=1, isolation=mode)
        self._loop.run(self.sandbox.__aenter__())
        self.honest()
        self.idle = len(ours(self.before))
        self.open = descriptors()
        self.resident = _resident(ours(self.before))

    def run(self, code: str, tests: Sequence[UnitTest], **options: Any) -> Outcome:
        return self._loop.run(self.sandbox.run(Program(code, "python"), tests, RunOptions(**options)))

    def attack(self, attack: Attack) -> Outcome:
        trace = TraceOptions(*ast.literal_eval(attack.one("trace"))) if "trace" in attack.fields else None
        setup = attack.one("setup") or ""
        return self.run(attack.source, attack.tests, limits=LIMITS, trace=trace, setup=setup)

    def honest(self) -> None:
        """Serve programs that use everything which a hostile one could have spoilt, in each way of testing."""
        started = time.monotonic()
        source = (
            "import os, tempfile, threading\n"
            "def f(x):\n    return x + 1\n"
            "def g(n):\n    print('x' * n)\n    return list(range(n))\n"
            "def h():\n"
            "    with tempfile.NamedTemporaryFile('w+') as file:\n"
            "        file.write('kept')\n        file.flush()\n        return open(file.name).read()\n"
            "def t():\n    seen = []\n"
            "    thread = threading.Thread(target=seen.append, args=(1,))\n    thread.start()\n    thread.join()\n"
            "    return seen, os.listdir('.')\n"
        )
        simple = [Assertion("assert f(1) == 2"), Assertion("assert g(200000)[-1] == 199999")]
        simple += [Assertion("assert h() == 'kept'"), Assertion("assert t() == ([1], [])")]
        for outcome in (
            self.run(source, simple),
            self.run(source, [Call("f", (1,), 2), Call("t", (), ([1], []))]),
            self.run(
                source, [Assertion("assert f(1) == 2"), Assertion("assert len(g(200000)) == 200000")], in_program=True
            ),
            self.run("print(int(input()) + 1)", [InputOutput("1", "2")]),
        ):
            assert outcome.passed, f"an honest program that came after: {outcome}"
            assert outcome.isolation == self.mode
        took = time.monotonic() - started
        assert took < PATIENCE, f"honest programs that came after had to wait: {took:.1f} s"

    def check_leaks(self) -> None:
        """The idle sandbox is as it was: processes, descriptors, files, memory."""
        until = time.monotonic() + 2
        while len(ours(self.before)) != self.idle and time.monotonic() < until:
            time.sleep(0.02)
        now = ours(self.before)
        assert len(now) == self.idle, f"{len(now)} processes where {self.idle} belong: {_described(now)}"
        assert descriptors() == self.open
        launches = [launch for worker in self.sandbox._pool.idle for launch in worker._launches]
        scratch = {launch.scratch for launch in launches if launch.scratch is not None}
        assert folders() - self.folders_before == scratch
        assert not [name for folder in scratch for name in os.listdir(folder)]
        assert _resident(now) < self.resident + GROWTH, "the worker keeps what a program made it take"

    def close(self) -> None:
        """End the sandbox; nothing of it may be left."""
        self._loop.run(self.sandbox.__aexit__())
        self._loop.close()
        until = time.monotonic() + 2
        while (left := ours(self.before)) and time.monotonic() < until:
            time.sleep(0.02)  # ended, but the system has not taken note of it yet
        assert not left, f"processes left: {_described(left)}"
        assert descriptors() == self.descriptors_before
        assert folders() == self.folders_before


def _described(processes: set[int]) -> list[str]:
    found = []
    for process in sorted(processes):
        with contextlib.suppress(OSError):
            found.append(f"{process}: {Path(f'/proc/{process}/cmdline').read_bytes()[:80]!r}")
    return found


@contextlib.contextmanager
def host_service() -> Iterator[None]:
    """A service of the host that takes datagrams from anybody, as the system's logger does; it must get none."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as service:
        try:
            service.bind(HOST_SOCKET)
        except OSError:  # another run of this suite has it, and checks it
            yield
            return
        service.setblocking(False)
        yield
        with pytest.raises(BlockingIOError):
            service.recv(100)


@contextlib.contextmanager
def opened(mode: str) -> Iterator[Arena]:
    """One sandbox for all attacks below one isolation; closing it is the last leak check."""
    mechanism = isolation.bubblewrap() if mode == "bubblewrap" else isolation.landlock()
    if not mechanism.works:
        skip_or_fail(f"{mode} does not work here: {mechanism.detail}")
    with host_service():
        arena = Arena(mode)
        yield arena
        arena.close()


def check_contained(arena: Arena, attack: Attack) -> None:
    """Run one attack, and look at what honest programs find afterwards."""
    outcome = arena.attack(attack)
    expected = attack.expected(arena.mode)
    seen = {f"{t.status} unprotected" if t.passed and not t.protected else str(t.status) for t in outcome.tests}
    shown = [(str(t.status), t.actual, t.error) for t in outcome.tests]
    assert outcome.tests
    if shown[0][0] in ("timed out", "killed", "out of memory"):
        seen -= {"not run"}  # the tests after that one
    assert seen <= expected, f"expected {expected}: {shown}, {outcome.error}, stderr {outcome.stderr.text[-500:]!r}"
    assert outcome.peak_memory_bytes < 2 * LIMITS.memory_bytes
    assert len(outcome.stdout.text) <= LIMITS.output_bytes
    arena.honest()
    arena.check_leaks()

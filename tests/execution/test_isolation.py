"""The choice of an isolation, and what a sandbox is made of."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from selfdebug.execution import IsolationUnavailableError, Program, Sandbox, isolation
from selfdebug.execution.inside.runner import ProgramRunner
from selfdebug.execution.worker import SandboxWorker
from tests.processes import descendants, still_there

# A machine without any isolation: system calls for namespaces and for Landlock fail as they do on an old kernel.
WITHOUT = """
import errno, sys
from selfdebug.execution.inside import confine, seccomp

numbers = [*range(444, 447), *(n for n in (seccomp._table(seccomp._BASE)[c] for c in ("unshare", "mount")) if n)]
unknown = seccomp._instruction(seccomp._RETURN, seccomp._refuse(errno.ENOSYS))
code = seccomp._prologue()
for number in numbers:
    code += [seccomp._instruction(seccomp._EQUAL, number, 0, 1), unknown]
clone = seccomp._table(seccomp._ARGUED)["clone"]
new_namespaces = [seccomp._argument(0), seccomp._instruction(seccomp._ANY_BIT, 0x7E020000, 0, 1)]
allow = seccomp._instruction(seccomp._RETURN, seccomp._ALLOW)
code += seccomp._when(clone, *new_namespaces, seccomp._instruction(seccomp._RETURN, seccomp._refuse()), allow)
code += seccomp._when(seccomp._table(seccomp._ARGUED)["clone3"], unknown)
confine.forbid_new_privileges()
confine.Filter(b"".join([*code, allow])).install()
"""


def without_isolation(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python code where neither namespaces nor Landlock are to be had."""
    return subprocess.run(
        [sys.executable, "-c", WITHOUT + code], capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_without_any_isolation_nothing_is_run_and_the_message_says_what_to_do() -> None:
    result = without_isolation(
        "import asyncio\nfrom selfdebug.execution import *\n"
        "async def main():\n    async with Sandbox() as s:\n        print('opened')\n"
        "try:\n    asyncio.run(main())\nexcept IsolationUnavailableError as error:\n    print(error)"
    )
    assert "opened" not in result.stdout, result
    assert "cannot be isolated on this machine, so nothing was run" in result.stdout
    assert "--unsafe" in result.stdout


def test_without_any_isolation_unsafe_runs_and_says_so() -> None:
    result = without_isolation(
        "import asyncio\nfrom selfdebug.execution import *\n"
        "async def main():\n    async with Sandbox(unsafe=True, workers=1) as s:\n"
        "        o = await s.run(Program('def f(): return 1', 'python'), [Assertion('assert f() == 1')])\n"
        "        print(o.passed, o.isolation, o.protected)\n"
        "asyncio.run(main())"
    )
    assert result.stdout.split() == ["True", "none", "False"], result


def test_wrong_wishes_are_refused() -> None:
    with pytest.raises(ValueError, match="must be auto, bubblewrap or landlock"):
        isolation.choose("docker")
    with pytest.raises(ValueError, match="workers must be at least 1"):
        Sandbox(workers=0)


def test_readable_paths_hold_no_home_and_no_secrets() -> None:
    readable = isolation.readable_paths()
    assert str(Path.home()) not in readable
    assert "/etc" not in readable
    assert "/" not in readable


async def test_sandbox_that_cannot_start_says_why(tmp_path: Path) -> None:
    false = tmp_path / "bwrap"
    false.write_text("#!/bin/sh\necho 'setting up uid map: Permission denied' >&2\nexit 1\n")
    false.chmod(0o755)
    worker = SandboxWorker("bubblewrap", str(false))
    with pytest.raises(IsolationUnavailableError, match="setting up uid map: Permission denied"):
        await worker.ready()


def test_tool_that_is_not_there_is_one_clear_error() -> None:
    descriptors = set(os.listdir("/proc/self/fd"))
    with pytest.raises(IsolationUnavailableError, match="No such file"):
        SandboxWorker("bubblewrap", "/nowhere/bwrap")
    assert set(os.listdir("/proc/self/fd")) == descriptors


async def test_nothing_is_left_when_the_block_ends(sandbox: Sandbox) -> None:
    descriptors = set(os.listdir("/proc/self/fd"))
    folders = _scratch_folders(os.getpid())
    async with Sandbox(workers=2, isolation=sandbox.isolation) as own:
        await own.run(Program("print(1)", "python"))
        await own.run(Program("import time\ntime.sleep(0.01)\nopen('x', 'w').write('x')", "python"))
        processes = [child for worker in own._pool.idle for child in worker._processes]
    assert all(process.poll() is not None for process in processes)
    assert set(os.listdir("/proc/self/fd")) == descriptors
    assert _scratch_folders(os.getpid()) <= folders


def test_workers_end_with_the_process_that_started_them(sandbox: Sandbox) -> None:
    code = (
        "import asyncio, os, sys\nfrom selfdebug.execution import *\n"
        "async def main():\n"
        f"    async with Sandbox(workers=1, isolation={sandbox.isolation!r}) as s:\n"
        "        task = asyncio.create_task(s.run(Program('while True: pass', 'python')))\n"
        "        await asyncio.sleep(1.0)\n"
        "        print('running', flush=True)\n"
        "        await task\n"
        "asyncio.run(main())"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as owner:
        assert owner.stdout
        assert owner.stdout.readline() == b"running\n"
        started = descendants(owner.pid)
        owner.kill()
    assert started
    for _ in range(40):
        if not still_there(started):
            break
        time.sleep(0.05)
    assert not still_there(started)
    isolation.sweep()
    assert not _scratch_folders(owner.pid)


def _scratch_folders(owner: int) -> set[str]:
    """Those that a process made: other tests run beside this one."""
    places = ("/dev/shm", tempfile.gettempdir())
    return {name for place in places for name in os.listdir(place) if name.startswith(f"selfdebug-scratch-{owner}-")}


@pytest.mark.parametrize(
    ("code", "wants"),
    [
        ("while True: pass", True),
        ("import time; time.sleep(60)", False),
        ("import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
         "while True: pass", True),
        ("import threading, time\ndef spin():\n    while True: pass\n"
         "threading.Thread(target=spin, daemon=True).start()\ntime.sleep(60)", True),
        ("import ctypes, time\nctypes.CDLL(None).prctl(15, b'x) R (', 0, 0, 0)\ntime.sleep(60)", False),
        ("import threading; threading.Event().wait()", False),
    ],
)  # fmt: skip
def test_program_that_waits_for_a_processor_is_told_from_one_that_sleeps(code: str, wants: bool) -> None:
    with subprocess.Popen([sys.executable, "-c", f"print(flush=True)\n{code}"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.3)
        watching = object.__new__(ProgramRunner)
        watching._template = SimpleNamespace(program=lambda number: process.pid)
        seen = {watching._wants_to_run(1) for _ in range(20)}
        process.kill()
    assert (False in seen) != wants  # one that was caught before it slept may have been seen running


IGNORING = """
import asyncio, signal
for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
from selfdebug.execution import Assertion, Program, Sandbox

async def main():
    async with Sandbox(workers=1) as sandbox:
        program = Program("import os\\ndef f(n):\\n    os.kill(os.getpid(), n)\\n    return 0", "python")
        tests = [Assertion(f"assert f({number}) == 0") for number in (signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP)]
        interrupt = f"try:\\n    f({int(signal.SIGINT)})\\nexcept KeyboardInterrupt:\\n    caught = 1\\nassert caught"
        print([str(t.status) for t in (await sandbox.run(program, [*tests, Assertion(interrupt)])).tests])

asyncio.run(main())
"""


def test_a_verdict_does_not_depend_on_the_signals_that_a_shell_has_ignored() -> None:
    result = subprocess.run([sys.executable, "-c", IGNORING], capture_output=True, text=True, check=False)
    assert result.stdout == "['killed', 'killed', 'killed', 'passed']\n", result.stderr

"""Scripts run as ``python3 file.py`` runs them, to their own end, and their whole output is compared."""

from __future__ import annotations

import pytest

from selfdebug.execution import Assertion, Call, Driver, InputOutput, Limits, RunOptions, Sandbox
from selfdebug.outcome import Status
from selfdebug.problem import Program

THREAD = (
    "import threading\ndef main():\n    t = 0\n    for i in range(int(input())): t += i\n    print(t)\n"
    "threading.Thread(target=main).start()\n"
)


@pytest.mark.parametrize(
    ("program", "given", "expected"),
    [
        (THREAD, "1000000", "499999500000"),
        ("import threading\nfor i in range(3):\n    threading.Timer(0.05 * i, print, [i]).start()", "", "0\n1\n2"),
        ("import atexit\natexit.register(print, 'last')\nprint('first')", "", "first\nlast"),
        ("import atexit, sys\natexit.register(lambda: sys.stdout.write('z'))\nsys.exit(0)", "", "z"),
        ("import atexit, io, sys\nb = io.StringIO()\natexit.register(lambda: sys.__stdout__.write(b.getvalue()))\n"
         "print('x', file=b)", "", "x"),
        ("w = open(1, 'w', closefd=False)\nw.write('x')", "", "x"),
        ("import sys\nsys.stdout.write('no newline')", "", "no newline"),
        ("class A:\n    def __del__(self): print('gone')\na = A()\nprint('here')", "", "here\ngone"),
        ("import weakref\nclass A: pass\na = A()\nweakref.finalize(a, print, 'finalized')", "", "finalized"),
        ("print('x')\nexit()", "", "x"),
        ("if input() == '0':\n    print('NO')\n    quit(0)\nprint('YES')", "0", "NO"),
        ("import sys\nprint('x')\nsys.exit()", "", "x"),
        ("def main():\n    raise SystemExit\nprint(1)\nmain()\nprint(2)", "", "1"),
        ("if __name__ == '__main__':\n    print(__name__)", "", "__main__"),
        ("print(len(open(__file__).read()))", "", "33"),
        ("import sys, os\nprint(os.path.basename(sys.argv[0]), len(sys.argv))", "", "program.py 1"),
        ("import sys\nfor line in sys.stdin:\n    print(line.strip()[::-1])", "ab\ncd\n", "ba\ndc"),
        ("import os\nos.write(1, b'raw\\n')", "", "raw"),
        ("import asyncio\nasync def go():\n    await asyncio.sleep(0.01)\n    print('z')\nasyncio.run(go())", "", "z"),
        ("t = 0\nfor i in range(int(input())): t += i\nprint(t)", "1500000", "1124999250000"),
    ],
)  # fmt: skip
async def test_script_ends_by_itself(sandbox: Sandbox, program: str, given: str, expected: str) -> None:
    outcome = await sandbox.run(Program(program, "python"), [InputOutput(given, expected)])
    assert outcome.passed, outcome
    assert outcome.protected


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("print('x')\nexit(3)", "SystemExit: 3 (line 2)"),
        ("print('x')\nraise ValueError('no')", "ValueError: no (line 2)"),
        ("import os\nprint('x', flush=True)\nos._exit(4)", "ExitCode: ended with exit code 4"),
        ("import threading\nthreading.Thread(target=print, args=['x']).start()\n1 / 0",
         "ZeroDivisionError: division by zero (line 3)"),
        ("import os, signal\nprint('x')\nos.kill(os.getpid(), signal.SIGSEGV)", "Killed: signal SIGSEGV"),
    ],
)  # fmt: skip
async def test_script_that_ends_with_an_error_has_not_passed(sandbox: Sandbox, program: str, error: str) -> None:
    outcome = await sandbox.run(Program(program, "python"), [InputOutput("", "x")])
    assert not outcome.passed
    assert str(outcome.tests[0].error) == error


async def test_thread_that_never_ends_is_ended_by_the_limits(sandbox: Sandbox) -> None:
    program = "import threading\ndef spin():\n    while True: pass\nthreading.Thread(target=spin).start()\nprint('x')"
    outcome = await sandbox.run(
        Program(program, "python"), [InputOutput("", "x")], RunOptions(limits=Limits(cpu_seconds=0.5))
    )
    assert outcome.tests[0].status is Status.TIMED_OUT


async def test_daemon_thread_does_not_keep_a_script(sandbox: Sandbox) -> None:
    program = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\nprint('x')"
    assert (await sandbox.run(Program(program, "python"), [InputOutput("", "x")])).passed


async def test_driver_runs_to_its_own_end_too(sandbox: Sandbox) -> None:
    test = "t = threading.Thread(target=lambda: print(sum(range(2_000_000))))\nt.start()"
    outcome = await sandbox.run(Program("import threading", "python"), [Driver(test), Driver(f"{test}\nassert False")])
    assert [t.status for t in outcome.tests] == [Status.PASSED, Status.RAISED]
    assert outcome.tests[0].output is not None
    assert outcome.tests[0].output.text == "1999999000000\n"


@pytest.mark.parametrize("size", [65_536, 70_000, 3_000_000])
async def test_long_output_is_compared_whole_and_kept_short(sandbox: Sandbox, size: int) -> None:
    program = f"print('a' * {size - 1}, end='')\nprint(input())"
    outcome = await sandbox.run(
        Program(program, "python"), [InputOutput("b", "a" * (size - 1) + "b"), InputOutput("c", "a" * size)]
    )
    assert [t.status for t in outcome.tests] == [Status.PASSED, Status.FAILED]
    for test in outcome.tests:
        assert test.output is not None
        assert test.output.truncated == (size >= 65_536)
        assert len(test.output.text) <= 65_536


async def test_output_beyond_all_bounds_is_no_pass_and_says_so(sandbox: Sandbox) -> None:
    program = "import sys\nfor _ in range(20):\n    sys.stdout.write('a' * (1 << 20))"
    outcome = await sandbox.run(Program(program, "python"), [InputOutput("", "a" * 1000)])
    assert outcome.tests[0].status is Status.FAILED
    assert str(outcome.tests[0].error) == "OutputLimit: wrote more than 16 MiB"


async def test_long_output_of_a_compiled_program_is_compared_whole(sandbox: Sandbox) -> None:
    program = "let text = require('fs').readFileSync(0, 'utf8').trim();\nconsole.log(text.repeat(100000));"
    tests = [InputOutput("ab", "ab" * 100_000), InputOutput("ab", "ab" * 99_999)]
    outcome = await sandbox.run(Program(program, "javascript"), tests)
    assert [t.status for t in outcome.tests] == [Status.PASSED, Status.FAILED]


POOLS = """
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import Lock, Pool, Process, Queue, Value, shared_memory
from multiprocessing.pool import ThreadPool
import os
def square(x): return x * x
def pool():
    with Pool(2) as p: return p.map(square, [1, 2])
def thread_pool():
    with ThreadPool(2) as p: return p.map(square, [1, 2])
def executor():
    with ProcessPoolExecutor(2) as p: return list(p.map(square, [1, 2]))
def threads():
    with ThreadPoolExecutor(2) as p: return list(p.map(square, [1, 2]))
def put(q): q.put([1, 4])
def queue():
    q = Queue()
    p = Process(target=put, args=(q,))
    p.start()
    got = q.get()
    p.join()
    return got
def leave_memory():
    shared_memory.SharedMemory(create=True, size=10)
    return [1, 4]
def left():
    return [1, 4] if not os.path.isdir('/dev/shm') or not os.listdir('/dev/shm') else os.listdir('/dev/shm')
"""


@pytest.mark.parametrize("function", ["pool", "thread_pool", "executor", "threads", "queue"])
async def test_pools_work_where_processes_do(sandbox: Sandbox, function: str) -> None:
    if sandbox.isolation == "landlock" and function != "threads":
        test = (await sandbox.run(Program(POOLS, "python"), [Call(function, (), [1, 4])])).tests[0]
        assert test.status is Status.RAISED  # no processes and no semaphores there: docs/isolation.md
        return
    outcome = await sandbox.run(Program(POOLS, "python"), [Call(function, (), [1, 4])])
    assert outcome.passed, outcome.tests


async def test_shared_memory_is_gone_after_its_program(sandbox: Sandbox) -> None:
    if sandbox.isolation == "bubblewrap":
        await sandbox.run(Program(POOLS, "python"), [Call("leave_memory", (), [1, 4])])
        outcome = await sandbox.run(Program(POOLS, "python"), [Call("left", (), [1, 4])])
        assert outcome.passed, outcome.tests


@pytest.mark.parametrize(
    ("returned", "expected", "passes"),
    [
        ("(3, 1)", [3, 1], True),
        ("[(1, 2), (3,)]", [[1, 2], [3]], True),
        ("[3, 1]", (3, 1), False),
        ("{'a': (1,)}", {"a": [1]}, True),
        ("{1: 'a', 2.5: 'b'}", {"1": "a", "2.5": "b"}, True),
        ("{True: 1, None: 2}", {"true": 1, "null": 2}, True),
        ("{1: 'a'}", {"2": "a"}, False),
        ("{'1': 'a', 1: 'b'}", {"1": "a"}, False),
        ("float('nan')", float("nan"), True),
        ("[float('nan'), 1]", [float("nan"), 1], True),
        ("[1.0]", [float("nan")], False),
        ("{1, 2}", [1, 2], False),
        ("'3'", 3, False),
        ("[1, 2, 3]", [1, 2], False),
        ("True", 1, True),
    ],
)
async def test_call_takes_for_equal_what_json_cannot_tell_apart(
    sandbox: Sandbox, returned: str, expected: object, passes: bool
) -> None:
    outcome = await sandbox.run(Program(f"def f(): return {returned}", "python"), [Call("f", (), expected)])
    assert outcome.passed == passes, outcome.tests


@pytest.mark.parametrize(
    ("program", "test"),
    [
        ("def f(s): return tuple(s)", "assert f({12, 13, 14, 15, 16}) == (16, 12, 13, 14, 15)"),
        ("def f(s): return list(s)[0]", "x = {12, 13, 14, 15, 16}\nassert f(x) == 16"),
        ("def f(s): return [*s]", "def check(c):\n    assert c({16, 8, 0}) == [16, 8, 0]\ncheck(f)"),
        ("def f(): return {16, 8, 0}", "assert tuple(f()) == (16, 8, 0)"),
        ("def f(s): return str(s)", "assert f(frozenset({16, 8, 0})) == 'frozenset({16, 8, 0})'"),
    ],
)
async def test_sets_keep_the_order_that_they_have_in_python(sandbox: Sandbox, program: str, test: str) -> None:
    namespace: dict[str, object] = {}
    exec(f"{program}\n{test}", namespace)
    outcome = await sandbox.run(Program(program, "python"), [Assertion(test)])
    assert outcome.passed, outcome.tests


async def test_set_given_to_a_call_keeps_its_order(sandbox: Sandbox) -> None:
    for given in ({12, 13, 14, 15, 16}, set(range(12, 17)), {33, 1, 2}, set(range(1000, 0, -37))):
        outcome = await sandbox.run(Program("def f(s): return list(s)", "python"), [Call("f", (given,), list(given))])
        assert outcome.passed, outcome.tests

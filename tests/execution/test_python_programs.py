"""Python programs and each kind of test that they are put to."""

from __future__ import annotations

import asyncio

import pytest

from selfdebug.execution import Assertion, Call, Driver, InputOutput, Limits, RunOptions, Sandbox, TraceOptions
from selfdebug.execution.calls import read_signature
from selfdebug.outcome import Outcome, Status, TestOutcome
from selfdebug.problem import Program


async def one(sandbox: Sandbox, program: str, test: str, **options: object) -> TestOutcome:
    outcome = await sandbox.run(Program(program, "python"), [Assertion(test)], RunOptions(**options))  # type: ignore[arg-type]
    return outcome.tests[0]


async def test_assertion_shows_actual_against_expected(sandbox: Sandbox) -> None:
    test = await one(sandbox, "def f(x):\n    return [x, x + 1]", "assert f(1) == [1, 3]")
    assert (test.status, test.actual, test.expected) == (Status.FAILED, "[1, 2]", "[1, 3]")
    assert test.protected


@pytest.mark.parametrize(
    ("program", "test"),
    [
        ("def f(x): return x / 3", "assert math.isclose(f(1), 0.3333, rel_tol=1e-3)"),
        ("def f(x): return x / 3", "import math\nassert math.isclose(f(1), 0.3333, abs_tol=0.01)"),
        ("def f(x): return (3, 1, 2)", "assert set(f(0)) == set((1, 2, 3))"),
        ("def f(x): return (3, 1, 2)", "assert sorted(f(0)) == [1, 2, 3]"),
        ("def f(x): return {2: 'b', 1: 'a'}", "assert f(0) == {1: 'a', 2: 'b'}"),
        ("def f(x): return x > 1", "assert f(2)"),
        ("def f(x): return x > 1", "assert not f(0)"),
        ("def f(x): return x > 1", "assert f(0) == False"),
        ("def f(x): return None", "assert f(0) is None"),
        ("def f(*a, k=1): return sum(a) * k", "assert f(1, 2, k=3) == 9"),
        ("def f(x): return 2 ** 5000", "assert f(0) == 2 ** 5000"),
        ("def f(x): return b'\\x00\\xff'", "assert f(0) == b'\\x00\\xff'"),
        ("def f(x): return '\\ud800'", "assert f(0) == '\\ud800'"),
        ("def f(x): return 1 + 2j", "assert f(0) == 1 + 2j"),
        ("def f(n):\n    for i in range(n): yield i", "assert list(f(3)) == [0, 1, 2]"),
        ("def f(x): return map(abs, [-1])", "assert list(f(0)) == [1]"),
        ("def f(x): return lambda y: x + y", "assert f(1)(2) == 3"),
        ("def f(a): a.append(4); a.sort()", "a = [5, 3]\nf(a)\nassert a == [3, 4, 5]"),
        ("def f(a): a[0][0] = 9", "inner = [1]\nouter = [inner]\nf(outer)\nassert inner == [9]"),
        ("def f(d): d['x'] = {1}", "d = {}\nf(d)\nassert d == {'x': {1}}"),
        ("def sum(a, b): return a - b", "assert sum(10, 4) == 6"),
        (
            "class Node:\n    def __init__(self, v): self.v, self.next = v, None\n"
            "def length(n):\n    return 0 if n is None else 1 + length(n.next)",
            "head = Node(1)\nhead.next = Node(2)\nassert length(head) == 2\nassert head.next.v == 2",
        ),
        (
            "class Pair:\n    def __init__(self, a, b): self.a, self.b = a, b\n"
            "def total(pairs): return sum(p.a * p.b for p in pairs)",
            "assert total([Pair(1, 2), Pair(3, 4)]) == 14",
        ),
        (
            "def f(x): return x + 0.5",
            "METADATA = {'author': 'x'}\ndef check(candidate):\n    assert True, 'so far'\n"
            "    assert candidate(1) == 1.5\n    assert abs(candidate(2) - 2.5) < 1e-6\n"
            "    assert candidate(3)\ncheck(f)",
        ),
        ("from collections import Counter\ndef f(x): return Counter(x)", "assert f('aab') == {'a': 2, 'b': 1}"),
        ("from fractions import Fraction\ndef f(x): return Fraction(1, 3)", "assert f(0) * 3 == 1"),
        ("import datetime\ndef f(x): return datetime.date(2020, 1, x)", "assert f(2).isoformat() == '2020-01-02'"),
    ],
)
async def test_tests_of_every_form_pass_and_are_protected(sandbox: Sandbox, program: str, test: str) -> None:
    outcome = await sandbox.run(Program(program, "python"), [Assertion(test)])
    assert outcome.passed, outcome.tests
    assert outcome.protected


@pytest.mark.parametrize(
    ("program", "test"),
    [
        ("def f(x): return x(3)", "assert f(lambda v: v + 1) == 4"),
        ("def f(x): return float('nan')", "assert f(0) != f(0)"),
        ("def f(x): raise KeyError(x)", "try:\n    f(1)\n    assert False\nexcept KeyError:\n    pass"),
        ("N = 3\ndef f(x): return N", "assert f(0) == N"),
        (
            "def f(x): return x",
            "def check(candidate):\n    for i in range(3):\n        assert candidate(i) == i\ncheck(f)",
        ),
        (
            "class P:\n    def __init__(self, v): self.v = v\n    def __eq__(self, o): return self.v == o.v",
            "assert P(1) == P(1)",
        ),
        (
            "class Broken(Exception): pass\ndef f(x): raise Broken",
            "try:\n    f(1)\nexcept Broken:\n    ok = 1\nassert ok",
        ),
        (
            "class Base:\n    def go(self): return self.n()",
            "class T(Base):\n    def n(self): return 5\nassert T().go() == 5",
        ),
    ],
)
async def test_what_only_the_programs_process_can_serve_is_run_there_and_said_so(
    sandbox: Sandbox, program: str, test: str
) -> None:
    outcome = await sandbox.run(Program(program, "python"), [Assertion(test), Assertion("assert abs(-1) == 1")])
    assert outcome.passed, outcome.tests
    assert [t.protected for t in outcome.tests] == [False, True]
    assert not outcome.protected


async def test_exception_is_reported_with_its_line_in_the_program(sandbox: Sandbox) -> None:
    outcome = await sandbox.run(
        Program("def g(a):\n    return a[9]\n\ndef f(x):\n    return g([x])", "python"),
        [Assertion("assert f(1) == 2")],
        RunOptions(prelude="import math\nimport re\n"),
    )
    error = outcome.tests[0].error
    assert error is not None
    assert (error.type, error.line) == ("IndexError", 2)
    assert "list index out of range" in str(error)


async def test_program_that_cannot_be_loaded_says_why_and_runs_no_test(sandbox: Sandbox) -> None:
    outcome = await sandbox.run(Program("def f(x):\n    return (x", "python"), [Assertion("assert f(1) == 1")])
    assert outcome.error is not None
    assert (outcome.error.type, outcome.error.line) == ("SyntaxError", 2)
    assert outcome.tests[0].status is Status.NOT_RUN
    assert not outcome.passed


async def test_missing_function_is_a_name_error(sandbox: Sandbox) -> None:
    test = await one(sandbox, "def g(x): return x", "assert f(1) == 1")
    assert test.error is not None
    assert str(test.error) == "NameError: name 'f' is not defined"


async def test_a_test_that_is_not_python_is_its_own_failure(sandbox: Sandbox) -> None:
    outcome = await sandbox.run(
        Program("def f(x): return x", "python"), [Assertion("assert f(1 =="), Assertion("assert f(1) == 1")]
    )
    assert [t.status for t in outcome.tests] == [Status.RAISED, Status.PASSED]


async def test_calls_compare_with_a_tolerance_inside_containers(sandbox: Sandbox) -> None:
    program = "def f(x): return [x + 1e-9, {'a': (x,)}]"
    calls = [Call("f", (1.0,), [1.0, {"a": (1.0,)}], tolerance=1e-6), Call("f", (1.0,), [1.0, {"a": (1.0,)}])]
    outcome = await sandbox.run(Program(program, "python"), calls)
    assert [t.status for t in outcome.tests] == [Status.PASSED, Status.FAILED]
    assert outcome.tests[1].test == "f(1.0)"


async def test_call_whose_values_are_not_plain_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="not a plain value"):
        await sandbox.run(Program("def f(x): return x", "python"), [Call("f", (object(),), 1)])


async def test_script_reads_its_input_and_its_output_is_compared(sandbox: Sandbox) -> None:
    program = "n = int(input())\nfor i in range(n):\n    print(i, ' ')"
    outcome = await sandbox.run(Program(program, "python"), [InputOutput("2\n", "0\n1\n"), InputOutput("1", "5")])
    assert [t.status for t in outcome.tests] == [Status.PASSED, Status.FAILED]
    assert outcome.tests[1].actual == "0  \n"
    assert outcome.protected


async def test_driver_runs_with_the_program_and_is_not_protected(sandbox: Sandbox) -> None:
    outcome = await sandbox.run(
        Program("def f(x): return x", "python"), [Driver("assert f(1) == 1"), Driver("assert f(1) == 2")]
    )
    assert [t.status for t in outcome.tests] == [Status.PASSED, Status.RAISED]
    assert not outcome.protected


async def test_without_tests_a_program_is_run_as_a_script(sandbox: Sandbox) -> None:
    outcome = await sandbox.run(
        Program("import sys\nif __name__ == '__main__':\n    print(input()[::-1]); sys.exit(0)", "python"),
        (),
        RunOptions(stdin="abc"),
    )
    assert outcome.stdout.text == "cba\n"
    assert outcome.error is None
    outcome = await sandbox.run(Program("import sys\nsys.exit(3)", "python"))
    assert outcome.error is not None
    assert outcome.error.type == "SystemExit"


async def test_processor_time_ends_a_loop_and_earlier_results_stay(sandbox: Sandbox) -> None:
    program = "def f(x):\n    while x: pass\n    return x"
    tests = [Assertion(f"assert f({x}) == 0") for x in (0, 1, 0)]
    outcome = await sandbox.run(Program(program, "python"), tests, RunOptions(limits=Limits(cpu_seconds=0.3)))
    assert [t.status for t in outcome.tests] == [Status.PASSED, Status.TIMED_OUT, Status.NOT_RUN]
    assert 0.3 <= outcome.cpu_seconds < 1.5


async def test_sleeping_is_ended_by_idle_time_and_short_sleeps_are_not(sandbox: Sandbox) -> None:
    program = "import time\ndef f(x):\n    time.sleep(x)\n    return x"
    outcome = await sandbox.run(
        Program(program, "python"),
        [Assertion("assert f(0.4) == 0.4"), Assertion("assert f(60) == 60")],
        RunOptions(limits=Limits(idle_seconds=1.0)),
    )
    assert [t.status for t in outcome.tests] == [Status.PASSED, Status.TIMED_OUT]
    assert outcome.cpu_seconds < 0.5


async def test_memory_beyond_the_limit_is_out_of_memory(sandbox: Sandbox) -> None:
    test = await one(sandbox, "def f(x): return len(bytearray(2 ** 31))", "assert f(1) == 1")
    assert test.status is Status.OUT_OF_MEMORY


async def test_output_beyond_the_limit_is_cut_and_harms_nothing(sandbox: Sandbox) -> None:
    program = "def f(x):\n    print('é' * 3_000_000)\n    return x"
    outcome = await sandbox.run(
        Program(program, "python"), [Assertion("assert f(1) == 1")], RunOptions(limits=Limits(output_bytes=1000))
    )
    assert outcome.passed
    assert outcome.stdout.truncated
    assert outcome.stdout.text.startswith("éééé")
    assert len(outcome.stdout.text) <= 1000


async def test_program_that_ends_itself_gets_a_new_process_for_the_next_test(sandbox: Sandbox) -> None:
    program = "import os\ndef f(x):\n    if x: os._exit(0)\n    return x"
    outcome = await sandbox.run(Program(program, "python"), [Assertion(f"assert f({x}) == 0") for x in (0, 1, 0)])
    assert [t.status for t in outcome.tests] == [Status.PASSED, Status.KILLED, Status.PASSED]


async def test_what_a_program_left_running_costs_it_the_tests_after_it(sandbox: Sandbox) -> None:
    program = """
import os, time
def f(x):
    if x:
        if os.fork() == 0:
            time.sleep(60)
        os._exit(0)
    return x
"""
    outcome = await sandbox.run(Program(program, "python"), [Assertion(f"assert f({x}) == 0") for x in (0, 1, 0)])
    if sandbox.isolation == "landlock":  # no processes of its own there
        assert [t.status for t in outcome.tests] == [Status.PASSED, Status.RAISED, Status.PASSED]
    else:
        assert [t.status for t in outcome.tests] == [Status.PASSED, Status.KILLED, Status.NOT_RUN]
    assert (await one(sandbox, "def f(x): return x", "assert f(1) == 1")).passed


async def test_programs_do_not_see_each_other(sandbox: Sandbox) -> None:
    writer = (
        "import builtins, sys, os\nbuiltins.leak = 1\nsys.leak = 1\nopen('left', 'w').write('x')\ndef f(): return 1"
    )
    reader = (
        "import builtins, sys, os\ndef f():\n"
        "    return [hasattr(builtins, 'leak'), hasattr(sys, 'leak'), os.path.exists('left'), os.listdir('.')]"
    )
    for _ in range(3):
        assert (await sandbox.run(Program(writer, "python"), [Assertion("assert f() == 1")])).passed
        outcome = await sandbox.run(Program(reader, "python"), [Assertion("assert f() == [False, False, False, []]")])
        assert outcome.passed, outcome.tests


async def test_random_and_string_hashes_are_the_same_in_every_run(sandbox: Sandbox) -> None:
    program = "import random\ndef f(): return [random.random(), list(set('selfdebug')), hash('a')]"
    outcomes = [await sandbox.run(Program(program, "python"), [Assertion("assert f() == 0")]) for _ in range(3)]
    assert len({outcome.tests[0].actual for outcome in outcomes}) == 1


async def test_key_depends_on_values_alone(sandbox: Sandbox) -> None:
    tests = [Assertion("assert f(2) == 4"), Assertion("assert f(3) == 9")]

    async def key(program: str) -> str:
        return (await sandbox.run(Program(program, "python"), tests)).key

    square = await key("def f(x): return x * x")
    assert await key("def f(x): return float(x ** 2)") == square
    assert await key("def f(x): return x + x") != square
    assert await key("def f(x): return {1, 2, 3}") == await key("def f(x): return {3, 2, 1}")
    assert await key("def f(x): return [1, 2]") != await key("def f(x): return [2, 1]")
    assert await key("def f(x): raise ValueError") != await key("def f(x): raise KeyError")


async def test_trace_records_lines_and_changed_variables(sandbox: Sandbox) -> None:
    program = "def f(n):\n    total = 0\n    for i in range(n):\n        total += i\n    return total"
    outcome = await sandbox.run(
        Program(program, "python"), [Assertion("assert f(2) == 1")], RunOptions(trace=TraceOptions(100, 40))
    )
    assert outcome.trace is not None
    assert [(s.line, s.event) for s in outcome.trace] == [
        (1, "call"), (2, "line"), (3, "line"), (4, "line"), (3, "line"), (4, "line"), (3, "line"), (5, "line"),
        (5, "return"),
    ]  # fmt: skip
    assert outcome.trace[0].changed == {"n": "2"}
    assert outcome.trace[6].changed == {"total": "1"}
    assert outcome.trace[-1].changed == {"return": "1"}


@pytest.mark.parametrize("traced", [0, 1, 2, 3])
@pytest.mark.parametrize("typed", [False, True])
async def test_trace_is_of_the_test_that_was_asked_for_whatever_the_others_are(
    sandbox: Sandbox, traced: int, typed: bool
) -> None:
    program = "def f(n):\n    return n\nif __name__ == '__main__':\n    print(f(int(input())))"
    tests = [Assertion("assert f(10) == 0"), Call("f", (11,), 0), InputOutput("5", "5"), Call("f", (13,), 0)]
    signature = read_signature("def f(n: int) -> int: return n", "python") if typed else None
    outcome = await sandbox.run(
        Program(program, "python"), tests, RunOptions(signature=signature, trace=TraceOptions(100, 40, traced))
    )
    assert [t.status for t in outcome.tests] == [Status.FAILED, Status.FAILED, Status.PASSED, Status.FAILED]
    if traced == 2:  # a script's own process is not traced
        assert outcome.trace is None
    else:
        assert outcome.trace is not None
        assert outcome.trace[0].changed == {"n": str(10 + traced)}


async def test_where_only_protected_verdicts_are_wanted_others_are_not_run(sandbox: Sandbox) -> None:
    program = "class P:\n    pass\ndef f(x): return x\ndef g(x): return P()"
    tests = [Assertion("assert f(1) == 1"), Assertion("assert f(P) is P"), Assertion("assert g(1) == 2"),
             Assertion("x = f(1)\nassert g(2) == 2\nassert x == 1"), Call("g", (1,), 1), Driver("f(1)"),
             Assertion("assert f(2) == 2")]  # fmt: skip
    async with Sandbox(workers=1, isolation=sandbox.isolation, protected_only=True) as strict:
        outcome = await strict.run(Program(program, "python"), tests)
    assert [t.status for t in outcome.tests] == [Status.PASSED, *[Status.NOT_RUN] * 5, Status.PASSED]
    assert str(outcome.tests[1].error).startswith("Unprotected: it can only run in the program's own process")
    assert not outcome.passed


@pytest.mark.parametrize(
    "program",
    [
        "import os\ndef f(x): os._exit(0)",
        "import sys\ndef f(x): sys.exit(0)",
        "def f(x):\n    print('passed')\n    return x",
        "import builtins\nbuiltins.exec = builtins.eval = lambda *a: None\ndef f(x): return x",
        "import builtins\nbuiltins.AssertionError = type('Quiet', (Exception,), {})\ndef f(x): return x",
        "for n in ('compare', 'close', 'truth', 'failed', 'check'):\n"
        "    globals()['@' + n] = globals()['\\0' + n] = lambda *a, **k: True\ndef f(x): return x",
        "import sys\ndef f(x):\n    sys._getframe(1).f_globals.clear()\n    return x",
    ],
)
@pytest.mark.parametrize("test", ["assert f(1) == f(2) == 3", "for x in [1]:\n    assert f(x) == 3, 'no'"])
async def test_cheap_cheats_fail_in_the_programs_own_process_too(sandbox: Sandbox, program: str, test: str) -> None:
    outcome = await sandbox.run(Program(program, "python"), [Assertion(test)])
    assert outcome.tests[0].status in (Status.FAILED, Status.RAISED, Status.KILLED), outcome


async def test_trace_of_an_endless_loop_is_bounded_and_still_reported(sandbox: Sandbox) -> None:
    program = "def f(n):\n    text = ''\n    while True:\n        text += 'abc'"
    limits = Limits(cpu_seconds=0.3)
    outcome = await sandbox.run(
        Program(program, "python"),
        [Assertion("assert f(2) == 1")],
        RunOptions(limits=limits, trace=TraceOptions(50, 30)),
    )
    assert outcome.tests[0].status is Status.TIMED_OUT
    assert outcome.trace is not None
    assert len(outcome.trace) == 50
    assert max(len(value) for step in outcome.trace for value in step.changed.values()) <= 30


async def test_many_programs_at_once_keep_their_own_outcomes(sandbox: Sandbox) -> None:
    async def run(number: int) -> Outcome:
        return await sandbox.run(
            Program(f"def f(x):\n    print({number})\n    return x + {number}", "python"),
            [Assertion("assert f(1) == 0")],
        )

    outcomes = await asyncio.gather(*(run(number) for number in range(60)))
    assert [outcome.tests[0].actual for outcome in outcomes] == [str(number + 1) for number in range(60)]
    assert [outcome.stdout.text for outcome in outcomes] == [f"{number}\n" for number in range(60)]


async def test_cancelled_run_ends_its_program_and_the_next_is_served(sandbox: Sandbox) -> None:
    task = asyncio.create_task(sandbox.run(Program("while True: pass", "python")))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await one(sandbox, "def f(x): return x", "assert f(1) == 1")).passed


@pytest.mark.parametrize(
    "program", ["\0", "x = '\ud800'", "# coding: utf-16\n", "\ufeffdef f(x): return x", "", "(" * 5000]
)
async def test_source_that_is_no_program_is_an_outcome(sandbox: Sandbox, program: str) -> None:
    outcome = await sandbox.run(Program(program, "python"), [Assertion("assert f(1) == 1")])
    assert not outcome.passed or program.startswith("\ufeff")


async def test_without_isolation_each_outcome_says_so() -> None:
    async with Sandbox(workers=1, unsafe=True) as open_sandbox:
        outcome = await open_sandbox.run(Program("def f(x): return x", "python"), [Assertion("assert f(1) == 1")])
    assert outcome.passed
    assert outcome.isolation == "none"
    assert not outcome.protected
    assert not outcome.tests[0].protected


@pytest.mark.parametrize("wrong", [{"cpu_seconds": 0}, {"memory_bytes": 1000}, {"threads": -1}])
def test_limits_that_make_no_sense_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Limits(**wrong)


async def test_unknown_language_lists_the_known_ones(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="choose from python, cpp"):
        await sandbox.run(Program("x", "cobol"))

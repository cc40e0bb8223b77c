"""Files of tests that pytest runs: what it says of each test comes back, and cheap ways out are none."""

from __future__ import annotations

import pytest

from selfdebug.execution import Limits, PytestFile, RunOptions, Sandbox
from selfdebug.outcome import Outcome, Status
from selfdebug.problem import Program

STACK = """\
class Stack:
    def __init__(self):
        self.items = []
    def push(self, item):
        self.items.append(item)
    def pop(self):
        if not self.items:
            raise IndexError("empty")
        return self.items.pop()
    def top(self):
        return self.items[0]
async def double(x):
    return x * 2
def one():
    return 1
def two():
    return one() + one()
"""
TESTS = """\
import unittest
from unittest import mock
import pytest
import stack
from stack import Stack, double

@pytest.fixture
def full():
    stack = Stack()
    stack.push(1)
    stack.push(2)
    return stack

def test_fixture(full):
    assert full.pop() == 2
def test_wrong(full):
    assert full.top() == 2
@pytest.mark.parametrize("count", [1, 2, 3])
def test_variants(count, tmp_path, capsys):
    stack = Stack()
    for number in range(count):
        stack.push(number)
    assert stack.top() == count - 1
async def test_coroutine():
    assert await double(3) == 6
class TestPop:
    def test_raises(self):
        with pytest.raises(IndexError, match="empty"):
            Stack().pop()
    def test_raises_another(self):
        with pytest.raises(KeyError):
            Stack().pop()
class Case(unittest.TestCase):
    def setUp(self):
        self.stack = Stack()
    def test_equal(self):
        self.assertEqual(self.stack.items, [])
    def test_patched(self):
        with mock.patch("stack.one", return_value=5):
            self.assertEqual(stack.two(), 10)
@pytest.mark.skip(reason="later")
def test_skipped():
    assert False
@pytest.mark.xfail
def test_marked_to_fail():
    assert False
"""
NAMES = (
    "test_fixture", "test_wrong", "test_variants", "test_coroutine", "TestPop::test_raises",
    "TestPop::test_raises_another", "Case", "test_skipped", "test_marked_to_fail", "test_missing",
)  # fmt: skip


async def test_each_test_has_its_outcome(sandbox: Sandbox) -> None:
    outcome = await sandbox.run(Program(STACK, "python"), [PytestFile(TESTS, "stack", name) for name in NAMES])
    assert outcome.error is None
    assert not outcome.protected
    found = dict(zip(NAMES, outcome.tests, strict=True))
    passed = {name for name, test in found.items() if test.passed}
    assert passed == {
        "test_fixture", "test_coroutine", "TestPop::test_raises", "Case", "test_skipped", "test_marked_to_fail",
    }  # fmt: skip
    assert found["test_wrong"].status is Status.FAILED
    assert found["test_wrong"].test.startswith("def test_wrong(full):\n    assert full.top() == 2\n\n")
    assert found["test_wrong"].test.endswith(
        "@pytest.fixture\ndef full():\n    stack = Stack()\n    stack.push(1)\n    stack.push(2)\n    return stack"
    )
    assert "assert 1 == 2" in str(found["test_wrong"].error)
    assert "test_variants[2]: assert 0 == (2 - 1)" in str(found["test_variants"].error)
    another = found["TestPop::test_raises_another"]
    assert another.status is Status.RAISED
    assert str(another.error) == "IndexError: empty (line 8)"
    assert found["test_missing"].status is Status.NOT_RUN
    right = await sandbox.run(
        Program(STACK.replace("[0]", "[-1]"), "python"), [PytestFile(TESTS, "stack", name) for name in NAMES[:5]]
    )
    assert right.passed


ONE = """\
import pytest
from some.where import f
@pytest.mark.parametrize("x", [1])
def test_f(x):
    with pytest.raises(ZeroDivisionError):
        1 / 0
    assert f(x) == 2
"""
FORGED = (
    "import json, os\nwith open('result', 'w') as file:\n    json.dump({'word': '', 'error': None, 'problem': None,"
    " 'tests': {'test_f[1]': ['passed', '', '', None]}}, file)\nos._exit(0)"
)


async def run_one(sandbox: Sandbox, program: str) -> Outcome:
    return await sandbox.run(
        Program(program, "python"), [PytestFile(ONE, "some.where", "test_f")], RunOptions(limits=Limits(cpu_seconds=3))
    )


@pytest.mark.parametrize(
    ("program", "status", "error"),
    [
        ("def f(x): return x + 1", Status.PASSED, "None"),
        ("import pytest\npytest.raises = None\ndef f(x): return 2", Status.PASSED, "None"),
        ("def f(x) return", Status.RAISED, "SyntaxError"),
        ("x = 1\nx / 0", Status.RAISED, "ZeroDivisionError: division by zero (line 2)"),
        ("def g(x): return 1", Status.RAISED, "ImportError: cannot import name 'f'"),
        ("def f(x):\n    assert x == 2, 'own'", Status.RAISED, "AssertionError: test_f[1]: own (line 2)"),
        ("import sys\nsys.exit(0)", Status.RAISED, "SystemExit"),
        ("def f(x):\n    raise SystemExit(0)", Status.RAISED, "SystemExit"),
        ("def f(x):\n    import os; os._exit(0)", Status.KILLED, "ended its own process"),
        (FORGED, Status.KILLED, "ended its own process"),
        ("def f(x):\n    import pytest; pytest.skip('no')", Status.NOT_RUN, "NotRun"),
        ("def f(x):\n    import pytest; pytest.exit('done', 0)", Status.NOT_RUN, "NotRun"),
        ("def f(x): raise KeyboardInterrupt", Status.NOT_RUN, "NotRun"),
    ],
)
async def test_only_a_test_that_was_run_to_its_end_is_passed(
    sandbox: Sandbox, program: str, status: Status, error: str
) -> None:
    (test,) = (await run_one(sandbox, program)).tests
    assert test.status is status, test
    assert error in str(test.error)


async def test_a_file_without_an_import_finds_the_programs_names(sandbox: Sandbox) -> None:
    code = "async def test_f():\n    assert f(_one) == 2\n"
    program = "_one = 1\ndef f(x): return x + 1\ndef test_of_its_own(): assert False"
    outcome = await sandbox.run(Program(program, "python"), [PytestFile(code, "", "test_f")])
    assert outcome.passed, outcome.tests


async def test_a_file_in_which_all_is_skipped_is_no_pass(sandbox: Sandbox) -> None:
    code = "import pytest\n@pytest.mark.skip(reason='later')\ndef test_f(): pass\n"
    outcome = await sandbox.run(Program("def f(x): return 1", "python"), [PytestFile(code, "", "test_f")])
    assert not outcome.passed
    assert "skipped: Skipped: later" in str(outcome.tests[0].error)


async def test_it_runs_nowhere_where_only_protected_verdicts_are_wanted() -> None:
    async with Sandbox(workers=1, protected_only=True) as sandbox:
        outcome = await sandbox.run(
            Program("def f(x): return 2", "python"), [PytestFile("def test_f(): pass", "", "test_f")]
        )
    assert outcome.tests[0].status is Status.NOT_RUN
    assert "only protected verdicts are wanted" in str(outcome.tests[0].error)


async def test_it_is_for_python_alone(sandbox: Sandbox) -> None:
    with pytest.raises(TypeError, match="PytestFile tests Python; for JavaScript give a Call"):
        await sandbox.run(Program("const f = 1", "javascript"), [PytestFile("", "", "test_f")])

"""How values are written in prompts."""

from __future__ import annotations

import pytest

from selfdebug.execution import Assertion, Call, InputOutput, Limits, RunOptions, Sandbox, TraceOptions
from selfdebug.outcome import Outcome, ProgramError, Status, TestOutcome
from selfdebug.problem import Program
from selfdebug.prompts import as_trace, by_informativeness
from selfdebug.prompts.filters import call_of, most_informative, shown


def test_long_text_keeps_both_ends() -> None:
    text = shown("a" * 50 + "b" * 50, 30)
    assert text == "a" * 20 + " … " + "b" * 10


def test_addresses_of_objects_are_left_out_for_they_differ_from_run_to_run() -> None:
    assert shown("ValueError: <object object at 0x7f1c9886c990>", 100) == "ValueError: <object object>"


def test_wrong_values_come_before_errors_and_new_errors_before_the_same_again() -> None:
    def test(status: Status, name: str, message: str = "") -> TestOutcome:
        return TestOutcome(name, status, error=ProgramError("E", message) if message else None)

    tests = [
        test(Status.PASSED, "passed"),
        test(Status.RAISED, "raised", "one"),
        test(Status.RAISED, "again", "one"),
        test(Status.FAILED, "failed, long"),
        test(Status.FAILED, "failed"),
        test(Status.RAISED, "other", "two"),
    ]
    names = [tests[i].test for i in by_informativeness(tests)]
    assert names == ["failed", "failed, long", "other", "raised", "again", "passed"]


@pytest.mark.parametrize(
    ("test", "call"),
    [
        (Assertion("assert f([1, 2]) == 3"), "f([1, 2])"),
        (Assertion("assert f(1) == 1 and f(2) == 2"), "assert f(1) == 1 and f(2) == 2"),
        (Assertion("assert ("), "assert ("),
        (Call("f", (1, "a"), expected=5), "f(1, 'a')"),
        (InputOutput("x" * 100, "y"), f"input {'x' * 100!r}"),
    ],
)
def test_call_of_a_test_does_not_tell_what_is_expected(test: Assertion | Call | InputOutput, call: str) -> None:
    assert call_of(test) == call


def test_what_a_call_that_passed_gave_is_shown() -> None:
    outcome = Outcome((TestOutcome("f(1)", Status.PASSED),))
    assert [text for text, _ in most_informative(outcome, [Call("f", (1,), expected=2)], 5)] == ["f(1) == 2"]


async def test_trace_of_loops_conditions_calls_and_errors(sandbox: Sandbox) -> None:
    code = """\
def total(values):
    found = 0
    for value in values:
        if value > 1:
            found += half(value)
    while found > 3:
        found -= 1
    return found

def half(n):
    return 8 / (n - 3)
"""
    program = Program(code, "python")
    tests = [Assertion("assert total([1, 1, 5]) == 3"), Assertion("assert total([3]) == 0")]
    outcome = await sandbox.run(Program(code, "python"), tests, RunOptions(trace=TraceOptions(99, 40, 0)))
    assert as_trace(outcome.trace or (), program).splitlines() == [
        "call total(values = [1, 1, 5])",
        "line 2: found = 0 -> found = 0",
        "line 3: for value in values: -> value = 1",
        "line 4: if value > 1: -> False",
        "line 3: for value in values: -> value = 1",
        "line 4: if value > 1: -> False",
        "line 3: for value in values: -> value = 5",
        "line 4: if value > 1: -> True",
        "line 5: found += half(value) -> found = 4.0",
        "call half(n = 5)",
        "line 11: return 8 / (n - 3) -> returns 4.0",
        "line 3: for value in values: -> no more items",
        "line 6: while found > 3: -> True",
        "line 7: found -= 1 -> found = 3.0",
        "line 6: while found > 3: -> False",
        "line 8: return found -> returns 3.0",
    ]
    outcome = await sandbox.run(Program(code, "python"), tests, RunOptions(trace=TraceOptions(99, 40, 1)))
    assert as_trace(outcome.trace or (), program).splitlines()[-2:] == [
        "line 11 raises ZeroDivisionError: division by zero",
        "line 5 raises ZeroDivisionError: division by zero",
    ]


async def test_trace_of_an_endless_loop_ends(sandbox: Sandbox) -> None:
    code = "def f():\n    n = 0\n    while True:\n        n += 1\n"
    outcome = await sandbox.run(
        Program(code, "python"),
        [Assertion("assert f() == 1")],
        RunOptions(limits=Limits(cpu_seconds=1), trace=TraceOptions(200, 40)),
    )
    lines = as_trace(outcome.trace or (), Program(code, "python")).splitlines()
    assert len(lines) == 41
    assert lines[-1] == "… and so on"

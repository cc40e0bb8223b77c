"""Further tests: one that takes too long takes nothing from those after it, within reason."""

from __future__ import annotations

from typing import Any

import pytest

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.execution import ToolchainMissingError
from selfdebug.outcome import Outcome, ProgramError, Status, TestOutcome
from selfdebug.problem import Program
from selfdebug.selection.base import Candidates
from selfdebug.selection.sampling import run_further_tests
from selfdebug.unit_tests import Assertion
from tests.loop.conftest import Workshop
from tests.loop.scenarios import RIGHT_SQUARE, UNTESTED


class Slow:
    """An application in which each test whose code says so takes all the time that there is."""

    def __init__(self) -> None:
        self.runs: list[list[str]] = []

    async def execute(self, problem: TextToPythonProblem, program: Program) -> Outcome:
        self.runs.append([str(test) for test in problem.tests])
        if "broken" in program.code:
            error = ProgramError("SyntaxError", "invalid syntax")
            return Outcome(tuple(TestOutcome(str(t), Status.NOT_RUN) for t in problem.tests), error)
        ended: list[TestOutcome] = []
        for test in map(str, problem.tests):
            spent = bool(ended) and ended[-1].status in (Status.TIMED_OUT, Status.NOT_RUN)
            status = Status.NOT_RUN if spent else Status.TIMED_OUT if "slow" in test else Status.PASSED
            ended.append(TestOutcome(test, status))
        return Outcome(tuple(ended))


async def run(application: Any, *tests: str, code: str = RIGHT_SQUARE) -> str:
    """The first letters of how the tests ended."""
    nothing: Any = None
    candidates = Candidates(UNTESTED, [], 2, application, nothing)
    program = Program(code, "python")
    ended = await run_further_tests(candidates, [program, program], [Assertion(test) for test in tests])
    return "".join(test.status[0] for test in ended[program])


async def test_what_comes_after_a_time_out_is_run_again() -> None:
    application = Slow()
    assert await run(application, "a", "slow b", "c", "d") == "ptpp"
    assert application.runs == [["a", "slow b", "c", "d"], ["c", "d"]]


async def test_the_third_time_out_is_the_last() -> None:
    application = Slow()
    assert await run(application, *["slow"] * 5, "a") == "tttnnn"
    assert len(application.runs) == 3


async def test_a_program_that_does_not_load_is_run_once() -> None:
    application = Slow()
    assert await run(application, "a", "b", code="broken") == "nn"
    assert len(application.runs) == 1


async def test_what_cannot_be_run_here_is_told_as_itself(workshop: Workshop) -> None:
    class Missing:
        async def execute(self, problem: TextToPythonProblem, program: Program) -> Outcome:
            raise ToolchainMissingError("go is not installed")

    with pytest.raises(ToolchainMissingError, match="go is not installed"):
        await run(Missing(), "a")


async def test_a_real_program(workshop: Workshop) -> None:
    tests = ["assert square(2) == 4", "assert square(2) == 5", "assert square() == 4", "assert square(3) == 9"]
    assert await run(workshop.applications["text-to-python"], *tests) == "pfrp"

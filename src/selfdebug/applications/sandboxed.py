"""What text-to-Python and translation have in common: programs that a sandbox runs against shown tests."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Generic, Self, TypeVar

from selfdebug.applications.program_problem import ProgramProblem
from selfdebug.applications.reading import parses, read_program
from selfdebug.execution import Limits, RunOptions, Sandbox, TraceOptions
from selfdebug.feedback import BROKEN, FAILED, PASSED, Feedback, FeedbackKind
from selfdebug.messages import Reply
from selfdebug.outcome import Outcome
from selfdebug.problem import Program
from selfdebug.prompts import Exemplar, as_trace, exemplars
from selfdebug.query_outcome import QueryOutcome

P = TypeVar("P", bound=ProgramProblem)

TRACE_STEPS = 200
TRACE_CHARACTERS = 80  # of one value


class ProgramApplication(Generic[P]):
    """Programs with shown tests. Its subclasses say what the programs are called and what language they are in."""

    name: str
    noun: str
    planning = None

    def __init__(self, sandbox: Sandbox, limits: Limits | None = None) -> None:
        """Make it.

        Args:
            sandbox: where programs run; it stays the caller's.
            limits: for one program with all its tests.
        """
        self._sandbox = sandbox
        self._limits = limits

    @classmethod
    @asynccontextmanager
    async def open(cls, sandbox: Sandbox) -> AsyncIterator[Self]:
        """Open it: there is nothing to do but to remember the sandbox."""
        yield cls(sandbox)

    def entry_point(self, problem: P) -> str:
        """The function that tests call, or nothing if that is not known."""
        return ""

    def run_options(self, problem: P) -> RunOptions:
        """How a problem's programs are run."""
        return RunOptions(self._limits or Limits(), problem.setup)

    async def prompt_variables(self, problem: P, *, sample_rows: int) -> dict[str, Any]:
        """What templates may name. There are no rows to show here."""
        return {"noun": self.noun, "language": problem.language, "problem": problem}

    def exemplars(self, problem: P, kind: FeedbackKind) -> tuple[Exemplar, ...]:
        """All that have what the feedback kind tells: there are traces of Python programs only."""
        return tuple(e for e in exemplars(self.name) if e.tells(kind))

    def exemplar_variables(self, exemplar: Exemplar, tested: bool) -> dict[str, Any]:
        """Its variables; its tests are shown only beside a problem that shows some."""
        problem: Any = exemplar.problem
        shown = problem if tested else dataclasses.replace(problem, tests=())
        return {"noun": self.noun, "language": shown.language, "problem": shown}

    def read(self, problem: P, reply: Reply, previous: Program | None = None) -> Program:
        """Read the one program of a reply."""
        old = previous.code if previous else ""
        code = read_program(reply, problem.language, entry_point=self.entry_point(problem), previous=old)
        return Program(code, problem.language)

    def parses(self, program: Program) -> bool:
        """Whether its syntax is right."""
        return parses(program.code, program.language)

    async def execute(self, problem: P, program: Program) -> Outcome:
        """Run a program against the shown tests, or load it where there are none."""
        return await self._run(problem, program)

    async def record(self, problem: P, program: Program, test: int) -> str:
        """Run it again with a recorder on one test."""
        outcome = await self._run(problem, program, TraceOptions(TRACE_STEPS, TRACE_CHARACTERS, test))
        return as_trace(outcome.trace or (), program)

    async def _run(self, problem: P, program: Program, trace: TraceOptions | None = None) -> Outcome:
        options = dataclasses.replace(self.run_options(problem), trace=trace)
        return await self._sandbox.run(program, problem.tests, options)

    def execution_feedback(self, problem: P, outcome: Outcome | QueryOutcome) -> Feedback | None:
        """The shown tests' verdict; without tests, a program that does not even load is wrong."""
        assert isinstance(outcome, Outcome)
        if problem.tests:
            return PASSED if outcome.passed else FAILED
        return None if outcome.error is None else BROKEN

    def evidence(self, program: Program, outcome: Outcome | QueryOutcome, plan: str) -> tuple[str, ...]:
        """None: what there is to say about an outcome is said by the tests."""
        return ()

"""What text-to-Python and translation have in common: programs that a sandbox runs against shown tests."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Generic, Self, TypeVar

from selfdebug.applications.program_problem import ProgramProblem
from selfdebug.applications.reading import UnreadableReplyError, parses, read_program
from selfdebug.applications.reading.calls import read_calls
from selfdebug.execution import RunOptions, Sandbox, SignatureError, TraceOptions
from selfdebug.feedback import BROKEN, FAILED, PASSED, Feedback, FeedbackKind, Level
from selfdebug.languages import find_language
from selfdebug.languages.signatures import find_function
from selfdebug.messages import Reply
from selfdebug.outcome import Outcome
from selfdebug.problem import Program
from selfdebug.prompts import Exemplar, as_blocks, as_trace, exemplars
from selfdebug.prompts.filters import result_of
from selfdebug.query_outcome import QueryOutcome

P = TypeVar("P", bound=ProgramProblem)

TRACE_STEPS: dict[Level, int] = {"line": 200, "block": 2000}
"""Of a trace in lines only the beginning is shown; of one in blocks, the end too."""
TRACE_CHARACTERS = 80  # of one value
_MOST_OBSERVED = 8  # calls


class ProgramApplication(Generic[P]):
    """Programs with shown tests. Its subclasses say what the programs are called and what language they are in."""

    name: str
    noun: str
    planning = None

    def __init__(self, sandbox: Sandbox) -> None:
        """Make it with a sandbox, which stays the caller's."""
        self._sandbox = sandbox

    @classmethod
    @asynccontextmanager
    async def open(cls, sandbox: Sandbox) -> AsyncIterator[Self]:
        yield cls(sandbox)

    def entry_point(self, problem: P) -> str:
        """The function that tests call, or nothing if that is not known."""
        return ""

    def run_options(self, problem: P) -> RunOptions:
        """How a problem's programs are run."""
        return RunOptions(setup=problem.setup)

    async def prompt_variables(self, problem: P, *, sample_rows: int) -> dict[str, Any]:
        return {"noun": self.noun, "language": problem.language, "problem": problem}

    def exemplars(self, problem: P, kind: FeedbackKind) -> tuple[Exemplar, ...]:
        """All that have what the feedback kind tells: there are traces of Python programs only."""
        return tuple(e for e in exemplars(self.name) if e.tells(kind))

    def exemplar_variables(self, exemplar: Exemplar, tested: bool) -> dict[str, Any]:
        problem: Any = exemplar.problem
        shown = problem if tested else dataclasses.replace(problem, tests=())
        return {"noun": self.noun, "language": shown.language, "problem": shown}

    def read(self, problem: P, reply: Reply, previous: Program | None = None) -> Program:
        old = previous.code if previous else ""
        code = read_program(reply, problem.language, entry_point=self.entry_point(problem), previous=old)
        return Program(code, problem.language)

    def parses(self, program: Program) -> bool:
        return parses(program.code, program.language)

    async def execute(self, problem: P, program: Program) -> Outcome:
        """Run a program against the shown tests, or load it where there are none."""
        return await self._run(problem, program)

    async def record(self, problem: P, program: Program, test: int, level: Level) -> str:
        outcome = await self._run(problem, program, TraceOptions(TRACE_STEPS[level], TRACE_CHARACTERS, test))
        return (as_trace if level == "line" else as_blocks)(outcome.trace or (), program)

    async def _run(self, problem: P, program: Program, trace: TraceOptions | None = None) -> Outcome:
        options = dataclasses.replace(self.run_options(problem), trace=trace)
        return await self._sandbox.run(program, problem.tests, options)

    def execution_feedback(self, problem: P, outcome: Outcome | QueryOutcome) -> Feedback | None:
        """The shown tests' verdict; without tests, a program that does not even load is wrong."""
        assert isinstance(outcome, Outcome)
        if problem.tests:
            return PASSED if outcome.passed else FAILED
        return None if outcome.error is None else BROKEN

    async def observe(self, problem: P, program: Program, inputs: str) -> tuple[tuple[str, str], ...]:
        """Calls of the program's function that a model wrote, each with what it gives."""
        try:
            function = self.entry_point(problem) or find_function(program.code, find_language(program.language)).name
            calls = read_calls(Reply(inputs), function, allows_names=program.language == "python")[:_MOST_OBSERVED]
        except (SignatureError, UnreadableReplyError):
            return ()
        asked: Any = problem
        outcome = await self.execute(dataclasses.replace(asked, tests=tuple(calls)), program)
        return tuple((str(call), result_of(test)) for call, test in zip(calls, outcome.tests, strict=True))

    def is_trivial(self, program: Program) -> bool:
        """Programs are explained, short ones too."""
        return False

    def evidence(self, program: Program, outcome: Outcome | QueryOutcome, plan: str) -> tuple[str, ...]:
        return ()

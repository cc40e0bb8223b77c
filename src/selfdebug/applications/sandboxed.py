"""What text-to-Python and translation have in common: programs that a sandbox runs against shown tests."""

from __future__ import annotations

import dataclasses
from typing import Any, Generic, TypeVar

from selfdebug.applications.reading import parses, read_program
from selfdebug.execution import Limits, RunOptions, Sandbox, TraceOptions
from selfdebug.feedback import Account, Feedback, FeedbackKind, Judge, Verdict
from selfdebug.messages import Reply
from selfdebug.outcome import Outcome
from selfdebug.problem import Program, TextToPythonProblem, TranslationProblem
from selfdebug.prompts import Exemplar, as_trace, exemplars
from selfdebug.query_outcome import QueryOutcome

P = TypeVar("P", TextToPythonProblem, TranslationProblem)

TRACE_STEPS = 200
TRACE_CHARACTERS = 80  # of one value


class ProgramApplication(Generic[P]):
    """Programs with shown tests. Its subclasses say what the programs are called and what language they are in."""

    name: str
    noun: str
    plans = False

    def __init__(self, sandbox: Sandbox, limits: Limits | None = None) -> None:
        """Make it.

        Args:
            sandbox: where programs run; it stays the caller's.
            limits: for one program with all its tests.
        """
        self._sandbox = sandbox
        self._limits = limits

    def language(self, problem: P) -> str:
        """The language that programs for a problem are in."""
        raise TypeError(f"{type(self).__name__} does not say which language it writes")

    def entry_point(self, problem: P) -> str:
        """The function that tests call, or nothing if that is not known."""
        return ""

    def run_options(self, problem: P) -> RunOptions:
        """How a problem's programs are run."""
        return RunOptions(self._limits or Limits(), problem.setup)

    def check(self, problem: P, kind: FeedbackKind) -> None:
        """Refuse kinds that need tests where there are none, and recordings of languages that have no recorder."""
        if not problem.tests and (kind.shows_tests or kind.account is Account.RECORDED_TRACE):
            raise ValueError(f"feedback {kind} needs tests: give at least one, or choose simple, expl or trace")
        if kind.account is Account.RECORDED_TRACE and self.language(problem) != "python":
            raise ValueError(f"feedback {kind} needs a Python program: choose ut+trace, the model's own trace")

    async def variables(self, problem: P, *, sample_rows: int) -> dict[str, Any]:
        """What templates may name. There are no rows to show here."""
        return {"noun": self.noun, "language": self.language(problem), "problem": problem}

    def exemplars(self, problem: P, kind: FeedbackKind) -> tuple[Exemplar, ...]:
        """All that have what the feedback kind tells: there are traces of Python programs only."""
        traced = kind.account in (Account.TRACE, Account.RECORDED_TRACE)
        return tuple(e for e in exemplars(self.name) if not traced or all(turn.trace for turn in e.turns))

    def exemplar_variables(self, exemplar: Exemplar, problem: P) -> dict[str, Any]:
        """An exemplar's variables; its tests are shown only where the problem shows some."""
        whole: Any = exemplar.problem
        shown = whole if problem.tests else dataclasses.replace(whole, tests=())
        return {"noun": self.noun, "language": self.language(shown), "problem": shown}

    def read(self, problem: P, reply: Reply, previous: Program | None = None) -> Program:
        """Read the one program of a reply."""
        language = self.language(problem)
        code = read_program(
            reply.text, language, finish=reply.finish, refusal=reply.refusal,
            entry_point=self.entry_point(problem), previous=previous.code if previous else "",
        )  # fmt: skip
        return Program(code, language)

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

    def judge(self, problem: P, outcome: Outcome | QueryOutcome) -> Feedback | None:
        """The shown tests' verdict; without tests, a program that does not even load is wrong."""
        assert isinstance(outcome, Outcome)
        if problem.tests:
            return Feedback(Verdict.CORRECT if outcome.passed else Verdict.WRONG, Judge.TESTS)
        return None if outcome.error is None else Feedback(Verdict.WRONG, Judge.EXECUTION)

    def evidence(self, program: Program, outcome: Outcome | QueryOutcome, plan: str) -> tuple[str, ...]:
        """None: what there is to say about an outcome is said by the tests."""
        return ()

"""How anagrams are read, run and judged."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

from selfdebug.applications.reading import UnreadableReplyError
from selfdebug.execution import Sandbox
from selfdebug.feedback import BROKEN, Feedback, FeedbackKind, Level
from selfdebug.messages import Reply
from selfdebug.outcome import Outcome, ProgramError
from selfdebug.problem import Program
from selfdebug.prompts import Exemplar, exemplars, read_outcome, read_turns
from tests.extension_points.anagrams.problem import AnagramProblem


class Anagrams:
    """Writes anagrams."""

    name, planning = "anagrams", None

    @classmethod
    @asynccontextmanager
    async def open(cls, sandbox: Sandbox) -> AsyncIterator[Self]:
        yield cls()

    @staticmethod
    def read_exemplar(entry: Mapping[str, Any]) -> Exemplar:
        turns = read_turns(entry, "english", lambda quoted: read_outcome(quoted, ()))
        return Exemplar(entry["name"], AnagramProblem(entry["request"]), turns)

    async def prompt_variables(self, problem: AnagramProblem, *, sample_rows: int) -> dict[str, Any]:
        return {"noun": "anagram", "language": "english", "problem": problem}

    def exemplars(self, problem: AnagramProblem, kind: FeedbackKind) -> tuple[Exemplar, ...]:
        return exemplars(self.name)

    def exemplar_variables(self, exemplar: Exemplar, tested: bool) -> dict[str, Any]:
        return {"noun": "anagram", "language": "english", "problem": exemplar.problem}

    def read(self, problem: AnagramProblem, reply: Reply, previous: Program | None = None) -> Program:
        lines = [line for line in reply.text.split("\n") if line.isalpha()]
        if len(lines) != 1:
            raise UnreadableReplyError("no program", "The reply has no line that is one word.")
        return Program(lines[0], "english")

    def parses(self, program: Program) -> bool:
        return program.code.islower()

    async def execute(self, problem: AnagramProblem, program: Program) -> Outcome:
        if sorted(program.code) == sorted(problem.request):
            return Outcome()
        return Outcome(error=ProgramError("LettersError", "has other letters than the word"))

    async def record(self, problem: AnagramProblem, program: Program, test: int, level: Level) -> str:
        return ""

    def execution_feedback(self, problem: AnagramProblem, outcome: Outcome) -> Feedback | None:
        return BROKEN if outcome.error else None

    async def observe(self, problem: AnagramProblem, program: Program, inputs: str) -> tuple[tuple[str, str], ...]:
        return ()

    def is_trivial(self, program: Program) -> bool:
        return False

    def evidence(self, program: Program, outcome: Outcome, plan: str) -> tuple[str, ...]:
        return ()

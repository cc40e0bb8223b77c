"""Exemplars: solved problems that few-shot prompts show. They are data (YAML); what they quote, running them gives.

An exemplar is a problem, the programs that were written for it, and what was said about each. Under a feedback kind it
is a list of turns like any other, from which come its messages.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from selfdebug.feedback import EXPLAIN, JUDGE, TRACE, UNJUDGED, Feedback, FeedbackKind, Judge, Step, Verdict
from selfdebug.outcome import Outcome, ProgramError, Status, TestOutcome
from selfdebug.problem import APPLICATIONS, Problem, Program
from selfdebug.query_outcome import QueryError, QueryErrorKind, QueryOutcome
from selfdebug.trajectory import Turn
from selfdebug.unit_tests import UnitTest


@dataclass(frozen=True, slots=True)
class ExemplarTurn:
    """One program of an exemplar.

    Attributes:
        program: the program.
        outcome: what running it gives.
        explanation: the reply to being asked for an explanation.
        trace: the reply to being asked for a trace of `traced`; also what a recorded trace of it reads like.
        blocks: what a recorded trace of it reads like in basic blocks.
        traced: index of the test that is traced.
        judgement: the reply to being asked for a verdict, the line with the verdict included.
        replies: the replies to other steps, by their names.
    """

    program: Program
    outcome: Outcome | QueryOutcome
    explanation: str
    judgement: str
    trace: str = ""
    blocks: str = ""
    traced: int = 0
    replies: Mapping[str, str] = field(default_factory=dict)

    def reply_to(self, step: Step) -> str:
        """The reply to being asked for words; empty where there is none."""
        return {EXPLAIN.name: self.explanation, TRACE.name: self.trace, **self.replies}.get(step.name, "")


@dataclass(frozen=True, slots=True, eq=False)
class Exemplar:
    """A solved problem.

    Attributes:
        name: for messages.
        problem: the problem.
        turns: its programs; the last one is right.
        schema: text-to-SQL: the database as its prompt shows it.
        database: text-to-SQL: SQL statements that make the database in SQLite.
        columns: text-to-SQL: the reply to being asked for the columns of the answer.
    """

    name: str
    problem: Problem
    turns: tuple[ExemplarTurn, ...]
    schema: str = ""
    database: str = ""
    columns: str = ""

    def tells(self, kind: FeedbackKind) -> bool:
        """Whether it has what a feedback kind says of programs: not each has a trace, or replies to each step."""
        wrong = self.turns[:-1]
        if kind.records == "line" and not all(turn.trace for turn in self.turns):
            return False
        if kind.records == "block" and not all(turn.blocks for turn in wrong):
            return False
        if kind.observing:  # none has inputs
            return False
        if kind.diagnosing and not all(turn.reply_to(kind.diagnosing) for turn in wrong):
            return False
        if kind.explaining in (None, EXPLAIN):  # after an error none is asked for, and none need be there
            return True
        return all(turn.reply_to(kind.explaining) for turn in self.turns)

    def turns_under(self, kind: FeedbackKind, by_execution: Callable[[Any], Feedback | None]) -> tuple[Turn, ...]:
        """Its turns as a debugger records them, had the model replied what the exemplar says.

        Args:
            kind: the feedback kind; a baseline has the right program alone.
            by_execution: what execution alone says of an outcome.
        """
        if not kind.debugs:
            right = self.turns[-1]
            return (Turn(right.program, right.outcome, UNJUDGED),)
        turns = []
        for number, said in enumerate(self.turns, 1):
            feedback, is_right = by_execution(said.outcome), number == len(self.turns)
            steps = kind.steps(feedback)
            explanation = ""
            if kind.explaining in steps:
                explanation = said.reply_to(kind.explaining)
            elif kind.records and not is_right:
                explanation = said.trace if kind.records == "line" else said.blocks
            diagnosis = said.reply_to(kind.diagnosing) if kind.diagnosing and kind.diagnosing in steps else ""
            if JUDGE in steps:
                # Without an explanation, a verdict alone is asked for.
                text = said.judgement if kind.explains else said.judgement.splitlines()[-1]
                feedback = Feedback(Verdict.CORRECT if is_right else Verdict.WRONG, Judge.MODEL, text)
            plan = self.columns if number == 1 and kind.explains else ""
            turns.append(Turn(said.program, said.outcome, feedback or UNJUDGED, explanation, plan, diagnosis=diagnosis))
        return tuple(turns)


@functools.cache
def exemplars(application: str) -> tuple[Exemplar, ...]:
    """All exemplars of an application, in the order of their file."""
    definition = APPLICATIONS[application]
    entries = yaml.safe_load((definition.folder / "exemplars.yaml").read_text(encoding="utf-8"))
    return tuple(definition.load().read_exemplar(entry) for entry in entries)


def solved(name: str, problem: Problem, program: Program) -> Exemplar:
    """An exemplar for first programs alone: a problem with its right program, of which nothing more is told."""
    return Exemplar(name, problem, (ExemplarTurn(program, Outcome(()), explanation="", judgement=""),))


def read_turns(
    entry: Mapping[str, Any], language: str, outcome: Callable[[Any], Outcome | QueryOutcome]
) -> tuple[ExemplarTurn, ...]:
    """The turns of an entry of `exemplars.yaml`.

    Args:
        entry: the exemplar.
        language: of its programs.
        outcome: reads what is quoted of an outcome.
    """
    return tuple(
        ExemplarTurn(
            Program(turn["program"].strip() if language == "sql" else turn["program"], language),
            outcome(turn["outcome"]),
            explanation=turn.get("explanation", "").strip(),
            judgement=turn.get("judgement", "").strip(),
            trace=turn.get("trace", "").strip(),
            blocks=turn.get("blocks", "").strip(),
            traced=turn.get("traced", 0),
            replies={step: reply.strip() for step, reply in turn.get("replies", {}).items()},
        )
        for turn in entry["turns"]
    )


def read_outcome(quoted: Any, tests: tuple[UnitTest, ...]) -> Outcome:
    """An outcome as quoted: an error of the whole program, or for each test ``passed`` or what it gave."""
    if isinstance(quoted, Mapping):
        error = _error(quoted["error"])
        return Outcome(tuple(TestOutcome(str(t), Status.NOT_RUN, error=error) for t in tests), error)
    return Outcome(tuple(_test_outcome(str(test), one) for test, one in zip(tests, quoted, strict=True)))


def _test_outcome(test: str, quoted: Any) -> TestOutcome:
    if quoted == "passed":
        return TestOutcome(test, Status.PASSED)
    if "error" in quoted:
        return TestOutcome(test, Status(quoted.get("status", "raised")), error=_error(quoted["error"]))
    return TestOutcome(test, Status.FAILED, actual=str(quoted["actual"]), expected=str(quoted["expected"]))


def _error(quoted: Mapping[str, Any]) -> ProgramError:
    return ProgramError(quoted["type"], quoted["message"], quoted.get("line"))


def read_query_outcome(quoted: Mapping[str, Any]) -> QueryOutcome:
    """An outcome of a query as quoted: its error, or its columns and rows."""
    error = (
        QueryError(QueryErrorKind(quoted["error"]["kind"]), quoted["error"]["message"]) if "error" in quoted else None
    )
    return QueryOutcome(
        columns=tuple(quoted.get("columns", ())),
        rows=tuple(tuple(row) for row in quoted.get("rows", ())),
        error=error,
        truncated=False,
        seconds=0.0,
        ordered=False,
    )

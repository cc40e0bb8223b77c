"""Exemplars: worked problems that few-shot prompts show. They are data (YAML); what they quote, running them gives.

An exemplar is a problem, the programs that were written for it, and what was said about each. From it come the messages
of every step and feedback kind, by the same templates as those of the problem at hand.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from selfdebug.execution import Assertion, Call, UnitTest
from selfdebug.outcome import Outcome, ProgramError, Status, TestOutcome
from selfdebug.problem import Problem, Program, TextToPythonProblem, TextToSqlProblem, TranslationProblem
from selfdebug.prompts.templates import FOLDER
from selfdebug.query_outcome import QueryError, QueryErrorKind, QueryOutcome


@dataclass(frozen=True, slots=True)
class ExemplarTurn:
    """One program of an exemplar.

    Attributes:
        program: the program.
        outcome: what running it gives.
        explanation: the reply to being asked for an explanation.
        trace: the reply to being asked for a trace of `traced`; also what a recorded trace of it reads like.
        traced: index of the test that is traced.
        judgement: the reply to being asked for a verdict, the line with the verdict included.
    """

    program: Program
    outcome: Outcome | QueryOutcome
    explanation: str
    judgement: str
    trace: str = ""
    traced: int = 0


@dataclass(frozen=True, slots=True)
class Exemplar:
    """One worked problem.

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


@functools.cache
def exemplars(application: str) -> tuple[Exemplar, ...]:
    """All exemplars of an application, in the order of their file."""
    path = FOLDER / application.replace("-", "_") / "exemplars.yaml"
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(_READERS[application](entry) for entry in entries)


def worked(name: str, problem: Problem, program: Program) -> Exemplar:
    """An exemplar for first programs alone: a problem with its right program, of which nothing more is told."""
    return Exemplar(name, problem, (ExemplarTurn(program, Outcome(()), explanation="", judgement=""),))


def _text_to_sql(entry: Mapping[str, Any]) -> Exemplar:
    return Exemplar(
        name=entry["name"],
        problem=TextToSqlProblem(entry["request"], database="", hint=entry.get("hint", "")),
        turns=tuple(
            _turn(turn, Program(turn["program"].strip(), "sql"), _query_outcome(turn)) for turn in entry["turns"]
        ),
        schema=entry["schema"].strip(),
        database=entry["database"],
        columns=entry["columns"].strip(),
    )


def _text_to_python(entry: Mapping[str, Any]) -> Exemplar:
    tests = tuple(Assertion(code) for code in entry["tests"])
    return Exemplar(
        name=entry["name"],
        problem=TextToPythonProblem(entry["request"], tests),
        turns=_program_turns(entry, "python", tests),
    )


def _translation(entry: Mapping[str, Any]) -> Exemplar:
    entry_point = entry["entry_point"]
    tests = tuple(_translation_test(test, entry_point) for test in entry["tests"])
    source = Program(entry["source"], entry["source_language"])
    return Exemplar(
        name=entry["name"],
        problem=TranslationProblem(source, entry["language"], tests, entry_point, entry.get("declaration", "")),
        turns=_program_turns(entry, entry["language"], tests),
    )


def _translation_test(quoted: Any, entry_point: str) -> UnitTest:
    """A test as quoted: Python test code, or the arguments of a call and what it must return."""
    if isinstance(quoted, Mapping):
        return Call(entry_point, tuple(quoted["call"]), quoted["expected"])
    return Assertion(quoted)


_READERS = {"text-to-sql": _text_to_sql, "text-to-python": _text_to_python, "translation": _translation}


def _program_turns(entry: Mapping[str, Any], language: str, tests: tuple[UnitTest, ...]) -> tuple[ExemplarTurn, ...]:
    return tuple(
        _turn(turn, Program(turn["program"], language), _outcome(turn["outcome"], tests)) for turn in entry["turns"]
    )


def _turn(turn: Mapping[str, Any], program: Program, outcome: Outcome | QueryOutcome) -> ExemplarTurn:
    return ExemplarTurn(
        program,
        outcome,
        explanation=turn.get("explanation", "").strip(),
        judgement=turn.get("judgement", "").strip(),
        trace=turn.get("trace", "").strip(),
        traced=turn.get("traced", 0),
    )


def _outcome(quoted: Any, tests: tuple[UnitTest, ...]) -> Outcome:
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


def _query_outcome(turn: Mapping[str, Any]) -> QueryOutcome:
    quoted = turn["outcome"]
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

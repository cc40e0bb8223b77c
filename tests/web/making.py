"""Trajectories as hostile as they can be, and some of each state. Not a test."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.benchmarks import Failure, Score
from selfdebug.execution import Assertion
from selfdebug.feedback import Feedback, Judge, Verdict
from selfdebug.messages import Message, Reply
from selfdebug.outcome import Outcome, Output, ProgramError, Status, TestOutcome
from selfdebug.problem import Problem, Program
from selfdebug.query_outcome import QueryOutcome
from selfdebug.runs import RunStore, TaskResult
from selfdebug.trajectory import Cost, Ending, Exchange, Trajectory, Turn
from tests.reports.making import result
from tests.reports.making import run as made

T = TypeVar("T")

HOSTILE = (
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'><svg onload=\"window.hacked = 3\"></svg>"
    '</textarea></pre></code><a href="javascript:window.hacked = 4">click</a>{{ 7 * 7 }}${hacked}\'"&lt;'
)
"""Text that would run in a page that believes it."""
UNSEEN = "\x1b[31mred\x1b[0m \u202ereversed\u202c zero\u200bwidth \u2066isolated\u2069 nul\x00 bell\x07"
"""Text that would reorder or hide what stands around it."""
LONG = "x" * 5_000_000
"""Five megabytes on one line."""
RUN = "odd-1/ut"
WRONG = Score(False, Failure.WRONG, f"it gave {HOSTILE}", {"accuracy": False})
RIGHT = Score(True, metrics={"accuracy": True})


def finished(work: Coroutine[Any, Any, T]) -> T:
    """What some work gives. In a thread, for Playwright runs an event loop in that of the tests."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def turn(code: str, passed: bool, text: str = HOSTILE) -> Turn:
    """A turn whose every text is hostile."""
    error = None if passed else ProgramError("ValueError", text, 1)
    status = Status.PASSED if passed else Status.RAISED
    test = TestOutcome(f"assert f() == {text!r}", status, None if passed else text, text, text, error, Output(text))
    outcome = Outcome((test,), stdout=Output(text), stderr=Output(text), isolation="none")
    verdict = Verdict.CORRECT if passed else Verdict.WRONG
    return Turn(Program(code, "python"), outcome, Feedback(verdict, Judge.TESTS, text), f"1: {text}\n{text}")


def trajectory(problem: Problem, turns: tuple[Turn, ...], text: str = HOSTILE) -> Trajectory:
    """A trajectory of these turns, with an exchange for each."""
    exchanges = tuple(
        Exchange("fix", (Message("user", text), Message("assistant", text)), 1, Reply(text, thinking=text, finish=text))
        for _ in range(max(1, len(turns)))
    )
    answer = turns[-1].program if turns else None
    ending = Ending.TURNS if turns else Ending.UNREADABLE
    return Trajectory(
        problem,
        text,
        "ut",
        "few-shot",
        turns,
        answer,
        ending,
        text,
        exchanges=exchanges,
        cost=Cost(2, 1, 1000, 50, 1.5),
        notes=(text,),
    )


def python(text: str) -> TextToPythonProblem:
    return TextToPythonProblem(text, (Assertion(text),), start=text)


def query(text: str, database: str) -> tuple[Problem, Turn]:
    """A question whose database has hostile names and values, and its turn."""
    rows = ((text, None, 3, b"\xff\x00"), (UNSEEN, 1.5, True, LONG))
    outcome = QueryOutcome((text, UNSEEN, "number", "bytes"), rows, None, True, 0.002, True)
    found = Turn(Program(f"SELECT '{text}' -- {UNSEEN}", "sql"), outcome, Feedback(Verdict.UNSURE, Judge.NOBODY), text)
    return TextToSqlProblem(text, database, text), found


def odd_trajectories() -> list[tuple[TaskResult, Trajectory]]:
    """One of each state, with hostile text in every place, and texts that are too long."""
    code = f"def f():\n    return {HOSTILE!r}  # {HOSTILE} {UNSEEN}\n"
    sql_problem, sql_turn = query(HOSTILE, f"/data/{HOSTILE}.sqlite")
    cases = [
        (python(HOSTILE), (turn(code, True),), (RIGHT,), RIGHT),
        (python(UNSEEN), (turn(code, False, UNSEEN), turn(code + "x = 1\n", True)), (WRONG, RIGHT), RIGHT),
        (python("broken"), (turn(code, True), turn("def f(): pass\n", False)), (RIGHT, WRONG), WRONG),
        (python(LONG), (turn(f"x = '{LONG}'\n", False, LONG),), (WRONG,), WRONG),
        (sql_problem, (sql_turn,), (WRONG,), WRONG),
        (python("unreadable"), (), (), Score(False, Failure.NO_PROGRAM, HOSTILE, {"accuracy": False})),
    ]
    return [
        (
            TaskResult(
                index, f"Odd/{index} {HOSTILE if index == 0 else ''}", HOSTILE if index < 3 else "hard", scores, answer,
                answer.passed, "out of turns", cost=Cost(index + 1, 0, 100, 10, float(index)),
            ),
            trajectory(problem, turns, LONG if index == 3 else HOSTILE),
        )
        for index, (problem, turns, scores, answer) in enumerate(cases)
    ]  # fmt: skip


def write_odd_run(path: str | Path) -> None:
    """Store them as the run `RUN`, of a model and a benchmark with hostile names."""

    async def add() -> None:
        with RunStore(path) as store:
            store.create(made(RUN, tasks=6, title=f"Odd {HOSTILE}", model=f"m {HOSTILE} {UNSEEN}", notes=(HOSTILE,)))
            for result, found in odd_trajectories():
                await store.add(RUN, result, found)

    finished(add())


SEVERAL = "several-1/ut"
"""The run of `write_several_attempts`."""


def write_several_attempts(path: str | Path) -> None:
    """Store a trajectory of three attempts as the run `SEVERAL`; the second one branches, and has the answer."""
    parents = (None, 0, None, 2, 2, 4, None)
    turns = tuple(
        replace(turn(f"def f():\n    return {number}\n", number == 5, "why"), parent=parent)
        for number, parent in enumerate(parents)
    )
    found = replace(trajectory(python("f"), turns, "why"), answer=turns[5].program)

    async def add() -> None:
        with RunStore(path) as store:
            store.create(made(SEVERAL, tasks=1))
            await store.add(SEVERAL, result(0, [number == 5 for number in range(len(turns))], answer=True), found)

    finished(add())

"""Problems and trajectories as data: what is written down of them, and what is not."""

from __future__ import annotations

import datetime
import decimal
import json

import pytest

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.applications.translation import TranslationProblem
from selfdebug.execution import Assertion, Call, InputOutput
from selfdebug.execution.calls import read_signature
from selfdebug.feedback import FEEDBACK_KINDS, Feedback, Judge, Verdict
from selfdebug.problem import Problem, Program
from selfdebug.query_outcome import QueryOutcome
from selfdebug.settings import Settings
from selfdebug.trajectory import Ending, Trajectory, Turn
from selfdebug.unit_tests import Driver

TESTS = (
    Assertion("assert f(1) == 2"),
    Call("f", ((1, 2), {3}, {"a": [4.5]}), expected=b"\xff", tolerance=0.1),
    InputOutput("1\n", "2\n"),
    Driver("int main() {}"),
)
SIGNATURE = read_signature("int f(vector<string> words, double x) { return 0; }", "cpp")


def trajectory(problem: Problem, *turns: Turn) -> Trajectory:
    answer = turns[-1].program if turns else None
    return Trajectory(problem, "tiny", "expl", "few-shot", turns, answer, Ending.UNSURE)


@pytest.mark.parametrize(
    "problem",
    [
        TextToPythonProblem("Write f.", TESTS, start="def f(x):", setup="import math"),
        TranslationProblem(Program("int f()", "cpp"), "go", TESTS, "f", signature=SIGNATURE),
        TextToSqlProblem("How many?", "shop.db", "a hint"),
    ],
)
def test_problem_comes_back_from_json(problem: Problem) -> None:
    written = trajectory(problem).to_json()
    assert Trajectory.from_json(written) == trajectory(problem)


def test_values_of_databases_come_back_from_json() -> None:
    row = (None, True, 1, 2.5, float("inf"), "text", b"\x00\xff", decimal.Decimal("1.10"), datetime.date(2024, 5, 1))
    outcome = QueryOutcome(("c",) * len(row), (row,), None, False, 0.1, ordered=True)
    turn = Turn(Program("SELECT 1", "sql"), outcome, Feedback(Verdict.UNSURE, Judge.NOBODY))
    written = trajectory(TextToSqlProblem("?", "x.db"), turn).to_json()
    assert "NaN" not in written
    assert "Infinity" not in written
    assert Trajectory.from_json(written).turns[0].outcome == outcome


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("shop.db", "shop.db"),
        ("postgresql://me:secret@host:5432/shop", "postgresql://me@host:5432/shop"),
        ("postgresql://me:12/secret@host/shop", "postgresql://me@host/shop"),
        ("postgresql://me:s@cret@host/shop?password=secret", "postgresql://me@host/shop"),
        ("mysql://host/shop", "mysql://host/shop"),
        ("postgresql://me:1?secret@host/shop", "postgresql://me@host/shop"),
    ],
)
def test_password_of_a_database_is_never_written_down(url: str, shown: str) -> None:
    problem = TextToSqlProblem("How many?", url)
    assert json.loads(trajectory(problem).to_json())["problem"]["database"] == shown
    assert "cret" not in repr(problem)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not the JSON"),
        ("[]", "not the JSON"),
        ("{}", "Field required"),
        ('{"schema_version": 3}', "newer selfdebug"),
    ],
)
def test_other_json_is_refused_in_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Trajectory.from_json(text)


@pytest.mark.parametrize("parent", [0, 1, -1])
def test_a_turn_that_corrects_none_before_it_is_refused(parent: int) -> None:
    turn = Turn(
        Program("1", "sql"),
        QueryOutcome((), (), None, False, 0.0, False),
        Feedback(Verdict.WRONG, Judge.MODEL, ""),
        parent=parent,
    )
    text = trajectory(TextToSqlProblem("f", "shop.db"), turn).to_json()
    with pytest.raises(ValueError, match="turn 0 corrects none before it"):
        Trajectory.from_json(text)


def test_unknown_feedback_kind_names_those_that_there_are() -> None:
    with pytest.raises(ValueError, match=r"choose from .*ut\+expl"):
        FEEDBACK_KINDS["ut+explanation"]


def test_fewer_calls_than_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 8"):
        Settings(samples=8, max_calls=5)

"""An exemplar reads exactly as the loop itself would have gone, had the model given the exemplar's replies."""

from __future__ import annotations

import dataclasses
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from selfdebug.applications.dialogue import exemplar_dialogue
from selfdebug.debugger import Debugger
from selfdebug.execution.calls import read_signature
from selfdebug.feedback import FEEDBACK_KINDS, FeedbackKind
from selfdebug.models import Endpoint
from selfdebug.prompts import Exemplar, exemplars
from selfdebug.settings import Settings
from selfdebug.trajectory import Ending
from tests.loop.conftest import Workshop
from tests.model_server import Body, Failure, ModelServer

CASES = [
    (application, exemplar, kind, tested)
    for application in ("text-to-sql", "text-to-python", "translation")
    for exemplar in exemplars(application)
    for kind in FEEDBACK_KINDS.values()
    for tested in (True, False)
    if kind.debugs
]


def _fits(workshop: Workshop, problem: Any, kind: FeedbackKind) -> bool:
    try:
        workshop.applications[problem.application].check(problem, kind)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("application", "exemplar", "kind", "tested"),
    CASES,
    ids=[f"{a}-{e.name.replace(' ', '_')}-{k}-{'tested' if t else 'untested'}" for a, e, k, t in CASES],
)
async def test_exemplar_is_what_the_loop_says(
    application: str, exemplar: Exemplar, kind: FeedbackKind, tested: bool, workshop: Workshop, tmp_path: Path
) -> None:
    problem: Any = exemplar.problem
    if application == "text-to-sql":
        with sqlite3.connect(tmp_path / "exemplar.db") as connection:
            connection.executescript(exemplar.database)
        problem = dataclasses.replace(problem, database=str(tmp_path / "exemplar.db"))
    elif not tested:
        problem = dataclasses.replace(problem, tests=())
    elif application == "translation" and problem.language != "python":
        signature = read_signature(problem.source.code, problem.source.language, problem.entry_point)
        problem = dataclasses.replace(problem, signature=signature)
    there = exemplar in workshop.applications[application].exemplars(problem, kind)
    if not there or not _fits(workshop, problem, kind) or (application == "text-to-sql" and not tested):
        return  # a kind that the problem cannot have, or an exemplar that is not shown for it
    known = exemplar_dialogue(workshop.applications[application], exemplar, kind, problem).messages()

    def reply(request: Body) -> str | Failure:
        own = request["messages"][1:]
        expected = [{"role": message.role, "content": message.content} for message in known[: len(own)]]
        return known[len(own)].content if own == expected else Failure(400, f"{own[-1]} is not {expected[-1:]}")

    with ModelServer(reply) as server:
        async with Endpoint("tiny", server.url) as model:
            debugger = Debugger(model, workshop.applications, Settings(feedback=kind.name, style="zero-shot", turns=9))
            trajectory = await debugger.debug(problem, exemplar.turns[0].program)
    assert trajectory.ending is Ending.CORRECT
    assert [turn.program for turn in trajectory.turns] == [
        dataclasses.replace(turn.program, code=turn.program.code) for turn in exemplar.turns
    ]
    if trajectory.exchanges:
        sent = trajectory.exchanges[-1].sent
        assert sent == known[: len(sent)]
        assert len(known) - len(sent) in (1, 2)  # the last reply, and that it is right where tests say so

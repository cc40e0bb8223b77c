"""An exemplar reads exactly as the loop itself would have gone, had the model given the exemplar's replies."""

from __future__ import annotations

import dataclasses
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from selfdebug.applications.dialogue import exemplar_dialogue
from selfdebug.applications.text_to_python.application import TextToPython
from selfdebug.applications.text_to_sql.application import TextToSql
from selfdebug.applications.translation.application import Translation
from selfdebug.debugger import Debugger
from selfdebug.execution import Sandbox
from selfdebug.execution.calls import read_signature
from selfdebug.feedback import FEEDBACK_KINDS, FeedbackKind
from selfdebug.models import Endpoint
from selfdebug.prompts import Exemplar, exemplars
from selfdebug.settings import Settings
from selfdebug.trajectory import Ending
from tests.loop.conftest import Workshop
from tests.model_server import Body, Failure, ModelServer

_APPLICATIONS: dict[str, Any] = {
    "text-to-sql": TextToSql(),
    "text-to-python": TextToPython(Sandbox()),
    "translation": Translation(Sandbox()),
}


def _asked(exemplar: Exemplar, tested: bool) -> Any:
    """The exemplar's problem as somebody would ask it, with its tests or without."""
    problem: Any = exemplar.problem
    if problem.application == "text-to-sql":
        return problem
    if not tested:
        return dataclasses.replace(problem, tests=())
    if problem.application == "translation" and problem.language != "python":
        signature = read_signature(problem.source.code, problem.source.language, problem.entry_point)
        return dataclasses.replace(problem, signature=signature)
    return problem


def _is_shown(application: str, exemplar: Exemplar, kind: FeedbackKind, tested: bool) -> bool:
    """Whether a problem like the exemplar's can have the kind, and is then shown the exemplar."""
    problem = _asked(exemplar, tested)
    try:
        _APPLICATIONS[application].check(problem, kind)
    except ValueError:
        return False
    return exemplar in _APPLICATIONS[application].exemplars(problem, kind)


CASES = [
    (application, exemplar, kind, tested)
    for application in _APPLICATIONS
    for exemplar in exemplars(application)
    for kind in FEEDBACK_KINDS.values()
    for tested in ((False,) if application == "text-to-sql" else (True, False))
    if kind.debugs and _is_shown(application, exemplar, kind, tested)
]


def test_each_application_has_cases_with_each_kind_that_it_allows() -> None:
    assert {(application, kind.name) for application, _, kind, _ in CASES} == {
        *(("text-to-sql", kind) for kind in ("simple", "expl")),
        *((name, kind) for name in ("text-to-python", "translation") for kind in FEEDBACK_KINDS if kind != "baseline"),
    }


@pytest.mark.parametrize(
    ("application", "exemplar", "kind", "tested"),
    CASES,
    ids=[f"{a}-{e.name.replace(' ', '_')}-{k}-{'tested' if t else 'untested'}" for a, e, k, t in CASES],
)
async def test_exemplar_is_what_the_loop_says(
    application: str, exemplar: Exemplar, kind: FeedbackKind, tested: bool, workshop: Workshop, tmp_path: Path
) -> None:
    problem = _asked(exemplar, tested)
    if application == "text-to-sql":
        with sqlite3.connect(tmp_path / "exemplar.db") as connection:
            connection.executescript(exemplar.database)
        problem = dataclasses.replace(problem, database=str(tmp_path / "exemplar.db"))
    known = exemplar_dialogue(workshop.applications[application], exemplar, kind, problem).messages()

    def reply(request: Body) -> str | Failure:
        own = request["messages"][1:]
        expected = [{"role": message.role, "content": message.content} for message in known[: len(own)]]
        return known[len(own)].content if own == expected else Failure(400, f"{own[-1]} is not {expected[-1:]}")

    with ModelServer(reply) as server:
        async with Endpoint("tiny", server.url) as model:
            debugger = Debugger(
                model, workshop.applications, Settings(feedback=kind.name, style="zero-shot", max_turns=9)
            )
            trajectory = await debugger.debug(problem, exemplar.turns[0].program)
    assert trajectory.ending is Ending.CORRECT
    assert [turn.program for turn in trajectory.turns] == [turn.program for turn in exemplar.turns]
    if trajectory.exchanges:
        sent = trajectory.exchanges[-1].sent
        assert sent == known[: len(sent)]
        assert len(known) - len(sent) in (1, 2)  # the last reply, and that it is right where tests say so

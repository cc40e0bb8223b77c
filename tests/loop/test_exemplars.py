"""Exemplars look as the loop does: debugged with their own replies, they give the messages that they are shown as."""

from __future__ import annotations

import pytest

from selfdebug.applications.conversation import as_block, exemplar_messages
from selfdebug.debugger import Debugger
from selfdebug.execution.errors import ToolchainMissingError
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.models import Endpoint
from selfdebug.prompts import exemplars
from selfdebug.prompts.exemplars import Exemplar
from selfdebug.settings import Settings
from selfdebug.styles import ZERO_SHOT
from selfdebug.trajectory import Ending
from tests.loop.conftest import Workshop
from tests.model_server import ModelServer
from tests.needs import skip_or_fail

KINDS = ("ut", "ut+expl", "ut+trace", "ut+recorded-trace", "ut+cause", "ut+ldb")
EACH = [
    (kind, exemplar)
    for kind in KINDS
    for application in ("text-to-python", "translation")
    for exemplar in exemplars(application)
    if exemplar.tells(FEEDBACK_KINDS[kind])
]


@pytest.mark.parametrize(("kind", "exemplar"), EACH, ids=[f"{kind}: {exemplar.name}" for kind, exemplar in EACH])
async def test_debugged_with_its_own_replies(kind: str, exemplar: Exemplar, workshop: Workshop) -> None:
    application = workshop.applications[exemplar.problem.application]
    shown = exemplar_messages(application, exemplar, FEEDBACK_KINDS[kind], exemplar.problem, ZERO_SHOT)
    replies = [message.content for message in shown if message.role == "assistant"]
    assert replies[-1] == as_block(exemplar.turns[-1].program)
    settings = Settings(feedback=kind, style="zero-shot", policy="chain")
    with ModelServer([*replies]) as server:
        async with Endpoint("tiny", server.url) as model:
            try:
                trajectory = await Debugger(model, workshop.applications, settings).debug(exemplar.problem)
            except ToolchainMissingError as error:
                skip_or_fail(str(error))
        sent = server.requests[-1]["messages"][1:]
    assert (trajectory.ending, trajectory.cost.calls) == (Ending.CORRECT, len(replies))
    assert sent == [{"role": message.role, "content": message.content} for message in shown[: len(sent)]]

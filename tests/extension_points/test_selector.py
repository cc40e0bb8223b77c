"""A selector is one file and one line: here both are in a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from selfdebug.debugger import Debugger
from selfdebug.feedback import Step
from selfdebug.messages import Message, Reply
from selfdebug.models import Endpoint
from selfdebug.selection import SELECTORS
from selfdebug.selection.base import Candidates, Choice
from selfdebug.settings import Settings
from selfdebug.trajectory import Ending, Trajectory
from tests.cli.conftest import Run
from tests.loop.conftest import Workshop
from tests.loop.scenarios import RIGHT_SQUARE, UNTESTED, WRONG_SQUARE, python
from tests.model_server import Body, ModelServer

# -- what a contributor would write into selection/ask_model.py -----------------------------------------------------

_SELECT = Step("select", "choosing a program", "words")


class AskModel:
    """Lets the model choose among programs that differ."""

    async def select(self, candidates: Candidates) -> Choice:
        programs = [sample.program.code for sample in candidates.samples if sample.program]
        text = "\n\n".join(f"Program {number}:\n{code}" for number, code in enumerate(programs))
        reply = await candidates.ask(_SELECT, (Message("user", f"{text}\n\nWhich one? Reply with its number."),), _read)
        return Choice(int(reply), f"The model chose program {reply}.")


def _read(reply: Reply) -> str:
    return reply.text.strip()


@pytest.fixture(autouse=True)
def selector() -> Iterator[None]:
    SELECTORS.add("ask-model", f"{__name__}:AskModel")  # the line in selection/__init__.py
    yield
    SELECTORS.remove("ask-model")


# -- what follows from it -------------------------------------------------------------------------------------------


async def debug(workshop: Workshop, script: list[str], **settings: Any) -> tuple[Trajectory, list[Body]]:
    with ModelServer(script) as server:
        async with Endpoint("tiny", server.url) as model:
            chosen = Settings(selector="ask-model", samples=2, feedback="baseline", style="zero-shot", **settings)
            trajectory = await Debugger(model, workshop.applications, chosen).debug(UNTESTED)
        return trajectory, server.requests


async def test_it_may_ask_the_model(workshop: Workshop) -> None:
    trajectory, requests = await debug(workshop, [python(WRONG_SQUARE), python(RIGHT_SQUARE), "1"])
    assert trajectory.answer is not None
    assert trajectory.answer.code.strip() == RIGHT_SQUARE
    assert trajectory.selection is not None
    assert (trajectory.selection.selector, trajectory.selection.chosen) == ("ask-model", 1)
    assert trajectory.selection.reason == "The model chose program 1."
    assert "Which one?" in requests[-1]["messages"][-1]["content"]
    assert [exchange.step for exchange in trajectory.exchanges] == ["generate", "generate", "select"]
    assert trajectory.cost.calls == 3
    assert Trajectory.from_json(trajectory.to_json()) == trajectory


async def test_what_it_asks_counts_against_the_budget(workshop: Workshop) -> None:
    trajectory, requests = await debug(workshop, [python(WRONG_SQUARE), python(RIGHT_SQUARE), "1"], max_calls=2)
    assert trajectory.ending is Ending.NO_DEBUGGING
    assert trajectory.answer is not None
    assert trajectory.selection is not None
    assert trajectory.selection.reason == "The selector could not choose: 2 calls were allowed."
    assert len(requests) == 1


async def test_a_choice_that_is_none_is_its_mistake(workshop: Workshop) -> None:
    with pytest.raises(ValueError, match="the selector ask-model chose sample 7 of 2"):
        await debug(workshop, [python(WRONG_SQUARE), python(RIGHT_SQUARE), "7"])


def test_the_command_line_knows_it(run: Run) -> None:
    result = run("python", "Write f.", "--selector", "dice", "--model", "nobody")
    assert result.code == 2
    assert "--selector must be one of majority-vote, codet, distinguishing, ask-model, not 'dice'" in result.err

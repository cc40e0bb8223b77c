"""A feedback kind is one line, and a template for a step of its own: here both are in a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from selfdebug.debugger import Debugger
from selfdebug.feedback import FEEDBACK_KINDS, FeedbackKind, Step
from selfdebug.models import Endpoint
from selfdebug.settings import Settings
from selfdebug.trajectory import Ending, Trajectory
from tests.loop.conftest import Workshop
from tests.loop.scenarios import RIGHT_SQUARE, SQUARE, WRONG_SQUARE, python
from tests.model_server import ModelServer


@pytest.fixture(autouse=True)
def summary(tmp_path: Path) -> Iterator[None]:
    (tmp_path / "summarise.j2").write_text("Say in five words what the {{ noun }} above does.")
    step = Step("summarise", "summarising the program", folder=tmp_path)
    FEEDBACK_KINDS.add("ut+summary", FeedbackKind("ut+summary", "five words", step, shows_tests=True))
    (tmp_path / "doubt.j2").write_text("{% include 'wrong.j2' %}\n\n\nSay in five words what is wrong.")
    doubt = Step("doubt", "saying what is wrong", folder=tmp_path)
    FEEDBACK_KINDS.add("ut+doubt", FeedbackKind("ut+doubt", "five words", shows_tests=True, diagnosing=doubt))
    yield
    FEEDBACK_KINDS.remove("ut+summary")
    FEEDBACK_KINDS.remove("ut+doubt")


@pytest.mark.parametrize("style", ["zero-shot", "few-shot"])
async def test_its_step_is_asked(style: str, workshop: Workshop) -> None:
    settings: dict[str, Any] = {"feedback": "ut+summary", "style": style}
    with ModelServer([python(WRONG_SQUARE), "It doubles the number given.", python(RIGHT_SQUARE)]) as server:
        async with Endpoint("tiny", server.url) as model:
            trajectory = await Debugger(model, workshop.applications, Settings(**settings)).debug(SQUARE)
        requests = server.requests
    assert trajectory.ending is Ending.CORRECT
    assert trajectory.turns[0].explanation == "It doubles the number given."
    assert requests[1]["messages"][-1]["content"] == "Say in five words what the program above does."
    assert requests[2]["messages"][-2]["content"] == "It doubles the number given."
    assert "gave 6, expected 9" in requests[2]["messages"][-1]["content"]
    assert Trajectory.from_json(trajectory.to_json()) == trajectory
    # No exemplar has a reply to this step, and none is shown with a reply to another one.
    assert all(exchange.exemplars == 0 for exchange in trajectory.exchanges[1:])


@pytest.mark.parametrize("style", ["zero-shot", "few-shot"])
async def test_a_step_may_come_after_the_outcome(style: str, workshop: Workshop) -> None:
    settings: dict[str, Any] = {"feedback": "ut+doubt", "style": style}
    with ModelServer([python(WRONG_SQUARE), "It doubles the number given.", python(RIGHT_SQUARE)]) as server:
        async with Endpoint("tiny", server.url) as model:
            trajectory = await Debugger(model, workshop.applications, Settings(**settings)).debug(SQUARE)
        requests = server.requests
    assert trajectory.ending is Ending.CORRECT
    assert (trajectory.turns[0].explanation, trajectory.turns[0].diagnosis) == ("", "It doubles the number given.")
    asked = requests[1]["messages"][-1]["content"]
    assert asked.endswith("-> failed: gave 6, expected 9\n\nSay in five words what is wrong.")
    assert requests[2]["messages"][-2]["content"] == "It doubles the number given."
    assert requests[2]["messages"][-1]["content"].startswith("Fix the program.")
    assert Trajectory.from_json(trajectory.to_json()) == trajectory
    # The only exemplar without a wrong program has all that such a kind tells.
    assert all(exchange.exemplars == (style == "few-shot") for exchange in trajectory.exchanges[1:])


def test_a_kind_has_an_explanation_or_a_recorded_trace() -> None:
    with pytest.raises(ValueError, match="not both"):
        FeedbackKind("both", "too much", Step("summarise", "…"), records="line")

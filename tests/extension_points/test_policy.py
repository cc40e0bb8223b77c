"""A policy is one file and one line: here both are in a test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from selfdebug.debugger import Debugger
from selfdebug.models import Endpoint
from selfdebug.policies import POLICIES
from selfdebug.policies.base import Begin
from selfdebug.settings import Settings
from selfdebug.trajectory import Turn
from tests.cli.conftest import Run
from tests.loop.conftest import Workshop
from tests.loop.scenarios import RIGHT_SQUARE, SQUARE, WRONG_SQUARE, python
from tests.model_server import ModelServer

# -- what a contributor would write into policies/fresh.py ----------------------------------------------------------


def fresh(turns: Sequence[Turn], unreadable: int) -> Begin:
    """Never correct: draw programs until one passes."""
    return Begin()


@pytest.fixture(autouse=True)
def policy() -> Iterator[None]:
    POLICIES.add("fresh", f"{__name__}:fresh")  # the line in policies/__init__.py
    yield
    POLICIES.remove("fresh")


# -- what follows from it -------------------------------------------------------------------------------------------


async def test_the_loop_follows_it(workshop: Workshop) -> None:
    with ModelServer([python(WRONG_SQUARE), python(WRONG_SQUARE), python(RIGHT_SQUARE)]) as server:
        async with Endpoint("tiny", server.url) as model:
            settings = Settings(policy="fresh", feedback="ut", style="zero-shot")
            trajectory = await Debugger(model, workshop.applications, settings).debug(SQUARE)
    assert trajectory.correct
    assert trajectory.policy == "fresh"
    assert [turn.parent for turn in trajectory.turns] == [None, None, None]
    assert len({len(exchange.sent) for exchange in trajectory.exchanges}) == 1


def test_the_command_line_has_it(run: Run) -> None:
    assert ", fresh, not 'best'" in run("python", "x", "--policy", "best").err
    with ModelServer([python(WRONG_SQUARE), python(RIGHT_SQUARE)]) as server:
        model = ["--model", "tiny", "--base-url", server.url, "--no-cache"]
        result = run("python", "Write square(n).", "--test", "assert square(3) == 9", "--policy", "fresh", *model)
    assert result.code == 0
    assert "a fresh attempt" in result.err

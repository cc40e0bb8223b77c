"""An application is one folder and one line: here the folder is `anagrams`, and the line is in the fixture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from selfdebug.api import open_debugger
from selfdebug.models import Endpoint
from selfdebug.problem import APPLICATIONS
from selfdebug.settings import Settings
from selfdebug.trajectory import Ending, Trajectory
from tests.doors.anagrams.problem import AnagramProblem
from tests.model_server import Body, ModelServer, Script


@pytest.fixture(autouse=True)
def anagrams() -> Iterator[None]:
    APPLICATIONS.add("anagrams", "tests.doors.anagrams:APPLICATION")  # the line in problem.py
    yield
    APPLICATIONS.remove("anagrams")


async def debug(script: Script, word: str, **settings: object) -> tuple[Trajectory, list[Body]]:
    with ModelServer(script) as server:
        async with (
            Endpoint("tiny", server.url) as model,
            open_debugger(model, Settings(**settings), applications=["anagrams"]) as debugger,
        ):
            trajectory = await debugger.debug(AnagramProblem(word))
        return trajectory, server.requests


async def test_its_problems_are_debugged() -> None:
    script = ["heart", "earthy", "hater", "a, e, h, r, t", "They are.\nVerdict: correct"]
    trajectory, requests = await debug(script, "earth", style="zero-shot")
    assert [turn.program.code for turn in trajectory.turns] == ["heart"]
    trajectory, requests = await debug(script[1:], "earth", style="zero-shot")
    assert (trajectory.ending, trajectory.feedback) == (Ending.CORRECT, "expl")
    assert [turn.program.code for turn in trajectory.turns] == ["earthy", "hater"]
    assert requests[0]["messages"][-1]["content"] == "Word: earth\n\nWrite an anagram of it on a line of its own."
    assert "has other letters than the word" in requests[1]["messages"][-1]["content"]
    assert Trajectory.from_json(trajectory.to_json()) == trajectory


async def test_its_exemplars_are_shown() -> None:
    _, requests = await debug("nonsense, no word", "earth", samples=2)
    roles = [message["role"] for message in requests[0]["messages"]]
    assert roles == ["system", "user", "assistant", "user"]
    assert requests[0]["messages"][1]["content"].startswith("Word: listen")
    assert requests[0]["messages"][2]["content"] == "```english\nsilent\n```"


async def test_its_samples_are_voted_on() -> None:
    trajectory, _ = await debug(["heart", "hearts", "hater"], "earth", samples=3, feedback="baseline")
    assert trajectory.selection is not None
    assert trajectory.selection.chosen == 0


async def test_a_feedback_kind_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="feedback ut makes no sense for a word"):
        await debug("never asked", "earth", feedback="ut")

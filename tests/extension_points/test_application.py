"""An application is one folder and one line: here the folder is `anagrams`, and the line is in the fixture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from selfdebug.api import open_debugger
from selfdebug.cli.asking import TerminalSolver
from selfdebug.cli.configuration import Configuration
from selfdebug.cli.main import command_line
from selfdebug.models import Endpoint
from selfdebug.problem import APPLICATIONS
from selfdebug.runs import RunStore
from selfdebug.settings import Settings
from selfdebug.trajectory import Ending, Trajectory
from selfdebug.web.asking import AskError, AskForm, AskService
from selfdebug.web.pages import Pages
from selfdebug.web.references import References
from tests.extension_points.anagrams.problem import AnagramProblem
from tests.model_server import Body, ModelServer, Script


@pytest.fixture(autouse=True)
def anagrams() -> Iterator[None]:
    APPLICATIONS.add("anagrams", "tests.extension_points.anagrams:APPLICATION")  # the line in problem.py
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


def test_it_has_a_command(home: Path) -> None:
    command = CliRunner()
    with ModelServer(["heart", "The letters are the same.", "They are.\nVerdict: correct"]) as server:
        words = ["anagram", "earth", "--model", "tiny", "--base-url", server.url, "--style", "zero-shot", "--quiet"]
        done = command.invoke(command_line(), [*words, "--feedback", "baseline"])
    assert done.stdout == "heart\n"
    shown = command.invoke(command_line(), [*words, "--show-prompt", "--no-cache"])
    assert (shown.exit_code, "Word: earth" in shown.stdout) == (0, True)
    refused = command.invoke(command_line(), [*words, "--dialect", "martian"])
    assert (refused.exit_code, refused.stderr) == (2, "selfdebug: --dialect: only British words are known.\n")
    assert "Find an anagram." in command.invoke(command_line(), ["--help"]).stdout


def test_it_has_a_form(home: Path) -> None:
    solver = TerminalSolver(Configuration(model="tiny", base_url="http://127.0.0.1:9/v1"))
    with RunStore(home / "store.db") as store:
        page = Pages(store, References(home), service=AskService(solver)).ask(AskForm("anagrams", {"word": "earth"}))
    assert re.search(r'value="anagrams" checked> An anagram', page)
    assert re.search(r'data-for="anagrams"><label for="word">Word</label>\s*<textarea [^>]*>earth</textarea>', page)
    with pytest.raises(AskError, match="Dialect: only British words are known"):
        AskService(solver).ask(AskForm("anagrams", {"word": "earth", "dialect": "martian"}))

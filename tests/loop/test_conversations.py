"""Every path of the loop: the whole conversation that is sent, and what comes of it.

The conversations stand in `conversations/`, one file a path, for people to read. After a change of the prompts, write
them anew with SELFDEBUG_WRITE_CONVERSATIONS=1 and read what changed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from selfdebug.debugger import Debugger
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.models import Endpoint
from selfdebug.problem import Program
from selfdebug.settings import Settings
from selfdebug.trajectory import Trajectory
from tests.loop.conftest import Workshop
from tests.loop.scenarios import SCENARIOS
from tests.model_server import Body, ModelServer

FOLDER = Path(__file__).parent / "conversations"


def as_text(requests: list[Body]) -> str:
    """All requests as one text; of each, what the one before it did not have already."""
    parts: list[str] = []
    before: list[dict[str, str]] = []
    for number, request in enumerate(requests, 1):
        messages = request["messages"]
        common = 0
        while common < min(len(before), len(messages)) and before[common] == messages[common]:
            common += 1
        parts.append(
            f"# Request {number}" + (f", after the first {common} messages of the one before" if common else "")
        )
        parts += [f"## {message['role']}\n\n{message['content']}" for message in messages[common:]]
        before = messages
    return "\n\n".join(parts) + "\n"


async def run(name: str, server: ModelServer, workshop: Workshop, style: str) -> Trajectory:
    scenario = SCENARIOS[name]
    problem = scenario.problem(workshop.shop) if callable(scenario.problem) else scenario.problem
    settings = Settings(feedback=scenario.feedback, style=style, **scenario.settings)
    program = Program(scenario.program, problem.language) if scenario.program else None
    async with Endpoint("tiny", server.url) as model:
        return await Debugger(model, workshop.applications, settings).debug(problem, program)


def check(name: str, requests: list[Body]) -> None:
    text = as_text(requests)
    path = FOLDER / f"{name}.md"
    if os.environ.get("SELFDEBUG_WRITE_CONVERSATIONS"):
        path.write_text(text)
    assert text == path.read_text()


@pytest.mark.parametrize("name", SCENARIOS)
async def test_whole_conversation_and_ending(name: str, workshop: Workshop) -> None:
    scenario = SCENARIOS[name]
    with ModelServer(list(scenario.replies)) as server:
        trajectory = await run(name, server, workshop, "zero-shot")
        requests = server.requests
    assert trajectory.ending is scenario.ending
    assert (trajectory.answer.code.strip() if trajectory.answer else None) == scenario.answer
    assert len(requests) == len(scenario.replies) == trajectory.cost.calls
    assert (trajectory.repairs, trajectory.regressions) == (scenario.repairs, scenario.regressions)
    assert Trajectory.from_json(trajectory.to_json()) == trajectory
    check(name, requests)


OTHER_STYLES = [
    *(("few-shot", name) for name in (
        "python-untested-expl", "python-ut+ldb", "python-ut+trace", "sql-expl", "translation-ut+cause",
        "translation-ut+expl",
    )),
    # What the embedded model was trained on: these files change with new weights, and at no other time.
    *(("embedded", name) for name in (
        "python-expl", "python-fix-unreadable", "python-several-turns", "python-simple", "python-untested-expl",
        "python-untested-simple", "python-ut", "python-ut+expl", "sql-expl", "sql-expl-error", "sql-expl-evidence",
        "sql-simple", "translation-expl", "translation-untested-expl", "translation-ut", "translation-ut+expl",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("style", "name"), OTHER_STYLES)
async def test_whole_conversation_in_another_style(style: str, name: str, workshop: Workshop) -> None:
    scenario = SCENARIOS[name]
    replies = (style == "embedded" and scenario.embedded) or scenario.replies
    with ModelServer(list(replies)) as server:
        await run(name, server, workshop, style)
        check(f"{style}/{name}", server.requests)


@pytest.mark.parametrize("name", SCENARIOS)
async def test_few_shot_is_the_same_with_exemplars_before_it(name: str, workshop: Workshop) -> None:
    scenario = SCENARIOS[name]
    conversations: dict[str, list[list[dict[str, str]]]] = {}
    for style in ("zero-shot", "few-shot"):
        with ModelServer(list(scenario.replies)) as server:
            trajectory = await run(name, server, workshop, style)
            conversations[style] = [request["messages"] for request in server.requests]
        assert trajectory.ending is scenario.ending
    for short, long in zip(conversations["zero-shot"], conversations["few-shot"], strict=True):
        assert long[0] == short[0]
        has_exemplars = short is conversations["zero-shot"][0] or not FEEDBACK_KINDS[scenario.feedback].observing
        assert (len(long) > len(short)) is has_exemplars
        assert [m["role"] for m in long[1:]] == ["user", "assistant"] * ((len(long) - 2) // 2) + ["user"]
        own = long[len(long) - len(short) + 1 :]
        # What ends an exemplar stands in one message with the problem that follows it.
        assert own[0]["content"].endswith(short[1]["content"])
        assert own[1:] == short[2:]


def test_every_conversation_on_file_belongs_to_a_path() -> None:
    files = {str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.rglob("*.md")}
    assert files == {*SCENARIOS, *(f"{style}/{name}" for style, name in OTHER_STYLES)}

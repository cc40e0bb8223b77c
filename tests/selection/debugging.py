"""How selectors' tests debug: a scripted model writes several samples, then says what the selector asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from selfdebug.debugger import Debugger
from selfdebug.models import Endpoint
from selfdebug.problem import Problem
from selfdebug.settings import Settings
from selfdebug.trajectory import Selection, Trajectory
from tests.loop.conftest import Workshop
from tests.loop.scenarios import python
from tests.model_server import Body, ModelServer, Reaction


async def select(
    workshop: Workshop, selector: str, problem: Problem, samples: Sequence[str], said: Sequence[str | Reaction] = (),
    **settings: Any,
) -> tuple[Selection, Trajectory, list[Body]]:  # fmt: skip
    """Let a selector choose.

    Args:
        workshop: the applications.
        selector: its name.
        problem: what the samples are for.
        samples: Python programs, or whole replies.
        said: what the model replies to the selector, in order; it must be asked exactly so often.
        settings: of the debugger.

    Returns:
        The choice, the trajectory, and the selector's requests.
    """
    replies = [each if "```" in each else python(each) for each in samples]
    with ModelServer([*replies, *said]) as server:
        async with Endpoint("tiny", server.url) as model:
            chosen = Settings(selector=selector, samples=len(samples), feedback="baseline", **settings)
            trajectory = await Debugger(model, workshop.applications, chosen).debug(problem)
    assert len(trajectory.exchanges) == len(samples) + len(said)
    assert trajectory.selection is not None
    assert Trajectory.from_json(trajectory.to_json()) == trajectory
    return trajectory.selection, trajectory, server.requests[1:]

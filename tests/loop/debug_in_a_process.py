"""Debugs one problem in a process of its own, which a test may kill."""

from __future__ import annotations

import asyncio
from pathlib import Path

from selfdebug.api import debug_async
from selfdebug.applications.text_to_sql.application import TextToSql
from tests.loop.scenarios import SCENARIOS

__all__ = ["TextToSql", "debug_one"]  # imported beforehand, for many processes


def debug_one(name: str, url: str, store: str, shop: str, result: str) -> None:
    """Debug the scenario's problem; the file `result` then holds the trajectory as JSON."""
    scenario = SCENARIOS[name]
    problem = scenario.problem(shop) if callable(scenario.problem) else scenario.problem
    trajectory = asyncio.run(
        debug_async(problem, "tiny", base_url=url, store=store, feedback=scenario.feedback, **scenario.settings)
    )
    Path(result).write_text(trajectory.to_json())

"""Debugs one problem in a process of its own, which a test may kill. Prints the trajectory as JSON.

python -m tests.loop.debug_in_a_process SCENARIO URL STORE SHOP
"""

from __future__ import annotations

import asyncio
import sys

from selfdebug.api import debug_async
from tests.loop.scenarios import SCENARIOS


async def main(name: str, url: str, store: str, shop: str) -> None:
    scenario = SCENARIOS[name]
    problem = scenario.problem(shop) if callable(scenario.problem) else scenario.problem
    trajectory = await debug_async(
        problem, "tiny", base_url=url, store=store, feedback=scenario.feedback, **scenario.settings
    )
    print(trajectory.to_json())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""Does runs of the tiny benchmark, also in a process of its own, which a test may kill. Not a test."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from selfdebug.applications.text_to_sql.application import TextToSql
from selfdebug.events import ignore_events
from selfdebug.models import Endpoint, StoringModel
from selfdebug.runs import Run, RunSource, RunStore, TaskResult, UnknownRunError
from selfdebug.runs.grid import Grid, items, survey
from selfdebug.runs.run import Provenance
from selfdebug.runs.runner import RunWatcher, open_runner
from selfdebug.settings import Settings
from selfdebug.storage.replies import ReplyStore
from selfdebug.trajectory import Trajectory
from tests.loop.test_killed import essence
from tests.runs import tiny

__all__ = ["TextToSql"]  # imported beforehand, for many processes

WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PROVENANCE = Provenance("0.1", "abc", "tiny", "http://x/v1", {"a": "b"}, "a machine", "none", WHEN, "selfdebug bench")


def a_run(identity: str = "tiny-1/ut", **more: Any) -> Run:
    """A run to store."""
    common = ("tiny:python", "Tiny", Settings(feedback="ut"), 10, ("easy", "hard"), ("accuracy",), ("A note.",))
    return replace(Run(identity, *common, PROVENANCE), **more)


async def do_grid(
    folder: Path,
    url: str,
    store: str | Path,
    kinds: Sequence[str] = ("baseline", "simple", "ut"),
    policies: Sequence[str] = ("restart",),
    samples: Sequence[int] = (1,),
    *,
    variant: str = "python",
    limit: int | None = None,
    programs: str = "",
    concurrency: int = 4,
    watch: RunWatcher = ignore_events,
    style: str = "zero-shot",
    name: str = "t",
) -> list[Run]:
    """Begin or resume the runs of a name."""
    benchmark = tiny.open_benchmark(folder, variant)
    with RunStore(store) as runs, ReplyStore(store) as replies:
        async with (
            StoringModel(Endpoint("tiny", url, attempts=1), replies) as model,
            open_runner(benchmark, model, runs) as runner,
        ):
            try:
                found = runs.find([name])
            except UnknownRunError:
                looked = survey(benchmark, limit, programs)
                source = RunSource(limit=limit, programs=programs)
                settings = Settings(style=style)  # type: ignore[arg-type]
                found = Grid(benchmark, settings, kinds, policies, samples, looked).runs(name, PROVENANCE, source)
                runs.create(*found)
            given = items(benchmark, limit, programs)
            await runner.run_all(found, given, concurrency=concurrency, watch=watch)
    return found


def do_in_a_process(folder: str, url: str, store: str) -> None:
    """`do_grid`, for a process."""
    asyncio.run(do_grid(Path(folder), url, store))


def what_came(store: str | Path, name: str = "t") -> dict[str, list[tuple[TaskResult, Trajectory]]]:
    """All results and trajectories of the runs of a name, less what may differ from time to time."""
    with RunStore(store) as runs:
        return {
            run.id: [
                (
                    replace(
                        result,
                        cost=replace(result.cost, seconds=0, stored_calls=0),
                        progress=tuple(replace(step, seconds=0) for step in result.progress),
                    ),
                    essence(runs.trajectory(run.id, result.task)),
                )
                for result in runs.results(run.id)
            ]
            for run in runs.find([name])
        }

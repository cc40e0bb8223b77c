"""Runs: many trajectories under one configuration, scored, stored, resumable, comparable.

    with RunStore() as store:
        for run in store.find(["mbpp-1"]):
            right = sum(result.answer.passed for result in store.results(run.id))

From the ground up: `run` (plain data), `totals`, `tables`, `finding` (lists of trajectories), `store` (the database),
`provenance`, `runner` (debugs, scores and stores), `grid` (the runs of one command).
"""

from selfdebug.runs.finding import Facets, Filters, ListedTrajectory, Order, State, Trajectories, state_of
from selfdebug.runs.grid import Survey, items, make_runs, survey
from selfdebug.runs.indices import Indices
from selfdebug.runs.provenance import changes, checksums, command, machine
from selfdebug.runs.run import Provenance, Run, RunSource, TaskResult
from selfdebug.runs.runner import (
    BenchmarkRunner,
    ResultStored,
    RunEvent,
    RunWatcher,
    TaskEnded,
    TaskRefused,
    TaskStarted,
    open_runner,
)
from selfdebug.runs.store import RunExistsError, RunStore, UnknownRunError, slug
from selfdebug.runs.totals import Totals

__all__ = [
    "BenchmarkRunner",
    "Facets",
    "Filters",
    "Indices",
    "ListedTrajectory",
    "Order",
    "Provenance",
    "ResultStored",
    "Run",
    "RunEvent",
    "RunExistsError",
    "RunSource",
    "RunStore",
    "RunWatcher",
    "State",
    "Survey",
    "TaskEnded",
    "TaskRefused",
    "TaskResult",
    "TaskStarted",
    "Totals",
    "Trajectories",
    "UnknownRunError",
    "changes",
    "checksums",
    "command",
    "items",
    "machine",
    "make_runs",
    "open_runner",
    "slug",
    "state_of",
    "survey",
]

"""Runs: many trajectories under one configuration, scored, stored, resumable, comparable.

    with RunStore() as store:
        for run in store.find(["mbpp-1"]):
            right = sum(result.answer.passed for result in store.results(run.id))

From the ground up: `run` (plain data), `tables`, `finding` (lists of trajectories), `store` (the database),
`provenance`, `runner` (debugs, scores and stores), `grid` (the runs of one command).
"""

from selfdebug.runs.finding import Filters, State
from selfdebug.runs.run import Run, RunSource, TaskResult, Totals
from selfdebug.runs.store import RunStore, UnknownRunError

__all__ = ["Filters", "Run", "RunSource", "RunStore", "State", "TaskResult", "Totals", "UnknownRunError"]

"""Run the first programs, for selectors to compare."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from selfdebug.applications.base import Application
from selfdebug.applications.reading import UnreadableReplyError
from selfdebug.feedback import Judge, Verdict
from selfdebug.outcome import Outcome
from selfdebug.problem import Problem, Program
from selfdebug.query_outcome import QueryOutcome
from selfdebug.trajectory import Sample


async def run_samples(
    application: Application[Any], problem: Problem, programs: Sequence[Program | UnreadableReplyError]
) -> tuple[tuple[Sample, ...], dict[Program, Outcome | QueryOutcome]]:
    """Run each distinct program once.

    Returns:
        One sample for each reply, in their order, and what each program gave.
    """
    distinct = list(dict.fromkeys(program for program in programs if isinstance(program, Program)))
    try:
        async with asyncio.TaskGroup() as group:  # one that cannot be run ends the others
            tasks = [group.create_task(application.execute(problem, program)) for program in distinct]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    outcomes = {program: task.result() for program, task in zip(distinct, tasks, strict=True)}

    def sample_of(program: Program) -> Sample:
        outcome = outcomes[program]
        feedback = application.execution_feedback(problem, outcome)
        accepted = feedback.verdict is Verdict.CORRECT if feedback and feedback.judge is Judge.TESTS else None
        is_faulty = feedback is not None and feedback.judge is Judge.EXECUTION
        return Sample(program, "", application.parses(program), outcome.ran and not is_faulty, accepted, outcome.key)

    return tuple(sample_of(p) if isinstance(p, Program) else Sample(None, str(p)) for p in programs), outcomes

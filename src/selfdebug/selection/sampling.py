"""Run the first programs, for selectors to compare."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from selfdebug.applications.base import Application
from selfdebug.applications.reading import UnreadableReplyError
from selfdebug.feedback import Judge, Verdict
from selfdebug.problem import Problem, Program
from selfdebug.trajectory import Sample


async def run_samples(
    application: Application[Any], problem: Problem, programs: Sequence[Program | UnreadableReplyError]
) -> tuple[Sample, ...]:
    """Run each distinct program once; one sample for each reply, in their order."""

    async def run(program: Program) -> Sample:
        outcome = await application.execute(problem, program)
        feedback = application.judge(problem, outcome)
        accepted = feedback.verdict is Verdict.CORRECT if feedback and feedback.judge is Judge.TESTS else None
        return Sample(program, "", application.parses(program), outcome.ran, accepted, outcome.key)

    distinct = list(dict.fromkeys(program for program in programs if isinstance(program, Program)))
    try:
        async with asyncio.TaskGroup() as group:  # one that cannot be run ends the others
            tasks = {program: group.create_task(run(program)) for program in distinct}
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    known = {program: task.result() for program, task in tasks.items()}
    return tuple(known[p] if isinstance(p, Program) else Sample(None, str(p)) for p in programs)

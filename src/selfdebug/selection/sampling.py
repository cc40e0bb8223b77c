"""Run the first programs, for selectors to compare: against the shown tests, and against further ones."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar

from selfdebug.applications.base import Application
from selfdebug.applications.reading import UnreadableReplyError
from selfdebug.feedback import Judge, Verdict
from selfdebug.outcome import Outcome, Status, TestOutcome
from selfdebug.problem import Problem, Program
from selfdebug.query_outcome import QueryOutcome
from selfdebug.selection.base import Candidates
from selfdebug.trajectory import Sample
from selfdebug.unit_tests import UnitTest

T = TypeVar("T")

_MOST_RUNS = 3


async def run_samples(
    application: Application[Any], problem: Problem, programs: Sequence[Program | UnreadableReplyError]
) -> tuple[tuple[Sample, ...], dict[Program, Outcome | QueryOutcome]]:
    """Run each distinct program once.

    Returns:
        One sample for each reply, in their order, and what each program gave.
    """
    readable = (program for program in programs if isinstance(program, Program))
    outcomes = await _run_each(readable, lambda program: application.execute(problem, program))

    def sample_of(program: Program) -> Sample:
        outcome = outcomes[program]
        feedback = application.execution_feedback(problem, outcome)
        accepted = feedback.verdict is Verdict.CORRECT if feedback and feedback.judge is Judge.TESTS else None
        is_faulty = feedback is not None and feedback.judge is Judge.EXECUTION
        return Sample(program, "", application.parses(program), outcome.ran and not is_faulty, accepted, outcome.key)

    return tuple(sample_of(p) if isinstance(p, Program) else Sample(None, str(p)) for p in programs), outcomes


async def run_further_tests(
    candidates: Candidates, programs: Iterable[Program], tests: Sequence[UnitTest]
) -> dict[Program, tuple[TestOutcome, ...]]:
    """Run each distinct program against tests that the problem does not show.

    Args:
        candidates: what they were written for.
        programs: which of them.
        tests: at least one.

    Returns:
        For each program one outcome a test.
    """
    problem: Any = candidates.problem

    async def run(program: Program) -> tuple[TestOutcome, ...]:
        ended: dict[int, TestOutcome] = {}
        left = list(range(len(tests)))
        for _ in range(_MOST_RUNS):  # one that takes too long takes the time of those after it, which it should not
            further = dataclasses.replace(problem, tests=tuple(tests[i] for i in left))
            outcome = await candidates.application.execute(further, program)
            assert isinstance(outcome, Outcome)
            ended.update(zip(left, outcome.tests, strict=True))
            left = [i for i in left if ended[i].status is Status.NOT_RUN]
            if outcome.error is not None or not left:
                break
        return tuple(ended[i] for i in range(len(tests)))

    return await _run_each(programs, run)


async def _run_each(programs: Iterable[Program], run: Callable[[Program], Coroutine[Any, Any, T]]) -> dict[Program, T]:
    """Run each distinct program once, side by side."""
    distinct = list(dict.fromkeys(programs))
    try:
        async with asyncio.TaskGroup() as group:  # one that cannot be run ends the others
            tasks = [group.create_task(run(program)) for program in distinct]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return {program: task.result() for program, task in zip(distinct, tasks, strict=True)}

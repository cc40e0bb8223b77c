"""Debugs and scores the tasks of a benchmark under several configurations, and stores what is done.

Task by task through all configurations: whenever it stops, all have been tried on the same tasks. Their first programs
come from equal requests, of which the reply store makes one. Nothing is kept of a task that is done, so memory does not
grow with their number.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from selfdebug.api import doubt_of, needs_sandbox, open_applications
from selfdebug.applications.base import Application
from selfdebug.benchmarks import Benchmark, Failure, Score, Scorer, Task
from selfdebug.debugger import Debugger
from selfdebug.events import Answered, Event, ignore_events
from selfdebug.execution import Sandbox
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.models import Model, RefusedRequestError
from selfdebug.problem import Program
from selfdebug.prompts import Exemplar, solved
from selfdebug.runs.run import Progress, Run, TaskResult
from selfdebug.runs.store import RunStore
from selfdebug.trajectory import Trajectory, best_program, cost_of

_REFUSED_TASKS = 20
"""So many tasks that a server refuses, without one reply, are not odd tasks: it takes no request as things are."""


@dataclass(frozen=True, slots=True)
class TaskStarted:
    """A task is at work."""

    task: Task


@dataclass(frozen=True, slots=True)
class ResultStored:
    """A task is done under one configuration, and stored."""

    run_id: str
    result: TaskResult


@dataclass(frozen=True, slots=True)
class TaskRefused:
    """The server does not take a request of a task: it is left out, and tried again when the run is resumed."""

    run_id: str
    task: Task
    reason: str


@dataclass(frozen=True, slots=True)
class TaskEnded:
    """A task is no longer at work."""

    task: Task


QUERIES_ONLY = "read-only databases"
"""What isolates where no program runs."""

RunEvent: TypeAlias = TaskStarted | ResultStored | TaskRefused | TaskEnded | Event
RunWatcher: TypeAlias = Callable[[RunEvent], None]


@asynccontextmanager
async def open_runner(
    benchmark: Benchmark, model: Model, store: RunStore, *, unsafe: bool = False
) -> AsyncIterator[BenchmarkRunner]:
    """Open what running a benchmark needs: one sandbox for debugging and scoring, applications, the scorer.

    Args:
        benchmark: where the tasks come from.
        model: what to ask; it stays the caller's. One that does not remember its replies pays first programs again
            under each configuration, and they may differ.
        store: where runs are; it stays the caller's.
        unsafe: run programs without isolation, with your permissions.

    Raises:
        ExecutionError: programs cannot be isolated here.
        BenchmarkError: something that scoring needs is missing.
    """
    async with AsyncExitStack() as stack:
        sandbox = Sandbox(unsafe=unsafe)
        if needs_sandbox(benchmark.applications):
            await stack.enter_async_context(sandbox)
        applications = await stack.enter_async_context(open_applications(benchmark.applications, sandbox))
        scorer = await stack.enter_async_context(benchmark.open_scorer(sandbox))
        isolation = sandbox.isolation if needs_sandbox(benchmark.applications) else QUERIES_ONLY
        exemplars = [
            solved(f"{benchmark.name} {task.id}", task.problem, task.reference.program) for task in benchmark.exemplars
        ]
        yield BenchmarkRunner(model, applications, scorer, store, isolation, exemplars)


@dataclass(frozen=True)
class BenchmarkRunner:
    """Debugs and scores tasks for several runs. Use `open_runner`.

    Attributes:
        applications: by name, those of the tasks.
        isolation: of the programs: ``bubblewrap``, ``landlock`` or ``none``; `QUERIES_ONLY` where there are none.
        first_exemplars: those that the benchmark prescribes for first programs, such as MBPP's three; most prescribe
            none.
    """

    model: Model
    applications: Mapping[str, Application[Any]]
    scorer: Scorer
    store: RunStore
    isolation: str
    first_exemplars: Sequence[Exemplar] = ()

    async def run_all(
        self,
        runs: Sequence[Run],
        items: Iterable[tuple[Task, Program | None]],
        *,
        concurrency: int = 16,
        watch: RunWatcher = ignore_events,
    ) -> None:
        """Do what is not done yet of each run.

        Args:
            runs: the configurations, as they are stored.
            items: the tasks, each with the first program to start from, if one is given.
            concurrency: how many tasks are at work at one time.
            watch: is told each event as it happens.

        Raises:
            ModelError, StoreError, ExecutionError, DatabaseError, BenchmarkError: it cannot go on. What is done is
                stored; called again, it goes on from there.
        """
        configured = [_ConfiguredRun(self, run) for run in runs]
        waiting = iter(items)
        relay = _Relay(watch)

        async def work() -> None:
            for task, program in waiting:
                due = [each for each in configured if task.index not in each.done]
                if due:
                    watch(TaskStarted(task))
                    await self._work(_Scores(self.scorer, task), program, due, relay)
                    watch(TaskEnded(task))

        try:
            async with asyncio.TaskGroup() as group:  # an error ends all the others
                for _ in range(concurrency):
                    group.create_task(work())
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None

    async def _work(
        self, scores: _Scores, program: Program | None, due: Sequence[_ConfiguredRun], relay: _Relay
    ) -> None:
        """One task through all configurations."""
        for each in due:
            run_id, task = each.run.id, scores.task
            try:
                trajectory = await each.debugger_for(task).debug(task.problem, program, watch=relay)
            except RefusedRequestError as error:
                if relay.refuses_all(task):
                    raise
                relay(TaskRefused(run_id, task, str(error)))
                continue
            result = await scores.result(trajectory)
            await self.store.add(run_id, result, trajectory)
            relay(ResultStored(run_id, result))


class _ConfiguredRun:
    """A run with its debugger, and what was done of it before."""

    def __init__(self, runner: BenchmarkRunner, run: Run) -> None:
        self.run, self.done = run, runner.store.done(run.id)
        self._debugger, self._baseline = (
            Debugger(
                runner.model,
                runner.applications,
                replace(run.settings, feedback=kind),
                first_exemplars=runner.first_exemplars,
                doubt=doubt_of(runner.model),
            )
            for kind in (run.settings.feedback, "baseline")
        )

    def debugger_for(self, task: Task) -> Debugger:
        """Where the feedback kind does not fit the problem, its first program is its answer."""
        fits = fitting(task, self.run.settings.kind_for(task.problem).name)
        return self._debugger if fits else self._baseline


def fitting(task: Task, kind: str) -> bool:
    """Whether a feedback kind makes sense for a task."""
    try:
        task.problem.check(FEEDBACK_KINDS[kind])
    except ValueError:
        return False
    return True


class _Relay:
    """Passes on what happens, and notices whether the server replies at all."""

    def __init__(self, watch: RunWatcher) -> None:
        self._watch = watch
        self._server_replies = False
        self._refused: set[int] = set()

    def __call__(self, event: RunEvent) -> None:
        self._server_replies = self._server_replies or isinstance(event, Answered)
        self._watch(event)

    def refuses_all(self, task: Task) -> bool:
        """Whether the server seems to take no request at all, now that it refused one of a task.

        A few odd tasks may be the first ones, and a server refuses sooner than it replies.
        """
        if not self._server_replies:
            self._refused.add(task.index)
        return not self._server_replies and len(self._refused) >= _REFUSED_TASKS


class _Scores:
    """Scores of one task's programs, each distinct program once."""

    def __init__(self, scorer: Scorer, task: Task) -> None:
        self._scorer, self.task = scorer, task
        self._known: dict[Program, Score] = {}

    async def result(self, trajectory: Trajectory) -> TaskResult:
        """What is kept of the task besides its trajectory."""
        answer = trajectory.answer or Program("", self.task.problem.language)  # what is no program passes nothing
        samples = [sample.program for sample in trajectory.samples]
        programs = dict.fromkeys((*(turn.program for turn in trajectory.turns), answer, *filter(None, samples)))
        if new := [program for program in programs if program not in self._known]:
            scores = await self._scorer.score([(self.task, program) for program in new])
            self._known |= zip(new, scores, strict=True)
        score = self._known[answer]
        if trajectory.answer is None:
            reason = f"{trajectory.ending}: {trajectory.detail}" if trajectory.detail else str(trajectory.ending)
            score = replace(score, passed=False, failure=Failure.NO_PROGRAM, reason=" ".join(reason.split()))
        return TaskResult(
            index=self.task.index,
            task=self.task.id,
            category=self.task.category,
            scores=tuple(self._known[turn.program] for turn in trajectory.turns),
            answer=score,
            judged_correct=trajectory.correct,
            ending=str(trajectory.ending),
            selected=trajectory.selection.chosen if trajectory.selection else None,
            sample_passed=tuple(program is not None and self._known[program].passed for program in samples),
            cost=trajectory.cost,
            progress=tuple(self._progress(trajectory, number) for number in range(1, len(trajectory.turns) + 1)),
        )

    def _progress(self, trajectory: Trajectory, number: int) -> Progress:
        """How far it had come with its first turns, so many; with all of them, as far as it came."""
        turns, exchanges = trajectory.turns[:number], trajectory.exchanges
        answer, cost = best_program(turns), cost_of(exchanges[: turns[-1].replies])
        if number == len(trajectory.turns):
            answer, cost = trajectory.answer, cost_of(exchanges)
        passed = answer is not None and self._known[answer].passed
        return Progress(passed, cost.calls, cost.prompt_tokens + cost.completion_tokens, cost.seconds)

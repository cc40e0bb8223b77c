"""A grid of configurations over a benchmark: which tasks there are, which feedback kinds fit, and its runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from pathlib import Path

from selfdebug.benchmarks import Benchmark, Task
from selfdebug.benchmarks.programs_file import ProgramsFileError, read_programs
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.problem import Program
from selfdebug.runs.run import Provenance, Run, RunSource, configuration_name
from selfdebug.runs.runner import fitting
from selfdebug.settings import Settings

DEFAULT_KINDS = ("baseline", "simple", "ut", "ut+expl")
"""The paper's for programs, less its traces."""
DEFAULT_KINDS_WITHOUT_TESTS = ("baseline", "simple", "execution", "expl")
"""And those for SQL, with what running a query shows alone: small models gain from it most (docs/real-models.md)."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a grid would meet.

    Attributes:
        tasks: how many will be debugged.
        missing: how many, before the last of these, cannot be scored here.
        reason: why the first of them cannot.
        unfit: for each feedback kind, how many of the tasks it does not fit.
    """

    tasks: int
    missing: int
    reason: str
    unfit: Mapping[str, int]

    @property
    def fitting(self) -> tuple[str, ...]:
        """The feedback kinds that fit some task."""
        return tuple(kind for kind, count in self.unfit.items() if count < self.tasks)

    @property
    def default_kinds(self) -> tuple[str, ...]:
        """Those to run unless somebody chooses."""
        return DEFAULT_KINDS if set(DEFAULT_KINDS) <= set(self.fitting) else DEFAULT_KINDS_WITHOUT_TESTS


def items(
    benchmark: Benchmark, limit: int | None = None, programs: str | Path = "", skip: int = 0
) -> Iterator[tuple[Task, Program | None]]:
    """The tasks that can be scored, one at a time, each with its first program if given.

    Args:
        benchmark: where they come from.
        limit: how many at most.
        programs: a file of first programs, one a task; tasks without one are left out.
        skip: how many of the first ones are left out.
    """
    scored = (item for item in _all_items(benchmark, programs) if not item[0].missing)
    return islice(scored, skip, None if limit is None else skip + limit)


def _all_items(benchmark: Benchmark, programs: str | Path) -> Iterator[tuple[Task, Program | None]]:
    if programs:
        return read_programs(Path(programs), benchmark)
    return ((task, None) for task in benchmark.tasks())


def survey(benchmark: Benchmark, limit: int | None = None, programs: str | Path = "", skip: int = 0) -> Survey:
    """Look through all tasks before anything is asked; the arguments are those of `items`.

    Raises:
        DataError: the data is damaged.
        ProgramsFileError: so is the file of first programs, or it has several for a task.
    """
    count = missing = 0
    reason = ""
    unfit = dict.fromkeys(FEEDBACK_KINDS, 0)
    seen: set[int] = set()
    for task, program in _all_items(benchmark, programs):
        if count == limit:
            break
        if task.index in seen:
            raise ProgramsFileError(f"{programs} has several programs for {task.id}: give one per task to start from.")
        if program is not None:
            seen.add(task.index)
        if task.missing:
            missing += 1
            reason = reason or task.missing
            continue
        if skip:
            skip -= 1
            continue
        count += 1
        for kind in unfit:
            unfit[kind] += not fitting(task, kind)
    return Survey(count, missing, reason, unfit)


@dataclass(frozen=True, slots=True)
class Grid:
    """Configurations over a benchmark: each feedback kind with each policy and each number of samples.

    Attributes:
        benchmark: what is run.
        settings: what all have in common; feedback, policy and samples are set by `runs`.
        kinds, policies, samples: what they differ in. What does not debug has no policy.
        surveyed: what there is to know of the tasks.
    """

    benchmark: Benchmark
    settings: Settings
    kinds: Sequence[str]
    policies: Sequence[str]
    samples: Sequence[int]
    surveyed: Survey

    def runs(self, name: str, provenance: Provenance, source: RunSource) -> list[Run]:
        """A run for each configuration.

        Args:
            name: that they share.
            provenance, source: where they come from.

        Raises:
            ValueError: settings and a number of samples do not go together.
        """
        settings = self.settings.for_model(provenance.model)
        return [
            Run(
                id=f"{name}/{configuration_name(kind, policy, number)}",
                benchmark=self.benchmark.name,
                title=self.benchmark.title,
                settings=replace(settings, feedback=kind, policy=policy, samples=number),
                tasks=self.surveyed.tasks,
                categories=tuple(self.benchmark.categories),
                metrics=tuple(self.benchmark.metrics),
                notes=(*self.benchmark.shown, *self.benchmark.notes, *self._notes(kind, source)),
                provenance=provenance,
                source=replace(source, missing=self.surveyed.missing),
            )
            for number, kind, policy in product(self.samples, self.kinds, self.policies)
            if FEEDBACK_KINDS[kind].debugs or policy == self.policies[0]
        ]

    def _notes(self, kind: str, source: RunSource) -> Iterator[str]:
        tasks, missing, unfit = self.surveyed.tasks, self.surveyed.missing, self.surveyed.unfit[kind]
        if source.skip:
            yield f"Limited to tasks {source.skip + 1} to {source.skip + tasks} of {len(self.benchmark)}."
        elif source.limit is not None and tasks + missing < len(self.benchmark):
            yield f"Limited to the first {tasks} of {len(self.benchmark)} tasks."
        if missing:
            was = "task was" if missing == 1 else "tasks were"
            yield f"{missing} {was} left out because they cannot be scored here ({self.surveyed.reason})."
        if source.programs:
            yield f"The first programs were given, in {Path(source.programs).name}; the model wrote none of them."
        if unfit:
            yield (
                f"Tasks that feedback {kind} does not fit: {unfit} of {tasks}. Their first programs are their answers."
            )
        if source.unsafe:
            yield "Programs ran without isolation."

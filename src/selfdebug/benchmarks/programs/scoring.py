"""Scores from outcomes, and the scorer of every benchmark whose tests run as they are.

EvalPlus's scorer is another one (`evalplus`): its tests are inputs, and what is expected comes from a reference.
"""

import asyncio
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import ClassVar

from selfdebug.benchmarks.benchmark import Benchmark, Failure, Score, Task
from selfdebug.benchmarks.records import Record, records
from selfdebug.execution import Limits, RunOptions, Sandbox, UnitTest
from selfdebug.outcome import Outcome, ProgramError, Status, TestOutcome
from selfdebug.problem import Program

_REASON = 200  # characters


@dataclass(frozen=True, slots=True)
class TestedReference:
    """A gold program and the official tests.

    Attributes:
        program: the gold program.
        tests: all of them.
        setup: Python test code that runs before the tests.
        prelude: code before the program, such as the evaluator's imports; its lines do not count as the program's in
            Python only.
        limits: for a program with all its tests.
        adapt: what must be done to a program's code before it runs here.
        quiet: a program that writes anything fails: of JavaScript, whose assertions only write.
    """

    __test__ = False

    program: Program
    tests: tuple[UnitTest, ...]
    setup: str = ""
    prelude: str = ""
    limits: Limits = field(default_factory=Limits)
    adapt: Callable[[str], str] | None = None
    quiet: bool = False


class ProgramScorer(AbstractAsyncContextManager["ProgramScorer"], ABC):
    """A scorer whose programs run in a sandbox.

    Args:
        sandbox: where they run; it stays the caller's.

    Attributes:
        metrics: what its scores have, the main one first.
    """

    metrics: ClassVar[tuple[str, ...]]

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __aexit__(self, *_: object) -> None:
        """Nothing of its own is open."""

    async def score(self, items: Sequence[tuple[Task, Program]]) -> list[Score]:
        # Not all at once: what each holds meanwhile, such as a compiled program, must not add up.
        places = asyncio.Semaphore(2 * (os.cpu_count() or 1) + 2)

        async def score_in_turn(task: Task, program: Program) -> Score:
            async with places:
                if not program.code.strip():
                    reason = "there is no program"
                    return Score(False, Failure.NO_PROGRAM, reason, dict.fromkeys(self.metrics, False))
                return await self._score(task, program)

        try:
            async with asyncio.TaskGroup() as group:  # one that cannot be scored ends the others
                tasks = [group.create_task(score_in_turn(*item)) for item in items]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return [task.result() for task in tasks]

    @abstractmethod
    async def _score(self, task: Task, program: Program) -> Score:
        """Score a program that is not empty."""


class TestsScorer(ProgramScorer):
    """Runs programs against the tests of their references: a program passes if it passes all of them."""

    __test__ = False
    metrics = ("tests",)

    async def _score(self, task: Task, program: Program) -> Score:
        reference = task.reference
        assert isinstance(reference, TestedReference)
        code, prelude = program.code, reference.prelude
        if reference.program.language != "python":
            code, prelude = prelude + code, ""
        if reference.adapt is not None:
            code = reference.adapt(code)
        options = RunOptions(reference.limits, reference.setup, prelude)
        outcome = await self._sandbox.run(Program(code, reference.program.language), reference.tests, options)
        wrong = failure(outcome)
        written = outcome.stdout.text or outcome.stderr.text
        if wrong is None and reference.quiet and written:
            wrong = Failure.WRONG, one_line(f"wrote {written!r}")
        if wrong is None:
            return Score(True, metrics={"tests": True}, protected=outcome.protected)
        return Score(False, *wrong, metrics={"tests": False}, protected=outcome.protected)


def benchmark_of_programs(
    name: str,
    title: str,
    path: Path,
    read_task: Callable[[int, Record], Task],
    scorer: type[ProgramScorer] = TestsScorer,
    *,
    application: str = "text-to-python",
    notes: tuple[str, ...] = (),
    shown: tuple[str, ...],
) -> Benchmark:
    """A benchmark whose tasks are the records of one file; see `Benchmark`. A task is read from index and record."""
    return Benchmark(
        name=name,
        title=title,
        applications=(application,),
        files=(path,),
        read_tasks=lambda: map(read_task, count(), records(path)),
        open_scorer=scorer,
        metrics=scorer.metrics,
        notes=notes,
        shown=shown,
    )


def failure(outcome: Outcome) -> tuple[Failure, str] | None:
    """What is wrong with a program, in a word and in a line; `None` if it passed."""
    if outcome.error is not None:
        return _KINDS.get(outcome.error.type, Failure.UNLOADABLE), one_line(described(outcome.error))
    return next((_of_test(test) for test in outcome.tests if not test.passed), None)


def _of_test(test: TestOutcome) -> tuple[Failure, str]:
    shown = (test.assertion or test.test).strip()
    if test.error is not None and "\n" in shown:
        shown = ""  # a whole driver says nothing in a line
    if test.status is Status.FAILED:
        gave = f": gave {test.actual}" if test.actual not in (None, "False") else ""
        return Failure.WRONG, one_line(f"{shown}{gave}")
    if test.status is Status.TIMED_OUT:
        return Failure.TIMED_OUT, one_line(f"timed out in {shown}" if shown else "timed out")
    error = test.error or ProgramError("Error", str(test.status))
    where = f" in {shown}" if shown else ""
    written = test.output.text if test.output is not None else ""
    if "--- FAIL" in written:  # Go's tests write what was wrong, and go on
        return Failure.WRONG, one_line(next((s for s in written.splitlines() if "should be" in s), described(error)))
    panicked = re.search(r"panicked at .*?(?=\nnote:|\n\n|\Z)", written, re.S)
    if panicked is not None:  # Rust's tests write it for their process, which only ends with a code
        return Failure.WRONG if "assertion" in panicked[0] else Failure.ERROR, one_line(panicked[0])
    if error.type == "AssertionError" or error.message.lower().startswith("assertion"):
        return Failure.WRONG, one_line(f"{described(error)}{where}")
    return _KINDS.get(error.type, Failure.ERROR), one_line(f"{described(error)}{where}")


_TOO_LARGE = ("MemoryError", "OutOfMemory", "OutOfMemoryError")
_KINDS = {"Timeout": Failure.TIMED_OUT, **dict.fromkeys(_TOO_LARGE, Failure.TOO_LARGE)}


def described(error: ProgramError) -> str:
    """An error in words: ``TypeError: … in line 3``."""
    text = f"{error.type}: {error.message}" if error.message else error.type
    return text if error.line is None else f"{text} in line {error.line}"


def one_line(text: str) -> str:
    """A text in one line that is not too long."""
    text = " ".join(text.split())
    return text if len(text) <= _REASON else f"{text[: _REASON - 1]}…"

"""How each kind of test is put to a program. A new kind is a runner and a line in a table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from selfdebug.execution import pytest_files, reports
from selfdebug.execution.calls import running
from selfdebug.execution.executor import Executor
from selfdebug.execution.options import RunOptions
from selfdebug.languages.base import Language
from selfdebug.outcome import Outcome
from selfdebug.unit_tests import Assertion, Call, Driver, InputOutput, PytestFile, UnitTest


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """A program that is run.

    Attributes:
        executor: where.
        code: its source.
        language: its language.
        options: how.
        protected_only: do not run a test whose verdict the program could decide.
    """

    executor: Executor
    code: str
    language: Language
    options: RunOptions
    protected_only: bool = False


Runner = Callable[[ProgramRun, Sequence[Any]], Awaitable[Outcome]]
"""Runs a program against tests of one kind: one `TestOutcome` a test comes back."""


async def _judged(run: ProgramRun, tests: Sequence[Assertion | Call]) -> Outcome:
    return await run.executor.judge(run.code, tests, run.options, protected_only=run.protected_only)


async def _typed_calls(run: ProgramRun, tests: Sequence[Call]) -> Outcome:
    """Calls of a Python program whose types are known: values are compared in the forms that these give."""
    assert run.options.signature is not None
    return await running.run_python(run.executor, run.code, tests, run.options.signature, run.options)


async def _compiled_call(run: ProgramRun, tests: Sequence[Call]) -> Outcome:
    (test,) = tests
    options, executor = run.options, run.executor
    (given,) = await running.evaluate(executor, run.language, run.code, tests, options.signature, options.limits)
    settled = running.settle(test, given, options.signature, executor.isolation)
    return replace(given.outcome, tests=(settled,))


async def _input_output(run: ProgramRun, tests: Sequence[InputOutput]) -> Outcome:
    (test,) = tests
    return await _whole_process(run, test, stdin=test.stdin, stdout_bytes=reports.compared_bytes(test))


async def _driver(run: ProgramRun, tests: Sequence[Driver]) -> Outcome:
    if run.protected_only:
        return reports.unprotected(tests, run.executor.isolation)
    (test,) = tests
    return await _whole_process(run, test, driver=test.code)


async def _pytest(run: ProgramRun, tests: Sequence[PytestFile]) -> Outcome:
    if run.protected_only:
        return replace(reports.unprotected(tests, run.executor.isolation), error=None)
    return await pytest_files.run(run.executor, run.code, tests, run.options)


async def _whole_process(
    run: ProgramRun, test: UnitTest, *, driver: str | None = None, stdin: str = "", stdout_bytes: int | None = None
) -> Outcome:  # fmt: skip
    """A test that needs a process of its own, and looks at how it ends."""
    if run.language.is_warm:
        code = run.code if driver is None else f"{run.code}\n{driver}"
        outcome = await run.executor.run_script(code, run.options, stdin=stdin, stdout_bytes=stdout_bytes)
    else:
        executed = await run.executor.execute(
            run.language, run.language.build(run.code, driver), run.options.limits, stdin=stdin,
            stdout_bytes=stdout_bytes,
        )  # fmt: skip
        outcome = executed.outcome
        if not executed.compiled:
            return replace(outcome, tests=(reports.not_run(test, outcome.error),))
    return replace(outcome, tests=(reports.script_outcome(test, outcome, run.options.limits),))


_PYTHON: dict[type, Runner] = {
    Assertion: _judged, Call: _judged, InputOutput: _input_output, Driver: _driver, PytestFile: _pytest,
}  # fmt: skip
_COMPILED: dict[type, Runner] = {Call: _compiled_call, InputOutput: _input_output, Driver: _driver}
_TOGETHER = (_typed_calls, _judged, _pytest)  # one process for many tests; these come first, in this order


def _runner(run: ProgramRun, test: UnitTest) -> Runner:
    python = run.language.is_warm
    if python and isinstance(test, Call) and run.options.signature is not None:
        return _typed_calls
    runner = (_PYTHON if python else _COMPILED).get(type(test))
    if runner is None:
        raise TypeError(
            f"{type(test).__name__} tests Python; for {run.language.title} give a Call, an InputOutput or a Driver."
        )
    return runner


async def run_tests(run: ProgramRun, tests: Sequence[UnitTest]) -> Outcome:
    """Run a program against tests of any kinds.

    Raises:
        TypeError: a test is of a kind that the language does not have.
    """
    groups: dict[tuple[int, int], list[int]] = {}
    runners = [_runner(run, test) for test in tests]
    for index, runner in enumerate(runners):
        rank = _TOGETHER.index(runner) if runner in _TOGETHER else len(_TOGETHER)
        groups.setdefault((rank, 0 if rank < len(_TOGETHER) else index), []).append(index)
    parts = []
    for (rank, _), indices in sorted(groups.items()):
        part = run if len(indices) == len(tests) else replace(run, options=_only(run.options, indices))
        outcome = await runners[indices[0]](part, [tests[i] for i in indices])
        if rank < len(_TOGETHER) and len(indices) == len(tests):
            return outcome
        parts.append((indices, outcome))
    return reports.joined(parts)


def _only(options: RunOptions, indices: list[int]) -> RunOptions:
    """Options for some of the tests: a trace counts among these."""
    trace = options.trace
    if trace is not None:
        trace = replace(trace, test=indices.index(trace.test)) if trace.test in indices else None
    return replace(options, trace=trace)


async def run_without_tests(run: ProgramRun) -> Outcome:
    """Run a program as a script; or compile it as for calls, where a signature is known."""
    options, executor = run.options, run.executor
    if run.language.is_warm:
        return await executor.run_script(run.code, options, stdin=options.stdin)
    if options.signature is not None and run.language.is_compiled:
        return await running.compiles(executor, run.language, run.code, options.signature, options.limits)
    build = run.language.build(run.code, None)
    return (await executor.execute(run.language, build, options.limits, stdin=options.stdin)).outcome

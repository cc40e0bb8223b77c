"""Tests that pytest runs: the file of tests and the program go to a process of their own, and its results come back.

What happens there is `inside.pytest_file`. The verdicts are not protected.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from selfdebug.execution import reports
from selfdebug.execution.executor import Executor
from selfdebug.execution.inside import pytest_file
from selfdebug.execution.isolation import INSIDE, interpreter, site_folders
from selfdebug.execution.limits import Limits
from selfdebug.languages.base import Build
from selfdebug.languages.python import PYTHON
from selfdebug.outcome import Outcome, ProgramError, Status, TestOutcome
from selfdebug.unit_tests import PytestFile


async def run(
    sandbox: Executor, program: str, tests: Sequence[PytestFile], limits: Limits, *, prelude: str = "",
    protected_only: bool = False,
) -> Outcome:  # fmt: skip
    """Run a program against tests of files that pytest runs: one process a file.

    Args:
        sandbox: where to run.
        program: its source.
        tests: of one file or several.
        limits: for each file.
        prelude: Python that runs before the program in its namespace.
        protected_only: run none of them, as the program could decide their verdicts.

    Returns:
        One outcome a test; of a test with several variants, of the one that says the most.
    """
    if protected_only:
        outcome = reports.unprotected(sandbox.isolation)
        return replace(outcome, tests=tuple(reports.not_run(test, outcome) for test in tests), error=None)
    settled: dict[int, TestOutcome] = {}
    parts = []
    for code, module in dict.fromkeys((test.code, test.module) for test in tests):
        outcome, results = await _run_file(sandbox, program, code, module, prelude, limits)
        parts.append(outcome)
        for index, test in enumerate(tests):
            if (test.code, test.module) == (code, module):
                settled[index] = _settled(test, outcome, results)
    return reports.joined(parts, [settled[i] for i in range(len(tests))])


async def _run_file(
    sandbox: Executor, program: str, code: str, module: str, prelude: str, limits: Limits
) -> tuple[Outcome, dict[str, Any]]:
    word = secrets.token_hex(16)
    order = {"source": program, "module": module, "code": code, "prelude": prelude, "word": word}
    script = [interpreter(), "-I", str(INSIDE / "pytest_file.py"), *site_folders()]
    executed = await sandbox.execute(
        PYTHON,
        Build(files={}, run=script, main=""),
        limits,
        inputs={pytest_file.ORDER: json.dumps(order)},
        outputs=(pytest_file.RESULT,),
    )
    outcome = executed.outcome
    if outcome.error is not None:
        return outcome, {}
    try:
        results = json.loads(executed.files.get(pytest_file.RESULT, ""))
        if results["word"] != word:
            raise ValueError("written by somebody else")
        if results["error"] is not None:
            kind, message, line = results["error"]
            return _with_error(outcome, ProgramError(str(kind), str(message), line)), {}
        return outcome, dict(results)
    except (ValueError, TypeError, LookupError):
        return _with_error(outcome, ProgramError("Killed", "ended its own process before the tests were through")), {}


def _with_error(outcome: Outcome, error: ProgramError) -> Outcome:
    return replace(outcome, error=error)


_MOST_FIRST = ("failed", "raised", "not run", "passed", "skipped")


def _settled(test: PytestFile, outcome: Outcome, results: dict[str, Any]) -> TestOutcome:
    """A test from what pytest said of its variants."""
    text = str(test)
    if outcome.error is not None:
        return TestOutcome(text, reports.status_of(outcome.error), error=outcome.error)
    tests = results["tests"]
    own = [n for n in tests if n == test.name or n.startswith((f"{test.name}[", f"{test.name}::"))]
    if not own:
        missing = ["not run", "", f"pytest found no test {test.name}", None]
        return _outcome(text, results["problem"] or missing, "", False)
    name = min(own, key=lambda n: _MOST_FIRST.index(tests[n][0]))
    any_passed = any(result[0] == "passed" for result in tests.values())
    return _outcome(text, tests[name], "" if name == test.name else f"{name}: ", any_passed)


def _outcome(text: str, result: list[Any], variant: str, any_passed: bool) -> TestOutcome:
    """A test's outcome. What the tests skip is no failure, as long as not all of them do."""
    status, kind, message, line = result
    if status == "passed" or (status == "skipped" and any_passed):
        return TestOutcome(text, Status.PASSED)
    if status == "failed":
        return TestOutcome(text, Status.FAILED, error=ProgramError(kind or "Failed", f"{variant}{message}", line))
    if status == "raised":
        found = Status.OUT_OF_MEMORY if kind == "MemoryError" else Status.RAISED
        return TestOutcome(text, found, error=ProgramError(kind, f"{variant}{message}", line))
    why = f"skipped: {message}" if status == "skipped" else message or "pytest ended before it was through"
    return TestOutcome(text, Status.NOT_RUN, error=ProgramError("NotRun", f"{variant}{why}"))

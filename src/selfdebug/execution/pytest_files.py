"""Tests that pytest runs: the file of tests and the program go to a process of their own, and its results come back.

What happens there is `inside.pytest_file`. The verdicts are not protected.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace

from selfdebug import values
from selfdebug.execution import reports
from selfdebug.execution.executor import Executor
from selfdebug.execution.inside import codec, pytest_file
from selfdebug.execution.inside.protocol import ErrorReport, FileTestReport, PytestOrder, PytestReport
from selfdebug.execution.isolation import INSIDE, interpreter, site_folders
from selfdebug.execution.limits import Limits
from selfdebug.execution.options import RunOptions
from selfdebug.languages.base import Build
from selfdebug.languages.python import PYTHON
from selfdebug.outcome import Outcome, ProgramError, Status, TestOutcome
from selfdebug.unit_tests import PytestFile


async def run(executor: Executor, code: str, tests: Sequence[PytestFile], options: RunOptions) -> Outcome:
    """Run a program against tests of files that pytest runs: one process a file.

    Args:
        executor: where to run.
        code: the program.
        tests: of one file or several.
        options: its limits are for each file; its prelude runs before the program in its namespace.

    Returns:
        One outcome a test; of a test with several variants, of the one that says the most.
    """
    files: dict[tuple[str, str], list[int]] = {}
    for index, test in enumerate(tests):
        files.setdefault((test.code, test.module), []).append(index)
    parts = []
    for (test_code, module), indices in files.items():
        order = PytestOrder(code, module, test_code, options.prelude, secrets.token_hex(16))
        outcome, report = await _run_file(executor, order, options.limits)
        settled = tuple(_test_outcome(tests[index], outcome, report) for index in indices)
        parts.append((indices, replace(outcome, tests=settled)))
    return reports.joined(parts)


async def _run_file(executor: Executor, order: PytestOrder, limits: Limits) -> tuple[Outcome, PytestReport]:
    configuration = json.dumps({"role": "pytest", "site": site_folders()})
    executed = await executor.execute(
        PYTHON,
        Build(files={}, run=[interpreter(), "-I", str(INSIDE / "boot.py"), configuration], main=""),
        limits,
        inputs={pytest_file.ORDER: codec.write(order).decode("ascii")},
        outputs=(pytest_file.RESULT,),
    )
    outcome, nothing = executed.outcome, PytestReport(order.word, None, None, {})
    if outcome.error is not None:
        return outcome, nothing
    try:
        report = codec.read(PytestReport, executed.files.get(pytest_file.RESULT, "").encode())
    except values.UnreadableError:
        report = nothing._replace(word="")
    if report.word != order.word:  # nobody wrote it, or somebody else
        error = ProgramError("Killed", "ended its own process before the tests were through")
        return replace(outcome, error=error), nothing
    return replace(outcome, error=None if report.error is None else ProgramError(*report.error)), report


_MOST_FIRST = ("failed", "raised", "not run", "passed", "skipped")


def _test_outcome(test: PytestFile, outcome: Outcome, report: PytestReport) -> TestOutcome:
    """A test, from what pytest said of its variants. What tests skip is no failure, as long as not all of them do."""
    text = str(test)
    if outcome.error is not None:
        return TestOutcome(text, reports.status_of(outcome.error), error=outcome.error)
    own = [n for n in report.tests if n == test.name or n.startswith((f"{test.name}[", f"{test.name}::"))]
    name = min(own, key=lambda n: _MOST_FIRST.index(report.tests[n].status), default=test.name)
    missing = FileTestReport("not run", ErrorReport("", f"pytest found no test {test.name}"))
    status, error = report.tests[name] if own else report.problem or missing
    variant = "" if name == test.name else f"{name}: "
    if status == "passed" or (status == "skipped" and any(t.status == "passed" for t in report.tests.values())):
        return TestOutcome(text, Status.PASSED)
    kind, message, line = error or ErrorReport("", "")
    if status in ("failed", "raised"):
        out_of_memory = status == "raised" and kind == "MemoryError"
        ended = Status.OUT_OF_MEMORY if out_of_memory else Status(status)
        return TestOutcome(text, ended, error=ProgramError(kind or "Failed", f"{variant}{message}", line))
    why = f"skipped: {message}" if status == "skipped" else message or "pytest ended before it was through"
    return TestOutcome(text, Status.NOT_RUN, error=ProgramError("NotRun", f"{variant}{why}"))

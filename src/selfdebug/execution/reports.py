"""Outcomes from what a worker reports: the judge's words about tests, and how processes ended."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from selfdebug.execution.inside import protocol
from selfdebug.execution.inside.checking import show
from selfdebug.execution.inside.protocol import OrderReport, TestReport
from selfdebug.execution.limits import COMPARED_BYTES, Limits
from selfdebug.languages.base import Build, Language
from selfdebug.outcome import Outcome, Output, ProgramError, Status, TestOutcome, TraceStep
from selfdebug.unit_tests import Call, InputOutput, UnitTest


def _test_outcome(test: UnitTest, report: TestReport, isolation: str) -> TestOutcome:
    """One test of a Python program, from the judge's words."""
    text, expected = str(test), report.expected
    status, error = Status(report.status), None if report.error is None else ProgramError(*report.error)
    if isinstance(test, Call) and status in (Status.RAISED, Status.OUT_OF_MEMORY):
        expected = show(test.expected)
    assertion = report.assertion if report.assertion != text else None
    return TestOutcome(
        text, status, report.actual, expected, assertion or None, error,
        digest=report.digest, protected=isolation != "none" and report.protected,
    )  # fmt: skip


def _ending(report: OrderReport) -> ProgramError | None:
    """How a process that was not asked for anything ended, if not by itself."""
    error = protocol.ending(report.process)
    return None if error is None else ProgramError(*error)


def _exit_code(report: OrderReport) -> ProgramError | None:
    code = report.process.exit
    return None if code == 0 else ProgramError("ExitCode", f"ended with exit code {code}")


_SCRIPT_STATUS = {
    "Timeout": Status.TIMED_OUT,
    "MemoryError": Status.OUT_OF_MEMORY,
    "OutOfMemory": Status.OUT_OF_MEMORY,
    "Killed": Status.KILLED,
    "SandboxLost": Status.KILLED,
    "Unprotected": Status.NOT_RUN,
}


def status_of(error: ProgramError) -> Status:
    """How a test ended in which a process ended with an error."""
    return _SCRIPT_STATUS.get(error.type, Status.RAISED)


def compared_bytes(test: InputOutput) -> int:
    """How much of a program's output is compared with what is expected."""
    return max(COMPARED_BYTES, 2 * len(test.stdout.encode("utf-8", "surrogatepass")))


def script_outcome(test: UnitTest, outcome: Outcome, limits: Limits) -> TestOutcome:
    """A test by a whole process: its exit code, and its output where one is expected."""
    output, error, actual, expected = kept(outcome.stdout, limits), outcome.error, None, None
    status, seen = Status.PASSED if error is None else status_of(error), ["passed"]
    if isinstance(test, InputOutput):
        expected = test.stdout
        if error is None:
            actual, seen = output.text, _lines(outcome.stdout.text)
            if outcome.stdout.truncated:
                error = ProgramError("OutputLimit", f"wrote more than {compared_bytes(test) >> 20} MiB")
            status = Status.PASSED if seen == _lines(test.stdout) and error is None else Status.FAILED
    return TestOutcome(
        str(test), status, actual, expected, error=error, output=output,
        digest=None if outcome.error is not None else hashlib.sha256("\n".join(seen).encode()).hexdigest()[:16],
        protected=expected is not None and outcome.isolation != "none",
    )  # fmt: skip


def kept(output: Output, limits: Limits) -> Output:
    """What an outcome keeps of what was compared."""
    data = output.text.encode("utf-8", "surrogatepass")
    if len(data) <= limits.output_bytes:
        return output
    return Output(data[: limits.output_bytes].decode("utf-8", "ignore"), truncated=True)


def unprotected(tests: Sequence[UnitTest], isolation: str) -> Outcome:
    """Of tests that were not run, since the program could decide their verdicts."""
    error = ProgramError(*protocol.UNPROTECTED)
    return Outcome(tuple(not_run(test, error) for test in tests), error, isolation=isolation)


def _lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def not_run(test: UnitTest, error: ProgramError | None) -> TestOutcome:
    """Of a test for whose sake nothing was run."""
    return TestOutcome(str(test), Status.NOT_RUN, error=error)


def joined(parts: Sequence[tuple[Sequence[int], Outcome]]) -> Outcome:
    """One outcome of several processes of the same program.

    Args:
        parts: for each process, which of the tests it was for, and its outcome with that of these tests.
    """
    outcomes = [outcome for _, outcome in parts]
    tests = {index: test for indices, part in parts for index, test in zip(indices, part.tests, strict=True)}
    return Outcome(
        tests=tuple(tests[index] for index in sorted(tests)),
        error=next((p.error for p in outcomes if p.error and any(t.status is Status.NOT_RUN for t in p.tests)), None),
        stdout=outcomes[-1].stdout,
        stderr=outcomes[-1].stderr,
        cpu_seconds=sum(p.cpu_seconds for p in outcomes),
        wall_seconds=sum(p.wall_seconds for p in outcomes),
        peak_memory_bytes=max(p.peak_memory_bytes for p in outcomes),
        isolation=outcomes[0].isolation,
        trace=next((p.trace for p in outcomes if p.trace is not None), None),
    )


def tail(text: str, lines: int = 3) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])


def python_outcome(report: OrderReport | None, tests: Sequence[UnitTest], isolation: str) -> Outcome:
    """The outcome of a Python program.

    Args:
        report: what its worker tells; ``None`` if it was lost.
        tests: what was put to it, as the report has it; without any it ran as a script.
        isolation: of the worker.
    """
    if report is None:
        return _lost(tests, isolation)
    error, load = None, report.load_error
    if load is not None:
        if tests or load.type != "SystemExit" or load.message not in ("", "0", "None"):
            error = ProgramError(*load)
    elif not tests:
        error = _ending(report) or _exit_code(report)
    elif all(t.status == "not run" and t.error is None for t in report.tests):
        error = _ending(report) or ProgramError("Killed", "ended its own process while it was loaded")
    outcomes = (
        not_run(test, error) if error is not None else _test_outcome(test, result, isolation)
        for test, result in zip(tests, report.tests, strict=True)
    )  # fmt: skip
    trace = None if report.trace is None else tuple(TraceStep(*step) for step in report.trace)
    return replace(_measured(report, isolation), tests=tuple(outcomes), error=error, trace=trace)


def command_outcome(language: Language, build: Build, report: OrderReport | None, isolation: str) -> Outcome:
    """The outcome of a compiler or of a compiled program."""
    if report is None:
        return _lost((), isolation)
    stderr = report.stderr.text
    error = _ending(report)
    if (error is None and report.process.exit != 0) or (error is not None and error.type == "Killed"):
        if any(mark in stderr for mark in language.out_of_memory):
            error = ProgramError("OutOfMemory", tail(stderr))
        else:
            error = language.error(stderr, build) or error or _exit_code(report)
    return replace(_measured(report, isolation), error=error)


def _measured(report: OrderReport, isolation: str) -> Outcome:
    """What every run gives, whatever became of it: its output and what it used."""
    process = report.process
    return Outcome(
        stdout=Output(*report.stdout), stderr=Output(*report.stderr), cpu_seconds=process.cpu,
        wall_seconds=process.wall, peak_memory_bytes=process.memory, isolation=isolation,
    )  # fmt: skip


def _lost(tests: Sequence[UnitTest], isolation: str) -> Outcome:
    error = ProgramError("SandboxLost", "the sandbox ended or stopped answering while it ran this program")
    killed = tuple(TestOutcome(test=str(t), status=Status.KILLED, error=error) for t in tests)
    return Outcome(tests=killed, error=error, isolation=isolation)

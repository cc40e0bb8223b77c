"""Outcomes from what a worker reports: the judge's words about tests, and how processes ended."""

from __future__ import annotations

import hashlib
import signal
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from selfdebug.execution.inside.checking import show
from selfdebug.execution.limits import COMPARED_BYTES, Limits
from selfdebug.languages import Language
from selfdebug.languages.base import Build
from selfdebug.outcome import Outcome, Output, ProgramError, Status, TestOutcome, TraceStep
from selfdebug.unit_tests import Call, InputOutput, UnitTest


def settled(test: UnitTest, result: list[Any]) -> TestOutcome:
    """One test of a Python program, from the judge's words."""
    status, *details = result
    text = str(test)
    if status == "value":
        return TestOutcome(text, Status.PASSED)  # so far: it is compared elsewhere
    if status == "passed":
        return TestOutcome(text, Status.PASSED, digest=details[0])
    if status == "failed":
        actual, expected, assertion, digest = details
        shown = assertion if assertion and assertion != text else None
        return TestOutcome(text, Status.FAILED, actual, expected, shown, digest=digest)
    if status == "raised":
        kind, message, line, digest = details
        expected = show(test.expected) if isinstance(test, Call) else None
        found = Status.OUT_OF_MEMORY if kind == "MemoryError" else Status.RAISED
        return TestOutcome(text, found, expected=expected, error=ProgramError(kind, message, line), digest=digest)
    if status == "timed out":
        return TestOutcome(text, Status.TIMED_OUT, error=ProgramError("Timeout", _TIME_OUTS[details[0]]))
    if status == "killed":
        return TestOutcome(text, Status.KILLED, error=ProgramError("Killed", details[0]))
    if status == "unprotected":
        return TestOutcome(text, Status.NOT_RUN, error=ProgramError("Unprotected", _UNPROTECTED))
    return TestOutcome(text, Status.NOT_RUN)


_UNPROTECTED = "it can only run in the program's own process, and only protected verdicts are wanted"

_TIME_OUTS = {
    "cpu": "used up its processor time",
    "idle": "slept or waited for longer than it may",
    "wall": "ran for longer than it may",
}


def ending(report: dict[str, Any]) -> ProgramError | None:
    """How a process that was not asked for anything ended, if not by itself."""
    reason, code = report["reason"], report["exit"]
    if reason in ("cpu", "idle", "wall"):
        return ProgramError("Timeout", _TIME_OUTS[reason])
    if reason == "memory":
        return ProgramError("OutOfMemory", "its processes take more memory than they may")
    if reason == "disk":
        return ProgramError("Killed", "wrote more to its scratch folder than it may")
    if code < 0 and reason is None:
        return ProgramError("Killed", f"signal {signal.Signals(-code).name}")
    return None


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
    text, output = str(test), kept(outcome.stdout, limits)
    protected = isinstance(test, InputOutput) and outcome.isolation != "none"
    if outcome.error is not None:
        status = status_of(outcome.error)
        expected = test.stdout if isinstance(test, InputOutput) else None
        return TestOutcome(text, status, None, expected, error=outcome.error, output=output, protected=protected)
    if isinstance(test, InputOutput):
        actual = _lines(outcome.stdout.text)
        error = None
        if outcome.stdout.truncated:
            error = ProgramError("OutputLimit", f"wrote more than {compared_bytes(test) >> 20} MiB")
        status = Status.PASSED if actual == _lines(test.stdout) and error is None else Status.FAILED
        return TestOutcome(
            text, status, output.text, test.stdout,
            error=error, output=output, digest=_hash(actual), protected=protected,
        )  # fmt: skip
    return TestOutcome(text, Status.PASSED, output=output, digest=_hash(["passed"]))


def kept(output: Output, limits: Limits) -> Output:
    """What an outcome keeps of what was compared."""
    data = output.text.encode("utf-8", "surrogatepass")
    if len(data) <= limits.output_bytes:
        return output
    return Output(data[: limits.output_bytes].decode("utf-8", "ignore"), truncated=True)


def unprotected(isolation: str) -> Outcome:
    """Of a test that was not run, since the program could decide its verdict."""
    return Outcome(error=ProgramError("Unprotected", _UNPROTECTED), isolation=isolation)


def _lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _hash(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def not_run(test: UnitTest, outcome: Outcome | ProgramError | None) -> TestOutcome:
    error = outcome.error if isinstance(outcome, Outcome) else outcome
    return TestOutcome(str(test), Status.NOT_RUN, error=error)


def joined(parts: Sequence[Outcome], tests: Sequence[TestOutcome]) -> Outcome:
    """One outcome of several processes of the same program."""
    errors = [p.error for p, t in zip(parts, tests, strict=False) if p.error and t.status is Status.NOT_RUN]
    return Outcome(
        tests=tuple(tests),
        error=errors[0] if errors else None,
        stdout=parts[-1].stdout,
        stderr=parts[-1].stderr,
        cpu_seconds=sum(p.cpu_seconds for p in parts),
        wall_seconds=sum(p.wall_seconds for p in parts),
        peak_memory_bytes=max(p.peak_memory_bytes for p in parts),
        isolation=parts[0].isolation,
        trace=next((p.trace for p in parts if p.trace is not None), None),
    )


def steps(trace: Any) -> tuple[TraceStep, ...]:
    """Steps as the program's process reported them: it is not trusted, so what does not fit is dropped."""
    steps = []
    for step in trace if isinstance(trace, list) else []:
        try:
            line, function, event, changed = step
            steps.append(TraceStep(int(line), str(function), str(event), {str(k): str(v) for k, v in changed.items()}))
        except (TypeError, ValueError, ArithmeticError, AttributeError):
            continue
    return tuple(steps)


def tail(text: str, lines: int = 3) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])


def python_outcome(result: dict[str, Any], tests: Sequence[UnitTest], isolation: str) -> Outcome:
    """The outcome of a Python program, from what its worker tells."""
    if "lost" in result:
        return _lost(tests, isolation)
    report = result["report"]
    error = None
    if result["load"] is not None:
        kind, message, line = result["load"]
        if not (kind == "SystemExit" and message in ("", "0", "None") and not tests):
            error = ProgramError(str(kind), str(message), line)
    elif not tests:
        error = ending(report)
        if error is None and report["exit"] != 0:
            error = ProgramError("ExitCode", f"ended with exit code {report['exit']}")
    elif all(status == "not run" for status, *_ in result["tests"]):
        error = ending(report) or ProgramError("Killed", "ended its own process while it was loaded")
    outcomes = [
        not_run(t, error)
        if error is not None
        else replace(settled(t, r), protected=isolation != "none" and i not in result["unprotected"])
        for i, (t, r) in enumerate(zip(tests, result["tests"], strict=True))
    ]
    trace = result["trace"]
    return replace(
        _measured(result, isolation),
        tests=tuple(outcomes),
        error=error,
        trace=None if trace is None else steps(trace),
    )


def command_outcome(chosen: Language, build: Build, result: dict[str, Any], isolation: str) -> Outcome:
    """The outcome of a compiler or of a compiled program."""
    if "lost" in result:
        return _lost((), isolation)
    report = result["report"]
    stderr = result["stderr"][0]
    error = ending(report)
    if (error is None and report["exit"] != 0) or (error is not None and error.type == "Killed"):
        if any(mark in stderr for mark in chosen.out_of_memory):
            error = ProgramError("OutOfMemory", tail(stderr))
        else:
            found = chosen.error(stderr, build)
            error = found or error or ProgramError("ExitCode", f"ended with exit code {report['exit']}")
    return replace(_measured(result, isolation), error=error)


def _measured(result: dict[str, Any], isolation: str) -> Outcome:
    """What every run gives, whatever became of it: its output and what it used."""
    report = result["report"]
    return Outcome(
        stdout=Output(*result["stdout"]),
        stderr=Output(*result["stderr"]),
        cpu_seconds=report["cpu"],
        wall_seconds=report["wall"],
        peak_memory_bytes=report["memory"],
        isolation=isolation,
    )


def _lost(tests: Sequence[UnitTest], isolation: str) -> Outcome:
    error = ProgramError("SandboxLost", "the sandbox ended or stopped answering while it ran this program")
    settled = tuple(TestOutcome(test=str(t), status=Status.KILLED, error=error) for t in tests)
    return Outcome(tests=settled, error=error, isolation=isolation)

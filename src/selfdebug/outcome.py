"""What running a program gave: plain, frozen data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """How one test ended."""

    PASSED = "passed"
    FAILED = "failed"
    """The program gave another value than the expected one."""
    RAISED = "raised"
    """The program raised an exception, or ended with an error."""
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    KILLED = "killed"
    """The program's process ended before it answered: by a signal, or by ending itself."""
    NOT_RUN = "not run"
    """An earlier test used up the limits, or the program could not be loaded."""


@dataclass(frozen=True, slots=True)
class ProgramError:
    """An exception of the program, or a compiler's error.

    Attributes:
        type: name of the exception's class, such as ``IndexError``.
        message: its text.
        line: line in the program, from 1; ``None`` if it is not known.
    """

    type: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        where = "" if self.line is None else f" (line {self.line})"
        return f"{self.type}: {self.message}{where}" if self.message else f"{self.type}{where}"


@dataclass(frozen=True, slots=True)
class Output:
    """Text that a program wrote, and whether it wrote more than was kept."""

    text: str = ""
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """How one test ended.

    Attributes:
        test: the test as it is shown: its source, the call, or the input.
        status: how it ended.
        actual: the value that the program gave, as text; ``None`` if it gave none.
        expected: the value that was expected, as text; for a comparison other than ``==``, with its sign.
        assertion: of a test with several assertions, the one that failed.
        error: what the program raised, or why it was ended.
        output: of a test by standard input and output, what the program wrote.
        digest: short hash of the values that the program gave: equal values, equal digests.
        protected: the program had no way to decide this verdict: the expected value was never in its process.
    """

    __test__ = False  # not a test class, whatever pytest thinks of its name

    test: str
    status: Status
    actual: str | None = None
    expected: str | None = None
    assertion: str | None = None
    error: ProgramError | None = None
    output: Output | None = None
    digest: str | None = None
    protected: bool = False

    @property
    def passed(self) -> bool:
        """Whether the test passed."""
        return self.status is Status.PASSED

    @property
    def reason(self) -> str:
        """Why the test did not pass, in a few words."""
        if self.status is Status.FAILED and self.actual is not None:
            return f"gave {self.actual}, expected {self.expected}"
        if self.error is not None:
            return str(self.error) if self.status is Status.RAISED else f"{self.status}: {self.error.message}"
        return str(self.status)


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of a recorded trace.

    Attributes:
        line: line in the program, from 1, that is about to run.
        function: name of the function, ``<module>`` outside of any.
        event: ``call``, ``line``, ``return`` or ``exception``.
        changed: variables that are new or changed since the step before in this call, with their values as text.
    """

    line: int
    function: str
    event: str
    changed: dict[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What running a program against its tests gave.

    Attributes:
        tests: one outcome a test, in their order.
        error: why the program could not be loaded or compiled; then no test ran.
        stdout, stderr: what it wrote.
        cpu_seconds: processor time of the program's processes.
        wall_seconds: time from its start to its end.
        peak_memory_bytes: largest resident memory of a process of it, its interpreter included.
        isolation: ``bubblewrap``, ``landlock`` or ``none``.
        trace: steps of the traced test, if a trace was asked for.
    """

    tests: tuple[TestOutcome, ...] = ()
    error: ProgramError | None = None
    stdout: Output = field(default_factory=Output)
    stderr: Output = field(default_factory=Output)
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    peak_memory_bytes: int = 0
    isolation: str = "none"
    trace: tuple[TraceStep, ...] | None = None

    @property
    def passed(self) -> bool:
        """Whether the program loaded and passed every test."""
        return self.error is None and all(test.passed for test in self.tests)

    @property
    def ran(self) -> bool:
        """Whether the program loaded and gave a value in every test, right or wrong."""
        return self.error is None and all(t.status in (Status.PASSED, Status.FAILED) for t in self.tests)

    @property
    def protected(self) -> bool:
        """Whether the program had no way to decide its verdict.

        False if a test ran in the program's own process, and without isolation.
        """
        return self.isolation != "none" and all(t.protected or t.status is Status.NOT_RUN for t in self.tests)

    @property
    def key(self) -> str:
        """Stable key of the results, for voting: programs that gave equal values have equal keys.

        It depends on the values alone, not on whether they were the expected ones. Where a test gave no value, the
        kind of failure stands for it.
        """
        results = [test.digest or f"{test.status}:{test.error.type if test.error else ''}" for test in self.tests]
        if self.error is not None:
            results.append(self.error.type)
        if not self.tests:
            results.append(self.stdout.text)
        return hashlib.sha256(json.dumps(results).encode()).hexdigest()[:16]

"""What host, judge, runner and program say to each other. How it is written is `codec`'s business.

The annotations of a report are also how it is checked where it is read.
"""

from __future__ import annotations

from signal import Signals
from types import CodeType
from typing import Any, Literal, NamedTuple

Code = CodeType | str
"""Code to run; as source where compiled code would not arrive as it was (`rewriting.compiled`)."""


class Allowance(NamedTuple):
    """What a program may still use: `selfdebug.execution.Limits`, as far as a process needs them.

    Attributes:
        cpu, idle, wall: seconds of processor time, of sleep, and between its start and its end.
        memory, file, output: bytes.
        threads: how many threads and processes.
        memory_limit: the resource limit that bounds its memory.
        resident: no limit of the kernel's bounds it: the runner looks at what is resident.
    """

    cpu: float
    idle: float
    wall: float
    memory: int
    file: int
    output: int
    threads: int
    memory_limit: str = "RLIMIT_AS"
    resident: bool = False


class File(NamedTuple):
    """A file in the scratch folder: path there, bytes as characters, whether it is a program."""

    path: str
    content: str
    executable: bool = False


class Trace(NamedTuple):
    """A trace to record: index of the test, how many steps at most, how many characters of a value."""

    test: int
    steps: int
    characters: int


class FunctionCall(NamedTuple):
    """A call of one of the program's functions; the values as `values.encode` writes them."""

    name: str
    arguments: list[Any]
    named: dict[str, Any]


# -- orders: from the host to the judge ----------------------------------------------------------------------------


class CallTest(NamedTuple):
    """A call and what it must give, encoded; see `selfdebug.unit_tests.Call`. As a request: compare it there."""

    call: FunctionCall
    expected: Any
    tolerance: float


class FileCommand(NamedTuple):
    """What to run on which files; ``{scratch}`` in a variable of the environment is the scratch folder."""

    command: list[str]
    files: tuple[File, ...]
    environment: dict[str, str]


class CommandOrder(NamedTuple):
    """Run a compiler, or what it made.

    Attributes:
        stdin: its standard input; nothing is there to read without one.
        processes: it may start processes below Landlock too, as compilers must.
        outputs: files and folders to bring back.
        stdout_bytes: how much of its standard output to keep, if not as much as of its errors.
    """

    command: FileCommand
    allowance: Allowance
    stdin: str | None = None
    processes: bool = False
    outputs: tuple[str, ...] = ()
    stdout_bytes: int | None = None


class GiveCall(NamedTuple):
    """Make a call and give back what it returned, and the arguments at the indices ``changed``."""

    call: FunctionCall
    changed: tuple[int, ...]


Test = str | CallTest | GiveCall


class ScriptOrder(NamedTuple):
    """Run a Python program as a script; the prelude is executed before it, and its lines are not the program's."""

    source: str
    prelude: str
    allowance: Allowance
    stdin: str
    stdout_bytes: int | None = None


class TestsOrder(NamedTuple):
    """Judge a Python program by tests, and make calls whose values the host compares.

    Attributes:
        tests: Python code, or calls.
        setup, trace, in_program: see `selfdebug.execution.RunOptions`.
        protected_only: do not run a test whose verdict the program could decide.
    """

    source: str
    prelude: str
    allowance: Allowance
    setup: str
    tests: tuple[Test, ...]
    in_program: bool
    protected_only: bool
    trace: Trace | None


Order = CommandOrder | ScriptOrder | TestsOrder


# -- requests: from the judge to the program's process -------------------------------------------------------------


class Offer(NamedTuple):
    """How a value is offered to the judge.

    Attributes:
        relies: names of the library that must mean what they usually do.
        bare: the value itself is compared, so that the order of a set and the like cannot matter.
    """

    relies: tuple[str, ...]
    bare: bool


class Load(NamedTuple):
    """Execute the program's module-level code, after the prelude if it has one; as ``__main__`` if it is a script."""

    source: str
    prelude: bool
    script: bool = False


class Ask(NamedTuple):
    """Evaluate an expression and offer its value."""

    code: Code
    offer: Offer


class AskCall(NamedTuple):
    """Make a call and offer what it returns."""

    call: FunctionCall


class RunTest(NamedTuple):
    """Run a test of several statements, whose assertions each offer a value; ``ends`` if the last is its last word."""

    code: Code
    offers: tuple[Offer, ...]
    ends: bool


class RunHere(NamedTuple):
    """Run a test, or the rest of one, in the program's process and say how it ended."""

    code: Code


class Traced(NamedTuple):
    """A request with a recorder on it."""

    request: Request
    trace: Trace


class Go(NamedTuple):
    """Answer to a value: the assertion holds, go on."""


class Stop(NamedTuple):
    """Answer to a value: the test is over."""


class Compare(NamedTuple):
    """Answer to a value that cannot be sent: compare it there."""

    expected: Any
    tolerance: float


Request = Load | Ask | AskCall | RunTest | RunHere | CallTest | GiveCall | Traced
Answer = Go | Stop | Compare | RunHere


class Fork(NamedTuple):
    """Have a process forked.

    Attributes:
        allowance, stdin, processes: as of `CommandOrder`.
        work: requests to answer, of which the first loads the program; or the command to become.
        answered: an answer may lie in the channel for which the program before did not wait.
    """

    allowance: Allowance
    stdin: str | None
    processes: bool
    work: tuple[Request, ...] | FileCommand
    answered: bool


# -- between the judge and the runner ------------------------------------------------------------------------------


class Watch(NamedTuple):
    """End the program of this number at a limit, until it is `Enough`."""

    allowance: Allowance
    number: int


class Enough(NamedTuple):
    """The watched program has ended; answered with `Watched`."""


class Watched(NamedTuple):
    """Answer to `Enough`: the limit at which the program was ended, if it was at one."""

    limit: Limit | None


class Kill(NamedTuple):
    """End the program of this number now; not answered."""

    number: int


class TidyUp(NamedTuple):
    """Leave nothing of the last program, but bring back these files; answered with `Tidied`."""

    outputs: tuple[str, ...]


class Tidied(NamedTuple):
    """Files that were asked for, and whether nothing else is left."""

    files: tuple[File, ...] = ()
    clean: bool = True


# -- reports: from the judge to the host, and from a file of tests -------------------------------------------------


class ErrorReport(NamedTuple):
    """Why something went wrong: type, message, line in the program."""

    type: str
    message: str
    line: int | None = None


TestStatus = Literal["passed", "failed", "raised", "timed out", "out of memory", "killed", "not run"]


class TestReport(NamedTuple):
    """How a test ended; see `selfdebug.outcome.TestOutcome`.

    Attributes:
        status: a word of `selfdebug.outcome.Status`.
        error, actual, expected, assertion, digest: as there.
        protected: whether the program had no way to decide this.
        value: what a `GiveCall` returned, encoded; in a list of its own, which is empty if nothing came back.
        changed: its changed arguments, encoded.
    """

    status: TestStatus
    error: ErrorReport | None = None
    actual: str | None = None
    expected: str | None = None
    assertion: str | None = None
    digest: str | None = None
    protected: bool = True
    value: list[Any] = []  # noqa: RUF012  (nobody changes it)
    changed: list[Any] = []  # noqa: RUF012


class Captured(NamedTuple):
    """What is kept of an output, and whether there was more."""

    text: str
    truncated: bool


class StepReport(NamedTuple):
    """A step of a trace; see `selfdebug.outcome.TraceStep`."""

    line: int
    function: str
    event: str
    changed: dict[str, str]


Limit = Literal["cpu", "idle", "wall", "memory", "disk"]
"""The limit at which a program was ended."""


class ProcessReport(NamedTuple):
    """How the processes of a program ended and what they used.

    Attributes:
        exit: exit code of the last, or the number of the signal that ended it, negative.
        limit: the limit at which it was ended, if it was at one.
        cpu, wall: seconds, of all together.
        memory: bytes that the largest had resident.
        files: what was to be brought back.
        clean: whether nothing is left of them.
    """

    exit: int
    limit: Limit | None
    cpu: float
    wall: float
    memory: int
    files: tuple[File, ...] = ()
    clean: bool = True


class OrderReport(NamedTuple):
    """What became of an order: its processes, how each test or call ended, and what else was asked for."""

    process: ProcessReport
    stdout: Captured
    stderr: Captured
    load_error: ErrorReport | None = None
    tests: tuple[TestReport, ...] = ()
    trace: tuple[StepReport, ...] | None = None


class PytestOrder(NamedTuple):
    """Run a file of tests with pytest.

    Attributes:
        source: the program.
        module: name under which the tests import it; empty if they do not.
        code: the file of tests.
        prelude: code that runs before the program in its namespace.
        word: to be repeated in the report.
    """

    source: str
    module: str
    code: str
    prelude: str
    word: str


FileStatus = Literal["passed", "failed", "raised", "not run", "skipped"]


class FileTestReport(NamedTuple):
    """How one test of a file of tests ended."""

    status: FileStatus
    error: ErrorReport | None = None


class PytestReport(NamedTuple):
    """What became of a file of tests.

    Attributes:
        word: of the order, if whoever wrote this knew it.
        error: why the program could not be loaded.
        problem: why the tests could not be collected.
        tests: what became of each, by its name.
    """

    word: str
    error: ErrorReport | None
    problem: FileTestReport | None
    tests: dict[str, FileTestReport]


# -- how a process ends --------------------------------------------------------------------------------------------

UNPROTECTED = ErrorReport(
    "Unprotected", "it can only run in the program's own process, and only protected verdicts are wanted"
)
AT_LIMITS: dict[Limit, ErrorReport] = {
    "cpu": ErrorReport("Timeout", "used up its processor time"),
    "idle": ErrorReport("Timeout", "slept or waited for longer than it may"),
    "wall": ErrorReport("Timeout", "ran for longer than it may"),
    "memory": ErrorReport("OutOfMemory", "its processes take more memory than they may"),
    "disk": ErrorReport("Killed", "wrote more to its scratch folder than it may"),
}


def ending(process: ProcessReport) -> ErrorReport | None:
    """By what a program was ended: a limit or a signal; ``None`` if it ended by itself."""
    if process.limit is not None:
        return AT_LIMITS[process.limit]
    return ErrorReport("Killed", f"signal {Signals(-process.exit).name}") if process.exit < 0 else None

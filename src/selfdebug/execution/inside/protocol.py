"""What host, judge, runner and program say to each other, and how it is written: the one place that knows both.

Orders and requests come from whoever is trusted more than their reader, and cross as `marshal` writes them. Reports go
the other way, as JSON: they are read field by field, by constructors that refuse what has another form, so that bytes
which somebody took over can give a wrong verdict or an error, never code.

The messages are named tuples and not dataclasses, since the process that programs are forked from imports them: the
module `dataclasses` brings `inspect`, whose pages would cost every fork a few percent.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from types import CodeType
from typing import Any, NamedTuple, TypeVar

from . import values

T = TypeVar("T")

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


class CodeTest(NamedTuple):
    """A test in Python."""

    code: str


class CallTest(NamedTuple):
    """A call and what it must give, encoded; see `selfdebug.unit_tests.Call`."""

    call: FunctionCall
    expected: Any
    tolerance: float


class CommandOrder(NamedTuple):
    """Run a command on files: a compiler, or what it made.

    Attributes:
        command, files, environment: what to run, and what it finds; ``{scratch}`` in a variable is the scratch folder.
        allowance: what it may use.
        stdin: its standard input; nothing is there to read without one.
        processes: it may start processes below Landlock too, as compilers must.
        outputs: files and folders to bring back.
        stdout_bytes: how much of its standard output to keep, if not as much as of its errors.
    """

    command: list[str]
    files: tuple[File, ...]
    environment: dict[str, str]
    allowance: Allowance
    stdin: str | None = None
    processes: bool = False
    outputs: tuple[str, ...] = ()
    stdout_bytes: int | None = None


class ScriptOrder(NamedTuple):
    """Run a Python program as a script; the prelude is executed before it, and its lines are not the program's."""

    source: str
    prelude: str
    allowance: Allowance
    stdin: str
    stdout_bytes: int | None = None


class TestsOrder(NamedTuple):
    """Judge a Python program by tests.

    Attributes:
        source, prelude, allowance: as of `ScriptOrder`.
        setup: test code that runs before the tests.
        tests: what to put to it.
        in_program: run all of them in the program's own process.
        protected_only: run none that can only run there.
        trace: what to record.
    """

    source: str
    prelude: str
    allowance: Allowance
    setup: str
    tests: tuple[CodeTest | CallTest, ...]
    in_program: bool
    protected_only: bool
    trace: Trace | None


class CallsOrder(NamedTuple):
    """Call a Python program; the host compares what comes back."""

    source: str
    prelude: str
    allowance: Allowance
    calls: tuple[GiveCall, ...]
    trace: Trace | None


Order = CommandOrder | ScriptOrder | TestsOrder | CallsOrder


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


class CompareCall(NamedTuple):
    """Make a call and compare what it returns in the program's process."""

    call: FunctionCall
    expected: Any
    tolerance: float


class GiveCall(NamedTuple):
    """Make a call and give back what it returned, and the arguments at the indices ``changed``."""

    call: FunctionCall
    changed: tuple[int, ...]


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


Request = Load | Ask | AskCall | RunTest | RunHere | CompareCall | GiveCall | Traced
Answer = Go | Stop | Compare | RunHere


class Command(NamedTuple):
    """What a process becomes instead of a Python program; as in `CommandOrder`."""

    command: list[str]
    files: tuple[File, ...]
    environment: dict[str, str]


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
    work: tuple[Request, ...] | Command
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

    limit: str | None


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


_KINDS: tuple[Any, ...] = (
    Allowance, File, Trace, FunctionCall, CodeTest, CallTest, CommandOrder, ScriptOrder, TestsOrder, CallsOrder, Offer,
    Load, Ask, AskCall, RunTest, RunHere, CompareCall, GiveCall, Traced, Go, Stop, Compare, Command, Fork, Watch,
    Enough, Watched, Kill, TidyUp, Tidied,
)  # fmt: skip
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)} | {tuple: -1}


def pack(message: Any) -> bytes:
    """Write an order, a request or an answer. Lists and dictionaries in it are values and stay as they are."""
    return marshal.dumps(_packed(message))


def _packed(message: Any) -> Any:
    members = [_packed(member) if isinstance(member, tuple) else member for member in message]
    return (_NUMBERS[type(message)], *members)


def unpack(data: bytes) -> Any:
    """Read what `pack` wrote. For what comes from a program, or through one, use the readers below."""
    return _unpacked(marshal.loads(data))


def _unpacked(data: Any) -> Any:
    number, *members = [_unpacked(member) if type(member) is tuple else member for member in data]
    # Not by the class: what it would call lies on pages of its own, which each fork would have to copy.
    return tuple(members) if number < 0 else _new(_KINDS[number], members)


_new = tuple.__new__


# -- reports: from the judge to the host, and from a file of tests -------------------------------------------------


class ErrorReport(NamedTuple):
    """Why something went wrong: type, message, line in the program."""

    type: str
    message: str
    line: int | None = None


class TestReport(NamedTuple):
    """How a test ended; see `selfdebug.outcome.TestOutcome`.

    Attributes:
        status: a word of `selfdebug.outcome.Status`; of a file of tests ``skipped`` too.
        error, actual, expected, assertion, digest: as there.
        protected: whether the program had no way to decide this.
        value: what a `GiveCall` returned, encoded; in a list of its own, which is empty if nothing came back.
        changed: its changed arguments, encoded.
    """

    status: str
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


class ProcessReport(NamedTuple):
    """How the processes of a program ended and what they used.

    Attributes:
        exit: exit code of the last, or the number of the signal that ended it, negative.
        limit: the limit at which it was ended: ``cpu``, ``idle``, ``wall``, ``memory`` or ``disk``.
        cpu, wall: seconds, of all together.
        memory: bytes that the largest had resident.
        files: what was to be brought back.
        clean: whether nothing is left of them.
    """

    exit: int
    limit: str | None
    cpu: float
    wall: float
    memory: int
    files: tuple[File, ...] = ()
    clean: bool = True


class OrderReport(NamedTuple):
    """What became of an order.

    Attributes:
        process, stdout, stderr: of its processes.
        load_error: why the program could not be loaded.
        tests: how each test ended, or each call.
        trace: the steps that were recorded, if any were asked for and came.
    """

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


class PytestReport(NamedTuple):
    """What became of a file of tests: whatever wrote it, if it has the ``word`` of the order.

    Attributes:
        word: of the order.
        error: why the program could not be loaded.
        problem: why the tests could not be collected.
        tests: what became of each, by its name.
    """

    word: str
    error: ErrorReport | None
    problem: TestReport | None
    tests: dict[str, TestReport]


# -- how a process ends --------------------------------------------------------------------------------------------

UNPROTECTED = ErrorReport(
    "Unprotected", "it can only run in the program's own process, and only protected verdicts are wanted"
)
_AT_LIMITS = {
    "cpu": ErrorReport("Timeout", "used up its processor time"),
    "idle": ErrorReport("Timeout", "slept or waited for longer than it may"),
    "wall": ErrorReport("Timeout", "ran for longer than it may"),
    "memory": ErrorReport("OutOfMemory", "its processes take more memory than they may"),
    "disk": ErrorReport("Killed", "wrote more to its scratch folder than it may"),
}


def ending(process: ProcessReport) -> ErrorReport | None:
    """By what a program was ended: a limit or a signal; ``None`` if it ended by itself."""
    if process.limit is not None:
        return _AT_LIMITS[process.limit]
    if process.exit < 0:
        return ErrorReport("Killed", f"signal {_signal_name(-process.exit)}")
    return None


def _signal_name(number: int) -> str:
    from signal import Signals  # the process that programs are forked from has no use for it

    return Signals(number).name


# -- reading what is not trusted ------------------------------------------------------------------------------------

_Reader = Callable[[Any], Any]
_Types = frozenset[type]
_TEXT, _WHOLE, _TRUTH, _LIST = (frozenset([kind]) for kind in (str, int, bool, list))
_NUMBER: _Types = frozenset([int, float])
_SOME_TEXT: _Types = frozenset([str, type(None)])
_SOME_WHOLE: _Types = frozenset([int, type(None)])
_STATUSES = ("passed", "failed", "raised", "timed out", "out of memory", "killed", "not run", "skipped")


def _record(kind: Any, *members: _Types | _Reader) -> _Reader:
    """A reader of named tuples: for each member the types that it may have, or its own reader."""
    plain = [(index, types) for index, types in enumerate(members) if isinstance(types, frozenset)]
    nested = [(index, reader) for index, reader in enumerate(members) if not isinstance(reader, frozenset)]

    def read(data: Any) -> Any:
        if type(data) is not list or len(data) != len(members):
            raise TypeError(f"this is no {kind.__name__}")
        for index, types in plain:
            if type(data[index]) not in types:
                raise TypeError(f"a {type(data[index]).__name__} in a {kind.__name__}")
        for index, reader in nested:
            data[index] = reader(data[index])
        return kind._make(data)

    return read


def _one_of(*words: str | None) -> _Reader:
    def read(data: Any) -> Any:
        if data not in words:
            raise ValueError(f"{data!r} is no word of this place")
        return data

    return read


def _maybe(reader: _Reader) -> _Reader:
    return lambda data: None if data is None else reader(data)


def _many(reader: _Reader) -> _Reader:
    return lambda data: tuple([reader(item) for item in _must_be(list, data)])


def _by_name(reader: _Reader) -> _Reader:
    return lambda data: {name: reader(item) for name, item in _must_be(dict, data).items()}


def _must_be(kind: type, data: Any) -> Any:
    if type(data) is not kind:
        raise TypeError(f"a {type(data).__name__} where another type belongs")
    return data


def _test(*statuses: str) -> _Reader:
    status = _one_of(*statuses)
    return _record(TestReport, status, _error, _SOME_TEXT, _SOME_TEXT, _SOME_TEXT, _SOME_TEXT, _TRUTH, _LIST, _LIST)


_error = _maybe(_record(ErrorReport, _TEXT, _TEXT, _SOME_WHOLE))
_captured = _record(Captured, _TEXT, _TRUTH)
_files = _many(_record(File, _TEXT, _TEXT, _TRUTH))
_process = _record(ProcessReport, _WHOLE, _one_of(None, *_AT_LIMITS), _NUMBER, _NUMBER, _WHOLE, _files, _TRUTH)
_step = _record(StepReport, _WHOLE, _TEXT, _TEXT, _by_name(lambda data: _must_be(str, data)))
_tests, _file_test = _many(_test(*_STATUSES[:-1])), _test(*_STATUSES)
_READERS: dict[type, _Reader] = {
    OrderReport: _record(OrderReport, _process, _captured, _captured, _error, _tests, _maybe(_many(_step))),
    PytestOrder: _record(PytestOrder, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT),
    PytestReport: _record(PytestReport, _TEXT, _error, _maybe(_file_test), _by_name(_file_test)),
}


def write(message: OrderReport | PytestOrder | PytestReport) -> bytes:
    """Write a report, or an order for a file of tests, as JSON."""
    return values.dumps(message)


def read(kind: type[T], data: bytes) -> T:
    """Read what `write` wrote, or what somebody else did: it is trusted in nothing.

    Args:
        kind: what is expected: `OrderReport`, `PytestOrder` or `PytestReport`.
        data: the bytes.

    Raises:
        values.UnreadableError: they are something else.
    """
    try:
        message: T = _READERS[kind](values.loads(data))
    except (ValueError, TypeError, RecursionError, MemoryError) as error:
        raise values.UnreadableError(f"{type(error).__name__}: {error}") from None
    return message

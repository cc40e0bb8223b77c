"""EvalPlus's verdict (Liu et al., 2023): a program must give, on thousands of inputs, what a reference gives.

What the reference gives is found out by running it here, once a task, in the sandbox. Programs get inputs alone; what
they return is compared in this process. It is EvalPlus's comparison, with two differences: time-outs go by processor
time, so that a busy machine does not change a verdict, and an input for which the reference gives more than 16 MiB, or
takes more memory than a program may have, is left out (a few of ``Mbpp/255``).
"""

import asyncio
import zlib
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from selfdebug import values
from selfdebug.benchmarks.benchmark import BenchmarkError, Failure, Score, Task
from selfdebug.benchmarks.programs import agreement
from selfdebug.benchmarks.programs.agreement import Oracle
from selfdebug.benchmarks.programs.scoring import ProgramScorer, described, failure, one_line
from selfdebug.benchmarks.records import Record, parse
from selfdebug.execution import Call, Limits, RunOptions, Sandbox
from selfdebug.execution.inside.checking import show
from selfdebug.execution.inside.protocol import TestReport
from selfdebug.outcome import Outcome, ProgramError, Status, TestOutcome
from selfdebug.problem import Program

_LEAST_SECONDS = 4.0  # that every call may take
_TIMES_REFERENCE = 4.0  # a call may take as many times as long as the reference
_MOST_SECONDS = 60.0  # for all calls on a kind of inputs
_AT_ONCE = 250  # inputs in one order: bounds what a hostile program can make us hold, and what a wrong one costs
_ORDER_BYTES = 8 << 20  # of expected values, as JSON, in one order
_KEPT_BYTES = 64 << 20  # of all expected values that are kept
_LARGE = 16 << 10  # of one that is compressed

Shape = Callable[[list[Any]], Sequence[Any]]
"""Makes the arguments that JSON cannot hold, such as tuples, of one input."""


@dataclass(frozen=True, slots=True)
class PlusReference:
    """A reference solution and the inputs on which programs must agree with it.

    Attributes:
        program: the reference.
        entry_point: name of the function.
        line: the task's line of the data file, which holds the inputs; read when they are needed, for together they
            take a hundred megabytes.
        place: of that line, for messages.
        shape: what makes the arguments of an input.
        oracle: how values are compared.
    """

    program: Program
    entry_point: str
    line: bytes = field(repr=False)
    place: str
    shape: Shape
    oracle: Oracle

    @classmethod
    def of(cls, record: Record, oracles: Mapping[str, Oracle], shape: Shape = list) -> Self:
        """The reference of a record of EvalPlus's files; values are compared where `oracles` lacks the entry point.

        Raises:
            DataError: the record does not hold what it should.
        """
        name = record.text("entry_point")
        program = Program(record.text("prompt") + record.text("canonical_solution"), "python")
        return cls(program, name, record.line, record.place, shape, oracles.get(name, Oracle.VALUE))


@dataclass(frozen=True, slots=True)
class _Given:
    """What a call gave, as the sandbox wrote it and as a value."""

    encoded: Any
    value: Any


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why a call gave nothing."""

    failure: Failure
    reason: str
    too_large: bool = False  # or what it gave was


@dataclass(frozen=True, slots=True)
class _Input:
    """An input, with what programs must give for it: a value, or a large one, compressed as `packed`."""

    arguments: Sequence[Any]
    tolerance: float
    value: Any
    packed: bytes


@dataclass(slots=True)
class _Inputs:
    """The base inputs of a task, or its plus inputs, with what the reference gave.

    Attributes:
        oracle: how values are compared.
        tolerance: by how much floats may differ, for the next input that is added.
        orders: first index and end of the calls that are ordered together.
        seconds: processor time of the reference on all of them.
        size: bytes that the expected values would take as JSON.
    """

    oracle: Oracle
    tolerance: float
    orders: list[tuple[int, int]] = field(default_factory=list)
    seconds: float = 0.0
    size: int = 0
    _inputs: list[_Input] = field(default_factory=list)
    _open: int = 0

    @property
    def arguments(self) -> list[Sequence[Any]]:
        return [known.arguments for known in self._inputs]

    def add(self, arguments: Sequence[Any], given: _Given) -> None:
        text = values.dumps(given.encoded)
        self.tolerance = agreement.tolerance_from(given.value, self.tolerance)
        end = len(self._inputs)
        if not self.orders or self._open + len(text) > _ORDER_BYTES or end - self.orders[-1][0] >= _AT_ONCE:
            self.orders.append((end, end))
            self._open = 0
        self._open += len(text)
        self.size += len(text)
        self.orders[-1] = self.orders[-1][0], end + 1
        large = len(text) > _LARGE
        value = None if large else agreement.wanted(self.oracle, given.value)
        self._inputs.append(_Input(arguments, self.tolerance, value, zlib.compress(text, 1) if large else b""))

    def agrees(self, index: int, value: Any) -> bool:
        known = self._inputs[index]
        return agreement.agree(self.oracle, known.arguments, value, self.wanted(index), known.tolerance)

    def wanted(self, index: int) -> Any:
        known = self._inputs[index]
        if not known.packed:
            return known.value
        value = values.decode(values.loads(zlib.decompress(known.packed)), agreement.ProgramObject)
        return agreement.wanted(self.oracle, value)


class PlusScorer(ProgramScorer):
    """Scores as EvalPlus does."""

    metrics = ("plus", "base")

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self._known: OrderedDict[str, tuple[_Inputs, _Inputs]] = OrderedDict()
        """Base and plus inputs by task, those that were asked for last at the end."""
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def _score(self, task: Task, program: Program) -> Score:
        reference = task.reference
        assert isinstance(reference, PlusReference)
        base, plus = await self._inputs(task.id, reference)
        for inputs in (base, plus):
            wrong = await self._check(reference, program, inputs)
            if wrong is not None:
                return Score(False, *wrong, metrics={"plus": False, "base": inputs is plus})
        return Score(True, metrics={"plus": True, "base": True})

    async def _check(self, reference: PlusReference, program: Program, inputs: _Inputs) -> tuple[Failure, str] | None:
        """The first input on which a program and the reference disagree, as a failure; `None` if there is none."""
        run = _Run(self._sandbox, reference, program, inputs.arguments, inputs.seconds)
        for first, end in inputs.orders:
            for index, given in enumerate(await run.calls(first, end), first):
                if isinstance(given, _Failed):
                    return given.failure, one_line(f"{given.reason} in {run.text(index)}")
                if not inputs.agrees(index, given.value):
                    wanted = agreement.described(inputs.oracle, inputs.wanted(index))
                    return Failure.WRONG, one_line(f"{run.text(index)} should give {wanted}: gave {show(given.value)}")
        return None

    async def _inputs(self, name: str, reference: PlusReference) -> tuple[_Inputs, _Inputs]:
        """What programs of a task must agree with; the reference runs once, however many ask at the same time."""
        async with self._locks[name]:
            if name not in self._known:
                record = parse(reference.place, reference.line)
                tolerance = record.real("atol")
                base = await self._expected(name, reference, record.lists("base_input"), tolerance)
                plus = await self._expected(name, reference, record.lists("plus_input"), tolerance)
                self._known[name] = base, plus
            self._known.move_to_end(name)
            inputs = self._known[name]
        # What was found out long ago is forgotten, so that what is kept does not grow with the number of tasks.
        while len(self._known) > 1 and sum(i.size for pair in self._known.values() for i in pair) > _KEPT_BYTES:
            self._known.popitem(last=False)
        return inputs

    async def _expected(
        self, name: str, reference: PlusReference, inputs: list[list[Any]], tolerance: float
    ) -> _Inputs:  # fmt: skip
        arguments = [reference.shape(given) for given in inputs]
        run = _Run(self._sandbox, reference, reference.program, arguments, _MOST_SECONDS)
        expected = _Inputs(reference.oracle, tolerance)
        first, at_once = 0, 4
        while first < len(arguments):
            size = expected.size
            for given in await run.calls(first, first + at_once):
                if isinstance(given, _Given):
                    expected.add(arguments[first], given)
                elif not given.too_large:
                    raise BenchmarkError(f"The reference of {name} fails in {run.text(first)}: {given.reason}.")
                first += 1
            # How large values are is not known before: begin with few, and take more while they are small.
            at_once = min(2 * at_once, _AT_ONCE) if expected.size - size < _ORDER_BYTES // 4 else 4
        expected.seconds = run.spent
        return expected


class _Run:
    """Calls of one program with the inputs of one kind.

    EvalPlus ends a call after four times the reference's time, or four seconds if that is less, and all calls together
    after a minute. The sandbox limits all calls of an order together: so if an order is ended, the calls from the one
    that did not end are ordered again, and a call counts as timed out if it used up a limit that it had for itself.

    Args:
        arguments: of all calls.
        seconds: processor time of the reference.
    """

    def __init__(
        self, sandbox: Sandbox, reference: PlusReference, program: Program, arguments: Sequence[Sequence[Any]],
        seconds: float,
    ) -> None:  # fmt: skip
        self._sandbox, self._arguments = sandbox, arguments
        self._name = reference.entry_point
        self._code, self._function = agreement.calling(reference.oracle, program.code, reference.entry_point)
        self._seconds = max(_LEAST_SECONDS, _TIMES_REFERENCE * seconds)
        self.spent = 0.0

    def text(self, index: int) -> str:
        """A call as a person writes it."""
        return f"{self._name}({', '.join(show(a) for a in self._arguments[index])})"

    async def calls(self, first: int, end: int) -> list[_Given | _Failed]:
        """What the calls from ``first`` to ``end`` gave, in their order; nothing after the first that gave nothing."""
        given: list[_Given | _Failed] = []
        wanted = min(end, len(self._arguments)) - first
        while len(given) < wanted:
            start = first + len(given)
            outcome, replies = await self._order(self._arguments[start : first + wanted])
            self.spent += outcome.cpu_seconds
            made = [_read(t, r, outcome) for t, r in zip(outcome.tests, replies, strict=True)]
            until = next((i for i, item in enumerate(made) if isinstance(item, _Failed)), len(made))
            given += made[:until]
            if until == len(made):
                continue
            failed = made[until]
            assert isinstance(failed, _Failed)
            if failed.failure is not Failure.TIMED_OUT or until == 0 or self.spent >= _MOST_SECONDS:
                return [*given, failed]
        return given

    async def _order(self, arguments: Sequence[Sequence[Any]]) -> tuple[Outcome, Sequence[TestReport]]:
        seconds = max(min(self._seconds, _MOST_SECONDS + 1 - self.spent), 0.1)
        calls = [Call(self._function, tuple(a)) for a in arguments]
        options = RunOptions(Limits(cpu_seconds=seconds, idle_seconds=_LEAST_SECONDS))
        return await self._sandbox.call_python(self._code, calls, options)


def _read(test: TestOutcome, report: TestReport, outcome: Outcome) -> _Given | _Failed:
    """What a call gave. An object of the program's own is kept as one that equals nothing."""
    if outcome.error is not None:
        wrong = failure(outcome)
        assert wrong is not None
        return _Failed(*wrong)
    if report.status == "passed":
        try:
            (encoded,) = report.value
            return _Given(encoded, values.decode(encoded, agreement.ProgramObject))
        except ValueError as error:
            return _Failed(Failure.WRONG, f"what it returned cannot be read ({error})")
    if test.status is Status.TIMED_OUT:
        return _Failed(Failure.TIMED_OUT, "timed out")
    raised = test.error or ProgramError("Error", str(test.status))
    large = test.status is Status.OUT_OF_MEMORY
    return _Failed(
        Failure.TOO_LARGE if large else Failure.ERROR,
        described(raised),
        too_large=large or test.status is Status.KILLED,  # a value too large to be sent is the end of its process
    )

"""EvalPlus's verdict (Liu et al., 2023): a program must give, on thousands of inputs, what a reference gives.

What the reference gives is found out by running it here, once a task, in the sandbox. Programs get inputs alone; what
they return is compared in this process. It is EvalPlus's comparison, with one difference: time-outs go by processor
time, so that a busy machine does not change a verdict.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from selfdebug.execution import Call, Limits, Sandbox
from selfdebug.execution.inside import values
from selfdebug.execution.inside.rewriting import show
from selfdebug.outcome import Outcome, ProgramError, Status, TestOutcome
from selfdebug.problem import Program

from ..benchmark import BenchmarkError, Failure, Score, Task
from . import agreement, scoring
from .records import parse

MEASURES = ("plus", "base")

_LEAST_SECONDS = 4.0  # that every call may take
_TIMES_REFERENCE = 4.0  # a call may take as many times as long as the reference
_MOST_SECONDS = 60.0  # for all calls on a kind of inputs
_AT_ONCE = 250  # inputs in one order: bounds what a hostile program can make us hold, and what a wrong one costs
_KEPT = 16  # tasks whose expected values are kept


@dataclass(frozen=True, slots=True)
class PlusReference:
    """A reference solution and the inputs on which programs must agree with it.

    Attributes:
        program: the reference.
        entry_point: name of the function.
        line: the task's line of the data file, which holds the inputs; read when they are needed, for together they
            take a hundred megabytes.
        place: of that line, for messages.
        shape: makes the arguments that JSON cannot hold, such as tuples, of one input.
        oracle: how values are compared.
    """

    program: Program
    entry_point: str
    line: bytes = field(repr=False)
    place: str
    shape: Callable[[list[Any]], Sequence[Any]]
    oracle: agreement.Oracle


@dataclass(frozen=True, slots=True)
class _Inputs:
    """The base inputs of a task, or its plus inputs.

    Attributes:
        arguments: of each call.
        expected: what the reference gave for each; for oracles that compare sets or look for nothing, see there.
        tolerances: by how much floats may differ, for each.
        seconds: processor time of the reference on all of them.
    """

    arguments: list[Sequence[Any]]
    expected: list[Any]
    tolerances: list[float]
    seconds: float


@dataclass(slots=True)
class _Known:
    """What is known of a task, once it was found out."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    inputs: tuple[_Inputs, _Inputs] | None = None


class PlusScorer:
    """Scores as EvalPlus does.

    Args:
        sandbox: where programs run.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._known: OrderedDict[str, _Known] = OrderedDict()

    async def score(self, items: Sequence[tuple[Task, Program]]) -> list[Score]:
        """Score programs; see `Scorer`."""
        return list(await asyncio.gather(*(self._score(*item) for item in items)))

    async def _score(self, task: Task, program: Program) -> Score:
        if not program.code.strip():
            return scoring.no_program(MEASURES)
        reference = task.reference
        assert isinstance(reference, PlusReference)
        base, plus = await self._inputs(task.id, reference)
        found = await self._check(reference, program, base)
        if found is not None:
            return Score(False, *found, measures={"plus": False, "base": False})
        found = await self._check(reference, program, plus)
        if found is not None:
            return Score(False, *found, measures={"plus": False, "base": True})
        return Score(True, measures={"plus": True, "base": True})

    async def _check(
        self, reference: PlusReference, program: Program, inputs: _Inputs
    ) -> tuple[Failure, str] | None:  # fmt: skip
        """The first input on which a program and the reference disagree, as a failure; `None` if there is none."""
        run = _Run(self._sandbox, reference, program, inputs.arguments, inputs.seconds)
        for first in range(0, len(inputs.arguments), _AT_ONCE):
            for index, given in enumerate(await run.calls(first, first + _AT_ONCE), first):
                if isinstance(given, _Failed):
                    return given.failure, scoring.one_line(f"{given.reason}{_in(run.text(index))}")
                expected = inputs.expected[index]
                if not agreement.agree(
                    reference.oracle, inputs.arguments[index], given.value, expected, inputs.tolerances[index]
                ):
                    wanted = agreement.described(reference.oracle, inputs.arguments[index], expected)
                    return Failure.WRONG, scoring.one_line(
                        f"{run.text(index)} should give {wanted}: gave {show(given.value)}"
                    )
        return None

    async def _inputs(self, name: str, reference: PlusReference) -> tuple[_Inputs, _Inputs]:
        """What programs of a task must agree with; the reference runs once, however many ask at the same time."""
        known = self._known.setdefault(name, _Known())
        self._known.move_to_end(name)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        async with known.lock:
            if known.inputs is None:
                record = parse(reference.place, reference.line)
                tolerance = record.real("atol")
                base, plus = [
                    await self._expected(name, reference, record.lists(kind), tolerance)
                    for kind in ("base_input", "plus_input")
                ]
                known.inputs = base, plus
            return known.inputs

    async def _expected(
        self, name: str, reference: PlusReference, inputs: list[list[Any]], tolerance: float
    ) -> _Inputs:  # fmt: skip
        arguments = [reference.shape(given) for given in inputs]
        run = _Run(self._sandbox, reference, reference.program, arguments, _MOST_SECONDS)
        expected = []
        for first in range(0, len(arguments), _AT_ONCE):
            for index, given in enumerate(await run.calls(first, first + _AT_ONCE), first):
                if isinstance(given, _Failed):
                    raise BenchmarkError(
                        f"The reference of {name} does not run here{_in(run.text(index))}: {given.reason}."
                    )
                expected.append(agreement.wanted(reference.oracle, given.value))
        return _Inputs(arguments, expected, agreement.tolerances(expected, tolerance), run.spent)


def _in(call: str) -> str:
    return f" in {call}"


@dataclass(frozen=True, slots=True)
class _Given:
    value: Any


@dataclass(frozen=True, slots=True)
class _Failed:
    failure: Failure
    reason: str


class _Run:
    """Calls of one program with the inputs of one kind.

    EvalPlus ends a call after four times the reference's time, or four seconds if that is less, and all calls together
    after a minute. The sandbox limits all calls of an order together: so if an order is ended, the calls from the one
    that did not end are ordered again, and a call counts as timed out if it used up a limit that it had for itself.

    Args:
        sandbox: where it runs.
        reference: of its task.
        program: the program.
        arguments: of all calls.
        seconds: processor time of the reference.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        reference: PlusReference,
        program: Program,
        arguments: Sequence[Sequence[Any]],
        seconds: float,
    ) -> None:
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

    async def _order(self, arguments: Sequence[Sequence[Any]]) -> tuple[Outcome, list[Any]]:
        seconds = max(min(self._seconds, _MOST_SECONDS + 1 - self.spent), 0.1)
        calls = [Call(self._function) for _ in arguments]  # for the outcome, which needs no arguments
        requests = [{"function": self._function, "arguments": list(a), "named": {}, "changed": []} for a in arguments]
        outcome, replies = await self._sandbox.call_python(
            self._code, calls, requests, Limits(cpu_seconds=seconds, idle_seconds=_LEAST_SECONDS)
        )
        return outcome, replies or [["lost"]] * len(calls)


def _read(test: TestOutcome, reply: list[Any], outcome: Outcome) -> _Given | _Failed:
    """What a call gave. An object of the program's own is kept as one that equals nothing."""
    if outcome.error is not None:
        found = scoring.failure(outcome)
        assert found is not None
        return _Failed(*found)
    if reply[0] == "value":
        try:
            return _Given(values.decode(reply[1], agreement.ProgramObject))
        except values.UnreadableError as error:
            return _Failed(Failure.WRONG, f"what it returned cannot be read ({error})")
    if test.status is Status.TIMED_OUT:
        return _Failed(Failure.TIMED_OUT, "timed out")
    error = test.error or ProgramError("Error", str(test.status))
    large = test.status is Status.OUT_OF_MEMORY
    return _Failed(Failure.TOO_LARGE if large else Failure.ERROR, scoring.described(error))

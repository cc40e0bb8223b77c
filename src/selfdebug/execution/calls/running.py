"""Put calls to a program of any language, take what it gave, and compare it here.

The expected value never enters the program's process. What a call gave comes out through a file of its own, so that
what the program prints is neither here nor there, and a program that writes that file itself has merely given a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from selfdebug import values as plain_values
from selfdebug.execution import reports
from selfdebug.execution.calls import values
from selfdebug.execution.errors import SignatureError
from selfdebug.execution.executor import Executor
from selfdebug.execution.inside.checking import show
from selfdebug.execution.limits import Limits
from selfdebug.execution.options import RunOptions
from selfdebug.languages import LANGUAGES
from selfdebug.languages.base import Language
from selfdebug.languages.functions import Function
from selfdebug.languages.signatures import find_function
from selfdebug.outcome import Outcome, ProgramError, Status, TestOutcome
from selfdebug.signature import UNKNOWN, ReferenceTo, Signature, Type, has_unknown
from selfdebug.unit_tests import Call

_FIRST_PAINT = 85


@dataclass(frozen=True, slots=True)
class Given:
    """What one call gave.

    Attributes:
        outcome: of its process; for Python, of all calls together.
        value: what was returned, or the changed arguments, in plain Python; meaningless if there is an error.
        error: why there is no value.
        status: how it ended.
        ran: False if the program could not be compiled or loaded, or lacks the function.
    """

    outcome: Outcome
    value: Any = None
    error: ProgramError | None = None
    status: Status = Status.PASSED
    ran: bool = True


@lru_cache(maxsize=256)
def _find(source: str, language: Language, name: str) -> Function:
    return find_function(source, language, name)


async def evaluate(
    sandbox: Executor,
    chosen: Language,
    program: str,
    calls: Sequence[Call],
    signature: Signature | None,
    limits: Limits,
    *,
    checked: bool = False,
    paint: int = _FIRST_PAINT,
    spare: int = 0,
) -> list[Given]:
    """Make calls, each in a process of its own (Python: one process, as long as it lives).

    Args:
        sandbox: where to run.
        chosen: the program's language.
        program: its source.
        calls: what to call; their expected values play no part.
        signature: types of the arguments, if they are known from elsewhere, such as a translation's source.
        limits: for each process.
        checked: compile such that undefined behaviour ends the program, and take what was given to the letter.
        paint: byte that fills memory before the call, where uninitialised memory can be read.
        spare: characters of room after C++ texts that the program can change.
    """
    if chosen.is_warm:
        return (await _evaluate_python(sandbox, program, calls, signature, RunOptions(limits), exact=checked))[1]

    async def made(call: Call) -> Given:
        try:
            function = _find(program, chosen, call.function)
            wanted = signature or function.signature
            arguments = _arguments(function, call, wanted)
        except SignatureError as error:
            return await _missing(sandbox, chosen, program, limits, str(error))
        # Without types, everything returns something, and what is no syntax may look like a procedure.
        if function.is_procedure and not wanted.is_procedure and chosen.is_typed:
            message = f"{function.text} returns nothing, but the tests compare what it returns"
            return _refused(Outcome(isolation=sandbox.isolation), message)
        build = chosen.build_call(program, function, _written(function, wanted, chosen), checked=checked)
        text = f"{paint}+{spare} {' '.join(map(values.encode, arguments))}\n"
        executed = await sandbox.execute(chosen, build, limits, inputs={"arguments": text}, outputs=("result",))
        if not executed.compiled:
            return _refused(executed.outcome, _explained(executed.outcome.error, function))
        return _given(executed.outcome, executed.files.get("result"), wanted)

    return [await made(call) for call in calls]


def _written(function: Function, wanted: Signature, chosen: Language) -> Signature:
    """What is written after the call. A function that returns something in a procedure's place meant that."""
    # Without types, everything returns something; the driver sees which it was.
    returns_instead = wanted.is_procedure and not function.is_procedure and chosen.is_typed
    return replace(wanted, outputs=()) if returns_instead else wanted


async def compiles(sandbox: Executor, chosen: Language, program: str, signature: Signature, limits: Limits) -> Outcome:
    """Compile a program as for a call of its function; the outcome's error says why that cannot be done."""
    try:
        function = _find(program, chosen, signature.name)
    except SignatureError as error:
        return (await _missing(sandbox, chosen, program, limits, str(error))).outcome
    build = chosen.build_call(program, function, _written(function, signature, chosen))
    executed = await sandbox.execute(chosen, build, limits, inputs={"arguments": ""})
    if executed.compiled:  # what it did without arguments does not matter
        return Outcome(isolation=sandbox.isolation)
    return _refused(executed.outcome, _explained(executed.outcome.error, function)).outcome


def _arguments(function: Function, call: Call, wanted: Signature) -> list[Any]:
    """The arguments in the forms of the program's own parameters."""
    if call.named:
        raise SignatureError(f"{call}: named arguments are Python's alone; give them by position.")
    if len(function.slots) != len(call.arguments):
        raise SignatureError(f"{function.text} does not take the {len(call.arguments)} arguments of {call}.")
    fitted = []
    for index, (slot, argument) in enumerate(zip(function.slots, call.arguments, strict=True)):
        try:
            if index < len(wanted.parameters):
                of = wanted.parameters[index].type
                argument = values.fit(argument, of)
                if isinstance(of, ReferenceTo) and isinstance(slot.output, ReferenceTo):  # as the program has it
                    (argument,) = argument
            fitted.append(_fit_own(argument, slot.type))
        except values.UnfitError as error:
            raise SignatureError(f"{function.text} cannot take {slot.name or 'argument'} of {call}: {error}.") from None
    return fitted


def _fit_own(value: Any, own: Type) -> Any:
    return value if has_unknown(own) else values.fit(value, own)


async def run_python(
    sandbox: Executor, program: str, calls: Sequence[Call], signature: Signature, options: RunOptions
) -> Outcome:
    """Run a Python program against calls whose types are known."""
    outcome, given = await _evaluate_python(sandbox, program, calls, signature, options)
    tests = [settle(c, g, signature, sandbox.isolation) for c, g in zip(calls, given, strict=True)]
    return replace(outcome, tests=tuple(replace(t, output=None) for t in tests))


async def _evaluate_python(
    sandbox: Executor, program: str, calls: Sequence[Call], signature: Signature | None, options: RunOptions,
    *, exact: bool = False,
) -> tuple[Outcome, list[Given]]:  # fmt: skip
    fitted = [_for_python(program, call, signature) for call in calls]
    changed = () if signature is None else signature.changed
    outcome, ended = await sandbox.call_python(program, fitted, options, changed=changed)
    given = []
    for test, report, call in zip(outcome.tests, ended, fitted, strict=True):
        if report.status != "passed":
            given.append(Given(outcome, None, test.error, test.status, ran=outcome.error is None))
            continue
        try:
            (value,) = map(plain_values.decode, report.value)
            after = [plain_values.decode(v) for v in report.changed]
        except ValueError as problem:
            error = ProgramError("UnreadableValue", f"returned what is no plain value: {problem}")
            given.append(Given(outcome, None, error, Status.RAISED))
            continue
        before = [call.arguments[i] for i in changed]
        given.append(Given(outcome, _given_by_python(value, before, after, signature, exact)))
    return outcome, given


def _given_by_python(value: Any, before: list[Any], after: list[Any], signature: Signature | None, exact: bool) -> Any:
    """What was returned and changed. A program that changed nothing may return what it should have changed."""
    if not before or signature is None:
        return value
    if not signature.is_procedure:
        everything = isinstance(value, (list, tuple)) and len(value) == 1 + len(after) and after == before
        return tuple(value) if everything and not exact else (value, *after)
    instead = value is not None and after == before
    return value if instead else given_value(after, len(after))


def _for_python(program: str, call: Call, signature: Signature | None) -> Call:
    """A call with its arguments in the forms of the program's own parameters."""
    arguments, name = list(call.arguments), call.function
    if signature is not None:
        try:
            function = _find(program, LANGUAGES["python"], name)
            own, name = [slot.type for slot in function.slots], function.name
        except SignatureError:
            own = []  # a class, or a function by assignment
        for index, parameter in enumerate(signature.parameters[: len(arguments)]):
            try:
                arguments[index] = values.fit(arguments[index], parameter.type)
                if index < len(own):
                    arguments[index] = _fit_own(arguments[index], own[index])
            except values.UnfitError:
                pass  # the program annotates what it does not mean, or the test is of another type on purpose
    return replace(call, function=name, arguments=tuple(arguments))


async def _missing(sandbox: Executor, chosen: Language, program: str, limits: Limits, message: str) -> Given:
    """No such function: because the program cannot be read at all, or because it has another."""
    if not chosen.structure(program).parses:
        # Only a compiler says where; JavaScript has none, and its run does.
        executed = await sandbox.execute(chosen, chosen.build(program, None), limits)
        if executed.outcome.error is not None and executed.outcome.error.line is not None:
            return _refused(executed.outcome, executed.outcome.error.message)
    return _refused(Outcome(isolation=sandbox.isolation), message)


def _refused(outcome: Outcome, message: str) -> Given:
    """No value, because there was no call; of a compiler that failed, its outcome with our words."""
    error = replace(outcome.error, message=message) if outcome.error else ProgramError("SignatureMismatch", message)
    return Given(replace(outcome, error=error), None, error, Status.NOT_RUN, ran=False)


def _explained(error: ProgramError | None, function: Function) -> str:
    """A compiler's message; where it is about the driver's call, with what was called."""
    if error is None:
        return "it could not be compiled"
    return error.message if error.line is not None else f"calling {function.text} failed: {error.message}"


def _given(outcome: Outcome, text: str | None, wanted: Signature) -> Given:
    error = outcome.error
    if error is None and text is not None:
        try:
            return Given(outcome, given_value(values.decode(text), len(wanted.changed) + (not wanted.is_procedure)))
        except values.MalformedAnswerError as problem:
            error = ProgramError("UnreadableValue", str(problem))
    error = error or ProgramError("Killed", "ended its own process before it answered")
    return Given(replace(outcome, error=error), None, error, reports.status_of(error))


def given_value(pieces: list[Any], wanted: int) -> Any:
    """One value of what came back: what was returned, and so many of the changed arguments."""
    return tuple(pieces) if wanted > 1 and len(pieces) > 1 else pieces[0] if pieces else None


def settle(call: Call, given: Given, signature: Signature | None, isolation: str) -> TestOutcome:
    """The outcome of a test: the value compared with the expected one, each in the form that the signature gives."""
    text, protected = str(call), isolation != "none"
    if given.error is not None:
        expected = None if given.status is Status.NOT_RUN else show(call.expected)
        return TestOutcome(
            text, given.status, None, expected, error=given.error, protected=protected, output=given.outcome.stdout
        )
    gives = UNKNOWN if signature is None else signature.gives
    actual, expected_value = _formed(given.value, gives), _formed(call.expected, gives)
    try:
        same = values.equal(actual, expected_value, call.tolerance)
        seen = values.digest(actual)
    except (RecursionError, OverflowError, plain_values.NotPlainError):
        same, seen = False, values.digest(show(actual))
    status = Status.PASSED if same else Status.FAILED
    actual_text, expected_text = (None, None) if same else (show(actual), show(expected_value))
    return TestOutcome(
        text, status, actual_text, expected_text, digest=seen, protected=protected, output=given.outcome.stdout
    )


def _formed(value: Any, gives: Type) -> Any:
    try:
        return values.fit(value, gives)
    except values.UnfitError:
        return value

"""Tests as Python code, in a process without the program: names of the program stand for remote objects.

What a test does to such an object is done in the program's process and comes back as a plain value or as another
remote object. Two things are never done there: comparing with a plain value, and computing with one. A program could
answer as it likes if it learned what is expected; so these fail here, as they would between unrelated types.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import socket
from collections.abc import Callable, Collection, Iterator
from typing import Any

from . import names, rewriting, values, wire

NEEDS_PROGRAM = "needs program"
"""Status of a test that must be run in the program's own process."""


class ProgramGone(BaseException):
    """The program's process ended while the test waited for it. Not an Exception: tests must not catch it."""


class NeedsProgramProcess(BaseException):
    """The test does what only the program's own process can do. Not an Exception: tests must not catch it."""


class ProgramExit(Exception):  # noqa: N818
    """The program raised SystemExit or KeyboardInterrupt in a call."""


class Connection:
    """Calls into the program's process."""

    def __init__(self, channel: socket.socket, on_trace: Callable[[Any], None] = lambda steps: None) -> None:
        self._channel = channel
        self._on_trace = on_trace
        self.trace: list[int] | None = None
        self.last_error: list[Any] | None = None

    def request(self, message: dict[str, Any]) -> Any:
        """Send a request and wait for its reply.

        Raises:
            ProgramGone: the program's process ended, or sent what is no reply.
        """
        if self.trace is not None:
            message["trace"] = self.trace
        try:
            wire.send(self._channel, values.dumps(message))
        except wire.ClosedError as error:
            raise ProgramGone(str(error)) from None
        return self._reply()

    def _reply(self) -> Any:
        try:
            while True:
                reply = values.loads(wire.receive(self._channel, longest=wire.MAX_REPLY))
                if type(reply) is not list or not reply:
                    raise ProgramGone("no reply")
                if reply[0] != "trace":
                    return reply
                self._on_trace(reply[1])
        except (wire.ClosedError, ValueError, RecursionError) as error:
            raise ProgramGone(str(error)) from None

    def loaded(self) -> tuple[dict[str, Any], list[Any] | None]:
        """Wait until the program is loaded; return the values of the names asked for, and its error if it raised."""
        reply = self._reply()
        if reply[0] == "raised":
            return {}, reply[1:]
        try:
            return {str(k): values.decode(v, self._build) for k, v in reply[1].items()}, None
        except _UNREADABLE as error:
            raise ProgramGone(str(error)) from None

    def _build(self, number: int, name: str) -> Remote:
        if not 0 <= number < 1 << 31:
            # Two that were alike in a hash would have to be compared, and that only the program can do.
            raise ValueError("no number of an object")
        return Remote(self, number, name)

    def _encode(self, value: Any) -> Any:
        return values.encode(value, _reference)

    def call(self, target: Remote, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Call a function of the program; changes that it makes to arguments are made here too."""
        message = {
            "do": "call",
            "object": _number(target),
            "args": [self._encode(a) for a in arguments],
            "named": {k: self._encode(v) for k, v in named.items()},
            "back": True,
        }
        reply = self.request(message)
        result = self._result(reply)
        if reply[0] == "value":
            try:
                for index, changed in reply[2]:
                    update(arguments[index], values.decode(changed, self._build))
            except _UNREADABLE as error:
                raise ProgramGone(str(error)) from None
        return result

    def perform(self, operation: str, *arguments: Any) -> Any:
        """Apply an operation of `program` in the program's process."""
        reply = self.request({"do": operation, "args": [self._encode(a) for a in arguments]})
        if operation == "next" and reply[0] == "end":
            raise StopIteration
        return self._result(reply)

    def _result(self, reply: list[Any]) -> Any:
        try:
            if reply[0] == "value":
                return values.decode(reply[1], self._build)
            kind, bases, message, line = reply[1:5]
        except _UNREADABLE as error:
            raise ProgramGone(str(error)) from None
        kind, message = values.text(kind, 200), values.text(message)
        self.last_error = [kind, message, line if type(line) is int else None]
        raise exception(kind, bases, message)


_UNREADABLE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError)


def exception(kind: str, bases: Any, message: str) -> Exception:
    """An exception like the program's: of its type if that is built in, else of its nearest built-in base."""
    for name in bases if isinstance(bases, list) else []:
        base = getattr(builtins, name, None) if isinstance(name, str) else None
        if isinstance(base, type) and issubclass(base, Exception):
            if base in (UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError):
                base = UnicodeError
            if base is StopIteration or base is StopAsyncIteration:
                base = RuntimeError  # a raised one must not end a loop of the test in silence
            like: type[Exception] = base if base.__name__ == kind else type(kind, (base,), {})
            return like(message)
    return ProgramExit(f"{kind}: {message}" if message else kind)


def _number(remote: Remote) -> int:
    number: int = object.__getattribute__(remote, "_number")
    return number


def _reference(value: Any) -> object:
    if isinstance(value, Remote):
        return {"object": [_number(value), ""]}
    raise NeedsProgramProcess(f"a {type(value).__name__} as an argument")


class Remote:
    """An object of the program, by reference."""

    def __init__(self, connection: Connection, number: int, name: str) -> None:
        object.__setattr__(self, "_connection", connection)
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_name", name)

    def _do(self, operation: str, *arguments: Any) -> Any:
        connection: Connection = object.__getattribute__(self, "_connection")
        return connection.perform(operation, self, *arguments)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        connection: Connection = object.__getattribute__(self, "_connection")
        return connection.call(self, arguments, named)

    def __getattribute__(self, name: str) -> Any:
        if name in ("_do", "__class__") or (name.startswith("__") and name.endswith("__")):
            return object.__getattribute__(self, name)
        return object.__getattribute__(self, "_do")("getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._do("setattr", name, value)

    def __getitem__(self, key: Any) -> Any:
        return self._do("getitem", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._do("setitem", key, value)

    def __len__(self) -> int:
        return int(self._do("len"))

    def __bool__(self) -> bool:
        return bool(self._do("bool"))

    def __str__(self) -> str:
        return str(self._do("str"))

    def __repr__(self) -> str:
        return f"<{object.__getattribute__(self, '_name')} object>"

    def __iter__(self) -> Iterator[Any]:
        iterator = self._do("iter")
        return iterator if isinstance(iterator, Remote) else iter(iterator)

    def __next__(self) -> Any:
        return self._do("next")

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, Remote) and bool(instance._do("isinstance", self))

    def __hash__(self) -> int:
        return _number(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Remote):
            return False
        if _number(self) == _number(other):
            return True
        raise NeedsProgramProcess("two objects of the program are compared")

    def __ne__(self, other: object) -> bool:
        return not self == other

    def _both(self, other: Any, operation: str) -> Any:
        if isinstance(other, Remote):
            return self._do(operation, other)
        return NotImplemented

    def __add__(self, other: Any) -> Any:
        return object.__getattribute__(self, "_both")(other, "add")

    def __sub__(self, other: Any) -> Any:
        return object.__getattribute__(self, "_both")(other, "sub")

    def __mul__(self, other: Any) -> Any:
        return object.__getattribute__(self, "_both")(other, "mul")

    def __truediv__(self, other: Any) -> Any:
        return object.__getattribute__(self, "_both")(other, "truediv")


def update(old: Any, new: Any) -> None:
    """Make a test's own object equal to what the program made of its copy, keeping identities where types agree."""
    if type(old) is not type(new):
        return
    if isinstance(old, list):
        if len(old) == len(new):
            old[:] = [_merged(a, b) for a, b in zip(old, new, strict=True)]
        else:
            old[:] = new
    elif isinstance(old, tuple):
        for a, b in zip(old, new, strict=False):
            update(a, b)
    elif isinstance(old, dict):
        merged = {k: _merged(old[k], v) if k in old else v for k, v in new.items()}
        old.clear()
        old.update(merged)
    elif isinstance(old, set):
        old.clear()
        old.update(new)
    elif isinstance(old, bytearray):
        old[:] = new


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, list | dict | set | bytearray | tuple) and type(old) is type(new):
        update(old, new)
        if not isinstance(old, tuple) or old == new:
            return old
    return new


def namespace(wanted: list[str], found: dict[str, Any], modules: Collection[str] = ()) -> dict[str, Any]:
    """Globals of the tests: what the program provides, and the judge's own modules."""
    result: dict[str, Any] = {"__name__": "__tests__"}
    for name in wanted:
        value = found.get(name)
        a_module = isinstance(value, Remote) and object.__getattribute__(value, "_name") == "module"
        if name in modules or (name in names.OWN_MODULES and (a_module or name not in found)):
            result[name] = importlib.import_module(name)
        elif name in found:
            result[name] = value
    return result


def _guarded(compare: Callable[..., None]) -> Callable[..., None]:
    """A test's ``isclose`` that is the program's own would learn what is expected: then the program decides."""

    def close(function: Any, *arguments: Any) -> None:
        if isinstance(function, Remote):
            raise NeedsProgramProcess("the program's own function compares")
        compare(function, *arguments)

    return close


def run(
    connection: Connection,
    order: dict[str, Any],
    wanted: list[str],
    first: int,
    report: Callable[[list[Any]], None],
) -> None:
    """Run the tests from the ``first`` on and report each.

    Args:
        connection: to the program's process, which was asked to load the program.
        order: the host's order, with ``setup`` and ``tests``.
        wanted: names that the program was asked for.
        first: index of the first test to run; those before it have their outcomes.
        report: receives ``[index, status, details…]`` for each test, or ``["load", error]``.

    Raises:
        ProgramGone: the program's process ended, or sent what is no reply.
    """
    setup, tests = order["setup"], order["tests"]
    found, error = connection.loaded()
    if error is not None:
        report(["load", error])
        return
    variables = namespace(wanted, found, names.modules_used(order))
    seen: list[Any] = []
    helpers = rewriting.helpers(seen)
    variables.update(helpers, **{"@close": _guarded(helpers["@close"])})
    problem = _attempt(connection, lambda: _execute(setup, wanted, variables)) if setup else None
    for index in range(first, len(tests)):
        seen.clear()
        connection.last_error = None
        connection.trace = order.get("trace") if order.get("trace_test") == index else None
        report(["start", index])
        test = tests[index]
        outcome: list[Any] | None
        if problem is not None:
            outcome = problem
        elif "code" in test and _safely(names.needs_program_process, test["code"]):
            outcome = [NEEDS_PROGRAM]
        elif "function" in test:
            outcome = _attempt(connection, functools.partial(_call, variables, test, seen))
        else:
            outcome = _attempt(connection, functools.partial(_execute, test["code"], wanted, variables))
        report([index, *(outcome or ["passed"]), rewriting.digest_source(seen)])


def _safely(question: Callable[[str], bool], code: str) -> bool:
    try:
        return question(code)
    except names.NO_TEST:
        return False


def _execute(code: str, targets: list[str], variables: dict[str, Any]) -> None:
    exec(compile(rewriting.rewrite(code, targets), "<test>", "exec"), variables)


def _call(variables: dict[str, Any], test: dict[str, Any], seen: list[Any]) -> None:
    name = test["function"]
    if name not in variables:
        raise NameError(f"name '{name}' is not defined")
    arguments = [values.decode(a) for a in test["args"]]
    named = {k: values.decode(v) for k, v in test["named"].items()}
    expected = values.decode(test["expected"])
    actual = variables[name](*arguments, **named)
    seen.append(actual)
    if not matches(actual, expected, test["tolerance"]):
        raise rewriting.CheckFailed(actual, rewriting.expectation("==", expected), "")


def matches(actual: Any, expected: Any, tolerance: float) -> bool:
    """Equality; with a tolerance, floats within it, absolutely or relatively, in containers too."""
    if not tolerance:
        return bool(actual == expected)
    if isinstance(expected, float) and isinstance(actual, int | float):
        if actual == expected or (actual != actual and expected != expected):
            return True
        return abs(actual - expected) <= max(tolerance, tolerance * abs(expected))
    if isinstance(expected, list | tuple) and type(actual) is type(expected) and len(actual) == len(expected):
        return all(matches(a, e, tolerance) for a, e in zip(actual, expected, strict=True))
    if isinstance(expected, dict) and isinstance(actual, dict) and actual.keys() == expected.keys():
        return all(matches(actual[k], e, tolerance) for k, e in expected.items())
    return bool(actual == expected)


def _attempt(connection: Connection, test: Callable[[], None]) -> list[Any] | None:
    """Run a test; ``None`` if it passed, else its status and details."""
    try:
        test()
    except rewriting.CheckFailed as failure:
        return ["failed", *failure.shown(), str(failure)]
    except ProgramGone:
        raise
    except NeedsProgramProcess:
        return [NEEDS_PROGRAM]
    except BaseException as error:  # noqa: BLE001  (a test's own mistakes are its outcome too)
        if connection.last_error is not None and _same(error, connection.last_error):
            return ["raised", *connection.last_error]
        return ["raised", type(error).__name__, str(error)[:2000], None]
    return None


def _same(error: BaseException, last: list[Any]) -> bool:
    return type(error).__name__ == last[0] or isinstance(error, ProgramExit)

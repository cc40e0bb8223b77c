"""The program's side: load a program, run what tests ask of it, and nothing else.

This runs in the process of the program under test and may be taken over by it entirely. Where the judge decides, that
gains nothing: what is sent is read as plain values, and what a test expects never comes here. Where the judge cannot
decide, because the test does more than plain values allow, the test runs here as Python, and its verdict is not
protected.

Requests and answers are those of `protocol`, as `codec.pack_bare` writes them: a class's name and its members. They are
not made its objects here: each class would be touched, and its page copied, in every fork.
"""

from __future__ import annotations

import builtins
import marshal
import math
import os
import socket
import sys
import types
from collections.abc import Callable
from typing import Any

from . import checking, values, wire

FILE_NAME = "<program>"
"""File name in the program's code objects: how its own lines are told from the library's."""

prelude: types.CodeType = compile("", "<prelude>", "exec")
"""What is executed before a program that asks for it; the template keeps the latest here."""

_LIBRARY = {**vars(builtins), "math": math}
_ANY_PLAIN = ("Offer", (), True)

_Message = tuple[Any, ...]


class _Stopped(BaseException):
    """The judge found an assertion that does not hold: the test ends there. Not an Exception: nothing catches it."""


class LoadedProgram:
    """A loaded program.

    Args:
        channel: to the judge.
        bell: descriptor to write to when the judge must answer; it may be waiting for the end of the process.
    """

    def __init__(self, channel: socket.socket, bell: int) -> None:
        self._channel, self._bell = channel, bell
        self._namespace: dict[str, Any] = {}
        # A program may put its own in their places; a test must be run all the same.
        self._run, self._evaluate, self._compile = exec, eval, compile
        # What stands below a program on the stack must not take from how deep it may recur.
        sys.setrecursionlimit(sys.getrecursionlimit() + _depth() + 3)

    def serve(self, requests: tuple[_Message, ...]) -> None:
        """Answer the requests, in their order."""
        for request in requests:
            self._answer(request)

    def run_script(self, source: str, after_prelude: bool) -> int:
        """Run a program as ``python3 file.py`` does; what the interpreter does at its end is still to be done.

        Returns:
            Exit code.
        """
        sys.stdout.reconfigure(line_buffering=False, errors="strict")  # type: ignore[union-attr]
        try:
            self._load(source, after_prelude, script=True)
        except SystemExit as error:
            self._send(["raised", *describe(error)])
            raise
        except BaseException as error:  # noqa: BLE001  (whatever a program raises is its outcome)
            self._send(["raised", *describe(error)])
            error.__traceback__ = _of_program(error.__traceback__)
            sys.excepthook(type(error), error, error.__traceback__)
            return 1
        return 0

    # -- requests ----------------------------------------------------------------------------------------------

    def _answer(self, request: _Message) -> None:
        reply: list[Any] | bytes
        try:
            reply = self._perform(request)
        except _Stopped:
            return
        except MemoryError:
            reply = ["raised", *describe(MemoryError())]
        except BaseException as error:  # noqa: BLE001  (whatever a program raises is its outcome)
            reply = ["raised", *describe(error)]
        if reply:
            self._flush()
            self._send(reply)

    def _perform(self, request: _Message) -> list[Any] | bytes:
        kind, *members = request
        return _ANSWERS[kind](self, *members)

    def _traced(self, request: _Message, trace: _Message) -> list[Any] | bytes:
        from . import recorder  # only here: few programs are traced, and modules weigh on every fork

        with recorder.Recorder(FILE_NAME, lambda steps: self._send(["trace", steps]), *trace[2:]):
            return self._perform(request)

    def _ask(self, code: types.CodeType | str, offer: _Message) -> list[Any] | bytes:
        return self._offer(self._evaluate(self._code(code, "eval", {}), self._namespace), offer, wait=False)

    def _ask_call(self, call: _Message) -> list[Any] | bytes:
        return self._offer(self._call(*call)[0], _ANY_PLAIN, wait=False)

    def _give_call(self, call: _Message, changed: tuple[int, ...]) -> list[Any]:
        value, arguments = self._call(*call)
        return ["value", values.encode(value, _named), [values.encode(arguments[i], _named) for i in changed]]

    def _load(self, source: str, after_prelude: bool, script: bool) -> list[Any]:
        """Execute the program's module-level code."""
        name = "__main__" if script else "program"
        module = types.ModuleType(name)
        sys.modules[name] = module
        self._namespace = namespace = module.__dict__
        if script:
            namespace["__file__"] = sys.argv[0]
        if after_prelude:
            exec(prelude, namespace)
        exec(compile(source.removeprefix("\ufeff"), FILE_NAME, "exec", dont_inherit=True), namespace)
        return ["loaded"]

    def _call(self, _: str, name: str, arguments: list[Any], named: dict[str, Any]) -> tuple[Any, list[Any]]:
        """What a `protocol.FunctionCall` returns, and its arguments after it."""
        if name not in self._namespace:
            raise NameError(f"name {name!r} is not defined")
        decoded = [values.decode(a) for a in arguments]
        return self._namespace[name](*decoded, **{k: values.decode(v) for k, v in named.items()}), decoded

    # -- tests that the judge decides --------------------------------------------------------------------------

    def _test(self, code: types.CodeType | str, offers: tuple[_Message, ...], ends: bool) -> list[Any]:
        """Run a test of several statements; each of its assertions has its value sent."""
        last = len(offers) - 1 if ends else len(offers)

        def check(number: int, value: Any) -> None:
            reply = self._offer(value, offers[number], wait=number < last)
            self._send(reply)
            if isinstance(reply, list) and reply and reply[0] == "failed":
                raise _Stopped

        self._run(self._code(code, "exec", {checking.CHECK: check}), self._namespace)
        return [] if ends else ["done"]

    def _offer(self, value: Any, offer: _Message, *, wait: bool) -> list[Any] | bytes:
        """Send a value to the judge. What is not plain stays here, and the judge sends what is to be done with it.

        Returns:
            What is still to be sent.
        """
        body = self._encoded(value, offer)
        if 0 < len(body) <= wire.MAX_REPLY:
            if wait:
                self._flush()
                self._send(body)
                self._wait()
            return b"" if wait else body
        self._send(["object"])
        kind, *members = self._wait()
        return self._matches(value, *members) if kind == "Compare" else self._run_here(members[0], value)

    def _encoded(self, value: Any, offer: _Message) -> bytes:
        """A value for the judge; nothing, where it could not decide as Python would."""
        _, relies, bare = offer
        if relies and any(map(self._redefined, relies)):
            return b""
        try:
            reply = ["value", values.encode_exactly(value, bare=bare)]
            body = values.dumps(reply)
            # Two halves of a character become one on the way.
            return body if b"\\ud" not in body or values.loads(body) == reply else b""
        except (values.NotPlainError, ValueError, RecursionError, MemoryError):
            return b""

    def _redefined(self, name: str) -> bool:
        """Whether a name of the library means something else to the program."""
        return self._namespace.get(name, getattr(builtins, name, math)) is not _LIBRARY[name]

    def _wait(self) -> _Message:
        os.write(self._bell, b"!")
        answer: _Message = marshal.loads(wire.receive(self._channel))
        if answer[0] == "Stop":
            raise _Stopped
        return answer

    # -- tests that run here -----------------------------------------------------------------------------------

    def _run_here(self, code: types.CodeType | str, value: Any = None) -> list[Any]:
        """Run a test, or the rest of one, as Python: its verdict is not protected."""
        assertions = checking.Assertions()
        given = {**assertions.functions(), checking.VALUE: value}
        try:
            self._run(self._code(code, "exec", given), self._namespace)
        except AssertionError as error:
            if not assertions.raised(error) or assertions.failure is None:
                raise
            return ["failed", *assertions.failure, assertions.seen]
        return ["passed", len(assertions.seen), assertions.seen]

    def _matches(self, value: Any, encoded: Any, tolerance: float) -> list[Any]:
        expected = values.decode(encoded)
        seen = [checking.digest_source(value)]
        if checking.matches(value, expected, tolerance):
            return ["passed", 1, seen]
        return ["failed", checking.show(value), checking.show(expected), "", seen]

    def _code(self, code: types.CodeType | str, mode: str, given: dict[str, Any]) -> types.CodeType:
        if isinstance(code, str):
            code = self._compile(code, "<test>", mode, dont_inherit=True)
        return checking.bound(code, given) if given else code

    def _flush(self) -> None:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except Exception:  # noqa: BLE001  (the program may have put anything in their place)
            pass

    def _send(self, reply: list[Any] | bytes) -> None:
        try:
            if reply:
                wire.send(self._channel, reply if isinstance(reply, bytes) else values.dumps(reply))
        except wire.ClosedError:
            pass


_ANSWERS: dict[str, Callable[..., list[Any] | bytes]] = {
    "Load": LoadedProgram._load,
    "Ask": LoadedProgram._ask,
    "RunTest": LoadedProgram._test,
    "RunHere": LoadedProgram._run_here,
    "AskCall": LoadedProgram._ask_call,
    "CallTest": lambda program, call, *expected: program._matches(program._call(*call)[0], *expected),
    "GiveCall": LoadedProgram._give_call,
    "Traced": LoadedProgram._traced,
}


def _depth() -> int:
    frame, depth = sys._getframe(), 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1  # type: ignore[assignment]
    return depth


def _named(value: Any) -> object:
    """What stands for an object of the program's own: nothing is known of it but its type."""
    return {"object": [0, type(value).__name__]}


def _of_program(traceback: types.TracebackType | None) -> types.TracebackType | None:
    """A traceback from where the program begins."""
    while traceback is not None and traceback.tb_frame.f_code.co_filename != FILE_NAME:
        traceback = traceback.tb_next
    return traceback


def describe(error: BaseException) -> list[Any]:
    """An exception as plain data: type, message, line in the program."""
    try:
        message = str(error)[:2000]
    except BaseException:  # noqa: BLE001  (its __str__ is the program's)
        message = ""
    line = None
    if isinstance(error, SyntaxError) and error.filename == FILE_NAME:
        line = error.lineno
        message = error.msg or message
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == FILE_NAME:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return [type(error).__name__, message, line if isinstance(line, int) else None]

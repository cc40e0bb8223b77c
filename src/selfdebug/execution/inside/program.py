"""The program's side: load a program, answer calls, and nothing else.

This runs in the process of the program under test and may be taken over by it entirely. That gains nothing: what it
sends is read as plain values, and it never learns what value a test expects.
"""

from __future__ import annotations

import operator
import socket
import sys
import types
from typing import Any

from . import values, wire

FILE_NAME = "<program>"
"""File name in the program's code objects: how its own lines are told from the library's."""

prelude: types.CodeType = compile("", "<prelude>", "exec")
"""What is executed before a program that asks for it; the template keeps the latest here."""

_OPERATIONS: dict[str, Any] = {
    "getattr": getattr,
    "setattr": setattr,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "len": len,
    "bool": bool,
    "str": str,
    "repr": repr,
    "iter": iter,
    "isinstance": isinstance,
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
}


class Program:
    """A loaded program and the objects of its making that tests hold references to."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._objects: list[Any] = []
        self._namespace: dict[str, Any] = {}
        self._code: types.CodeType | None = None

    def serve(self, requests: list[dict[str, Any]], *, stay: bool) -> None:
        """Answer the requests and, if it is to stay, those that arrive until the other side closes."""
        for request in requests:
            self._reply(request)
        while stay:
            try:
                request = values.loads(wire.receive(self._channel))
            except wire.ClosedError:
                return
            self._reply(request)

    def _reply(self, request: dict[str, Any]) -> None:
        reply = self._answer(request)
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except Exception:  # noqa: BLE001  (the program may have put anything in their place)
            pass
        self._send(reply)

    def _send(self, reply: list[Any]) -> None:
        try:
            wire.send(self._channel, values.dumps(reply))
        except wire.ClosedError:
            return

    def _answer(self, request: dict[str, Any]) -> list[Any]:
        trace = request.get("trace")
        try:
            if trace is None:
                return self._perform(request)
            from . import recorder  # only here: few programs are traced, and modules weigh on every fork

            with recorder.Recorder(FILE_NAME, trace, lambda steps: self._send(["trace", steps])):
                return self._perform(request)
        except MemoryError:
            return ["raised", *describe(MemoryError())]
        except BaseException as error:  # noqa: BLE001  (whatever a program raises is its outcome)
            return ["raised", *describe(error)]

    def _perform(self, request: dict[str, Any]) -> list[Any]:
        operation = request["do"]
        if operation == "load":
            return self._load(request)
        if operation == "test":
            return self._test(request)
        if operation == "call by name":
            name = request["name"]
            if name not in self._namespace:
                raise NameError(f"name {name!r} is not defined")
            given = request["values"]
            value = self._encode(self._namespace[name](*given, **request["named"]))
            return ["value", value, [self._encode(given[i]) for i in request.get("changed", ())]]
        arguments = [values.decode(a, self._dereference) for a in request["args"]]
        if operation == "call":
            function = self._objects[request["object"]]
            named = {k: values.decode(v, self._dereference) for k, v in request.get("named", {}).items()}
            before = self._changeable(arguments) if request.get("back") else []
            result = function(*arguments, **named)
            changed = [[i, now] for i, now, then in self._changed(arguments, before) if now != then]
            return ["value", self._encode(result), changed]
        if operation == "next":
            try:
                return ["value", self._encode(next(arguments[0])), []]
            except StopIteration:
                return ["end"]
        return ["value", self._encode(_OPERATIONS[operation](*arguments)), []]

    def _load(self, request: dict[str, Any]) -> list[Any]:
        """Execute the program's module-level code; report the values of the names that the tests use."""
        name = "__main__" if request.get("main") else "program"
        module = types.ModuleType(name)
        sys.modules[name] = module
        self._namespace = namespace = module.__dict__
        if request["prelude"]:
            exec(prelude, namespace)
        code = compile(request["source"], FILE_NAME, "exec", dont_inherit=True)
        exec(code, namespace)
        found = {n: self._encode(namespace[n]) for n in request["names"] if n in namespace}
        return ["loaded", found]

    def _test(self, request: dict[str, Any]) -> list[Any]:
        """Run a test here, beside the program: its verdict is not protected."""
        from . import rewriting  # only here, as few tests run beside the program

        namespace = self._namespace
        namespace.update(rewriting.helpers())
        for code in request["code"]:
            try:
                exec(compile(rewriting.rewrite(code, request["targets"]), "<test>", "exec"), namespace)
            except rewriting.CheckFailed as failure:
                return ["failed", *failure.shown()]
        return ["passed"]

    def _encode(self, value: Any) -> Any:
        return values.encode(value, self._reference)

    def _reference(self, value: Any) -> object:
        self._objects.append(value)
        return {"object": [len(self._objects) - 1, type(value).__name__]}

    def _dereference(self, number: int, name: str) -> Any:
        return self._objects[number]

    def _changeable(self, arguments: list[Any]) -> list[tuple[int, bytes]]:
        kinds = (list, dict, set, bytearray, tuple)
        return [(i, values.dumps(self._encode(a))) for i, a in enumerate(arguments) if isinstance(a, kinds)]

    def _changed(self, arguments: list[Any], before: list[tuple[int, bytes]]) -> list[tuple[int, Any, Any]]:
        found = []
        for index, then in before:
            now = self._encode(arguments[index])
            if values.dumps(now) != then:
                found.append((index, now, None))
        return found


def describe(error: BaseException) -> list[Any]:
    """An exception as plain data: type, built-in base types, message, line in the program."""
    kind = type(error)
    try:
        message = str(error)[:2000]
    except BaseException:  # noqa: BLE001  (its __str__ is the program's)
        message = ""
    bases = [base.__name__ for base in kind.__mro__ if base.__module__ == "builtins"]
    line = None
    if isinstance(error, SyntaxError) and error.filename == FILE_NAME:
        line = error.lineno
        message = error.msg or message
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == FILE_NAME:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return [kind.__name__, bases, message, line if isinstance(line, int) else None]

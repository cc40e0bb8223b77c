"""The judge: holds the tests, asks the program, decides. It never loads a program's code.

Simple assertions it settles itself (`simple`); other tests run in a process forked off it for the one program
(`remote`). What needs objects of the program's own in ways that only its own process can serve runs there, and the
outcome says that it is not protected.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import hashlib
import marshal
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Callable
from typing import Any, NoReturn

from . import confine, names, remote, rewriting, simple, values, wire
from .captured import Captured

_PROCESSOR_FOR_SIMPLE = 10.0  # seconds that settling simple assertions may take, such as building a set of a result
_MEMORY = 2 << 30


_Runs = Callable[[dict[str, Any], int, dict[str, Any]], None]


class _Abandon(Exception):  # noqa: N818
    """The fast way does not fit after all: start again with tests as Python."""


class Judge:
    """Serves one `selfdebug.execution.worker.Worker`: one order at a time."""

    def __init__(self, configuration: dict[str, Any]) -> None:
        self._host = socket.socket(fileno=configuration["host"])
        self._control = socket.socket(fileno=configuration["control"])
        self._channel = socket.socket(fileno=configuration["channel"])
        self._streams = {configuration["out"]: Captured(), configuration["err"]: Captured()}
        self._out, self._err = configuration["out"], configuration["err"]
        for descriptor in self._streams:
            os.set_blocking(descriptor, False)
        self._isolation = configuration["isolation"]
        self._filter = confine.ProgramFilter() if self._isolation != "none" else None
        self._orders = socket.socket(fileno=configuration["orders"])
        self._news: int = configuration["news"]
        self._report: dict[str, Any] | None = None
        self._running = self._watching = False
        self._number, self._started = 0, 0.0
        self._order: dict[str, Any] = {}
        self._prelude = ""

    def serve(self) -> None:
        """Take orders until the host is gone."""
        confine.limit(resource.RLIMIT_AS, _MEMORY)
        confine.end_at(signal.SIGPROF)
        gc.collect()
        gc.freeze()
        wire.receive(self._control)  # the runner is ready
        wire.send(self._host, b'["ready"]')
        while True:
            try:
                order = marshal.loads(wire.receive(self._host))
            except wire.ClosedError:
                return
            for captured in self._streams.values():
                captured.reset(order["limits"]["output"])
            result = self._judge(order) if order["kind"] == "python" else self._command(order)
            result["stdout"] = self._streams[self._out].shown()
            result["stderr"] = self._streams[self._err].shown()
            wire.send(self._host, values.dumps(result))

    # -- one program's process ---------------------------------------------------------------------------------

    def _start(
        self,
        order: dict[str, Any],
        requests: list[dict[str, Any]],
        own: socket.socket | None = None,
    ) -> None:
        """Have a program's process forked and given its first requests.

        Args:
            order: the host's order.
            requests: for `program`, beginning with the one to load the program.
            own: its end of a connection of its own, on which a process of the tests sends it more. Without one, it
                answers to the judge and ends.
        """
        self._drain()
        self._report, self._running, self._watching = None, True, False
        self._number += 1
        self._order, self._started = order, time.monotonic()
        fields = {k: order[k] for k in _FOR_PROGRAM if k in order}
        fields |= {"requests": requests, "own_channel": own is not None}
        if order.get("prelude") and order["prelude"] != self._prelude:
            self._prelude = order["prelude"]
            wire.send(self._orders, self._prelude.encode(), before=wire.PRELUDE)
        wire.send(self._orders, marshal.dumps(fields))
        if own is not None:
            wire.send(self._orders, b"", (own.fileno(),))
            own.close()

    def _drain(self) -> None:
        """Throw away what the program before sent and nobody read."""
        with contextlib.suppress(BlockingIOError):
            while self._channel.recv(1 << 16, socket.MSG_DONTWAIT):
                pass

    @staticmethod
    def _load(order: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
        """The request to load a program."""
        return {
            "do": "load",
            "source": order["source"],
            "prelude": bool(order["prelude"]),
            "names": wanted,
            "main": order["main"],
        }

    def _pump(self, *wanted: int, patience: bool = True) -> list[int]:
        """Wait for one of ``wanted`` or the end of the program, taking in its output meanwhile.

        A program that does not end soon is given to the runner to watch.

        Args:
            wanted: descriptors to read.
            patience: False to return with nothing as well when the runner begins to watch.
        """
        if self._report is not None:
            return []
        poll = select.poll()
        for descriptor in (*wanted, self._news, *self._streams):
            poll.register(descriptor, select.POLLIN)
        poll.register(self._host, 0)  # reports nothing but its end
        while True:
            found = []
            ready = poll.poll(None if self._watching else _SHORT)
            if not ready:
                self._tell({"do": "watch", "limits": self._order["limits"], "number": self._number})
                self._watching = True
                if not patience:
                    return []
            for descriptor, _ in ready:
                if descriptor == self._host.fileno():
                    os._exit(0)  # nobody waits for the verdict; the runner follows, and takes the program with it
                if descriptor in self._streams:
                    if not self._streams[descriptor].take(descriptor):
                        poll.unregister(descriptor)
                elif descriptor == self._news:
                    self._report = self._read_report()
                    for stream, captured in self._streams.items():
                        captured.take(stream)
                    return []
                else:
                    found.append(descriptor)
            if found:
                return found

    def _tell(self, message: dict[str, Any]) -> None:
        wire.send(self._control, marshal.dumps(message))

    def _ask(self, message: dict[str, Any]) -> Any:
        self._tell(message)
        return marshal.loads(wire.receive(self._control))

    def _read_report(self) -> dict[str, Any]:
        """How the program ended, from the template's news and, where it had a part in it, from the runner."""
        news = os.read(self._news, 256).split()
        if not news:
            os._exit(1)  # the template is gone, and with it this worker
        code, cpu = os.waitstatus_to_exitcode(int(news[0])), float(news[1])
        reason = self._ask({"do": "enough"}) if self._watching else None
        if reason is None and code in (-signal.SIGXCPU, -signal.SIGKILL) and cpu >= self._order["limits"]["cpu"]:
            reason = "cpu"
        tidied = {"files": [], "clean": True}
        if news[3] == b"1" or self._order.get("processes") or self._isolation == "none":
            tidied = self._ask({"do": "tidy", "outputs": list(self._order.get("outputs", ()))})
        return {
            "exit": code,
            "reason": reason,
            "cpu": cpu,
            "memory": int(news[2]) * 1024,
            "wall": time.monotonic() - self._started,
            **tidied,
        }

    def _finish(self) -> dict[str, Any]:
        """End the program if it has not ended, and return the report of it."""
        if self._report is None:
            self._tell({"do": "kill", "number": self._number})
            while self._report is None:
                self._pump()
        self._running = False
        return self._report

    def _command(self, order: dict[str, Any]) -> dict[str, Any]:
        self._start(order, [])
        while self._report is None:
            self._pump()
        return {"report": self._report}

    # -- tests of a Python program -----------------------------------------------------------------------------

    def _judge(self, order: dict[str, Any]) -> dict[str, Any]:
        self._usage = {"cpu": 0.0, "memory": 0, "wall": 0.0, "clean": True}
        tests: list[Any] = [[remote.NEEDS_PROGRAM] if order["in_program"] else None for _ in order["tests"]]
        result: dict[str, Any] = {"tests": tests, "load": None, "trace": None}
        assertions = None if order.get("calls") else self._simple(order)
        while True:
            try:
                if order.get("calls"):
                    ended = self._in_turn(order, result, self._call)
                elif assertions is not None:
                    ended = self._in_turn(order, result, functools.partial(self._settle, assertions))
                else:
                    ended = self._in_turn(order, result, self._fork_tests)
                break
            except _Abandon:
                tests[:] = [None] * len(tests)
                ended = self._spent(self._account())
                if ended:
                    break
                assertions = None
        unprotected = [i for i, test in enumerate(tests) if test is not None and test[0] == remote.NEEDS_PROGRAM]
        if unprotected and not ended and result["load"] is None:
            for index in unprotected:
                tests[index] = None
            self._in_turn(order, result, self._in_program)
        for index, test in enumerate(tests):
            if test is None:
                tests[index] = ["not run"]
            elif test[0] in ("passed", "failed", "raised"):
                test[-1] = _digest(test[-1])
        result["unprotected"] = unprotected
        result["report"] = {**(self._report or {}), **self._usage}
        return result

    def _in_turn(self, order: dict[str, Any], result: dict[str, Any], run: _Runs) -> bool:
        """Run the open tests, in a new process of the program whenever it ended in one of them.

        Returns:
            Whether no more of the program can be run.
        """
        tests = result["tests"]
        first = next((i for i, test in enumerate(tests) if test is None), 0)
        if tests and tests[first] is not None:
            return False
        while True:
            run(order, first, result)
            report = self._account()
            started = [i for i, test in enumerate(tests) if test == ["started"]]
            if started:
                tests[started[0]] = self._ended(report)
            left = [i for i, test in enumerate(tests) if test is None]
            if self._spent(report):
                return True
            if result["load"] is not None or not left or not started:
                return False
            first = left[0]

    def _account(self) -> dict[str, Any]:
        """End the program's process, and take what it used off what is left for the tests after it."""
        report, usage, limits = self._finish(), self._usage, self._order["limits"]
        limits["cpu"] -= report["cpu"]
        limits["wall"] -= report["wall"]
        usage["cpu"] += report["cpu"]
        usage["wall"] += report["wall"]
        usage["memory"] = max(usage["memory"], report["memory"])
        usage["clean"] = usage["clean"] and report["clean"]
        return report

    def _spent(self, report: dict[str, Any]) -> bool:
        """Whether a program's limits, which hold for all its tests together, or its worker are used up."""
        limits = self._order["limits"]
        at_limit = report["reason"] in ("cpu", "idle", "wall", "disk", "memory")
        return at_limit or limits["cpu"] <= 0 or limits["wall"] <= 0 or not report["clean"]

    @staticmethod
    def _ended(report: dict[str, Any]) -> list[Any]:
        """Status of the test in which the program's process ended."""
        reason, code = report["reason"], report["exit"]
        if reason in ("cpu", "idle", "wall"):
            return ["timed out", reason]
        if reason == "memory":
            return ["raised", "MemoryError", "its processes take more memory than they may", None, ["MemoryError"]]
        if reason == "disk":
            return ["killed", "wrote more to its scratch folder than it may"]
        if code < 0:
            return ["killed", f"signal {signal.Signals(-code).name}"]
        return ["killed", f"ended its own process with exit code {code}"]

    @staticmethod
    def _simple(order: dict[str, Any]) -> list[simple.Assertion] | None:
        if order["setup"] or order.get("trace"):
            return None
        if len(order["source"]) + sum(len(t.get("code", "")) for t in order["tests"]) > _AT_ONCE:
            return None
        targets = frozenset(order["entry_points"])
        found = [simple.parse(t["code"], targets) if "code" in t else None for t in order["tests"]]
        understood = [assertion for assertion in found if assertion is not None]
        return understood if len(understood) == len(found) else None

    def _settle(
        self, assertions: list[simple.Assertion], order: dict[str, Any], first: int, result: dict[str, Any]
    ) -> None:
        """Send all calls at once; settle each assertion as its replies arrive."""
        requests = [self._load(order, [])]
        for assertion in assertions[first:]:
            for name, arguments, named in assertion.calls:
                requests.append({"do": "call by name", "name": name, "values": arguments, "named": named})
        self._start(order, requests)
        # One awakening, when the program has ended, instead of one a reply. A program that takes longer may wait for
        # its replies to be read, and gets the usual attention.
        self._pump(patience=False)
        replies = _Replies(self, self._channel)
        if not self._loaded(replies, result):
            return
        for index, assertion in enumerate(assertions[first:], first):
            # A value can be made such that putting it together takes for ever. Reading output does not count.
            signal.setitimer(signal.ITIMER_PROF, min(_PROCESSOR_FOR_SIMPLE, 2 + order["limits"]["cpu"]))
            try:
                outcome = self._settle_one(assertion, replies)
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            if outcome is None:
                result["tests"][index] = ["started"]
                return
            result["tests"][index] = outcome

    @staticmethod
    def _loaded(replies: _Replies, result: dict[str, Any]) -> bool:
        """Wait for the program to be loaded. False if it raised or ended."""
        reply = replies.next()
        if reply is None:
            return False
        if reply[0] != "loaded":
            result["load"] = _raised(reply)
            return False
        return True

    @staticmethod
    def _settle_one(assertion: simple.Assertion, replies: _Replies) -> list[Any] | None:
        results: list[Any] = []
        raised: list[Any] | None = None
        for _ in assertion.calls:
            reply = replies.next()
            if reply is None:
                return None
            if reply[0] == "raised":
                kind, _, message, line = _raised(reply)
                raised = raised or ["raised", kind, message, line]
            elif raised is None:
                try:
                    results.append(values.decode(reply[1], _refuse_object))
                except (values.UnreadableError, IndexError, MemoryError) as error:
                    raised = ["raised", "UnreadableValue", values.text(error), None]
        if raised is not None:
            return [*raised, [raised[1]]]
        try:
            holds, actual, expected = simple.judge(assertion, results)
            seen = rewriting.digest_source([actual])
        except Exception as error:  # noqa: BLE001  (as Python would: the test raised)
            return ["raised", type(error).__name__, values.text(error), None, [type(error).__name__]]
        if holds:
            return ["passed", seen]
        return ["failed", rewriting.show(actual), expected, assertion.text, assertion.text, seen]

    def _call(self, order: dict[str, Any], first: int, result: dict[str, Any]) -> None:
        """Make calls whose values the host compares: they are passed on as they came."""
        requests = [self._load(order, [])]
        for index, call in enumerate(order["tests"][first:], first):
            requests.append({"do": "call by name", "name": call["function"], "values": call["arguments"],
                             "named": call["named"], "changed": call["changed"]})  # fmt: skip
            if order.get("trace") and order.get("trace_test") == index:
                requests[-1]["trace"] = order["trace"]
        self._start(order, requests)
        replies = _Replies(self, self._channel)
        if not self._loaded(replies, result):
            return
        for index in range(first, len(order["tests"])):
            result["tests"][index] = ["started"]
            reply = replies.next()
            if replies.trace is not None:
                result["trace"] = _trace(replies.trace, order["trace"])
            if reply is None:
                return
            if reply[0] == "raised":
                kind, _, message, line = _raised(reply)
                result["tests"][index] = ["raised", kind, message, line, [kind]]
            else:
                result["tests"][index] = ["value", *[*reply[1:3], None, None][:2]]

    def _fork_tests(self, order: dict[str, Any], first: int, result: dict[str, Any]) -> None:
        """Run the tests as Python in a process of their own."""
        ours, theirs = socket.socketpair()
        incoming, outgoing = socket.socketpair()
        wanted = names.wanted_names(order)
        self._start(order, [self._load(order, wanted)], theirs)
        process = os.fork()
        if process == 0:
            self._be_tests(order, wanted, first, ours, outgoing, incoming)
        ours.close()
        outgoing.close()
        ending = None
        try:
            with incoming:
                ending = self._follow(incoming, order, result)
        finally:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        if ending is None and self._report is None:
            # Not the program but the test itself ended: at a limit, or by its own doing.
            for index, test in enumerate(result["tests"]):
                if test is not None and test[0] == "started":
                    result["tests"][index] = ["timed out", "test"]
                elif test is None:
                    result["tests"][index] = ["not run"]

    def _follow(self, incoming: socket.socket, order: dict[str, Any], result: dict[str, Any]) -> str | None:
        """Take in what the process of the tests reports; return how it ended, ``None`` if it just did."""
        reader, patience = wire.Reader(), order["limits"]["idle"]
        while True:
            # Once the program has ended, the tests notice at their next call, or have reported already.
            if not self._pump(incoming.fileno()) and not select.select([incoming], [], [], patience)[0]:
                return None
            data = incoming.recv(1 << 16)
            if not data:
                return None
            for message in map(values.loads, reader.feed(data)):
                kind = message[0]
                if kind == "start":
                    result["tests"][message[1]] = ["started"]
                elif kind == "load":
                    result["load"] = _raised(["raised", *message[1]])
                elif kind == "trace":
                    result["trace"] = _trace(message[1], order["trace"])
                elif kind == "gone":
                    return "gone"
                else:
                    result["tests"][kind] = message[1:]

    def _be_tests(
        self,
        order: dict[str, Any],
        wanted: list[str],
        first: int,
        ours: socket.socket,
        outgoing: socket.socket,
        incoming: socket.socket,
    ) -> NoReturn:
        """In the forked process: run the tests against the program. Never returns."""
        try:
            os.dup2(0, 2)
            incoming.close()
            self._host.close()
            self._control.close()
            self._channel.close()
            seconds = int(order["limits"]["cpu"]) + 2
            confine.limit(resource.RLIMIT_CPU, seconds, seconds)
            if self._filter is not None:
                self._filter.install()
            gc.enable()

            def report(message: list[Any]) -> None:
                wire.send(outgoing, values.dumps(message))

            connection = remote.Connection(ours, lambda steps: report(["trace", steps]))
            try:
                remote.run(connection, order, wanted, first, report)
                report(["gone"])
            except remote.ProgramGone:
                report(["gone"])
        finally:
            os._exit(0)

    def _in_program(self, order: dict[str, Any], first: int, result: dict[str, Any]) -> None:
        """Run the open tests in the program's own process. It is given them all at once, as it need not be trusted."""
        targets = names.wanted_names(order)
        tests = [i for i, test in enumerate(result["tests"]) if i >= first and test is None]
        requests = [self._load(order, [])]
        setup = [order["setup"]] if order["setup"] else []
        for index in tests:
            request = {"do": "test", "code": [*setup, _as_code(order["tests"][index])], "targets": targets}
            if order.get("trace") and order.get("trace_test") == index:
                request["trace"] = order["trace"]
            requests.append(request)
            setup = []
        self._start(order, requests)
        replies = _Replies(self, self._channel)
        if not self._loaded(replies, result):
            return
        for index in tests:
            result["tests"][index] = ["started"]
            reply = replies.next()
            if replies.trace is not None:
                result["trace"] = _trace(replies.trace, order["trace"])
            if reply is None:
                return
            if reply[0] == "failed":
                actual, expected, shown = map(values.text, [*reply[1:4], "", "", ""][:3])
                outcome = ["failed", actual, expected, shown, shown, [actual]]
            elif reply[0] == "raised":
                kind, _, message, line = _raised(reply)
                outcome = ["raised", kind, message, line, [kind]]
            else:
                outcome = ["passed", ["passed"]]
            result["tests"][index] = outcome


_SHORT = 50  # milliseconds
_AT_ONCE = 16 * 1024  # characters that fit into a socket's buffer, encoded, with nobody reading
_FOR_PROGRAM = ("kind", "limits", "stdin", "memory_limit", "processes", "files", "command", "environment")


def _raised(reply: list[Any]) -> list[Any]:
    """``[type, nothing, message, line]`` of a reply that is trusted in nothing."""
    kind, _, message, line = [*reply[1:5], *[None] * 4][:4]
    known = type(line) is int and 0 < line < 1 << 31
    return [values.text(kind, 200), [], values.text(message), line if known else None]


def _trace(steps: Any, limits: list[int]) -> list[Any]:
    """Steps of a trace as a program reported them: what does not fit is dropped."""
    most, width = limits
    found: list[Any] = []
    for step in steps[:most] if isinstance(steps, list) else ():
        try:
            line, function, event, changed = step
            changed = {values.text(k, 200): values.text(v, width) for k, v in changed.items()}
            if type(line) is int and 0 <= line < 1 << 31:
                found.append([line, values.text(function, 200), values.text(event, 20), changed])
        except (TypeError, ValueError, AttributeError):
            continue
    return found


def _refuse_object(number: int, name: str) -> Any:
    raise _Abandon  # a test that got an object of the program: iterate it, or compare it, as Python code would


def _as_code(test: dict[str, Any]) -> str:
    if "code" in test:
        return str(test["code"])
    arguments = [repr(values.decode(a)) for a in test["args"]]
    arguments += [f"{k}={values.decode(v)!r}" for k, v in test["named"].items()]
    return f"assert {test['function']}({', '.join(arguments)}) == {values.decode(test['expected'])!r}"


def _digest(seen: Any) -> str:
    return hashlib.sha256(values.dumps(seen)).hexdigest()[:16]


class _Replies:
    """Reads a program's replies one by one while its output is taken in."""

    def __init__(self, judge: Judge, channel: socket.socket) -> None:
        self._judge, self._channel = judge, channel
        self._reader = wire.Reader(wire.MAX_REPLY)
        self._waiting: list[bytes] = []
        self.trace: Any = None

    def next(self) -> list[Any] | None:
        """The next reply; ``None`` if the program ended first or sent what is no reply."""
        while True:
            while not self._waiting:
                self._judge._pump(self._channel.fileno())
                try:
                    data = self._channel.recv(1 << 18, socket.MSG_DONTWAIT)
                except BlockingIOError:
                    return None  # woken by the program's end, with nothing left to read
                except OSError:
                    return None
                if not data:
                    return None
                try:
                    self._waiting += self._reader.feed(data)
                except wire.ClosedError:
                    return None
            try:
                reply = values.loads(self._waiting.pop(0))
            except (ValueError, RecursionError, MemoryError):
                return None
            if type(reply) is not list or not reply:
                return None
            if reply[0] == "trace":
                self.trace = reply[1]
                continue
            if reply[0] in ("value", "loaded", "passed", "failed", "raised"):
                return reply
            return None


def serve(configuration: dict[str, Any]) -> None:
    """Run the judge's loop."""
    Judge(configuration).serve()

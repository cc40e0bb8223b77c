"""The judge: holds the tests, asks the program, decides. It never loads a program's code.

What a test asks of the program is divided from what must hold of the answer (`splitting`): the first goes to the
program's process, the second stays here. A test that cannot be divided, or whose answer is no plain value, runs in the
program's own process, and the outcome says that it is not protected.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import hashlib
import marshal
import os
import resource
import select
import signal
import socket
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import checking, confine, rewriting, splitting, values, wire
from .captured import Captured

_PROCESSOR_FOR_A_CHECK = 10.0  # seconds that deciding one assertion may take, such as building a set of a result
_MEMORY = 2 << 30


_Runs = Callable[[dict[str, Any], int, dict[str, Any]], None]


@dataclass(slots=True)
class _Test:
    """One test, as it is put to the program.

    Attributes:
        request: for `program`.
        checks: what the judge decides, in the order in which values arrive; none if the test runs in the program.
        ends: whether the value of the last one is the program's last word.
        reached: how many assertions must have run in a test that runs in the program.
        problem: what is wrong with the test itself: it is not run.
    """

    request: dict[str, Any] = field(default_factory=dict)
    checks: list[splitting.Check | _Expected] = field(default_factory=list)
    ends: bool = True
    reached: int = 0
    problem: list[Any] | None = None


@dataclass(slots=True)
class _Expected:
    """What a call must give."""

    encoded: Any
    tolerance: float
    text: str = ""

    def judge(self, value: Any) -> tuple[bool, Any, str]:
        expected = values.decode(self.encoded)
        return checking.matches(value, expected, self.tolerance), value, checking.show(expected)


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
        self._bell: int = configuration["bell"]
        os.set_blocking(self._bell, False)
        self._orders = socket.socket(fileno=configuration["orders"])
        self._news: int = configuration["news"]
        self._report: dict[str, Any] | None = None
        self._watching = self._answered = False
        self._number, self._started = 0, 0.0
        self._order: dict[str, Any] = {}
        self._prelude = ""

    def serve(self) -> None:
        """Take orders until the host is gone."""
        confine.limit(resource.RLIMIT_AS, _MEMORY)
        confine.end_at(signal.SIGPROF)
        warnings.simplefilter("ignore")  # of a test's source: nobody would see them
        gc.collect()
        gc.freeze()
        wire.receive(self._control)  # the runner is ready
        wire.send(self._host, b'["ready"]')
        while True:
            try:
                order = marshal.loads(wire.receive(self._host))
            except wire.ClosedError:
                return
            for descriptor, captured in self._streams.items():
                most = order.get("stdout_bytes") if descriptor == self._out else None
                captured.reset(most or order["limits"]["output"])
            result = self._judge(order) if order["kind"] == "python" else self._command(order)
            result["stdout"] = self._streams[self._out].shown()
            result["stderr"] = self._streams[self._err].shown()
            wire.send(self._host, values.dumps(result))

    # -- one program's process ---------------------------------------------------------------------------------

    def _start(self, order: dict[str, Any], requests: list[dict[str, Any]]) -> None:
        """Have a program's process forked and given its requests.

        Args:
            order: the host's order.
            requests: for `program`, beginning with the one to load the program.
        """
        self._drain()
        self._report, self._watching = None, False
        self._number += 1
        self._order, self._started = order, time.monotonic()
        fields = {k: order[k] for k in _FOR_PROGRAM if k in order}
        fields |= {"requests": requests, "answered": self._answered}
        self._answered = False
        if order.get("prelude") and order["prelude"] != self._prelude:
            self._prelude = order["prelude"]
            wire.send(self._orders, self._prelude.encode(), before=wire.PRELUDE)
        wire.send(self._orders, marshal.dumps(fields))

    def _drain(self) -> None:
        """Throw away what the program before sent and nobody read."""
        with contextlib.suppress(BlockingIOError):
            while self._channel.recv(1 << 16, socket.MSG_DONTWAIT):
                pass
        with contextlib.suppress(BlockingIOError):
            while os.read(self._bell, 1 << 16):
                pass

    @staticmethod
    def _load(order: dict[str, Any], *, script: bool = False) -> dict[str, Any]:
        """The request to load a program."""
        return {"do": "load", "source": order["source"], "prelude": bool(order["prelude"]), "script": script}

    def _pump(self, *wanted: int, patience: bool = True) -> list[int]:
        """Wait for one of ``wanted`` or the end of the program, taking in its output meanwhile.

        A program that does not end soon is given to the runner to watch.

        Args:
            wanted: descriptors to read.
            patience: False to return as well after a short time, and when the program rings.
        """
        if self._report is not None:
            return []
        poll = select.poll()
        bells = () if patience else (self._bell,)
        for descriptor in (*wanted, *bells, self._news, *self._streams):
            poll.register(descriptor, select.POLLIN)
        poll.register(self._host, 0)  # reports nothing but its end
        while True:
            found = []
            ready = poll.poll(None if self._watching and patience else _SHORT)
            if not ready and not self._watching:
                self._tell({"do": "watch", "limits": self._order["limits"], "number": self._number})
                self._watching = True
            if not ready and not patience:
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
        """End the program if it does not end by itself after its last word, and return the report of it."""
        if self._report is None:
            self._pump(patience=False)
        if self._report is None:
            self._tell({"do": "kill", "number": self._number})
            while self._report is None:
                self._pump()
        return self._report

    def _command(self, order: dict[str, Any]) -> dict[str, Any]:
        self._start(order, [])
        while self._report is None:
            self._pump()
        return {"report": self._report}

    # -- tests of a Python program -----------------------------------------------------------------------------

    def _judge(self, order: dict[str, Any]) -> dict[str, Any]:
        self._usage = {"cpu": 0.0, "memory": 0, "wall": 0.0, "clean": True}
        self._unprotected: set[int] = set()
        result: dict[str, Any] = {"tests": [None] * len(order["tests"]), "load": None, "trace": None}
        if order["script"]:
            self._script(order, result)
        elif order["calls"]:
            self._in_turn(order, result, self._call)
        else:
            self._tests = [self._read(order, test) for test in order["tests"]]
            self._in_turn(order, result, self._settle)
        result["tests"] = [test or ["not run"] for test in result["tests"]]
        result["unprotected"] = sorted(self._unprotected)
        result["report"] = {**(self._report or {}), **self._usage}
        return result

    def _script(self, order: dict[str, Any], result: dict[str, Any]) -> None:
        """Run a program as a script: it ends by itself, or by its limits."""
        self._start(order, [self._load(order, script=True)])
        reply = _Replies(self, self._channel).next()
        if reply is not None and reply[0] == "raised":
            result["load"] = _raised(reply)
        while self._report is None:
            self._pump()
        self._account()

    def _read(self, order: dict[str, Any], test: dict[str, Any]) -> _Test:
        """Divide a test into what the program is asked and what is decided here."""
        if "code" not in test:
            expected = _Expected(test["expected"], test["tolerance"])
            if order["in_program"]:
                return _Test({**test, "do": "call in program"})
            return _Test({**test, "do": "call", "expected": None, "relies": (), "bare": True}, [expected])
        found = None if order["in_program"] else splitting.split(test["code"])
        try:
            if found is None:
                reached = rewriting.must_be_reached(test["code"])
                code = rewriting.compiled(rewriting.rewrite(test["code"]))
                return _Test({"do": "in program", "code": code}, reached=reached)
            if found.code is None:
                (check,) = found.checks
                asked = rewriting.compiled(ast.Expression(check.asked), sets="{" in test["code"])
                return _Test({"do": "ask", "code": asked, "relies": check.relies, "bare": check.bare}, [check])
            checks = [{"relies": check.relies, "bare": check.bare} for check in found.checks]
            code = rewriting.compiled(found.code)
            return _Test(
                {"do": "test", "code": code, "checks": checks, "ends": found.ends}, [*found.checks], found.ends
            )
        except rewriting.NO_TEST as error:
            return _Test(problem=["raised", type(error).__name__, values.text(error), None, _digest([])])

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
            return [
                "raised",
                "MemoryError",
                "its processes take more memory than they may",
                None,
                _digest(["MemoryError"]),
            ]
        if reason == "disk":
            return ["killed", "wrote more to its scratch folder than it may"]
        if code < 0:
            return ["killed", f"signal {signal.Signals(-code).name}"]
        return ["killed", f"ended its own process with exit code {code}"]

    def _settle(self, order: dict[str, Any], first: int, result: dict[str, Any]) -> None:
        """Put all tests to the program at once; settle each as its values arrive."""
        requests = [self._load(order)]
        if order["setup"]:
            try:
                setup = rewriting.compiled(rewriting.rewrite(order["setup"]))
            except rewriting.NO_TEST as error:
                problem = ["raised", type(error).__name__, values.text(error), None, _digest([])]
                self._tests = [_Test(problem=problem) for _ in self._tests]
            else:
                requests.append({"do": "in program", "code": setup})
        before = len(requests)
        for index, test in enumerate(self._tests[first:], first):
            if test.problem is None and not self._refused(order, test):
                traced = order["trace"] is not None and order["trace_test"] == index
                requests.append({**test.request, "trace": order["trace"]} if traced else test.request)
        self._start(order, requests)
        # One awakening, when the program has ended, instead of one a reply. A program that takes longer may wait for
        # its replies to be read, and gets the usual attention.
        self._pump(patience=False)
        replies = _Replies(self, self._channel)
        if not self._loaded(replies, result):
            return
        wrong = self._set_up(replies) if before == 2 else None
        for index, test in enumerate(self._tests[first:], first):
            if test.problem is not None or wrong is not None:
                result["tests"][index] = wrong or test.problem
                continue
            if self._refused(order, test):
                self._unprotected.add(index)
                result["tests"][index] = ["unprotected"]
                continue
            result["tests"][index] = ["started"]
            outcome = self._settle_one(order, index, test, replies)
            if replies.trace is not None:
                result["trace"] = _trace(replies.trace, order["trace"])
            if outcome is None:
                return
            result["tests"][index] = outcome

    @staticmethod
    def _refused(order: dict[str, Any], test: _Test) -> bool:
        """Whether a test cannot be protected where nothing else will do."""
        return bool(order["protected_only"]) and not test.checks

    @staticmethod
    def _set_up(replies: _Replies) -> list[Any] | None:
        """Wait for the tests' setup; what is wrong with it, if anything, is so of every test."""
        reply = replies.next()
        if reply is None:
            return ["killed", "ended its own process before the tests"]
        return _in_program(reply, 0) if reply[0] != "passed" else None

    def _settle_one(self, order: dict[str, Any], index: int, test: _Test, replies: _Replies) -> list[Any] | None:
        """The outcome of one test; ``None`` if the program ended in it."""
        if not test.checks:
            self._unprotected.add(index)
            reply = replies.next()
            return None if reply is None else _in_program(reply, test.reached)
        seen: list[Any] = []
        for number, check in enumerate(test.checks):
            reply = replies.next()
            if reply is None:
                return None
            waits = number < len(test.checks) - 1 or not test.ends
            if reply[0] == "object":
                self._unprotected.add(index)
                if order["protected_only"]:
                    self._tell_program({"do": "stop"})
                    return ["unprotected"]
                self._tell_program(_rest(check))
                reply = replies.next()
                if reply is None:
                    return None
                if reply[0] != "passed":
                    return _in_program(reply, 0)
                seen += reply[2] if len(reply) == 3 and type(reply[2]) is list else []
                continue
            if reply[0] != "value":
                return _raised_outcome(reply) if reply[0] == "raised" else _UNREACHED
            outcome = self._decide(check, reply, seen, min(_PROCESSOR_FOR_A_CHECK, 2 + order["limits"]["cpu"]))
            if waits:
                self._tell_program({"do": "go on" if outcome is None else "stop"})
            if outcome is not None:
                return outcome
        if not test.ends:
            reply = replies.next()
            if reply is None:
                return None
            if reply[0] != "done":
                return _raised_outcome(reply) if reply[0] == "raised" else _UNREACHED
        return ["passed", _digest(seen)]

    def _tell_program(self, message: dict[str, Any]) -> None:
        """Answer a program that waits. It may have ended meanwhile."""
        self._answered = True
        with contextlib.suppress(wire.ClosedError):
            wire.send(self._channel, marshal.dumps(message))

    @staticmethod
    def _decide(
        check: splitting.Check | _Expected, reply: list[Any], seen: list[Any], seconds: float
    ) -> list[Any] | None:
        """Decide one assertion within some seconds of processor time; ``None`` if it holds."""
        # A value can be made such that putting it together takes for ever.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            value = values.decode(reply[1]) if len(reply) > 1 else _refuse()
        except (values.UnreadableError, MemoryError) as error:
            return ["raised", "UnreadableValue", values.text(error), None, _digest(["UnreadableValue"])]
        try:
            holds, actual, expected = check.judge(value)
            seen.append(checking.digest_source(actual))
            if holds:
                return None
            return ["failed", checking.show(actual), expected, check.text, _digest(seen)]
        except Exception as error:  # noqa: BLE001  (as Python would: the test raised)
            kind = type(error).__name__
            return ["raised", kind, values.text(error), None, _digest([kind])]
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

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

    def _call(self, order: dict[str, Any], first: int, result: dict[str, Any]) -> None:
        """Make calls whose values the host compares: they are passed on as they came."""
        requests = [self._load(order)]
        for index, call in enumerate(order["tests"][first:], first):
            requests.append({"do": "give", **call})
            if order["trace"] is not None and order["trace_test"] == index:
                requests[-1]["trace"] = order["trace"]
        self._start(order, requests)
        self._pump(patience=False)
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
                result["tests"][index] = _raised_outcome(reply)
            else:
                result["tests"][index] = ["value", *[*reply[1:3], None, None][:2]]


_SHORT = 50  # milliseconds
_WORDS = ("value", "loaded", "object", "done", "passed", "failed", "raised")
_FOR_PROGRAM = ("kind", "script", "limits", "stdin", "memory_limit", "processes", "files", "command", "environment")


_UNREACHED = ["killed", "left the test before its assertions were reached"]


def _refuse() -> Any:
    raise values.UnreadableError("nothing was sent")


def _rest(check: splitting.Check | _Expected) -> dict[str, Any]:
    """What is left of an assertion, for the program's process: its value is not plain."""
    if isinstance(check, _Expected):
        return {"do": "compare", "expected": check.encoded, "tolerance": check.tolerance}
    return {"do": "compare", "code": rewriting.compiled(check.in_program())}


def _in_program(reply: list[Any], reached: int) -> list[Any]:
    """The outcome of a test that ran in the program's process; its words are not trusted to be well formed."""
    if reply[0] == "raised":
        return _raised_outcome(reply)
    if reply[0] == "failed":
        actual, expected, shown = map(values.text, [*reply[1:4], "", "", ""][:3])
        return ["failed", actual, expected, shown, _digest(reply[4:5])]
    count, seen = [*reply[1:3], None, None][:2]
    if reply[0] != "passed" or type(count) is not int or count < reached:
        return _UNREACHED
    return ["passed", _digest(seen)]


def _raised_outcome(reply: list[Any]) -> list[Any]:
    kind, message, line = _raised(reply)
    return ["raised", kind, message, line, _digest([kind])]


def _raised(reply: list[Any]) -> list[Any]:
    """``[type, message, line]`` of a reply that is trusted in nothing."""
    kind, message, line = [*reply[1:4], *[None] * 3][:3]
    known = type(line) is int and 0 < line < 1 << 31
    return [values.text(kind, 200), values.text(message), line if known else None]


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
            if reply[0] in _WORDS:
                return reply
            return None


def serve(configuration: dict[str, Any]) -> None:
    """Run the judge's loop."""
    Judge(configuration).serve()

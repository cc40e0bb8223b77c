"""The judge: holds the tests, asks the program, decides. It never loads a program's code.

What a test asks of the program is divided from what must hold of the answer (`questions`): the first goes to the
program's process, the second stays here. A test that cannot be divided, or whose answer is no plain value, runs in the
program's own process, and the outcome says that it is not protected.
"""

from __future__ import annotations

import gc
import resource
import signal
import socket
import warnings
from typing import Any

from . import checking, codec, confine, protocol, rewriting, values, wire
from .process import ProgramProcess
from .protocol import ErrorReport, ProcessReport, Request, TestReport, TestsOrder
from .questions import Check, TestQuestion, no_test, read_test
from .replies import UNREACHED, ProgramReply, digest, raised

_PROCESSOR_FOR_A_CHECK = 10.0  # seconds that deciding one assertion may take, such as building a set of a result
_MEMORY = 2 << 30
_NOT_RUN = TestReport("not run")
_STARTED = TestReport("killed")  # until it is known how it ended
_UNPROTECTED = TestReport("not run", protocol.UNPROTECTED, protected=False)


class TestJudge:
    """Serves one `selfdebug.execution.worker.SandboxWorker`: one order at a time."""

    def __init__(self, configuration: dict[str, Any]) -> None:
        self._host = socket.socket(fileno=configuration["host"])
        self._process = ProgramProcess(configuration)

    def serve(self) -> None:
        """Take orders until the host is gone."""
        confine.limit(resource.RLIMIT_AS, _MEMORY)
        confine.end_at(signal.SIGPROF)
        warnings.simplefilter("ignore")  # of a test's source: nobody would see them
        gc.collect()
        gc.freeze()
        self._process.wait_for_runner()
        wire.send(self._host, wire.READY)
        while True:
            try:
                order: protocol.Order = codec.unpack(wire.receive(self._host))
            except wire.ClosedError:
                return
            wire.send(self._host, codec.write(self._obey(order)))

    def _obey(self, order: protocol.Order) -> protocol.OrderReport:
        process = self._process
        process.stdout.reset(getattr(order, "stdout_bytes", None) or order.allowance.output)
        process.stderr.reset(order.allowance.output)
        self._left, self._used = order.allowance, ProcessReport(0, None, 0.0, 0.0, 0)
        self._load_error: ErrorReport | None = None
        self._trace: tuple[protocol.StepReport, ...] | None = None
        self._tests: list[TestReport | None] = []
        self._unprotected: set[int] = set()
        match order:
            case protocol.CommandOrder(command, allowance, stdin, processes, outputs):
                process.start(command, allowance, stdin=stdin, processes=processes, outputs=outputs)
                self._used = process.wait()
            case protocol.ScriptOrder():
                self._script(order)
            case TestsOrder():
                self._judge(order)
        tests = tuple(
            (test or _NOT_RUN)._replace(protected=index not in self._unprotected)
            for index, test in enumerate(self._tests)
        )
        stdout, stderr = process.stdout.captured(), process.stderr.captured()
        return protocol.OrderReport(self._used, stdout, stderr, self._load_error, tests, self._trace)

    def _script(self, order: protocol.ScriptOrder) -> None:
        """Run a program as a script: it ends by itself, or by its limits."""
        load = protocol.Load(order.source, bool(order.prelude), script=True)
        self._process.start([load], order.allowance, prelude=order.prelude, stdin=order.stdin)
        reply = self._process.reply()
        if reply is not None and reply.word == "raised":
            self._load_error = reply.error()
        self._used = self._process.wait()

    # -- tests of a Python program -----------------------------------------------------------------------------

    def _judge(self, order: TestsOrder) -> None:
        self._tests = [None] * len(order.tests)
        setup: list[Request] = []
        questions = [read_test(test, in_program=order.in_program) for test in order.tests]
        if order.setup:
            try:
                setup = [protocol.RunHere(rewriting.compiled(rewriting.rewrite(order.setup)))]
            except rewriting.NO_TEST as error:
                questions = [TestQuestion(problem=no_test(error))] * len(questions)
        first: int | None = 0
        while first is not None:  # in a new process of the program whenever it ended in one of them
            self._put(order, setup, questions, first)
            process = self._account()
            if _STARTED not in self._tests:
                return
            self._tests[self._tests.index(_STARTED)] = _ended(process)
            # The limits hold for all tests together, and a worker that is not clean is of no more use.
            spent = process.limit is not None or self._left.cpu <= 0 or self._left.wall <= 0 or not process.clean
            first = self._tests.index(None) if None in self._tests and not spent else None

    def _account(self) -> ProcessReport:
        """End the program's process, and take what it used off what is left for the tests after it."""
        process, used, left = self._process.end(), self._used, self._left
        self._left = left._replace(cpu=left.cpu - process.cpu, wall=left.wall - process.wall)
        self._used = process._replace(
            cpu=used.cpu + process.cpu, wall=used.wall + process.wall, memory=max(used.memory, process.memory),
            clean=used.clean and process.clean,
        )  # fmt: skip
        if self._process.steps is not None:
            self._trace = self._process.steps
        return process

    def _load(self, order: TestsOrder, requests: list[Request]) -> bool:
        """Put a program and its requests into a process. False if the program raised or ended as it was loaded."""
        load = protocol.Load(order.source, bool(order.prelude))
        self._process.start([load, *requests], self._left, prelude=order.prelude, trace=order.trace)
        self._process.settle()
        reply = self._process.reply()
        if reply is not None and reply.word != "loaded":
            self._load_error = reply.error()
        return reply is not None and self._load_error is None

    def _put(self, order: TestsOrder, setup: list[Request], questions: list[TestQuestion], first: int) -> None:
        """Put all tests to the program at once; settle each as its values arrive."""
        asked = [
            _traced(question.request, order.trace, index)
            for index, question in enumerate(questions[first:], first)
            if question.request is not None and not self._refused(order, question)
        ]
        if not self._load(order, [*setup, *asked]):
            return
        wrong = self._set_up() if setup else None
        for index, question in enumerate(questions[first:], first):
            if question.problem is not None or wrong is not None:
                self._tests[index] = wrong or question.problem
                continue
            if self._refused(order, question):
                self._unprotected.add(index)
                self._tests[index] = _UNPROTECTED
                continue
            self._tests[index] = _STARTED
            report = self._settle(order, index, question)
            if report is None:
                return
            self._tests[index] = report

    @staticmethod
    def _refused(order: TestsOrder, question: TestQuestion) -> bool:
        """Whether a test cannot be protected where nothing else will do."""
        return order.protected_only and not question.checks and question.problem is None

    def _set_up(self) -> TestReport | None:
        """Wait for the tests' setup; what is wrong with it, if anything, is so of every test."""
        reply = self._process.reply()
        if reply is None:
            return TestReport("killed", ErrorReport("Killed", "ended its own process before the tests"))
        return reply.verdict(0) if reply.word != "passed" else None

    def _settle(self, order: TestsOrder, index: int, question: TestQuestion) -> TestReport | None:
        """How one test ended; ``None`` if the program ended in it."""
        if isinstance(question.request, protocol.GiveCall):  # whose value the host compares
            reply = self._process.reply()
            return None if reply is None else reply.given()
        if not question.checks:
            self._unprotected.add(index)
            reply = self._process.reply()
            return None if reply is None else reply.verdict(question.reached)
        seen: list[Any] = []
        for number, check in enumerate(question.checks):
            reply = self._process.reply()
            if reply is None:
                return None
            if reply.word == "object":
                self._unprotected.add(index)
                if order.protected_only:
                    self._process.answer(protocol.Stop())
                    return _UNPROTECTED
                self._process.answer(check.rest())
                reply = self._process.reply()
                if reply is None:
                    return None
                if reply.word != "passed":
                    return reply.verdict(0)
                seen += reply.seen()
                continue
            if reply.word != "value":
                return _no_value(reply)
            failed = _decide(check, reply, seen, min(_PROCESSOR_FOR_A_CHECK, 2 + self._left.cpu))
            if number < len(question.checks) - 1 or not question.ends:
                self._process.answer(protocol.Go() if failed is None else protocol.Stop())
            if failed is not None:
                return failed
        if not question.ends:
            reply = self._process.reply()
            if reply is None:
                return None
            if reply.word != "done":
                return _no_value(reply)
        return TestReport("passed", digest=digest(seen))


def _traced(request: Request, trace: protocol.Trace | None, index: int) -> Request:
    return request if trace is None or trace.test != index else protocol.Traced(request, trace)


def _no_value(reply: ProgramReply) -> TestReport:
    """How a test ended whose process sent something else than the value that was asked for."""
    return raised(reply.error()) if reply.word == "raised" else UNREACHED


def _decide(check: Check, reply: ProgramReply, seen: list[Any], seconds: float) -> TestReport | None:
    """Decide one assertion within some seconds of processor time; ``None`` if it holds."""
    # A value can be made such that putting it together takes for ever.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        holds, actual, expected = check.judge(reply.value())
        seen.append(checking.digest_source(actual))
        return None if holds else TestReport("failed", None, checking.show(actual), expected, check.text, digest(seen))
    except Exception as error:  # noqa: BLE001  (as Python would: the test raised)
        kind = "UnreadableValue" if isinstance(error, values.UnreadableError) else type(error).__name__
        return raised(ErrorReport(kind, values.text(error)))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _ended(process: ProcessReport) -> TestReport:
    """How a test ended in which the program's process did."""
    error = protocol.ending(process) or ErrorReport("Killed", f"ended its own process with exit code {process.exit}")
    if error.type == "OutOfMemory":
        return raised(error._replace(type="MemoryError"))
    return TestReport("timed out" if error.type == "Timeout" else "killed", error)

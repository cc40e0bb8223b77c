"""Run one process of a program: a build of any language, or a warm interpreter of Python."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from selfdebug import values
from selfdebug.execution import reports
from selfdebug.execution.inside import protocol
from selfdebug.execution.inside.protocol import (
    Allowance,
    CommandOrder,
    File,
    FileCommand,
    FunctionCall,
    OrderReport,
    TestReport,
)
from selfdebug.execution.limits import MEBIBYTE, Limits
from selfdebug.execution.options import RunOptions
from selfdebug.execution.pool import WorkerPool
from selfdebug.languages.base import Build, Language
from selfdebug.outcome import Outcome, ProgramError
from selfdebug.unit_tests import Assertion, Call

_CACHED_BYTES = 64 * MEBIBYTE  # compiled programs that are kept, most recent first


@dataclass(frozen=True, slots=True)
class Executed:
    """A process of a compiled program.

    Attributes:
        outcome: how it ended; of the compiler, if that failed.
        compiled: whether it was compiled.
        files: path → text of the files that it was to leave, if it did.
    """

    outcome: Outcome
    compiled: bool
    files: Mapping[str, str]


class Executor:
    """Runs processes on a pool of workers, and keeps what compilers made.

    Args:
        workers: processes at a time; as many as processors if not given.

    Attributes:
        isolation: ``bubblewrap``, ``landlock`` or ``none``.
    """

    def __init__(self, workers: int | None = None) -> None:
        self._pool = WorkerPool(workers)
        self._compiled: OrderedDict[tuple[str, ...], tuple[File, ...]] = OrderedDict()
        self._compiling: dict[tuple[str, ...], asyncio.Lock] = {}

    @property
    def isolation(self) -> str:
        """``bubblewrap``, ``landlock`` or ``none``."""
        return self._pool.isolation

    async def close(self) -> None:
        """End the workers and forget what was compiled."""
        await self._pool.close()
        self._compiled.clear()

    async def execute(
        self,
        language: Language,
        build: Build,
        limits: Limits,
        *,
        stdin: str = "",
        inputs: Mapping[str, str] | None = None,
        outputs: Sequence[str] = (),
        stdout_bytes: int | None = None,
    ) -> Executed:
        """Compile a build, unless that was done before, and run it once.

        Args:
            language: its language.
            build: what to compile and run.
            limits: how much the run may use.
            stdin: its standard input.
            inputs: path → text of further files that it finds.
            outputs: paths of files to bring back.
            stdout_bytes: how much of its standard output to bring back, if not as much as the limits say.
        """
        files, error = await self._compile(language, build, limits)
        if error is not None:
            return Executed(error, compiled=False, files={})
        command = FileCommand(build.run, (*files, *_files(inputs or {})), dict(language.environment))
        # Resident memory is no limit of the kernel's: the runner looks at what the program has taken.
        resident = build.memory_limit == "RLIMIT_RSS"
        allowance = _allowance(limits, build.memory_limit or language.memory_limit, resident=resident)
        report = await self._pool.order(
            CommandOrder(command, allowance, stdin, outputs=tuple(outputs), stdout_bytes=stdout_bytes)
        )
        left = () if report is None else report.process.files
        read = {f.path: f.content.encode("latin-1").decode("utf-8", "replace") for f in left}
        return Executed(reports.command_outcome(language, build, report, self.isolation), compiled=True, files=read)

    async def _compile(
        self, language: Language, build: Build, limits: Limits
    ) -> tuple[tuple[File, ...], Outcome | None]:  # fmt: skip
        """Compile once per program: the files that a run needs, or the outcome that says why there are none."""
        if not build.compile:
            return _files(build.files), None
        key = (language.name, *build.compile, *build.files.values())
        async with self._compiling.setdefault(key, asyncio.Lock()):
            if key in self._compiled:
                self._compiled.move_to_end(key)
                return self._compiled[key], None
            generous = replace(
                limits, cpu_seconds=limits.compile_cpu_seconds, memory_bytes=limits.memory_bytes * 4,
                file_bytes=512 * MEBIBYTE, threads=512,
                idle_seconds=limits.wall_seconds,  # a compiler's first process sleeps while the others work
            )  # fmt: skip
            command = FileCommand(build.compile, _files(build.files), dict(language.environment))
            allowance = _allowance(generous, "RLIMIT_DATA")
            report = await self._pool.order(
                CommandOrder(command, allowance, processes=True, outputs=tuple(build.outputs))
            )
        self._compiling.pop(key, None)
        outcome = reports.command_outcome(language, build, report, self.isolation)
        if report is None:
            return (), outcome
        made = report.process.files
        if report.process.exit != 0 or not made:
            error = outcome.error or ProgramError("CompileError", reports.tail(outcome.stderr.text) or "no output")
            return (), replace(outcome, error=error)
        self._compiled[key] = made
        while sum(len(file.content) for files in self._compiled.values() for file in files) > _CACHED_BYTES:
            self._compiled.popitem(last=False)
        return made, None

    async def run_script(
        self, code: str, options: RunOptions, *, stdin: str = "", stdout_bytes: int | None = None
    ) -> Outcome:  # fmt: skip
        """Run a Python program as a script.

        Args:
            code: its source.
            options: its limits and its prelude.
            stdin: its standard input.
            stdout_bytes: how much of its standard output to bring back, if not as much as the limits say.
        """
        order = protocol.ScriptOrder(code, options.prelude, _allowance(options.limits), stdin, stdout_bytes)
        return reports.python_outcome(await self._pool.order(order), (), self.isolation)

    async def judge(
        self, code: str, tests: Sequence[Assertion | Call], options: RunOptions, *, protected_only: bool = False
    ) -> Outcome:  # fmt: skip
        """Run a Python program against tests that the judge puts to it, all in one process as long as it lives.

        Args:
            code: its source.
            tests: what to put to it.
            options: how to run it.
            protected_only: do not run a test whose verdict the program could decide.

        Raises:
            ValueError: values of a call are not plain.
        """
        report = await self._put(code, tuple(map(_encode_test, tests)), options, protected_only=protected_only)
        return reports.python_outcome(report, tests, self.isolation)

    async def _put(
        self, code: str, tests: tuple[protocol.Test, ...], options: RunOptions, *, protected_only: bool
    ) -> OrderReport | None:  # fmt: skip
        trace = options.trace
        order = protocol.TestsOrder(
            code, options.prelude, _allowance(options.limits), options.setup, tests, options.in_program,
            protected_only, None if trace is None else protocol.Trace(trace.test, trace.steps, trace.characters),
        )  # fmt: skip
        return await self._pool.order(order)

    async def call_python(
        self, code: str, calls: Sequence[Call], options: RunOptions, *, changed: Sequence[int] = ()
    ) -> tuple[Outcome, Sequence[TestReport]]:
        """Make calls of a Python program whose values are compared here, and not by the judge.

        Args:
            code: its source.
            calls: what to call; what is expected plays no part.
            options: how to run it; their setup plays no part.
            changed: indices of the arguments to bring back as they are after the call.

        Returns:
            The outcome, and for each call how it ended, with what it gave (`TestReport.value`, still encoded).

        Raises:
            ValueError: arguments are not plain.
        """
        encoded = tuple(protocol.GiveCall(_encode_call(call.function, call), tuple(changed)) for call in calls)
        report = await self._put(code, encoded, replace(options, setup=""), protected_only=False)
        ended = [TestReport("killed")] * len(calls) if report is None else report.tests
        named = [Call(call.function) for call in calls]  # the arguments may be long
        return reports.python_outcome(report, named, self.isolation), ended


def _allowance(limits: Limits, memory_limit: str = "RLIMIT_AS", *, resident: bool = False) -> Allowance:
    return Allowance(
        limits.cpu_seconds, limits.idle_seconds, limits.wall_seconds, limits.memory_bytes, limits.file_bytes,
        limits.output_bytes, limits.threads, memory_limit, resident,
    )  # fmt: skip


def _files(texts: Mapping[str, str]) -> tuple[File, ...]:
    return tuple(File(n, text.encode("utf-8", "surrogatepass").decode("latin-1")) for n, text in texts.items())


def _encode_test(test: Assertion | Call) -> str | protocol.CallTest:
    if isinstance(test, Assertion):
        return test.code
    call = _encode_call(str(test), test)
    try:
        return protocol.CallTest(call, values.encode(test.expected), test.tolerance)
    except values.NotPlainError as error:
        raise ValueError(f"{test}: {error}") from None


def _encode_call(text: str, call: Call) -> FunctionCall:
    try:
        named = {name: values.encode(value) for name, value in call.named.items()}
        return FunctionCall(call.function, [values.encode(value) for value in call.arguments], named)
    except values.NotPlainError as error:
        raise ValueError(f"{text}: {error}") from None

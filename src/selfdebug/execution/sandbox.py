"""Run programs that nobody has read: the pool of workers, and how each kind of test is put to them."""

from __future__ import annotations

import asyncio
import functools
import logging
import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

from selfdebug.execution import isolation, orders, pytest_files, reports
from selfdebug.execution.calls import running
from selfdebug.execution.errors import WorkerLostError
from selfdebug.execution.executor import Executed
from selfdebug.execution.limits import Limits
from selfdebug.execution.worker import Worker
from selfdebug.languages import LANGUAGES, Language
from selfdebug.languages import language as find_language
from selfdebug.languages.base import Build
from selfdebug.outcome import Outcome, ProgramError, TestOutcome
from selfdebug.signature import Signature
from selfdebug.unit_tests import Assertion, Call, Driver, InputOutput, PytestFile, UnitTest

_log = logging.getLogger(__name__)

_CACHED_BYTES = 64 * 1024 * 1024  # compiled programs that are kept, most recent first
_PATIENCE = 60.0  # seconds beyond a program's own limits before its worker counts as lost


class Sandbox:
    """Runs programs in isolated workers. Use as an asynchronous context manager.

    Nothing that a program starts is left when its outcome is returned, and nothing of the sandbox when the block ends.

    Args:
        workers: programs that run at the same time; as many as processors if not given.
        isolation: ``auto``, ``bubblewrap`` or ``landlock``; see `isolation.choose`.
        unsafe: run without isolation. Each outcome says so.
        protected_only: do not run a test whose verdict the program could decide; it is then `Status.NOT_RUN`.

    Raises:
        IsolationUnavailableError: neither bubblewrap nor Landlock works here and ``unsafe`` was not given. Raised on
            entering the block.

    Example:
        >>> async with Sandbox() as sandbox:
        ...     outcome = await sandbox.run("def f(x): return x + 1", [Assertion("assert f(1) == 2")])
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        isolation: str = "auto",
        unsafe: bool = False,
        protected_only: bool = False,
    ) -> None:
        if workers is not None and workers < 1:
            raise ValueError(f"workers must be at least 1, not {workers}")
        processors = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        self._size = workers or len(processors) or 1
        # With a worker for each processor, each keeps to its own. With fewer, the system may place them.
        pinned = processors if processors and self._size >= len(processors) else [None]
        self._processors: list[int | None] = [pinned[i % len(pinned)] for i in range(self._size)]
        self._wish, self._unsafe, self._protected_only = isolation, unsafe, protected_only
        self._tool: str | None = None
        self._places = asyncio.Semaphore(self._size)
        self._idle: list[Worker] = []
        self._compiled: OrderedDict[tuple[str, ...], list[Any]] = OrderedDict()
        self._compiling: dict[tuple[str, ...], asyncio.Lock] = {}
        self.isolation = "none"

    async def __aenter__(self) -> Self:
        if not self._unsafe:
            mechanism = isolation.choose(self._wish)
            self.isolation, self._tool = mechanism.name, mechanism.tool
        if self.isolation != "bubblewrap":
            isolation.sweep()
        return self

    async def __aexit__(self, *ignored: object) -> None:
        workers, self._idle = self._idle, []
        await asyncio.gather(*(self._end(worker) for worker in workers))
        self._compiled.clear()

    async def run(
        self,
        program: str,
        tests: Sequence[UnitTest] = (),
        *,
        language: str = "python",
        limits: Limits | None = None,
        setup: str = "",
        prelude: str = "",
        trace: tuple[int, int] | None = None,
        trace_test: int = 0,
        in_program: bool = False,
        stdin: str = "",
        signature: Signature | None = None,
    ) -> Outcome:
        """Run a program against its tests.

        Args:
            program: its source.
            tests: assertions are for Python; calls, input/output pairs and drivers for every language. Without any,
                the program is run once, as a script.
            language: one of `languages.LANGUAGES`.
            limits: how much the program may use, with all its tests.
            setup: Python test code that runs once, after the program is loaded and before the tests.
            prelude: Python that runs in the program's process before it, such as a benchmark's imports; its lines do
                not count as the program's.
            trace: record a trace: at most so many steps, so many characters for a value.
            trace_test: index of the test to trace, which must be an assertion or a call.
            in_program: run Python tests in the program's own process; their verdict is then not protected.
            stdin: standard input of a run without tests.
            signature: types of what calls pass and compare, such as the signature of a translation's source. Without
                one, the program's own holds; in Python values are then compared as they are. With one and no test, a
                program that needs a compiler is compiled, and not run.

        Raises:
            ToolchainMissingError: the language's compiler or runtime is not installed.
            TypeError: a test is of a kind that the language does not have.
            ValueError: an unknown language, a prelude that is not Python, or values of a `Call` that are not plain.
        """
        chosen = find_language(language)
        limits = limits or Limits()
        _check_prelude(prelude)
        if not chosen.is_warm:
            if signature is not None and not tests and chosen.is_compiled:
                return await running.compiles(self, chosen, program, signature, limits)
            return await self._run_built(chosen, program, tests, limits, stdin, signature)
        parts: list[Outcome] = []
        settled: dict[int, TestOutcome] = {}

        def keep(places: Sequence[int], outcome: Outcome) -> None:
            parts.append(outcome)
            settled.update(zip(places, outcome.tests, strict=True))

        def traced(places: Sequence[int]) -> dict[str, Any]:
            """The trace, if it is of one of the tests at these places."""
            here = trace is not None and trace_test in places
            return {"trace": trace, "trace_test": places.index(trace_test)} if here else {}

        typed = [i for i, t in enumerate(tests) if isinstance(t, Call) and signature is not None]
        if typed and signature is not None:
            calls = [t for t in tests if isinstance(t, Call)]
            keep(typed, await running.run_python(
                self, program, calls, signature, limits, prelude=prelude, **traced(typed)
            ))  # fmt: skip
        judged = [i for i, t in enumerate(tests) if isinstance(t, Assertion | Call) and i not in settled]
        if judged or not tests:
            chosen_tests = [t for i, t in enumerate(tests) if i in judged and isinstance(t, Assertion | Call)]
            keep(judged, await self._judged(
                program, chosen_tests, limits, prelude, setup=setup, in_program=in_program, stdin=stdin,
                **(traced(judged) if tests else {"trace": trace}),
            ))  # fmt: skip
        files = [i for i, t in enumerate(tests) if isinstance(t, PytestFile)]
        if files:
            by_pytest = [t for t in tests if isinstance(t, PytestFile)]
            keep(files, await pytest_files.run(
                self, program, by_pytest, limits, prelude=prelude, protected_only=self._protected_only
            ))  # fmt: skip
        for index, test in enumerate(tests):
            if index not in settled:
                outcome = await self._python_script(program, test, limits, prelude)
                parts.append(outcome)
                settled[index] = reports.script_outcome(test, outcome, limits)
        if len(parts) == 1 and len(parts[0].tests) == len(tests):
            return parts[0]
        return reports.joined(parts, [settled[i] for i in range(len(tests))])

    async def _judged(
        self,
        program: str,
        tests: Sequence[Assertion | Call],
        limits: Limits,
        prelude: str,
        *,
        setup: str = "",
        in_program: bool = False,
        stdin: str = "",
        stdout_bytes: int | None = None,
        trace: tuple[int, int] | None = None,
        trace_test: int = 0,
    ) -> Outcome:
        """Run a Python program against tests that the judge puts to it; without any, as a script."""
        order = {
            **orders.python(program, prelude, limits, trace, trace_test),
            "setup": setup,
            "tests": [orders.encode_test(t) for t in tests],
            "in_program": in_program,
            "protected_only": self._protected_only,
            "script": not tests,
            "stdin": None if tests else stdin,
            "stdout_bytes": stdout_bytes,
        }
        return reports.python_outcome(await self._order(order, limits), tests, self.isolation)

    async def call_python(
        self,
        program: str,
        calls: Sequence[Call],
        requests: Sequence[Mapping[str, Any]],
        limits: Limits,
        *,
        prelude: str = "",
        trace: tuple[int, int] | None = None,
        trace_test: int = 0,
    ) -> tuple[Outcome, list[Any]]:
        """Make calls of a Python program that are judged here and not by the judge.

        Args:
            program: its source.
            calls: the tests, for the outcome.
            requests: for each, what the judge is to call: ``function``, ``arguments``, ``named``, and ``changed``, the
                indices of the arguments to bring back.
            limits, prelude, trace, trace_test: as of `run`.

        Returns:
            The outcome, and for each call what came back, ``["value", encoded value, encoded changed arguments]``, or
            how it ended.
        """
        order = {
            **orders.python(program, prelude, limits, trace, trace_test),
            "calls": True,
            "tests": [orders.encode_request(r) for r in requests],
        }
        result = await self._order(order, limits)
        outcome = reports.python_outcome(result, calls, self.isolation)
        return outcome, result.get("tests", [])

    async def _python_script(self, program: str, test: UnitTest, limits: Limits, prelude: str) -> Outcome:
        """Run a test that needs the program as a script of its own."""
        if isinstance(test, InputOutput):
            size = reports.compared_bytes(test)
            return await self._judged(program, [], limits, prelude, stdin=test.stdin, stdout_bytes=size)
        assert isinstance(test, Driver)
        if self._protected_only:
            return reports.unprotected(self.isolation)
        return await self._judged(f"{program}\n{test.code}", [], limits, prelude)

    async def _run_built(
        self,
        chosen: Language,
        program: str,
        tests: Sequence[UnitTest],
        limits: Limits,
        stdin: str,
        signature: Signature | None,
    ) -> Outcome:
        parts: list[Outcome] = []
        results: list[TestOutcome] = []
        for test in tests or (InputOutput(stdin, ""),):
            if isinstance(test, Assertion | PytestFile):
                raise TypeError(
                    f"{type(test).__name__} tests Python; for {chosen.title} give a Call, an InputOutput or a Driver."
                )
            if isinstance(test, Call):
                (given,) = await running.evaluate(self, chosen, program, [test], signature, limits)
                parts.append(given.outcome)
                results.append(running.settle(test, given, signature, self.isolation))
                continue
            if isinstance(test, Driver) and self._protected_only:
                parts.append(reports.unprotected(self.isolation))
                results.append(reports.not_run(test, parts[-1]))
                continue
            build = chosen.build(program, test.code if isinstance(test, Driver) else None)
            pair = test if isinstance(test, InputOutput) else None
            executed = await self.execute(
                chosen,
                build,
                limits,
                stdin=pair.stdin if pair else "",
                stdout_bytes=reports.compared_bytes(pair) if pair and tests else None,
            )
            parts.append(executed.outcome)
            if executed.compiled:
                results.append(reports.script_outcome(test, executed.outcome, limits))
            else:
                results.append(reports.not_run(test, executed.outcome))
        if not tests:
            return parts[0]
        return reports.joined(parts, results)

    async def execute(
        self,
        chosen: Language,
        build: Build,
        limits: Limits,
        *,
        stdin: str = "",
        inputs: Mapping[str, str] | None = None,
        outputs: Sequence[str] = (),
        memory_limit: str | None = None,
        stdout_bytes: int | None = None,
    ) -> Executed:
        """Compile a build, unless that was done before, and run it once.

        Args:
            chosen: its language.
            build: what to compile and run.
            limits: how much the run may use.
            stdin: its standard input.
            inputs: path → text of further files that it finds.
            outputs: paths of files to bring back.
            memory_limit: which resource limit bounds its memory, if not the language's own.
            stdout_bytes: how much of its standard output to bring back, if not as much as the limits say.
        """
        files, error = await self._compile(chosen, build, limits)
        if error is not None:
            return Executed(error, compiled=False, files={})
        extra = [orders.file(name, text) for name, text in (inputs or {}).items()]
        order = {
            **orders.command(chosen, build.run, [*files, *extra], limits),
            "stdin": stdin,
            "memory_limit": memory_limit or chosen.memory_limit,
            "outputs": list(outputs),
            "stdout_bytes": stdout_bytes,
        }
        # The kernel does not hold this limit; the runner looks at what the program has taken.
        order["limits"]["resident"] = memory_limit == "RLIMIT_RSS"
        result = await self._order(order, limits)
        outcome = reports.command_outcome(chosen, build, result, self.isolation)
        left = [] if "lost" in result else result["report"]["files"]
        read = {name: text.encode("latin-1").decode("utf-8", "replace") for name, text, _ in left}
        return Executed(outcome, compiled=True, files=read)

    async def _compile(self, chosen: Language, build: Build, limits: Limits) -> tuple[list[Any], Outcome | None]:
        """Compile once per program: the files that a run needs, or the outcome that says why there are none."""
        sources = [orders.file(name, text) for name, text in build.files.items()]
        if not build.compile:
            return sources, None
        key = (chosen.name, *build.compile, *build.files.values())
        lock = self._compiling.setdefault(key, asyncio.Lock())
        async with lock:
            if key in self._compiled:
                self._compiled.move_to_end(key)
                return self._compiled[key], None
            # A compiler's first process sleeps while the others work: no limit on sleeping.
            generous = replace(
                limits,
                cpu_seconds=limits.compile_cpu_seconds,
                idle_seconds=limits.wall_seconds,
                memory_bytes=limits.memory_bytes * 4,
            )
            order = {
                **orders.command(chosen, build.compile, sources, generous),
                "processes": True,
                "memory_limit": "RLIMIT_DATA",
                "outputs": list(build.outputs),
            }
            order["limits"] |= {"threads": 512, "file": 512 * 1024 * 1024}
            result = await self._order(order, generous)
        self._compiling.pop(key, None)
        outcome = reports.command_outcome(chosen, build, result, self.isolation)
        if "lost" in result:
            return [], outcome
        made = result["report"]["files"]
        if result["report"]["exit"] != 0 or not made:
            error = outcome.error or ProgramError("CompileError", reports.tail(outcome.stderr.text) or "no output")
            return [], replace(outcome, error=error)
        self._compiled[key] = made
        while sum(len(f[1]) for files in self._compiled.values() for f in files) > _CACHED_BYTES:
            self._compiled.popitem(last=False)
        return made, None

    async def _order(self, order: dict[str, Any], limits: Limits) -> dict[str, Any]:
        """Give an order to a free worker; start one if there is none."""
        async with self._places:
            worker = self._idle.pop() if self._idle else await self._start()
            try:
                result = await worker.order(order, limits.wall_seconds + _PATIENCE)
            except WorkerLostError as error:
                await self._end(worker)
                # Whatever the program did to its worker, it is the program's own outcome.
                _log.warning("%s", error)
                return {"lost": True}
            except BaseException:
                await asyncio.shield(self._end(worker))
                raise
            if result["report"]["clean"]:
                self._idle.append(worker)
            else:
                await self._end(worker)
            return result

    async def _start(self) -> Worker:
        readable = [path for known in LANGUAGES.values() for path in known.readable()]
        processor = self._processors.pop()
        try:
            worker = Worker(self.isolation, self._tool, readable, processor)
            await worker.ready()
        except BaseException:
            self._processors.append(processor)
            raise
        return worker

    async def _end(self, worker: Worker) -> None:
        self._processors.append(worker.processor)
        await worker.close()


@functools.lru_cache(maxsize=64)
def _check_prelude(prelude: str) -> None:
    try:
        compile(prelude, "<prelude>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"the prelude is not Python: {error}") from None

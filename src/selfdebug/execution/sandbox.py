"""Run programs that nobody has read."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Self

from selfdebug.execution import isolation, runners
from selfdebug.execution.executor import Executor
from selfdebug.execution.options import RunOptions
from selfdebug.languages import find_language
from selfdebug.outcome import Outcome
from selfdebug.problem import Program
from selfdebug.unit_tests import UnitTest


class Sandbox(Executor):
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
        ...     program = Program("def f(x): return x + 1", "python")
        ...     outcome = await sandbox.run(program, [Assertion("assert f(1) == 2")])
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        isolation: str = "auto",
        unsafe: bool = False,
        protected_only: bool = False,
    ) -> None:
        super().__init__(workers)
        self._wish, self._unsafe, self._protected_only = isolation, unsafe, protected_only

    async def __aenter__(self) -> Self:
        if not self._unsafe:
            mechanism = isolation.choose(self._wish)
            self._pool.isolation, self._pool.tool = mechanism.name, mechanism.tool
        if self.isolation != "bubblewrap":
            isolation.sweep()
        return self

    async def __aexit__(self, *ignored: object) -> None:
        await self.close()

    async def run(
        self, program: Program, tests: Sequence[UnitTest] = (), options: RunOptions | None = None
    ) -> Outcome:  # fmt: skip
        """Run a program against its tests.

        Args:
            program: in one of `languages.LANGUAGES`.
            tests: assertions and files of pytest's are for Python; calls, input/output pairs and drivers for every
                language. Without any, the program is run once, as a script.
            options: how to run it; by default within the default limits, and with nothing beside it.

        Raises:
            ToolchainMissingError: the language's compiler or runtime is not installed.
            TypeError: a test is of a kind that the language does not have.
            ValueError: an unknown language, a prelude that is not Python, or values of a `Call` that are not plain.
        """
        options = options or RunOptions()
        language = find_language(program.language)
        _check_prelude(options.prelude)
        run = runners.ProgramRun(self, program.code, language, options, self._protected_only)
        return await (runners.run_tests(run, tests) if tests else runners.run_without_tests(run))


@functools.lru_cache(maxsize=64)
def _check_prelude(prelude: str) -> None:
    try:
        compile(prelude, "<prelude>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"the prelude is not Python: {error}") from None

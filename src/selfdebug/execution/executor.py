"""What calls need of a sandbox: to run a build, and to call a Python program. The sandbox itself is above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from selfdebug.execution.limits import Limits
from selfdebug.languages import Language
from selfdebug.languages.base import Build
from selfdebug.outcome import Outcome
from selfdebug.unit_tests import Call


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


class Executor(Protocol):
    """A sandbox, as `calls` sees it; see there for the arguments.

    Attributes:
        isolation: ``bubblewrap``, ``landlock`` or ``none``.
    """

    isolation: str

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
        """`Sandbox.execute`."""

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
        """`Sandbox.call_python`."""

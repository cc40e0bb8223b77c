"""Run what a model wrote: programs in a sandbox, queries on a read-only database."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selfdebug.execution.errors import (
        ExecutionError,
        IsolationUnavailableError,
        SignatureError,
        ToolchainMissingError,
    )
    from selfdebug.execution.limits import Limits
    from selfdebug.execution.options import RunOptions, TraceOptions
    from selfdebug.execution.sandbox import Sandbox
    from selfdebug.problem import Program
    from selfdebug.unit_tests import Assertion, Call, Driver, InputOutput, PytestFile, UnitTest

_EXPORTS = {
    "selfdebug.execution.errors": (
        "ExecutionError", "IsolationUnavailableError", "SignatureError", "ToolchainMissingError",
    ),
    "selfdebug.execution.limits": ("Limits",),
    "selfdebug.execution.options": ("RunOptions", "TraceOptions"),
    "selfdebug.execution.sandbox": ("Sandbox",),
    "selfdebug.problem": ("Program",),
    "selfdebug.unit_tests": ("Assertion", "Call", "Driver", "InputOutput", "PytestFile", "UnitTest"),
}  # fmt: skip
_HOMES = {name: home for home, names in _EXPORTS.items() for name in names}

__all__ = [
    "Assertion",
    "Call",
    "Driver",
    "ExecutionError",
    "InputOutput",
    "IsolationUnavailableError",
    "Limits",
    "Program",
    "PytestFile",
    "RunOptions",
    "Sandbox",
    "SignatureError",
    "ToolchainMissingError",
    "TraceOptions",
    "UnitTest",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: the processes for queries import this package, not the sandbox."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)

"""Run what a model wrote: programs in a sandbox, queries on a read-only database."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import ExecutionError, IsolationUnavailableError, SignatureError, ToolchainMissingError
    from .limits import Limits
    from .sandbox import Sandbox
    from .testing import Assertion, Call, Driver, InputOutput, PytestFile, UnitTest

_HOMES = {
    "Assertion": "testing",
    "Call": "testing",
    "Driver": "testing",
    "ExecutionError": "errors",
    "InputOutput": "testing",
    "IsolationUnavailableError": "errors",
    "Limits": "limits",
    "PytestFile": "testing",
    "Sandbox": "sandbox",
    "SignatureError": "errors",
    "ToolchainMissingError": "errors",
    "UnitTest": "testing",
}

__all__ = [
    "Assertion",
    "Call",
    "Driver",
    "ExecutionError",
    "InputOutput",
    "IsolationUnavailableError",
    "Limits",
    "PytestFile",
    "Sandbox",
    "SignatureError",
    "ToolchainMissingError",
    "UnitTest",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: the processes for queries import this package, not the sandbox."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)

"""Calls of functions in every language: signatures, typed values, and tests derived from a source program."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selfdebug.execution.calls.deriving import DerivedTests, derive_tests
    from selfdebug.execution.calls.signatures import declare, read_signature
    from selfdebug.signature import Parameter, Signature

_HOMES = {
    "DerivedTests": "selfdebug.execution.calls.deriving",
    "Parameter": "selfdebug.signature",
    "Signature": "selfdebug.signature",
    "declare": "selfdebug.execution.calls.signatures",
    "derive_tests": "selfdebug.execution.calls.deriving",
    "read_signature": "selfdebug.execution.calls.signatures",
}

__all__ = ["DerivedTests", "Parameter", "Signature", "declare", "derive_tests", "read_signature"]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: a problem needs the types, and no parser of languages."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)

"""Calls of functions in every language: signatures, typed values, and tests derived from a source program."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .deriving import DerivedTests, derive_tests
    from .signatures import declare, read_signature
    from .types import Parameter, Signature

_HOMES = {
    "DerivedTests": "deriving",
    "Parameter": "types",
    "Signature": "types",
    "declare": "signatures",
    "derive_tests": "deriving",
    "read_signature": "signatures",
}

__all__ = ["DerivedTests", "Parameter", "Signature", "declare", "derive_tests", "read_signature"]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: a problem needs the types, and no parser of languages."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)

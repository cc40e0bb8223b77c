"""How each language writes functions, one file each."""

from __future__ import annotations

from selfdebug.execution.calls.dialects import cpp, go, java, javascript, python, rust
from selfdebug.execution.calls.dialects.base import Dialect, Function, Slot

DIALECTS: dict[str, Dialect] = {
    module.DIALECT.name: module.DIALECT for module in (python, cpp, java, javascript, rust, go)
}
"""By the language's name."""

__all__ = ["DIALECTS", "Dialect", "Function", "Slot"]

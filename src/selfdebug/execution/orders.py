"""Parts of the orders that a worker is given: plain data that `marshal` can write."""

from __future__ import annotations

from typing import Any

from .inside import values
from .languages import Language
from .limits import Limits
from .testing import Assertion, Call


def encode_limits(limits: Limits) -> dict[str, Any]:
    """Limits, by the names that the runner knows them by."""
    return {
        "cpu": limits.cpu_seconds,
        "idle": limits.idle_seconds,
        "wall": limits.wall_seconds,
        "memory": limits.memory_bytes,
        "file": limits.file_bytes,
        "output": limits.output_bytes,
        "threads": limits.threads,
    }


def command(chosen: Language, command: list[str], files: list[Any], limits: Limits) -> dict[str, Any]:
    """An order to run a command on files."""
    return {
        "kind": "command",
        "command": command,
        "files": files,
        "environment": dict(chosen.environment),
        "limits": encode_limits(limits),
    }


def file(name: str, text: str) -> list[Any]:
    """A file for an order; its bytes as characters."""
    return [name, text.encode("utf-8", "surrogatepass").decode("latin-1"), False]


def encode_test(test: Assertion | Call) -> dict[str, Any]:
    """A test of a Python program, for the judge.

    Raises:
        ValueError: its values are not plain.
    """
    if isinstance(test, Assertion):
        return {"code": test.code}
    try:
        return {
            "function": test.function,
            "args": [values.encode(a) for a in test.arguments],
            "named": {k: values.encode(v) for k, v in test.named.items()},
            "expected": values.encode(test.expected),
            "tolerance": test.tolerance,
        }
    except values.NotPlainError as error:
        raise ValueError(f"{test}: {error}") from None

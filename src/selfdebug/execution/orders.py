"""Parts of the orders that a worker is given: plain data that `marshal` can write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from selfdebug import values
from selfdebug.execution.limits import Limits
from selfdebug.languages import Language
from selfdebug.unit_tests import Assertion, Call


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


def python(
    program: str, prelude: str, limits: Limits, trace: tuple[int, int] | None, trace_test: int
) -> dict[str, Any]:  # fmt: skip
    """What every order about a Python program has; without tests, to load it and no more."""
    return {
        "kind": "python",
        "source": program,
        "prelude": prelude,
        "setup": "",
        "tests": [],
        "calls": False,
        "in_program": False,
        "protected_only": False,
        "script": False,
        "stdin": None,
        "trace": list(trace) if trace else None,
        "trace_test": trace_test,
        "limits": encode_limits(limits),
    }


def encode_request(request: Mapping[str, Any]) -> dict[str, Any]:
    """A call that is judged elsewhere, for `inside.program`.

    Raises:
        ValueError: its values are not plain.
    """
    try:
        return {
            "name": request["function"],
            "arguments": [values.encode(a) for a in request["arguments"]],
            "named": {k: values.encode(v) for k, v in request["named"].items()},
            "changed": list(request["changed"]),
        }
    except values.NotPlainError as error:
        raise ValueError(f"{request['function']}: {error}") from None


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
            "name": test.function,
            "arguments": [values.encode(a) for a in test.arguments],
            "named": {k: values.encode(v) for k, v in test.named.items()},
            "expected": values.encode(test.expected),
            "tolerance": test.tolerance,
        }
    except values.NotPlainError as error:
        raise ValueError(f"{test}: {error}") from None

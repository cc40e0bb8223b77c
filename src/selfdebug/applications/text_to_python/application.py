"""Text-to-Python: a description, usually with one shown test, becomes a Python function (MBPP, HumanEval)."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from typing import Any

from selfdebug.applications.sandboxed import ProgramApplication
from selfdebug.applications.text_to_python.problem import TextToPythonProblem
from selfdebug.prompts import Exemplar, read_outcome, read_turns
from selfdebug.unit_tests import Assertion, Call


class TextToPython(ProgramApplication[TextToPythonProblem]):
    """Writes Python functions."""

    name = "text-to-python"
    noun = "program"

    @staticmethod
    def read_exemplar(entry: Mapping[str, Any]) -> Exemplar:
        """Read a request with its tests, which are assertions."""
        tests = tuple(Assertion(code) for code in entry["tests"])
        turns = read_turns(entry, "python", lambda quoted: read_outcome(quoted, tests))
        return Exemplar(entry["name"], TextToPythonProblem(entry["request"], tests), turns)

    def entry_point(self, problem: TextToPythonProblem) -> str:
        """The function that all tests call; nothing if it is not clear which."""
        called = [
            {test.function} if isinstance(test, Call) else _called(test.code)
            for test in problem.tests
            if isinstance(test, Call | Assertion)
        ]
        names = set.intersection(*called) if called else set()
        return names.pop() if len(names) == 1 else ""


def _called(code: str) -> set[str]:
    """The functions that test code calls and that are not Python's own."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return {name for name in names if not hasattr(builtins, name)}

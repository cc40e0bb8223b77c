"""Text-to-Python: a description, usually with one shown test, becomes a Python function (MBPP, HumanEval)."""

from __future__ import annotations

import ast
import builtins

from selfdebug.execution import Assertion, Call
from selfdebug.problem import TextToPythonProblem

from .sandboxed import ProgramApplication


class TextToPython(ProgramApplication[TextToPythonProblem]):
    """Writes Python functions."""

    name = "text-to-python"
    noun = "program"

    def language(self, problem: TextToPythonProblem) -> str:
        """Python."""
        return "python"

    def entry_point(self, problem: TextToPythonProblem) -> str:
        """The function that all tests call; nothing if it is not clear which."""
        names: set[str] | None = None
        for test in problem.tests:
            if isinstance(test, Call | Assertion):
                called = {test.function} if isinstance(test, Call) else _called(test.code)
                names = called if names is None else names & called
        return names.pop() if names and len(names) == 1 else ""


def _called(code: str) -> set[str]:
    """The functions that test code calls and that are not Python's own."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return {name for name in names if not hasattr(builtins, name)}

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
        """The function that the first test calls."""
        for test in problem.tests:
            if isinstance(test, Call):
                return test.function
            if isinstance(test, Assertion) and (name := _called(test.code)):
                return name
        return ""


def _called(code: str) -> str:
    """The first function that test code calls and that is not Python's own."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not hasattr(builtins, node.func.id):
            return node.func.id
    return ""

"""Text-to-Python: a description, usually with one shown test, becomes a Python function (MBPP, HumanEval)."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence

from selfdebug.applications.sandboxed import ProgramApplication
from selfdebug.execution import Assertion, Call, Limits, Sandbox
from selfdebug.feedback import FeedbackKind
from selfdebug.problem import TextToPythonProblem
from selfdebug.prompts import Exemplar


class TextToPython(ProgramApplication[TextToPythonProblem]):
    """Writes Python functions."""

    name = "text-to-python"
    noun = "program"

    def __init__(
        self, sandbox: Sandbox, limits: Limits | None = None, *, first_exemplars: Sequence[Exemplar] = ()
    ) -> None:
        """Make it.

        Args:
            sandbox: where programs run; it stays the caller's.
            limits: for one program with all its tests.
            first_exemplars: shown, all of them, before the first program of a problem is asked for, as a benchmark may
                prescribe; else our own. Debugging has our own in any case.
        """
        super().__init__(sandbox, limits)
        self._first_exemplars = tuple(first_exemplars)

    def exemplars(self, problem: TextToPythonProblem, kind: FeedbackKind) -> tuple[Exemplar, ...]:
        """Those given for the first program; else all that have what the feedback kind tells."""
        return (not kind.debugs and self._first_exemplars) or super().exemplars(problem, kind)

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

"""A request for a Python function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from selfdebug.applications.program_problem import ProgramProblem
from selfdebug.unit_tests import UnitTest


@dataclass(frozen=True, slots=True)
class TextToPythonProblem(ProgramProblem):
    """A request for a Python function.

    Attributes:
        request: the description.
        tests: the tests that are shown to the model and decide when debugging stops.
        start: the beginning that the program must keep, such as a signature with its docstring.
        setup: Python test code that runs before the tests.
    """

    request: str
    tests: tuple[UnitTest, ...] = ()
    start: str = ""
    setup: str = ""
    application: Literal["text-to-python"] = "text-to-python"

    @property
    def language(self) -> str:
        """Python."""
        return "python"

"""Text-to-Python: a description, usually with one shown test, becomes a Python function (MBPP, HumanEval)."""

from __future__ import annotations

from pathlib import Path

from selfdebug.applications.text_to_python.problem import TextToPythonProblem
from selfdebug.problem import ApplicationDefinition

APPLICATION = ApplicationDefinition(
    name="text-to-python",
    problem=TextToPythonProblem,
    folder=Path(__file__).parent,
    implementation="selfdebug.applications.text_to_python.application:TextToPython",
    input="selfdebug.applications.text_to_python.ask:TextToPythonInput",
)

__all__ = ["APPLICATION", "TextToPythonProblem"]

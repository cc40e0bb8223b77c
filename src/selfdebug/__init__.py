"""Make a language model debug its own code.

import selfdebug

problem = selfdebug.TextToPythonProblem("Write a function double(x).", (selfdebug.Assertion("assert double(2) == 4"),))
trajectory = selfdebug.debug(problem, model="gpt-5-mini", feedback="ut+expl")
print(trajectory.answer.code)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selfdebug.api import debug, debug_async, open_debugger
    from selfdebug.applications.text_to_python import TextToPythonProblem
    from selfdebug.applications.text_to_sql import TextToSqlProblem
    from selfdebug.applications.translation import TranslationProblem
    from selfdebug.problem import Program
    from selfdebug.settings import Settings
    from selfdebug.trajectory import Trajectory
    from selfdebug.unit_tests import Assertion, Call, InputOutput

__version__ = "0.1.0"

_HOMES = {
    "debug": "selfdebug.api",
    "debug_async": "selfdebug.api",
    "open_debugger": "selfdebug.api",
    "Assertion": "selfdebug.unit_tests",
    "Call": "selfdebug.unit_tests",
    "InputOutput": "selfdebug.unit_tests",
    "Program": "selfdebug.problem",
    "TextToPythonProblem": "selfdebug.applications.text_to_python",
    "TextToSqlProblem": "selfdebug.applications.text_to_sql",
    "TranslationProblem": "selfdebug.applications.translation",
    "Settings": "selfdebug.settings",
    "Trajectory": "selfdebug.trajectory",
}
__all__ = [
    "Assertion",
    "Call",
    "InputOutput",
    "Program",
    "Settings",
    "TextToPythonProblem",
    "TextToSqlProblem",
    "Trajectory",
    "TranslationProblem",
    "__version__",
    "debug",
    "debug_async",
    "open_debugger",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: the sandbox's workers import this package, and need none of it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)

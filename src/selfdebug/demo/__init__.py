"""The problems of ``selfdebug demo``: one of each application, each with a trap that a test or an explanation shows.

The embedded model knows its own domain alone: its problems are of it, from the benchmark that training never saw.
"""

from __future__ import annotations

import sqlite3
from importlib import resources
from pathlib import Path

from selfdebug.benchmarks import open_benchmark
from selfdebug.execution import Assertion
from selfdebug.problem import Problem, Program, TextToPythonProblem, TextToSqlProblem, TranslationProblem

_HELD_OUT = {
    "held-out/python/242": "Text-to-Python",
    "held-out/translation/203": "Translation from C++",
    "held-out/sql/228": "Text-to-SQL",
}
"""Tasks of the sample's held-out part that the embedded model gets wrong at first, by their ids."""


def held_out_problems() -> tuple[tuple[str, Problem], ...]:
    """The problems for the embedded model, each with a title."""
    tasks = {
        task.id: task.problem for task in open_benchmark("sample:held-out", Path()).tasks() if task.id in _HELD_OUT
    }
    return tuple((f"{title} ({name})", tasks[name]) for name, title in _HELD_OUT.items())


def problems(folder: Path) -> tuple[tuple[str, Problem], ...]:
    """The problems, each with a title.

    Args:
        folder: where the database is made.
    """
    return (
        ("Text-to-SQL: ferries that nobody took count, too", _ferries(folder)),
        ("Text-to-Python: days may come twice, and in any order", _STREAK),
        ("Translation from C++: dividing a negative number", _whole_euros()),
    )


def _ferries(folder: Path) -> TextToSqlProblem:
    path = folder / "ferries.db"
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_file("ferries.sql"))
    finally:
        connection.close()
    request = "For each ferry, give its name and how many crossings it made in March 2024, the busiest first."
    return TextToSqlProblem(request, str(path), "a ferry without a crossing made 0")


_STREAK = TextToPythonProblem(
    "Write a function longest_streak(days). It takes a list of whole numbers that stand for days, in any order, some"
    " more than once, and gives the length of the longest run of days that follow one another.",
    (
        Assertion("assert longest_streak([5, 3, 4, 9]) == 3"),
        Assertion("assert longest_streak([2, 1, 2, 3, 3, 10, 11]) == 3"),
        Assertion("assert longest_streak([]) == 0"),
    ),
)


def _whole_euros() -> TranslationProblem:
    return TranslationProblem(
        Program(_file("whole_euros.cpp"), "cpp"),
        "python",
        (
            Assertion("assert whole_euros([250, 199]) == 3"),
            Assertion("assert whole_euros([-250, 320]) == 1"),
            Assertion("assert whole_euros([-99, -1]) == 0"),
        ),
        "whole_euros",
    )


def _file(name: str) -> str:
    return resources.files("selfdebug.demo").joinpath(name).read_text(encoding="utf-8")

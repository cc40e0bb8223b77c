"""The problems of ``selfdebug demo``: one of each application, each with a trap that a test or an explanation shows.

The embedded model knows its own domain alone: its problems are of it, from the benchmark that training never saw.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from importlib import resources
from pathlib import Path

from selfdebug.benchmarks import open_benchmark
from selfdebug.execution import Assertion
from selfdebug.problem import Problem, Program, TextToPythonProblem, TextToSqlProblem, TranslationProblem

_HELD_OUT = {
    "held-out/python/166": ("text-to-python", "Text-to-Python"),
    "held-out/translation/22": ("translation", "Translation from C++"),
    "held-out/sql/83": ("text-to-sql", "Text-to-SQL"),
}
"""Tasks of the sample's held-out part that the embedded model gets wrong at first: ids, applications and titles. The
first one needs least before it can be shown."""


def held_out_problems(applications: Collection[str]) -> Iterator[tuple[str, Problem]]:
    """The problems for the embedded model, each with a title, read one at a time: the first is to be shown at once.

    Args:
        applications: those that are wanted.
    """
    for name, (application, title) in _HELD_OUT.items():
        if application in applications:
            tasks = open_benchmark(f"sample:held-out-{name.split('/')[1]}", Path()).tasks()
            yield f"{title} ({name})", next(task.problem for task in tasks if task.id == name)


def problems(folder: Path, applications: Collection[str]) -> Iterator[tuple[str, Problem]]:
    """The problems, each with a title.

    Args:
        folder: where the database is made.
        applications: those that are wanted.
    """
    found: tuple[tuple[str, Problem], ...] = (
        ("Text-to-SQL: ferries that nobody took count, too", _ferries(folder)),
        ("Text-to-Python: days may come twice, and in any order", _STREAK),
        ("Translation from C++: dividing a negative number", _whole_euros()),
    )
    return ((title, problem) for title, problem in found if problem.application in applications)


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

"""The problems of ``selfdebug demo``: one of each application, each with a trap that a test or an explanation shows.

The embedded model knows its own domain alone: its problems are of it, from the benchmark that training never saw.
"""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from importlib import resources
from pathlib import Path

import yaml

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.applications.translation import TranslationProblem
from selfdebug.benchmarks import open_benchmark
from selfdebug.execution import Assertion
from selfdebug.problem import Problem, Program

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
    """The problems for other models, each with a title.

    Args:
        folder: where the database is made.
        applications: those that are wanted.
    """
    for entry in yaml.safe_load(_file("problems.yaml")):
        if entry["application"] in applications:
            yield entry["title"], _problem(folder, **entry)


def _problem(
    folder: Path, application: str, title: str, request: str = "", hint: str = "", source: str = "",
    entry_point: str = "", tests: Sequence[str] = (),
) -> Problem:  # fmt: skip
    assertions = tuple(map(Assertion, tests))
    if application == "text-to-python":
        return TextToPythonProblem(request, assertions)
    if application == "translation":
        return TranslationProblem(Program(_file(source), "cpp"), "python", assertions, entry_point)
    with closing(sqlite3.connect(folder / "ferries.db")) as connection:
        connection.executescript(_file("ferries.sql"))
    return TextToSqlProblem(request, str(folder / "ferries.db"), hint)


def _file(name: str) -> str:
    return resources.files("selfdebug.demo").joinpath(name).read_text(encoding="utf-8")

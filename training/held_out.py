"""Writes the benchmark ``sample:held-out``: problems of shapes and words that training never sees.

    python -m training.held_out

It is made once and kept with the package. Each shape of program occurs once; what the C++ functions give is what a
compiler says.
"""

from __future__ import annotations

import ast
import itertools
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import yaml

import selfdebug.benchmarks.sample as sample
from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.applications.translation import TranslationProblem

from . import python_problems, sql_problems, translation_problems
from .lesson import Lesson

SEED = 20_000
PROBLEMS = 300
"""Of each application."""
FOLDER = Path(sample.__file__).parent / "sample_data" / "held_out"
_DIFFICULTIES = {1: "easy", 2: "medium", 3: "hard"}
_PER_DATABASE = 10


def write_held_out(folder: Path, count: int) -> None:
    """Write the problems.

    Args:
        folder: gets a file for each application, and the databases.
        count: of problems for each application.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as worlds:
        found = drawn(count, Path(worlds))
        _write(folder, "sql", [_query(lesson, folder) for lesson in found["sql"]])
    _write(folder, "python", [_function(lesson) for lesson in found["python"]])
    values = translation_problems.compiled_values(found["translation"])
    _write(folder, "translation", list(map(_translation, found["translation"], values)))


def drawn(count: int, folder: Path) -> dict[str, list[Lesson]]:
    """The lessons of the benchmark, or its first ones, by the names of its files."""
    sources = {
        "sql": sql_problems.lessons(SEED, True, folder, _PER_DATABASE * 2),
        "python": python_problems.lessons(SEED, True),
        "translation": translation_problems.lessons(SEED, True),
    }
    return {name: list(_different(source, count)) for name, source in sources.items()}


def _different(lessons: Iterator[Lesson], count: int) -> Iterator[Lesson]:
    """Lessons that have no shape in common."""
    seen: set[str] = set()

    def new(lesson: Lesson) -> bool:
        return lesson.skeleton not in seen and not seen.add(lesson.skeleton)

    return itertools.islice(filter(new, lessons), count)


def _query(lesson: Lesson, folder: Path) -> dict[str, Any]:
    assert isinstance(lesson.problem, TextToSqlProblem)
    name = _write_database(folder / "databases", lesson.databases)
    return {
        "database": name,
        "difficulty": _DIFFICULTIES[lesson.difficulty],
        "question": lesson.problem.request,
        "query": lesson.program.code,
    }


def _write_database(folder: Path, databases: tuple[str, ...]) -> str:
    """The tables of a database, and the rows of it and its variants, as SQL; the folder's name."""
    place = folder
    for path, rows in zip(databases, ("rows", "variant-1", "variant-2"), strict=True):
        with closing(sqlite3.connect(path)) as connection:
            statements = [line for line in connection.iterdump() if line not in ("BEGIN TRANSACTION;", "COMMIT;")]
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master ORDER BY rowid")]
        place = folder / "-".join([Path(databases[0]).stem.split("-")[-2].lstrip("0") or "0", *names])
        place.mkdir(parents=True, exist_ok=True)
        tables = [line for line in statements if line.startswith("CREATE")]
        contents = [line for line in statements if not line.startswith("CREATE")]
        (place / "schema.sql").write_text("\n".join(tables) + "\n", encoding="utf-8")
        (place / f"{rows}.sql").write_text("\n".join(contents) + "\n", encoding="utf-8")
    return place.name


def _function(lesson: Lesson) -> dict[str, Any]:
    assert isinstance(lesson.problem, TextToPythonProblem)
    shown, *hidden = (test.code for test in lesson.tests)
    return {
        "difficulty": _DIFFICULTIES[lesson.difficulty],
        "request": lesson.problem.request,
        "shown": shown,
        "hidden": hidden,
        "reference": lesson.program.code,
    }


def _translation(lesson: Lesson, values: list[object]) -> dict[str, Any]:
    assert isinstance(lesson.problem, TranslationProblem)
    arguments = [_arguments(test.code) for test in lesson.tests]
    return {
        "entry_point": lesson.problem.entry_point,
        "difficulty": _DIFFICULTIES[lesson.difficulty],
        "source": lesson.problem.source.code,
        "reference": lesson.program.code,
        "tests": [[given, value] for given, value in zip(arguments, values, strict=True)],
    }


def _arguments(assertion: str) -> list[Any]:
    (statement,) = ast.parse(assertion).body
    assert isinstance(statement, ast.Assert)
    assert isinstance(statement.test, ast.Compare)
    assert isinstance(statement.test.left, ast.Call)
    return [ast.literal_eval(argument) for argument in statement.test.left.args]


class _Dumper(yaml.SafeDumper):
    """Programs as they stand, line by line."""


_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


def _write(folder: Path, name: str, entries: list[Mapping[str, Any]]) -> None:
    head = "# Made by training/held_out.py.\n"
    text = yaml.dump(entries, Dumper=_Dumper, sort_keys=False, width=118, allow_unicode=True, default_flow_style=None)
    (folder / f"{name}.yaml").write_text(head + text, encoding="utf-8")


if __name__ == "__main__":
    write_held_out(FOLDER, PROBLEMS)

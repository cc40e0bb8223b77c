"""BIRD: questions to large real databases, with a hint for each (Li et al., 2023): mini-dev, or the development set.

Scored by execution accuracy as the official evaluator `bird-bench/mini_dev` does: both results as sets of rows.

    bird/mini_dev_sqlite.json  bird/dev_databases/DB/DB.sqlite
    bird/dev.json              the same for the variant `dev`
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from selfdebug.benchmarks.benchmark import DataError, Task, UnknownBenchmarkError
from selfdebug.benchmarks.sql.questions import Questions
from selfdebug.benchmarks.sql.results import Rule
from selfdebug.benchmarks.sql.scorer import EXECUTION, QueryReference, SqlScorer
from selfdebug.execution import Sandbox
from selfdebug.problem import Program, TextToSqlProblem

_FILES = {"": "mini_dev_sqlite.json", "dev": "dev.json"}
_FIELDS = ("db_id", "question", "evidence", "SQL", "difficulty", "question_id")
SHOWN = "The model is shown the question's hint and the first row of each table, and no test."
SCORED = "A query is scored by comparing its result with the gold query's."


class Bird:
    """BIRD. See `selfdebug.benchmarks.Benchmark` for what the names mean."""

    applications = ("text-to-sql",)
    categories = ("simple", "moderate", "challenging")
    measures = (EXECUTION,)

    def __init__(self, data: Path, variant: str) -> None:
        """Read the questions and look which databases are there.

        Raises:
            MissingDataError, DataError: files are missing or damaged.
        """
        folder = (data / "bird").absolute()
        self.name = "bird:dev" if variant else "bird"
        self.title = "BIRD dev" if variant else "BIRD mini-dev"
        self._questions = Questions("bird", folder / _FILES[variant], folder / "dev_databases", _FIELDS)
        for number, entry in enumerate(self._questions):
            if entry["difficulty"] not in self.categories:
                difficulty = entry["difficulty"]
                raise DataError(
                    f"{self._questions.file}, entry {number}: the difficulty {difficulty!r} is none of"
                    f" {', '.join(self.categories)}; get the file again."
                )
        self.files = (self._questions.file,)
        self.shown = (SHOWN,)
        self.notes = (SCORED, *self._questions.notes)

    def __len__(self) -> int:
        return len(self._questions)

    def tasks(self) -> Iterator[Task]:
        """All questions, in the order of the file."""
        for index, entry in enumerate(self._questions):
            database = self._questions.path(entry["db_id"])
            yield Task(
                index,
                f"bird/{entry['question_id']}",
                TextToSqlProblem(entry["question"], database, entry["evidence"]),
                QueryReference(Program(entry["SQL"], "sql"), database),
                entry["difficulty"],
                self._questions.missing(entry["db_id"]),
            )

    def open_scorer(self, sandbox: Sandbox) -> SqlScorer:
        """A scorer by the official rules; the sandbox is not used."""
        return SqlScorer(Rule.SET)


def open_benchmark(data: Path, variant: str) -> Bird:
    """Open BIRD.

    Args:
        data: the data folder.
        variant: empty for mini-dev, ``dev`` for the development set.

    Raises:
        UnknownBenchmarkError: there is no such variant.
        MissingDataError, DataError: files are missing or damaged.
    """
    if variant not in _FILES:
        raise UnknownBenchmarkError(f"bird has no variant {variant!r}: name it bird (mini-dev) or bird:dev.")
    return Bird(data, variant)

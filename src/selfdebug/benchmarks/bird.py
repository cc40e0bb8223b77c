"""BIRD: questions to large real databases, with a hint for each (Li et al., 2023): mini-dev, or the development set.

Scored by execution accuracy as the official evaluator `bird-bench/mini_dev` does: both results as sets of rows.

    bird/mini_dev_sqlite.json  bird/dev_databases/DB/DB.sqlite
    bird/dev.json              the same for the variant `dev`
"""

from pathlib import Path

from selfdebug.benchmarks.benchmark import Benchmark, DataError, Task
from selfdebug.benchmarks.records import Record
from selfdebug.benchmarks.sql.questions import Questions
from selfdebug.benchmarks.sql.results import Rule
from selfdebug.benchmarks.sql.scorer import EXECUTION, SqlScorer

_DIFFICULTIES = ("simple", "moderate", "challenging")


def open_benchmark(data: Path, variant: str) -> Benchmark:
    """Open BIRD.

    Args:
        data: the data folder.
        variant: empty for mini-dev, ``dev`` for the development set.

    Raises:
        MissingDataError, DataError: files are missing or damaged.
    """
    folder = (data / "bird").absolute()
    file = folder / ("dev.json" if variant else "mini_dev_sqlite.json")
    questions = Questions("bird", file, folder / "dev_databases", "evidence", "SQL", "difficulty")
    tasks = [_task(questions, index, record) for index, record in enumerate(questions.records)]
    return Benchmark(
        name="bird:dev" if variant else "bird",
        title="BIRD dev" if variant else "BIRD mini-dev",
        applications=("text-to-sql",),
        files=(file,),
        read_tasks=lambda: tasks,
        open_scorer=lambda _: SqlScorer(Rule.SET),
        metrics=(EXECUTION,),
        categories=_DIFFICULTIES,
        notes=questions.notes,
        shown=("The model is shown the question's hint and the first row of each table, and no test.",),
    )


def _task(questions: Questions, index: int, record: Record) -> Task:
    difficulty = record.text("difficulty")
    if difficulty not in _DIFFICULTIES:
        known = ", ".join(_DIFFICULTIES)
        raise DataError(f"{record.place}: the difficulty {difficulty!r} is none of {known}; get the file again.")
    name = f"bird/{record.identifier('question_id')}"
    return questions.task(index, record, name, record.text("SQL"), difficulty, hint=record.text("evidence"))

"""The tables of runs, and rows to and from what they stand for. Texts that others wrote are kept as JSON, in which
characters survive that a database refuses.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import sqlalchemy
from pydantic import BeforeValidator, TypeAdapter, ValidationError
from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Text

from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.benchmarks import Failure, Score
from selfdebug.runs.run import Progress, Provenance, Run, RunSource, TaskResult
from selfdebug.safe_text import without_password
from selfdebug.settings import Settings, with_new_names
from selfdebug.storage import StoreError
from selfdebug.storage.database import LONG_TEXT, Migration
from selfdebug.trajectory import Cost, Trajectory


def _filled(kind: Any, *names: str) -> list[Column[Any]]:
    """Columns of one kind that are never empty."""
    return [Column(name, kind, nullable=False) for name in names]


def _place() -> list[Column[int]]:
    """The key of a task of a run: the run's number, and the task's place in the benchmark."""
    return [Column(name, Integer, primary_key=True, autoincrement=False) for name in ("run", "place")]


tables = sqlalchemy.MetaData()
runs = sqlalchemy.Table(
    "run",
    tables,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(200), nullable=False, unique=True),
    Column("name", String(200), nullable=False, index=True),
    *_filled(String(200), "benchmark"),
    *_filled(Text, "title"),
    *_filled(Integer, "tasks"),
    *_filled(LONG_TEXT, "settings", "categories"),
    Column("measures", LONG_TEXT, key="metrics", nullable=False),
    *_filled(LONG_TEXT, "notes", "provenance", "source"),
    sqlite_autoincrement=True,  # a number is never given twice
)
"""One row for each run; its number gives the order of creation."""
results = sqlalchemy.Table(
    "run_task",
    tables,
    *_place(),
    *_filled(String(300), "task"),
    *_filled(Text, "category"),
    *_filled(String(100), "ending"),
    *_filled(Boolean, "judged_correct", "passed", "first_passed"),
    *_filled(Integer, "calls", "stored_calls", "prompt_tokens", "completion_tokens"),
    *_filled(Float, "seconds"),
    Column("selected", Integer),
    # The trajectory is the last: what stands before it is read without it.
    *_filled(LONG_TEXT, "sample_passed", "answer", "scores", "trajectory"),
    Index("run_task_by_name", "run", "task"),
)
"""One row for each task that is done: `passed` and `first_passed` are of its answer and its first program, for sums."""
summaries = sqlalchemy.Table(
    "run_task_summary",
    tables,
    *_place(),
    *_filled(String(30), "first_failure", "failure"),
    *_filled(Integer, "programs"),
    *_filled(Text, "database"),
    *_filled(LONG_TEXT, "request", "searched"),
)
"""What a list of trajectories shows of each and is filtered by, so that it needs no trajectory: failures of the first
program and of the answer, the number of programs, the database, the request's beginning, and what `searchable` made of
request, programs and reasons."""


def _metrics_renamed(stored: Any) -> Any:
    """A stored score, in which ``metrics`` have an older name, with today's."""
    if not isinstance(stored, dict):
        return stored
    return {"metrics" if name == "measures" else name: value for name, value in stored.items()}


def _progress_of(stored: Any) -> Any:
    """Of stored scores, the progress that stands with them."""
    return [score["progress"] for score in stored if isinstance(score, dict) and "progress" in score]


_StoredScore = Annotated[Score, BeforeValidator(_metrics_renamed)]
_StoredProgress = Annotated[tuple[Progress, ...], BeforeValidator(_progress_of)]
_RUN_PLAIN = ("id", "benchmark", "title", "tasks")
_RUN_JSON: dict[str, Any] = {
    "settings": Annotated[Settings, BeforeValidator(with_new_names)],
    "categories": tuple[str, ...],
    "metrics": tuple[str, ...],
    "notes": tuple[str, ...],
    "provenance": Provenance,
    "source": RunSource,
}
"""Fields of a run that are columns of `runs`, as they are or as JSON."""
_RESULT_PLAIN = ("task", "category", "ending", "judged_correct", "selected")
_RESULT_JSON: dict[str, Any] = {
    "scores": tuple[_StoredScore, ...],
    "answer": _StoredScore,
    "sample_passed": tuple[bool, ...],
}
"""Fields of a task's result that are columns of `results`, as they are or as JSON."""
RESULT_COLUMNS = tuple(column for column in results.c if column.name not in ("run", "trajectory"))
_REQUEST_CHARACTERS = 300
_SEARCHED_CHARACTERS = 100_000
_MIGRATED_ROWS = 100  # that are in memory at one time


def row_of_run(run: Run) -> dict[str, Any]:
    """A run as a row, less what was done of it."""
    data = json.loads(_adapter(Run).dump_json(run))
    plain = {name: data[name] for name in _RUN_PLAIN}
    return {**plain, "name": run.name, **{name: json.dumps(data[name]) for name in _RUN_JSON}}


def run_of_row(row: Mapping[str, Any], done: int) -> Run:
    """The run of a row.

    Raises:
        StoreError: somebody changed the row.
    """
    what = f"The stored run {row['id']}"
    plain = {name: row[name] for name in _RUN_PLAIN}
    return Run(**plain, **{name: _load(what, kind, row[name]) for name, kind in _RUN_JSON.items()}, done=done)


def row_of_result(number: int, result: TaskResult, trajectory: str) -> dict[str, Any]:
    """A result as a row of the run of that number, with its trajectory as JSON."""
    return {
        "run": number,
        "place": result.index,
        **{name: getattr(result, name) for name in _RESULT_PLAIN},
        "ending": str(result.ending),
        "passed": result.answer.passed,
        "first_passed": result.first_passed,
        **asdict(result.cost),
        "sample_passed": json.dumps(result.sample_passed),
        "answer": json.dumps(_score_fields(result.answer)),
        "scores": json.dumps(_scores_with_progress(result)),
        "trajectory": trajectory,
    }


def result_of_row(row: Mapping[str, Any]) -> TaskResult:
    """The result of a row.

    Raises:
        StoreError: somebody changed the row.
    """
    what = f"What is stored of task {row['task']}"
    plain = {name: row[name] for name in _RESULT_PLAIN}
    from_json = {name: _load(what, kind, row[name]) for name, kind in _RESULT_JSON.items()}
    cost = Cost(**{name: row[name] for name in Cost.__dataclass_fields__})
    progress = _load(what, _StoredProgress, row["scores"])
    return TaskResult(index=row["place"], **plain, **from_json, cost=cost, progress=progress)


def trajectory_of(text: str) -> Trajectory:
    """The trajectory of its JSON.

    Raises:
        StoreError: it is none, or one of a newer version.
    """
    try:
        return Trajectory.from_json(text)
    except ValueError as error:
        raise StoreError(f"A stored trajectory cannot be read: {error}.") from None


def row_of_summary(number: int, result: TaskResult, trajectory: Trajectory) -> dict[str, Any]:
    """A result and its trajectory as a row of `summaries`."""
    problem = trajectory.problem
    database = without_password(problem.database) if isinstance(problem, TextToSqlProblem) else ""
    programs = (turn.program.code for turn in trajectory.turns)
    reasons = (score.reason for score in (*result.scores, result.answer))
    texts = dict.fromkeys((result.task, problem.request, *programs, *reasons))
    first = result.scores[0].failure if result.scores else Failure.NO_PROGRAM
    return {
        "run": number,
        "place": result.index,
        "first_failure": str(first or ""),
        "failure": str(result.answer.failure or ""),
        "programs": len(trajectory.turns),
        "database": json.dumps(database),
        "request": json.dumps(problem.request[:_REQUEST_CHARACTERS]),
        "searched": searchable("\n".join(text[:_SEARCHED_CHARACTERS] for text in texts))[:_SEARCHED_CHARACTERS],
    }


def searchable(text: str) -> str:
    """A text as it is searched: capitals are small letters, and what a database may refuse is a space."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text.casefold())


def _add_summaries(connection: sqlalchemy.Connection) -> None:
    """Migrates layout 1 to 2: makes the summaries of what is stored already."""
    summaries.create(connection, checkfirst=True)
    place = sqlalchemy.tuple_(results.c.run, results.c.place)
    columns = (results.c.run, *RESULT_COLUMNS, results.c.trajectory)
    after = (-1, -1)
    while True:
        query = sqlalchemy.select(*columns).where(place > after).order_by(results.c.run, results.c.place)
        rows = list(connection.execute(query.limit(_MIGRATED_ROWS)).mappings())
        if not rows:
            return
        made = []
        for row in rows:
            with contextlib.suppress(StoreError):  # somebody changed it: its reader is to complain, not its opener
                made.append(row_of_summary(row["run"], result_of_row(dict(row)), trajectory_of(row["trajectory"])))
        if made:
            connection.execute(summaries.insert(), made)
        after = (rows[-1]["run"], rows[-1]["place"])


MIGRATIONS: tuple[Migration, ...] = (_add_summaries,)
"""One for each older layout; leads to the next."""


def _scores_with_progress(result: TaskResult) -> list[dict[str, Any]]:
    """One column for both: each turn has one of each, but that results of older versions have no progress."""
    scores = [_score_fields(score) for score in result.scores]
    for fields, progress in zip(scores, result.progress, strict=False):
        fields["progress"] = asdict(progress)
    return scores


def _score_fields(score: Score) -> dict[str, Any]:
    return {
        "passed": score.passed,
        "failure": score.failure and str(score.failure),
        "reason": score.reason,
        "measures": dict(score.metrics),
        "protected": score.protected,
    }


def _load(what: str, kind: Any, text: str) -> Any:
    try:
        return _adapter(kind).validate_python(json.loads(text))
    except (ValidationError, ValueError):
        raise StoreError(
            f"{what} cannot be read: somebody changed it. Delete the run with selfdebug runs delete."
        ) from None


@functools.cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)

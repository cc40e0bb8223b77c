"""BIRD: its questions, and its rule."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.benchmarks import DataError, Failure, Task, UnknownBenchmarkError, open_benchmark
from selfdebug.benchmarks.sql.results import Rule
from selfdebug.benchmarks.sql.scorer import QueryReference, SqlScorer
from selfdebug.problem import Program
from tests.benchmarks.spider_folder import write_database
from tests.needs import skip_or_fail

ENTRY = {
    "question_id": 1471,
    "db_id": "teas",
    "question": "Which teas are dear?",
    "evidence": "dear: price > 3",
    "SQL": "SELECT name, kind FROM tea WHERE price > 3",
    "difficulty": "moderate",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    write_database(data / "bird" / "dev_databases" / "teas" / "teas.sqlite")
    (data / "bird" / "mini_dev_sqlite.json").write_text(json.dumps([ENTRY]))
    (data / "bird" / "dev.json").write_text(json.dumps([ENTRY, ENTRY | {"question_id": 3}]))
    return data


@pytest.fixture(scope="module")
async def scorer() -> AsyncIterator[SqlScorer]:
    async with SqlScorer(Rule.SET, processes=1) as opened:
        yield opened


@pytest.fixture
def teas(folder: Path) -> Task:
    return next(open_benchmark("bird", folder).tasks())


def test_questions_have_hints_and_difficulties(folder: Path, teas: Task) -> None:
    database = str(folder / "bird" / "dev_databases" / "teas" / "teas.sqlite")
    assert teas.problem == TextToSqlProblem("Which teas are dear?", database, "dear: price > 3")
    assert (teas.id, teas.index, teas.category) == ("bird/1471", 0, "moderate")
    assert [task.id for task in open_benchmark("bird:dev", folder).tasks()] == ["bird/1471", "bird/3"]
    with pytest.raises(UnknownBenchmarkError, match="bird:dev"):
        open_benchmark("bird:test", folder)


def test_an_unknown_difficulty_is_named(folder: Path, tmp_path: Path) -> None:
    write_database(tmp_path / "bird" / "dev_databases" / "teas" / "teas.sqlite")
    (tmp_path / "bird" / "mini_dev_sqlite.json").write_text(json.dumps([ENTRY, ENTRY | {"difficulty": "odd"}]))
    with pytest.raises(DataError, match="item 2: the difficulty 'odd'"):
        open_benchmark("bird", tmp_path)


@pytest.mark.parametrize(
    ("sql", "passed"),
    [
        ("SELECT t.name, t.kind FROM tea t, tea u WHERE t.price > 3 ORDER BY 1 DESC", True),
        ("SELECT kind, name FROM tea WHERE price > 3", False),
        ("SELECT DISTINCT name, kind FROM tea WHERE price > 3", True),
        ("SELECT name, kind FROM tea WHERE price > 3; SELECT 1", False),
        ("SELECT name, kind FROM tea WHERE price > 3;;", False),
    ],
)
async def test_results_are_sets_of_rows(scorer: SqlScorer, teas: Task, sql: str, passed: bool) -> None:
    [found] = await scorer.score([(teas, Program(sql, "sql"))])
    assert found.passed is passed
    assert found.metrics == {"execution_accuracy": passed}


async def test_texts_are_run_as_they_are(scorer: SqlScorer, teas: Task, tmp_path: Path) -> None:
    """No value is replaced, no DISTINCT taken out, and text that is not UTF-8 is an error, as in the official one."""
    path = tmp_path / "values.sqlite"
    write_database(path)
    database = QueryReference(Program("SELECT 'value'", "sql"), str(path))
    odd = QueryReference(Program("SELECT CAST(x'67E972' AS TEXT)", "sql"), str(path))
    [plain, undecodable, failing] = await scorer.score(
        [
            (replace(teas, reference=database), Program("SELECT 'value' FROM tea", "sql")),
            (replace(teas, reference=database), Program("SELECT CAST(x'67E972' AS TEXT)", "sql")),
            (replace(teas, reference=odd), Program("SELECT CAST(x'67E972' AS TEXT)", "sql")),
        ]
    )
    assert plain.passed
    assert (undecodable.passed, undecodable.failure) == (False, Failure.ERROR)
    assert not failing.passed
    assert failing.reason.startswith("the gold query fails: Could not decode")


async def test_gold_queries_of_mini_dev_pass(data: Path, scorer: SqlScorer) -> None:
    if not (data / "bird" / "mini_dev_sqlite.json").is_file():
        skip_or_fail("BIRD is not in the data folder")
    benchmark = open_benchmark("bird", data)
    here = [task for task in benchmark.tasks() if not task.missing]
    assert (len(benchmark), len(here) > 0) == (500, True)
    scores = await scorer.score([(task, task.reference.program) for task in here])
    assert [(task.id, found.reason) for task, found in zip(here, scores, strict=True) if not found.passed] == []

"""Spider: its questions, and verdicts equal to those of the official evaluator."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.benchmarks import (
    DataError,
    Failure,
    MissingDataError,
    Score,
    Task,
    UnknownBenchmarkError,
    open_benchmark,
)
from selfdebug.benchmarks.benchmark import BenchmarkError
from selfdebug.benchmarks.sql.scorer import QueryReference, SqlScorer
from selfdebug.execution import Sandbox
from selfdebug.execution.databases import DatabaseError
from selfdebug.problem import Program
from tests.benchmarks.spider_folder import QUERY, write_database, write_questions, write_spider
from tests.needs import skip_or_fail
from tests.processes import descendants


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_spider(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
async def scorer() -> AsyncIterator[SqlScorer]:
    async with SqlScorer(processes=2) as opened:
        yield opened


@pytest.fixture(scope="module")
def teas(folder: Path) -> Task:
    return next(open_benchmark("spider", folder).tasks())


async def score(scorer: SqlScorer, task: Task, sql: str) -> Score:
    [found] = await scorer.score([(task, Program(sql, "sql"))])
    return found


async def test_verdicts_on_published_predictions_are_the_official_ones(data: Path, scorer: SqlScorer) -> None:
    """Graphix-T5's predictions for all questions whose databases are at hand; gold queries pass, too."""
    predictions = data / "spider" / "predictions" / "graphix.sql"
    if not predictions.is_file():
        skip_or_fail("Graphix's predictions are not in the data folder")
    benchmark = open_benchmark("spider", data)
    tasks = list(benchmark.tasks())
    texts = [line.split("\t")[0] for line in predictions.read_text().splitlines()]
    official = [json.loads(line) for line in predictions.with_suffix(".verdicts.jsonl").read_text().splitlines()]
    assert Counter(task.category for task in tasks) == {"easy": 248, "medium": 446, "hard": 174, "extra": 166}

    here = [i for i, task in enumerate(tasks) if not task.missing]
    scores = await scorer.score([(tasks[i], Program(texts[i], "sql")) for i in here])
    assert len(scores) == 972
    for i, found in zip(here, scores, strict=True):
        assert found.metrics == {name: bool(official[i][name]) for name in benchmark.metrics}, texts[i]
        assert (found.failure is None) is found.passed

    gold = [replace(tasks[i], reference=replace(tasks[i].reference, test_suite=())) for i in here]  # type: ignore[type-var]
    assert all(found.passed for found in await scorer.score([(task, task.reference.program) for task in gold]))


def test_questions_are_read_in_their_order(folder: Path) -> None:
    benchmark = open_benchmark("spider", folder)
    first, second = benchmark.tasks()
    database = str(folder / "spider" / "database" / "teas" / "teas.sqlite")
    assert (first.id, first.index, first.category, first.missing) == ("spider/0", 0, "medium", "")
    assert first.problem == TextToSqlProblem("Which teas cost more than 3?", database)
    assert first.reference.program == Program(QUERY, "sql")
    assert (second.id, second.missing) == ("spider/1", "there is no database cakes")
    assert benchmark.metrics == ("execution_accuracy", "test_suite_accuracy")
    assert benchmark.categories == ("easy", "medium", "hard", "extra")
    assert benchmark.files == (folder / "spider" / "dev.json",)
    assert len(benchmark) == 2
    assert benchmark.notes[1] == "1 of 2 questions are not scored: there is no database cakes."


def test_databases_that_are_not_there_are_listed(tmp_path: Path) -> None:
    folder = write_spider(tmp_path)
    entries = [{"db_id": name, "question": "How many?", "query": QUERY} for name in ("teas", "cakes", "pies")]
    write_questions(folder, *entries)
    note = "2 of 3 questions are not scored: there are no databases cakes, pies."
    assert note in open_benchmark("spider", folder).notes


def test_without_a_test_suite_there_is_one_measure_and_a_note(tmp_path: Path) -> None:
    benchmark = open_benchmark("spider", write_spider(tmp_path, test_suite=False))
    assert benchmark.metrics == ("execution_accuracy",)
    assert benchmark.notes[2] == "Test-suite accuracy is not measured: there is no folder spider/test_suite."


def test_what_is_missing_or_damaged_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingDataError, match=r"dev\.json; get it with `selfdebug data pull spider`.*--data"):
        open_benchmark("spider", tmp_path)
    file = write_questions(tmp_path)
    with pytest.raises(MissingDataError, match="no database of spider"):
        open_benchmark("spider", tmp_path)
    file.write_text('[{"db_id": "teas"')
    with pytest.raises(DataError, match=r"dev\.json is not JSON"):
        open_benchmark("spider", tmp_path)
    good = {"db_id": "teas", "question": "?", "query": "SELECT 1"}
    for entry, words in (
        ({"db_id": "teas", "question": "?"}, "item 2: the field 'query' is missing"),
        ({"db_id": "teas", "question": 1, "query": ""}, "item 2: the field 'question' is int, not text"),
        ({"db_id": "../teas", "question": "?", "query": ""}, r"item 2: '../teas' is not the name of a database"),
    ):
        write_questions(tmp_path, good, entry)
        with pytest.raises(DataError, match=words):
            open_benchmark("spider", tmp_path)
    with pytest.raises(UnknownBenchmarkError, match="no variant 'dev'"):
        open_benchmark("spider:dev", tmp_path)


@pytest.mark.parametrize(
    ("sql", "execution", "suite", "reason"),
    [
        ("SELECT t.name FROM tea AS t WHERE 3 < t.price ORDER BY t.name", True, True, ""),
        ("WITH a AS (SELECT * FROM tea) SELECT name FROM a WHERE price > 3 ORDER BY name", True, True, ""),
        (
            "SELECT name FROM tea WHERE name != 'black' ORDER BY name",
            True,
            False,
            "test suite: gives other values than expected (database teas_v2.sqlite)",
        ),
        ("SELECT name FROM tea ORDER BY name", False, False, "gives 3 rows where 2 are expected"),
        (
            "SELECT name FROM tea WHERE price > 3 ORDER BY name DESC",
            False,
            False,
            "gives the expected rows in another order",
        ),
        ("SELECT nme FROM tea", False, False, "no such column: nme"),
    ],
)
async def test_a_score_says_what_is_different(
    scorer: SqlScorer, teas: Task, sql: str, execution: bool, suite: bool, reason: str
) -> None:
    found = await score(scorer, teas, sql)
    assert found.metrics == {"execution_accuracy": execution, "test_suite_accuracy": suite}
    assert (found.passed, found.reason) == (execution, reason)


@pytest.mark.parametrize(
    ("sql", "failure"),
    [
        ("", Failure.NO_PROGRAM),
        (" \n", Failure.NO_PROGRAM),
        (";", Failure.ERROR),
        ("PRAGMA table_info(tea)", Failure.ERROR),
        ("ATTACH 'x.sqlite' AS x", Failure.ERROR),
        ("DROP TABLE tea", Failure.ERROR),
        ("SELECT 1 FROM tea; DROP TABLE tea", Failure.WRONG),
        ("SELECT name FROM", Failure.UNLOADABLE),
        ("SELECT load_extension('x')", Failure.ERROR),
        ("SELECT '" + "x" * 2**20 + "'", Failure.ERROR),
        ("(" * 50_000, Failure.ERROR),
        ("SELECT " + "(" * 20_000 + "1" + ")" * 20_000, Failure.ERROR),
        ("SELECT a.name FROM tea a, tea b, tea c, tea d, tea e, tea f, tea g, tea h, tea i, tea j", Failure.WRONG),
        ("SELECT randomblob(1000000000)", Failure.TOO_LARGE),
        ("SELECT name FROM tea WHERE name = '\ud800'", Failure.ERROR),
        ("SELECT\x00 1", Failure.ERROR),
    ],
    ids=range(16),
)
async def test_hostile_predictions_get_a_score(scorer: SqlScorer, teas: Task, sql: str, failure: Failure) -> None:
    found = await score(scorer, teas, sql)
    assert (found.passed, found.failure) == (False, failure), found.reason
    assert found.reason
    assert found.metrics == {"execution_accuracy": False, "test_suite_accuracy": False}
    assert (await score(scorer, teas, QUERY)).metrics == {"execution_accuracy": True, "test_suite_accuracy": True}


async def test_a_query_without_end_is_stopped(teas: Task) -> None:
    endless = "WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a) SELECT count(*) FROM a"
    async with SqlScorer(processes=1, seconds=0.5) as scorer:
        found = await score(scorer, teas, endless)
        assert (found.failure, found.reason) == (Failure.TIMED_OUT, "The query ran longer than 0.5 s and was stopped.")


async def test_text_that_is_not_utf8_is_read_without_its_odd_bytes(
    scorer: SqlScorer, teas: Task, tmp_path: Path
) -> None:
    path = tmp_path / "odd.sqlite"
    write_database(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE tea SET name = CAST(x'67E972' AS TEXT), price = 9")
    gold = Program("SELECT name FROM tea", "sql")
    task = replace(teas, reference=QueryReference(gold, str(path)))
    assert (await score(scorer, task, "SELECT 'gr' FROM tea")).passed
    assert not (await score(scorer, task, "SELECT 'g r' FROM tea")).passed


async def test_a_database_that_cannot_be_used_is_an_error_and_no_verdict(
    scorer: SqlScorer, teas: Task, tmp_path: Path
) -> None:
    locked, damaged = tmp_path / "locked.sqlite", tmp_path / "damaged.sqlite"
    write_database(locked)
    write_database(damaged)
    damaged.write_bytes(damaged.read_bytes()[:4096] + b"\xff" * 4096)
    holder = sqlite3.connect(locked, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    for path in (locked, damaged, tmp_path / "gone.sqlite"):
        task = replace(teas, reference=QueryReference(Program(QUERY, "sql"), str(path)))
        with pytest.raises(DatabaseError, match=path.name):
            await score(scorer, task, QUERY)
    holder.close()
    broken = replace(teas, reference=QueryReference(Program("SELECT x FROM y", "sql"), str(locked)))
    with pytest.raises(BenchmarkError, match=r"gold query of spider/0 fails on .*locked\.sqlite \(no such table: y\)"):
        await score(scorer, broken, QUERY)
    assert (await score(scorer, teas, QUERY)).passed


async def test_values_can_be_plugged_in_and_distinct_can_be_kept(teas: Task) -> None:
    wrong_value = "SELECT name FROM tea WHERE price > 1000 ORDER BY name"
    twice = "SELECT DISTINCT kind FROM tea"
    task = replace(teas, reference=QueryReference(Program("SELECT kind FROM tea", "sql"), teas.problem.database))  # type: ignore[union-attr]
    async with SqlScorer(processes=1) as plain:
        assert not (await score(plain, teas, wrong_value)).passed
        assert (await score(plain, task, twice)).passed
    async with SqlScorer(processes=1, plug_values=True, keep_distinct=True) as other:
        assert (await score(other, teas, wrong_value)).passed
        assert not (await score(other, task, twice)).passed


async def test_options_of_the_official_evaluator_are_variants(folder: Path) -> None:
    benchmark = open_benchmark("spider:plug-values", folder)
    task = next(benchmark.tasks())
    async with benchmark.open_scorer(Sandbox()) as scorer:
        wrong_value = Program("SELECT name FROM tea WHERE price > 1000 ORDER BY name", "sql")
        [found] = await scorer.score([(task, wrong_value)])
    assert found.passed
    assert "A prediction may pass with the gold query's values in place of its own." in benchmark.notes
    assert open_benchmark("spider:plug-values+keep-distinct", folder).name == "spider:plug-values+keep-distinct"
    with pytest.raises(UnknownBenchmarkError, match="plug-values, keep-distinct"):
        open_benchmark("spider:keep-distinct+keep-distinct", folder)


def test_processes_that_compare_start_light() -> None:
    heavy = ("pydantic", "selfdebug.execution.sandbox", "sqlglot", "selfdebug.problem")
    code = (
        f"import sys, selfdebug.benchmarks.sql.comparer_pool; print([name for name in {heavy} if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


async def test_a_task_that_is_missing_cannot_be_scored(scorer: SqlScorer, folder: Path) -> None:
    _, cakes = open_benchmark("spider", folder).tasks()
    with pytest.raises(BenchmarkError, match="spider/1 cannot be scored: there is no database cakes"):
        await score(scorer, cakes, "SELECT 1")


async def test_cancelling_and_closing_leave_nothing_behind(teas: Task) -> None:
    endless = "WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a) SELECT count(*) FROM a"
    descriptors, processes = _descriptors(), descendants(os.getpid())
    async with SqlScorer(processes=2) as scorer:
        assert (await score(scorer, teas, QUERY)).passed
        work = asyncio.create_task(score(scorer, teas, endless))
        for _ in range(200):
            # Two that compare, and at least one that runs the endless query.
            if len(descendants(os.getpid()) - processes) > 2:
                break
            await asyncio.sleep(0.05)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
    # One that was about to start learns only then that nobody wants it.
    for _ in range(600):
        if descendants(os.getpid()) <= processes:
            break
        await asyncio.sleep(0.05)
    assert descendants(os.getpid()) <= processes
    assert _descriptors() <= descriptors
    with pytest.raises(BenchmarkError, match="closed"):
        await score(scorer, teas, QUERY)


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))

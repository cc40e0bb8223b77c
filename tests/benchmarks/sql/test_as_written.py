"""BIRD's rule gives the verdict of its official evaluator for texts that sqlglot and SQLite read differently."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.benchmarks.benchmark import Task
from selfdebug.benchmarks.sql.results import Rule
from selfdebug.benchmarks.sql.scorer import QueryReference, SqlScorer
from selfdebug.problem import Program

GOLD = "SELECT a FROM t WHERE a < 2020"
TEXTS = [
    "SELECT a FROM t WHERE a < YEAR(CURDATE())",
    "SELECT a FROM t WHERE a < year( curdate() )",
    "SELECT\u00a0a FROM t",
    "SELECT a FROM t\u00a0",
    "SELECT a FROM t \u00a0",
    "SELECT a\u2003FROM t",
    "SELECT a AS \u00a0 FROM t",
    "\ufeffSELECT a FROM t",
    "SELECT\ufeff a \ufeffFROM t",
    "SELECT a\ufeff FROM t",
    "SELECT a FROM t WHERE 'x\x01y' = 'x\x01y'",
    "SELECT a FROM t WHERE 'x\ufeffy' <> 'xy'",
    "SELECT a FROM t\x0b",
    "SELECT a FROM t\x0c",
    "SELECT a FROM t; ",
    "SELECT a FROM t;;",
    "SELECT a FROM t; -- end",
    "SELECT a FROM t -- ;;",
    "SELECT a FROM t /* ; */",
    "SELECT a FROM t /* open",
    "SELECT a FROM t; SELECT 1",
    "-- first\nSELECT a FROM t",
    "SELECT/**/a FROM/**/t",
    "SELECT a FROM t WHERE a = '--' OR 1",
    "SELECT a FROM t WHERE a < ?",
    "SELECT a FROM t WHERE a < :b",
    "SELECT a FROM t WHERE a < $b",
    "SELECT `a` FROM [t]",
    "SELECT \"a\" FROM 't'",
    'SELECT "b" FROM t',
    "VALUES (1)",
    "SELECT 1;\x00",
    "SELECT ａ FROM t",
    "SELECT DISTINCT a FROM t",
    "SELECT a FROM t UNION ALL SELECT a FROM t",
    "EXPLAIN SELECT a FROM t",
    "WITH x AS (SELECT a FROM t) SELECT a FROM x",
    "```sql\nSELECT a FROM t\n```",
    "SELECT a FROM t WHERE a > = 0",
    "value",
    "",
]


def official(path: Path, text: str) -> bool:
    """`execute_sql` of BIRD's evaluation: an error of the prediction is a wrong prediction."""
    connection = sqlite3.connect(path)
    try:
        cursor = connection.cursor()
        cursor.execute(text)
        predicted = cursor.fetchall()
        cursor.execute(GOLD)
        return set(predicted) == set(cursor.fetchall())
    except (sqlite3.Error, sqlite3.Warning, ValueError):
        return False
    finally:
        connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "t.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)")
    connection.close()
    return path


def contents(path: Path) -> tuple[bytes, list[str]]:
    return path.read_bytes(), sorted(neighbour.name for neighbour in path.parent.iterdir())


async def test_texts_run_to_the_letter(path: Path) -> None:
    reference = QueryReference(Program(GOLD, "sql"), str(path))
    tasks = [Task(i, str(i), TextToSqlProblem("?", database=str(path)), reference) for i in range(len(TEXTS))]
    async with SqlScorer(Rule.SET, processes=1) as scorer:
        scores = await scorer.score([(task, Program(text, "sql")) for task, text in zip(tasks, TEXTS, strict=True)])
    wanted = {text: official(path, text) for text in TEXTS}
    assert {text: score.passed for text, score in zip(TEXTS, scores, strict=True)} == wanted
    assert 12 < sum(wanted.values()) < len(TEXTS)


async def test_a_prediction_still_cannot_write(path: Path) -> None:
    before = contents(path)
    reference = QueryReference(Program(GOLD, "sql"), str(path))
    task = Task(0, "0", TextToSqlProblem("?", database=str(path)), reference)
    texts = [
        "DELETE FROM t",
        "\ufeffDROP TABLE t",
        "WITH x AS (SELECT 1) DELETE FROM t",
        "EXPLAIN DELETE FROM t",
        "PRAGMA writable_schema = ON",
        "PRAGMA query_only = OFF",
        f"ATTACH '{path.parent / 'other'}' AS o",
        f"VACUUM INTO '{path.parent / 'copy'}'",
        "BEGIN",
        "SELECT load_extension('x')",
        "SELECT a FROM t; DELETE FROM t",
        "CREATE TEMP TABLE x (a)",
        "REINDEX",
        "ANALYZE",
    ]
    async with SqlScorer(Rule.SET, processes=1) as scorer:
        scores = await scorer.score([(task, Program(text, "sql")) for text in texts])
        assert not any(score.passed for score in scores)
        assert (await scorer.score([(task, Program(GOLD, "sql"))]))[0].passed
    assert contents(path) == before

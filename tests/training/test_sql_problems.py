"""The generator of text-to-SQL problems: its split is clean, its queries are right, its replies say what is so."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
import sqlglot

from selfdebug.applications.text_to_sql.application import _COLUMNS
from selfdebug.execution.databases import Database
from selfdebug.execution.databases.names import quote
from training import words
from training.lesson import Lesson, is_held_out
from training.sql_explaining import explain, judge, meaning
from training.sql_problems import lessons, same_results
from training.words import SHARED, is_held_out_word

TRAINING, HELD_OUT = 3000, 500


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> list[Lesson]:
    return list(islice(lessons(1, False, tmp_path_factory.mktemp("training")), TRAINING))


@pytest.fixture(scope="module")
def held_out(tmp_path_factory: pytest.TempPathFactory) -> list[Lesson]:
    return list(islice(lessons(1, True, tmp_path_factory.mktemp("held-out")), HELD_OUT))


def _names(lesson: Lesson) -> Iterator[str]:
    """Names of all tables and columns but keys' suffixes, each word of the schema."""
    connection = sqlite3.connect(lesson.databases[0])
    for (table,) in connection.execute("SELECT name FROM sqlite_master").fetchall():
        yield table
        yield from (row[1] for row in connection.execute(f"PRAGMA table_info({table})"))
    connection.close()


def test_training_and_held_out_problems_share_no_shape(training: list[Lesson], held_out: list[Lesson]) -> None:
    assert not any(is_held_out(lesson.skeleton) for lesson in training)
    assert all(is_held_out(lesson.skeleton) for lesson in held_out)


def test_training_and_held_out_problems_share_no_word(training: list[Lesson], held_out: list[Lesson]) -> None:
    seen = {name for lesson in training[::40] for name in _names(lesson)}
    kept = {name for lesson in held_out[::10] for name in _names(lesson)}
    assert seen & kept <= SHARED
    assert not any(is_held_out_word(name) for name in seen if not name.endswith(("_id", "s")))


def test_held_out_shapes_are_made_of_parts_that_training_has(training: list[Lesson], held_out: list[Lesson]) -> None:
    clause = re.compile(r"\b(FROM|JOIN|GROUP BY|HAVING|LIMIT|UNION|INTERSECT|EXCEPT|DISTINCT|BETWEEN|LIKE|IN)\b")
    known = {part for lesson in training for part in clause.findall(lesson.skeleton)}
    assert {part for lesson in held_out for part in clause.findall(lesson.skeleton)} <= known


def test_queries_give_rows_by_the_package_itself(training: list[Lesson], held_out: list[Lesson]) -> None:
    async def rows_and_columns(lesson: Lesson) -> tuple[int, int]:
        database = Database.open(lesson.problem.database)
        try:
            outcome = await database.query(lesson.program.code)
        finally:
            database.close()
        assert outcome.error is None, lesson.program.code
        return len(outcome.rows), len(outcome.columns)

    for lesson in [*training[::60], *held_out[::20]]:
        rows, columns = asyncio.run(rows_and_columns(lesson))
        assert rows > 0
        assert int(_COLUMNS.findall(lesson.columns)[-1]) == columns


def test_the_right_query_is_right_on_all_databases(training: list[Lesson], held_out: list[Lesson]) -> None:
    for lesson in [*training, *held_out]:
        assert same_results(lesson.databases, lesson.program.code, lesson.program.code)


def test_columns_are_counted_rightly(training: list[Lesson], held_out: list[Lesson]) -> None:
    for lesson in [*training[::5], *held_out]:
        connection = sqlite3.connect(lesson.databases[0])
        columns = connection.execute(lesson.program.code).description
        connection.close()
        assert int(_COLUMNS.findall(lesson.columns)[-1]) == len(columns), lesson.columns


def test_rows_that_are_called_different_are(training: list[Lesson]) -> None:
    for lesson in training:
        if "No two rows are equal" in lesson.columns:
            connection = sqlite3.connect(lesson.databases[0])
            rows = connection.execute(lesson.program.code).fetchall()
            connection.close()
            assert len(set(rows)) == len(rows), lesson.program.code


def test_other_queries_of_a_world_are_mostly_wrong_and_judged_so(training: list[Lesson]) -> None:
    wrong = 0
    for one, other in zip(training[:-1:10], training[1::10], strict=True):
        code, right_code = one.program.code, other.program.code
        right = one.databases == other.databases and same_results(other.databases, code, right_code)
        reply = judge(code, right_code, right)
        assert reply.splitlines()[-1] == ("Verdict: correct" if right else "Verdict: wrong")
        assert len(reply.splitlines()) == 2
        wrong += not right
    assert wrong > 250


def test_explanations_end_with_what_the_query_returns(training: list[Lesson]) -> None:
    for lesson in training:
        code = lesson.program.code
        assert explain(code).splitlines()[-1] == f"The query returns {meaning(code)}."
        assert meaning(code) in lesson.columns


def test_the_style_is_what_sqlglot_reads_and_writes(training: list[Lesson]) -> None:
    for lesson in training[::10]:
        code = lesson.program.code
        written = sqlglot.parse_one(code, read="sqlite").sql("sqlite")
        assert written.replace("NOT ", "").count("SELECT") == code.count("SELECT")


def test_shapes_are_many(training: list[Lesson]) -> None:
    assert len({lesson.skeleton for lesson in training}) > 1000
    assert {lesson.difficulty for lesson in training} == {1, 2, 3}


def test_the_same_seed_gives_the_same_problems(tmp_path: Path) -> None:
    folder = tmp_path / "worlds"
    first = list(islice(lessons(7, False, folder), 100))
    again = list(islice(lessons(7, False, folder), 100))
    other = list(islice(lessons(8, False, folder), 100))
    assert first == again
    assert [one.program for one in first] != [one.program for one in other]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "SELEC name FRM x",
        "SELECT",
        "SELECT FROM WHERE",
        "DROP TABLE x",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "SELECT a, (SELECT MAX(b) FROM c) FROM d LEFT JOIN e ON d.x = e.y AND d.z > 3 WHERE NOT (a = 1 OR b = 2)",
        "SELECT CASE WHEN a > 1 THEN 'x' ELSE 'y' END FROM t, u WHERE t.a || u.b = 'c' LIMIT 3 OFFSET 2",
        "SELECT a FROM t UNION SELECT b FROM u INTERSECT SELECT c FROM v ORDER BY 1",
        "SELECT a FROM (SELECT b FROM c) AS d WHERE EXISTS (SELECT 1 FROM e)",
        "SELECT name FROM x WHERE y = 'it''s' AND z LIKE 'A%' ; SELECT 2",
        "SELECT ((((((1",
        "VALUES (1, 2)",
        "SELECT a FROM t WHERE t.id IN (1, 2) HAVING COUNT(*) > 1 OR SUM(a) < 3",
        "SELECT a FROM t JOIN u USING (id) JOIN v NATURAL",
        "é\x00'\"",
    ],
)
def test_any_query_is_explained_and_judged(query: str, training: list[Lesson]) -> None:
    assert explain(query)
    assert meaning(query)
    assert judge(query, training[0].program.code, False).endswith("\nVerdict: wrong")
    assert not same_results(training[0].databases, query, training[0].program.code)


def test_queries_cannot_write_or_run_for_long(training: list[Lesson]) -> None:
    right, databases = training[0].program.code, training[0].databases
    before = Path(databases[0]).read_bytes()
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
    for query in ("DELETE FROM sqlite_master", "PRAGMA query_only = OFF", "ATTACH '/tmp/x' AS x", "VACUUM", endless):
        assert not same_results(databases, query, right)
    assert Path(databases[0]).read_bytes() == before


def test_judgements_name_what_differs() -> None:
    right = "SELECT AVG(price) FROM product WHERE city = 'Oslo'"
    assert judge("SELECT MAX(price) FROM product", right, False) == (
        "The question asks for average of price, the query gives highest price. "
        "A condition is missing: city is 'Oslo'.\nVerdict: wrong"
    )
    assert judge(right, right, True).startswith("They agree: average of price of product where city is 'Oslo'.")


@pytest.mark.parametrize("vocabulary", [words.TRAINING, words.HELD_OUT])
def test_every_word_can_name_a_table_and_a_column(vocabulary: words.Vocabulary) -> None:
    measures, traits = (one.noun for one in vocabulary.measures), (one.noun for one in vocabulary.traits)
    nouns = [*vocabulary.things, *vocabulary.names, *vocabulary.years, *measures, *traits]
    for name in [name for noun in nouns for name in (noun.singular, noun.plural)]:
        query = f"SELECT {name}.id, MAX({name}.{name}) FROM {name} JOIN x ON x.{name} = {name}.id WHERE {name} < 3"
        sqlite3.connect(":memory:").execute(f"CREATE TABLE {name} (id INTEGER, {name} TEXT)")
        assert quote(name, "sqlite") == name
        assert meaning(query).startswith(f"{name}.id, highest {name}.{name} of {name} with x"), name

"""What a database tells of a query besides its result."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.applications.text_to_sql.application import TextToSql
from selfdebug.applications.text_to_sql.findings import with_findings
from selfdebug.execution.databases import Database
from selfdebug.execution.databases.text_values import TextValues, mentioned
from selfdebug.feedback import BROKEN
from selfdebug.problem import Program
from selfdebug.query_outcome import QueryOutcome

_TABLES = """
CREATE TABLE country (code TEXT PRIMARY KEY, name TEXT, continent TEXT, "head of state" TEXT, area INTEGER);
INSERT INTO country VALUES
    ('FRA', 'France', 'Europe', 'O''Neill', 551), ('AND', 'Andorra', 'Europe', NULL, 1),
    ('PER', 'Peru', 'South America', 'Boluarte', 1285);
CREATE TABLE city (name TEXT, country TEXT, size TEXT, padded TEXT);
INSERT INTO city VALUES ('Lyon', 'FRA', 'L', ' AB'), ('Lima', 'PER', 'XL', ' CD'), ('Cusco', 'PER', 'M', ' EF');
CREATE TABLE festival (city TEXT, year INTEGER);
CREATE TABLE odd (grade TEXT, word TEXT, status TEXT, code TEXT);
INSERT INTO odd VALUES ('A', 'दल', 'Cancelled', 'AC'), ('C', 'กิน', 'active', '2012-11-1'),
    ('15', 'NA', 'closed', '11.0');
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "world.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(_TABLES)
    return path


@pytest.fixture
def values(path: Path) -> Iterator[TextValues]:
    with Database.open(path) as database:
        yield TextValues(database, database.schema())


async def of(sql: str, values: TextValues) -> QueryOutcome:
    outcome = values.database.query_sync(sql)
    assert outcome.error is None
    return await with_findings(sql, outcome, values)


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        (
            "SELECT code FROM country WHERE name = 'france'",
            "no value of country.name matches 'france'; it has 'France'.",
        ),
        (
            'SELECT code FROM country WHERE name = "france"',
            "no value of country.name matches 'france'; it has 'France'.",
        ),
        (
            "SELECT c.name FROM city c JOIN country k ON country = code WHERE continent IN ('Europe', 'southamerica')",
            "no value of country.continent matches 'southamerica'; it has 'South America'.",
        ),
        ("SELECT name FROM country WHERE name != 'PERU'", "no value of country.name matches 'PERU'; it has 'Peru'."),
        (
            "SELECT count(*) FROM country WHERE upper(name) = 'peru'",
            "no value of country.name matches 'peru'; it has 'Peru'.",
        ),
        (
            "SELECT name FROM country WHERE \"head of state\" = 'ONeill'",
            "no value of country.\"head of state\" matches 'ONeill'; it has 'O''Neill'.",
        ),
        (
            "SELECT name FROM city WHERE country IN (SELECT code FROM country WHERE continent = 'europe')",
            "no value of country.continent matches 'europe'; it has 'Europe'.",
        ),
    ],
)
async def test_a_literal_of_another_spelling_is_a_fault(sql: str, fault: str, values: TextValues) -> None:
    assert (await of(sql, values)).faults == (fault,)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM country WHERE name = 'France'",
        "SELECT name FROM country WHERE lower(name) = 'france'",
        "SELECT name FROM country WHERE name LIKE 'fran%'",
        "SELECT name FROM country WHERE name = 'france' COLLATE NOCASE",
        "SELECT name FROM city WHERE padded = 'AB'",  # nobody sees a space
        "SELECT 'france' AS label, count(*) AS n FROM city",
        "SELECT name FROM country WHERE area > 5 AND code = 'FRA'",
        "SELECT x.name FROM (SELECT name FROM country) AS x WHERE x.name = 'france'",
        "WITH big AS (SELECT * FROM country WHERE area > 9) SELECT name FROM big WHERE name = 'Peru'",
        # Several spellings, to be on the safe side.
        "SELECT grade FROM odd WHERE status IN ('cancelled', 'Cancelled')",
        "SELECT grade FROM odd WHERE status = 'cancelled' OR status = 'Cancelled'",
        # Signs that mean something, and marks that make other words.
        *(f"SELECT grade FROM odd WHERE grade != '{value}'" for value in ("A+", "C#", "1.5")),
        *(f"SELECT grade FROM odd WHERE code != '{value}'" for value in ("2012-1-11", "1.10")),
        *(f"SELECT grade FROM odd WHERE word != '{value}'" for value in ("N/A", "दिल", "กัน")),
        # Patterns, collations and literals that are not compared with a column.
        "SELECT grade FROM odd WHERE code NOT LIKE 'A_C' OR code LIKE 'A_C'",
        "SELECT grade FROM odd WHERE code LIKE '50!%' ESCAPE '!'",
        "SELECT grade FROM odd WHERE status IN ('cancelled' COLLATE NOCASE)",
        "SELECT grade FROM odd WHERE coalesce(status, 'ACTIVE') = 'closed'",
        "SELECT grade FROM odd WHERE replace(status, 'CANCELLED', 'x') = 'closed'",
        "SELECT upper(status) AS status FROM odd ORDER BY status = 'CANCELLED' DESC",
        # A column that the schema does not have.
        "WITH t(\"lbl\") AS (SELECT 'Zed') SELECT * FROM t WHERE \"lbl\" = 'Zed'",
        # What is nested too deeply to be written.
        "SELECT name FROM country WHERE name = 'France' AND area > 100" + " IS NOT 0" * 300,
    ],
)
async def test_no_fault_where_there_is_none(sql: str, values: TextValues) -> None:
    assert (await of(sql, values)).faults == ()


@pytest.mark.parametrize(
    ("sql", "note"),
    [
        ("SELECT area FROM country WHERE name = 'Frankreich'", "no value of country.name matches 'Frankreich'"),
        ("SELECT area FROM country WHERE name = 'Farnce'", "the nearest is 'France'."),
        ("SELECT area FROM country WHERE name = 'Lyon'", "it is a value of city.name."),
        ("SELECT name FROM city WHERE size = 'big'", "its values: 'L', 'M', 'XL'."),
        ("SELECT name FROM city WHERE padded = 'AB'", "the nearest is ' AB'."),
        (
            "SELECT name FROM country WHERE area > 9 AND area < 1 AND name LIKE 'F%'",
            "no row meets the condition `area < 1`.",
        ),
        (
            "SELECT count(*) FROM country WHERE area > 600 AND continent = 'Europe'",
            "each of its conditions is met by some row, but no row meets all of them.",
        ),
        (
            "SELECT city.name FROM city JOIN festival ON festival.city = city.name WHERE year > 2000",
            "joining it, `JOIN festival ON festival.city = city.name`, leaves no row.",
        ),
        (
            "SELECT continent FROM country GROUP BY continent HAVING count(*) > 5",
            "no group meets the condition `COUNT(*) > 5`.",
        ),
        (
            "SELECT name FROM city INTERSECT SELECT name FROM country",
            "the queries on both sides of INTERSECT give rows, but none in common.",
        ),
        (
            "SELECT name FROM city WHERE size = 'S' EXCEPT SELECT name FROM country",
            "the query before EXCEPT gives no row.",
        ),
        ("SELECT sum(area) FROM country WHERE area < 0", "no row meets the condition `area < 0`."),
    ],
)
async def test_what_leaves_no_row_is_named(sql: str, note: str, values: TextValues) -> None:
    outcome = await of(sql, values)
    assert outcome.faults == ()
    assert any(note in each for each in outcome.notes), outcome.notes


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM city",
        "SELECT min(area) - 1 FROM country WHERE code = 'AND' AND area = 2",
        "SELECT 0",
        "VALUES (1)",
    ],
)
async def test_what_cannot_be_told_is_not(sql: str, values: TextValues) -> None:
    assert (await of(sql, values)).faults == ()


async def test_a_column_of_many_values_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "many.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE person (name TEXT)")
        connection.executemany("INSERT INTO person VALUES (?)", [(f"Name {i}",) for i in range(3000)])
    with Database.open(path) as database:
        values = TextValues(database, database.schema())
        assert (await of("SELECT * FROM person WHERE name = 'name 7'", values)).faults == ()
        assert await mentioned("Who is Name 7?", values) == []


async def test_values_that_a_question_mentions(values: TextValues) -> None:
    async def found(question: str) -> list[tuple[str, str]]:
        return [(f"{table.name}.{column.name}", text) for table, column, text in await mentioned(question, values)]

    assert await found("How many cities are in france?") == [("country.name", "France")]
    assert await found("Is South-America larger than europe?") == [
        ("country.continent", "South America"), ("country.continent", "Europe"),
    ]  # fmt: skip
    assert await found("Cities of FRA and of PER") == [("country.code", "FRA"), ("country.code", "PER"),
                                                       ("city.country", "FRA"), ("city.country", "PER")]  # fmt: skip
    assert await found("Names and areas, please") == []
    assert await found("What did O'Neill rule?") == [("country.head of state", "O'Neill")]


async def test_a_query_with_a_fault_is_wrong(path: Path) -> None:
    problem = TextToSqlProblem("How large is France?", str(path))
    async with TextToSql() as application:
        await application.prompt_variables(problem, sample_rows=1)
        wrong = await application.execute(problem, Program("SELECT area FROM country WHERE name = 'FRANCE'", "sql"))
        right = await application.execute(problem, Program("SELECT area FROM country WHERE name = 'France'", "sql"))
    assert application.execution_feedback(problem, wrong) == BROKEN
    assert application.execution_feedback(problem, right) is None
    assert wrong.key != right.key


async def test_a_schema_that_has_the_table_twice_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "two.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE country (name TEXT); INSERT INTO country VALUES ('France');"
            "CREATE SCHEMA other; CREATE TABLE other.country (name TEXT); INSERT INTO other.country VALUES ('FRANCE')"
        )
    with Database.open(path) as database:
        values = TextValues(database, database.schema())
        assert (await of("SELECT * FROM other.country WHERE name = 'FRANCE'", values)).faults == ()
        assert (await of("SELECT * FROM country WHERE name = 'france'", values)).faults == (
            "no value of country.name matches 'france'; it has 'France'.",
        )


async def test_long_and_hidden_texts_are_cut_and_escaped(values: TextValues) -> None:
    long = "x" * 5000
    (note, *_) = (await of(f"SELECT name FROM country WHERE name = '{long}\u202e'", values)).notes
    assert len(note) < 300
    (note, *_) = (await of("SELECT name FROM country WHERE name = 'Fran\u202ece!!'", values)).notes
    assert "\\u202e" in note

"""Were the guard to fail, the engine itself refuses: hostile texts go straight to it here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from selfdebug.execution.databases.address import read_database_address
from selfdebug.execution.databases.engines import Engine, open_engine
from selfdebug.execution.databases.fetching import CheckedQuery, EngineError
from selfdebug.execution.databases.limits import QueryLimits
from tests.database_fixtures import ENGINES

WRITES = [
    "INSERT INTO customer VALUES (9, 'Eve', 'Paris')",
    "UPDATE customer SET city = 'Paris'",
    "DELETE FROM customer",
    "DROP TABLE customer",
    "CREATE TABLE stolen (a INTEGER)",
    "SELECT 1; DROP TABLE customer",
]
OWN = {
    "sqlite": [
        "ATTACH '/tmp/selfdebug-escaped' AS a",
        "PRAGMA query_only = OFF",
        "PRAGMA table_info(customer)",
        "SELECT * FROM pragma_database_list",
        "SELECT load_extension('/tmp/x')",
        "SELECT fts3_tokenizer('a', x'00')",
        "VACUUM INTO '/tmp/selfdebug-escaped'",
        "CREATE TEMP TABLE t (a)",
        "BEGIN",
    ],
    "duckdb": [
        "ATTACH '/tmp/selfdebug-escaped' AS a",
        "COPY customer TO '/tmp/selfdebug-escaped'",
        "SELECT content FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SET enable_external_access = true",
        "CREATE TEMP TABLE t (a INTEGER)",
        "SELECT * FROM ENGINES",
        "INSTALL httpfs",
    ],
    "postgres": [
        "COPY customer TO PROGRAM 'cat > /tmp/selfdebug-escaped'",
        "SELECT nextval('s')",
        "SELECT 1; COMMIT; DROP TABLE customer",
        "WITH gone AS (DELETE FROM customer RETURNING *) SELECT * FROM gone",
        "SELECT * INTO stolen FROM customer",
        "SELECT * FROM customer FOR UPDATE",
    ],
    "mysql": [
        "SELECT 1; COMMIT; DROP TABLE customer",
        "REPLACE INTO customer VALUES (1, 'Eve', 'Paris')",
        "TRUNCATE TABLE customer",
    ],
}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, place: Callable[[str], str]) -> Iterator[Engine]:
    """The engine in our own process, without guard, worker or short way."""
    opened = open_engine(read_database_address(place(request.param)), QueryLimits())
    yield opened
    opened.close()


def test_the_engine_refuses_to_write(engine: Engine) -> None:
    for sql in WRITES + OWN[engine.dialect]:
        with pytest.raises(EngineError):
            engine.execute(CheckedQuery(sql, False), QueryLimits(seconds=2))
        count = engine.execute(CheckedQuery("SELECT count(*) FROM customer", False), QueryLimits()).rows
        assert count == ((3,),), sql
    assert not list(Path("/tmp").glob("selfdebug-escaped*"))


def test_asking_for_the_words_of_a_syntax_error_runs_nothing(engine: Engine) -> None:
    for sql in [*WRITES, *OWN[engine.dialect], "SELECT 'x", "garbage"]:
        engine.syntax_error(sql)
        count = engine.execute(CheckedQuery("SELECT count(*) FROM customer", False), QueryLimits()).rows
        assert count == ((3,),), sql
    assert engine.syntax_error("SELEC 1")
    assert engine.syntax_error("SELECT 1") is None


def test_the_worker_dies_with_its_parent(sqlite_path: Path) -> None:
    from selfdebug.execution.databases import Database

    database = Database.open(sqlite_path)
    database.query_sync("WITH a AS (SELECT 1) SELECT * FROM a")
    child = database._engine._process
    assert child is not None
    # What happens when we die: our end of the pipe closes, and nobody says goodbye.
    child.connection.close()
    assert child.process.wait(5) == 0
    database.close()

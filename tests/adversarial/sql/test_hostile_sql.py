"""Each file in `queries/` is one attack, named for what it tries: none escapes, the next is served at once.

The first line of a file names the engines that it concerns and what must come of it: `error` (refused, or the
engine says no), `stopped` (an error, or a result cut by a limit), `harmless` (whatever comes, in time).
Server users here are administrators, so that rights do not help: only our own walls do.
"""

from __future__ import annotations

import hashlib
import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from selfdebug.execution.databases import Database, QueryErrorKind, QueryLimits
from selfdebug.execution.databases.process import GRACE_SECONDS
from tests import database_fixtures

QUERIES = sorted((Path(__file__).parent / "queries").glob("*.sql"))
LIMITS = QueryLimits(seconds=0.7, rows=1000, bytes=2**20, memory=256 * 2**20)
ESCAPED = Path("/tmp")
SERVED_SECONDS = 3.0
"""For the next query, with the start of a new process where the last was killed, on a busy machine."""


def read(path: Path) -> tuple[list[str], str, str]:
    """(engines, what must come of it, the attack)."""
    header, sql = path.read_bytes().decode().split("\n", 1)
    engines, expectation = header.removeprefix("-- engines: ").split("; expect: ")
    return engines.split(", "), expectation, sql.removesuffix("\n")


CASES = [pytest.param(engine, path, id=f"{engine}-{path.stem}") for path in QUERIES for engine in read(path)[0]]
CASES.sort(key=lambda case: database_fixtures.ENGINES.index(case.values[0]))


@pytest.fixture(scope="module")
def opened(place: Callable[[str], str]) -> Iterator[Callable[[str], Database]]:
    """One open database for each engine, for all attacks: what one leaves behind, the next would meet."""
    found: dict[str, Database] = {}

    def find(engine: str) -> Database:
        if engine not in found:
            found[engine] = Database.open(place(engine), LIMITS)
            assert found[engine].query_sync("WITH a AS (SELECT 1) SELECT * FROM a").error is None
        return found[engine]

    yield find
    for database in found.values():
        database.close()


@pytest.fixture(scope="module")
def contents(request: pytest.FixtureRequest) -> Callable[[str], Any]:
    """All that an attack could change: a file's bytes and neighbours, or a server's tables and locks."""

    def look(engine: str) -> Any:
        escaped = sorted(path.name for path in ESCAPED.glob("selfdebug-escaped*"))
        match engine:
            case "sqlite" | "duckdb":
                path = request.getfixturevalue(f"{engine}_path")
                return escaped, sorted(os.listdir(path.parent)), hashlib.sha256(path.read_bytes()).hexdigest()
            case "postgres":
                with database_fixtures.admin_postgres(request.getfixturevalue("postgres_server")) as admin:
                    tables = admin.execute("SELECT count(*) FROM pg_class").fetchall()
                    large_objects = admin.execute("SELECT count(*) FROM pg_largeobject_metadata").fetchall()
                    rows = admin.execute("SELECT * FROM customer ORDER BY id").fetchall()
                    held = admin.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchall()
                    return escaped, tables, large_objects, rows, held
            case _:
                server = request.getfixturevalue("mariadb_server")
                with database_fixtures.admin_mariadb(server) as admin, admin.cursor() as cursor:
                    cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'shop'")
                    tables = sorted(cursor.fetchall())
                    cursor.execute("SELECT * FROM shop.customer ORDER BY id")
                    return escaped, tables, cursor.fetchall()

    return look


@pytest.mark.parametrize(("engine", "path"), CASES)
def test_nothing_escapes_and_the_next_query_is_served_at_once(
    engine: str, path: Path, opened: Callable[[str], Database], contents: Callable[[str], Any]
) -> None:
    _, expectation, sql = read(path)
    database = opened(engine)
    before = contents(engine)

    start = time.monotonic()
    outcome = database.query_sync(sql)
    assert time.monotonic() - start < LIMITS.seconds + GRACE_SECONDS + SERVED_SECONDS

    if expectation == "error":
        assert outcome.error is not None, outcome.rows[:3]
        assert outcome.error.kind not in (QueryErrorKind.TIMED_OUT, QueryErrorKind.TOO_LARGE), outcome.error
    elif expectation == "stopped":
        assert outcome.truncated or outcome.error is not None, outcome.rows[:3]
        assert outcome.error is None or outcome.error.kind in (
            QueryErrorKind.TIMED_OUT,
            QueryErrorKind.TOO_LARGE,
        ), outcome.error
    if outcome.error is not None:
        assert outcome.error.message
        assert "Traceback" not in outcome.error.message

    start = time.monotonic()
    following = database.query_sync("SELECT name FROM customer WHERE id IN (1, 2) ORDER BY id")
    assert following.error is None, (following.error, outcome)
    assert following.rows == (("Ada",), ("Grace",))
    assert time.monotonic() - start < SERVED_SECONDS
    assert contents(engine) == before


def test_each_query_names_known_engines_and_expectations() -> None:
    for path in QUERIES:
        engines, expectation, _ = read(path)
        assert set(engines) <= set(database_fixtures.ENGINES), path
        assert expectation in ("error", "stopped", "harmless"), path


def test_our_own_memory_stays_small() -> None:
    """Runs last in this file: the largest this process has ever been, after all attacks."""
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_000_000, "kilobytes"

"""Which databases text-to-SQL keeps open: the ones used last, and any that is at work."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from selfdebug.applications.text_to_sql import TextToSqlProblem, application
from selfdebug.applications.text_to_sql.application import TextToSql
from selfdebug.execution.databases import Database
from selfdebug.messages import Reply
from selfdebug.problem import Program


@pytest.fixture
def shops(tmp_path: Path) -> list[TextToSqlProblem]:
    """Problems with a database each, whose number is in it."""
    found = []
    for number in range(6):
        path = tmp_path / f"{number}.sqlite"
        with sqlite3.connect(path) as connection:
            connection.execute(f"CREATE TABLE shop AS SELECT {number} AS number")
        connection.close()
        found.append(TextToSqlProblem("Which?", str(path)))
    return found


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is opened and closed, in order."""
    log: list[str] = []
    open_it, close_it = Database.open.__func__, Database.close  # type: ignore[attr-defined]

    def opening(cls: type[Database], address: str, *rest: Any) -> Database:
        log.append(f"open {Path(address).stem}")
        return open_it(cls, address, *rest)

    def closing(self: Database) -> None:
        log.append(f"close {Path(self.label).stem}")
        close_it(self)

    monkeypatch.setattr(application.Database, "open", classmethod(opening))
    monkeypatch.setattr(application.Database, "close", closing)
    return log


async def answer(application: TextToSql, problem: TextToSqlProblem) -> object:
    outcome = await application.execute(problem, Program("SELECT number FROM shop", "sql"))
    assert outcome.error is None
    return outcome.rows[0][0]


async def test_the_ones_that_were_not_used_for_longest_are_closed(
    shops: list[TextToSqlProblem], opened: list[str]
) -> None:
    async with TextToSql(most_open=2) as application:
        for number in (0, 1, 0, 2, 0, 1):
            assert await answer(application, shops[number]) == number
        assert opened == ["open 0", "open 1", "open 2", "close 1", "open 1", "close 2"]
        reply = Reply("```sql\nSELECT 1\n```")
        assert application.read(shops[2], reply).code == "SELECT 1"  # also of one that is closed by now
        assert "CREATE TABLE" in (await application.prompt_variables(shops[2], sample_rows=1))["schema"]
    assert opened[6:8] == ["open 2", "close 0"]
    assert sorted(opened[8:]) == ["close 1", "close 2"]


async def test_none_that_is_at_work_is_closed(shops: list[TextToSqlProblem], opened: list[str]) -> None:
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT max(i) FROM n"
    async with TextToSql(most_open=1) as application:
        at_work = asyncio.create_task(application.execute(shops[0], Program(slow, "sql")))
        await asyncio.sleep(0)  # it begins
        answers = await asyncio.gather(*(answer(application, shop) for shop in shops[1:]))
        assert answers == [1, 2, 3, 4, 5]
        outcome = await at_work
        assert outcome.error is None
        assert outcome.rows == ((2_000_000,),)
        many = [answer(application, shops[n % 6]) for n in range(60)]
        assert await asyncio.gather(*many) == [n % 6 for n in range(60)]
    opens, closes = (sum(line.startswith(word) for line in opened) for word in ("open", "close"))
    assert opens == closes


async def test_a_database_that_cannot_be_opened_harms_no_other(
    shops: list[TextToSqlProblem], tmp_path: Path, opened: list[str]
) -> None:
    from selfdebug.execution.databases import DatabaseError

    async with TextToSql(most_open=1) as application:
        with pytest.raises(DatabaseError):
            await answer(application, TextToSqlProblem("Which?", str(tmp_path / "none.sqlite")))
        assert await answer(application, shops[3]) == 3

"""The store of runs: what was stored is there, in order, whoever else reads, writes, deletes or fails."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.benchmarks import Failure, Score
from selfdebug.problem import Program
from selfdebug.runs import RunSource, RunStore, TaskResult, UnknownRunError
from selfdebug.runs.run import Progress
from selfdebug.runs.store import Indices, RunExistsError, slug
from selfdebug.settings import Settings
from selfdebug.storage import StoreError, database
from selfdebug.storage.replies import ReplyStore
from selfdebug.trajectory import Cost, Ending, Trajectory
from tests.runs.doing import a_run
from tests.servers import Server

ODD = "Żółć \x00 'quoted' \u2028 \ud800 %s :x"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store's address, empty of runs."""
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    server: Server = request.getfixturevalue("postgres_server")
    address = server.url("admin", name="store")
    with database.open_database(address).begin() as connection:
        for table in ("run", "run_task", "run_task_summary"):
            connection.execute(sqlalchemy.text(f"DROP TABLE IF EXISTS {table}"))
        connection.execute(sqlalchemy.text("CREATE TABLE IF NOT EXISTS schema_version (part text, version int)"))
        connection.execute(sqlalchemy.text("DELETE FROM schema_version WHERE part IN ('runs', 'trial')"))
    return address


def a_result(index: int, passed: bool = True, first: bool = True, task: str = "") -> TaskResult:
    scores = (Score(first, metrics={"accuracy": first}), Score(passed, metrics={"accuracy": passed}))
    cost = Cost(3, 1, 100, 20, 0.5)
    return TaskResult(index, task or f"Tiny/{index}", "easy", scores, scores[1], True, "judged correct", cost=cost)


def a_trajectory(text: str = "x") -> Trajectory:
    problem = TextToPythonProblem(text)
    return Trajectory(problem, "tiny", "ut", "few-shot", (), Program(text, "python"), Ending.CORRECT)


async def test_progress_comes_back_and_that_of_older_versions_has_no_seconds(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    steps = (Progress(False, 1, 110, 0.5), Progress(True, 2, 220, 0.75))
    with RunStore(path) as store:
        store.create(a_run())
        await store.add("tiny-1/ut", replace(a_result(0), progress=steps), a_trajectory())
        assert next(store.results("tiny-1/ut")).progress == steps
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE run_task SET scores = replace(scores, ', \"seconds\": 0.75', '')")
        connection.close()
        assert next(store.results("tiny-1/ut")).progress == (steps[0], replace(steps[1], seconds=None))


async def test_a_run_its_results_and_its_trajectories_come_back_as_they_were(url: str) -> None:
    run = a_run(
        source=RunSource("gguf:x", "http://x", "chat", "/data", 3, "/first.jsonl", True),
        notes=(ODD.replace("\ud800", ""),),
    )
    odd = Score(False, Failure.TIMED_OUT, ODD, {"accuracy": False, "other": True})
    result = TaskResult(7, "Tiny/7", "hard", (), odd, False, "out of turns", 2, (True, False), Cost(1, 1, 2, 3, 4.5))
    with RunStore(url) as store:
        store.create(run)
        await store.add(run.id, result, a_trajectory(ODD))
        await store.add(run.id, a_result(2), a_trajectory())
    with RunStore(url) as store:
        assert store.find([run.id]) == store.all() == [replace(run, done=2)]
        assert list(store.results(run.id)) == [a_result(2), result]
        assert store.trajectory(run.id, "Tiny/7") == a_trajectory(ODD)
        assert set(store.done(run.id)) == {2, 7}


def test_settings_that_an_older_version_stored_are_known_by_their_new_names(url: str) -> None:
    with RunStore(url) as store:
        store.create(run := a_run())
    engine = database.open_database(url)
    with engine.begin() as connection:
        old = '{"feedback": "ut", "turns": 5, "calls": 6, "tokens": 7, "seconds": 8.5, "max_tokens": 9}'
        connection.execute(sqlalchemy.text("UPDATE run SET settings = :old"), {"old": old})
    engine.dispose()
    limits = {"max_turns": 5, "max_calls": 6, "max_total_tokens": 7, "max_seconds": 8.5, "max_reply_tokens": 9}
    with RunStore(url) as store:
        assert store.find([run.id])[0].settings == Settings(feedback="ut", policy="chain", **limits)  # type: ignore[arg-type]


async def test_many_results_come_in_the_order_of_their_tasks(url: str) -> None:
    indices = [(7 * n) % 1201 for n in range(1201)]
    with RunStore(url) as store:
        store.create(a_run(), a_run("tiny-1/simple"))
        await asyncio.gather(*(store.add("tiny-1/ut", a_result(n), a_trajectory()) for n in indices))
        assert [result.index for result in store.results("tiny-1/ut")] == list(range(1201))
        assert len(store.done("tiny-1/ut")) == 1201
        assert not store.done("tiny-1/simple")


async def test_what_is_there_stays_when_it_is_stored_again(url: str) -> None:
    with RunStore(url) as one, RunStore(url) as other:
        one.create(a_run())
        await one.add("tiny-1/ut", a_result(0), a_trajectory("first"))
        both = [(store, n) for n in range(50) for store in (one, other)]
        await asyncio.gather(*(store.add("tiny-1/ut", a_result(n), a_trajectory("later")) for store, n in both))
        assert one.trajectory("tiny-1/ut", "Tiny/0") == a_trajectory("first")
        assert len(one.done("tiny-1/ut")) == 50


async def test_totals_are_sums_over_what_is_done(url: str) -> None:
    with RunStore(url) as store:
        store.create(a_run())
        assert (store.totals("tiny-1/ut").done, store.totals("tiny-1/ut").accuracy.value) == (0, None)
        for index, (first, passed) in enumerate([(True, True), (False, True), (False, True), (True, False)]):
            await store.add("tiny-1/ut", a_result(index, passed, first), a_trajectory())
        found = store.totals("tiny-1/ut")
    assert (found.done, found.passed, found.repaired, found.broken) == (4, 3, 2, 1)
    assert (found.calls, found.stored_calls, found.tokens, found.accuracy.value) == (12, 4, 480, 0.75)


def test_runs_are_found_by_id_and_by_the_name_that_they_share(url: str) -> None:
    with RunStore(url) as store:
        store.create(a_run("b-1/ut"), a_run("b-1/baseline"))
        store.create(a_run("a-1/ut-8"))
        assert [run.id for run in store.find(["a-1", "b-1"])] == ["a-1/ut-8", "b-1/ut", "b-1/baseline"]
        assert [run.id for run in store.find(["b-1/baseline", "b-1"])] == ["b-1/baseline", "b-1/ut"]
        assert [run.id for run in store.all()] == ["a-1/ut-8", "b-1/baseline", "b-1/ut"]
        with pytest.raises(UnknownRunError, match=r"no run 'b-2' in .*: did you mean b-1"):
            store.find(["a-1", "b-2"])
        with pytest.raises(UnknownRunError, match=r"no run 'b-1/utt'.*did you mean b-1/ut"):
            list(store.results("b-1/utt"))
        with pytest.raises(UnknownRunError, match="no task 'Tiny/1' that is done"):
            store.trajectory("b-1/ut", "Tiny/1")


def test_an_id_is_given_once_and_of_several_runs_all_or_none_are_made(url: str) -> None:
    with RunStore(url) as store:
        store.create(a_run("b-1/ut"))
        with pytest.raises(RunExistsError, match="choose another --name, continue it"):
            store.create(a_run("b-1/baseline"), a_run("b-1/ut"))
        assert [run.id for run in store.all()] == ["b-1/ut"]


def test_names_are_numbered_and_fit_for_a_shell(url: str) -> None:
    with RunStore(url) as store:
        assert store.next_name("mbpp+") == "mbpp-plus-1"
        store.create(a_run("mbpp-9/ut"), a_run("mbpp-10/ut"), a_run("mbpp-x/ut"), a_run("mbpp-plus-77/ut"))
        assert store.next_name("mbpp") == "mbpp-11"
        store.delete(["mbpp-9"])
        assert store.next_name("mbpp") == "mbpp-11"
    assert slug("humaneval-x:cpp-python") == "humaneval-x-cpp-python"
    assert slug("mbpp:3-shot") == "mbpp-3-shot"
    assert slug("Ω") == "run"


async def test_deleting_takes_results_along_and_leaves_replies_and_other_runs(url: str) -> None:
    from selfdebug.messages import Message, Reply, Request
    from selfdebug.storage.stored_request import StoredRequest

    question = StoredRequest.of("tiny", "http://x", "chat", Request(messages=(Message("user", "hello"),)))
    with RunStore(url) as store, ReplyStore(url) as replies:
        store.create(a_run("a-1/ut"), a_run("b-1/ut"))
        await replies.put(question, 0, Reply("kept"))
        for name in ("a-1/ut", "b-1/ut"):
            await store.add(name, a_result(0), a_trajectory())
        with pytest.raises(UnknownRunError):
            store.delete(["a-1", "c-1"])
        store.delete(["a-1"])
        assert [(run.id, run.done) for run in store.all()] == [("b-1/ut", 1)]
        assert (await replies.get(question))[0].text == "kept"
        with pytest.raises(StoreError, match="a-1/ut was deleted while it was running"):
            await store.add("a-1/ut", a_result(1), a_trajectory())
        store.create(a_run("a-1/ut"))
        assert not store.done("a-1/ut")


def test_notes_can_be_added_and_are_said_once(url: str) -> None:
    with RunStore(url) as store:
        store.create(a_run())
        store.add_note("tiny-1/ut", "Resumed.")
        store.add_note("tiny-1/ut", "Resumed.")
        assert store.all()[0].notes == ("A note.", "Resumed.")


def test_indices_are_a_compact_set() -> None:
    found = Indices([3, 100_000, 3, 0])
    assert (sorted(found), len(found)) == ([0, 3, 100_000], 3)
    assert 3 in found
    assert not {1, -3, 100_001, 10**9, "3"} & {n for n in (1, -3, 100_001, 10**9, "3") if n in found}
    assert found == {0, 3, 100_000}


def test_older_layouts_are_migrated_with_what_they_hold(url: str) -> None:
    first = sqlalchemy.MetaData()
    sqlalchemy.Table("trial", first, sqlalchemy.Column("old", sqlalchemy.Integer))
    third = sqlalchemy.MetaData()
    table = sqlalchemy.Table(
        "trial", third, sqlalchemy.Column("new", sqlalchemy.Integer), sqlalchemy.Column("note", sqlalchemy.Text)
    )
    engine = database.open_database(url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("DROP TABLE IF EXISTS trial"))
    done = []

    def rename(connection: sqlalchemy.Connection) -> None:
        done.append("rename")
        connection.execute(sqlalchemy.text("ALTER TABLE trial RENAME COLUMN old TO new"))

    def add_note(connection: sqlalchemy.Connection) -> None:
        done.append("add")
        connection.execute(sqlalchemy.text("ALTER TABLE trial ADD COLUMN note TEXT"))

    def fail(connection: sqlalchemy.Connection) -> None:
        connection.execute(sqlalchemy.text("DELETE FROM trial"))
        raise StoreError("it failed half-way")

    database.create_tables(engine, "trial", first)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("INSERT INTO trial VALUES (7)"))
    with pytest.raises(StoreError, match="half-way"):
        database.create_tables(engine, "trial", third, (rename, fail))
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.text("SELECT old FROM trial")).all() == [(7,)]
    done.clear()
    for _ in range(2):
        database.create_tables(engine, "trial", third, (rename, add_note))
    assert done == ["rename", "add"]
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.select(table)).all() == [(7, None)]
    with pytest.raises(StoreError, match=r"newer selfdebug \(layout 3 of its trial, this one knows 1\)"):
        database.create_tables(engine, "trial", first)
    engine.dispose()


async def test_a_store_that_is_locked_says_so_and_can_be_used_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.1)
    path = tmp_path / "store.db"
    with RunStore(path) as store:
        store.create(a_run())
        lock = sqlite3.connect(path, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"Another process has locked the store .*end it, then run this again"):
            await store.add("tiny-1/ut", a_result(0), a_trajectory())
        assert not store.done("tiny-1/ut")  # reading goes on
        lock.close()
        await store.add("tiny-1/ut", a_result(0), a_trajectory())
        assert set(store.done("tiny-1/ut")) == {0}


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with RunStore(path) as store:
        store.create(a_run())
    with RunStore(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        assert store.all() == [a_run()]  # what can be read is read
        with pytest.raises(StoreError, match=r"cannot be written .*name a file in a folder of yours"):
            store.create(a_run("tiny-2/ut"))
    assert not Path("file:").exists()  # SQLite's own form of an address is no folder


FILLER = """
import asyncio, resource, sys
from pathlib import Path
from selfdebug.storage import StoreError
from selfdebug.runs import RunStore
from tests.runs.doing import a_run
from tests.runs.test_store import a_result, a_trajectory

async def main(path):
    with RunStore(path) as store:
        store.create(a_run())
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
        for index in range(1000):
            try:
                await store.add("tiny-1/ut", a_result(index), a_trajectory("x" * 20_000))
            except StoreError as error:
                print(error)
                return
            print(index)

asyncio.run(main(sys.argv[1]))
"""


def test_when_the_disk_is_full_nothing_that_was_stored_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    found = subprocess.run([sys.executable, "-c", FILLER, str(path)], capture_output=True, text=True, check=True)
    *stored, error = found.stdout.splitlines()
    assert "cannot grow" in error
    assert "make room on its disk, then run this again. What was stored is safe." in error
    assert len(stored) > 3
    with RunStore(path) as store:
        assert set(store.done("tiny-1/ut")) == set(map(int, stored))
        asyncio.run(store.add("tiny-1/ut", a_result(999), a_trajectory()))
        assert 999 in store.done("tiny-1/ut")

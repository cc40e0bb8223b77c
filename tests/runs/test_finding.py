"""Finding trajectories: each filter, search and order, in pages, also in stores of the first layout."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.benchmarks import Failure, Score
from selfdebug.runs import Filters, RunStore, State, TaskResult, UnknownRunError
from selfdebug.runs.finding import Order, Trajectories
from selfdebug.storage import database
from selfdebug.trajectory import Cost, Ending, Trajectory
from tests.runs.doing import a_run
from tests.servers import Server

RIGHT = Score(True, metrics={"accuracy": True})
ERROR = Score(False, Failure.ERROR, "NameError: name 'speed' is not defined", {"accuracy": False})
WRONG = Score(False, Failure.WRONG, "it gave 2", {"accuracy": False})
NOTHING = Score(False, Failure.NO_PROGRAM, "", {"accuracy": False})
CASES = [
    (State.RIGHT, (RIGHT,), RIGHT),
    (State.REPAIRED, (ERROR, RIGHT), RIGHT),
    (State.BROKEN, (RIGHT, WRONG), WRONG),
    (State.UNSOLVED, (ERROR, WRONG), WRONG),
    (State.UNREADABLE, (), NOTHING),
    (State.REPAIRED, (WRONG, WRONG, RIGHT), RIGHT),
]
TEXTS = ["Straße\x00 \ud800", "100% of _ it", "plain", "a\\b 'quoted'", "plain", "the last"]


def store_cases(store: RunStore) -> None:
    async def add() -> None:
        for index, (_, scores, answer) in enumerate(CASES):
            result = TaskResult(
                index, f"Tiny/{index}", "easy" if index < 3 else "hard", scores, answer, False, "out of turns",
                cost=Cost(10 - index, 0, 5 * index, index, float(index % 3)),
            )  # fmt: skip
            problem = (
                TextToPythonProblem(TEXTS[index]) if index % 2 else TextToSqlProblem(TEXTS[index], "/data/shop.db")
            )
            await store.add("tiny-1/ut", result, Trajectory(problem, "m", "ut", "few-shot", (), None, Ending.TURNS))

    store.create(a_run(), a_run("tiny-1/simple"))
    asyncio.run(add())


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trajectories]:
    address = str(tmp_path_factory.mktemp("finding") / "store.db")
    if request.param == "postgres":
        server: Server = request.getfixturevalue("postgres_server")
        address = server.url("admin", name="store")
        with database.open_database(address).begin() as connection:
            for table in ("run", "run_task", "run_task_summary", "schema_version"):
                connection.execute(sqlalchemy.text(f"DROP TABLE IF EXISTS {table}"))
    with RunStore(address) as store:
        store_cases(store)
        yield store.trajectories("tiny-1/ut")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), [0, 1, 2, 3, 4, 5]),
        *((Filters(state=state), [i for i, case in enumerate(CASES) if case[0] is state]) for state in State),
        (Filters(failure=Failure.ERROR), [1, 3]),
        (Filters(failure=Failure.WRONG), [2, 3, 5]),
        (Filters(failure=Failure.NO_PROGRAM), [4]),
        (Filters(category="hard", state=State.REPAIRED), [5]),
        (Filters(database="/data/shop.db"), [0, 2, 4]),
        (Filters(words="STRASSE"), [0]),
        (Filters(words="100%"), [1]),
        (Filters(words="_"), [1]),
        (Filters(words="a\\b QUOTED"), [3]),
        (Filters(words="nameerror tiny/1"), [1]),
        (Filters(words="plain nothing"), []),
        (Filters(order=Order.CALLS), [5, 4, 3, 2, 1, 0]),
        (Filters(order=Order.TOKENS, descending=True), [5, 4, 3, 2, 1, 0]),
        (Filters(order=Order.SECONDS), [0, 3, 1, 4, 2, 5]),
        (Filters(descending=True), [5, 4, 3, 2, 1, 0]),
    ],
)
def test_selections(found: Trajectories, filters: Filters, expected: list[int]) -> None:
    assert found.indices(filters) == expected
    assert found.count(filters) == len(expected)
    assert [each.index for each in found.page(filters, 4)] == expected[:4]
    assert [each.index for each in found.page(filters, 4, 4)] == expected[4:]


def test_lines_of_a_list_tell_what_became_of_each(found: Trajectories) -> None:
    lines = found.page(Filters(), 10)
    assert [line.state for line in lines] == [case[0] for case in CASES]
    assert [line.request for line in lines] == TEXTS
    assert (lines[3].first_failure, lines[3].failure) == ("error", "wrong result")
    assert lines[0].database == "/data/shop.db"
    assert lines[5].cost == Cost(5, 0, 25, 5, 2.0)


def test_facets_count_what_can_be_selected(found: Trajectories) -> None:
    facets = found.facets()
    assert facets.states == {
        State.RIGHT: 1, State.REPAIRED: 2, State.BROKEN: 1, State.UNSOLVED: 1, State.UNREADABLE: 1
    }  # fmt: skip
    assert facets.failures == {Failure.NO_PROGRAM: 1, Failure.ERROR: 2, Failure.WRONG: 3}
    assert facets.categories == {"easy": 3, "hard": 3}
    assert facets.databases == {"/data/shop.db": 3}


def test_verdicts_are_by_place_and_task(found: Trajectories) -> None:
    assert found.verdicts()[2, "Tiny/2"] is State.BROKEN


def test_a_trajectory_is_found_by_its_place(tmp_path: Path) -> None:
    with RunStore(tmp_path / "s.db") as store:
        store_cases(store)
        result, trajectory = store.at("tiny-1/ut", 3)
        assert (result.task, trajectory.problem.request) == ("Tiny/3", TEXTS[3])  # type: ignore[union-attr]
        assert store.counts() == {"tiny-1/ut": 6, "tiny-1/simple": 0}
        with pytest.raises(UnknownRunError, match="no task number 6"):
            store.at("tiny-1/ut", 6)
        with pytest.raises(UnknownRunError, match="no run 'x/y'"):
            store.trajectories("x/y")
        store.delete(["tiny-1"])
        store.create(a_run())
        assert store.trajectories("tiny-1/ut").count(Filters()) == 0


def test_a_store_of_the_first_layout_can_be_searched_when_it_was_opened(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with RunStore(path) as store:
        store_cases(store)
        before = store.trajectories("tiny-1/ut").page(Filters(), 10)
    engine = database.open_database(path)
    with engine.begin() as connection:  # as it was; and a row that somebody changed
        connection.execute(sqlalchemy.text("DROP TABLE run_task_summary"))
        connection.execute(sqlalchemy.text("UPDATE schema_version SET version = 1 WHERE part = 'runs'"))
        connection.execute(sqlalchemy.text("UPDATE run_task SET trajectory = '{}' WHERE place = 5"))
    engine.dispose()
    with RunStore(path) as store:
        after = store.trajectories("tiny-1/ut")
        assert after.page(Filters(), 10) == before[:5]
        assert after.indices(Filters(words="strasse")) == [0]
        assert [run.done for run in store.find(["tiny-1/ut"])] == [6]


def test_a_selection_can_be_changed() -> None:
    assert replace(Filters(words="x"), state=State.BROKEN) == Filters(State.BROKEN, words="x")

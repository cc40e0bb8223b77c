"""Finding trajectories of a run: filtered, searched, sorted and in pages, all of it by the database.

No trajectory is read for it, so that a page of a list takes as long for ten thousand as for ten.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy
from sqlalchemy import and_, func, select

from selfdebug.benchmarks import Failure
from selfdebug.runs.run import TaskResult
from selfdebug.runs.tables import results, searchable, summaries
from selfdebug.trajectory import Cost

_WORDS, _WORD_CHARACTERS = 10, 100
"""Of a search, at most."""


class State(StrEnum):
    """What became of a problem, by the benchmark's scoring of its first program and of its answer."""

    RIGHT = "right"
    REPAIRED = "repaired"
    BROKEN = "broken"
    UNSOLVED = "unsolved"
    UNREADABLE = "unreadable"


MEANINGS = {
    State.RIGHT: "The first program was right, and so is the answer.",
    State.REPAIRED: "The first program was wrong, the answer is right.",
    State.BROKEN: "The first program was right, the answer is wrong.",
    State.UNSOLVED: "The first program was wrong, and so is the answer.",
    State.UNREADABLE: "No program could be read out of the replies.",
}


class Order(StrEnum):
    """What a list is sorted by."""

    TASK = "task"
    PROGRAMS = "programs"
    CALLS = "calls"
    TOKENS = "tokens"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which trajectories, and in which order. What is empty lets all through.

    Attributes:
        state: what became of the problem.
        failure: how the first program or the answer fails.
        category: the task's category.
        database: the database that the question is about.
        words: all of these must be in the task's id, the request, a program or a reason for a failure.
        order: what they are sorted by; of equal ones the order of the benchmark decides.
        descending: the largest first.
    """

    state: State | None = None
    failure: Failure | None = None
    category: str = ""
    database: str = ""
    words: str = ""
    order: Order = Order.TASK
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ListedTrajectory:
    """A trajectory as a line of a list.

    Attributes:
        index: the task's place in the benchmark.
        task, category: its id and its category.
        state: what became of it.
        request: the beginning of the request, or of the program to translate.
        database: the database that the question is about; empty if there is none.
        first_failure, failure: how the first program and the answer fail; empty if they are right.
        programs: how many there are.
        ending, cost: of the trajectory.
    """

    index: int
    task: str
    category: str
    state: State
    request: str
    database: str
    first_failure: str
    failure: str
    programs: int
    ending: str
    cost: Cost


@dataclass(frozen=True, slots=True)
class Facets:
    """What a run's trajectories can be filtered by, each with how many there are."""

    states: Mapping[State, int]
    failures: Mapping[Failure, int]
    categories: Mapping[str, int]
    databases: Mapping[str, int]


def state_of(result: TaskResult) -> State:
    """What became of the problem of a result."""
    if result.answer.passed:
        return State.RIGHT if result.first_passed else State.REPAIRED
    if result.first_passed:
        return State.BROKEN
    return State.UNREADABLE if result.answer.failure is Failure.NO_PROGRAM else State.UNSOLVED


def _constant(word: str) -> Any:
    """A word within a query, and no parameter: databases group by an expression if it says the same in both places."""
    return sqlalchemy.literal(str(word), literal_execute=True)


_STATE = sqlalchemy.case(
    (and_(results.c.passed, results.c.first_passed), _constant(State.RIGHT)),
    (results.c.passed, _constant(State.REPAIRED)),
    (results.c.first_passed, _constant(State.BROKEN)),
    (summaries.c.failure == _constant(Failure.NO_PROGRAM), _constant(State.UNREADABLE)),
    else_=_constant(State.UNSOLVED),
).label("state")
"""What became of a problem, as `state_of` says, by the database."""
_ORDERS = {
    Order.TASK: results.c.place,
    Order.PROGRAMS: summaries.c.programs,
    Order.CALLS: results.c.calls,
    Order.TOKENS: results.c.prompt_tokens + results.c.completion_tokens,
    Order.SECONDS: results.c.seconds,
}


class Trajectories:
    """The trajectories of one run. `RunStore.trajectories` makes it.

    What somebody deleted or changed in the database meanwhile is not found; nothing here fails for it. It is made of a
    run's number and of what fetches rows.
    """

    def __init__(self, number: int, fetch: Callable[[Any], list[Any]]) -> None:
        self._fetch = fetch
        self._joined = results.join(
            summaries, and_(summaries.c.run == results.c.run, summaries.c.place == results.c.place)
        )
        self._of_run = results.c.run == number

    def count(self, filters: Filters) -> int:
        """How many there are."""
        return int(self._fetch(self._select(func.count().label("n")).where(*_conditions(filters)))[0]["n"])

    def page(self, filters: Filters, limit: int, offset: int = 0) -> list[ListedTrajectory]:
        """Some of them, in the order that is asked for."""
        columns = [results.c[name] for name in ("place", "task", "category", "ending", *Cost.__dataclass_fields__)]
        columns += [c for c in summaries.c if c.name not in ("run", "place", "searched")]
        wanted = self._ordered(filters, _STATE, *columns).limit(limit).offset(offset)
        return [_listed(row) for row in self._fetch(wanted)]

    def indices(self, filters: Filters) -> list[int]:
        """The places of all of them in the benchmark, in the order that is asked for."""
        return [row["place"] for row in self._fetch(self._ordered(filters, results.c.place))]

    def verdicts(self) -> dict[tuple[int, str], State]:
        """What became of every problem, by the place and the id of its task."""
        rows = self._fetch(self._select(results.c.place, results.c.task, _STATE).order_by(results.c.place))
        return {(row["place"], row["task"]): State(row["state"]) for row in rows}

    def searched(self) -> dict[int, str]:
        """The text of each that a search looks into, by place."""
        rows = self._fetch(self._select(results.c.place, summaries.c.searched))
        return {row["place"]: row["searched"] for row in rows}

    def facets(self) -> Facets:
        """What they can be filtered by."""
        of_summary = (summaries.c[name] for name in ("first_failure", "failure", "database"))
        columns = (_STATE, results.c.category, *of_summary)
        rows = self._fetch(self._select(*columns, func.count().label("n")).group_by(*columns))
        states, failures, categories, databases = (Counter[str]() for _ in range(4))
        for row in rows:
            states[row["state"]] += row["n"]
            categories[row["category"]] += row["n"]
            databases[json.loads(row["database"])] += row["n"]
            for failure in {row["first_failure"], row["failure"]}:
                failures[failure] += row["n"]
        return Facets(
            {state: states[state] for state in State},
            {failure: failures[failure] for failure in Failure if failures[failure]},
            {name: n for name, n in categories.items() if name},
            {name: n for name, n in sorted(databases.items()) if name},
        )

    def _select(self, *columns: Any) -> Any:
        return select(*columns).select_from(self._joined).where(self._of_run)

    def _ordered(self, filters: Filters, *columns: Any) -> Any:
        by = _ORDERS[filters.order]
        order = by.desc() if filters.descending else by
        return self._select(*columns).where(*_conditions(filters)).order_by(order, results.c.place)


def _conditions(filters: Filters) -> list[Any]:
    failures = (summaries.c.failure, summaries.c.first_failure)
    conditions = (
        (filters.state, filters.state == _STATE),
        (filters.failure, sqlalchemy.or_(*(failure == filters.failure for failure in failures))),
        (filters.category, results.c.category == filters.category),
        (filters.database, summaries.c.database == json.dumps(filters.database)),
    )
    words = searchable(filters.words).split()[:_WORDS]
    searches = [summaries.c.searched.contains(word[:_WORD_CHARACTERS], autoescape=True) for word in words]
    return [condition for wanted, condition in conditions if wanted] + searches


def _listed(row: Any) -> ListedTrajectory:
    plain = {name: row[name] for name in ("task", "category", "first_failure", "failure", "programs", "ending")}
    return ListedTrajectory(
        index=row["place"],
        state=State(row["state"]),
        request=json.loads(row["request"]),
        database=json.loads(row["database"]),
        cost=Cost(**{name: row[name] for name in Cost.__dataclass_fields__}),
        **plain,
    )

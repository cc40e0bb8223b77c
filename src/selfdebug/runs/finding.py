"""Finding trajectories of a run: filtered, searched, sorted and in pages, all of it by the database.

No trajectory is read for it, so that a page of a list takes as long for ten thousand as for ten.
"""

from __future__ import annotations

import json
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
    """Right from the first program on."""
    REPAIRED = "repaired"
    """Wrong at first, right in the end."""
    BROKEN = "broken"
    """Right at first, wrong in the end."""
    UNSOLVED = "unsolved"
    """Wrong at first and in the end."""
    UNREADABLE = "unreadable"
    """No program could be read."""


class Order(StrEnum):
    """What a list is sorted by."""

    TASK = "task"
    PROGRAMS = "programs"
    CALLS = "calls"
    TOKENS = "tokens"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which trajectories, and in which order. What is empty selects all.

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
class Listed:
    """A trajectory as a line of a list.

    Attributes:
        index: the task's place in the benchmark.
        task: its id.
        category: its category.
        state: what became of it.
        request: the beginning of the request, or of the program to translate.
        database: the database that the question is about; empty if there is none.
        first_failure, failure: how the first program and the answer fail; empty if they are right.
        programs: how many there are.
        ending: why the trajectory ended.
        cost: calls, tokens, seconds.
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


def state_of(passed: bool, first_passed: bool, failure: str) -> State:
    """What became of a problem.

    Args:
        passed, first_passed: whether the answer and the first program are right.
        failure: how the answer fails.
    """
    if passed:
        return State.RIGHT if first_passed else State.REPAIRED
    if first_passed:
        return State.BROKEN
    return State.UNREADABLE if failure == Failure.NO_PROGRAM else State.UNSOLVED


def state_of_result(result: TaskResult) -> State:
    """What became of the problem of a result."""
    return state_of(result.answer.passed, result.first_passed, str(result.answer.failure or ""))


class Trajectories:
    """The trajectories of one run. `RunStore.trajectories` makes it.

    What somebody deleted or changed in the database meanwhile is not found; nothing here fails for it.
    """

    def __init__(self, number: int, fetch: Callable[[Any], list[Any]]) -> None:
        """Make it of a run's number and of what fetches rows."""
        self._fetch = fetch
        self._joined = results.join(
            summaries, and_(summaries.c.run == results.c.run, summaries.c.place == results.c.place)
        )
        self._of_run = results.c.run == number

    def count(self, selection: Selection) -> int:
        """How many there are."""
        return int(self._fetch(self._select(func.count().label("n")).where(*_conditions(selection)))[0]["n"])

    def page(self, selection: Selection, limit: int, offset: int = 0) -> list[Listed]:
        """Some of them, in the selection's order."""
        columns = [results.c[name] for name in ("task", "category", "passed", "first_passed", "ending")]
        columns += [results.c[name] for name in ("place", *Cost.__dataclass_fields__)]
        columns += [c for c in summaries.c if c.name not in ("run", "place", "searched")]
        wanted = self._select(*columns).where(*_conditions(selection)).order_by(*_order(selection))
        return [_listed(row) for row in self._fetch(wanted.limit(limit).offset(offset))]

    def indices(self, selection: Selection) -> list[int]:
        """The places of all of them in the benchmark, in the selection's order."""
        wanted = self._select(results.c.place).where(*_conditions(selection)).order_by(*_order(selection))
        return [row["place"] for row in self._fetch(wanted)]

    def verdicts(self) -> dict[tuple[int, str], State]:
        """What became of every problem, by the place and the id of its task."""
        columns = (results.c.place, results.c.task, results.c.passed, results.c.first_passed, summaries.c.failure)
        rows = self._fetch(self._select(*columns).order_by(results.c.place))
        return {(row["place"], row["task"]): _state(row) for row in rows}

    def searched(self) -> dict[int, str]:
        """The text of each that a search looks into, by place."""
        return {
            row["place"]: row["searched"] for row in self._fetch(self._select(results.c.place, summaries.c.searched))
        }

    def facets(self) -> Facets:
        """What they can be filtered by."""
        columns = (
            results.c.passed, results.c.first_passed, results.c.category,
            summaries.c.first_failure, summaries.c.failure, summaries.c.database,
        )  # fmt: skip
        rows = self._fetch(self._select(*columns, func.count().label("n")).group_by(*columns))
        states, failures = dict.fromkeys(State, 0), dict.fromkeys(Failure, 0)
        categories: dict[str, int] = {}
        databases: dict[str, int] = {}
        for row in rows:
            states[_state(row)] += row["n"]
            for failure in {row["first_failure"], row["failure"]} - {""}:
                failures[Failure(failure)] += row["n"]
            for counts, value in ((categories, row["category"]), (databases, json.loads(row["database"]))):
                if value:
                    counts[value] = counts.get(value, 0) + row["n"]
        return Facets(
            states, {each: n for each, n in failures.items() if n}, categories, dict(sorted(databases.items()))
        )

    def _select(self, *columns: Any) -> Any:
        return select(*columns).select_from(self._joined).where(self._of_run)


def _conditions(selection: Selection) -> list[Any]:
    passed, first = results.c.passed, results.c.first_passed
    no_program = summaries.c.failure == Failure.NO_PROGRAM
    by_state = {
        State.RIGHT: and_(passed, first),
        State.REPAIRED: and_(passed, ~first),
        State.BROKEN: and_(~passed, first),
        State.UNSOLVED: and_(~passed, ~first, ~no_program),
        State.UNREADABLE: and_(~passed, ~first, no_program),
    }
    found = [] if selection.state is None else [by_state[selection.state]]
    if selection.failure is not None:
        found.append(
            sqlalchemy.or_(summaries.c.failure == selection.failure, summaries.c.first_failure == selection.failure)
        )
    if selection.category:
        found.append(results.c.category == selection.category)
    if selection.database:
        found.append(summaries.c.database == json.dumps(selection.database))
    words = searchable(selection.words).split()[:_WORDS]
    return found + [summaries.c.searched.contains(word[:_WORD_CHARACTERS], autoescape=True) for word in words]


def _order(selection: Selection) -> list[Any]:
    by = {
        Order.TASK: results.c.place,
        Order.PROGRAMS: summaries.c.programs,
        Order.CALLS: results.c.calls,
        Order.TOKENS: results.c.prompt_tokens + results.c.completion_tokens,
        Order.SECONDS: results.c.seconds,
    }[selection.order]
    return [by.desc() if selection.descending else by, results.c.place]


def _state(row: Any) -> State:
    return state_of(row["passed"], row["first_passed"], row["failure"])


def _listed(row: Any) -> Listed:
    plain = {name: row[name] for name in ("task", "category", "first_failure", "failure", "programs", "ending")}
    return Listed(
        index=row["place"],
        state=_state(row),
        request=json.loads(row["request"]),
        database=json.loads(row["database"]),
        cost=Cost(**{name: row[name] for name in Cost.__dataclass_fields__}),
        **plain,
    )

"""Runs in a database, the one that replies are in: what is done is committed when its trajectory ends.

Any number of processes may read and write. A task that is stored stays as it is: stored again, nothing changes.
"""

from __future__ import annotations

import difflib
import functools
import json
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import func, select

from selfdebug.runs.finding import Trajectories
from selfdebug.runs.run import Run, TaskResult, Totals
from selfdebug.runs.tables import (
    MIGRATIONS,
    RESULT_COLUMNS,
    result_of_row,
    results,
    row_of_result,
    row_of_run,
    row_of_summary,
    run_of_row,
    runs,
    summaries,
    trajectory_of,
)
from selfdebug.runs.tables import tables as _tables
from selfdebug.storage import StoreError
from selfdebug.storage.batches import Batches
from selfdebug.storage.database import Store, shown_url, write
from selfdebug.trajectory import Trajectory

_ROWS = 500  # that are fetched at one time


class UnknownRunError(StoreError):
    """There is no run, or no task, of that name. The message names near ones."""


class RunExistsError(StoreError):
    """There is a run of that name."""


class Indices(Set[int]):
    """Which tasks are done: whole numbers from 0, one bit for each, so that a million take 125 kB; in their order."""

    def __init__(self, indices: Iterable[int] = ()) -> None:
        self._bits = bytearray()
        for index in indices:
            byte, bit = divmod(index, 8)
            if byte >= len(self._bits):
                self._bits.extend(bytes(byte + 1 - len(self._bits)))
            self._bits[byte] |= 1 << bit

    def __contains__(self, index: object) -> bool:
        if not isinstance(index, int) or not 0 <= index < 8 * len(self._bits):
            return False
        return bool(self._bits[index // 8] >> index % 8 & 1)

    def __iter__(self) -> Iterator[int]:
        return (index for index in range(8 * len(self._bits)) if index in self)

    def __len__(self) -> int:
        return int.from_bytes(self._bits, "little").bit_count()


@dataclass(frozen=True, slots=True)
class _Done:
    run_id: str
    result: TaskResult
    trajectory: Trajectory


class RunStore(Store):
    """Runs with their results and trajectories. Use it as a context manager.

    Whatever takes a run's id or a name raises `UnknownRunError` where there is none, or nothing of the task; its
    message names near ones.

    Args:
        url_or_path: an SQLAlchemy URL, or the path of a SQLite file; default: `store.db` in the user's data folder.

    Raises:
        StoreError: it cannot be opened, or a newer selfdebug made it.
    """

    def __init__(self, url_or_path: str | Path | None = None) -> None:
        super().__init__(url_or_path, "runs", _tables, MIGRATIONS)
        self._writer = Batches(self._write, "runs-writer")
        self._batches.append(self._writer)

    def create(self, *new: Run) -> None:
        """Store runs of which nothing is done yet, all or none.

        Raises:
            RunExistsError: there is one of that id.
        """
        rows = [row_of_run(run) for run in new]
        try:
            write(self.engine, lambda connection: connection.execute(runs.insert(), rows))
        except StoreError:
            if not self._fetch(select(runs.c.id).where(runs.c.id.in_([run.id for run in new]))):
                raise
            raise RunExistsError(
                f"There is a run {new[0].name} already: choose another --name, continue it (selfdebug runs resume"
                f" {new[0].name}), or delete it (selfdebug runs delete {new[0].name})."
            ) from None

    def add_note(self, run_id: str, note: str) -> None:
        """Add to what a report must say of a run; said once only."""
        [run] = self.find([run_id])
        if note not in run.notes:
            change = runs.update().where(runs.c.id == run_id).values(notes=json.dumps([*run.notes, note]))
            write(self.engine, lambda connection: connection.execute(change))

    def find(self, names: Sequence[str]) -> list[Run]:
        """The runs of some names, without repetition, in the order of the names.

        Args:
            names: a run's id, ``mbpp-1/ut+expl``, or ``mbpp-1`` for all runs of that name in their order of creation.
        """
        ids = self.ids(names)
        by_id = {run.id: run for run in self._runs(runs.c.id.in_(ids), runs.c.number)}
        return [by_id[run_id] for run_id in ids if run_id in by_id]

    def ids(self, names: Sequence[str]) -> list[str]:
        """The ids of what `find` finds, also of runs that cannot be read any more."""
        ids: dict[str, None] = {}
        for name in names:
            rows = self._fetch(select(runs.c.id).where(_named(name)).order_by(runs.c.number))
            if not rows:
                raise self._unknown(name)
            ids |= dict.fromkeys(row["id"] for row in rows)
        return list(ids)

    def all(self) -> list[Run]:
        """All runs, the newest first."""
        return self._runs(sqlalchemy.true(), runs.c.number.desc())

    def results(self, run_id: str) -> Iterator[TaskResult]:
        """What was done of a run, in the order of its tasks; memory does not grow with their number."""
        yield from map(result_of_row, self._pages(self._number(run_id), *RESULT_COLUMNS))

    def trajectory(self, run_id: str, task: str) -> Trajectory:
        """The trajectory of the task of an id."""
        number = self._number(run_id)
        rows = self._fetch(select(results.c.trajectory).where(results.c.run == number, results.c.task == task).limit(1))
        if not rows:
            names = [row["task"] for row in self._fetch(select(results.c.task).where(results.c.run == number))]
            near = _hint(task, names) if names else ": none is done yet."
            raise UnknownRunError(f"{run_id} has no task {task!r} that is done{near}")
        return trajectory_of(rows[0]["trajectory"])

    def at(self, run_id: str, index: int) -> tuple[TaskResult, Trajectory]:
        """What was done of the task at a place of the benchmark."""
        query = select(*RESULT_COLUMNS, results.c.trajectory)
        rows = self._fetch(query.where(results.c.run == self._number(run_id), results.c.place == index))
        if not rows:
            raise UnknownRunError(f"{run_id} has no task number {index} that is done.")
        return result_of_row(rows[0]), trajectory_of(rows[0]["trajectory"])

    def trajectories(self, run_id: str) -> Trajectories:
        """The trajectories of a run, to be listed and searched."""
        return Trajectories(self._number(run_id), self._fetch)

    def counts(self) -> dict[str, int]:
        """How many tasks are done of each run, by its id: the quickest way to see whether something has changed."""
        counted = func.count(results.c.place).label("done")
        query = select(runs.c.id, counted).join(results, results.c.run == runs.c.number, isouter=True)
        return {row["id"]: int(row["done"]) for row in self._fetch(query.group_by(runs.c.id))}

    async def add(self, run_id: str, result: TaskResult, trajectory: Trajectory) -> None:
        """Store a task that is done; on return it is committed. If it was there, it stays as it was.

        Raises:
            StoreError: it cannot be written, or the run was deleted.
        """
        await self._writer.submit(_Done(run_id, result, trajectory))

    def done(self, run_id: str) -> Indices:
        """The indices of the tasks that are done."""
        return Indices(row["place"] for row in self._pages(self._number(run_id), results.c.place))

    def totals(self, run_id: str) -> Totals:
        """Sums over what is done of a run."""
        number = self._number(run_id)

        def how_many(*conditions: Any) -> Any:
            return func.coalesce(func.sum(sqlalchemy.case((sqlalchemy.and_(*conditions), 1), else_=0)), 0)

        passed, first = results.c.passed, results.c.first_passed
        query = select(
            func.count().label("done"),
            how_many(passed).label("passed"),
            how_many(passed, ~first).label("repaired"),
            how_many(first, ~passed).label("broken"),
            *(
                func.coalesce(func.sum(results.c[name]), 0).label(name)
                for name in ("calls", "stored_calls", "prompt_tokens", "completion_tokens")
            ),
        ).where(results.c.run == number)
        return Totals(**{name: int(value) for name, value in self._fetch(query)[0].items()})

    def delete(self, names: Sequence[str]) -> None:
        """Delete what `find` finds, with all that was done of it. Replies stay; an unknown name deletes nothing."""
        ids = self.ids(names)

        def remove(connection: sqlalchemy.Connection) -> None:
            numbers = list(connection.scalars(select(runs.c.number).where(runs.c.id.in_(ids))))
            connection.execute(runs.delete().where(runs.c.number.in_(numbers)))
            connection.execute(results.delete().where(results.c.run.in_(numbers)))
            connection.execute(summaries.delete().where(summaries.c.run.in_(numbers)))

        write(self.engine, remove)

    def next_name(self, benchmark: str) -> str:
        """A name that no run has: the benchmark's, in letters that a shell leaves alone, and a number.

        Args:
            benchmark: its name with the variant; ``humaneval-x:cpp-python`` gives ``humaneval-x-cpp-python-1``.
        """
        stem = slug(benchmark)
        names = (row["name"] for row in self._fetch(select(runs.c.name).distinct()))
        numbered = re.compile(rf"{re.escape(stem)}-([0-9]{{1,9}})")
        numbers = [int(match[1]) for match in map(numbered.fullmatch, names) if match]
        return f"{stem}-{max(numbers, default=0) + 1}"

    def _write(self, batch: Sequence[_Done]) -> list[None]:
        # As JSON here: in this thread, the event loop does not wait for it.
        texts = [done.trajectory.to_json() for done in batch]
        write(self.engine, functools.partial(_insert, batch=batch, texts=texts))
        return [None] * len(batch)

    def _runs(self, condition: Any, order: Any) -> list[Run]:
        # Of all runs at once: one query, however many there are.
        counted = select(results.c.run, func.count().label("done")).group_by(results.c.run).subquery()
        query = select(runs, func.coalesce(counted.c.done, 0).label("done"))
        joined = query.join(counted, counted.c.run == runs.c.number, isouter=True)
        return [run_of_row(row, row["done"]) for row in self._fetch(joined.where(condition).order_by(order))]

    def _number(self, run_id: str) -> int:
        rows = self._fetch(select(runs.c.number).where(runs.c.id == run_id))
        if not rows:
            raise self._unknown(run_id)
        return int(rows[0]["number"])

    def _unknown(self, name: str) -> UnknownRunError:
        rows = self._fetch(select(runs.c.id, runs.c.name).order_by(runs.c.number.desc()))
        names = dict.fromkeys(row["id" if "/" in name else "name"] for row in rows)
        return UnknownRunError(f"There is no run {name!r} in {shown_url(self.engine.url)}{_hint(name, list(names))}")

    def _pages(self, number: int, *columns: Any) -> Iterator[Any]:
        """Rows of one run in the order of its tasks, some at a time: no reader is open while a caller works."""
        after = -1
        while True:
            query = select(*columns).where(results.c.run == number, results.c.place > after)
            rows = self._fetch(query.order_by(results.c.place).limit(_ROWS))
            yield from rows
            if len(rows) < _ROWS:
                return
            after = rows[-1]["place"]


def _named(name: str) -> Any:
    return (runs.c.id if "/" in name else runs.c.name) == name


def slug(text: str) -> str:
    """A text as a name of runs: lower case, letters, digits, ``.``, ``_`` and ``-``."""
    plain = re.sub(r"[^a-z0-9._]+", "-", text.lower().replace("+", "-plus-"))
    return plain.strip("-._") or "run"


def _insert(connection: sqlalchemy.Connection, batch: Sequence[_Done], texts: Sequence[str]) -> None:
    ids = {done.run_id for done in batch}
    numbers = {
        row.id: row.number for row in connection.execute(select(runs.c.id, runs.c.number).where(runs.c.id.in_(ids)))
    }
    if gone := ids - set(numbers):
        raise UnknownRunError(f"The run {min(gone)} was deleted while it was running.")
    rows = {
        (numbers[done.run_id], done.result.index): (
            row_of_result(numbers[done.run_id], done.result, text),
            row_of_summary(numbers[done.run_id], done.result, done.trajectory),
        )
        for done, text in reversed(list(zip(batch, texts, strict=True)))  # of equal ones the first is kept
    }
    there = sqlalchemy.tuple_(results.c.run, results.c.place)
    for known in connection.execute(select(results.c.run, results.c.place).where(there.in_(list(rows)))):
        del rows[known.run, known.place]
    if rows:
        # Somebody may have deleted results by hand, and left what is said of them.
        said = sqlalchemy.tuple_(summaries.c.run, summaries.c.place)
        connection.execute(summaries.delete().where(said.in_(list(rows))))
        connection.execute(results.insert(), [rows[place][0] for place in sorted(rows)])
        connection.execute(summaries.insert(), [rows[place][1] for place in sorted(rows)])


def _hint(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, 3, cutoff=0.4) or list(known[:3])
    return f": did you mean {' or '.join(near)}?" if near else ": it is empty."

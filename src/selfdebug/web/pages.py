"""The pages of the viewer as HTML: the same for a server, which asks for one at a time, and for an export of all."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

import jinja2

from selfdebug import __version__
from selfdebug.applications.problem_input import PROBLEM_INPUTS
from selfdebug.benchmarks.statistics import Proportion
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.languages import LANGUAGES
from selfdebug.prompts.filters import as_test, title_of
from selfdebug.reports import Report, build_report
from selfdebug.reports.tables import sections
from selfdebug.runs import Run, RunStore, Selection, State, TaskResult, Totals
from selfdebug.runs.finding import state_of_result
from selfdebug.safe_text import without_password
from selfdebug.trajectory import Trajectory
from selfdebug.web.asking import AskedProblem, AskForm, AskService, form_rows
from selfdebug.web.charts import HEIGHT, WIDTH, as_percent, charts_of
from selfdebug.web.code import code_of
from selfdebug.web.links import Links
from selfdebug.web.references import NoReferenceError, References
from selfdebug.web.text import brief, marked, safe, shown
from selfdebug.web.views import exchange_views, reason_of, turn_views, turning_of

T = TypeVar("T")

PAGE = 100
"""Trajectories on one page of a list."""
_DIFFERENCES = 200
"""Problems that a comparison lists at most, for it says which runs they are in."""
_KEPT = 300
"""Sums, and reports, that are kept at one time."""

SIGNS = {
    State.RIGHT: "✓",
    State.REPAIRED: "↑",
    State.BROKEN: "↓",
    State.UNSOLVED: "✗",
    State.UNREADABLE: "?",
}
"""Beside the word for a state, so that no colour has to be told from another."""
MEANINGS = {
    State.RIGHT: "The first program was right, and so is the answer.",
    State.REPAIRED: "The first program was wrong, the answer is right.",
    State.BROKEN: "The first program was right, the answer is wrong.",
    State.UNSOLVED: "The first program was wrong, and so is the answer.",
    State.UNREADABLE: "No program could be read out of the replies.",
}


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in the list of runs."""

    run: Run
    totals: Totals

    @property
    def accuracy(self) -> Proportion:
        """Its accuracy so far."""
        return Proportion.of(self.totals.passed, self.totals.done)


@dataclass(frozen=True, slots=True)
class Done:
    """A task that is done: its run, what the benchmark says of it, and its trajectory."""

    run: Run
    result: TaskResult
    trajectory: Trajectory


@dataclass(frozen=True, slots=True)
class Difference:
    """A problem on which runs differ: what became of it in each, in the order of the runs."""

    benchmark: str
    index: int
    task: str
    states: tuple[State | None, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What a page says where there is nothing else to be shown."""

    title: str
    text: str


@dataclass(slots=True)
class Numbers:
    """Sums and reports, kept as long as the tasks that are done stay the same: what is stored never changes."""

    store: RunStore
    _totals: dict[tuple[str, Any, int], Totals] = field(default_factory=dict)
    _reports: dict[tuple[Any, ...], Report] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def totals(self, run: Run) -> Totals:
        """Of a run."""
        return self._kept(self._totals, _key(run), lambda: self.store.totals(run.id))

    def report(self, runs: Sequence[Run]) -> Report:
        """Of some runs.

        Raises:
            NothingDoneError: none of them has a result.
        """
        readers = [(run, partial(self.store.results, run.id)) for run in runs]
        return self._kept(self._reports, tuple(map(_key, runs)), lambda: build_report(readers))

    def _kept(self, kept: dict[Any, T], key: Any, make: Callable[[], T]) -> T:
        found = kept.get(key)
        if found is None:
            found = make()  # two pages at once may both make it; neither waits for the other
            with self._lock:
                while len(kept) >= _KEPT:
                    kept.pop(next(iter(kept)))
                kept[key] = found
        return found


def _key(run: Run) -> tuple[str, Any, int]:
    """A run of this name that was deleted and made anew began at another time."""
    return run.id, run.provenance.started, run.done


class Pages:
    """Makes pages."""

    def __init__(
        self, store: RunStore, references: References, links: Links | None = None, service: AskService | None = None
    ):
        """Make pages.

        Args:
            store: where runs are.
            references: finds references.
            links: addresses of pages; those of a server unless given.
            service: takes what is asked, if something can be asked.
        """
        self._store, self._references = store, references
        self.numbers = Numbers(store)
        self._links, self._service = links or Links(), service

    def with_links(self, links: Links) -> Pages:
        """The same pages with other addresses."""
        found = Pages(self._store, self._references, links)
        found.numbers = self.numbers
        return found

    def runs(self, names: Sequence[str] = ()) -> str:
        """The list of runs, the newest first; of those names, if some are given.

        Raises:
            UnknownRunError: there is none of a name.
        """
        runs = self._store.find(names) if names else self._store.all()
        lines = [RunLine(run, self.numbers.totals(run)) for run in runs]
        return self._render("runs.html", lines=lines, refreshes=True)  # new ones may begin

    def run(self, run_id: str, selection: Selection, page: int = 1, size: int = PAGE) -> str:
        """The trajectories of a run, a page of them.

        Raises:
            UnknownRunError: there is no such run.
        """
        [run] = self._store.find([run_id])
        trajectories = self._store.trajectories(run_id)
        count = trajectories.count(selection)
        pages = max(1, -(-count // size))
        page = min(max(1, page), pages)
        return self._render(
            "run.html",
            line=RunLine(run, self.numbers.totals(run)),
            facets=trajectories.facets(),
            selection=selection,
            listed=trajectories.page(selection, size, size * (page - 1)),
            count=count,
            first=size * (page - 1) + 1,
            page=page,
            pages=pages,
            refreshes=not run.finished,
        )

    def trajectory(self, run_id: str, index: int, selection: Selection | None = None) -> str:
        """A trajectory; the selection says which ones are before and after it.

        Raises:
            UnknownRunError: there is no such run, or nothing of such a task.
        """
        done = self._done(run_id, index)
        indices = self._store.trajectories(run_id).indices(selection or Selection())
        return self.trajectory_of(done, *_neighbours(indices, index), selection)

    def trajectory_of(
        self, done: Done, before: int | None, after: int | None, selection: Selection | None = None
    ) -> str:
        """The same of a task that was fetched already, with the places of those before and after it."""
        result, trajectory = done.result, done.trajectory
        turns = turn_views(trajectory.turns, result.scores, trajectory.feedback)
        return self._render(
            "trajectory.html",
            run=done.run,
            result=result,
            trajectory=trajectory,
            state=state_of_result(result),
            answer_turn=_turn_of_answer(trajectory),
            turns=turns,
            turning=turning_of(turns),
            exchanges=exchange_views(trajectory.exchanges),
            selection=selection,
            before=before,
            after=after,
            refreshes=False,
        )

    def reference(self, run_id: str, index: int) -> str:
        """The reference of a task, or why it cannot be shown.

        Raises:
            UnknownRunError: there is no such run, or nothing of such a task.
        """
        return self.reference_of(self._done(run_id, index))

    def reference_of(self, done: Done) -> str:
        """The same of a task that was fetched already."""
        reference, missing = None, ""
        try:
            reference = self._references.find(done.run, done.result.index, done.result.task)
        except NoReferenceError as error:
            missing = str(error)
        return self._render(
            "reference.html",
            run=done.run,
            result=done.result,
            reference=reference,
            missing=missing,
            programs=[turn.program for turn in done.trajectory.turns],
            refreshes=False,
        )

    def compare(self, run_ids: Sequence[str]) -> str:
        """Runs side by side: charts, tables, and the problems on which they differ. Of one run, its report.

        Raises:
            UnknownRunError: there is no such run.
            NothingDoneError: none of them has a result.
        """
        runs = self._store.find(run_ids)
        report = self.numbers.report(runs)
        shown_runs = [each.run for each in report.runs]
        count, differences = self._differences(shown_runs)
        return self._render(
            "compare.html",
            runs=shown_runs,
            empty=report.empty,
            charts=charts_of(report),
            sections=sections(report),
            differences=differences,
            count=count,
            refreshes=any(not run.finished for run in runs),
        )

    def ask(self, form: AskForm, complaint: str = "") -> str:
        """The form to ask something, with what was typed into it before."""
        assert self._service is not None
        return self._render(
            "ask.html",
            form=form,
            complaint=complaint,
            inputs=PROBLEM_INPUTS,
            rows=form_rows(),
            options={
                "language": [(name, each.title) for name, each in LANGUAGES.items()],
                "database": [(str(number), name) for number, name in enumerate(self._service.shown_databases)],
            },
            kinds=FEEDBACK_KINDS,
            refreshes=False,
        )

    def asked(self, asked: AskedProblem) -> str:
        """What was asked, as far as it has come."""
        return self._render(
            "asked.html",
            asked=asked,
            turns=turn_views(asked.turns, feedback=asked.feedback),
            exchanges=exchange_views(asked.exchanges),
            refreshes=False,
        )

    def message(self, title: str, text: str) -> str:
        """A page that says something, such as why there is no other."""
        return self._render("message.html", message=Message(title, text), refreshes=False)

    def _done(self, run_id: str, index: int) -> Done:
        [run] = self._store.find([run_id])
        return Done(run, *self._store.at(run_id, index))

    def _differences(self, runs: Sequence[Run]) -> tuple[int, list[Difference]]:
        """Problems that not all of these runs solve, or leave unsolved; how many, and the first ones."""
        if len(runs) < 2:
            return 0, []
        verdicts = [self._store.trajectories(run.id).verdicts() for run in runs]
        shared = [(run.benchmark, *key) for run, each in zip(runs, verdicts, strict=True) for key in each]
        found = []
        for benchmark, index, task in sorted(dict.fromkeys(shared)):
            states = tuple(
                each.get((index, task)) if run.benchmark == benchmark else None
                for run, each in zip(runs, verdicts, strict=True)
            )
            if len({state in (State.RIGHT, State.REPAIRED) for state in states if state is not None}) > 1:
                found.append(Difference(benchmark, index, task, states))
        return len(found), found[:_DIFFERENCES]

    def _render(self, template: str, **given: Any) -> str:
        return _environment().get_template(template).render(links=self._links, service=self._service, **given)


def _turn_of_answer(trajectory: Trajectory) -> int | None:
    """The number of the last turn whose program is the answer."""
    numbers = [number for number, turn in enumerate(trajectory.turns, 1) if turn.program == trajectory.answer]
    return numbers[-1] if numbers else None


def _neighbours(indices: Sequence[int], index: int) -> tuple[int | None, int | None]:
    """The places before and after one; the one may not be among them."""
    try:
        place = indices.index(index)
    except ValueError:
        return None, None
    return indices[place - 1] if place else None, indices[place + 1] if place + 1 < len(indices) else None


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("selfdebug.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=safe,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "as_percent": as_percent,
        "as_test": as_test,
        "brief": brief,
        "code": code_of,
        "language": _language,
        "marked": marked,
        "reason": reason_of,
        "shown": shown,
        "without_password": without_password,
    }
    environment.globals |= {
        "State": State,
        "none_selected": Selection(),
        "SIGNS": SIGNS,
        "MEANINGS": MEANINGS,
        "CHART": (WIDTH, HEIGHT),
        "Proportion": Proportion,
        "selected": selected,
        "version": __version__,
    }
    return environment


def _language(name: str) -> str:
    """A language's proper name; a store may have programs in others than ours."""
    return title_of(name) if name in LANGUAGES else name


def selected(selection: Selection, **changes: Any) -> Selection:
    """A selection with something else selected."""
    return replace(selection, **changes)

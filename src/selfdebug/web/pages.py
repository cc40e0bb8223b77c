"""The pages of the viewer as HTML: the same for a server, which asks for one at a time, and for an export of all."""

from __future__ import annotations

import copy
import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

import jinja2

from selfdebug import __version__
from selfdebug.applications.problem_input import problem_inputs
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.languages import LANGUAGES
from selfdebug.prices import Prices, dollars
from selfdebug.prompts.filters import as_test, title_of
from selfdebug.reports import Report, build_report
from selfdebug.reports.charts import charts_of
from selfdebug.reports.tables import sections
from selfdebug.runs import Filters, Run, RunStore, State, TaskResult
from selfdebug.runs.finding import MEANINGS, state_of
from selfdebug.safe_text import without_password
from selfdebug.trajectory import Trajectory
from selfdebug.web.asking import AskedProblem, AskForm, AskService, form_rows
from selfdebug.web.charts import HEIGHT, WIDTH, picture_of
from selfdebug.web.code import program_rows
from selfdebug.web.links import Links
from selfdebug.web.references import NoReferenceError, References
from selfdebug.web.text import brief, marked, safe, shown
from selfdebug.web.views import answer_turn, attempt_views, turn_views, turning_of, with_earlier

PAGE = 100
"""Trajectories on one page of a list."""
_DISAGREEMENTS = 200
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


@dataclass(frozen=True, slots=True)
class FinishedTask:
    """A task that is done: its run, what the benchmark says of it, and its trajectory."""

    run: Run
    result: TaskResult
    trajectory: Trajectory


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A problem that some runs solve and others do not: what became of it in each, in the order of the runs."""

    benchmark: str
    index: int
    task: str
    states: tuple[State | None, ...]


_Key: TypeAlias = tuple[str, datetime, int]
"""A run's id, when it began and how many tasks are done. What has the same key has the same results, for what is stored
never changes; a run of the same id that was deleted and made anew began at another time."""


def _key(run: Run) -> _Key:
    return run.id, run.provenance.started, run.done


class Pages:
    """Makes pages. Sums and reports are kept as long as the tasks that are done stay the same.

    Whatever takes a run's id raises `UnknownRunError`, as the store does.

    Args:
        store: where runs are.
        references: finds references.
        service: takes what is asked, if something can be asked.
        prices: of tokens, to give costs in money, too.
    """

    def __init__(
        self,
        store: RunStore,
        references: References,
        service: AskService | None = None,
        prices: Prices | None = None,
    ) -> None:
        self._store, self._references, self._service, self._prices = store, references, service, prices
        self._links = Links()
        self._totals = functools.lru_cache(_KEPT)(lambda key: store.totals(key[0]))
        self._report = functools.lru_cache(_KEPT)(self._build_report)

    def with_links(self, links: Links) -> Pages:
        """The same pages with other addresses, and without a form."""
        pages = copy.copy(self)  # with the same numbers
        pages._links, pages._service = links, None
        return pages

    def runs(self, names: Sequence[str] = ()) -> str:
        """The list of runs, the newest first; of those names, if some are given."""
        runs = self._store.find(names) if names else self._store.all()
        lines = [(run, self._totals(_key(run))) for run in runs]
        return self._render("runs.html", lines=lines, refreshes=True)  # new ones may begin

    def run(self, run_id: str, filters: Filters, page: int = 1, size: int = PAGE) -> str:
        """The trajectories of a run, a page of them."""
        [run] = self._store.find([run_id])
        trajectories = self._store.trajectories(run_id)
        count = trajectories.count(filters)
        pages = max(1, -(-count // size))
        page = min(max(1, page), pages)
        return self._render(
            "run.html",
            run=run,
            totals=self._totals(_key(run)),
            facets=trajectories.facets(),
            filters=filters,
            listed=trajectories.page(filters, size, size * (page - 1)),
            count=count,
            first=size * (page - 1) + 1,
            page=page,
            pages=pages,
            refreshes=not run.finished,
        )

    def finished_task(self, run_id: str, index: int) -> FinishedTask:
        """What was done of the task at a place of the benchmark."""
        [run] = self._store.find([run_id])
        return FinishedTask(run, *self._store.at(run_id, index))

    def trajectory(
        self, task: FinishedTask, filters: Filters | None = None, indices: Sequence[int] | None = None
    ) -> str:
        """A trajectory, with links to those before and after it.

        Args:
            task: whose it is.
            filters: what the list was that it is reached from.
            indices: places of the tasks of this list, as far as is known to whoever makes many pages of it.
        """
        result, trajectory = task.result, task.trajectory
        turns = turn_views(trajectory.turns, result.scores, trajectory.feedback)
        if indices is None:
            indices = self._store.trajectories(task.run.id).indices(filters or Filters())
        before, after = _neighbours(indices, result.index)
        return self._render(
            "trajectory.html",
            run=task.run,
            result=result,
            trajectory=trajectory,
            state=state_of(result),
            answer_turn=answer_turn(turns, trajectory.answer),
            attempts=attempt_views(turns),
            turns=turns,
            turning=turning_of(turns),
            exchanges=with_earlier(trajectory.exchanges),
            filters=filters,
            before=before,
            after=after,
        )

    def reference(self, task: FinishedTask) -> str:
        """The reference of a task, or why it cannot be shown."""
        reference, missing = None, ""
        try:
            reference = self._references.find(task.run, task.result.index, task.result.task)
        except NoReferenceError as error:
            missing = str(error)
        return self._render(
            "reference.html",
            run=task.run,
            result=task.result,
            reference=reference,
            missing=missing,
            programs=[turn.program for turn in task.trajectory.turns],
        )

    def compare(self, run_ids: Sequence[str]) -> str:
        """Runs side by side: charts, tables, and the problems on which they differ. Of one run, its report.

        Raises:
            NothingDoneError: none of them has a result.
        """
        runs = self._store.find(run_ids)
        report = self._report(tuple(map(_key, runs)))
        shown_runs = [each.run for each in report.runs]
        count, disagreements = self._disagreements(shown_runs)
        return self._render(
            "compare.html",
            runs=shown_runs,
            empty=report.empty,
            charts=charts_of(report),
            sections=sections(report),
            disagreements=disagreements,
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
            inputs=problem_inputs(),
            rows=form_rows(),
            options={
                "language": [(name, each.title) for name, each in LANGUAGES.items()],
                "database": [(str(n), without_password(name)) for n, name in enumerate(self._service.databases)],
            },
            kinds=FEEDBACK_KINDS,
        )

    def asked(self, asked: AskedProblem) -> str:
        """What was asked, as far as it has come."""
        turns = turn_views(asked.turns, feedback=asked.feedback)
        return self._render(
            "asked.html",
            asked=asked,
            attempts=attempt_views(turns),
            answer_turn=answer_turn(turns, asked.trajectory.answer) if asked.trajectory else None,
            exchanges=with_earlier(asked.exchanges),
        )

    def message(self, heading: str, text: str) -> str:
        """A page that says something, such as why there is no other."""
        return self._render("message.html", heading=heading, text=text)

    def _build_report(self, keys: tuple[_Key, ...]) -> Report:
        runs = self._store.find([run_id for run_id, _, _ in keys])
        return build_report([(run, partial(self._store.results, run.id)) for run in runs], self._prices)

    def _disagreements(self, runs: Sequence[Run]) -> tuple[int, list[Disagreement]]:
        """Problems that not all of these runs solve, or leave unsolved; how many, and the first ones."""
        if len(runs) < 2:
            return 0, []
        verdicts = [self._store.trajectories(run.id).verdicts() for run in runs]
        problems = {(run.benchmark, *key) for run, each in zip(runs, verdicts, strict=True) for key in each}
        disagreements = []
        for benchmark, index, task in sorted(problems):
            states = tuple(
                each.get((index, task)) if run.benchmark == benchmark else None
                for run, each in zip(runs, verdicts, strict=True)
            )
            if len({state in (State.RIGHT, State.REPAIRED) for state in states if state is not None}) > 1:
                disagreements.append(Disagreement(benchmark, index, task, states))
        return len(disagreements), disagreements[:_DISAGREEMENTS]

    def _render(self, template: str, **given: Any) -> str:
        fixed = {"links": self._links, "service": self._service, "prices": self._prices}
        return _environment().get_template(template).render(**fixed, **given)


def _neighbours(indices: Sequence[int], index: int) -> tuple[int | None, int | None]:
    """The places before and after one; the one may not be among them."""
    if index not in indices:
        return None, None
    place = indices.index(index)
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
        "as_test": as_test,
        "brief": brief,
        "code": program_rows,
        "dollars": dollars,
        "language": lambda name: title_of(name) if name in LANGUAGES else name,  # a store may know others than ours
        "marked": marked,
        "picture": picture_of,
        "shown": shown,
        "without_password": without_password,
    }
    environment.globals |= {
        "State": State,
        "no_filters": Filters(),
        "SIGNS": SIGNS,
        "MEANINGS": MEANINGS,
        "CHART": (WIDTH, HEIGHT),
        "selected": replace,
        "version": __version__,
        "refreshes": False,
    }
    return environment

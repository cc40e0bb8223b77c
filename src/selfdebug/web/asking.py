"""Asking from the page: what was typed, and what has become of it while somebody watches.

What is asked lives in memory alone, as a question at a terminal does; replies of the model are stored as always. What
the form has is declared in the folders of the applications, `selfdebug.applications.problem_input`. How a problem is
solved is the caller's, a `Solver`: this room knows neither models nor settings.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count, takewhile
from typing import Protocol

from selfdebug.applications.problem_input import InputField, InputKind, ProblemInputError, problem_inputs
from selfdebug.events import Answered, Asking, Event, Explained, Judged, Ran, Streamed, Waiting, Watcher
from selfdebug.execution.databases.errors import DatabaseError
from selfdebug.problem import Problem
from selfdebug.trajectory import Exchange, Trajectory, Turn

_log = logging.getLogger(__name__)
_KEPT = 50
_AT_ONCE = 2


class AskError(Exception):
    """Something cannot be asked; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class AskForm:
    """The form as it was filled in.

    Attributes:
        application: name of one.
        fields: texts by the names of the application's fields; of its database the number, for a page never names a
            file.
        model: name of the model; empty for the configured one.
        feedback: name of the feedback kind; empty for the one with the most to say that fits.
        max_turns: new programs after the first one, at most; a whole number as text, empty for the configured one.
    """

    application: str = next(iter(problem_inputs()))
    fields: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    feedback: str = ""
    max_turns: str = ""

    @classmethod
    def of(cls, form: Mapping[str, str]) -> AskForm:
        """Of what a browser sent."""
        sent = {name: text.replace("\r\n", "\n") for name, text in form.items()}
        own = {name: sent.pop(name) for name in ("application", "model", "feedback", "max_turns") if name in sent}
        return cls(**own, fields=sent)


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the form, and the names of the applications that have it."""

    field: InputField
    applications: tuple[str, ...]


def form_rows() -> list[list[FormField]]:
    """The fields of all applications: those of one name are one field; small ones of an application share a row."""
    fields: dict[str, InputField] = {}
    applications: dict[str, list[str]] = {}
    for application, kind in problem_inputs().items():
        for name, each in kind.fields().items():
            fields.setdefault(name, each)
            applications.setdefault(name, []).append(application)
    order = list(InputKind)
    small = (InputKind.DATABASE, InputKind.LANGUAGE, InputKind.LINE)
    rows: dict[tuple[str, ...], list[FormField]] = {}
    for name, each in sorted(fields.items(), key=lambda item: order.index(item[1].kind)):
        row = tuple(applications[name]) if each.kind in small else (name,)
        rows.setdefault(row, []).append(FormField(each, tuple(applications[name])))
    return list(rows.values())


@dataclass(frozen=True, slots=True)
class FormExample:
    """Something to ask: a title, and the form as it would be filled in."""

    title: str
    form: AskForm


class Solver(Protocol):
    """Solves problems with the settings of whoever started the viewer."""

    def check(self, problem: Problem, form: AskForm) -> None:
        """Look whether it can be debugged as the form says.

        Raises:
            AskError: it cannot.
        """

    async def solve(self, problem: Problem, form: AskForm, watch: Watcher) -> Trajectory:
        """Debug it.

        Raises:
            AskError: something is missing.
        """


class AskState(StrEnum):
    """How far something asked has come."""

    WORKING = "working"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(slots=True)
class AskedProblem:
    """Something asked, and what has come of it so far.

    Attributes:
        key: unguessable; part of its address.
        form, problem: what was asked.
        state: how far it has come.
        doing: what the model is at, in words.
        reply: the reply that is coming, as far as it has come.
        turns_by_number, exchanges: those that are there.
        trajectory: the whole, once it is done.
        complaint: why it failed.
        version: grows with every change but of the reply.
    """

    key: str
    form: AskForm
    problem: Problem
    state: AskState = AskState.WORKING
    doing: str = "getting ready"
    reply: str = ""
    turns_by_number: dict[int, Turn] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    trajectory: Trajectory | None = None
    complaint: str = ""
    version: int = 0
    task: asyncio.Task[None] | None = None

    @property
    def turns(self) -> list[Turn]:
        """Those that are there, in their order, as far as none before is missing: parents are known by their place."""
        return [self.turns_by_number[number] for number in takewhile(self.turns_by_number.__contains__, count())]

    @property
    def feedback(self) -> str:
        """Name of the feedback kind, once it is known."""
        return self.trajectory.feedback if self.trajectory else self.form.feedback

    @property
    def words(self) -> str:
        """What was asked, in words or as a program."""
        fields = problem_inputs()[self.form.application].fields()
        main = (name for name, each in fields.items() if each.kind in (InputKind.REQUEST, InputKind.PROGRAM))
        return self.form.fields.get(next(main, ""), "")

    @property
    def is_working(self) -> bool:
        """Whether more will come."""
        return self.state is AskState.WORKING

    def watch(self, event: Event) -> None:
        """Keep what a debugger tells."""
        match event:
            case Streamed(text):
                self.reply = text
                return
            case Asking(step, samples, _):
                self.doing, self.reply = step.activity if samples == 1 else f"writing {samples} programs", ""
            case Waiting(reason):
                self.doing, self.reply = f"waiting: {reason}", ""
            case Answered(exchange):
                self.exchanges.append(exchange)
                self.doing, self.reply = "reading the reply", ""
            case Ran():
                self.doing = "looking at what the program gave"
            case Explained(turn, number) | Judged(turn, number):
                self.turns_by_number[number] = turn
        self.version += 1


class AskService:
    """Takes what is asked from the page, and works on it.

    Attributes:
        databases: those that can be asked about, by number; nothing else can be opened from a page.
        models: names to choose from, the configured one first; empty where the server has the choice.
        examples: problems to begin with.
    """

    def __init__(
        self,
        solver: Solver,
        databases: Sequence[str] = (),
        models: Sequence[str] = (),
        examples: Sequence[FormExample] = (),
    ) -> None:
        self._solver = solver
        self.databases, self.models, self.examples = tuple(databases), tuple(models), tuple(examples)
        self._asked: dict[str, AskedProblem] = {}

    @property
    def asked(self) -> list[AskedProblem]:
        """All that was asked, the newest first."""
        return list(reversed(self._asked.values()))

    def find(self, key: str) -> AskedProblem | None:
        """What was asked, by its key."""
        return self._asked.get(key)

    def ask(self, form: AskForm) -> AskedProblem:
        """Begin to work on something. Call it where an event loop runs.

        Raises:
            AskError: it cannot be asked.
        """
        if sum(each.is_working for each in self._asked.values()) >= _AT_ONCE:
            raise AskError(f"{_AT_ONCE} questions are at work: wait for one of them, or cancel it.")
        problem = self._pose(form)
        self._solver.check(problem, form)
        asked = AskedProblem(secrets.token_urlsafe(12), form, problem)
        self._asked[asked.key] = asked
        for old in [each for each in self._asked.values() if not each.is_working][: max(0, len(self._asked) - _KEPT)]:
            del self._asked[old.key]
        asked.task = asyncio.create_task(self._work(asked))
        return asked

    def cancel(self, asked: AskedProblem) -> None:
        """Give up; what has come stays."""
        if asked.task is not None and asked.is_working:
            asked.task.cancel()

    async def close(self) -> None:
        """Give up everything."""
        tasks = [each.task for each in self._asked.values() if each.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _pose(self, form: AskForm) -> Problem:
        if form.application not in problem_inputs():
            titles = (kind.title[0].lower() + kind.title[1:] for kind in problem_inputs().values())
            raise AskError(f"Choose what to ask for: {', '.join(titles)}.")
        kind = problem_inputs()[form.application]
        given = dict(form.fields)
        databases = {str(place): database for place, database in enumerate(self.databases)}
        for name, each in kind.fields().items():
            if each.kind is InputKind.DATABASE:
                number = given.get(name, each.chosen)
                if number not in databases:
                    raise AskError("Choose one of the databases: selfdebug view --db FILE adds one.")
                given[name] = databases[number]
        try:
            return kind.from_form(given).problem()
        except ProblemInputError as error:
            label = f"{kind.fields()[error.field].label}: " if error.field else ""
            raise AskError(f"{label}{error}") from None
        except DatabaseError as error:  # one that was there when the page was started
            raise AskError(str(error)) from None

    async def _work(self, asked: AskedProblem) -> None:
        try:
            asked.trajectory = await self._solver.solve(asked.problem, asked.form, asked.watch)
            asked.problem, asked.state = asked.trajectory.problem, AskState.DONE
        except asyncio.CancelledError:
            asked.state = AskState.CANCELLED
        except AskError as error:
            asked.state, asked.complaint = AskState.FAILED, str(error)
        except Exception:
            asked.state, asked.complaint = AskState.FAILED, "This is a bug in selfdebug: its terminal says more."
            _log.exception("What was asked from the page failed.")  # as long as the task is kept, nobody else says so
            raise
        finally:
            asked.doing, asked.reply = "", ""
            asked.version += 1

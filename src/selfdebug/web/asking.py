"""Asking from the page: what was typed, and what has become of it while somebody watches.

What is asked lives in memory alone, as a question at a terminal does; replies of the model are stored as always. How a
problem is posed and solved is the caller's, a `Solver`: this room knows neither models nor settings.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Protocol

from selfdebug.events import Answered, Asking, Event, Judged, Ran, Streamed, Waiting, Watcher
from selfdebug.problem import Problem
from selfdebug.safe_text import without_password
from selfdebug.trajectory import Exchange, Trajectory, Turn

_log = logging.getLogger(__name__)
_KEPT = 50
_AT_ONCE = 2


class AskError(Exception):
    """Something cannot be asked; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is typed into the form.

    Attributes:
        application: ``text-to-sql``, ``text-to-python`` or ``translation``.
        request: the question, or what a function is to do.
        database: number of one of the databases of the desk; a page never names a file.
        hint: for a question.
        tests: a test file's text: Python assertions, or JSON lines.
        source, source_language, language, function: of a translation.
        model: name of the model; empty for the configured one.
        feedback: name of the feedback kind; empty for the most telling one that fits.
        turns: new programs after the first one, at most; a whole number as text, empty for the configured one.
    """

    application: str = "text-to-sql"
    request: str = ""
    database: str = "0"
    hint: str = ""
    tests: str = ""
    source: str = ""
    source_language: str = "cpp"
    language: str = "python"
    function: str = ""
    model: str = ""
    feedback: str = ""
    turns: str = ""

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Draft:
        """Of the fields of a form; what it does not know is left out."""
        return cls(**{each.name: form[each.name].replace("\r\n", "\n") for each in fields(cls) if each.name in form})


@dataclass(frozen=True, slots=True)
class Example:
    """Something to ask: a title, and the form as it would be filled in."""

    title: str
    draft: Draft


class Solver(Protocol):
    """Poses and solves problems with the settings of whoever started the viewer."""

    def pose(self, draft: Draft, database: str) -> Problem:
        """The problem that a draft poses.

        Raises:
            AskError: it poses none.
        """
        ...

    async def solve(self, problem: Problem, draft: Draft, watch: Watcher) -> Trajectory:
        """Debug it.

        Raises:
            AskError: something is missing.
        """
        ...


class Progress(StrEnum):
    """How far something asked has come."""

    WORKING = "working"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(slots=True)
class Asked:
    """Something asked, and what has come of it so far.

    Attributes:
        key: unguessable; part of its address.
        draft, problem: what was asked.
        progress: how far it has come.
        doing: what the model is at, in words.
        reply: the reply that is coming, as far as it has come.
        turns, exchanges: those that are there.
        trajectory: the whole, once it is done.
        complaint: why it failed.
        version: grows with every change but of the reply.
    """

    key: str
    draft: Draft
    problem: Problem
    progress: Progress = Progress.WORKING
    doing: str = "getting ready"
    reply: str = ""
    turns: list[Turn] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    trajectory: Trajectory | None = None
    complaint: str = ""
    version: int = 0
    task: asyncio.Task[None] | None = None

    @property
    def feedback(self) -> str:
        """Name of the feedback kind, once it is known."""
        return self.trajectory.feedback if self.trajectory else self.draft.feedback

    @property
    def is_working(self) -> bool:
        """Whether more will come."""
        return self.progress is Progress.WORKING

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
            case Judged(turn):
                self.turns.append(turn)
        self.version += 1


class Desk:
    """Where something can be asked.

    Attributes:
        databases: those that can be asked about, by number; nothing else can be opened from a page.
        models: names to choose from, the configured one first; empty where the server has the choice.
        examples: problems to begin with.
        languages: of translations, each with its title.
    """

    def __init__(
        self,
        solver: Solver,
        databases: Sequence[str] = (),
        models: Sequence[str] = (),
        examples: Sequence[Example] = (),
        languages: Mapping[str, str] | None = None,
    ) -> None:
        self._solver = solver
        self.databases, self.models, self.examples = tuple(databases), tuple(models), tuple(examples)
        self.languages = dict(languages or {})
        self._asked: dict[str, Asked] = {}

    @property
    def shown_databases(self) -> list[str]:
        """Their names, without passwords."""
        return [without_password(database) for database in self.databases]

    @property
    def asked(self) -> list[Asked]:
        """All that was asked, the newest first."""
        return list(reversed(self._asked.values()))

    def find(self, key: str) -> Asked | None:
        """What was asked, by its key."""
        return self._asked.get(key)

    def ask(self, draft: Draft) -> Asked:
        """Begin to work on something. Call it where an event loop runs.

        Raises:
            AskError: it cannot be asked.
        """
        if sum(each.is_working for each in self._asked.values()) >= _AT_ONCE:
            raise AskError(f"{_AT_ONCE} questions are at work: wait for one of them, or cancel it.")
        problem = self._solver.pose(draft, self._database(draft))
        asked = Asked(secrets.token_urlsafe(12), draft, problem)
        self._asked[asked.key] = asked
        for old in [each for each in self._asked.values() if not each.is_working][: max(0, len(self._asked) - _KEPT)]:
            del self._asked[old.key]
        asked.task = asyncio.create_task(self._work(asked))
        return asked

    def cancel(self, asked: Asked) -> None:
        """Give up; what has come stays."""
        if asked.task is not None and asked.is_working:
            asked.task.cancel()

    async def close(self) -> None:
        """Give up everything."""
        tasks = [each.task for each in self._asked.values() if each.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _database(self, draft: Draft) -> str:
        if draft.application != "text-to-sql":
            return ""
        numbered = {str(number): database for number, database in enumerate(self.databases)}
        if draft.database not in numbered:
            raise AskError("Choose one of the databases: selfdebug view --db FILE adds one.")
        return numbered[draft.database]

    async def _work(self, asked: Asked) -> None:
        try:
            asked.trajectory = await self._solver.solve(asked.problem, asked.draft, asked.watch)
            asked.problem, asked.progress = asked.trajectory.problem, Progress.DONE
        except asyncio.CancelledError:
            asked.progress = Progress.CANCELLED
        except AskError as error:
            asked.progress, asked.complaint = Progress.FAILED, str(error)
        except Exception:
            asked.progress, asked.complaint = Progress.FAILED, "This is a bug in selfdebug: its terminal says more."
            _log.exception("What was asked from the page failed.")  # as long as the task is kept, nobody else says so
            raise
        finally:
            asked.doing, asked.reply = "", ""
            asked.version += 1

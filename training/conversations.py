"""Lessons as conversations, in the package's own words.

First programs are asked for by the package's dialogue. Debugging turns come from the package's own loop, with a teacher
in the model's place: what the loop asks, shows and decides is therefore exactly what the trained model will meet.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from selfdebug.applications.conversation import conversation
from selfdebug.applications.text_to_python.application import TextToPython
from selfdebug.applications.text_to_sql.application import TextToSql
from selfdebug.applications.translation.application import Translation
from selfdebug.debugger import Debugger
from selfdebug.events import Asking, Event
from selfdebug.execution import Sandbox
from selfdebug.feedback import COLUMNS, EXPLAIN, FEEDBACK_KINDS, FIX, GENERATE, JUDGE, Step
from selfdebug.messages import Form, Message, Reply, Request
from selfdebug.models.embedded import STYLE
from selfdebug.models.model import NO_HOOKS, AskHooks
from selfdebug.problem import Program
from selfdebug.prompts import render
from selfdebug.settings import Settings

from . import program_explaining, python_problems, sql_explaining, sql_problems, translation_problems
from .lesson import Lesson

KINDS = {
    "text-to-sql": ("expl", "expl", "expl", "simple"),
    "text-to-python": ("ut+expl", "ut+expl", "ut", "simple", "expl"),
    "translation": ("ut+expl", "ut+expl", "ut", "simple", "expl"),
}
"""Feedback kinds that are taught, by how often."""
_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, and which of its messages the model learns to write."""

    messages: tuple[Message, ...]
    learnt: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Programs for a lesson, as they follow each other. All but the last are wrong."""

    lesson: Lesson
    programs: tuple[str, ...]
    right: bool
    """Whether the last one is."""
    kind: str


def lessons(seed: int, held_out: bool, folder: Path) -> Iterator[Lesson]:
    """Lessons of the three applications in turn, without end; SQL twice, whose replies are short and hard to learn."""
    sql = sql_problems.lessons(seed, held_out, folder)
    sources = (
        sql,
        sql,
        python_problems.lessons(seed, held_out),
        translation_problems.lessons(seed, held_out),
    )
    for together in zip(*sources, strict=True):
        yield from together


@asynccontextmanager
async def open_applications() -> AsyncIterator[dict[str, Any]]:
    """The package's applications, with a sandbox to run programs in."""
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox())
        sql = await stack.enter_async_context(TextToSql())
        yield {
            "text-to-sql": sql,
            "text-to-python": TextToPython(sandbox),
            "translation": Translation(sandbox),
        }


async def prompt(applications: dict[str, Any], lesson: Lesson) -> tuple[Message, ...]:
    """What the model is sent to get a first program."""
    application = applications[lesson.problem.application]
    context = await application.prompt_variables(lesson.problem, sample_rows=1)
    return _system(lesson), *conversation(application, FEEDBACK_KINDS["baseline"], context, (), GENERATE, STYLE)


async def first_program(applications: dict[str, Any], lesson: Lesson) -> Conversation:
    """A request with its right program."""
    asked = await prompt(applications, lesson)
    return Conversation((*asked, Message("assistant", block(lesson.program))), (len(asked),))


async def turns(applications: dict[str, Any], attempt: Attempt) -> Conversation | None:
    """The debugging of wrong programs up to the right one; None where nothing is said about them."""
    teacher = Teacher(attempt)
    settings = Settings(feedback=attempt.kind, style=STYLE.name, max_turns=len(attempt.programs) - 1)
    debugger = Debugger(teacher, applications, settings)
    first = Program(attempt.programs[0], attempt.lesson.program.language)
    trajectory = await debugger.debug(attempt.lesson.problem, first, watch=teacher.watch)
    if not trajectory.exchanges:
        return None
    system = _system(attempt.lesson)
    last = trajectory.exchanges[-1]
    told = zip(trajectory.exchanges, teacher.worth_learning, strict=True)
    learnt = tuple(1 + len(exchange.sent) for exchange, worth in told if worth)
    return Conversation((system, *last.sent, Message("assistant", last.reply.text)), learnt)


async def in_order(applications: dict[str, Any], attempts: Sequence[Attempt]) -> list[Conversation]:
    """The conversations of many attempts, several made at once."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(attempt: Attempt) -> Conversation | None:
        async with places:
            return await turns(applications, attempt)

    return [found for found in await asyncio.gather(*map(one, attempts)) if found]


class Teacher:
    """Replies in the model's place, knowing the right program. It has `selfdebug.models.Model`'s interface."""

    name, address = "teacher", "training"
    form: Form = "chat"

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._lesson = attempt.lesson
        self._programs = iter(attempt.programs[1:])
        self._current = attempt.programs[0]
        self._step: Step = GENERATE
        self.worth_learning: list[bool] = []
        """Of each reply, whether the model is to write such: a wrong program is not."""

    def watch(self, event: Event) -> None:
        if isinstance(event, Asking):
            self._step = event.step

    async def ask(self, request: Request, samples: int = 1, hooks: AskHooks = NO_HOOKS) -> list[Reply]:
        text = self._reply()
        self.worth_learning.append(self._step is not FIX or self._right)
        return [Reply(text)]

    @property
    def _right(self) -> bool:
        return self._attempt.right and self._current == self._attempt.programs[-1]

    def _reply(self) -> str:
        if self._step is COLUMNS:
            return self._lesson.columns
        if self._step is EXPLAIN:
            return self._explanation()
        if self._step is JUDGE:
            return self._judgement()
        self._current = next(self._programs)
        return block(Program(self._current, self._lesson.program.language))

    def _explanation(self) -> str:
        if self._lesson.columns:
            return sql_explaining.explain(self._current)
        return program_explaining.explain(self._lesson, self._current, self._right or None)

    def _judgement(self) -> str:
        if not FEEDBACK_KINDS[self._attempt.kind].explains:
            return f"Verdict: {'correct' if self._right else 'wrong'}"
        if self._lesson.columns:
            return sql_explaining.judge(self._current, self._lesson.program.code, self._right)
        return program_explaining.judge(self._lesson, self._current, self._right)

    async def close(self) -> None:
        """Nothing is open."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def block(program: Program) -> str:
    """A program as a reply."""
    return f"```{program.language}\n{program.code.strip()}\n```"


def sample_conversations(seed: int, count: int, folder: Path) -> list[Conversation]:
    """Some of every kind, for the tokenizer; the wrong programs are those of other lessons."""

    async def made() -> list[Conversation]:
        async with open_applications() as applications:
            found = list(itertools.islice(lessons(seed, False, folder), count))
            firsts = [await first_program(applications, lesson) for lesson in found]
            attempts = [
                Attempt(lesson, (other.program.code, lesson.program.code), True, kind)
                for lesson, other in zip(found, found[3:], strict=False)
                for kind in sorted(set(KINDS[lesson.problem.application]))
            ]
            return firsts + await in_order(applications, attempts)

    return asyncio.run(made())


def _system(lesson: Lesson) -> Message:
    return Message("system", render(lesson.problem.application, "system", STYLE))

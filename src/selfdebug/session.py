"""One problem's session with a model: sends requests, reads replies, asks again for what it cannot read, counts.

How a request is made of a conversation stands here and nowhere else: style, form (chat or completion), what is left out
when the conversation is too long, budgets. What the conversation says stands in `applications.conversation`.
"""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from selfdebug.applications.base import Application
from selfdebug.applications.conversation import conversation, exemplar_messages, joined
from selfdebug.applications.reading import UnreadableReplyError
from selfdebug.events import Answered, Asking, Streamed, Waiting, Watcher
from selfdebug.feedback import FeedbackKind, Step
from selfdebug.messages import Message, Reply, Request
from selfdebug.models import AskHooks, ContextOverflowError, Model
from selfdebug.problem import Problem
from selfdebug.prompts import COMPLETION_STOP, Exemplar, as_completion, render
from selfdebug.settings import Settings
from selfdebug.styles import STYLES
from selfdebug.trajectory import Cost, Ended, Ending, Exchange, Turn, cost_of

T = TypeVar("T")

_MOST_OF_LIMIT = 0.9
"""Of the tokens that a reply may have: the counts of servers differ a little."""
_SAMPLING_TEMPERATURE = 0.7


@dataclass(frozen=True, slots=True)
class _Drawing:
    """How many replies are drawn to one request, and how."""

    samples: int
    greedy: bool
    seed: int | None = None


_GREEDY = _Drawing(1, greedy=True)


class Session:
    """The session about one problem.

    Attributes:
        exchanges: requests and replies so far.
    """

    def __init__(
        self,
        model: Model,
        application: Application[Any],
        problem: Problem,
        settings: Settings,
        watch: Watcher,
        *,
        streamed: bool = False,
        first_exemplars: Sequence[Exemplar] = (),
    ) -> None:
        """Begin a session; nothing is sent yet.

        Args:
            model: who is asked.
            application: of the problem.
            problem: what it is about.
            settings: style and budgets.
            watch: is told of requests and replies.
            streamed: whether it is told of replies while they come, too.
            first_exemplars: shown before the first program instead of the application's own, where exemplars are shown.
        """
        self._model, self._application, self._problem = model, application, problem
        self._settings, self._watch, self._streamed = settings, watch, streamed
        self._style = STYLES[settings.style]
        self._first_exemplars = tuple(first_exemplars)
        self._began = time.monotonic()
        self._system = Message("system", render(application.name, "system", self._style))
        self._variables: dict[str, Any] = {}
        self._sample_rows = 1
        self._exemplars: dict[str, list[tuple[Message, ...]]] = {}
        self._seed = 0
        self.exchanges: list[Exchange] = []

    async def ask(self, kind: FeedbackKind, turns: Sequence[Turn], step: Step, read: Callable[[Reply], T]) -> T:
        """Ask for one thing and read it.

        Args:
            kind: the feedback kind.
            turns: the turns so far, of which the conversation is made.
            step: what is asked for.
            read: reads the reply; raises `UnreadableReplyError` if it cannot.

        Raises:
            Ended: a budget is spent, or the conversation does not fit.
            UnreadableReplyError: neither the reply nor the one to the repair request could be read.
        """
        (answer,) = await self._ask(kind, turns, step, read, _GREEDY)
        if isinstance(answer, UnreadableReplyError):
            raise answer
        return answer

    async def draw(
        self,
        kind: FeedbackKind,
        turns: Sequence[Turn],
        step: Step,
        read: Callable[[Reply], T],
        samples: int = 1,
        *,
        greedy: bool = False,
    ) -> list[T | UnreadableReplyError]:
        """Ask for one thing several times, at a temperature; as `ask` for each.

        Args:
            kind: the feedback kind.
            turns: of which the conversation is made.
            step: what is asked for.
            read: reads a reply.
            samples: how many replies.
            greedy: whether a single one is greedy. One that is not differs from the earlier ones of the session.
        """
        seed = None
        if samples == 1 and not greedy:
            seed = self._seed = self._seed + 1
        return await self._ask(kind, turns, step, read, _Drawing(samples, greedy and samples == 1, seed))

    async def ask_about(self, step: Step, messages: Sequence[Message], read: Callable[[Reply], T]) -> T:
        """Ask a question of somebody's own making, as selectors do; it is counted, stored and shown like all others.

        Args:
            step: under what name it is recorded.
            messages: the whole conversation.
            read: reads the reply; raises `UnreadableReplyError` if it cannot.

        Raises:
            Ended: a budget is spent, or the messages do not fit.
            UnreadableReplyError: the reply could not be read.
        """
        try:
            (reply,) = await self._send(step, tuple(messages), (), _GREEDY)
        except ContextOverflowError as error:
            raise Ended(Ending.CONTEXT, str(error)) from None
        return read(reply)

    async def _ask(
        self, kind: FeedbackKind, turns: Sequence[Turn], step: Step, read: Callable[[Reply], T], drawing: _Drawing
    ) -> list[T | UnreadableReplyError]:
        answers: list[T | UnreadableReplyError] = []
        for reply in await self._send_conversation(kind, turns, step, drawing):
            try:
                answers.append(await self._read(kind, turns, step, reply, read, is_only=drawing.samples == 1))
            except UnreadableReplyError as error:
                answers.append(error)
        return answers

    async def _read(
        self, kind: FeedbackKind, turns: Sequence[Turn], step: Step, reply: Reply, read: Callable[[Reply], T],
        *, is_only: bool,
    ) -> T:  # fmt: skip
        """Read a reply, or the one to a repair request."""
        try:
            return read(reply)
        except UnreadableReplyError as error:
            unreadable = error
        if _thought_too_long(reply):
            raise self._with_advice(unreadable, reply)
        what = {"reason": unreadable.reason, "matter": str(unreadable), "gives": step.gives}
        again = Message("user", render(self._application.name, "repair", self._style, **what, **self._variables))
        said = (Message("assistant", reply.text),) if reply.text.strip() else ()
        try:
            (reply,) = await self._send_conversation(kind, turns, step, _GREEDY, (*said, again))
        except Ended:
            if is_only:
                raise
            raise unreadable from None  # the other samples are there
        try:
            return read(reply)
        except UnreadableReplyError as error:
            raise self._with_advice(error, reply) from None

    def _with_advice(self, error: UnreadableReplyError, reply: Reply) -> UnreadableReplyError:
        """The error, with the option that helps where a limit cut the reply off."""
        if reply.finish != "length":
            return error
        limit, tokens = self._settings.max_reply_tokens, reply.completion_tokens
        if tokens is not None and tokens < limit * _MOST_OF_LIMIT:
            said = f"The server cut the reply off after {tokens} of {limit} tokens: the model's context may be full."
        else:
            said = f"The reply was cut off at {limit} tokens: allow more with --max-reply-tokens (max_reply_tokens)."
        return UnreadableReplyError(error.reason, said)

    async def _send_conversation(
        self,
        kind: FeedbackKind,
        turns: Sequence[Turn],
        step: Step,
        drawing: _Drawing,
        repair: tuple[Message, ...] = (),
    ) -> list[Reply]:
        """Send the conversation, shortened as far as needed, and record what came back."""
        while True:
            variables = self._variables = self._variables or await self._make_variables()
            exemplars = self._exemplars_for(kind)
            own = conversation(self._application, kind, variables, turns, step, self._style)
            try:
                return await self._send(step, joined([*own, *repair]), exemplars, drawing, is_repair=bool(repair))
            except ContextOverflowError as error:
                if not await self._shorten(exemplars):
                    raise Ended(Ending.CONTEXT, str(error)) from None

    async def _send(
        self,
        step: Step,
        sent: tuple[Message, ...],
        exemplars: Sequence[tuple[Message, ...]],
        drawing: _Drawing,
        *,
        is_repair: bool = False,
    ) -> list[Reply]:
        samples = drawing.samples
        self._check_budget(samples)
        request = self._request(
            joined([self._system, *(m for messages in exemplars for m in messages), *sent]), drawing
        )
        self._watch(Asking(step, samples, is_repair))
        hooks = AskHooks(
            on_text=(lambda text: self._watch(Streamed(text))) if self._streamed and samples == 1 else None,
            on_wait=lambda reason: self._watch(Waiting(reason)),
        )
        try:
            async with asyncio.timeout(self._seconds_left()) as limit:
                replies = await self._model.ask(request, samples, hooks)
        except TimeoutError:
            if not limit.expired():  # the model's own
                raise
            raise Ended(Ending.SECONDS, f"{self._settings.max_seconds:g} seconds were allowed") from None
        for reply in replies:
            exchange = Exchange(step.name, sent, len(exemplars), reply, is_repair)
            self.exchanges.append(exchange)
            self._watch(Answered(exchange, step))
        return replies

    def _request(self, messages: tuple[Message, ...], drawing: _Drawing) -> Request:
        temperature = 0.0 if drawing.greedy else _SAMPLING_TEMPERATURE
        limit, seed = self._settings.max_reply_tokens, drawing.seed
        if self._model.form == "completion":
            return Request((), as_completion(messages), temperature, limit, stop=COMPLETION_STOP, seed=seed)
        return Request(messages, "", temperature, limit, seed=seed)

    async def _make_variables(self) -> dict[str, Any]:
        return await self._application.prompt_variables(self._problem, sample_rows=self._sample_rows)

    def _exemplars_for(self, kind: FeedbackKind) -> list[tuple[Message, ...]]:
        """Those before a problem under a feedback kind, as far as they were not left out; the list is kept."""
        if kind.name not in self._exemplars:
            own = () if kind.debugs else self._first_exemplars
            shown = own or self._application.exemplars(self._problem, kind)
            self._exemplars[kind.name] = [
                exemplar_messages(self._application, exemplar, kind, self._problem, self._style)
                for exemplar in (shown if self._style.shows_exemplars else ())
            ]
        return self._exemplars[kind.name]

    async def _shorten(self, exemplars: list[tuple[Message, ...]]) -> bool:
        """Leave out half of the exemplars, the farthest first; then the tables' sample rows."""
        if exemplars:
            del exemplars[: -(len(exemplars) // 2) or None]
            return True
        if self._sample_rows:
            self._sample_rows, before = 0, self._variables
            self._variables = await self._make_variables()
            return self._variables != before
        return False

    def _check_budget(self, samples: int) -> None:
        limit, cost = self._settings, cost_of(self.exchanges)
        if limit.max_calls is not None and cost.calls + samples > limit.max_calls:
            raise Ended(Ending.CALLS, f"{limit.max_calls} calls were allowed")
        if limit.max_total_tokens is not None and cost.prompt_tokens + cost.completion_tokens >= limit.max_total_tokens:
            raise Ended(Ending.TOKENS, f"{limit.max_total_tokens} tokens were allowed")

    def _seconds_left(self) -> float | None:
        if self._settings.max_seconds is None:
            return None
        return max(0.0, self._settings.max_seconds - self._seconds())

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def cost(self) -> Cost:
        """What the session cost so far."""
        return dataclasses.replace(cost_of(self.exchanges), seconds=self._seconds())


def _thought_too_long(reply: Reply) -> bool:
    """Whether thinking took all the tokens, shown or not: asked again, it would take them again."""
    return reply.finish == "length" and bool(reply.thinking or (reply.completion_tokens and not reply.text.strip()))

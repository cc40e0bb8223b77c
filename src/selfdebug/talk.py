"""One problem's talk with a model: asks, reads the replies, asks again for what it cannot read, and keeps the account.

How a request is made of a dialogue stands here and nowhere else: style, form (chat or completion), what is left out
when the conversation is too long, budgets.
"""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Callable
from typing import Any, TypeVar

from selfdebug.applications.base import Application
from selfdebug.applications.dialogue import Dialogue, exemplar_messages, joined
from selfdebug.applications.reading import UnreadableReplyError
from selfdebug.events import Answered, Asking, Streamed, Waiting, Watcher
from selfdebug.feedback import FeedbackKind
from selfdebug.messages import Message, Reply, Request
from selfdebug.models import AskHooks, ContextOverflowError, Model
from selfdebug.problem import Problem
from selfdebug.prompts import COMPLETION_STOP, as_completion, render
from selfdebug.settings import Settings
from selfdebug.trajectory import Cost, Ending, Exchange, Step

T = TypeVar("T")


_MOST_OF_LIMIT = 0.9
"""Of the tokens that a reply may have: the counts of servers differ a little."""


class Ended(Exception):  # noqa: N818 - it ends a trajectory; nothing went wrong
    """A trajectory has to end: a budget is spent, or a reply cannot be used. It carries what to record."""

    def __init__(self, ending: Ending, detail: str = "") -> None:
        super().__init__(detail)
        self.ending = ending


class Talk:
    """The talk about one problem."""

    def __init__(
        self,
        model: Model,
        application: Application[Any],
        problem: Problem,
        settings: Settings,
        watch: Watcher,
        streamed: bool = False,
    ) -> None:
        self._model = model
        self._application = application
        self._problem = problem
        self._settings = settings
        self._watch = watch
        self._streamed = streamed
        self._began = time.monotonic()
        self._system = Message("system", render(application.name, "system"))
        self._sample_rows = 1
        self._cost = Cost()
        self.exchanges: list[Exchange] = []

    async def begin(self, kind: FeedbackKind) -> Dialogue:
        """Begin a dialogue with the problem. A baseline's is the one that generates programs."""
        variables = await self._application.variables(self._problem, sample_rows=self._sample_rows)
        dialogue = Dialogue(self._application, kind, variables)
        if self._settings.style == "few-shot":
            dialogue.exemplars = [
                exemplar_messages(self._application, exemplar, kind, self._problem)
                for exemplar in self._application.exemplars(self._problem, kind)
            ]
        return dialogue

    async def ask(self, dialogue: Dialogue, step: Step, read: Callable[[Reply], T], **variables: object) -> T:
        """Ask for one thing and read it.

        Args:
            dialogue: the conversation so far; the request is added to it, the reply is not.
            step: the template of the request.
            read: reads the reply; raises `UnreadableReplyError` if it cannot.
            variables: what the step's template names.

        Raises:
            Ended: a budget is spent, or the conversation does not fit.
            UnreadableReplyError: neither the reply nor the one to the repair request could be read.
        """
        dialogue.ask(step, **variables)
        (reply,) = await self._send(dialogue, step)
        return await self._read(dialogue, step, reply, read)

    async def sample(
        self, dialogue: Dialogue, read: Callable[[Reply], T], samples: int
    ) -> list[T | UnreadableReplyError]:
        """Ask for several first programs, at temperature 0.7 if there is more than one; as `ask` for each."""
        dialogue.ask(Step.GENERATE)
        replies = await self._send(dialogue, Step.GENERATE, samples)
        found: list[T | UnreadableReplyError] = []
        for reply in replies:
            try:
                found.append(await self._read(dialogue, Step.GENERATE, reply, read))
            except UnreadableReplyError as error:
                found.append(error)
        return found

    async def _read(self, dialogue: Dialogue, step: Step, reply: Reply, read: Callable[[Reply], T]) -> T:
        try:
            return read(reply)
        except UnreadableReplyError as error:
            if _thought_too_long(reply):
                raise self._explained(error, reply) from None
            what = {"reason": error.reason, "matter": str(error), "asked": step}
            again = render(self._application.name, "repair", **what, **dialogue.variables)
        unreadable = (Message("assistant", reply.text),) if reply.text.strip() else ()
        (reply,) = await self._send(dialogue, step, extra=(*unreadable, Message("user", again)))
        try:
            return read(reply)
        except UnreadableReplyError as error:
            raise self._explained(error, reply) from None

    def _explained(self, error: UnreadableReplyError, reply: Reply) -> UnreadableReplyError:
        """The error, with the option that helps where a limit cut the reply off."""
        if reply.finish != "length":
            return error
        limit, tokens = self._settings.max_tokens, reply.completion_tokens
        if tokens is not None and tokens < limit * _MOST_OF_LIMIT:
            said = f"The server cut the reply off after {tokens} of {limit} tokens: the model's context may be full."
        else:
            said = f"The reply was cut off at {limit} tokens: allow more with --max-tokens (max_tokens)."
        return UnreadableReplyError(error.reason, said)

    async def _send(
        self, dialogue: Dialogue, step: Step, samples: int = 1, extra: tuple[Message, ...] = ()
    ) -> list[Reply]:
        """Send the dialogue, shortened as far as needed, and record what came back."""
        while True:
            self._check_budget(samples)
            sent = joined([dialogue.messages(), extra])
            request = self._request(dialogue, sent, samples)
            self._watch(Asking(step, samples, repair=bool(extra)))
            try:
                async with asyncio.timeout(self._seconds_left()):
                    replies = await self._ask(request, samples)
                break
            except ContextOverflowError as error:
                if not await self._shorten(dialogue):
                    raise Ended(Ending.CONTEXT, str(error)) from None
            except TimeoutError:
                raise Ended(Ending.SECONDS, f"{self._settings.seconds:g} seconds were allowed") from None
        for reply in replies:
            exchange = Exchange(step, sent, len(dialogue.exemplars), reply, repair=bool(extra))
            self.exchanges.append(exchange)
            self._pay(reply)
            self._watch(Answered(exchange))
        return replies

    async def _ask(self, request: Request, samples: int) -> list[Reply]:
        follow = (lambda text: self._watch(Streamed(text))) if self._streamed and samples == 1 else None
        hooks = AskHooks(on_text=follow, on_wait=lambda reason: self._watch(Waiting(reason)))
        return await self._model.ask(request, samples, hooks)

    def _request(self, dialogue: Dialogue, sent: tuple[Message, ...], samples: int) -> Request:
        messages = joined([(self._system,), *dialogue.exemplars, sent])
        temperature = 0.7 if samples > 1 else 0.0
        if self._model.form == "completion":
            prompt = as_completion(messages)
            return Request((), prompt, temperature, self._settings.max_tokens, stop=COMPLETION_STOP)
        return Request(messages, "", temperature, self._settings.max_tokens)

    async def _shorten(self, dialogue: Dialogue) -> bool:
        """Leave out half of the exemplars, the farthest first; then the tables' sample rows."""
        if dialogue.exemplars:
            del dialogue.exemplars[: -(len(dialogue.exemplars) // 2) or None]
            return True
        if self._sample_rows:
            self._sample_rows = 0
            shorter = await self._application.variables(self._problem, sample_rows=0)
            if shorter != dialogue.variables:
                dialogue.variables = shorter
                return True
        return False

    def _pay(self, reply: Reply) -> None:
        self._cost = dataclasses.replace(
            self._cost,
            calls=self._cost.calls + 1,
            stored_calls=self._cost.stored_calls + reply.stored,
            prompt_tokens=self._cost.prompt_tokens + (reply.prompt_tokens or 0),
            completion_tokens=self._cost.completion_tokens + (reply.completion_tokens or 0),
        )

    def _check_budget(self, samples: int) -> None:
        limit, cost = self._settings, self._cost
        if limit.calls is not None and cost.calls + samples > limit.calls:
            raise Ended(Ending.CALLS, f"{limit.calls} calls were allowed")
        if limit.tokens is not None and cost.prompt_tokens + cost.completion_tokens >= limit.tokens:
            raise Ended(Ending.TOKENS, f"{limit.tokens} tokens were allowed")

    def _seconds_left(self) -> float | None:
        if self._settings.seconds is None:
            return None
        return max(0.0, self._settings.seconds - self._seconds())

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def cost(self) -> Cost:
        """What the talk cost so far."""
        return dataclasses.replace(self._cost, seconds=self._seconds())


def _thought_too_long(reply: Reply) -> bool:
    """Whether thinking took all the tokens, shown or not: asked again, it would take them again."""
    return reply.finish == "length" and bool(reply.thinking or (reply.completion_tokens and not reply.text.strip()))

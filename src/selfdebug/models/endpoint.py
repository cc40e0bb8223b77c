"""A model behind an OpenAI-compatible endpoint: OpenAI, vLLM, llama.cpp's server, Ollama, and their like.

    async with Endpoint("qwen2.5-coder", "http://localhost:8000/v1") as model:
        [reply] = await model.ask(Request(messages=(Message("user", "Hello"),)))

Here: samples, tries and what to tell the user. `connection` sends, `dialect` writes and reads, `failures` reads errors.
Tries are our own and not the `openai` package's, for it neither tries again after a broken body, nor tells a spent
quota from a busy server, nor lets all calls of an endpoint wait when one is told to.
"""

import asyncio
import math
import random
import time
from collections import Counter
from dataclasses import replace
from typing import Any, NoReturn

from selfdebug.messages import Form, Reply, Request
from selfdebug.models.address import read_address
from selfdebug.models.connection import FEW, NO_REPLY, Connection, PassingError, RefusalError
from selfdebug.models.dialect import ServerDialect
from selfdebug.models.errors import (
    BadReplyError,
    ContextOverflowError,
    ModelError,
    OverloadedError,
    RefusedRequestError,
    UnknownModelError,
    UnreachableError,
    WrongKeyError,
)
from selfdebug.models.failures import CallFailure
from selfdebug.models.model import NO_HOOKS, AskHooks, ClosingModel, gather_replies

_FIRST_WAIT = 0.5
_LONGEST_WAIT = 30.0
_LONGEST_ASKED_WAIT = 120.0
_CROWDED = 10
"""How many times more calls than tries there may be, where the server is busy with our other calls."""
_MOST_LOWERED = 8
"""How often the tokens of a reply are lowered to what fits beside the prompt."""
_NAMES_SHOWN = 8
_PATHS = {"chat": "/chat/completions", "completion": "/completions"}


class Endpoint(ClosingModel):
    """A model at a server that speaks OpenAI's protocol.

    Args:
        name: the model's name at the server.
        base_url: such as ``http://localhost:8000/v1``; default: ``OPENAI_BASE_URL``, else OpenAI's own.
        api_key: default: ``OPENAI_API_KEY``; needed by OpenAI, not by a local server.
        form: "chat" or "completion" (for base models).
        timeout: seconds for one call, from sending it to having the whole reply.
        attempts: how often a call is tried at most; time-outs, dead hosts and answers without sense fewer times.
        concurrency: calls under way at one time.

    Raises:
        UnreachableError: the base URL is none.
        WrongKeyError: OpenAI's own server without a key.
    """

    def __init__(
        self,
        name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        form: Form = "chat",
        timeout: float = 600.0,
        attempts: int = 8,
        concurrency: int = 64,
    ) -> None:
        address = read_address(base_url, api_key)
        self.name = name
        self.form: Form = form
        self.address = address.url
        self._connection = Connection(address, timeout, concurrency)
        self._dialect = ServerDialect(name, form)
        self._attempts = attempts
        self._places = asyncio.Semaphore(concurrency)
        self._served = 0
        self._resume_at = 0.0
        """When calls may go on, in the loop's time: a server that is told to be busy is left alone by all."""

    def __repr__(self) -> str:
        return f"Endpoint({self.name!r}, {self.address!r}, form={self.form!r})"

    async def ask(self, request: Request, samples: int = 1, hooks: AskHooks = NO_HOOKS) -> list[Reply]:
        if request.form != self.form or samples < 1:
            raise ValueError(f"{samples} samples of a {request.form} request, of a model in {self.form} form")
        if samples > 1:
            hooks = replace(hooks, on_text=None)
        # Greedy samples are equal: who asks for several wants to see each computed, and some servers refuse `n` then.
        together = not self._dialect.one_at_a_time and request.temperature > 0 and samples > 1
        replies = await self._several(request, samples, hooks) if together else []
        rest = range(len(replies), samples)
        return replies + await gather_replies(self._samples(request, index, 1, hooks) for index in rest)

    async def _several(self, request: Request, samples: int, hooks: AskHooks) -> list[Reply]:
        """As many of the samples as one call gives."""
        try:
            replies = await self._samples(request, 0, samples, hooks)
        except RefusedRequestError:
            # Each server says in its own way that it does not take `n`. If it takes the rest, that was the reason.
            replies = await self._samples(request, 0, 1, hooks)
        if len(replies) < samples:
            self._dialect.one_at_a_time = True
        return replies

    async def _samples(self, request: Request, first: int, count: int, hooks: AskHooks) -> list[Reply]:
        """One call's samples, from the index `first`."""
        replies = (await self._persist(request, first, count, hooks))[:count]
        if hooks.on_reply is not None:
            for index, reply in enumerate(replies, first):
                await hooks.on_reply(index, reply)
        return replies

    async def _persist(self, request: Request, first: int, count: int, hooks: AskHooks) -> list[Reply]:
        """Call until there is a reply, or no sense in going on."""
        tries = calls = lowered = 0
        limited: Counter[type[ModelError]] = Counter()
        served = self._served
        while True:
            body = self._dialect.write(request, first, count, in_parts=hooks.on_text is not None)
            try:
                async with self._places:
                    if (delay := self._resume_at - asyncio.get_running_loop().time()) > 0:
                        await _sleep(delay, f"{self.address} asked for a pause", hooks)
                    return await self._call(body, request, hooks)
            except RefusalError as refusal:
                room = refusal.failure.room(request.max_tokens)
                if room is not None and lowered < _MOST_LOWERED:
                    lowered += 1
                    request = replace(request, max_tokens=room)
                elif refusal.failure.is_overflow or not self._dialect.learn(refusal.failure, body):
                    await self._explain(refusal.failure)
            except PassingError as passing:
                calls += 1
                # A server that serves our other calls meanwhile is only busy with ourselves.
                tries += not (passing.is_busy and self._served > served)
                served = self._served
                too_long = passing.wait is not None and passing.wait > _LONGEST_ASKED_WAIT
                limited[type(passing.error)] += passing.tries is not None
                spent = passing.tries is not None and limited[type(passing.error)] >= passing.tries
                if too_long or spent or tries >= self._attempts or calls >= self._attempts * _CROWDED:
                    raise passing.error from None
                what = f"{self.address}: {passing.brief} (try {max(tries, 1)} of {self._attempts})"
                await self._wait(calls, passing.wait, what, hooks)

    async def _call(self, body: dict[str, Any], request: Request, hooks: AskHooks) -> list[Reply]:
        start = time.perf_counter()
        answer = await self._connection.post(_PATHS[self.form], body, hooks.on_text if "stream" in body else None)
        self._served += 1
        try:
            return self._dialect.read(answer, request, time.perf_counter() - start)
        except ValueError as error:
            unusable = BadReplyError(f"{self.address} sent no usable reply: {error}.")
            raise PassingError(unusable, FEW, brief=NO_REPLY) from None

    async def _wait(self, calls: int, asked: float | None, what: str, hooks: AskHooks) -> None:
        """Wait as long as the server asks, and let all others wait, too; else twice as long as the last time.

        The chance in it keeps calls that failed together from coming back together.
        """
        if asked is None:
            seconds = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (calls - 1)) * random.uniform(0.5, 1)
            await _sleep(seconds, what, hooks)
            return
        self._resume_at = max(self._resume_at, asyncio.get_running_loop().time() + asked)
        await _sleep(asked * random.uniform(1, 1.5), what, hooks)

    async def _explain(self, failure: CallFailure) -> NoReturn:
        """Raise the error that tells the user what to do."""
        said = failure.said or f"status {failure.status}"
        if failure.is_overflow:
            raise ContextOverflowError(f"The prompt is too long for {self.name}: {said}")
        if failure.is_quota:
            raise OverloadedError(f"The quota at {self.address} is used up: add credit, or use another key. ({said})")
        if failure.is_unknown_model:
            raise UnknownModelError(f"{self.address} has no model {self.name!r}{await self._offer()}")
        if failure.status in (401, 403):
            raise WrongKeyError(f"{self.address} does not accept the API key: check OPENAI_API_KEY. ({said})")
        if failure.status in (404, 405):
            raise UnreachableError(
                f"{self.address} has no {_PATHS[self.form]} (status {failure.status}): base URLs usually end in /v1."
                f" ({said})"
            )
        hint = " A model without a chat template takes the form 'completion'." if "chat template" in said else ""
        raise RefusedRequestError(f"{self.address} refused the request: {said}{hint}")

    async def _offer(self) -> str:
        """The rest of a sentence about an unknown model."""
        try:
            names = await self.models()
        except ModelError:
            return ": check its name."
        shown = ", ".join(names[:_NAMES_SHOWN]) + (", …" if len(names) > _NAMES_SHOWN else "")
        return f"; it has {shown}." if names else ": it lists none."

    async def models(self) -> tuple[str, ...]:
        """The names that the server lists.

        Raises:
            ModelError: it does not list any, or does not answer.
        """
        try:
            body = await self._connection.get("/models")
            return tuple(str(entry["id"]) for entry in body.get("data") or ())
        except PassingError as passing:
            raise passing.error from None
        except RefusalError as refusal:
            if refusal.failure.status in (401, 403):
                await self._explain(refusal.failure)
            raise UnreachableError(f"{self.address} does not list its models: base URLs usually end in /v1.") from None
        except (AttributeError, KeyError, TypeError):
            raise BadReplyError(f"{self.address} lists its models in an unknown format: name the model.") from None

    async def close(self) -> None:
        await self._connection.close()


async def _sleep(seconds: float, what: str, hooks: AskHooks) -> None:
    """Sleep, and tell every second what for and how long yet."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while (left := end - loop.time()) > 0:
        if hooks.on_wait is not None:
            hooks.on_wait(f"{what}; trying again in {math.ceil(left)} s")
        await asyncio.sleep(min(left, 1.0))

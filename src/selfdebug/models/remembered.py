"""A model that never pays twice: replies are read from a store, and only what is missing is asked for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import groupby
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary

from selfdebug.messages import Form, Reply, Request
from selfdebug.models.model import Follow, Keep, Model, Notice
from selfdebug.models.store import Question, ReplyStore


class Remembered:
    """A model with a reply store in front.

    Each reply is stored as soon as it is there, before the others of its call and before it is used. Failures are
    not stored. A second identical request waits for the first, then finds its replies stored.

    Args:
        model: what to ask; closing this one closes it.
        store: where replies are; not closed with the model, for several models may share it.
        read: False asks for everything anew, and replaces what is stored.
    """

    def __init__(self, model: Model, store: ReplyStore, read: bool = True) -> None:
        self.model = model
        self.store = store
        self._read = read
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """The requests that are being asked now, by their keys."""

    def __repr__(self) -> str:
        return f"Remembered({self.model!r}, {self.store!r})"

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def form(self) -> Form:
        return self.model.form

    @property
    def address(self) -> str:
        return self.model.address

    async def ask(
        self,
        request: Request,
        samples: int = 1,
        *,
        keep: Keep | None = None,
        follow: Follow | None = None,
        notice: Notice | None = None,
    ) -> list[Reply]:
        """See `Model.ask`."""
        question = Question.of(self.name, self.address, self.form, request)
        if not self._read:
            return await self._ask_for(list(range(samples)), question, request, keep, follow, notice)
        async with self._asking.setdefault(question.key, asyncio.Lock()):
            found = await self.store.get(question)
            stored = {index: reply for index, reply in found.items() if index < samples}
            if keep is not None:
                for index, reply in stored.items():
                    await keep(index, reply)
            missing = [index for index in range(samples) if index not in stored]
            new = await self._ask_for(missing, question, request, keep, follow if samples == 1 else None, notice)
        replies = stored | dict(zip(missing, new, strict=True))
        return [replies[index] for index in range(samples)]

    async def _ask_for(
        self,
        indices: list[int],
        question: Question,
        request: Request,
        keep: Keep | None,
        follow: Follow | None,
        notice: Notice | None,
    ) -> list[Reply]:
        """Ask for the samples of these indices and store them, run by run of neighbours."""
        runs = [[index for _, index in run] for _, run in groupby(enumerate(indices), lambda pair: pair[1] - pair[0])]
        parts = await asyncio.gather(
            *(self._ask_run(run[0], len(run), question, request, keep, follow, notice) for run in runs),
            return_exceptions=True,
        )
        replies: list[Reply] = []
        for part in parts:
            if isinstance(part, BaseException):
                raise part
            replies += part
        return replies

    async def _ask_run(
        self,
        first: int,
        count: int,
        question: Question,
        request: Request,
        keep: Keep | None,
        follow: Follow | None,
        notice: Notice | None,
    ) -> list[Reply]:
        async def store(index: int, reply: Reply) -> None:
            await self.store.put(question, first + index, reply)
            if keep is not None:
                await keep(first + index, reply)

        # Sample number i has the seed of the request plus i, also when the ones before it are there already.
        seed = None if request.seed is None else request.seed + first
        return await self.model.ask(replace(request, seed=seed), count, keep=store, follow=follow, notice=notice)

    async def close(self) -> None:
        """Close the model."""
        await self.model.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

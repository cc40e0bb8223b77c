"""A model that never pays twice: replies are read from a store, and only what is missing is asked for."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from weakref import WeakValueDictionary

from selfdebug.messages import Form, Reply, Request
from selfdebug.models.model import NO_HOOKS, AskHooks, ClosingModel, Model, gather_replies
from selfdebug.storage.stored_request import ReplyStorage, StoredRequest


class StoringModel(ClosingModel):
    """A model with a reply store in front.

    Each reply is stored as soon as it is there, before the others of its call and before it is used. Failures are
    not stored. A second identical request waits for the first, then finds its replies stored.

    Args:
        model: what to ask; closing this one closes it.
        store: where replies are; not closed with the model, for several models may share it.
        read: False asks for everything anew, and replaces what is stored.
    """

    def __init__(self, model: Model, store: ReplyStorage, read: bool = True) -> None:
        self.model, self.store, self._read = model, store, read
        self.name, self.address = model.name, model.address
        self.form: Form = model.form
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """One for each request that is being asked now, by its key."""

    def __repr__(self) -> str:
        return f"StoringModel({self.model!r}, {self.store!r})"

    async def ask(self, request: Request, samples: int = 1, hooks: AskHooks = NO_HOOKS) -> list[Reply]:
        key = StoredRequest.of(self.name, self.address, self.form, request)
        if not self._read:
            return await self._ask_missing(range(samples), key, request, hooks)
        if samples > 1:
            hooks = replace(hooks, on_text=None)
        async with self._locks.setdefault(key.key, asyncio.Lock()):
            stored = {index: reply for index, reply in (await self.store.get(key)).items() if index < samples}
            if hooks.on_reply is not None:
                for index, reply in stored.items():
                    await hooks.on_reply(index, reply)
            missing = [index for index in range(samples) if index not in stored]
            new = await self._ask_missing(missing, key, request, hooks)
        replies = stored | dict(zip(missing, new, strict=True))
        return [replies[index] for index in range(samples)]

    async def _ask_missing(
        self, indices: Sequence[int], key: StoredRequest, request: Request, hooks: AskHooks
    ) -> list[Reply]:
        """Ask for the samples of these indices and store them, all neighbours in one call."""
        neighbours = groupby(enumerate(indices), lambda pair: pair[1] - pair[0])
        runs = [[index for _, index in run] for _, run in neighbours]
        return await gather_replies(self._ask_run(run[0], len(run), key, request, hooks) for run in runs)

    async def _ask_run(
        self, first: int, count: int, key: StoredRequest, request: Request, hooks: AskHooks
    ) -> list[Reply]:
        async def store(index: int, reply: Reply) -> None:
            await self.store.put(key, first + index, reply)
            if hooks.on_reply is not None:
                await hooks.on_reply(first + index, reply)

        # Sample number i has the seed of the request plus i, also when the ones before it are there already.
        seed = None if request.seed is None else request.seed + first
        return await self.model.ask(replace(request, seed=seed), count, replace(hooks, on_reply=store))

    async def close(self) -> None:
        await self.model.close()

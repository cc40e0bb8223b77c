"""The protocol of everything that replies. What it is asked and replies is in `selfdebug.messages`."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, Self

from selfdebug.messages import Form, Reply, Request


@dataclass(frozen=True, slots=True)
class AskHooks:
    """What is called while a model is asked; each may be left out.

    Attributes:
        on_reply: awaited with a sample's index and its reply as soon as it is there, also when another one fails later.
        on_text: where one reply is asked for, called with its text so far whenever there is more of it, from the
            beginning again if the call has to be tried again. Never called by what does not send replies in parts, nor
            for a stored reply; what comes back is the same.
        on_wait: called with a sentence while a failed call waits for its next try, every second.
    """

    on_reply: Callable[[int, Reply], Awaitable[None]] | None = None
    on_text: Callable[[str], None] | None = None
    on_wait: Callable[[str], None] | None = None


NO_HOOKS = AskHooks()


class Model(Protocol):
    """Anything that replies.

    Attributes:
        name: as shown to people.
        form: which requests it takes.
        address: where it is, without credentials; with `name` it identifies the model in a reply store.
    """

    @property
    def name(self) -> str: ...

    @property
    def form(self) -> Form: ...

    @property
    def address(self) -> str: ...

    async def ask(self, request: Request, samples: int = 1, hooks: AskHooks = NO_HOOKS) -> list[Reply]:
        """Get independent replies to one request.

        Args:
            request: the question, in this model's form.
            samples: how many replies.
            hooks: what is called meanwhile.

        Returns:
            The replies, in the order of the samples.

        Raises:
            ModelError: a sample could not be had.
            ValueError: the request is not in this model's form, or `samples` is below 1.
        """
        ...

    async def close(self) -> None:
        """Let go of connections, and of what was started for this model."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...


class ClosingModel:
    """Base of models: `async with` closes them."""

    async def close(self) -> None:
        """Let go of connections, and of what was started for this model; here, there is nothing."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def gather_replies(calls: Iterable[Awaitable[list[Reply]]]) -> list[Reply]:
    """The replies of several calls, in their order; all calls end before the failure of one is raised."""
    replies: list[Reply] = []
    for result in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result
        replies += result
    return replies

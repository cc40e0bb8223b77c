"""The protocol of everything that replies. What it is asked and replies is in `selfdebug.messages`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Protocol, Self, TypeAlias

from selfdebug.messages import Form, Reply, Request

Keep: TypeAlias = Callable[[int, Reply], Awaitable[None]]
"""Takes a sample's index and its reply."""
Follow: TypeAlias = Callable[[str], None]
"""Takes the text of a reply so far."""
Notice: TypeAlias = Callable[[str], None]
"""Takes a sentence about why a call has to wait, and for how long."""


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

    async def ask(
        self,
        request: Request,
        samples: int = 1,
        *,
        keep: Keep | None = None,
        follow: Follow | None = None,
        notice: Notice | None = None,
    ) -> list[Reply]:
        """Get independent replies to one request.

        Args:
            request: the question, in this model's form.
            samples: how many replies.
            keep: awaited with each reply as soon as it is there, also when another one fails later.
            follow: where one reply is asked for, called with its text so far whenever there is more of it, from the
                beginning again if the call has to be tried again. Never called by what does not send replies in parts,
                nor for a stored reply; what comes back is the same.
            notice: called while a failed call waits for its next try, every second.

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

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

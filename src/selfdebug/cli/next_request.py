"""A model that never answers by itself: it shows what would be asked next.

It replies from the store, then from replies given by hand, and ends the run at the first request that has neither. So
what it shows is what the debugger itself was about to send. It makes no connection.
"""

from __future__ import annotations

from collections.abc import Sequence

from selfdebug.messages import Form, Reply, Request
from selfdebug.models.model import NO_HOOKS, AskHooks, ClosingModel
from selfdebug.storage.stored_request import ReplyStorage, StoredRequest


class UnansweredError(Exception):
    """A request that nothing answers. Not an error of the user or of a model: it is what was looked for."""

    def __init__(self, request: Request, samples: int) -> None:
        super().__init__("no reply is stored")
        self.request, self.samples = request, samples


class NextRequest(ClosingModel):
    """The model of ``selfdebug prompt``; see `selfdebug.models.Model`."""

    def __init__(
        self, name: str, address: str, form: Form, store: ReplyStorage | None, replies: Sequence[str] = ()
    ) -> None:
        """Make it.

        Args:
            name, address, form: of the model whose replies are stored.
            store: where they are; ``None`` reads none.
            replies: given by hand, for requests that are not stored, in their order.
        """
        self.name, self.address, self.form = name, address, form
        self._store, self._replies = store, list(replies)

    @property
    def unused(self) -> int:
        """How many replies were given and not asked for."""
        return len(self._replies)

    async def ask(self, request: Request, samples: int = 1, hooks: AskHooks = NO_HOOKS) -> list[Reply]:
        """Answer from the store and by hand; samples that are missing are taken in their order.

        Raises:
            UnansweredError: a sample has no reply.
        """
        key = StoredRequest.of(self.name, self.address, self.form, request)
        stored = await self._store.get(key) if self._store else {}
        answers: list[Reply] = []
        for sample in range(samples):
            if sample in stored:
                answers.append(stored[sample])
            elif self._replies:
                answers.append(Reply(self._replies.pop(0)))
            else:
                raise UnansweredError(request, samples)
        return answers

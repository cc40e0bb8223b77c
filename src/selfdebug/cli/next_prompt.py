"""``--show-prompt``: exactly what would be sent to the model next, and nothing is sent.

It runs the debugger with a model that replies from the store, then with the replies that were given by hand, and ends
the run at the first request that has neither. So what is shown is what the debugger itself was about to send, and no
second way of making a prompt exists that could differ from the first. No connection is made.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict

import typer

from selfdebug.api import open_debugger
from selfdebug.applications.problem_input import PreparedProblem
from selfdebug.cli import running
from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import complain
from selfdebug.cli.output import put
from selfdebug.events import Asking, Event
from selfdebug.messages import EMBEDDED, Form, Reply, Request
from selfdebug.models.address import read_address
from selfdebug.models.gguf_file import read_gguf
from selfdebug.models.local import PREFIX
from selfdebug.models.model import NO_HOOKS, AskHooks, ClosingModel
from selfdebug.models.opening import file_of
from selfdebug.safe_text import counted
from selfdebug.storage.replies import ReplyStore
from selfdebug.storage.stored_request import ReplyStorage, StoredRequest
from selfdebug.trajectory import Trajectory


class UnansweredError(Exception):
    """A request that nothing answers. Not an error of the user or of a model: it is what was looked for."""

    def __init__(self, request: Request, samples: int) -> None:
        super().__init__("no reply is stored")
        self.request, self.samples = request, samples


class StoredRepliesOnly(ClosingModel):
    """A model that never answers by itself; see `selfdebug.models.Model`."""

    def __init__(
        self, name: str, address: str, form: Form, store: ReplyStorage | None, replies: Sequence[str] = ()
    ) -> None:
        """Make it.

        Args:
            name, address, form: of the model whose replies are stored.
            store: where they are; ``None`` reads none.
            replies: given by hand, for requests that are not stored, in their order; those that are left are `unused`.
        """
        self.name, self.address, self.form = name, address, form
        self._store, self.unused = store, list(replies)

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
            elif self.unused:
                answers.append(Reply(self.unused.pop(0)))
            else:
                raise UnansweredError(request, samples)
        return answers


def show_next_prompt(
    task: PreparedProblem, configuration: Configuration, replies: Sequence[str], *, as_json: bool
) -> None:
    """Show the next request of a problem, or print it exactly, as JSON.

    The configuration says whose stored replies are used; `replies` are given by hand.
    """
    settings = running.settings_of(configuration)
    running.check_feedback(task.problem, settings)
    running.say_model(configuration)
    asked: list[Asking] = []

    def watch(event: Event) -> None:
        if isinstance(event, Asking):
            asked.append(event)

    async def work(model: StoredRepliesOnly) -> Trajectory:
        application = task.problem.application
        async with open_debugger(model, settings, applications=(application,), unsafe=configuration.unsafe) as debugger:
            return await debugger.debug(task.problem, task.program, watch=watch)

    with ExitStack() as stack:
        name, address, form = _identity(configuration)
        store = stack.enter_context(ReplyStore(configuration.store or None)) if configuration.cache and name else None
        model = StoredRepliesOnly(name, address, form, store, replies)
        try:
            trajectory = asyncio.run(work(model))
        except UnansweredError as unanswered:
            _print(unanswered, asked[-1], model.name, as_json)
            return
    put(f"Nothing more would be asked after {counted(len(asked), 'request')}: {trajectory.ending}.")
    if model.unused:
        complain(f"{counted(len(model.unused), 'of the given replies was', 'of the given replies were')} not needed.")


def _identity(configuration: Configuration) -> tuple[str, str, Form]:
    """Name, address and form under which the configured model's replies are stored. Nothing is opened."""
    form: Form = "completion" if configuration.form == "completion" else "chat"
    name = running.model_of(configuration)
    if (path := file_of(name)) is not None:
        file = read_gguf(path)
        form = form if configuration.form or file.has_chat_template else "completion"
        return name if name == EMBEDDED else PREFIX + file.path.name, f"{PREFIX}{file.digest}", form
    # A key is not needed to know the address, nor is one read.
    address = read_address(configuration.base_url or os.environ.get("OPENAI_BASE_URL"), "none")
    return configuration.model, address.url, form


def _print(unanswered: UnansweredError, asking: Asking, model: str, as_json: bool) -> None:
    request = unanswered.request
    if as_json:
        whole = {
            "step": asking.step.name,
            "repair": asking.repair,
            "model": model,
            "samples": unanswered.samples,
            "request": asdict(request),
        }
        put(json.dumps(whole, indent=2, ensure_ascii=False))
        return
    samples = f", {unanswered.samples} samples" if unanswered.samples > 1 else ""
    repair = " again, because the last reply could not be read" if asking.repair else ""
    head = f"step {asking.step}{repair}; {request.form}, temperature {request.temperature:g}{samples}"
    complain(f"{head}, at most {request.max_tokens} tokens")
    if request.prompt:
        put(request.prompt)
        return
    for message in request.messages:
        typer.echo(typer.style(f"━━ {message.role} ━━", bold=True))
        put(f"{message.content}\n\n")

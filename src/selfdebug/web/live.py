"""Server-sent events: that a run has grown, or what is coming for something asked. A page fetches itself again then."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.concurrency import run_in_threadpool

from selfdebug.runs import RunStore
from selfdebug.storage import StoreError
from selfdebug.web.asking import AskedProblem
from selfdebug.web.text import cut

_LOOK_SECONDS = 1.0
_REPLY_SECONDS = 0.15
_SILENCE_SECONDS = 15.0
_REPLY_CHARACTERS = 8_000


def _event(name: str, data: Any = "") -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


async def run_events(store: RunStore, closing: asyncio.Event) -> AsyncIterator[str]:
    """Tells whenever a task was done, or a run was made or deleted; a sign of life in between; until it is closing."""
    known: dict[str, int] | None = None
    silent = 0.0
    while not closing.is_set():
        try:
            counts = await run_in_threadpool(store.counts)
        except StoreError:  # locked for long, or gone for a moment: the page stays as it is
            counts = known or {}
        if known is None:
            yield _event("ready")
        elif counts != known:
            silent = 0.0
            yield _event("changed")
        elif silent >= _SILENCE_SECONDS:
            silent = 0.0
            yield ": still here\n\n"
        known = counts
        await _pause(closing, _LOOK_SECONDS)
        silent += _LOOK_SECONDS


async def asked_events(asked: AskedProblem, closing: asyncio.Event) -> AsyncIterator[str]:
    """Tells of every new turn or exchange, and of the reply that is coming; ends when nothing more will come."""
    version, reply = asked.version, ""
    yield _event("ready")
    while not closing.is_set():
        if asked.version != version:
            version, reply = asked.version, ""
            yield _event("changed")
        elif asked.reply != reply:
            reply = asked.reply
            yield _event("reply", cut(reply[-_REPLY_CHARACTERS:]).text)
        if not asked.is_working:
            yield _event("ended")
            return
        await _pause(closing, _REPLY_SECONDS)


async def _pause(closing: asyncio.Event, seconds: float) -> None:
    """Wait, but not for longer than the server runs."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(closing.wait(), seconds)

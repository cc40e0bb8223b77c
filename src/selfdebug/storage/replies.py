"""Every reply that was paid for, kept under its whole request, so that no call is ever made twice.

A reply is stored before it is used. Replies that arrive together are written in one transaction by a thread of
their own, so that the event loop never waits for a disk. Several processes may share a store.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy
from sqlalchemy import Column, DateTime, Integer, String, Text

from selfdebug.messages import Reply
from selfdebug.reply_fields import finish_reason, token_count
from selfdebug.storage import StoreError
from selfdebug.storage.batches import Batches
from selfdebug.storage.database import LONG_TEXT, Store, write
from selfdebug.storage.stored_request import StoredRequest, canonical_json

tables = sqlalchemy.MetaData()
requests = sqlalchemy.Table(
    "model_request",
    tables,
    Column("key", String(64), primary_key=True),
    Column("model", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("request", LONG_TEXT, nullable=False),
)
"""Each request that was answered, as JSON for people to look at."""
replies = sqlalchemy.Table(
    "model_reply",
    tables,
    Column("key", String(64), primary_key=True),
    Column("sample", Integer, primary_key=True, autoincrement=False),
    Column("reply", LONG_TEXT, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
)
"""The replies, as JSON: text of any kind survives in it, also what PostgreSQL refuses in a text."""


@dataclass(frozen=True, slots=True)
class _Stored:
    request: StoredRequest
    sample: int
    reply: Reply


class ReplyStore(Store):
    """Replies in a database, SQLite's or another; `ReplyStorage` says what it does, `Store` how it is opened."""

    def __init__(self, url_or_path: str | Path | None = None) -> None:
        super().__init__(url_or_path, "replies", tables)
        self._reader = Batches(self._read, "replies-reader")
        self._writer = Batches(self._write, "replies-writer")
        self._batches += [self._reader, self._writer]

    async def get(self, request: StoredRequest) -> dict[int, Reply]:
        return await self._reader.submit(request.key)

    async def put(self, request: StoredRequest, sample: int, reply: Reply) -> None:
        await self._writer.submit(_Stored(request, sample, reply))

    def _read(self, keys: Sequence[str]) -> list[dict[int, Reply]]:
        query = sqlalchemy.select(replies.c.key, replies.c.sample, replies.c.reply).where(replies.c.key.in_(set(keys)))
        by_key: dict[str, dict[int, Reply]] = {key: {} for key in keys}
        for row in self._fetch(query.order_by(replies.c.sample)):
            reply = _load(row["reply"])
            if reply is not None:
                by_key[row["key"]][row["sample"]] = reply
        return [by_key[key] for key in keys]

    def _write(self, batch: Sequence[_Stored]) -> list[None]:
        # The later of two replies to the same sample counts; always in the same order, so that two processes do
        # not wait for each other.
        newest = {(item.request.key, item.sample): item for item in batch}
        items = [newest[place] for place in sorted(newest)]
        write(self.engine, lambda connection: _replace(connection, items))
        return [None] * len(batch)


def _replace(connection: sqlalchemy.Connection, items: Sequence[_Stored]) -> None:
    asked = {item.request.key: item.request for item in items}
    known = set(connection.scalars(sqlalchemy.select(requests.c.key).where(requests.c.key.in_(asked))))
    new = [asdict(request) for key, request in asked.items() if key not in known]
    if new:
        connection.execute(requests.insert(), new)
    old = replies.delete().where(
        replies.c.key == sqlalchemy.bindparam("old_key"), replies.c.sample == sqlalchemy.bindparam("old_sample")
    )
    connection.execute(old, [{"old_key": item.request.key, "old_sample": item.sample} for item in items])
    now = datetime.now(UTC)
    rows = [
        {"key": item.request.key, "sample": item.sample, "reply": _dump(item.reply), "stored_at": now} for item in items
    ]
    connection.execute(replies.insert(), rows)


def _dump(reply: Reply) -> str:
    fields = asdict(reply)
    del fields["stored"]
    return canonical_json(fields)


def _load(text: str) -> Reply | None:
    """A stored reply; None for one that broke off, as older versions stored it: it is asked for again."""
    try:
        reply = Reply(**json.loads(text), stored=True)
    except (TypeError, ValueError):
        raise StoreError("A stored reply cannot be read: somebody changed it. Delete it, or use --no-cache.") from None
    finish = finish_reason(reply.finish)
    prompt, completion = token_count(reply.prompt_tokens), token_count(reply.completion_tokens)
    says_nothing = not (reply.text or reply.thinking or reply.refusal) and prompt is None and completion is None
    if finish is None or (finish == "stop" and says_nothing):
        return None
    given = reply.log_probabilities
    probabilities = None if given is None else tuple(given)
    return replace(
        reply, finish=finish, prompt_tokens=prompt, completion_tokens=completion, log_probabilities=probabilities
    )

"""Every reply that was paid for, kept under its whole request, so that no call is ever made twice.

A reply is stored before it is used. Replies that arrive together are written in one transaction by a thread of
their own, so that the event loop never waits for a disk. Several processes may share a store.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import sqlalchemy
from sqlalchemy import Column, DateTime, Integer, String, Text

from selfdebug.messages import Form, Reply, Request
from selfdebug.models.batches import Batches
from selfdebug.models.database import LONG_TEXT, create_tables, open_database, reporting, shown, write
from selfdebug.models.dialect import count
from selfdebug.models.endings import ending_of
from selfdebug.models.errors import StoreError

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

_REQUEST_FIELDS = tuple(field.name for field in fields(Request))


@dataclass(frozen=True, slots=True)
class Question:
    """A request to one model, with the key under which its replies are stored.

    Attributes:
        key: SHA-256 of the canonical JSON of model, address and request, in hexadecimal digits.
        model: the model's name.
        address: where it is, without credentials.
        request: all fields of the request, and its form, as JSON.
    """

    key: str
    model: str
    address: str
    request: str

    @classmethod
    def of(cls, model: str, address: str, form: Form, request: Request) -> Self:
        asked: dict[str, Any] = {name: getattr(request, name) for name in _REQUEST_FIELDS}
        asked["messages"] = [{"role": message.role, "content": message.content} for message in request.messages]
        text = _canonical({"form": form, **asked})
        key = hashlib.sha256(f"{_canonical([model, address])}{text}".encode()).hexdigest()
        return cls(key, model, address, text)


@dataclass(frozen=True, slots=True)
class _Stored:
    question: Question
    sample: int
    reply: Reply


class ReplyStore:
    """Replies in a database, SQLite's or another.

    Args:
        url_or_path: an SQLAlchemy URL, or the path of a SQLite file; default: `store.db` in the user's data folder.

    Raises:
        StoreError: it cannot be opened, or a newer selfdebug made it.

    Attributes:
        engine: the database, for rooms that keep tables of their own in it (`database.create_tables`).
    """

    def __init__(self, url_or_path: str | Path | None = None) -> None:
        self.engine = open_database(url_or_path)
        create_tables(self.engine, "replies", tables)
        self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._reader = Batches(self._read, "replies-reader")
        self._writer = Batches(self._write, "replies-writer")

    def __repr__(self) -> str:
        return f"ReplyStore({shown(self.engine.url)!r})"

    async def get(self, question: Question) -> dict[int, Reply]:
        """The replies that are stored, by the sample's index, each marked as `stored`."""
        return await self._reader.submit(question.key)

    async def put(self, question: Question, sample: int, reply: Reply) -> None:
        """Store a reply; on return it is committed. One that was there is replaced."""
        await self._writer.submit(_Stored(question, sample, reply))

    def close(self) -> None:
        """Finish what is being written, and let go of the database."""
        self._reader.close()
        self._writer.close()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, keys: Sequence[str]) -> list[dict[int, Reply]]:
        wanted = sqlalchemy.select(replies.c.key, replies.c.sample, replies.c.reply).where(replies.c.key.in_(set(keys)))
        found: dict[str, dict[int, Reply]] = {key: {} for key in keys}
        with reporting(self.engine), self._reading.connect() as connection:
            for key, sample, text in connection.execute(wanted.order_by(replies.c.sample)):
                reply = _load(text)
                if reply is not None:
                    found[key][sample] = reply
        return [found[key] for key in keys]

    def _write(self, batch: Sequence[_Stored]) -> list[None]:
        # The later of two replies to the same sample counts; always in the same order, so that two processes do
        # not wait for each other.
        newest = {(item.question.key, item.sample): item for item in batch}
        items = [newest[place] for place in sorted(newest)]
        write(self.engine, lambda connection: _replace(connection, items))
        return [None] * len(batch)


def _replace(connection: sqlalchemy.Connection, items: Sequence[_Stored]) -> None:
    questions = {item.question.key: item.question for item in items}
    known = set(connection.scalars(sqlalchemy.select(requests.c.key).where(requests.c.key.in_(questions))))
    new = [asdict(question) for key, question in questions.items() if key not in known]
    if new:
        connection.execute(requests.insert(), new)
    old = replies.delete().where(
        replies.c.key == sqlalchemy.bindparam("old_key"), replies.c.sample == sqlalchemy.bindparam("old_sample")
    )
    connection.execute(old, [{"old_key": item.question.key, "old_sample": item.sample} for item in items])
    now = datetime.now(UTC)
    rows = [
        {"key": item.question.key, "sample": item.sample, "reply": _dump(item.reply), "stored_at": now}
        for item in items
    ]
    connection.execute(replies.insert(), rows)


def _canonical(value: object) -> str:
    """JSON that is the same for equal values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _dump(reply: Reply) -> str:
    fields = asdict(reply)
    del fields["stored"]
    return _canonical(fields)


def _load(text: str) -> Reply | None:
    """A stored reply; None for one that broke off, as older versions stored it: it is asked for again."""
    try:
        reply = Reply(**json.loads(text), stored=True)
    except (TypeError, ValueError):
        raise StoreError("A stored reply cannot be read: somebody changed it. Delete it, or use --no-cache.") from None
    finish = ending_of(reply.finish)
    prompt, completion = count(reply.prompt_tokens), count(reply.completion_tokens)
    says_nothing = not (reply.text or reply.thinking or reply.refusal) and prompt is None and completion is None
    if finish is None or (finish == "stop" and says_nothing):
        return None
    given = reply.log_probabilities
    probabilities = None if given is None else tuple(given)
    return replace(
        reply, finish=finish, prompt_tokens=prompt, completion_tokens=completion, log_probabilities=probabilities
    )

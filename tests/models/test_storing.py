"""A model with a store in front: what was paid for is never paid again, and nothing else is kept."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from selfdebug.messages import Reply
from selfdebug.models import AskHooks, Endpoint, ModelError, RefusedRequestError, StoringModel
from selfdebug.storage.replies import ReplyStore
from selfdebug.storage.stored_request import StoredRequest
from tests.model_server import Answer, Body, Failure, ModelServer
from tests.models.requests import chat

KEY = "sk-never-to-be-seen-0123456789"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReplyStore]:
    with ReplyStore(tmp_path / "store.db") as opened:
        yield opened


@pytest.fixture
def server() -> Iterator[ModelServer]:
    numbers = count()
    with ModelServer(lambda _: f"reply {next(numbers)}") as running:
        yield running


@pytest.fixture
async def model(server: ModelServer, store: ReplyStore) -> AsyncIterator[StoringModel]:
    async with StoringModel(Endpoint("tiny", server.url, KEY), store) as opened:
        yield opened


async def test_the_same_request_is_asked_once(model: StoringModel, server: ModelServer) -> None:
    [first] = await model.ask(chat())
    [second] = await model.ask(chat())
    assert (first.text, first.stored) == ("reply 0", False)
    assert (second.text, second.stored) == ("reply 0", True)
    assert (second.prompt_tokens, second.seconds) == (first.prompt_tokens, first.seconds)
    assert len(server.requests) == 1


async def test_only_the_missing_samples_are_asked_for(model: StoringModel, server: ModelServer) -> None:
    hot = chat(temperature=0.7)
    first = await model.ask(hot, 2)
    second = await model.ask(hot, 5)
    third = await model.ask(hot, 3)
    assert [reply.text for reply in second] == [f"reply {index}" for index in range(5)]
    assert [reply.stored for reply in second] == [True, True, False, False, False]
    assert [reply.text for reply in third] == [reply.text for reply in second][:3]
    assert [reply.text for reply in first] == [reply.text for reply in third][:2]
    assert [body["n"] for body in server.requests] == [2, 3]


async def test_missing_samples_have_the_seeds_they_would_have_had(store: ReplyStore) -> None:
    with ModelServer(lambda body: str(body["seed"]), ignores_n=True) as server:
        async with StoringModel(Endpoint("tiny", server.url), store) as model:
            await model.ask(chat(seed=10, temperature=0.7), 2)
            replies = await model.ask(chat(seed=10, temperature=0.7), 4)
    assert [reply.text for reply in replies] == ["10", "11", "12", "13"]


async def test_other_requests_models_and_addresses_are_asked(
    model: StoringModel, server: ModelServer, store: ReplyStore
) -> None:
    await model.ask(chat())
    await model.ask(chat(max_tokens=3))
    async with StoringModel(Endpoint("small", server.url), store) as other:
        await other.ask(chat())
    assert len(server.requests) == 3


async def test_two_identical_requests_at_once_are_paid_once(store: ReplyStore) -> None:
    with ModelServer(delay=0.05) as server:
        async with StoringModel(Endpoint("tiny", server.url), store) as model:
            replies = await asyncio.gather(*(model.ask(chat()) for _ in range(10)))
    assert len(server.requests) == 1
    assert sum(not reply.stored for [reply] in replies) == 1


async def test_when_the_first_of_two_is_cancelled_the_second_gets_its_reply(store: ReplyStore) -> None:
    with ModelServer(delay=0.1) as server:
        async with StoringModel(Endpoint("tiny", server.url), store) as model:
            first, second = (asyncio.create_task(model.ask(chat())) for _ in range(2))
            await asyncio.sleep(0.03)
            first.cancel()
            [reply] = await second
    assert reply.text == "pong"


async def test_without_reading_everything_is_asked_anew_and_replaced(server: ModelServer, store: ReplyStore) -> None:
    async with Endpoint("tiny", server.url) as endpoint:
        await StoringModel(endpoint, store).ask(chat())
        [anew] = await StoringModel(endpoint, store, read=False).ask(chat())
        [stored] = await StoringModel(endpoint, store).ask(chat())
    assert anew.text == stored.text == "reply 1"
    assert len(server.requests) == 2


async def test_failures_are_not_stored(store: ReplyStore) -> None:
    with ModelServer([Failure(400, "no"), "pong"]) as server:
        async with StoringModel(Endpoint("tiny", server.url), store) as model:
            with pytest.raises(RefusedRequestError):
                await model.ask(chat())
            [reply] = await model.ask(chat())
    assert (reply.text, reply.stored) == ("pong", False)


async def test_samples_that_arrived_are_stored_before_one_that_failed_is_reported(store: ReplyStore) -> None:
    is_broken = True

    def script(body: Body) -> Answer | Failure:
        return Failure(400, "no") if is_broken and body["seed"] == 1 else Answer(str(body["seed"]), delay=0.05)

    with ModelServer(script) as server:
        async with StoringModel(Endpoint("tiny", server.url), store) as model:
            with pytest.raises(ModelError):
                await model.ask(chat(seed=0), 4)
            is_broken = False
            replies = await model.ask(chat(seed=0), 4)
    assert [reply.text for reply in replies] == ["0", "1", "2", "3"]
    assert [reply.stored for reply in replies] == [True, False, True, True]
    assert len(server.requests) == 5


async def test_a_cancelled_request_keeps_the_samples_that_arrived(store: ReplyStore) -> None:
    with ModelServer(lambda body: Answer(str(body["seed"]), delay=0.0 if body["seed"] < 2 else 0.5)) as server:
        async with StoringModel(Endpoint("tiny", server.url), store) as model:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(model.ask(chat(seed=0), 3), 0.2)
            replies = await model.ask(chat(seed=0), 3)
    assert [reply.stored for reply in replies] == [True, True, False]


async def test_the_samples_are_handed_on_whether_stored_or_not(model: StoringModel) -> None:
    kept: list[tuple[int, bool]] = []

    async def keep(index: int, reply: object) -> None:
        kept.append((index, getattr(reply, "stored")))  # noqa: B009

    hot = chat(temperature=0.7)
    await model.ask(hot, 1)
    await model.ask(hot, 3, hooks=AskHooks(on_reply=keep))
    assert kept == [(0, True), (1, False), (2, False)]


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_no_key_is_anywhere_in_the_store(tmp_path: Path, server: ModelServer) -> None:
    path = tmp_path / "keys.db"
    url = server.url.replace("http://", "http://me:pass-word@") + "?token=hidden-token"
    with ReplyStore(path) as store:
        async with StoringModel(Endpoint("tiny", url, KEY), store) as model:
            await model.ask(chat("find me"))
            assert KEY not in repr(model)
    written = everything_in(tmp_path)
    assert b"find me" in written
    for secret in (KEY, "pass-word", "hidden-token"):
        assert secret.encode() not in written


RUN = """
import asyncio, sys
from selfdebug.messages import Message, Request
from selfdebug.models import Endpoint, StoringModel
from selfdebug.storage.replies import ReplyStore

async def main():
    store = ReplyStore(sys.argv[1])
    async with StoringModel(Endpoint("tiny", sys.argv[2], concurrency=4), store) as model:
        requests = [Request(messages=(Message("user", str(index)),)) for index in range(40)]
        replies = await asyncio.gather(*(model.ask(request) for request in requests))
    store.close()
    print([reply.text for [reply] in replies])

asyncio.run(main())
"""


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    with ModelServer(lambda body: f"to {body['messages'][0]['content']}", delay=0.02) as server:
        command = [sys.executable, "-c", RUN, str(tmp_path / "store.db"), server.url]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as first:
            while len(server.requests) < 15:
                assert first.poll() is None
                time.sleep(0.005)
            os.kill(first.pid, signal.SIGKILL)
        time.sleep(0.05)
        before = len(server.requests)
        second = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert second.stdout.strip() == str([f"to {index}" for index in range(40)])
    # Asked twice is at most what was under way, or just answered, when the process was killed.
    assert before < 40
    assert len(server.requests) <= 40 + 4 + 4


class Shelf:
    """Keeps replies in memory: all that a model needs of a store."""

    def __init__(self) -> None:
        self.replies: dict[str, dict[int, Reply]] = {}

    async def get(self, request: StoredRequest) -> dict[int, Reply]:
        return {sample: replace(reply, stored=True) for sample, reply in self.replies.get(request.key, {}).items()}

    async def put(self, request: StoredRequest, sample: int, reply: Reply) -> None:
        self.replies.setdefault(request.key, {})[sample] = reply


async def test_anything_that_keeps_replies_is_a_store(server: ModelServer) -> None:
    async with StoringModel(Endpoint("tiny", server.url), Shelf()) as model:
        asked = [await model.ask(chat(temperature=0.7), samples) for samples in (1, 2)]
    assert [[reply.stored for reply in replies] for replies in asked] == [[False], [True, False]]
    assert len(server.requests) == 2

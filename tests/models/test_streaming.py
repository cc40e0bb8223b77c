"""Replies that are shown while they come: the same as those that come in one piece."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from selfdebug.models import (
    Endpoint,
    Follow,
    LocalModel,
    Message,
    OverloadedError,
    RefusedRequestError,
    Remembered,
    Reply,
    ReplyStore,
    Request,
)
from selfdebug.models.streaming import Parts
from tests.model_server import Answer, CutOff, Failure, Garbage, ModelServer, Script
from tests.models.requests import chat, completion
from tests.tiny_gguf import write_tiny_gguf


async def ask(script: Script, request: Request, follow: Follow | None, **server: object) -> Reply:
    with ModelServer(script, **server) as opened:  # type: ignore[arg-type]
        async with Endpoint("tiny", opened.url, form=request.form) as model:
            [reply] = await model.ask(request, follow=follow)
    return replace(reply, seconds=0.0)


ANSWER = Answer("def f():\n    return 1\n", reasoning="Let me see.", usage=(9, 4), log_probabilities=(-0.5, -0.25))


@pytest.mark.parametrize("request_", [chat(log_probabilities=True), completion(log_probabilities=True), chat()])
@pytest.mark.parametrize("answer", [ANSWER, Answer("cut", finish="length", usage=None), Answer("", refusal="No.")])
async def test_a_reply_is_the_same_in_parts_and_in_one_piece(request_: Request, answer: Answer) -> None:
    told: list[str] = []
    in_parts = await ask(answer, request_, told.append, streams=True)
    assert in_parts == await ask(answer, request_, None)
    if answer.text:
        assert told[-1] == answer.text
        assert len(told) >= len(answer.text) // 3


async def test_a_part_may_be_long() -> None:
    answer = Answer("x", log_probabilities=(-0.25,) * 20_000)  # all in the last part
    reply = await ask(answer, chat(log_probabilities=True), [].append, streams=True)
    assert len(reply.log_probabilities or ()) == 20_000


async def test_what_the_model_thinks_is_told_until_it_speaks() -> None:
    told: list[str] = []
    await ask(ANSWER, chat(), told.append, streams=True)
    assert told[:4] == ["Let", "Let me", "Let me se", "Let me see."]
    assert told[4] == "def"


async def test_a_call_that_breaks_off_begins_anew_and_is_stored_once(tmp_path: Path) -> None:
    told: list[str] = []
    with (
        ModelServer([CutOff("never seen whole"), "whole"], streams=True) as server,
        ReplyStore(tmp_path / "s") as store,
    ):
        async with Remembered(Endpoint("tiny", server.url), store) as model:
            [reply] = await model.ask(chat(), follow=told.append)
            again: list[str] = []
            [stored] = await model.ask(chat(), follow=again.append)
    assert reply.text == "whole"
    assert "never" in " ".join(told)
    assert told[-2:] == ["who", "whole"]
    assert stored.stored
    assert again == []


@pytest.mark.parametrize("refused", ["stream", "stream_options"])
async def test_a_server_that_refuses_it_is_asked_without(refused: str) -> None:
    told: list[str] = []
    with ModelServer("pong", streams=True, refuses=[refused]) as server:
        async with Endpoint("tiny", server.url) as model:
            replies = [(await model.ask(chat(), follow=told.append))[0].text for _ in range(2)]
    assert replies == ["pong", "pong"]
    assert [refused in body for body in server.requests] == [True, False, False]
    assert bool(told) == (refused == "stream_options")


async def test_a_server_that_ignores_it_is_taken_as_it_is() -> None:
    told: list[str] = []
    assert (await ask("pong", chat(), told.append)).text == "pong"
    assert told == []


@pytest.mark.parametrize("bad", [Failure(503), Garbage(), Failure(429, headers={"retry-after": "0"})])
async def test_failures_are_tried_again_as_ever(bad: Failure | Garbage) -> None:
    told: list[str] = []
    assert (await ask([bad, "pong"], chat(), told.append, streams=True)).text == "pong"
    assert told == ["pon", "pong"]


async def test_refusals_are_said_as_ever() -> None:
    with pytest.raises(RefusedRequestError, match="not that"):
        await ask(Failure(400, "not that"), chat(), print, streams=True)


async def test_an_endless_reply_ends_at_the_timeout() -> None:
    with ModelServer(Answer("late", delay=30.0), streams=True) as server:
        async with Endpoint("tiny", server.url, timeout=0.1) as model:
            with pytest.raises(OverloadedError, match=r"no reply within 0\.1 s"):
                await model.ask(chat(), follow=print)


async def test_several_samples_come_in_one_piece() -> None:
    told: list[str] = []
    with ModelServer("pong", streams=True) as server:
        async with Endpoint("tiny", server.url) as model:
            for temperature in (0.0, 1.0):
                assert len(await model.ask(chat(temperature=temperature), 3, follow=told.append)) == 3
    assert told == []
    assert not any("stream" in body for body in server.requests)


async def test_a_file_streams(tmp_path: Path) -> None:
    told: list[str] = []
    path = write_tiny_gguf(tmp_path / "tiny.gguf")
    async with LocalModel(path, parallel=2, threads=1) as model:
        for log_probabilities in (False, True):
            request = Request(messages=(Message("user", "ping"),), max_tokens=16, log_probabilities=log_probabilities)
            [in_parts] = await model.ask(request, follow=told.append)
            [whole] = await model.ask(request)
            # What a character that is not whole at the end comes to is llama.cpp's choice.
            assert whole.text.startswith(in_parts.text)
            assert replace(in_parts, seconds=0.0, text="") == replace(whole, seconds=0.0, text="")
            assert len(told) > 1
            assert bool(in_parts.log_probabilities) == log_probabilities


@pytest.mark.parametrize(
    "data", ["1", "no JSON", '{"choices": 1}', '{"choices": [1]}', '{"choices": [{"logprobs": 1}]}']
)
def test_what_is_no_part_is_said_so(data: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Parts().add(data)


def test_an_error_in_place_of_a_part_is_kept() -> None:
    added = Parts()
    assert not added.add('{"error": {"code": 500, "message": "no"}}')
    assert added.error == {"error": {"code": 500, "message": "no"}}

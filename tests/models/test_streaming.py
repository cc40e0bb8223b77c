"""Replies that are shown while they come: the same as those that come in one piece."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from selfdebug.messages import Message, Reply, Request
from selfdebug.models import (
    AskHooks,
    Endpoint,
    LocalModel,
    OverloadedError,
    RefusedRequestError,
    StoringModel,
    connection,
    endpoint,
)
from selfdebug.models.streaming import Parts
from selfdebug.storage.replies import ReplyStore
from tests.model_server import Answer, CutOff, Failure, Garbage, ModelServer, Raw, Script
from tests.models.requests import chat, completion
from tests.tiny_gguf import write_tiny_gguf


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_FIRST_WAIT", 0.001)


async def ask(script: Script, request: Request, follow: Callable[[str], None] | None, **server: object) -> Reply:
    with ModelServer(script, **server) as opened:  # type: ignore[arg-type]
        async with Endpoint("tiny", opened.url, form=request.form) as model:
            [reply] = await model.ask(request, hooks=AskHooks(on_text=follow))
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
        async with StoringModel(Endpoint("tiny", server.url), store) as model:
            [reply] = await model.ask(chat(), hooks=AskHooks(on_text=told.append))
            again: list[str] = []
            [stored] = await model.ask(chat(), hooks=AskHooks(on_text=again.append))
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
            replies = [(await model.ask(chat(), hooks=AskHooks(on_text=told.append)))[0].text for _ in range(2)]
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
                await model.ask(chat(), hooks=AskHooks(on_text=print))


async def test_several_samples_come_in_one_piece() -> None:
    told: list[str] = []
    with ModelServer("pong", streams=True) as server:
        async with Endpoint("tiny", server.url) as model:
            for temperature in (0.0, 1.0):
                assert len(await model.ask(chat(temperature=temperature), 3, hooks=AskHooks(on_text=told.append))) == 3
    assert told == []
    assert not any("stream" in body for body in server.requests)


async def test_a_file_streams(tmp_path: Path) -> None:
    told: list[str] = []
    path = write_tiny_gguf(tmp_path / "tiny.gguf")
    async with LocalModel(path, parallel=2, threads=1) as model:
        for log_probabilities in (False, True):
            request = Request(messages=(Message("user", "ping"),), max_tokens=16, log_probabilities=log_probabilities)
            [in_parts] = await model.ask(request, hooks=AskHooks(on_text=told.append))
            [whole] = await model.ask(request)
            # What a character that is not whole at the end comes to is llama.cpp's choice.
            assert whole.text.startswith(in_parts.text)
            assert replace(in_parts, seconds=0.0, text="") == replace(whole, seconds=0.0, text="")
            assert len(told) > 1
            assert bool(in_parts.log_probabilities) == log_probabilities


@pytest.mark.parametrize(
    "data", ['{"choices": 1}', '{"choices": [1]}', '{"choices": [{"logprobs": 1}]}', '{"no JSON": ']
)
def test_what_is_no_part_is_said_so(data: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Parts().add(data)


def test_an_error_in_place_of_a_part_is_kept() -> None:
    added = Parts()
    assert not added.add('{"error": {"code": 500, "message": "no"}}')
    assert added.error == {"error": {"code": 500, "message": "no"}}


def part(content: object = None, finish: str | None = None, **more: object) -> str:
    delta = {} if content is None else {"content": content}
    return "data: " + json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}) + "\n\n"


DONE = "data: [DONE]\n\n"
END = part(finish="stop") + DONE
BROKEN_STREAMS = {
    "finish error": part("def f(") + part(finish="error") + DONE,
    "finish of an unknown kind": part("def f(") + part(finish="worker_lost") + DONE,
    "error with the choices": part("def f(", error={"code": 502, "message": "gone"}) + DONE,
    "error in a choice": part("def f(")
    + 'data: {"choices": [{"index": 0, "delta": {}, "error": {"message": "gone"}, "finish_reason": "error"}]}\n\n',
    "error without choices": part("def f(") + 'data: {"error": {"message": "gone", "type": "server_error"}}\n\n' + DONE,
    "an error's text alone": part("def f(") + 'event: error\ndata: {"error": "gone"}\n\n',
    "null choices and an error": 'data: {"choices": null, "error_type": "X", "error_message": "gone"}\n\n' + DONE,
    "old vLLM's error": part("def f(") + 'data: {"object": "error", "message": "gone", "code": 500}\n\n' + DONE,
    "detail": part("def f(") + 'data: {"detail": "gone"}\n\n' + DONE,
    "a text that is no part": part("def f(") + "data: Internal Server Error\n\n" + DONE,
    "half a part": part("def f(") + 'data: {"choices": [{"delta": {"content": "\n\n' + DONE,
    "no end": part("def f("),
    "nothing": "",
    "done, with nothing": DONE,
}


@pytest.mark.parametrize("name", BROKEN_STREAMS)
async def test_a_stream_that_broke_off_is_tried_again_and_not_stored(name: str, tmp_path: Path) -> None:
    script = [Raw(BROKEN_STREAMS[name]), Raw(part("whole") + END)]
    with ModelServer(script) as server, ReplyStore(tmp_path / "s") as store:
        async with StoringModel(Endpoint("tiny", server.url), store) as model:
            [reply] = await model.ask(chat(), hooks=AskHooks(on_text=[].append))
            [again] = await model.ask(chat())
    assert (reply.text, reply.finish, len(server.requests)) == ("whole", "stop", 2)
    assert (again.text, again.stored) == ("whole", True)


async def test_a_stream_with_an_error_every_time_ends_in_the_servers_words() -> None:
    with pytest.raises(OverloadedError, match="status 502: gone"):
        await ask(Raw(BROKEN_STREAMS["error with the choices"]), chat(), [].append)


WHOLE_STREAMS = {
    "plain": part("def f") + part("()") + END,
    "without [DONE]": part("def f") + part("()") + part(finish="stop"),
    "[DONE] alone": part("def f") + part("()") + DONE,
    "an end of another name": part("def f") + part("()") + part(finish="eos"),
    "parts of content": part([{"type": "text", "text": "def f"}, {"type": "text", "text": "()"}]) + END,
    "thoughts and text in parts": part([{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}])
    + part([{"type": "text", "text": "def f"}]) + part("()") + END,
    "parts that are texts": part(["def f"]) + part(["()"]) + END,
    "comments": ": OPENROUTER PROCESSING\n\n" + part("def f") + ": keep-alive\n\n" + part("()") + END,
    "keep-alive data": "data:\n\ndata: [PING]\n\n" + part("def f") + "data: ping\n\n" + part("()") + END,
    "keep-alive objects": 'data: {}\n\ndata: {"type": "ping"}\n\n' + part("def f") + part("()") + END,
    "null choices": part("def f") + 'data: {"choices": null}\n\n' + part("()") + END,
    "no choices, usage": part("def f") + part("()") + 'data: {"choices": [], "usage": {}}\n\n' + END,
    "null error": part("def f", error=None) + part("()") + END,
    "single line ends": (part("def f") + part("()") + END).replace("\n\n", "\n"),
    "line ends of Windows": (part("def f") + part("()") + END).replace("\n", "\r\n"),
    "no space after the colon": (part("def f") + part("()") + END).replace("data: ", "data:"),
    "events with names": "event: message\nid: 1\n" + part("def f") + "retry: 10\n" + part("()") + END,
    "data over two lines": 'data: {"choices": [{"index": 0,\ndata: "delta": {"content": "def f()"}}]}\n\n' + END,
    "whole in one part": 'data: {"choices": [{"message": {"content": "def f()"}, "finish_reason": "stop"}]}\n\n',
    "whole again at the end": part("def f") + part("()")
    + 'data: {"choices": [{"message": {"content": "def f()"}, "finish_reason": "stop"}]}\n\n',
}  # fmt: skip


@pytest.mark.parametrize("watched", [True, False])
@pytest.mark.parametrize("name", WHOLE_STREAMS)
async def test_a_whole_stream_is_read_once_also_where_none_was_asked_for(name: str, watched: bool) -> None:
    told: list[str] = []
    for kind in ("text/event-stream", "application/json"):
        with ModelServer(Raw(WHOLE_STREAMS[name], kind)) as server:
            async with Endpoint("tiny", server.url) as model:
                [reply] = await model.ask(chat(), hooks=AskHooks(on_text=told.append if watched else None))
        assert (reply.text, reply.finish, len(server.requests)) == ("def f()", "stop", 1)
        assert reply.thinking == ("hm" if "thoughts" in name else "")
    assert bool(told) == watched


async def test_what_is_whole_is_not_lost_with_the_connection() -> None:
    told: list[str] = []
    with ModelServer([Raw(part("whole", finish="stop"), breaks_off=True)]) as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat(), hooks=AskHooks(on_text=told.append))
    assert (reply.text, len(server.requests)) == ("whole", 1)


async def test_a_server_that_never_says_that_it_is_done_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_LAST_SECONDS", 0.05)
    with ModelServer([Raw(part("whole", finish="stop"), stays_open=True)]) as server:
        async with Endpoint("tiny", server.url, timeout=30.0) as model:
            [reply] = await model.ask(chat(), hooks=AskHooks(on_text=[].append))
    assert (reply.text, len(server.requests)) == ("whole", 1)


async def test_a_stream_that_was_not_asked_for_has_all_samples() -> None:
    said = [{"index": index, "delta": {"content": word}, "finish_reason": "stop"} for index, word in enumerate("abc")]
    stream = "".join(f"data: {json.dumps({'choices': [choice]})}\n\n" for choice in reversed(said))
    with ModelServer(Raw(stream)) as server:
        async with Endpoint("tiny", server.url) as model:
            replies = await model.ask(chat(temperature=0.5), 3)
    assert [reply.text for reply in replies] == ["a", "b", "c"]
    assert len(server.requests) == 1

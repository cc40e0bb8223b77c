"""An endpoint that works: what is sent, what is read, samples, concurrency, credentials."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from selfdebug.messages import Message, Reply, Request
from selfdebug.models import AskHooks, Endpoint, UnreachableError, WrongKeyError
from selfdebug.models.address import read_address
from tests.model_server import Answer, Body, ModelServer, Raw, prompt_of
from tests.models.requests import chat, completion

KEY = "sk-never-to-be-seen-0123456789"


async def test_chat_sends_messages_and_reads_text_tokens_and_finish() -> None:
    conversation = (Message("system", "Be brief."), Message("user", "ping"), Message("assistant", "p"))
    with ModelServer(Answer("pong", finish="length", usage=(11, 3))) as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(Request(messages=conversation, max_tokens=9, stop=("\n\n",)))
    assert (reply.text, reply.finish, reply.prompt_tokens, reply.completion_tokens) == ("pong", "length", 11, 3)
    assert reply.seconds > 0
    assert reply.log_probabilities is None
    assert server.requests == [
        {
            "model": "tiny",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "ping"},
                {"role": "assistant", "content": "p"},
            ],
            "temperature": 0.0,
            "max_tokens": 9,
            "stop": ["\n\n"],
        }
    ]


async def test_completion_sends_a_prompt_and_keeps_the_texts_spaces() -> None:
    with ModelServer(Answer("    return 1\n")) as server:
        async with Endpoint("base", server.url, form="completion") as model:
            [reply] = await model.ask(completion("def f():\n", temperature=0.5))
    assert reply.text == "    return 1\n"
    assert server.calls[0].path == "/v1/completions"
    assert server.requests[0]["prompt"] == "def f():\n"


async def test_a_server_that_says_little_is_enough() -> None:
    with ModelServer(Answer("pong", finish=None, usage=None)) as server:
        async with Endpoint("tiny", server.url) as model:
            assert await model.ask(chat()) == [Reply("pong", seconds=pytest.approx(0, abs=60))]


@pytest.mark.parametrize(("form", "request_"), [("chat", chat), ("completion", completion)])
async def test_log_probabilities_are_read_where_asked_for(form: Any, request_: Any) -> None:
    with ModelServer(Answer("pong", log_probabilities=(-0.5, -2.0))) as server:
        async with Endpoint("tiny", server.url, form=form) as model:
            [asked] = await model.ask(request_(log_probabilities=True))
            [not_asked] = await model.ask(request_())
    assert asked.log_probabilities == (-0.5, -2.0)
    assert not_asked.log_probabilities is None
    assert [body.get("logprobs") for body in server.requests] == [True if form == "chat" else 1, None]


async def test_a_refusal_has_its_own_field() -> None:
    with ModelServer(Answer(refusal="I will not.")) as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat())
    assert (reply.text, reply.refusal) == ("", "I will not.")


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_what_the_server_calls_reasoning_is_thinking(field: str) -> None:
    with ModelServer(Answer("pong", reasoning="ping? pong!", reasoning_field=field)) as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat())
    assert (reply.text, reply.thinking) == ("pong", "ping? pong!")


async def test_marked_thoughts_are_thinking() -> None:
    with ModelServer("<think>\nping? pong!\n</think>\n\npong") as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat())
    assert (reply.text, reply.thinking) == ("pong", "ping? pong!")


async def test_samples_come_out_of_one_call_and_share_its_tokens() -> None:
    texts = iter("abc")
    with ModelServer(lambda _: Answer(next(texts), usage=(10, 3))) as server:
        async with Endpoint("tiny", server.url) as model:
            replies = await model.ask(chat(temperature=0.7), 3)
    assert [reply.text for reply in replies] == ["a", "b", "c"]
    assert [reply.prompt_tokens for reply in replies] == [10, 0, 0]
    assert sum(reply.completion_tokens or 0 for reply in replies) == 9
    assert [body["n"] for body in server.requests] == [3]


async def test_greedy_samples_are_asked_for_one_at_a_time() -> None:
    with ModelServer() as server:
        async with Endpoint("tiny", server.url) as model:
            assert len(await model.ask(chat(), 3)) == 3
    assert ["n" in body for body in server.requests] == [False] * 3


async def test_where_n_is_ignored_the_rest_is_asked_for_singly_and_this_is_remembered() -> None:
    with ModelServer(lambda body: f"seed {body['seed']}", ignores_n=True) as server:
        async with Endpoint("tiny", server.url) as model:
            replies = await model.ask(chat(temperature=0.7, seed=5), 3)
            await model.ask(chat(temperature=0.7, seed=5), 2)
    assert [reply.text for reply in replies] == ["seed 5", "seed 6", "seed 7"]
    assert [body.get("n") for body in server.requests] == [3, None, None, None, None]


async def test_where_n_is_refused_samples_are_asked_for_singly_and_this_is_remembered() -> None:
    with ModelServer(refuses=["n"]) as server:
        async with Endpoint("tiny", server.url) as model:
            assert len(await model.ask(chat(temperature=0.7), 3)) == 3
            assert len(await model.ask(chat(temperature=0.7), 2)) == 2
    assert [body.get("n") for body in server.requests] == [3, None, None, None, None, None]


async def test_a_reply_is_handed_over_before_the_slower_ones_arrive() -> None:
    arrived: list[tuple[int, str]] = []
    slow = asyncio.Event()

    async def keep(index: int, reply: Reply) -> None:
        arrived.append((index, reply.text))
        if index == 0:
            slow.set()

    def script(body: Body) -> Answer:
        return Answer(str(body["seed"]), delay=0.0 if body["seed"] == 0 else 30.0)

    with ModelServer(script) as server:
        async with Endpoint("tiny", server.url) as model:
            asking = asyncio.create_task(model.ask(chat(seed=0), 2, hooks=AskHooks(on_reply=keep)))
            await slow.wait()
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
    assert arrived == [(0, "0")]


async def test_no_more_calls_than_the_concurrency_are_under_way() -> None:
    with ModelServer(lambda body: prompt_of(body), delay=0.02) as server:
        async with Endpoint("tiny", server.url, concurrency=3) as model:
            replies = await asyncio.gather(*(model.ask(chat(str(i))) for i in range(12)))
    assert [reply.text for [reply] in replies] == [str(i) for i in range(12)]
    assert server.most_at_once == 3


async def test_text_of_any_kind_survives() -> None:
    odd = "Żółć \x00 \u2028 𝒳 \t"
    with ModelServer(lambda body: prompt_of(body)) as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat(odd))
            [halved] = await model.ask(chat("half \ud83d"))
    assert reply.text == odd
    assert halved.text == "half ?"


@pytest.mark.parametrize("wrong", [chat(), completion()])
async def test_a_request_in_the_wrong_form_is_a_programming_error(wrong: Request) -> None:
    form: Any = "completion" if wrong.messages else "chat"
    async with Endpoint("tiny", "http://127.0.0.1:9/v1", form=form) as model:
        with pytest.raises(ValueError, match="form"):
            await model.ask(wrong)


def test_a_request_has_messages_or_a_prompt() -> None:
    with pytest.raises(ValueError, match="either"):
        Request()
    with pytest.raises(ValueError, match="either"):
        Request(messages=(Message("user", "a"),), prompt="b")


async def test_address_and_key_default_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        async with Endpoint("tiny") as model:
            await model.ask(chat())
            assert model.address == server.url
    assert server.calls[0].headers["authorization"] == f"Bearer {KEY}"


async def test_a_local_server_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with ModelServer() as server:
        async with Endpoint("tiny", server.url) as model:
            assert await model.ask(chat())


def test_openai_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(WrongKeyError, match="OPENAI_API_KEY"):
        Endpoint("gpt")


@pytest.mark.parametrize("url", ["localhost:8000/v1", "ftp://host/v1", "http://", "http://[::1/v1", "http://host:no/"])
def test_a_base_url_that_is_none_is_said_so(url: str) -> None:
    with pytest.raises(UnreachableError, match="must be like http"):
        Endpoint("tiny", url)


async def test_a_proxy_of_the_environment_is_asked_for_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with ModelServer() as proxy:  # which answers itself
        monkeypatch.setenv("HTTP_PROXY", proxy.url.removesuffix("/v1"))
        async with Endpoint("tiny", "http://models.example/v1") as model:
            assert await model.ask(chat())
    assert proxy.calls[0].path == "http://models.example/v1/chat/completions"


async def test_logins_of_other_programs_are_not_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with ModelServer() as server:
        async with Endpoint("tiny", server.url, api_key="ours") as model:
            await model.ask(chat())
    assert server.calls[0].headers["authorization"] == "Bearer ours"


def test_a_key_that_no_header_can_hold_is_said_so() -> None:
    with pytest.raises(WrongKeyError, match="copy it again"):
        Endpoint("tiny", "http://localhost:8000/v1", api_key="sk-first\nsecond")


async def test_a_proxy_of_the_environment_is_not_asked_for_our_own_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with ModelServer() as server:
        async with Endpoint("tiny", server.url) as model:
            assert await model.ask(chat())


async def test_credentials_in_the_url_are_sent_but_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ModelServer() as server:
        url = server.url.replace("http://", "http://me:pass%40word@") + "?token=hidden-token"
        async with Endpoint("tiny", url, KEY) as model:
            await model.ask(chat())
            assert model.address == server.url
            shown = repr(model) + repr(vars(model)) + caplog.text
    call = server.calls[0]
    assert call.headers["authorization"] == "Basic bWU6cGFzc0B3b3Jk"
    assert call.path.endswith("?token=hidden-token")
    for secret in (KEY, "pass@word", "pass%40word", "hidden-token"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("word", "finish"),
    [
        ("stop", "stop"), ("STOP", "stop"), ("eos", "stop"), ("end_turn", "stop"), ("stop_sequence", "stop"),
        ("tool_calls", "stop"), ("<|eot_id|>", "stop"), (None, "stop"),
        ("length", "length"), ("MAX_TOKENS", "length"), ("max_tokens", "length"), ("model_length", "length"),
        ("FinishReason.MAX_TOKENS", "length"), ("maxTokens", "length"),
        ("content_filter", "content_filter"), ("SAFETY", "content_filter"), ("refusal", "content_filter"),
    ],
)  # fmt: skip
async def test_why_a_reply_ended_is_told_in_one_word_whatever_the_servers(word: str | None, finish: str) -> None:
    with ModelServer(Answer("pong", finish=word)) as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat())
    assert (reply.text, reply.finish) == ("pong", finish)


async def test_samples_that_broke_off_are_asked_for_again_and_the_others_are_kept() -> None:
    script = [Answer("a"), Answer("b", finish="error"), Answer("c"), Answer("d")]
    with ModelServer(script) as server:
        async with Endpoint("tiny", server.url) as model:
            replies = await model.ask(chat(temperature=0.7), 3)
    assert [reply.text for reply in replies] == ["a", "c", "d"]
    assert [body.get("n") for body in server.requests] == [3, None]


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"prompt_tokens": "3", "completion_tokens": "2"}, (3, 2)),
        ({"prompt_tokens": 3.0, "completion_tokens": 2.0}, (3, 2)),
        ({"prompt_tokens": "3.0", "completion_tokens": None}, (3, None)),
        ({"prompt_tokens": "many", "completion_tokens": True}, (None, None)),
        ({"prompt_tokens": -1, "completion_tokens": float("1e300")}, (None, None)),
        ({"prompt_tokens": [3], "completion_tokens": {}}, (None, None)),
        ([], (None, None)),
        ("none", (None, None)),
    ],
)
async def test_tokens_are_counted_however_they_are_written(usage: Any, tokens: tuple[Any, Any]) -> None:
    body = {"choices": [{"index": "0", "message": {"content": "pong"}, "finish_reason": "stop"}], "usage": usage}
    with ModelServer(Raw(json.dumps(body), "application/json")) as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat())
    assert (reply.prompt_tokens, reply.completion_tokens) == tokens


@pytest.mark.parametrize(
    "choice",
    [
        {"index": 0, "finish_reason": "length"},
        {"index": 0, "finish_reason": "length", "message": None},
        {"index": 0, "finish_reason": "MAX_TOKENS", "message": {}},
        {"index": 0, "finish_reason": "length", "message": {"content": None}},
    ],
)
async def test_a_choice_without_a_message_is_an_empty_reply(choice: dict[str, Any]) -> None:
    with ModelServer(Raw(json.dumps({"choices": [choice]}), "application/json")) as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat())
    assert (reply.text, reply.finish, len(server.requests)) == ("", "length", 1)


async def test_azure_gets_the_key_in_its_own_header_and_its_version() -> None:
    with ModelServer() as server:
        async with Endpoint("tiny", f"{server.url}?api-version=2024-10-21", KEY) as model:
            await model.ask(chat())
            assert model.address == server.url
    call = server.calls[0]
    assert call.headers["api-key"] == KEY
    assert "authorization" not in call.headers
    assert call.path.endswith("?api-version=2024-10-21")


@pytest.mark.parametrize(
    ("url", "azure"),
    [
        ("https://me.openai.azure.com/openai/v1", True),
        ("https://me.services.ai.azure.com/openai/v1", True),
        ("https://me.openai.azure.us/openai/deployments/m?api-version=2024-10-21", True),
        ("https://me.azure-api.net/v1", True),
        ("https://api.openai.com/v1", False),
        ("https://azure.com.example.org/v1", False),
        ("https://models.inference.ai.azure.com", False),
        ("http://localhost:8000/v1", False),
    ],
)
def test_azure_is_known_by_its_address(url: str, azure: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of-openai")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "of-azure")
    address = read_address(url, None)
    assert (address.is_azure, address.key) == (azure, "of-azure" if azure else "of-openai")

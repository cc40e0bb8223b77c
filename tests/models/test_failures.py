"""An endpoint that fails: what is tried again, what is not, and what the user is told."""

from __future__ import annotations

import asyncio
import itertools
import time
from email.utils import formatdate
from typing import Any

import pytest

from selfdebug.models import (
    BadReplyError,
    ContextOverflowError,
    Endpoint,
    ModelError,
    OverloadedError,
    RefusedRequestError,
    UnknownModelError,
    UnreachableError,
    WrongKeyError,
    endpoint,
)
from tests.model_server import Answer, Body, CutOff, Dropped, Failure, Garbage, ModelServer, Script
from tests.models.requests import chat

KEY = "sk-never-to-be-seen-0123456789"


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_FIRST_WAIT", 0.001)


async def failing(script: Script, *, samples: int = 1, **options: Any) -> tuple[ModelError, ModelServer]:
    """The error of a model with this script, and the server for what it was asked."""
    with ModelServer(script, models=options.pop("models", ("tiny", "small"))) as server:
        async with Endpoint("tiny", server.url, **options) as model:
            with pytest.raises(ModelError) as caught:
                await model.ask(chat(temperature=0.5), samples)
    return caught.value, server


@pytest.mark.parametrize(
    "trouble",
    [
        Failure(500),
        Failure(502, body="<html>Bad Gateway</html>"),
        Failure(503, headers={"retry-after": "0.01"}),
        Failure(429),
        Failure(429, headers={"retry-after": "0.01"}),
        Failure(408),
        Dropped(),
        CutOff(),
        Garbage(),
        Garbage('{"object": "chat.completion", "choices": []}'),
        Garbage('{"choices": [{"index": 0}]}'),
        Garbage("[1, 2]"),
        Garbage('{"error": {"message": "upstream is busy", "code": 503}}'),
        Answer("too late", delay=5.0),
    ],
    ids=str,
)
async def test_what_may_pass_is_tried_again(trouble: Any) -> None:
    with ModelServer([trouble, "pong"]) as server:
        async with Endpoint("tiny", server.url, timeout=0.5) as model:
            [reply] = await model.ask(chat())
    assert reply.text == "pong"
    assert len(server.requests) == 2


async def test_troubles_of_all_kinds_in_a_row_do_not_add_up() -> None:
    row = [Dropped(), CutOff(), Garbage(), Failure(500), Failure(429), Dropped(), "pong"]
    with ModelServer(row) as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat())
    assert reply.text == "pong"


@pytest.mark.parametrize(
    ("trouble", "error", "tries", "says"),
    [
        (Failure(500, "CUDA error"), OverloadedError, 4, "CUDA error"),
        (Failure(429, "slow down"), OverloadedError, 4, "slow down"),
        (Dropped(), UnreachableError, 4, "breaking off"),
        (CutOff(), UnreachableError, 4, "breaking off"),
        (Garbage(), BadReplyError, 3, "not JSON"),
        (Garbage('{"choices": []}'), BadReplyError, 3, "no choices"),
        (Answer("too late", delay=5.0), OverloadedError, 3, "within 0.1 s"),
    ],
    ids=str,
)
async def test_what_does_not_pass_ends_in_an_error(
    trouble: Any, error: type[ModelError], tries: int, says: str
) -> None:
    raised, server = await failing(trouble, attempts=4, timeout=0.1)
    assert type(raised) is error
    assert says in str(raised)
    assert server.url in str(raised)
    assert len(server.requests) == tries


async def test_calls_wait_as_long_as_the_server_asks() -> None:
    with ModelServer([Failure(429, headers={"Retry-After": "0.3"}), "pong"]) as server:
        async with Endpoint("tiny", server.url) as model:
            start = time.perf_counter()
            await model.ask(chat())
    assert time.perf_counter() - start >= 0.3


async def test_a_date_to_retry_after_is_understood() -> None:
    with ModelServer(
        [Failure(429, headers={"Retry-After": formatdate(time.time() - 5, usegmt=True)}), "pong"]
    ) as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat())
    assert reply.text == "pong"
    raised, server = await failing(Failure(429, headers={"Retry-After": formatdate(time.time() + 3600, usegmt=True)}))
    assert isinstance(raised, OverloadedError)
    assert len(server.requests) == 1  # An hour is more than we wait.


async def test_many_calls_get_through_a_narrow_rate_limit() -> None:
    calls = itertools.count(1)

    def script(_: Body) -> str | Failure:
        # One of three is served, whenever it comes: on a slow machine, a limit by the clock would refuse without end.
        return "pong" if next(calls) % 3 == 0 else Failure(429, headers={"Retry-After": "0.02"})

    with ModelServer(script) as server:
        async with Endpoint("tiny", server.url, attempts=4) as model:
            replies = await asyncio.gather(*(model.ask(chat(str(i))) for i in range(60)))
    assert len(replies) == 60


async def test_a_spent_quota_is_not_waited_for() -> None:
    quota = Failure(429, "You exceeded your current quota.", code="insufficient_quota")
    raised, server = await failing(quota)
    assert isinstance(raised, OverloadedError)
    assert "quota" in str(raised)
    assert "add credit" in str(raised)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [401, 403])
async def test_a_wrong_key_is_said_once_and_never_shown(status: int) -> None:
    raised, server = await failing(Failure(status, f"Incorrect API key provided: {KEY}."), api_key=KEY)
    assert isinstance(raised, WrongKeyError)
    assert "OPENAI_API_KEY" in str(raised)
    assert KEY not in str(raised) + repr(raised) + repr(raised.__cause__) + repr(raised.__context__)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "unknown",
    [
        Failure(404, "The model `tiny` does not exist or you do not have access to it.", code="model_not_found"),
        Failure(404, body={"object": "error", "message": "The model `tiny` does not exist.", "code": 404}),
        Failure(404, "model 'tiny' not found"),
        Failure(400, "Invalid model name passed in model=tiny"),
    ],
    ids=lambda failure: str(failure.message or failure.body)[:30],
)
async def test_an_unknown_model_is_answered_with_those_there_are(unknown: Failure) -> None:
    raised, server = await failing(unknown)
    assert isinstance(raised, UnknownModelError)
    assert "no model 'tiny'; it has tiny, small." in str(raised)
    assert len(server.requests) == 1


async def test_a_long_list_of_models_is_cut_and_a_missing_one_does_no_harm() -> None:
    unknown = Failure(404, "model not found")
    raised, _ = await failing(unknown, models=[f"m{i}" for i in range(50)])
    assert str(raised).endswith("m6, m7, ….")
    raised, _ = await failing(unknown, models=None)
    assert str(raised).endswith("check its name.")


async def test_an_address_without_the_protocol_is_told_from_an_unknown_model() -> None:
    raised, _ = await failing(Failure(404, body={"detail": "Not Found"}))
    assert isinstance(raised, UnreachableError)
    assert "/v1" in str(raised)


async def test_a_dead_host_is_said_soon() -> None:
    with ModelServer() as server:
        pass
    async with Endpoint("tiny", server.url) as model:
        with pytest.raises(UnreachableError, match=r"Nothing answers at .*start the server"):
            await model.ask(chat())


async def test_a_name_that_nobody_knows_is_said_soon() -> None:
    async with Endpoint("tiny", "http://nowhere.invalid/v1") as model:
        with pytest.raises(UnreachableError, match=r"nowhere\.invalid"):
            await model.ask(chat())


async def test_a_server_that_speaks_no_tls_is_said_so() -> None:
    with ModelServer() as server:
        async with Endpoint("tiny", server.url.replace("http:", "https:")) as model:
            with pytest.raises(UnreachableError, match="http://"):
                await model.ask(chat())


async def test_a_server_that_dies_in_the_middle_and_comes_back_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_FIRST_WAIT", 0.2)
    with ModelServer(delay=0.1) as server:
        async with Endpoint("tiny", server.url) as model:
            asking = asyncio.gather(*(model.ask(chat(str(i))) for i in range(5)))
            await asyncio.sleep(0.05)
            await asyncio.to_thread(server.die)
            await asyncio.to_thread(server.revive)
            assert len(await asking) == 5


OVERFLOWS = {
    "OpenAI": Failure(
        400,
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
        code="context_length_exceeded",
        param="messages",
    ),
    "vLLM": Failure(
        400,
        body={
            "object": "error",
            "message": "This model's maximum context length is 16384 tokens. However, you requested 122946 tokens.",
            "type": "BadRequestError",
            "param": None,
            "code": 400,
        },
    ),
    "vLLM, room for the reply": Failure(
        400,
        "'max_tokens' or 'max_completion_tokens' is too large: 32000. This model's maximum context length is 4096"
        " tokens and your request has 10 input tokens.",
        code=400,
    ),
    "vLLM, no room": Failure(400, "max_tokens must be at least 1, got -186.", code=400),
    "llama.cpp": Failure(
        400,
        body={
            "error": {
                "code": 400,
                "message": "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it",
                "type": "exceed_context_size_error",
                "n_prompt_tokens": 4390,
                "n_ctx": 4096,
            }
        },
    ),
    "llama.cpp, shared cache": Failure(
        500, body={"error": {"code": 500, "message": "Context size has been exceeded.", "type": "server_error"}}
    ),
    "llama.cpp of old, as a success": Garbage(
        '{"error": {"code": 400, "message": "the request exceeds the available context size.",'
        ' "type": "exceed_context_size_error"}}'
    ),
    "Ollama": Failure(400, "the input length exceeds the context length"),
}


@pytest.mark.parametrize("dialect", OVERFLOWS)
async def test_a_prompt_that_is_too_long_is_told_in_every_dialect(dialect: str) -> None:
    raised, server = await failing(OVERFLOWS[dialect])
    assert isinstance(raised, ContextOverflowError)
    assert len(server.requests) == 1


@pytest.mark.parametrize("name", ["seed", "stop", "logprobs", "temperature"])
async def test_a_parameter_that_is_not_supported_is_left_out_from_then_on(name: str) -> None:
    request = chat(seed=1, stop=("END",), log_probabilities=True)
    with ModelServer("pong END of it", refuses=[name]) as server:
        async with Endpoint("tiny", server.url) as model:
            [first] = await model.ask(request)
            [second] = await model.ask(request)
    assert [name in body for body in server.requests] == [True, False, False]
    assert first.text == second.text == ("pong " if name == "stop" else "pong END of it")


async def test_parameters_that_are_refused_one_after_another_are_all_left_out() -> None:
    refused = ["max_tokens", "temperature", "logprobs", "seed"]
    with ModelServer(refuses=refused) as server:
        async with Endpoint("tiny", server.url) as model:
            await asyncio.gather(*(model.ask(chat(seed=1, log_probabilities=True)) for _ in range(4)))
            await model.ask(chat(seed=1, log_probabilities=True))
    assert set(server.requests[-1]) == {"model", "messages", "max_completion_tokens"}


@pytest.mark.parametrize(
    "words",
    [
        Failure(
            422, body={"detail": [{"type": "extra", "loc": ["body", "seed"], "msg": "Extra inputs not permitted"}]}
        ),
        Failure(400, "Unknown field: seed"),
        Failure(400, "property 'seed' is unsupported"),
    ],
    ids=lambda failure: str(failure.body or failure.message)[:20],
)
async def test_refusals_are_understood_in_the_words_of_other_servers(words: Failure) -> None:
    with ModelServer(lambda body: words if "seed" in body else "pong") as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat(seed=1))
    assert reply.text == "pong"


async def test_log_probabilities_that_a_model_may_not_show_are_left_out() -> None:
    forbidden = Failure(403, "You are not allowed to request logprobs from this model")
    with ModelServer(lambda body: forbidden if "logprobs" in body else "pong") as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat(log_probabilities=True))
    assert (reply.text, reply.log_probabilities) == ("pong", None)


async def test_max_tokens_is_renamed_where_only_the_new_name_is_taken() -> None:
    with ModelServer(refuses=["max_tokens"]) as server:
        async with Endpoint("tiny", server.url) as model:
            await model.ask(chat(max_tokens=77))
    assert [body.get("max_completion_tokens") for body in server.requests] == [None, 77]


@pytest.mark.parametrize(
    "value_error",
    [
        Failure(
            400, "Invalid 'temperature': decimal above maximum value of 2.", "decimal_above_max_value", "temperature"
        ),
        Failure(
            400,
            "max_tokens is too large: 99999. This model supports at most 4096 completion tokens.",
            None,
            "max_tokens",
        ),
        Failure(400, "Something else entirely", None, None),
        Failure(400, body="no JSON at all"),
    ],
    ids=lambda failure: str(failure.body or failure.message)[:20],
)
async def test_what_is_refused_for_its_value_is_told_in_the_servers_words(value_error: Failure) -> None:
    raised, server = await failing(value_error)
    assert type(raised) is RefusedRequestError
    assert (value_error.body or value_error.message) in str(raised)
    assert len(server.requests) == 1


async def test_a_base_model_asked_to_chat_is_told_its_form() -> None:
    raised, _ = await failing(
        Failure(400, "default chat template is no longer allowed, so you must provide a chat template")
    )
    assert "'completion'" in str(raised)


async def test_words_of_a_server_are_cut_to_a_sentence() -> None:
    raised, _ = await failing(Failure(400, "so much to say\n" * 1000))
    assert len(str(raised)) < 600
    assert "\n" not in str(raised)


async def test_one_failing_sample_does_not_lose_the_others() -> None:
    kept: list[int] = []

    async def keep(index: int, _: object) -> None:
        kept.append(index)

    def script(body: Body) -> Answer | Failure:
        return Failure(400, "not this one") if body["seed"] == 1 else Answer("pong", delay=0.05)

    with ModelServer(script) as server:
        async with Endpoint("tiny", server.url) as model:
            with pytest.raises(RefusedRequestError):
                await model.ask(chat(seed=0), 3, keep=keep)
    assert sorted(kept) == [0, 2]

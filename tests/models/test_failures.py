"""An endpoint that fails: what is tried again, what is not, and what the user is told."""

from __future__ import annotations

import asyncio
import itertools
import time
from email.utils import formatdate
from typing import Any

import pytest

from selfdebug.messages import Message, Request
from selfdebug.models import (
    AskHooks,
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
        Garbage('{"error": {"message": "upstream is busy", "code": "503"}, "choices": []}'),
        Garbage('{"choices": null, "error_type": "ServerError", "error_message": "gone"}'),
        Garbage('{"choices": null}'),
        Garbage('{"detail": "upstream is busy"}'),
        Garbage('{"choices": [{"index": 0, "message": {"content": "def f("}, "error": {"message": "died"}}]}'),
        Garbage('{"choices": [{"index": 0, "message": {"content": 7}, "finish_reason": "stop"}]}'),
        *(
            Answer("def f(", finish=finish)
            for finish in (
                "error",
                "abort",
                "insufficient_system_resource",
                "cancelled",
                "network_error",
                "ERROR",
                "unheard_of",
                "0",
            )
        ),
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
        (Dropped(), UnreachableError, 4, "kept closing the connection"),
        (CutOff(), UnreachableError, 4, "kept closing the connection"),
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
    "vLLM, prompt": Failure(400, "The decoder prompt (length 9000) is longer than the maximum model length of 4096."),
    "SGLang": Failure(400, "The input (9000 tokens) is longer than the model's context length (4096 tokens)."),
    "Gemini": Failure(
        400,
        body='[{"error": {"code": 400, "message": "The input token count (9000) exceeds the maximum number of tokens'
        ' allowed (4096).", "status": "INVALID_ARGUMENT"}}]',
    ),
    "xAI": Failure(400, "This model's maximum prompt length is 4096 but the request contains 9000 tokens."),
    "Bedrock": Failure(400, "Input is too long for requested model."),
    "Bedrock, in a stream": Failure(424, "ModelStreamErrorException: Input is too long"),
    "TGI": Failure(
        422,
        body={
            "error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs`"
            " tokens and 20 `max_new_tokens`",
            "error_type": "validation",
        },
    ),
    "TGI, inputs alone": Failure(422, body={"error": "`inputs` must have less than 1024 tokens. Given: 2000"}),
    "LM Studio": Failure(
        400,
        body={
            "error": "Trying to keep the first 15857 tokens when context the overflows. However, the model is loaded"
            " with context length of only 4096 tokens, which is not enough."
        },
    ),
    "LM Studio, newer": Failure(
        400, "The number of tokens to keep from the initial prompt is greater than the context length."
    ),
    "Cohere": Failure(
        400,
        body={
            "message": "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292."
            " Try using a shorter prompt."
        },
    ),
    "Cohere, without numbers": Failure(400, "total tokens exceeds the model's max of 4096"),
    "Mistral": Failure(
        400,
        body={
            "object": "error",
            "message": "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
            "code": "3051",
        },
    ),
    "Anthropic": Failure(
        400,
        body={
            "type": "error",
            "error": {"type": "invalid_request_error", "message": "prompt is too long: 213462 tokens > 200000 maximum"},
        },
    ),
    "Groq": Failure(400, "Please reduce the length of the messages or completion."),
    "Groq, a minute's tokens in one": Failure(
        413,
        "Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 9000, please reduce your"
        " message size and try again.",
        "rate_limit_exceeded",
    ),
    "OpenAI, a minute's tokens in one": Failure(
        429, "Request too large for m on tokens per min (TPM): Limit 10000, Requested 20000.", "rate_limit_exceeded"
    ),
    "OpenAI, new words": Failure(400, "Your input exceeds the context window of this model."),
    "Copilot": Failure(400, "prompt token count of 130000 exceeds the limit of 128000"),
    "Kimi": Failure(400, "Your request exceeded model token limit: 8192 (requested: 9000)"),
    "MiniMax": Failure(400, "invalid params, context window exceeds limit"),
    "Qwen": Failure(400, "Range of input length should be [1, 30720]"),
    "llama-cpp-python": Failure(500, "Requested tokens (757) exceed context window of 512"),
    "a proxy": Failure(413, body="<html><h1>413 Request Entity Too Large</h1></html>"),
    "a gateway, after many words": Failure(400, "Error: " * 80 + "prompt is too long: 9000 tokens > 4096 maximum"),
}


@pytest.mark.parametrize("dialect", OVERFLOWS)
async def test_a_prompt_that_is_too_long_is_told_in_every_dialect(dialect: str) -> None:
    raised, server = await failing(OVERFLOWS[dialect])
    assert isinstance(raised, ContextOverflowError)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Too many tokens, please wait before trying again.",
        "Rate limit reached on tokens per min (TPM): Limit 10000, Used 9000, Requested 3000. Try again in 6s.",
        "Requests have exceeded token rate limit of your current pricing tier. Please retry after 6 seconds.",
        "The engine is currently overloaded: the request timed out.",
    ],
)
async def test_a_rate_limit_is_no_overflow(words: str) -> None:
    with ModelServer([Failure(429, words), "pong"]) as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat())
    assert reply.text == "pong"


def _too_many(words: str, prompt: int, limit: int) -> Script:
    """A server whose context has room for `limit` tokens, `prompt` of them taken."""

    def script(body: Body) -> str | Failure:
        asked = body.get("max_tokens") or body["max_completion_tokens"]
        if prompt + asked <= limit:
            return "pong"
        return Failure(400, words.format(P=prompt, M=asked, L=limit, T=prompt + asked))

    return script


ROOMS = {
    "OpenAI": "This model's maximum context length is {L} tokens. However, you requested {T} tokens ({P} in the"
    " messages, {M} in the completion). Please reduce the length of the messages or completion.",
    "OpenAI, completions": "This model's maximum context length is {L} tokens, however you requested {T} tokens ({P}"
    " in your prompt; {M} for the completion). Please reduce your prompt; or completion length.",
    "vLLM": "'max_tokens' or 'max_completion_tokens' is too large: {M}. This model's maximum context length is {L}"
    " tokens and your request has {P} input tokens ({M} > {L} - {P}).",
    "SGLang": "Requested token count exceeds the model's maximum context length of {L} tokens. You requested a total of"
    " {T} tokens: {P} tokens from the input messages and {M} tokens for the completion.",
    "Anthropic": "input length and `max_tokens` exceed context limit: {P} + {M} > {L}, decrease input length or"
    " `max_tokens` and try again",
    "TGI": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= {L}. Given: {P} `inputs` tokens and"
    " {M} `max_new_tokens`",
    "OpenRouter": "This endpoint's maximum context length is {L} tokens. However, you requested about {T} tokens ({P}"
    " of text input, {M} in the output). Please reduce the length of either one",
    "Cohere": "too many tokens: total number of tokens (prompt and prediction) cannot exceed {L} - received {T}.",
    "Cloudflare": "The estimated number of input and maximum output tokens ({T}) exceeded this model context window"
    " limit ({L}).",
    "thousands with commas": "maximum context length is {L:,} tokens; requested {P:,} in the prompt, {M:,} output",
}  # fmt: skip


@pytest.mark.parametrize("dialect", ROOMS)
async def test_a_reply_that_does_not_fit_beside_the_prompt_may_be_shorter(dialect: str) -> None:
    with ModelServer(_too_many(ROOMS[dialect], 3000, 4096)) as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat(max_tokens=2048))
    assert reply.text == "pong"
    assert [body["max_tokens"] for body in server.requests] == [2048, 1096]


async def test_a_prompt_that_is_counted_in_part_is_fitted_in_a_few_steps() -> None:
    words = (
        "This model's maximum context length is {L} tokens. However, you requested {M} output tokens and your prompt"
        " contains at least {0} input tokens, for a total of at least {1} tokens."
    )

    def script(body: Body) -> str | Failure:
        asked, prompt, limit = body["max_tokens"], 3700, 4096
        if prompt + asked <= limit:
            return "pong"
        return Failure(400, words.format(limit - asked + 1, limit + 1, L=limit, M=asked))

    with ModelServer(script) as server:
        async with Endpoint("tiny", server.url) as model:
            [reply] = await model.ask(chat(max_tokens=2048))
    assert reply.text == "pong"
    assert [body["max_tokens"] for body in server.requests] == [2048, 1024, 512, 256]


@pytest.mark.parametrize("dialect", ROOMS)
async def test_a_prompt_that_leaves_no_room_for_a_reply_is_too_long(dialect: str) -> None:
    for prompt in (4090, 5000):
        raised, server = await failing(_too_many(ROOMS[dialect], prompt, 4096))
        assert isinstance(raised, ContextOverflowError)
        assert len(server.requests) == 1


NO_SYSTEM = {
    "a template": Failure(400, "System role not supported"),
    "a template, as an error of the server": Failure(500, "TemplateError: System role not supported"),
    "Gemma's": Failure(400, "Conversation roles must alternate user/assistant/user/assistant/..."),
    "mistral.rs": Failure(
        500, "invalid operation: Conversation roles must alternate user/assistant/user/assistant/..."
    ),
    "Mistral's": Failure(400, "Only user and assistant roles are supported!"),
    "o1-mini": Failure(
        400,
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        "unsupported_value",
        "messages[0].role",
    ),
    "Gemini's API": Failure(400, "Developer instruction is not enabled for models/gemma-3-27b-it"),
    "Bedrock": Failure(400, "This model doesn't support system messages. Try again without a system message."),
    "Bedrock, the first": Failure(400, "A conversation must start with a user message. Try again."),
    "a check of types": Failure(
        422, body={"detail": [{"loc": ["body", "messages", 0, "role"], "msg": "Input should be 'user' or 'assistant'"}]}
    ),
    "LM Studio": Failure(
        400, body={"error": 'Error rendering prompt with jinja template: "System role not supported".'}
    ),
    "a success": Garbage('{"error": {"message": "unexpected role \'system\'"}}'),
}


@pytest.mark.parametrize("dialect", NO_SYSTEM)
async def test_a_model_without_a_system_role_is_told_the_same_as_its_user(dialect: str) -> None:
    request = Request(
        (Message("system", "Be brief."), Message("user", "a"), Message("assistant", "b"), Message("user", "c"))
    )

    def script(body: Body) -> Any:
        return NO_SYSTEM[dialect] if body["messages"][0]["role"] == "system" else "pong"

    with ModelServer(script) as server:
        async with Endpoint("tiny", server.url) as model:
            replies = [await model.ask(request), await model.ask(request)]
    assert [reply.text for [reply] in replies] == ["pong", "pong"]
    assert [body["messages"][0]["role"] for body in server.requests] == ["system", "user", "user"]
    assert [message["content"] for message in server.requests[-1]["messages"]] == ["Be brief.\n\na", "b", "c"]


async def test_roles_that_are_refused_without_a_system_message_are_told_in_the_servers_words() -> None:
    raised, server = await failing(Failure(400, "Conversation roles must alternate user/assistant/..."))
    assert isinstance(raised, RefusedRequestError)
    assert len(server.requests) == 1


async def test_who_waits_is_told_why_and_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_FIRST_WAIT", 0.01)
    told: list[str] = []
    with ModelServer([Failure(500, "CUDA error"), Dropped(), Garbage(), "pong"]) as server:
        async with Endpoint("tiny", server.url) as model:
            await model.ask(chat(), hooks=AskHooks(on_wait=told.append))
    assert [said.partition(": ")[2] for said in dict.fromkeys(told)] == [
        "status 500: CUDA error (try 1 of 8); trying again in 1 s",
        "no connection (try 2 of 8); trying again in 1 s",
        "no usable reply (try 3 of 8); trying again in 1 s",
    ]
    assert all(said.startswith(server.url) for said in told)


async def test_a_long_wait_is_told_of_every_second() -> None:
    told: list[str] = []
    with ModelServer([Failure(503, headers={"retry-after": "2"}), "pong"]) as server:
        async with Endpoint("tiny", server.url) as model:
            await model.ask(chat(), hooks=AskHooks(on_wait=told.append))
    assert len(told) >= 2


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
                await model.ask(chat(seed=0), 3, hooks=AskHooks(on_reply=keep))
    assert sorted(kept) == [0, 2]

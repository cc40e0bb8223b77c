"""From a name to a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from selfdebug.models import (
    ContextOverflowError,
    Endpoint,
    LocalModel,
    StoringModel,
    UnknownModelError,
    UnreachableError,
    embedded,
    open_model,
)
from selfdebug.models.gguf_file import read_gguf
from selfdebug.storage.replies import ReplyStore
from tests.model_server import ModelServer
from tests.models.requests import chat, completion
from tests.tiny_gguf import write_tiny_gguf


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


async def test_a_name_is_a_model_at_the_endpoint() -> None:
    with ModelServer() as server:
        async with open_model("tiny", base_url=server.url, form="completion") as model:
            assert isinstance(model, Endpoint)
            [reply] = await model.ask(completion())
    assert reply.text == "pong"
    assert server.requests[0]["model"] == "tiny"


async def test_a_store_remembers_unless_told_not_to(tmp_path: Path) -> None:
    with ModelServer() as server, ReplyStore(tmp_path / "store.db") as store:
        for read in (True, True, False):
            async with open_model("tiny", base_url=server.url, store=store, read=read) as model:
                assert isinstance(model, StoringModel)
                await model.ask(chat())
    assert len(server.requests) == 2


async def test_a_file_is_served(tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "tiny.gguf")
    async with open_model(f"gguf:{path}", concurrency=1, context=64) as model:
        assert isinstance(model, LocalModel)
        assert (await model.ask(chat(max_tokens=2)))[0].text


@pytest.mark.parametrize("name", ["gguf:", "gguf:somebody/some-model", "gguf:/nowhere/model.gguf"])
def test_what_is_no_file_is_said_so(name: str) -> None:
    with pytest.raises(UnknownModelError, match="file"):
        open_model(name)


async def test_without_a_name_the_servers_only_model_is_taken() -> None:
    with ModelServer(models=["the-one"]) as server:
        async with open_model(base_url=server.url) as model:
            assert model.name == "the-one"


def test_without_a_name_several_models_are_listed() -> None:
    with ModelServer(models=["one", "other"]) as server, pytest.raises(UnknownModelError, match="one, other"):
        open_model(base_url=server.url)


def test_without_a_name_a_server_that_lists_none_says_so() -> None:
    with ModelServer(models=[]) as server, pytest.raises(UnknownModelError, match="it lists none"):
        open_model(base_url=server.url)
    with ModelServer(models=None) as server, pytest.raises(UnreachableError, match="does not list"):
        open_model(base_url=server.url)


def test_a_key_alone_names_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    with pytest.raises(UnknownModelError, match="Name a model"):
        open_model()


@pytest.mark.parametrize("name", ["", "embedded"])
async def test_without_a_name_and_a_server_the_embedded_model_is_opened(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_tiny_gguf(tmp_path / "any.gguf", context=256)
    monkeypatch.setattr(embedded, "WEIGHTS", path)
    async with open_model(name) as model:
        assert (model.name, model.form) == ("embedded", "chat")
        assert model.address == f"gguf:{read_gguf(path).digest}"
        with pytest.raises(ContextOverflowError, match="256 tokens"):
            await model.ask(chat("x" * 300))


def test_the_embedded_model_may_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "WEIGHTS", tmp_path / "none.gguf")
    with pytest.raises(UnknownModelError, match=r"missing: there is no .*none\.gguf\. Install"):
        open_model()

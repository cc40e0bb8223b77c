"""GGUF files, served in this process by a real llama.cpp."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from selfdebug.models import (
    ContextOverflowError,
    LocalModel,
    ModelError,
    RefusedRequestError,
    StoringModel,
    UnknownModelError,
)
from selfdebug.storage.replies import ReplyStore
from tests.models.requests import chat, completion
from tests.tiny_gguf import write_tiny_gguf


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture(scope="module")
def base_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("gguf") / "base.gguf", chat_template=None)


@pytest.fixture(scope="module")
async def model(path: Path) -> AsyncIterator[LocalModel]:
    async with LocalModel(path, parallel=2) as opened:
        yield opened


async def test_a_file_chats(model: LocalModel) -> None:
    [reply] = await model.ask(chat(max_tokens=8))
    assert (model.name, model.form) == ("gguf:tiny.gguf", "chat")
    assert reply.text
    assert reply.prompt_tokens
    assert (reply.finish == "length") == (reply.completion_tokens == 8)


def test_a_file_that_is_asked_nothing_is_let_go(path: Path) -> None:
    code = (
        "import asyncio, sys\nfrom selfdebug.models import LocalModel\n"
        "for _ in range(30): asyncio.run(LocalModel(sys.argv[1], parallel=1, context=512).close())"
    )
    # In a process of its own, for what hangs in llama.cpp can be interrupted in no other way.
    subprocess.run([sys.executable, "-c", code, path], check=True, timeout=120)


async def test_greedy_replies_are_the_same_and_seeds_repeat_samples(model: LocalModel) -> None:
    greedy = [(await model.ask(chat(max_tokens=8)))[0].text for _ in range(2)]
    hot = [await model.ask(chat(max_tokens=8, temperature=1.0, seed=4), 2) for _ in range(2)]
    assert greedy[0] == greedy[1]
    assert [reply.text for reply in hot[0]] == [reply.text for reply in hot[1]]
    assert hot[0][0].text != hot[0][1].text


async def test_log_probabilities_come_one_a_token(model: LocalModel) -> None:
    [reply] = await model.ask(chat(max_tokens=4, log_probabilities=True))
    assert reply.log_probabilities
    assert all(value <= 0 for value in reply.log_probabilities)


async def test_more_samples_than_are_served_at_once_all_come(model: LocalModel) -> None:
    replies = await model.ask(chat(max_tokens=4, temperature=1.0), 5)
    assert len(replies) == 5


async def test_requests_and_samples_are_served_side_by_side(path: Path) -> None:
    async with LocalModel(path, parallel=4, context=256, threads=1) as model:
        key = model._endpoint._connection._address.key
        wanted = urllib.request.Request(
            f"{model._server.listening_address}/slots", headers={"Authorization": f"Bearer {key}"}
        )

        def busy() -> int:
            with urllib.request.urlopen(wanted) as answer:
                return sum(slot["is_processing"] for slot in json.load(answer))

        async def most_at_once(asked: Awaitable[object]) -> int:
            """The largest number of slots that were at work at one time."""
            done, most = asyncio.ensure_future(asked), 0
            while not done.done():
                most = max(most, await asyncio.to_thread(busy))
            await done
            return most

        different = [model.ask(chat(str(number), max_tokens=200, stop=())) for number in range(4)]
        assert await most_at_once(asyncio.gather(*different)) > 1
        assert await most_at_once(model.ask(chat(max_tokens=200, temperature=1.5), 4)) > 1


async def test_tokens_that_llama_cpp_does_not_count_are_not_invented(path: Path) -> None:
    async with LocalModel(path) as model:
        first, second = await model.ask(chat(max_tokens=4, temperature=1.0), 2)
    assert first.completion_tokens
    assert second.completion_tokens is None


async def test_a_prompt_longer_than_the_context_is_an_overflow(model: LocalModel) -> None:
    with pytest.raises(ContextOverflowError, match="too long"):
        await model.ask(chat("x" * 3000))


async def test_a_model_without_a_template_completes(base_path: Path) -> None:
    async with LocalModel(base_path, context=64) as model:
        [reply] = await model.ask(completion("def f(", max_tokens=4, log_probabilities=True))
        assert model.form == "completion"
        assert reply.text
        assert reply.log_probabilities
        with pytest.raises(ContextOverflowError):
            await model.ask(completion("x" * 600))


def test_a_model_without_a_template_does_not_chat(base_path: Path) -> None:
    with pytest.raises(RefusedRequestError, match=r"no chat template.*'completion'"):
        LocalModel(base_path, form="chat")


async def test_nobody_else_may_ask_the_server(model: LocalModel) -> None:
    def status() -> int:
        address = urlsplit(model._server.listening_address)
        assert address.hostname == "127.0.0.1"
        connection = http.client.HTTPConnection(address.hostname, address.port or 0)
        body = '{"messages": [{"role": "user", "content": "ping"}]}'
        connection.request("POST", "/v1/chat/completions", body, {"content-type": "application/json"})
        with connection.getresponse() as response:
            return response.status

    assert await asyncio.to_thread(status) == 401


async def test_closing_ends_the_server(path: Path) -> None:
    def threads() -> int:
        return len(os.listdir("/proc/self/task"))

    model = LocalModel(path)
    during = threads()
    await model.close()
    assert threads() < during


def test_neither_loading_nor_asking_nor_ending_says_a_word(path: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from selfdebug.messages import Request\nfrom selfdebug.models import LocalModel\n"
        "async def main():\n"
        "    async with LocalModel(sys.argv[1], form='completion') as model:\n"
        "        await model.ask(Request(prompt='a', max_tokens=2))\n"
        "    global left_open\n"
        "    left_open = LocalModel(sys.argv[1])\n"
        "asyncio.run(main())\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False, timeout=120
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


async def test_stored_replies_outlast_the_port_and_the_folder(path: Path, tmp_path: Path) -> None:
    moved = Path(shutil.copy(path, tmp_path))
    with ReplyStore(tmp_path / "store.db") as store:
        async with StoringModel(LocalModel(path), store) as model:
            await model.ask(chat(max_tokens=4))
        async with StoringModel(LocalModel(moved), store) as model:
            [again] = await model.ask(chat(max_tokens=4))
        other_weights = write_tiny_gguf(moved, seed=1)
        async with StoringModel(LocalModel(other_weights), store) as model:
            [new] = await model.ask(chat(max_tokens=4))
    assert again.stored
    assert not new.stored


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match=r"There is no file .*give a GGUF file"):
        LocalModel(tmp_path / "missing.gguf")


def test_a_folder_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match="give a GGUF file"):
        LocalModel(tmp_path)


@pytest.mark.parametrize("content", [b"", b"GG", b"PK\x03\x04" * 100, b"GGUF", b"GGUF\x63\0\0\0" + b"\0" * 100])
def test_another_kind_of_file_is_said_so(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "other.gguf"
    file.write_bytes(content)
    with pytest.raises(UnknownModelError, match="is not a GGUF file"):
        LocalModel(file)


@pytest.mark.parametrize("kept", [0.01, 0.05, 0.9])
def test_a_file_that_was_cut_off_is_said_so(kept: float, path: Path, tmp_path: Path) -> None:
    whole = path.read_bytes()
    file = tmp_path / "cut.gguf"
    file.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(ModelError, match=r"GGUF file, or is incomplete|cannot load"):
        LocalModel(file)


def test_too_little_memory_is_said_before_it_runs_out(path: Path) -> None:
    with pytest.raises(ModelError, match=r"GiB of memory .* are free: take a smaller"):
        LocalModel(path, parallel=10**9)

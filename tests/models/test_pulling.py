"""Files of a hub: got, resumed, checked, refused; named by their repository."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from selfdebug.downloads import engine
from selfdebug.downloads.progress import DownloadError, DownloadProgress
from selfdebug.models import LocalModel, UnknownModelError, hub, open_model
from selfdebug.models.hub import HubName
from selfdebug.models.pulling import pull
from tests.hub_server import HubServer
from tests.models.requests import chat
from tests.tiny_gguf import write_tiny_gguf

REPOSITORY = "somebody/tiny-GGUF"
FILE = "tiny-q4_k_m.gguf"
NAME = HubName(REPOSITORY, FILE)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_tiny_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf").read_bytes()


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[HubServer], None]:
    """Has a hub used, with an empty cache. The package reads its variables when it is imported, so before this."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(engine, "PAUSE", 0.0)
    monkeypatch.delenv("HF_TOKEN", raising=False)

    def use(server: HubServer) -> None:
        monkeypatch.setattr(constants, "ENDPOINT", server.url)
        template = f"{server.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)

    return use


@pytest.fixture(autouse=True)
def _empty_cache(use: Callable[[HubServer], None]) -> None:
    """Nobody's own cache."""


Use = Callable[[HubServer], None]


async def test_what_was_pulled_is_asked_by_its_name(use: Use, content: bytes) -> None:
    with HubServer({REPOSITORY: {FILE: content, "README.md": b"#"}}) as server:
        use(server)
        moments: list[DownloadProgress] = []
        found = pull(HubName(REPOSITORY), moments.append)
    assert found.path.read_bytes() == content
    assert (found.repository, found.file, found.size, found.whole) == (REPOSITORY, FILE, len(content), True)
    assert [moment.stage for moment in moments if moment.stage != "downloading"] == ["checking", "done"]
    assert (moments[0].done, moments[0].total) == (0, len(content))
    assert hub.cached() == (found,)
    for name in (f"gguf:{REPOSITORY}", f"gguf:{REPOSITORY}:{FILE}"):
        async with open_model(name, concurrency=1, context=64) as model:
            assert isinstance(model, LocalModel)
            assert (await model.ask(chat(max_tokens=2)))[0].text


def test_what_is_there_is_not_got_again(use: Use, content: bytes) -> None:
    with HubServer({REPOSITORY: {FILE: content}}) as server:
        use(server)
        pull(NAME)
        moments: list[DownloadProgress] = []
        pull(NAME, moments.append)
    assert server.ranges == [""]
    assert [moment.stage for moment in moments] == ["present"]


def test_a_connection_that_breaks_goes_on_where_it_was(use: Use, content: bytes) -> None:
    with HubServer({REPOSITORY: {FILE: content}}, break_after=[1000, 3000]) as server:
        use(server)
        assert pull(NAME).path.read_bytes() == content
    assert server.ranges == ["", "bytes=1000-", "bytes=3000-"]


def test_a_process_that_is_interrupted_goes_on_where_it_was(use: Use, content: bytes, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from selfdebug.cli.main import main; main()", "models", "pull", str(NAME)]
    with HubServer({REPOSITORY: {FILE: content}}, wait_after=5000) as server:
        environment = {**os.environ, "HF_ENDPOINT": server.url, "HF_HUB_CACHE": str(tmp_path / "cache")}
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while not server.ranges:
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        blobs = tmp_path / "cache" / "models--somebody--tiny-GGUF" / "blobs"
        while not any(path.stat().st_size for path in blobs.glob("*.incomplete")):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "What was downloaded is kept: run the same command again to continue." in err
    assert "Traceback" not in err
    (kept,) = blobs.glob("*.incomplete")
    size = kept.stat().st_size
    assert size == 5000
    assert kept.read_bytes() == content[:size]
    with pytest.raises(UnknownModelError, match=f"selfdebug models pull {NAME}"):
        hub.find(NAME)
    with HubServer({REPOSITORY: {FILE: content}}) as server:
        environment["HF_ENDPOINT"] = server.url
        again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again
    assert Path(again.stdout.strip()).read_bytes() == content
    assert server.ranges == [f"bytes={size}-"]
    assert not list(blobs.glob("*.incomplete"))


def test_a_wrong_checksum_deletes_what_came(use: Use, content: bytes) -> None:
    with HubServer({REPOSITORY: {FILE: content}}, lies=(FILE,)) as server:
        use(server)
        with pytest.raises(DownloadError, match=r"is not the expected file: its checksum is .*so it was not kept"):
            pull(NAME)
    assert not list(hub.cache_folder().rglob("*.incomplete"))
    assert hub.cached() == ()


def test_parts_are_got_and_served_together(use: Use, content: bytes) -> None:
    parts = {f"big-Q4_K_M-0000{number}-of-00002.gguf": content + bytes(number) for number in (1, 2)}
    with HubServer({REPOSITORY: {**parts, "big-Q8_0.gguf": content}}) as server:
        use(server)
        found = pull(HubName(REPOSITORY))
    assert found.file == "big-Q4_K_M-00001-of-00002.gguf"
    assert found.size == 2 * len(content) + 3
    assert hub.find(HubName(REPOSITORY, "big-Q4_K_M-00002-of-00002.gguf")).path == found.path
    (found.path.parent / "big-Q4_K_M-00002-of-00002.gguf").unlink()
    assert not hub.cached()[0].whole
    with pytest.raises(UnknownModelError, match="is incomplete in the hub cache: selfdebug models pull"):
        hub.find(HubName(REPOSITORY))


def test_several_models_are_listed_for_a_choice(use: Use, content: bytes) -> None:
    files = {"a-Q8_0.gguf": content, "a-Q5_K_M.gguf": content, "mmproj-a.gguf": content}
    with HubServer({REPOSITORY: files, "somebody/empty": {"README.md": b"#"}}) as server:
        use(server)
        with pytest.raises(
            UnknownModelError, match=r"several models .* somebody/tiny-GGUF:FILE, a-Q5_K_M.gguf, a-Q8_0"
        ):
            pull(HubName(REPOSITORY))
        with pytest.raises(UnknownModelError, match=r"has no a.gguf at http.*; it has a-Q5_K_M.gguf, a-Q8_0.gguf\."):
            pull(HubName(REPOSITORY, "a.gguf"))
        with pytest.raises(UnknownModelError, match="has no GGUF file at http"):
            pull(HubName("somebody/empty"))


def test_a_private_repository_needs_the_token(use: Use, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with HubServer({REPOSITORY: {FILE: content}}, private=(REPOSITORY,)) as server:
        use(server)
        with pytest.raises(UnknownModelError, match=f"no repository {REPOSITORY}, or a private one.*set HF_TOKEN"):
            pull(NAME)
        monkeypatch.setenv("HF_TOKEN", "hf_right")
        assert pull(NAME).whole


def test_what_the_hub_refuses_is_said(use: Use, content: bytes) -> None:
    files = {FILE: content}
    with HubServer(
        {REPOSITORY: files, "a/gated": files, "a/b": files}, gated=("a/gated",), forbidden=("a/b",)
    ) as server:
        use(server)
        with pytest.raises(UnknownModelError, match="no repository somebody/else"):
            pull(HubName("somebody/else"))
        with pytest.raises(DownloadError, match=f"accept its terms: do so at {server.url}/a/gated, and set HF_TOKEN"):
            pull(HubName("a/gated"))
        with pytest.raises(DownloadError, match="does not let you read a/b: check HF_TOKEN"):
            pull(HubName("a/b"))
        server.status = 418
        with pytest.raises(DownloadError, match="answered with status 418: try again later"):
            pull(NAME)
    with HubServer({}) as server:
        use(server)
    with pytest.raises(DownloadError, match=r"cannot be reached .*check the network"):
        pull(NAME)


def test_too_little_room_is_said_beforehand(use: Use, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    usage = shutil.disk_usage("/")
    with HubServer({REPOSITORY: {FILE: content}}) as server:
        use(server)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=10))
        with pytest.raises(DownloadError, match=r"are free in .*make room, or set HF_HOME"):
            pull(NAME)
    assert server.ranges == []


def test_a_disk_that_fills_up_is_said(use: Use, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(engine.Download, "_try", full)
    with HubServer({REPOSITORY: {FILE: content}}) as server:
        use(server)
        with pytest.raises(
            DownloadError, match=r"No space left on device.: make room, or set HF_HOME.*same command again to continue"
        ):
            pull(NAME)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", HubName("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF")),
        ("a/b:c/d.gguf", HubName("a/b", "c/d.gguf")),
        ("models/tiny.gguf", None),
        ("/models/tiny", None),
        ("a/b/c", None),
        ("tiny.gguf", None),
        ("a/b:", None),
        ("../b", None),
    ],
)
def test_names_of_repositories_are_told_from_paths(given: str, read: HubName | None) -> None:
    assert hub.parse(given) == read


@pytest.fixture
def a_b(tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file a/b in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("a").mkdir()
    Path("a/b").write_bytes(content)


@pytest.mark.usefixtures("a_b")
async def test_an_existing_path_wins() -> None:
    async with open_model("gguf:a/b", concurrency=1, context=64) as model:
        assert model.name == "gguf:b"


def test_what_is_not_in_the_cache_says_how_it_comes_there() -> None:
    with pytest.raises(
        UnknownModelError, match=r"neither a file nor in the hub cache.*selfdebug models pull a/b:c\.gguf"
    ):
        open_model("gguf:a/b:c.gguf")

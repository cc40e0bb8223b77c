"""Proxies and certificates, decided in one place for model servers and for downloads."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from selfdebug.downloads.engine import Download
from selfdebug.downloads.network import certificates, proxy_for
from selfdebug.models import Endpoint
from tests.benchmarks.file_server import File, FileServer
from tests.model_server import ModelServer
from tests.models.requests import chat

PROXY = "http://127.0.0.1:9"
"""Nothing listens there."""


@pytest.fixture(autouse=True)
def _proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("ALL_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", "inside.example")


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("http://model.example/v1", PROXY),
        ("https://model.example/v1", PROXY),
        ("https://inside.example/v1", None),
        ("http://localhost:8000/v1", None),
        ("http://[::1]:8000/v1", None),
    ],
)
def test_environment_names_the_proxy_but_not_for_this_machine(url: str, proxy: str | None) -> None:
    assert proxy_for(url) == proxy


async def test_nothing_on_this_machine_is_asked_through_the_proxy(tmp_path: Path) -> None:
    with ModelServer() as server:
        async with Endpoint("tiny", server.url) as model:
            assert await model.ask(chat())
    with FileServer({"/file": File(b"content")}) as files:
        Download(f"{files.url}/file", tmp_path / "file", "file", lambda progress: None).run()
    assert (tmp_path / "file").read_bytes() == b"content"


def test_certificates_are_checked_against_the_host() -> None:
    context = certificates()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


async def test_netrc_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("default login me password secret-in-netrc\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with ModelServer() as server:
        async with Endpoint("tiny", server.url) as model:
            await model.ask(chat())
        assert server.calls[0].headers["authorization"] == "Bearer none-needed"
    with FileServer({"/file": File(b"content")}) as files:
        Download(f"{files.url}/file", tmp_path / "file", "file", lambda progress: None).run()
        assert "authorization" not in {name.lower() for name in files.requests[0].headers}

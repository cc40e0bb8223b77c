"""The Python interface where nothing is configured: which model replies, in which style, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import selfdebug
from selfdebug import api
from selfdebug.models import LocalModel, embedded
from selfdebug.settings import Settings
from tests.model_server import ModelServer
from tests.tiny_gguf import write_tiny_gguf


@pytest.fixture(autouse=True)
def _nothing_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(embedded, "WEIGHTS", write_tiny_gguf(tmp_path / "embedded.gguf"))
    api._notice.cache_clear()


async def test_the_embedded_model_replies_and_that_is_said_once(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        async with api.open_debugger(applications=["text-to-sql"], store=tmp_path / "store.db") as debugger:
            assert debugger.model.name == "embedded"
            assert debugger.settings.style == "embedded"
    out, err = capfd.readouterr()
    assert (out, err) == ("", f"selfdebug: {embedded.NOTICE}\n")


async def test_who_names_it_is_told_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    chosen = Settings(style="few-shot")
    async with api.open_debugger(
        "embedded", chosen, applications=["text-to-sql"], store=tmp_path / "store.db"
    ) as debugger:
        assert debugger.settings is chosen
    assert capfd.readouterr() == ("", "")


def test_a_style_that_is_not_chosen_follows_the_model(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE item (name TEXT)")
    problem = selfdebug.TextToSqlProblem("How many?", str(path))
    options = {"store": tmp_path / "store.db", "max_reply_tokens": 4, "feedback": "baseline"}
    assert selfdebug.debug(problem, **options).style == "embedded"
    assert selfdebug.debug(problem, style="few-shot", **options).style == "few-shot"
    with ModelServer("no") as server:
        assert selfdebug.debug(problem, "tiny", base_url=server.url, **options).style == "few-shot"


async def test_an_open_model_is_asked_in_its_style(tmp_path: Path) -> None:
    async with (
        LocalModel(embedded.WEIGHTS, name="embedded") as model,
        api.open_debugger(model, applications=["text-to-sql"]) as debugger,
    ):
        assert debugger.settings.style == "embedded"

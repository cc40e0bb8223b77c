"""The command in a home of its own: no settings, no store, no key of whoever runs the tests."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from huggingface_hub import constants
from typer.testing import CliRunner

from selfdebug.cli.main import app
from selfdebug.execution import isolation
from selfdebug.models import embedded
from tests.needs import skip_or_fail
from tests.tiny_gguf import write_tiny_gguf


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that stand for those of the embedded model: it says nothing sensible."""
    return write_tiny_gguf(tmp_path_factory.mktemp("weights") / "embedded.gguf", context=2048)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, below which everything of the user lies."""
    for name in list(os.environ):
        if name.startswith(("SELFDEBUG_", "OPENAI_", "XDG_")) and name != "SELFDEBUG_REQUIRE_ALL":
            monkeypatch.delenv(name)
    for name, folder in (("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    monkeypatch.setattr(embedded, "WEIGHTS", weights)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return tmp_path


@pytest.fixture
def run() -> Run:
    """Runs the command in this process. A traceback fails the test."""

    def run(*arguments: str | Path, input: str | bytes | None = None) -> Result:  # noqa: A002 - typer's name
        found = CliRunner().invoke(app, [str(argument) for argument in arguments], input=input)
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        return Result(found.exit_code, found.stdout, found.stderr)

    return run


@pytest.fixture
def isolated() -> None:
    """For tests that run programs."""
    if not (isolation.bubblewrap().works or isolation.landlock().works):
        skip_or_fail("no isolation works here: see selfdebug doctor")

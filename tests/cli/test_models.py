"""``selfdebug models``: the list, and what pulling says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from huggingface_hub import constants

from selfdebug.models import embedded
from tests.hub_server import HubServer
from tests.model_server import ModelServer

from .conftest import Run

REPOSITORY, FILE = "somebody/tiny-GGUF", "tiny-q4_k_m.gguf"


@pytest.fixture(autouse=True)
def _no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)


def use(server: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", server.url)
    template = f"{server.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)


def test_the_list_has_what_is_here_and_what_is_worth_getting(run: Run) -> None:
    result = run("models")
    assert result.code == 0
    assert "  embedded  " in result.out
    assert "with 8 GB of memory" in result.out
    assert "Qwen/Qwen2.5-Coder-7B-Instruct-GGUF:qwen2.5-coder-7b-instruct-q4_k_m.gguf" in result.out
    assert "At http" not in result.out


def test_a_pulled_model_is_listed_under_the_name_to_use(
    run: Run, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HubServer({REPOSITORY: {FILE: weights.read_bytes()}}) as server:
        use(server, monkeypatch)
        result = run("models", "pull", REPOSITORY)
        again = run("models", "pull", f"gguf:{REPOSITORY}:{FILE}", "--quiet")
    assert result.code == 0, result
    assert f"--model gguf:{REPOSITORY}:{FILE}" in result.err
    assert f"  {FILE}: downloading (" in result.err
    assert Path(result.out.strip()).read_bytes() == weights.read_bytes()
    assert (again.out, again.err) == (result.out, "")
    listed = json.loads(run("models", "--json").out)
    assert listed["embedded"]["works"] is True
    assert [one["name"] for one in listed["cached"]] == [f"gguf:{REPOSITORY}:{FILE}"]
    assert {one["memory"] for one in listed["recommended"]} == {8, 16, 32}
    used = run("python", "Write f.", "--model", f"gguf:{REPOSITORY}", "--show-prompt", "--json")
    assert json.loads(used.out)["model"] == f"gguf:{FILE}"


def test_the_servers_models_are_listed(run: Run) -> None:
    with ModelServer(models=["one", "other"]) as server:
        listed = json.loads(run("models", "--json", "--base-url", server.url).out)["server"]
        shown = run("models", "--base-url", server.url).out
    assert listed == {"url": server.url, "models": ["one", "other"], "error": ""}
    assert "  other\n" in shown
    result = run("models", "--base-url", "http://me:pass-word@127.0.0.1:9/v1")
    assert result.code == 0
    assert "Nothing answers at http://127.0.0.1:9/v1" in result.out
    assert "pass-word" not in result.out


def test_missing_weights_are_said(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "WEIGHTS", tmp_path / "none.gguf")
    assert "missing: this copy has no weights" in run("models").out


@pytest.mark.parametrize("name", ["tiny", "tiny.gguf", "/models/tiny.gguf", "a/b/c"])
def test_what_names_no_repository_is_wrong_usage(run: Run, name: str) -> None:
    result = run("models", "pull", name)
    assert (result.code, result.out) == (2, "")
    assert "is not the name of a model on the hub: give OWNER/NAME or OWNER/NAME:FILE." in result.err


def test_what_cannot_be_got_ends_with_3_and_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with HubServer({}) as server:
        use(server, monkeypatch)
        result = run("models", "pull", "somebody/else", "--quiet")
    assert (result.code, result.out) == (3, "")
    assert result.err == (
        f"selfdebug: {server.url} has no repository somebody/else, or a private one: check the name, or set HF_TOKEN.\n"
    )


def test_a_name_of_the_hub_in_a_file_is_no_path(run: Run) -> None:
    Path("selfdebug.toml").write_text("model = 'gguf:somebody/tiny-GGUF:tiny.gguf'")
    assert "gguf:somebody/tiny-GGUF:tiny.gguf " in run("config").out
    Path("selfdebug.toml").write_text("model = 'gguf:models/tiny.gguf'")
    assert str(Path("models/tiny.gguf").absolute()) in run("config").out

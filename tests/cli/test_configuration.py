"""Where settings come from, which source wins, and what is refused."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

import selfdebug
from selfdebug.cli.configuration import SETTINGS, Configuration, load, user_file
from selfdebug.cli.failing import UsageError
from selfdebug.prices import Prices
from selfdebug.settings import RENAMED, Settings
from selfdebug.styles import style_for

from .conftest import Run


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_defaults_are_the_debuggers() -> None:
    for each in fields(Settings):
        if each.name != "style":  # which follows the model where nobody chose one
            assert SETTINGS[each.name].default == each.default, each.name
    assert style_for("gpt-5-mini") == Settings().for_model("gpt-5-mini").style == "few-shot"
    assert style_for("embedded") == "embedded"


TOY = """
import dataclasses, json, os, sys
from selfdebug import settings

@dataclasses.dataclass(frozen=True, slots=True)
class Toy(settings.Settings):
    toy: int = settings.setting(7, "How much to play.", "Debugging", "N", least=1)

settings.Settings = Toy
from typer.testing import CliRunner
from selfdebug.cli.configuration import load
from selfdebug.cli.main import app
from selfdebug.cli.running import settings_of
from selfdebug.runs import RunSource
from selfdebug.runs.provenance import command

def said(*words):
    result = CliRunner().invoke(app, words)
    return result.stdout + result.stderr

found = {name: said(name, "--help") for name in ("python", "sql", "translate", "demo", "bench", "view")}
found["default"], found["wrong"] = said("config"), said("python", "x", "--toy", "0")
os.environ["SELFDEBUG_TOY"] = "8"
found["variable"] = said("config")
del os.environ["SELFDEBUG_TOY"]
open("selfdebug.toml", "w").write("toy = 9")
found["file"] = said("config")
made = settings_of(load({"toy": 10}).configuration)
found["settings"] = [type(made).__name__, made.toy]
found["command"] = command("mbpp", made, RunSource(model="m"), feedback=["ut"], policies=["chain"], samples=[1])
print(json.dumps(found))
"""


def test_a_setting_is_added_by_one_declaration() -> None:
    done = subprocess.run([sys.executable, "-c", TOY], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    for name in ("python", "sql", "translate", "demo", "bench", "view"):
        assert "--toy" in found[name], name
        assert "How much to play." in " ".join(found[name].replace("│", " ").split()), name
    assert re.search(r"^toy +7$", found["default"], re.MULTILINE)
    assert re.search(r"^toy +8 +SELFDEBUG_TOY$", found["variable"], re.MULTILINE)
    assert re.search(r"^toy +9 +.*selfdebug\.toml$", found["file"], re.MULTILINE)
    assert "--toy must be 1 or more, not 0" in found["wrong"]
    assert found["settings"] == ["Toy", 10]
    assert "--toy 10" in found["command"]


def test_option_wins_over_environment_project_user_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().configuration.max_turns == 6
    user = write(user_file(), "max_turns = 4\nsamples = 7")
    assert (load().configuration.max_turns, load().sources["max_turns"]) == (4, str(user))
    project = write(Path("selfdebug.toml"), "max_turns = 5").absolute()
    assert (load().configuration.max_turns, load().sources["max_turns"]) == (5, str(project))
    assert load().configuration.samples == 7
    monkeypatch.setenv("SELFDEBUG_MAX_TURNS", "8")
    assert (load().configuration.max_turns, load().sources["max_turns"]) == (8, "SELFDEBUG_MAX_TURNS")
    found = load({"max_turns": 0, "samples": None})
    assert (found.configuration.max_turns, found.sources["max_turns"]) == (0, "--max-turns")
    assert found.configuration.samples == 7


def test_project_file_is_found_above(monkeypatch: pytest.MonkeyPatch) -> None:
    write(Path("selfdebug.toml"), 'style = "zero-shot"')
    write(Path("a/b/c.txt"), "")
    monkeypatch.chdir("a/b")
    assert load().configuration.style == "zero-shot"


def test_nearest_project_file_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    write(Path("selfdebug.toml"), "max_turns = 9")
    write(Path("a/selfdebug.toml"), "samples = 2")
    monkeypatch.chdir("a")
    assert (load().configuration.max_turns, load().configuration.samples) == (6, 2)


def test_variables_of_every_type(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {
        "CACHE": "no",
        "MAX_SECONDS": "2.5",
        "MAX_CALLS": "8",
        "MODEL": "tiny",
        "FEEDBACK": "UT",
    }.items():
        monkeypatch.setenv(f"SELFDEBUG_{name}", text)
    expected = Configuration(cache=False, max_seconds=2.5, max_calls=8, model="tiny", feedback="ut")
    assert load().configuration == expected


def test_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFDEBUG_MAX_TURNS", "")
    assert load().sources["max_turns"] == "default"


def test_file_takes_hyphens_and_whole_numbers_for_numbers() -> None:
    write(Path("selfdebug.toml"), "max-reply-tokens = 100\nmax_seconds = 3")
    assert (load().configuration.max_reply_tokens, load().configuration.max_seconds) == (100, 3.0)


def test_paths_in_a_file_start_at_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path.cwd()
    write(Path("selfdebug.toml"), 'store = "runs/store.db"\nmodel = "gguf:tiny.gguf"')
    write(Path("a/b.txt"), "")
    monkeypatch.chdir("a")
    assert load().configuration.store == str(folder / "runs/store.db")
    assert load().configuration.model == f"gguf:{folder / 'tiny.gguf'}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max_turns = ", "cannot be read as TOML"),
        ("max_trns = 3", "did you mean max_turns?"),
        ("[sql]\nmax_turns = 3", "sql is not a setting"),
        ("max_turns = 'three'", "must be a whole number"),
        ("max_turns = true", "must be a whole number"),
        ("max_turns = -1", "must be 0 or more, not -1"),
        ("samples = 0", "must be 1 or more, not 0"),
        ("max_seconds = inf", "must be 0.001 or more, not inf"),
        ("cache = 1", "must be true or false"),
        ("style = 'loud'", "must be one of few-shot, zero-shot"),
        ("feedback = 'tests'", "must be one of baseline"),
        ("api_key = 'sk-1'", "put keys in the variable OPENAI_API_KEY"),
        ("openai-api-key = 'sk-1'", "put keys in the variable OPENAI_API_KEY"),
        ("unsafe = true", "a project's file may not set unsafe"),
        ("base_url = 'https://elsewhere.example/v1'", "only servers on this machine"),
        ("base_url = 'http://127.0.0.1@elsewhere.example/v1'", "only servers on this machine"),
        ("store = 'postgresql://elsewhere.example/replies'", "only servers on this machine"),
        ("store = 'postgresql://localhost/x?host=elsewhere.example'", "only servers on this machine"),
        ("store = 'postgresql://localhost:1/@elsewhere.example/x'", "only servers on this machine"),
        ("store = 'postgresql://localhost#@elsewhere.example/x'", "only servers on this machine"),
        ("store = 'postgresql://localhost,elsewhere.example/x'", "only servers on this machine"),
        ("base_url = 'http://localhost/v1?key=x'", "only servers on this machine"),
        ('base_url = "http:/\\t/elsewhere.example/v1"', "only servers on this machine"),
        ("base_url = 'http://[bad'", "only servers on this machine"),
        ("style = ''", "must be one of few-shot, zero-shot, embedded, not ''"),
    ],
)
def test_what_a_projects_file_may_not_say(text: str, message: str) -> None:
    write(Path("selfdebug.toml"), text)
    with pytest.raises(UsageError, match=r"selfdebug\.toml") as caught:
        load()
    assert message in str(caught.value)
    assert "sk-1" not in str(caught.value)


def test_users_own_file_may_name_any_server() -> None:
    write(user_file(), "base_url = 'https://elsewhere.example/v1'\nunsafe = true")
    assert load().configuration.unsafe
    assert load().configuration.base_url == "https://elsewhere.example/v1"


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("base_url", "http://localhost:8000/v1"),
        ("base_url", "http://[::1]:8000/v1"),
        ("base_url", ""),
        ("store", "postgresql+psycopg://me:pass@127.0.0.1/replies"),
        ("store", "sqlite:///replies.db?timeout=5"),
    ],
)
def test_project_may_name_a_server_of_this_machine(name: str, url: str) -> None:
    write(Path("selfdebug.toml"), f"{name} = '{url}'")
    assert getattr(load().configuration, name) == url


def test_empty_text_is_a_value_only_where_the_default_is_empty() -> None:
    assert load({"model": "", "form": "", "feedback": ""}).configuration == Configuration()
    with pytest.raises(UsageError, match="--style must be one of"):
        load({"style": ""})


@pytest.mark.parametrize(("variable", "text"), [("MAX_TURNS", "many"), ("CACHE", "maybe"), ("MAX_SECONDS", "nan")])
def test_variable_of_the_wrong_type_names_itself(monkeypatch: pytest.MonkeyPatch, variable: str, text: str) -> None:
    monkeypatch.setenv(f"SELFDEBUG_{variable}", text)
    with pytest.raises(UsageError, match=f"SELFDEBUG_{variable}"):
        load()


def test_unknown_variable_is_a_warning_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFDEBUG_MODLE", "x")
    monkeypatch.setenv("SELFDEBUG_API_KEY", "sk-very-secret")
    monkeypatch.setenv("SELFDEBUG_DATA", "/data")
    warnings = load().warnings
    assert len(warnings) == 2
    assert "OPENAI_API_KEY" in warnings[0]
    assert "did you mean SELFDEBUG_MODEL?" in warnings[1]
    assert "very-secret" not in str(warnings)


def test_unreadable_file_is_an_error_and_a_folder_of_its_name_is_none() -> None:
    Path("selfdebug.toml").mkdir()
    assert load().configuration.max_turns == 6
    Path("selfdebug.toml").rmdir()
    Path("selfdebug.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="cannot be read as TOML"):
        load()


def test_config_shows_values_sources_and_files(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write(Path("selfdebug.toml"), "max_turns = 5")
    monkeypatch.setenv("SELFDEBUG_BASE_URL", "http://me:pass-word@localhost:8000/v1?key=sk-very-secret")
    monkeypatch.setenv("SELFDEBUG_STORE", "postgresql://me:1/pass-word@localhost/replies")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    plain, as_json = run("config"), run("config", "--json")
    assert (plain.code, as_json.code) == (0, 0)
    assert re.search(r"^max_turns +5 ", plain.out, re.MULTILINE)
    assert "http://me@localhost:8000/v1" in plain.out
    for result in (plain, as_json):
        assert "secret" not in result.out + result.err
        assert "pass-word" not in result.out + result.err
    found = json.loads(as_json.out)
    assert set(found["settings"]) == set(SETTINGS)
    assert found["settings"]["max_turns"] == {"value": 5, "source": str(Path("selfdebug.toml").absolute())}
    assert found["settings"]["store"]["value"] == "postgresql://me@localhost/replies"
    assert [file["exists"] for file in found["files"]] == [True, False]


def test_config_with_a_bad_file_is_wrong_usage(run: Run) -> None:
    write(Path("selfdebug.toml"), "max_trns = 5")
    result = run("config")
    assert (result.code, result.out) == (2, "")
    assert "did you mean max_turns?" in result.err


def test_prices_come_from_files_the_environment_and_options(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().configuration.prices is None
    write(Path("selfdebug.toml"), "prompt_price = 1\ncompletion_price = 4.5")
    assert load().configuration.prices == Prices(1.0, 4.5)
    monkeypatch.setenv("SELFDEBUG_PROMPT_PRICE", "0.25")
    assert load({"completion_price": 0.0}).configuration.prices == Prices(0.25, 0.0)


def test_prices_belong_to_no_run() -> None:
    assert not {"prompt_price", "completion_price"} & {each.name for each in fields(Settings)}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SELFDEBUG_PROMPT_PRICE": "-1", "SELFDEBUG_COMPLETION_PRICE": "1"}, "must be 0 or more, not -1"),
        ({"SELFDEBUG_PROMPT_PRICE": "nan", "SELFDEBUG_COMPLETION_PRICE": "1"}, "must be 0 or more, not nan"),
        ({"SELFDEBUG_PROMPT_PRICE": "1", "SELFDEBUG_COMPLETION_PRICE": "inf"}, "must be 0 or more, not inf"),
        ({"SELFDEBUG_PROMPT_PRICE": "cheap", "SELFDEBUG_COMPLETION_PRICE": "1"}, "must be a number"),
        ({"SELFDEBUG_PROMPT_PRICE": "1"}, "prompt_price is given and completion_price is not: give both, or neither"),
        ({"SELFDEBUG_COMPLETION_PRICE": "1"}, "completion_price is given and prompt_price is not"),
    ],
)
def test_prices_that_are_none_are_refused(
    given: dict[str, str], said: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    result = run("report", "mbpp-1")
    assert (result.code, result.out) == (2, "")
    assert said in " ".join(result.err.split())


def test_documentation_lists_every_setting_as_declared() -> None:
    page = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
    rows = ["| option | in a file | default | |", "| --- | --- | --- | --- |"]
    for setting in SETTINGS.values():
        default = "" if setting.default in ("", None) else str(setting.default).lower()
        rows.append(f"| `{setting.option}` | `{setting.name}` | {default} | {setting.doc} |")
    table = "\n".join(rows)
    assert f"\n\n{table}\n\n" in page, f"docs/commands.md must hold this table:\n{table}"


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_old_names_of_limits_name_the_new_ones(old: str, new: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    option, new_option = (f"--{name.replace('_', '-')}" for name in (old, new))
    result = run("python", "Write f().", option, "5")
    assert (result.code, result.out) == (2, "")
    assert f"{option} is now called {new_option}." in " ".join(result.err.replace("│", " ").split())
    with pytest.raises(TypeError, match=f"{old} is now called {new}"):
        Settings(**{old: 5})
    with pytest.raises(TypeError, match=f"{old} is now called {new}"):
        selfdebug.debug(selfdebug.TextToPythonProblem("Write f()."), "embedded", **{old: 5})
    write(Path("selfdebug.toml"), f"{old.replace('_', '-')} = 5")
    with pytest.raises(UsageError, match=f"is now called {new}"):
        load()
    Path("selfdebug.toml").unlink()
    monkeypatch.setenv(f"SELFDEBUG_{old.upper()}", "5")
    with pytest.raises(UsageError, match=f"SELFDEBUG_{old.upper()} is now called SELFDEBUG_{new.upper()}"):
        load()

"""``selfdebug doctor`` on machines of several kinds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from selfdebug.execution import isolation
from selfdebug.models import embedded
from tests.execution.test_isolation import without_isolation
from tests.needs import skip_or_fail

from .conftest import Run

COMMAND = [sys.executable, "-c", "from selfdebug.cli.main import main; main()"]


def doctor(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "doctor", *arguments], capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "COLUMNS": "200", **environment},
    )  # fmt: skip


def test_says_what_works() -> None:
    if not (isolation.bubblewrap().works or isolation.landlock().works):
        skip_or_fail("no isolation works here")
    result = doctor()
    assert result.returncode == 0, result
    assert "✓ Python" in result.stdout
    assert "✓ SQLite" in result.stdout


def test_json_has_every_finding() -> None:
    if not isolation.landlock().works:
        skip_or_fail("landlock does not work here")
    result = doctor("--json", "--isolation", "landlock")
    findings = {f["name"]: f for f in json.loads(result.stdout)}
    assert set(findings) >= {"landlock", "Python", "C++", "Java", "JavaScript", "Rust", "Go", "PostgreSQL", "endpoint"}
    assert findings["landlock"]["works"] is True


def test_missing_compiler_and_driver_are_named_with_what_brings_them(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Hide:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'psycopg':\n"
        "            raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Hide())\n"
    )
    for isolated in ("bubblewrap", "landlock"):
        if not getattr(isolation, isolated)().works:
            skip_or_fail(f"{isolated} does not work here")
        result = doctor("--isolation", isolated, PATH=str(tmp_path), PYTHONPATH=str(tmp_path))
        assert result.returncode == 0, result
        assert "Traceback" not in result.stderr
        assert "apt-get install g++" in result.stdout
        assert 'pip install "selfdebug[postgres]"' in result.stdout


def test_without_isolation_it_says_so_and_exits_with_3(tmp_path: Path) -> None:
    result = without_isolation(
        "sys.argv = ['selfdebug', 'doctor']\nfrom selfdebug.cli.main import main\nmain()",
        PATH=str(tmp_path),
        COLUMNS="200",
    )
    assert result.returncode == 3, result
    assert "Traceback" not in result.stderr
    assert "✗ bubblewrap" in result.stdout
    assert "✗ landlock" in result.stdout
    assert "apt-get install g++" in result.stdout
    assert "none will be run" in result.stdout


def test_key_is_never_shown() -> None:
    result = doctor("--json", OPENAI_API_KEY="sk-very-secret", OPENAI_BASE_URL="http://user:pass@localhost:1234/v1")
    assert "very-secret" not in result.stdout + result.stderr
    assert "pass@" not in result.stdout + result.stderr
    assert "localhost" in result.stdout


@pytest.mark.parametrize(
    ("settings", "name", "works", "message"),
    [
        ({"OPENAI_BASE_URL": "http://[bad"}, "endpoint", False, "must be like http://"),
        ({"SELFDEBUG_BASE_URL": "ftp://me:pass-word@host"}, "endpoint", False, "must be like http://"),
        ({"SELFDEBUG_MODEL": "tiny"}, "endpoint", False, "set OPENAI_API_KEY"),
        ({"OPENAI_API_KEY": "sk-1"}, "endpoint", None, "no model named"),
        ({"OPENAI_API_KEY": "sk-1", "SELFDEBUG_MODEL": "tiny"}, "endpoint", True, "tiny, https://api.openai.com/v1"),
        ({"SELFDEBUG_MODEL": "gguf:missing.gguf"}, "file", False, "missing.gguf"),
        ({"SELFDEBUG_MAX_TURNS": "many"}, "settings", False, "SELFDEBUG_MAX_TURNS"),
    ],
)
def test_model_is_the_configured_one(
    run: Run, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], name: str, works: bool | None, message: str
) -> None:
    for variable, value in settings.items():
        monkeypatch.setenv(variable, value)
    finding = json.loads(run("doctor", "--json").out)[-1]
    assert (finding["group"], finding["name"], finding["works"]) == ("model", name, works)
    assert message in finding["detail"]
    assert "pass-word" not in str(finding)
    assert "sk-1" not in str(finding)


def test_the_embedded_model_is_told_of(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    there, other = json.loads(run("doctor", "--json").out)[-2:]
    assert (there["name"], there["works"]) == ("embedded", True)
    assert other["detail"] == "none configured: the built-in demo model is used"
    monkeypatch.setattr(embedded, "WEIGHTS", tmp_path / "none.gguf")
    missing = json.loads(run("doctor", "--json").out)[-2]
    assert missing["works"] is None
    assert "embedded model is missing" in missing["detail"]


def test_model_of_the_projects_file_counts(run: Run) -> None:
    Path("selfdebug.toml").write_text("model = 'tiny'\nbase_url = 'http://localhost:8000/v1'")
    finding = json.loads(run("doctor", "--json").out)[-1]
    assert (finding["works"], finding["remedy"]) == (True, "")
    assert finding["detail"].startswith("tiny, http://localhost:8000/v1, without a key")


def test_wrong_option_is_a_usage_error() -> None:
    result = doctor("--isolation", "docker")
    assert result.returncode == 2
    assert "auto, bubblewrap or landlock" in result.stderr

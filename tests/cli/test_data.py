"""``selfdebug data``: what it says is here, what it gets, and how it ends."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from selfdebug.benchmarks import BENCHMARKS
from selfdebug.benchmarks.sources import DATA_SETS, DataSource
from selfdebug.cli.configuration import Configuration
from selfdebug.cli.inputs import data_folder
from selfdebug.downloads.progress import readable_size
from tests.benchmarks.file_server import File, FileServer

from .conftest import Run

COMMAND = [sys.executable, "-c", "from selfdebug.cli.main import main; main()"]
BODY = b"tasks, " * 1000
PLACE = "/HumanEval.jsonl.gz"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """A mirror of a HumanEval of our own."""
    source = DataSource(
        f"https://official.example{PLACE}", "humaneval/HumanEval.jsonl.gz", len(BODY), hashlib.sha256(BODY).hexdigest()
    )
    monkeypatch.setitem(DATA_SETS, "humaneval", replace(DATA_SETS["humaneval"], sources=(source,)))
    with FileServer({PLACE: File(BODY, etag='"one"')}) as opened:
        yield opened


class TestFolder:
    def test_is_the_users_unless_it_is_set(self, home: Path) -> None:
        assert data_folder(Configuration()) == home / "data" / "selfdebug" / "data"
        assert data_folder(Configuration(data="here")) == Path.cwd() / "here"
        assert data_folder(Configuration(data="~/sets")) == Path.home() / "sets"


class TestList:
    def test_says_of_each_benchmark_what_there_is_to_know(self, run: Run, home: Path) -> None:
        result = run("data", "list", "--json")
        found = json.loads(result.out)
        entries = {entry["name"]: entry for entry in found["benchmarks"]}
        assert (result.code, set(entries)) == (0, set(BENCHMARKS))
        assert found["folder"] == str(home / "data" / "selfdebug" / "data")
        assert entries["sample"]["state"] == "in the package"
        assert entries["sample"]["tasks"] == 60
        assert entries["mbpp"]["missing"] == ["mbpp/mbpp.jsonl", "mbpp/sanitized-mbpp.json"]
        assert {entry["state"] for name, entry in entries.items() if name != "sample"} == {"not here"}
        assert all(entry["tasks"] and entry["licence"] for entry in entries.values())
        assert not (home / "data").exists()

    def test_names_what_lacks_and_what_is_another_file(self, run: Run) -> None:
        folder = Path("sets/humaneval")
        folder.mkdir(parents=True)
        (folder / "HumanEval.jsonl.gz").write_bytes(b"another")
        Path("sets/mbpp").mkdir()
        Path("sets/mbpp/mbpp.jsonl").write_bytes(b"another")
        lines = run("data", "list", "--data", "sets").out.splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith("humaneval "))
        assert "differs" in lines[at]
        assert lines[at + 1].strip() == "differs from the official humaneval/HumanEval.jsonl.gz"
        at = next(i for i, line in enumerate(lines) if line.startswith("mbpp "))
        assert [line.strip() for line in lines[at + 1 : at + 3]] == [
            "lacks mbpp/sanitized-mbpp.json", "differs from the official mbpp/mbpp.jsonl",
        ]  # fmt: skip
        assert lines[-1] == f"Folder: {Path('sets').absolute()}"

    def test_sizes_are_for_people(self) -> None:
        assert [readable_size(size) for size in (0, 999, 1500, 44_877, 1_475_256_364)] == [
            "0 B", "999 B", "1.5 kB", "45 kB", "1.5 GB",
        ]  # fmt: skip


class TestPull:
    def test_gets_what_is_missing_and_says_so_in_lines(self, run: Run, server: FileServer) -> None:
        result = run("data", "pull", "humaneval", "--from", server.url, "--data", "sets")
        assert (result.code, result.out) == (0, "")
        assert result.err.splitlines() == [
            "humaneval: MIT, https://github.com/openai/human-eval/blob/master/LICENSE",
            "  humaneval/HumanEval.jsonl.gz: downloading (7.0 kB)",
            "  humaneval/HumanEval.jsonl.gz: done",
        ]
        assert Path("sets/humaneval/HumanEval.jsonl.gz").read_bytes() == BODY
        again = run("data", "pull", "HumanEval", "--from", server.url, "--data", "sets")
        assert "  humaneval/HumanEval.jsonl.gz: here" in again.err.splitlines()
        assert len(server.requests) == 1
        entries = json.loads(run("data", "list", "--data", "sets", "--json").out)["benchmarks"]
        assert {entry["name"]: entry["state"] for entry in entries}["humaneval"] == "here"

    def test_quiet_says_nothing(self, run: Run, server: FileServer) -> None:
        result = run("data", "pull", "humaneval", "--from", server.url, "--quiet")
        assert (result.code, result.out, result.err) == (0, "", "")

    def test_real_file_is_accepted(self, run: Run, data: Path) -> None:
        [source] = DATA_SETS["humaneval"].sources
        official = source.url.removeprefix("https://raw.githubusercontent.com")
        with FileServer({official: File((data / source.path).read_bytes())}) as server:
            assert run("data", "pull", "humaneval", "--from", server.url, "--data", "sets").code == 0

    def test_one_that_fails_does_not_keep_back_the_others(self, run: Run, server: FileServer) -> None:
        result = run("data", "pull", "mbpp+", "humaneval", "--from", server.url, "--data", "sets")
        assert result.code == 3
        assert "status 404" in result.err
        assert "put it at" in result.err
        assert Path("sets/humaneval/HumanEval.jsonl.gz").read_bytes() == BODY

    def test_what_comes_with_the_package_needs_nothing(self, run: Run) -> None:
        result = run("data", "pull", "sample")
        assert (result.code, result.err) == (0, "sample comes with the package: there is nothing to pull.\n")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ((), "Name benchmarks, or give --all"),
            (("mbpp", "--all"), "Name benchmarks, or give --all"),
            (("mbbp",), "There is no benchmark 'mbbp': choose from spider"),
            (("",), "There is no benchmark ''"),
        ],
    )
    def test_wrong_usage(self, arguments: tuple[str, ...], said: str, run: Run) -> None:
        result = run("data", "pull", *arguments)
        assert result.code == 2
        assert said in result.err

    def test_a_mirror_that_is_none(self, run: Run) -> None:
        result = run("data", "pull", "mbpp+", "--from", "example.org")
        assert result.code == 2
        assert "'example.org' is not a mirror" in result.err

    def test_bar_on_a_terminal(self, tmp_path: Path, data: Path) -> None:
        [source] = DATA_SETS["mbpp+"].sources
        official = source.url.removeprefix("https://raw.githubusercontent.com")
        main, terminal = os.openpty()
        with FileServer({official: File((data / source.path).read_bytes(), pause=0.3)}) as server:
            command = [*COMMAND, "data", "pull", "mbpp+", "--from", server.url, "--data", str(tmp_path)]
            process = subprocess.Popen(command, stderr=terminal, env={**os.environ, "COLUMNS": "120", "TERM": "xterm"})
            os.close(terminal)
            said = b""
            with contextlib.suppress(OSError):  # the end of a terminal
                while block := os.read(main, 4096):
                    said += block
            os.close(main)
        assert process.wait() == 0
        assert b"/336.0 kB" in said
        assert b"mbpp/MbppPlus.jsonl.gz: done" in said

    def test_interrupted_in_the_middle_keeps_what_came(self, tmp_path: Path) -> None:
        [source] = DATA_SETS["mbpp+"].sources
        official = source.url.removeprefix("https://raw.githubusercontent.com")
        with FileServer({official: File(b"x" * source.size, etag='"one"', pause=30)}) as server:
            command = [*COMMAND, "data", "pull", "mbpp+", "--from", server.url, "--data", str(tmp_path)]
            process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "200"})
            part = tmp_path / "mbpp/MbppPlus.jsonl.gz.part"
            while process.poll() is None and not (part.exists() and part.stat().st_size >= source.size // 2):
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "the same command again to continue" in said
        assert part.stat().st_size == source.size // 2

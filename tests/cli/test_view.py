"""``selfdebug view``: a real process that serves until it is interrupted; files; and what cannot be used."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from selfdebug.runs import RunStore
from tests.reports.making import run as made

from .conftest import Run

COMMAND = [sys.executable, "-c", "from selfdebug.cli.main import main; main()", "view"]


@pytest.fixture
def store(home: Path) -> Path:
    path = home / "work" / "runs.db"
    with RunStore(path) as opened:
        opened.create(made("mbpp-1/ut"))
    return path


@pytest.mark.parametrize(("ended_by", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_it_serves_its_address_until_it_is_ended(
    store: Path, tmp_path: Path, ended_by: signal.Signals, code: int
) -> None:
    examples = tmp_path / "examples"
    examples.mkdir()
    process = subprocess.Popen(
        [*COMMAND, "--store", store, "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(examples)},
    )
    try:
        assert process.stdout
        address = process.stdout.readline().strip()
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\?token=([\w-]{20,})", address)
        assert found
        connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=60)
        connection.request("GET", "/runs", headers={"cookie": f"selfdebug-{found[1]}={found[2]}"})
        assert "mbpp-1/ut" in connection.getresponse().read().decode()
        connection.request("GET", "/live", headers={"cookie": f"selfdebug-{found[1]}={found[2]}"})
        assert connection.getresponse().readline() == b"event: ready\n"  # a page that stays open keeps nobody up
        process.send_signal(ended_by)
        _, said = process.communicate(timeout=60)
        connection.close()
    finally:
        process.kill()
        process.wait()
    assert process.returncode == code
    assert said.splitlines()[-1] == "selfdebug: the viewer has ended."
    assert "Traceback" not in said
    assert not list(examples.glob("selfdebug-view-*"))


def test_pages_are_written_as_files(run: Run, store: Path) -> None:
    found = run("view", "mbpp-1", "--export", "pages", "--store", store)
    assert (found.code, found.out) == (0, "pages/index.html\n")
    assert found.err == "selfdebug: writing mbpp-1/ut\n"
    assert "mbpp-1/ut" in Path("pages/index.html").read_text()
    assert run("view", "--export", "pages", "--store", store, "--quiet").err == ""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--export", "."], 2, "has other files in it: name a new folder"),
        (["--export", "runs.db"], 2, "is a file: name a folder"),
        (["mbpp-2", "--export", "new"], 2, "There is no run 'mbpp-2'"),
        (["mbpp-1"], 2, "Name runs only with --export"),
        (["--store", "missing.db"], 2, "There is no store missing.db"),
        (["--db", "missing.db"], 3, "missing.db"),
        *((["--host", host], 2, "every address of this machine") for host in ("0.0.0.0", "0", "0x0", "", "::", "::0")),
        (["--host", "x" * 64], 2, "cannot be used"),
        (["--host", "203.0.113.7"], 2, "203.0.113.7, port 0 cannot be used"),
    ],
)
def test_what_cannot_be_had_is_said_in_a_sentence(
    run: Run, store: Path, arguments: list[str], code: int, said: str
) -> None:
    found = run("view", *([] if "--store" in arguments else ["--store", store]), *arguments, "--no-browser")
    assert found.code == code
    assert said in " ".join(found.err.split())


def test_a_port_that_is_taken_is_said(run: Run, store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        found = run("view", "--store", store, "--port", port, "--no-browser")
    assert found.code == 2
    assert "choose another --port" in found.err


def test_other_commands_do_not_load_what_serves(home: Path) -> None:
    code = (
        "import sys; from selfdebug.cli.main import app\n"
        "print([name for name in ('starlette', 'uvicorn', 'pygments.lexers') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert found.stdout == "[]\n"

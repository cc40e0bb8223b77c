"""What only a process of its own shows: signals, pipes, terminals, what is imported."""

from __future__ import annotations

import importlib
import os
import pty
import select
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from selfdebug.cli import failing
from tests.model_server import Answer, ModelServer

COMMAND = [sys.executable, "-c", "from selfdebug.cli.main import main; main()"]
QUERY = "SELECT name FROM item"
REPLIES = [f"```sql\n{QUERY}\n```", "Columns: 1 (name)", "It gives names.\nVerdict: correct"]


@pytest.fixture
def shop() -> str:
    connection = sqlite3.connect("shop.db")
    connection.execute("CREATE TABLE item (name TEXT)")
    connection.execute("INSERT INTO item VALUES ('tea\x1b[31m')")
    connection.commit()
    connection.close()
    return "shop.db"


def test_help_imports_nothing_heavy() -> None:
    heavy = ("openai", "sqlalchemy", "sqlglot", "jinja2", "selfdebug.execution", "selfdebug.models.endpoint")
    code = (
        "import sys\nfrom selfdebug.cli.main import main\nsys.argv = ['selfdebug', 'python', '--help']\n"
        f"try: main()\nexcept SystemExit: pass\nprint([name for name in {heavy} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "[]"


def test_what_users_get_wrong_is_said_before_anything_heavy_is_imported(shop: str) -> None:
    heavy = ("sqlalchemy", "sqlglot", "aiohttp", "jinja2", "selfdebug.api", "selfdebug.execution.sandbox")
    Path("f.cpp").write_text("int f(int x) { return x; }")
    wrong = [
        ["config"],
        ["runs"],
        ["runs", "show", "x"],
        ["report", "x"],
        ["sql", "Which?", "--db", "missing.db"],
        ["sql", "Which?", "--db", shop, "--program", "missing.sql"],
        ["python", "x", "--tests", "missing.py"],
        ["python", "x", "--program", "missing.py"],
        ["translate", "missing.cpp", "--to", "python"],
        ["translate", "f.cpp", "--to", "python", "--program", "missing.py"],
        ["python", "x", "--show-prompt", "--reply", "missing.txt"],
        ["evaluate", "mbpp", "missing.jsonl"],
        ["bench", "missing"],
        ["bench", "mbpp", "--programs", "missing.jsonl"],
    ]
    code = (
        "import sys\nfrom selfdebug.cli.main import app\n"
        f"for arguments in {wrong}:\n"
        "    sys.argv = ['selfdebug', *arguments]\n"
        "    try: app()\n"
        "    except SystemExit: pass\n"
        f"    print('heavy', arguments, [name for name in {heavy} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    said = [line for line in found.stdout.splitlines() if line.startswith("heavy")]
    assert said == [f"heavy {arguments} []" for arguments in wrong]


def test_every_error_with_an_exit_code_is_there() -> None:
    for name in failing._CODES:
        module, _, kind = name.rpartition(".")
        assert issubclass(getattr(importlib.import_module(module), kind), Exception)


def test_interrupt_keeps_what_was_paid_and_the_next_run_goes_on(shop: str) -> None:
    slow = [REPLIES[0], Answer("too late", delay=60.0)]
    with ModelServer(slow) as server:
        arguments = [*COMMAND, "sql", "Which?", "--db", shop, "--model", "tiny", "--base-url", server.url]
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while len(server.requests) < 2:
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (130, "")
        assert err.splitlines()[-1].startswith("selfdebug: interrupted. All replies so far are stored")
        assert "Traceback" not in err
        server._server.script = REPLIES
        server._server.answered = 1
        again = subprocess.run(arguments, capture_output=True, text=True, check=False)
        assert (again.returncode, again.stdout) == (0, f"{QUERY}\n")
        assert "3 replies (1 stored)" in again.stderr


def test_broken_pipe_is_quiet(shop: str) -> None:
    with ModelServer(REPLIES) as server:
        arguments = [*COMMAND, "sql", "Which?", "--db", shop, "--base-url", server.url, "--quiet"]
        read, write = os.pipe()
        os.close(read)
        found = subprocess.run(arguments, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
        os.close(write)
    assert found.stderr == ""


FULL = "selfdebug: standard output cannot be written to (No space left on device)."


@pytest.mark.parametrize(
    "arguments", [["config"], ["--help"], ["--version"], ["data", "list"], ["data", "list", "--json"]]
)
def test_output_that_cannot_be_written_is_said_in_one_sentence(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        found = subprocess.run([*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, text=True)
    assert found.returncode == 3
    assert found.stderr.startswith(FULL)
    assert len(found.stderr.splitlines()) == 1


def test_answer_that_cannot_be_written_is_not_paid_again(shop: str) -> None:
    with ModelServer(REPLIES) as server:
        arguments = [*COMMAND, "sql", "Which?", "--db", shop, "--base-url", server.url, "--model", "m", "--quiet"]
        with open("/dev/full", "w") as full:
            found = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, text=True)
        assert (found.returncode, found.stderr.startswith(FULL)) == (3, True)
        again = subprocess.run(arguments, capture_output=True, text=True)
        assert (again.returncode, again.stdout, again.stderr) == (0, f"{QUERY}\n", "")
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("redirections", "code", "said"),
    [
        (">&-", 2, "selfdebug: standard output is closed, so the answer would be lost"),
        ("2>&- >out", 0, ""),
        ("2>/dev/full >out", 0, ""),
        ("<&- >out", 0, ""),
    ],
)
def test_streams_that_cannot_be_used(redirections: str, code: int, said: str) -> None:
    command = f"{shlex.join(COMMAND)} config {redirections}"
    found = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert found.returncode == code
    assert found.stderr.startswith(said)
    assert "Traceback" not in found.stderr
    assert not code or not Path("out").exists()
    assert code or "base_url" in Path("out").read_text()


def test_terminal_shows_query_and_table_and_no_sequence_of_the_database(shop: str) -> None:
    with ModelServer(REPLIES) as server:
        arguments = [*COMMAND, "sql", "Which?", "--db", shop, "--base-url", server.url]
        code, text = in_terminal(arguments)
    assert code == 0, text
    assert QUERY in text
    assert "tea\\u001b[31m" in text
    assert "tea\x1b[31m" not in text
    assert "judging the program" in text


def test_output_that_cannot_be_encoded_is_escaped(shop: str) -> None:
    replies = ["```sql\nSELECT 'Zürich' AS city\n```", *REPLIES[1:]]
    with ModelServer(replies) as server:
        found = subprocess.run(
            [*COMMAND, "sql", "Which?", "--db", shop, "--base-url", server.url],
            capture_output=True, text=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"},
        )  # fmt: skip
    assert (found.returncode, found.stdout) == (0, "SELECT 'Z\\xfcrich' AS city\n")


def in_terminal(arguments: list[str]) -> tuple[int, str]:
    """Run a command on a terminal of its own."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "40"}
    process = subprocess.Popen(arguments, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    text = b""
    while True:
        ready, _, _ = select.select([ours], [], [], 60)
        try:
            part = os.read(ours, 65536) if ready else b""
        except OSError:  # Linux's way to say that the other side is closed
            break
        if not part:
            break
        text += part
    os.close(ours)
    return process.wait(timeout=60), text.decode()


def test_folder_of_the_demonstration_is_in_the_package() -> None:
    import selfdebug.demo

    folder = Path(selfdebug.demo.__file__).parent
    assert {path.name for path in folder.iterdir()} >= {"ferries.sql", "whole_euros.cpp"}


def test_embedded_model_is_no_judge_of_a_database_of_the_users(shop: str) -> None:
    found = subprocess.run([*COMMAND, "sql", "Which items are there?", "--db", shop], capture_output=True, text=True)
    assert found.returncode == 1, found.stderr
    assert found.stderr.startswith("selfdebug: No model configured: using the built-in demo model.")
    assert "Judged correct" not in found.stderr
    last = found.stderr.splitlines()[-1]
    assert "own verdict does not count here" in last or "is not correct" in last or "No query" in last


def test_embedded_model_is_a_judge_of_the_demonstrations_query() -> None:
    found = subprocess.run([*COMMAND, "demo", "--only", "sql"], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert "Judged correct by the model" in found.stderr

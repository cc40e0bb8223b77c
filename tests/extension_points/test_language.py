"""A language is one file and one line: here both are in a test, and the whole house knows the language."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from selfdebug.applications.reading import UnreadableReplyError
from selfdebug.execution import Call, Driver, InputOutput, Sandbox
from selfdebug.languages import LANGUAGES, find_language
from selfdebug.languages.base import Build, Language, first_error
from selfdebug.outcome import ProgramError, Status
from selfdebug.problem import Program
from selfdebug.prompts.filters import title_of
from tests.applications.replies import read_program
from tests.cli.conftest import Run
from tests.model_server import ModelServer

# -- what a contributor would write into languages/shell.py ---------------------------------------------------------


class _Shell(Language):
    name, title, extension, package = "shell", "Shell", ".sh", "bash"
    aliases = ("bash",)
    tags = "sh zsh"
    tools = ("bash",)
    hello = "printf ready"
    is_compiled = False
    comment = "#"
    starts = r"#|\w+\s*\(\)|(?:read|echo|printf|if|for|while)\b"
    defines = r"^(\w+)\s*\(\)"

    def build(self, source: str, driver: str | None) -> Build:
        text = source if driver is None else f"{source}\n{driver}"
        run = [os.path.realpath(self.tool("bash")), "program.sh"]
        return Build(files={"program.sh": text}, main="program.sh", run=run)

    def error(self, stderr: str, build: Build) -> ProgramError | None:
        return first_error(stderr, build, r"{file}: line (?P<line>\d+): (?P<message>.*)", "ShellError")


SHELL = _Shell()


@pytest.fixture(autouse=True)
def shell() -> Iterator[None]:
    LANGUAGES.add("shell", f"{__name__}:SHELL")  # the line in languages/__init__.py
    yield
    LANGUAGES.remove("shell")


# -- what follows from it -------------------------------------------------------------------------------------------

TWICE = "read number\necho $((2 * number))\n"


def test_it_is_found_by_its_names() -> None:
    assert find_language("Bash") is find_language("shell") is SHELL
    assert title_of("shell") == "Shell"
    with pytest.raises(ValueError, match=r"unknown language 'cobol': choose from python, .*, go, shell$"):
        find_language("cobol")


@pytest.mark.parametrize("tag", ["shell", "bash", "sh"])
def test_its_programs_are_read_from_a_reply(tag: str) -> None:
    assert read_program(f"Here it is:\n\n```{tag}\n{TWICE}```\nThat doubles it.", "shell") == TWICE


def test_its_programs_are_told_from_others() -> None:
    with pytest.raises(UnreadableReplyError, match="The reply held shell code; the program must be written in Python"):
        read_program(f"```bash\n{TWICE}```", "python")
    with pytest.raises(UnreadableReplyError, match="held python code; the program must be written in Shell"):
        read_program("```python\nprint(2)\n```", "shell")


def test_the_function_that_is_wanted_is_told_from_others() -> None:
    reply = "```sh\nhelp() { echo; }\n```\nand\n```sh\ntwice() { echo $((2 * $1)); }\n```"
    assert read_program(reply, "shell", entry_point="twice") == "twice() { echo $((2 * $1)); }\n"


async def test_its_programs_run_in_the_sandbox(sandbox: Sandbox) -> None:
    outcome = await sandbox.run(Program(TWICE, "bash"), [InputOutput("21\n", "42"), InputOutput("1", "3")])
    assert [test.status for test in outcome.tests] == [Status.PASSED, Status.FAILED], outcome
    assert outcome.protected
    drivers = [Driver(f"twice 2; test $result = {value}") for value in (4, 5)]
    outcome = await sandbox.run(Program("twice() { result=$((2 * $1)); }", "shell"), drivers)
    assert [test.passed for test in outcome.tests] == [True, False], outcome


async def test_its_errors_have_a_line(sandbox: Sandbox) -> None:
    outcome = await sandbox.run(Program("true\n((1 / 0))", "shell"), [InputOutput("", "")])
    error = outcome.tests[0].error
    assert error is not None
    assert (error.type, error.line) == ("ShellError", 2)
    assert "division by 0" in error.message


async def test_what_it_lacks_is_an_outcome(sandbox: Sandbox) -> None:
    outcome = await sandbox.run(Program("twice() { echo; }", "shell"), [Call("twice", (2,), 4)])
    assert outcome.tests[0].status is Status.NOT_RUN
    assert "defines no function twice" in str(outcome.error)


def test_doctor_tries_it(run: Run) -> None:
    result = run("doctor", "--json")
    found = {finding["name"]: finding for finding in json.loads(result.out)}
    assert found["Shell"]["works"] is True, result
    assert found["Shell"]["detail"].endswith("bash")


def test_doctor_says_what_brings_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Shell, "tools", ("no-such-shell",))
    found = {finding["name"]: finding for finding in json.loads(run("doctor", "--json").out)}
    assert found["Shell"]["remedy"] == "apt-get install bash"


def test_programs_are_translated_to_it_and_from_it(run: Run) -> None:
    Path("twice.py").write_text("print(2 * int(input()))\n")
    Path("cases.jsonl").write_text('{"stdin": "21", "stdout": "42"}\n')
    with ModelServer([f"```bash\n{TWICE}```"]) as server:
        result = run("translate", "twice.py", "--to", "bash", "--tests", "cases.jsonl", "--base-url", server.url)
    assert (result.code, result.out) == (0, TWICE), result.err
    Path("twice.sh").write_text(TWICE)
    with ModelServer(["```python\nprint(2 * int(input()))\n```"]) as server:
        result = run("translate", "twice.sh", "--to", "python", "--tests", "cases.jsonl", "--base-url", server.url)
    assert result.code == 0, result.err
    assert "Shell" in json.dumps(server.requests[0])

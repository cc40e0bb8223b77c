"""``selfdebug doctor``: what works on this machine, what is missing, and the command that brings it."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from selfdebug.cli.configuration import Configuration, load
from selfdebug.cli.failing import UsageError
from selfdebug.cli.options import AsJson, option
from selfdebug.safe_text import escaped

if TYPE_CHECKING:
    from selfdebug.execution import Sandbox
    from selfdebug.languages.base import Language

HELP = (
    "Check what works on this machine (isolation, languages, databases, a model), and say how to get the rest. Exits"
    " with 3 if programs cannot be isolated."
)
EXAMPLES = "Examples:  selfdebug doctor  ·  selfdebug doctor --json  ·  selfdebug doctor --isolation landlock"

_DATABASES = (
    ("SQLite", "sqlite3", "a Python built with SQLite"),
    ("DuckDB", "duckdb", "pip install duckdb"),
    ("PostgreSQL", "psycopg", 'pip install "selfdebug[postgres]"'),
    ("MySQL, MariaDB", "pymysql", 'pip install "selfdebug[mysql]"'),
)
_NOT_ISOLATED = (
    "Programs written by a model cannot be isolated here, so none will be run. --unsafe (unsafe=True) runs them with"
    " your permissions."
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        group: what it belongs to.
        name: what it is.
        works: ``None`` for what is neither there nor needed.
        detail: what was found.
        remedy: the command or setting that brings it.
        required: without it, selfdebug cannot do its work.
    """

    group: str
    name: str
    works: bool | None
    detail: str
    remedy: str = ""
    required: bool = False


def doctor(
    as_json: AsJson = False,
    wish: Annotated[
        str, option("--isolation", None, "Look at one isolation only: auto, bubblewrap or landlock.")
    ] = "auto",
) -> None:
    """Look at everything and show it."""
    import asyncio

    if wish not in ("auto", "bubblewrap", "landlock"):
        raise typer.BadParameter("choose auto, bubblewrap or landlock", param_hint="--isolation")
    findings = _isolation(wish)
    isolated = any(finding.works for finding in findings)
    findings += asyncio.run(_languages(wish)) if isolated else _languages_unseen()
    findings += [*_databases(), _embedded(), _model()]
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        _show(findings)
    if not isolated or any(finding.required and not finding.works for finding in findings):
        raise typer.Exit(3)


def _isolation(wish: str) -> list[Finding]:
    from selfdebug.execution import isolation

    remedies = {
        "bubblewrap": "apt-get install bubblewrap, and allow user namespaces",
        "landlock": "Linux 5.13 or later, with Landlock enabled (boot option lsm=landlock,…)",
    }
    return [
        Finding("isolation", tried.name, tried.works, tried.detail, "" if tried.works else remedies[tried.name])
        for tried in (isolation.bubblewrap(), isolation.landlock())
        if wish in ("auto", tried.name)
    ]


async def _languages(wish: str) -> list[Finding]:
    """Compile and run a program of each language, isolated as users' programs are."""
    from selfdebug.execution import ExecutionError, Sandbox
    from selfdebug.languages import LANGUAGES

    findings = []
    try:
        async with Sandbox(workers=1, isolation=wish) as sandbox:
            for language in LANGUAGES.values():
                findings.append(_uninstalled(language) or await _tried(sandbox, language))  # noqa: PERF401  (an error keeps them)
    except ExecutionError as error:
        findings.append(Finding("languages", "Python", False, str(error), required=True))
    return findings


async def _tried(sandbox: Sandbox, language: Language) -> Finding:
    from selfdebug.problem import Program
    from selfdebug.unit_tests import Assertion, InputOutput, UnitTest

    tests: list[UnitTest] = [InputOutput("", "ready")]
    if language.takes_assertions:
        tests.append(Assertion("assert 1 + 1 == 2"))
    started = time.perf_counter()
    outcome = await sandbox.run(Program(language.hello, language.name), tests)
    took = f"{1000 * (time.perf_counter() - started):.0f} ms from start to first outcome"
    if not outcome.passed:
        detail = str(outcome.error or next(test for test in outcome.tests if not test.passed))
    else:
        detail = language.tool(language.tools[0]) if language.tools else f"{platform.python_version()}, {took}"
    return Finding("languages", language.title, outcome.passed, detail, required=language.is_warm)


def _uninstalled(language: Language) -> Finding | None:
    """What is missing of a language's toolchain, if something is."""
    missing = language.missing()
    detail, remedy = f"{', '.join(missing)} not found", f"apt-get install {language.package}"
    return Finding("languages", language.title, None, detail, remedy) if missing else None


def _languages_unseen() -> list[Finding]:
    """Without isolation nothing is run, not even to look."""
    from selfdebug.languages import LANGUAGES

    detail = "nothing is run without isolation"
    return [
        _uninstalled(language)
        or Finding("languages", language.title, False if language.is_warm else None, detail, required=language.is_warm)
        for language in LANGUAGES.values()
    ]


def _databases() -> list[Finding]:
    return [
        Finding("databases", title, True, f"driver {module}")
        if _installed(module)
        else Finding("databases", title, None, f"driver {module} not installed", remedy)
        for title, module, remedy in _DATABASES
    ]


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:
        return False


def _embedded() -> Finding:
    """Whether the embedded model could reply: its weights, and llama.cpp to run them. It is not loaded."""
    from selfdebug.models import ModelError, embedded
    from selfdebug.models.gguf_file import read_gguf

    try:
        file = read_gguf(embedded.weights())
    except ModelError as error:
        return Finding("model", "embedded", None, str(error), "install selfdebug from a release")
    if not _installed("xllamacpp"):
        return Finding("model", "embedded", None, "llama.cpp is not installed", "pip install xllamacpp")
    about = "tiny, for trying out; used when no other model is configured"
    return Finding("model", "embedded", True, f"{file.size / 1e6:.1f} MB, {about} (not loaded)")


def _model() -> Finding:
    """Whether a model is configured, as a command without options finds it; nothing is sent to it."""
    from selfdebug.models import ModelError
    from selfdebug.models.gguf_file import read_gguf
    from selfdebug.models.opening import file_of, names_file

    try:
        configuration = load().configuration
    except UsageError as error:
        return Finding("model", "settings", False, str(error))
    try:
        if (path := file_of(configuration.model)) is not None:
            return Finding("model", "file", True, f"{read_gguf(path).path} (not loaded)")
        return _endpoint(configuration)
    except ModelError as error:
        return Finding("model", "file" if names_file(configuration.model) else "endpoint", False, str(error))


def _endpoint(configuration: Configuration) -> Finding:
    """The server, if one is configured. The key itself is never shown."""
    from selfdebug.models.address import read_address

    url = configuration.base_url or os.environ.get("OPENAI_BASE_URL")
    key = bool(os.environ.get("OPENAI_API_KEY"))
    if not (url or key or configuration.model):
        remedy = "selfdebug models lists real models; or set OPENAI_API_KEY, or SELFDEBUG_BASE_URL for another server"
        return Finding("model", "endpoint", None, "none configured: the built-in demo model is used", remedy)
    address = read_address(url, None)
    model = configuration.model or "no model named"
    remedy = "" if configuration.model or url else "name one of OpenAI's models: --model, or SELFDEBUG_MODEL"
    detail = f"{model}, {address.url}, {'with' if key else 'without'} a key (not contacted)"
    return Finding("model", "endpoint", None if remedy else True, detail, remedy)


def _show(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 1), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    group = ""
    for finding in findings:
        if finding.group != group:
            group = finding.group
            table.add_row(Text(group, style="bold"))
        mark = {True: Text("✓", "green"), False: Text("✗", "red"), None: Text("–", "yellow")}[finding.works]
        detail = Text(escaped(finding.detail))
        if finding.remedy:
            detail.append(f"\n→ {finding.remedy}", style="cyan")
        table.add_row(Text.assemble("  ", mark, " ", finding.name), "", detail)
    console = Console()
    console.print(table)
    if not any(finding.group == "isolation" and finding.works for finding in findings):
        console.print(Text(_NOT_ISOLATED, "red"))

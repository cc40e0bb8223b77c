"""``selfdebug prompt``: exactly what would be sent to the model next, and nothing is sent.

It runs the debugger with a model that replies from the store and shows the first request that is not there: no second
way of making a prompt exists that could differ from the first.
"""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from selfdebug.cli import python, sql, translate
from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import complain
from selfdebug.cli.inputs import read_program, read_text
from selfdebug.cli.options import (
    FOR_SQL,
    Command,
    DatabaseName,
    FunctionName,
    Hint,
    ProgramFile,
    PythonRequest,
    Question,
    SourceFile,
    SourceLanguage,
    StartFile,
    TargetLanguage,
    Tests,
    TestsFile,
    configured,
)
from selfdebug.cli.visible import put

if TYPE_CHECKING:
    from selfdebug.cli.next_request import UnansweredError
    from selfdebug.cli.running import Task
    from selfdebug.events import Event
    from selfdebug.messages import Form
    from selfdebug.trajectory import Trajectory

HELP = """Show exactly what would be sent to the model next; nothing is sent.

Stored replies are used as far as they go: after a run, even an interrupted one, the next step is shown."""
EXAMPLES = """[bold]Examples[/]
  selfdebug prompt sql "How many orders are there?" --db shop.db
  selfdebug prompt python "Write mid(a)." --test "assert mid(\\[3, 1, 2]) == 2"
  selfdebug prompt python "Write mid(a)." --program wrong.py --feedback ut
  selfdebug prompt translate gcd.cpp --to python --reply first.txt --json

Exit codes: 0 shown, or nothing more would be asked; 2 wrong usage; 3 something is missing."""

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help=HELP, epilog=EXAMPLES)

Replies: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--reply", metavar="FILE", help="A reply to the first request that has none stored; may be repeated.",
        rich_help_panel="Input",
    ),
]  # fmt: skip
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", metavar="", help="Print the exact request as JSON.", rich_help_panel="Output")
]


@app.command("sql", cls=Command, epilog=EXAMPLES)
@configured(without=("unsafe",), docs=FOR_SQL)
def prompt_sql(
    question: Question,
    db: DatabaseName,
    hint: Hint = "",
    program: ProgramFile = None,
    reply: Replies = None,
    as_json: Json = False,
    *,
    configuration: Configuration,
) -> None:
    """Show the next prompt of `selfdebug sql` with the same arguments."""
    started, texts = read_program(program, "sql"), _texts(reply)
    problem = sql.problem_of(question, db, hint)
    from selfdebug.cli.running import Task

    _show_next(Task(problem, started), configuration, texts, as_json)


@app.command("python", cls=Command, epilog=EXAMPLES)
@configured()
def prompt_python(
    request: PythonRequest,
    test: Tests = None,
    tests: TestsFile = None,
    start: StartFile = None,
    program: ProgramFile = None,
    reply: Replies = None,
    as_json: Json = False,
    *,
    configuration: Configuration,
) -> None:
    """Show the next prompt of `selfdebug python` with the same arguments."""
    started, texts = read_program(program, "python"), _texts(reply)
    problem = python.problem_of(request, test, tests, start)
    from selfdebug.cli.running import Task

    _show_next(Task(problem, started), configuration, texts, as_json)


@app.command("translate", cls=Command, epilog=EXAMPLES)
@configured()
def prompt_translate(
    source: SourceFile,
    to: TargetLanguage,
    language: SourceLanguage = "",
    name: FunctionName = "",
    test: Tests = None,
    tests: TestsFile = None,
    program: ProgramFile = None,
    reply: Replies = None,
    as_json: Json = False,
    *,
    configuration: Configuration,
) -> None:
    """Show the next prompt of `selfdebug translate` with the same arguments."""
    texts = _texts(reply)
    task = translate.task_of(source, to, language, name, test, tests, program, configuration)
    _show_next(task, configuration, texts, as_json)


def _texts(replies: list[Path] | None) -> list[str]:
    return [read_text(path, "reply") for path in replies or ()]


def _show_next(task: Task, configuration: Configuration, texts: list[str], as_json: bool) -> None:
    import asyncio

    from selfdebug.api import open_debugger
    from selfdebug.cli import running
    from selfdebug.cli.next_request import NextRequest, UnansweredError
    from selfdebug.events import Asking
    from selfdebug.storage.replies import ReplyStore

    settings = running.settings_of(configuration)
    running.check_feedback(task.problem, settings)
    running.say_model(configuration)
    asked: list[Asking] = []

    def watch(event: Event) -> None:
        if isinstance(event, Asking):
            asked.append(event)

    async def work(model: NextRequest) -> Trajectory:
        async with open_debugger(
            model,
            settings,
            applications=(task.problem.application,),
            unsafe=configuration.unsafe,
        ) as debugger:
            return await debugger.debug(task.problem, task.program, watch=watch)

    with ExitStack() as stack:
        name, address, form = _identity(configuration)
        store = stack.enter_context(ReplyStore(configuration.store or None)) if configuration.cache and name else None
        model = NextRequest(name, address, form, store, texts)
        try:
            found = asyncio.run(work(model))
        except UnansweredError as unanswered:
            _print(unanswered, asked[-1], model.name, as_json)
            return
    requests = "1 request" if len(asked) == 1 else f"{len(asked)} requests"
    put(f"Nothing more would be asked after {requests}: {found.ending}.")
    if model.unused:
        was = "was" if model.unused == 1 else "were"
        complain(f"{model.unused} of the given replies {was} not needed.")


def _identity(configuration: Configuration) -> tuple[str, str, Form]:
    """Name, address and form under which the configured model's replies are stored. Nothing is opened."""
    from selfdebug.cli.running import model_of
    from selfdebug.messages import EMBEDDED
    from selfdebug.models.address import read_address
    from selfdebug.models.gguf_file import read_gguf
    from selfdebug.models.local import PREFIX
    from selfdebug.models.opening import file_of

    form: Form = "completion" if configuration.form == "completion" else "chat"
    name = model_of(configuration)
    if (path := file_of(name)) is not None:
        file = read_gguf(path)
        form = form if configuration.form or file.has_chat_template else "completion"
        return name if name == EMBEDDED else PREFIX + file.path.name, f"{PREFIX}{file.digest}", form
    # A key is not needed to know the address, nor is one read.
    address = read_address(configuration.base_url or os.environ.get("OPENAI_BASE_URL"), "none")
    return configuration.model, address.url, form


def _print(unanswered: UnansweredError, asking: object, model: str, as_json: bool) -> None:
    from selfdebug.events import Asking

    assert isinstance(asking, Asking)
    request = unanswered.request
    if as_json:
        whole = {
            "step": asking.step.name,
            "repair": asking.repair,
            "model": model,
            "samples": unanswered.samples,
            "request": asdict(request),
        }
        put(json.dumps(whole, indent=2, ensure_ascii=False))
        return
    samples = f", {unanswered.samples} samples" if unanswered.samples > 1 else ""
    repair = " again, because the last reply could not be read" if asking.repair else ""
    head = f"step {asking.step}{repair}; {request.form}, temperature {request.temperature:g}{samples}"
    typer.echo(f"selfdebug: {head}, at most {request.max_tokens} tokens", err=True)
    if request.prompt:
        put(request.prompt)
        return
    for message in request.messages:
        typer.echo(typer.style(f"━━ {message.role} ━━", bold=True))
        put(f"{message.content}\n\n")

"""The commands that solve one problem, such as ``selfdebug sql``: one for each application, of what it declares."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from selfdebug.applications.problem_input import (
    GivenTestTexts,
    GivenText,
    InputField,
    InputKind,
    ProblemInput,
    ProblemInputError,
)
from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import CODES, UsageError
from selfdebug.cli.inputs import read_stdin, read_text
from selfdebug.cli.options import configured

_INPUT, _OUTPUT = "Input", "Output"


def epilog_of(kind: type[ProblemInput]) -> str:
    """What stands below a command's help."""
    return f"{kind.examples}\n\n{CODES}"


def command_of(kind: type[ProblemInput]) -> Callable[..., None]:
    """The command of an application."""

    def solve(
        *,
        program: Path | None,
        show_prompt: bool,
        reply: list[Path] | None,
        as_json: bool,
        configuration: Configuration,
        explain: bool = False,
        **arguments: Any,
    ) -> None:
        if reply and not show_prompt:
            raise UsageError("--reply answers a request that is only shown: give --show-prompt, too.")
        start = None if program is None else read_text(program, "program")
        replies = [read_text(path, "reply") for path in reply or ()]
        given = kind(**{name: _read(field, arguments) for name, field in kind.fields().items()})
        try:
            problem = given.problem()
        except ProblemInputError as error:
            option = kind.fields()[error.field].option if error.field else ""
            raise UsageError(f"{option}: {error}" if option else str(error)) from None
        from selfdebug.cli import answers, running

        task = running.prepared(kind, problem, start, configuration)
        if show_prompt:
            from selfdebug.cli.next_prompt import show_next_prompt

            show_next_prompt(task, configuration, replies, as_json=as_json)
        else:
            running.debug(
                [task],
                configuration,
                lambda trajectory: answers.conclude(
                    trajectory, as_json=as_json, explain=explain, quiet=configuration.quiet
                ),
            )

    solve.__signature__ = inspect.Signature(list(_parameters(kind)))  # type: ignore[attr-defined]
    return configured(without=kind.without, docs=kind.setting_docs)(solve)


def _parameters(kind: type[ProblemInput]) -> Iterator[inspect.Parameter]:
    for field in kind.fields().values():
        yield from _of_field(field)
    yield _option("program", Path | None, None, "Start from this program.", metavar="FILE")
    if kind.answers == "query":
        yield _option("explain", bool, False, "Also show the explanation.", panel=_OUTPUT)
    yield _option(
        "show_prompt", bool, False, panel=_OUTPUT,
        help="Show exactly what would be sent to the model next, after the replies that are stored; send nothing.",
    )  # fmt: skip
    yield _option(
        "reply", list[Path] | None, None, metavar="FILE",
        help="With --show-prompt: a reply to the first request that has none stored; may be repeated.",
    )  # fmt: skip
    yield _option(
        "as_json", bool, False, "Print the whole trajectory, or the exact request, as JSON.", "--json", panel=_OUTPUT
    )
    yield inspect.Parameter("configuration", inspect.Parameter.KEYWORD_ONLY, annotation=Configuration)


def _of_field(field: InputField) -> Iterator[inspect.Parameter]:
    match field.kind:
        case InputKind.REQUEST | InputKind.PROGRAM:
            kind = Path if field.kind is InputKind.PROGRAM else str
            argument = typer.Argument(metavar=field.metavar, help=field.help)
            yield inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[kind, argument])
        case InputKind.TESTS:
            text = "A test, such as an assertion; may be repeated."
            yield _option("test", list[str] | None, None, text, metavar="CODE")
            yield _option(field.name, Path | None, None, field.help, metavar="FILE")
        case _:
            is_file = field.kind is InputKind.FILE
            default = inspect.Parameter.empty if field.required else None if is_file else ""
            holds: Any = Path | None if is_file else str
            yield _option(field.name, holds, default, field.help, field.option, metavar=field.metavar)


def _option(
    name: str,
    kind: Any,
    default: Any,
    help: str,  # noqa: A002
    option: str = "",
    *,
    metavar: str = "",
    panel: str = _INPUT,
) -> inspect.Parameter:
    declared = typer.Option(option or f"--{name.replace('_', '-')}", metavar=metavar, help=help, rich_help_panel=panel)
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, declared]
    )


def _read(field: InputField, arguments: dict[str, Any]) -> Any:
    """A field's value, its files and standard input read.

    Raises:
        UsageError: one cannot be read.
    """
    value = arguments[field.name]
    match field.kind:
        case InputKind.REQUEST:
            return read_stdin(field.metavar.lower()) if value == "-" else value
        case InputKind.PROGRAM if str(value) == "-":
            return GivenText(read_stdin("program"))
        case InputKind.PROGRAM:
            return GivenText(read_text(value, "program"), value)
        case InputKind.FILE:
            return read_text(value, field.name) if value else ""
        case InputKind.TESTS:
            file = GivenText(read_text(value, "tests"), value) if value else None
            return GivenTestTexts(tuple(arguments["test"] or ()), file)
    return value

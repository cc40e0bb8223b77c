"""The commands that solve one problem, such as ``selfdebug sql``: one for each application, of what it declares."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from selfdebug.applications.problem_input import (
    GivenTestTexts,
    GivenText,
    InputField,
    InputKind,
    ProblemInput,
    ProblemInputError,
)
from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import UsageError
from selfdebug.cli.inputs import read_stdin, read_text
from selfdebug.cli.options import argument, configured, option


def command_of(kind: type[ProblemInput], answer: str) -> Callable[..., None]:
    """The command of an application, whose answers are called so."""

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
            flag = kind.fields()[error.field].option if error.field else ""
            raise UsageError(f"{flag}: {error}" if flag else str(error)) from None
        from selfdebug.cli import answers, running

        task = running.prepared(kind, problem, start, configuration)
        if show_prompt:
            from selfdebug.cli.next_prompt import show_next_prompt

            show_next_prompt(task, configuration, replies, as_json=as_json)
        else:
            conclude = partial(answers.conclude, as_json=as_json, explain=explain, quiet=configuration.quiet)
            running.debug([task], configuration, conclude)

    solve.__signature__ = inspect.Signature(list(_parameters(kind, answer)))  # type: ignore[attr-defined]
    return configured(without=kind.without, docs=kind.setting_docs)(solve)


def _parameters(kind: type[ProblemInput], answer: str) -> Iterator[inspect.Parameter]:
    for field in kind.fields().values():
        yield from _of_field(field)
    yield _option("program", Path | None, None, "Start from this program.", metavar="FILE")
    if answer == "query":
        yield _option("explain", bool, False, "Also show the explanation.", panel="Output")
    yield _option(
        "show_prompt", bool, False, panel="Output",
        help_text="Show exactly what would be sent to the model next, after the replies that are stored; send nothing.",
    )  # fmt: skip
    yield _option(
        "reply", list[Path] | None, None, metavar="FILE",
        help_text="With --show-prompt: a reply to the first request that has none stored; may be repeated.",
    )  # fmt: skip
    yield _option(
        "as_json", bool, False, "Print the whole trajectory, or the exact request, as JSON.", "--json", panel="Output"
    )
    yield inspect.Parameter("configuration", inspect.Parameter.KEYWORD_ONLY, annotation=Configuration)


def _of_field(field: InputField) -> Iterator[inspect.Parameter]:
    match field.kind:
        case InputKind.REQUEST | InputKind.PROGRAM:
            kind: Any = Path if field.kind is InputKind.PROGRAM else str
            annotation = Annotated[kind, argument(field.metavar, field.help)]
            yield inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation)
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
    name: str, kind: Any, default: Any, help_text: str, flag: str = "", *, metavar: str = "", panel: str = "Input"
) -> inspect.Parameter:
    annotation = Annotated[kind, option(flag or f"--{name.replace('_', '-')}", metavar, help_text, panel)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


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

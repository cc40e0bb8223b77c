"""From settings to options of a command, and what commands are besides."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from selfdebug.cli.configuration import SETTINGS, load
from selfdebug.cli.failing import reporting
from selfdebug.safe_text import escaped
from selfdebug.settings import RENAMED, Setting


def option(flags: str, metavar: str | None, help_text: str, panel: str = "Input", **more: Any) -> Any:
    """An option that only one command has; further arguments are typer's."""
    return typer.Option(flags, metavar=metavar, help=help_text, rich_help_panel=panel, **more)


def argument(metavar: str, help_text: str) -> Any:
    """An argument of a command."""
    return typer.Argument(metavar=metavar, help=help_text, show_default=False)


AsJson = Annotated[bool, option("--json", "", "Print it as JSON.", "Output")]
BenchmarkName = Annotated[str, argument("BENCHMARK", "Such as mbpp; selfdebug data list shows all.")]


class ListsByDefault(TyperGroup):
    """``selfdebug runs`` is ``selfdebug runs list``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ("-h", "--help")):
            args = ["list", *args]
        return super().parse_args(ctx, args)


class Command(TyperCommand):
    """A command that knows what its options were once called."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except Exception as error:  # typer has its own class for an unknown option, in a private module
            written = getattr(error, "option_name", "")
            renamed = RENAMED.get(written.removeprefix("--").replace("-", "_"))
            if renamed:
                error.message = f"{written} is now called {SETTINGS[renamed].option}."  # type: ignore[attr-defined]
                error.possibilities = None  # type: ignore[attr-defined]
            raise


def configured(
    *,
    without: tuple[str, ...] = (),
    also: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
    docs: Mapping[str, str] = MappingProxyType({}),
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command an option for each setting; it gets them all in its argument ``configuration``.

    Errors that are not bugs become one sentence and an exit code.

    Args:
        without: settings that mean nothing to this command.
        also: special settings that this command has.
        only: the settings that this command has, if they are few.
        docs: what a setting means to this command, by its name, where that differs from its declaration.
    """
    names = only or [name for name, setting in SETTINGS.items() if name in also or not setting.special]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(command, eval_str=True)
        settings = [SETTINGS[name] for name in names if name not in without]
        added = [_parameter(replace(setting, doc=docs.get(setting.name, setting.doc))) for setting in settings]

        @functools.wraps(command)
        def run(**given: Any) -> None:
            options = {parameter.name: given.pop(parameter.name) for parameter in added}
            with reporting():
                loaded = load(options)
                if not loaded.configuration.quiet:
                    for warning in loaded.warnings:
                        typer.echo(f"selfdebug: {escaped(warning)}", err=True)
                command(configuration=loaded.configuration, **given)

        kept = [p.replace(kind=p.KEYWORD_ONLY) for p in own.parameters.values() if p.name != "configuration"]
        signature = inspect.Signature([*kept, *added])
        run.__signature__ = signature  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
        return run

    return decorate


def _parameter(setting: Setting) -> inspect.Parameter:
    """A setting as a parameter that typer reads. Its default is ``None``, so that what was not given is known."""
    option = typer.Option(
        f"{setting.option}/--no-{setting.option[2:]}" if setting.kind is bool else setting.option,
        help=setting.doc + _shown_default(setting),
        metavar="" if setting.kind is bool else setting.metavar or "|".join(setting.choices) or None,
        show_default=False,
        rich_help_panel=setting.group,
    )
    annotation = Annotated[setting.kind | None, option]  # type: ignore[name-defined]
    return inspect.Parameter(setting.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _shown_default(setting: Setting) -> str:
    """The default, as it stands after an option's line of help."""
    if setting.default in ("", None):
        return ""
    if setting.kind is bool:
        return f" [dim]\\[default: {setting.option[2:]}][/]" if setting.default else ""
    return f" [dim]\\[default: {setting.default}][/]"

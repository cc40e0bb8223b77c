"""Entry point of the ``selfdebug`` command."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from selfdebug import __version__
from selfdebug.applications.problem_input import problem_inputs
from selfdebug.cli import bench, config, data, demo, doctor, evaluate, models, process, report, runs, solve, view
from selfdebug.cli.failing import CODES
from selfdebug.cli.options import Command
from selfdebug.problem import APPLICATIONS

_SOLVE, _MEASURE, _LOOK = "Write programs", "Measure", "Look"


def command_line() -> typer.Typer:
    """The whole command, with a command for each application that there is."""
    app = typer.Typer(
        name="selfdebug",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_show_locals=False,  # they may hold a key
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Make a language model debug its own code: run it, explain it, read the tests, fix it, stop when it is"
        " right.",
        epilog="Exit codes: 0 success, 1 no correct answer, 2 wrong usage, 3 something is missing, 130 interrupted.",
    )
    app.callback()(_options)

    def add(name: str, module: Any, panel: str) -> None:
        """Add a command; its module has the function of that name, HELP and EXAMPLES."""
        decorate = app.command(name, cls=Command, help=module.HELP, epilog=module.EXAMPLES, rich_help_panel=panel)
        decorate(getattr(module, name))

    for name, kind in problem_inputs().items():
        decorate = app.command(
            kind.command, cls=Command, help=kind.help, epilog=f"{kind.examples}\n\n{CODES}", rich_help_panel=_SOLVE
        )
        decorate(solve.command_of(kind, APPLICATIONS[name].answer))
    add("demo", demo, _SOLVE)
    add("evaluate", evaluate, _MEASURE)
    app.add_typer(data.app, name="data", rich_help_panel=_MEASURE)
    add("bench", bench, _MEASURE)
    app.add_typer(runs.app, name="runs", rich_help_panel=_MEASURE)
    add("report", report, _MEASURE)
    add("view", view, _LOOK)
    app.add_typer(models.app, name="models", rich_help_panel=_LOOK)
    add("config", config, _LOOK)
    add("doctor", doctor, _LOOK)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"selfdebug {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of the command itself."""


app = command_line()


def main() -> None:
    """Run the command line."""
    process.take_signals()
    with process.standard_streams():
        app()

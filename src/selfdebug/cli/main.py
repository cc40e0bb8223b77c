"""Entry point of the ``selfdebug`` command."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from selfdebug import __version__
from selfdebug.applications.problem_input import PROBLEM_INPUTS
from selfdebug.cli import bench, config, data, demo, doctor, evaluate, models, process, report, runs, solve, view
from selfdebug.cli.options import Command

app = typer.Typer(
    name="selfdebug",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,  # they may hold a key
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Make a language model debug its own code: run it, explain it, read the tests, fix it, stop when it is right.",
    epilog="Exit codes: 0 success, 1 no correct answer, 2 wrong usage, 3 something is missing, 130 interrupted.",
)
_SOLVE, _MEASURE, _LOOK = "Write programs", "Measure", "Look"


def _add(name: str, module: Any, panel: str) -> None:
    """Add a command; its module has the function of that name, HELP and EXAMPLES."""
    decorate = app.command(name, cls=Command, help=module.HELP, epilog=module.EXAMPLES, rich_help_panel=panel)
    decorate(getattr(module, name))


for _kind in PROBLEM_INPUTS.values():
    app.command(_kind.command, cls=Command, help=_kind.help, epilog=solve.epilog_of(_kind), rich_help_panel=_SOLVE)(
        solve.command_of(_kind)
    )
_add("demo", demo, _SOLVE)
_add("evaluate", evaluate, _MEASURE)
app.add_typer(data.app, name="data", rich_help_panel=_MEASURE)
_add("bench", bench, _MEASURE)
app.add_typer(runs.app, name="runs", rich_help_panel=_MEASURE)
_add("report", report, _MEASURE)
_add("view", view, _LOOK)
app.add_typer(models.app, name="models", rich_help_panel=_LOOK)
_add("config", config, _LOOK)
_add("doctor", doctor, _LOOK)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"selfdebug {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of the command itself."""


def main() -> None:
    """Run the command line."""
    process.take_signals()
    with process.standard_streams():
        app()

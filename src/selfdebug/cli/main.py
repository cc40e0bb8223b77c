"""Entry point of the ``selfdebug`` command."""

from __future__ import annotations

from typing import Annotated

import typer

from selfdebug import __version__
from selfdebug.cli import (
    bench,
    config,
    data,
    demo,
    doctor,
    evaluate,
    models,
    process,
    prompt,
    python,
    report,
    runs,
    sql,
    translate,
    view,
)
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
app.command("sql", cls=Command, help=sql.HELP, epilog=sql.EXAMPLES, rich_help_panel=_SOLVE)(sql.sql)
app.command("python", cls=Command, help=python.HELP, epilog=python.EXAMPLES, rich_help_panel=_SOLVE)(python.python)
app.command("translate", cls=Command, help=translate.HELP, epilog=translate.EXAMPLES, rich_help_panel=_SOLVE)(
    translate.translate
)
app.command("demo", cls=Command, help=demo.HELP, epilog=demo.EXAMPLES, rich_help_panel=_SOLVE)(demo.demo)
app.command("evaluate", cls=Command, help=evaluate.HELP, epilog=evaluate.EXAMPLES, rich_help_panel=_MEASURE)(
    evaluate.evaluate
)
app.add_typer(data.app, name="data", rich_help_panel=_MEASURE)
app.command("bench", cls=Command, help=bench.HELP, epilog=bench.EXAMPLES, rich_help_panel=_MEASURE)(bench.bench)
app.add_typer(runs.app, name="runs", rich_help_panel=_MEASURE)
app.command("report", cls=Command, help=report.HELP, epilog=report.EXAMPLES, rich_help_panel=_MEASURE)(report.report)
app.command("view", cls=Command, help=view.HELP, epilog=view.EXAMPLES, rich_help_panel=_LOOK)(view.view)
app.add_typer(models.app, name="models", rich_help_panel=_LOOK)
app.add_typer(prompt.app, name="prompt", rich_help_panel=_LOOK)
app.command("config", cls=Command, help=config.HELP, epilog=config.EXAMPLES, rich_help_panel=_LOOK)(config.config)
app.command("doctor", cls=Command, help=doctor.HELP, epilog=doctor.EXAMPLES, rich_help_panel=_LOOK)(doctor.doctor)


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

"""Entry point of the ``selfdebug`` command."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from selfdebug import __version__

from . import doctor, python

app = typer.Typer(
    name="selfdebug",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,  # they may hold a key
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Make a language model debug its own code: run it, explain it, read the tests, fix it, stop when it is right.",
    epilog="Exit codes: 0 as wished, 1 not, 2 wrong usage, 3 something is missing on this machine.",
)
app.command("python", help=python.HELP, epilog=python.EXAMPLES)(python.python)
app.command("doctor", help=doctor.HELP, epilog=doctor.EXAMPLES)(doctor.doctor)


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
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a reply may hold what a terminal's encoding lacks
            stream.reconfigure(errors="backslashreplace")
    app()

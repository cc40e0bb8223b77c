"""``selfdebug report``: tables and plots of runs that are stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

from selfdebug.cli.configuration import PRICES, Configuration
from selfdebug.cli.failing import UsageError, complain
from selfdebug.cli.inputs import stored_runs
from selfdebug.cli.options import argument, configured, option
from selfdebug.cli.output import put

HELP = """Report what runs have found: accuracy with intervals, repairs and regressions, turns, cost, provenance.

RUN is a name, such as mbpp-1 for all its runs, or one run, such as mbpp-1/ut+expl. Runs of several benchmarks and models stand side by side."""  # noqa: E501 - a paragraph of the help is one line
EXAMPLES = """[bold]Examples[/]
  selfdebug report mbpp-1
  selfdebug report mbpp-1 spider-1 --format latex --output tables.tex --plots plots
  selfdebug report mbpp-1/baseline mbpp-1/ut+expl --format csv > runs.csv

Exit codes: 0 reported; 2 wrong usage: an unknown run or format, a place that cannot be written to; 3 there is nothing to report yet, or something is missing: the store, matplotlib for plots."""  # noqa: E501


@configured(only=("store", *PRICES, "quiet"))
def report(
    names: Annotated[list[str], argument("RUN…", "Names or ids of runs.")],
    form: Annotated[str, option("--format", "md|csv|json|latex", "Output format.", "Output")] = "md",
    plots: Annotated[Path | None, option("--plots", "DIR", "Also draw plots, as PNG and PDF.", "Output")] = None,
    output: Annotated[
        Path | None, option("--output", "FILE", "Write to this file, replacing what is there.", "Output")
    ] = None,
    *,
    configuration: Configuration,
) -> None:
    """Report runs."""
    with stored_runs(configuration) as store:
        from selfdebug.reports import build_report
        from selfdebug.reports.plots import require_matplotlib, write_plots
        from selfdebug.reports.rendering import FORMATS, render

        form = form.strip().lower()
        if form not in FORMATS:
            raise UsageError(f"--format must be one of {', '.join(FORMATS)}, not {form!r}.")
        if plots is not None:
            require_matplotlib()
            _check_folder(plots)
        if output is not None:
            _check_file(output)
        runs = [(run, partial(store.results, run.id)) for run in store.find(names)]
        built = build_report(runs, configuration.prices)
    for run in built.empty:
        complain(f"{run.id} has no finished task yet and is left out.")
    text = render(built, form)
    tell = (lambda message: None) if configuration.quiet else complain
    if output is None:
        put(text)
    else:
        with _writing(f"--output: {output} cannot be written"):
            output.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        tell(f"wrote {output}")
    if plots is not None:
        with _writing(f"--plots: {plots} cannot be written to"):
            files = write_plots(built, plots)
        for file in files:
            tell(f"wrote {file}")


def _check_folder(folder: Path) -> None:
    """Before anything is read: a place that cannot be had is known at once."""
    with _writing(f"--plots: {folder} cannot be made"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise UsageError(f"--plots needs a folder, and {folder} is a file.") from None


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"--output needs a file, and {path} is a folder.")
    if not path.parent.is_dir():
        raise UsageError(f"--output: there is no folder {path.parent}.")


@contextmanager
def _writing(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{what}: {error.strerror}.") from None

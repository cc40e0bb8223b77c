"""Do runs for a command: open what is needed, show progress, print the table, say how to go on."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import typer

from selfdebug.benchmarks import Benchmark
from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import MISSING, complain, exit_code
from selfdebug.cli.output import aligned, brief, percent, put
from selfdebug.cli.run_progress import RunProgress
from selfdebug.cli.running import error_console, opened_model
from selfdebug.models import Model
from selfdebug.prices import Prices, dollars
from selfdebug.runs import Run, RunSource, RunStore, Totals, UnknownRunError
from selfdebug.runs.grid import items
from selfdebug.runs.provenance import checksums
from selfdebug.runs.runner import BenchmarkRunner, open_runner
from selfdebug.safe_text import counted, escaped

Begin = Callable[[Model, BenchmarkRunner], Sequence[Run]]
"""Makes or checks runs, once the model and the sandbox are open and before anything is asked."""


def measure(
    benchmark: Benchmark, configuration: Configuration, store: RunStore, source: RunSource, begin: Begin
) -> None:
    """Do what is not done yet of the runs that `begin` gives; `source` has the limit and the first programs.

    Raises:
        typer.Exit: it could not go on, or the server refused some of the tasks.
    """
    runs: list[Run] = []

    async def work() -> RunProgress:
        async with (
            opened_model(configuration) as model,
            open_runner(benchmark, model, store, unsafe=configuration.unsafe) as runner,
        ):
            runs.extend(begin(model, runner))
            totals = {run.id: store.totals(run.id) for run in runs}
            with RunProgress(
                error_console(), runs, totals, quiet=configuration.quiet, prices=configuration.prices
            ) as progress:
                given = items(benchmark, source.limit, source.programs, source.skip)
                await runner.run_all(runs, given, concurrency=configuration.concurrency, watch=progress)
        return progress

    try:
        progress = asyncio.run(work())
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Finished tasks are stored. To continue: {_go_on(runs)}" if runs else "No task was started."
        ) from None
    except Exception as error:
        code = exit_code(error)
        if not runs or code is None or isinstance(error, UnknownRunError):  # one that was deleted does not go on
            raise
        complain(f"{error} Finished tasks are stored. To continue: {_go_on(runs)}")
        raise typer.Exit(code) from None
    put(
        summary([(run, store.totals(run.id)) for run in runs], configuration.prices)
    )  # another process may have done some of them
    if not configuration.quiet:
        for note in dict.fromkeys(note for run in runs for note in run.notes):
            put(f"- {escaped(note)}", sys.stderr)
    if progress.refused:
        complain(
            f"the server refused {counted(len(progress.refused), 'task')} ({progress.refusal}); refused tasks are not"
            " counted. To try again:"
            f" {_go_on(runs)}"
        )
        raise typer.Exit(MISSING)
    if not configuration.quiet:
        typer.echo(f"selfdebug: for details: selfdebug report {runs[0].name}", err=True)


def _go_on(runs: Sequence[Run]) -> str:
    return f"selfdebug runs resume {runs[0].name}"


def summary(runs: Sequence[tuple[Run, Totals]], prices: Prices | None) -> str:
    """Runs with what came out, a line each; with prices, also what they cost in money."""
    head = ("run", "accuracy", "95 % interval", "n", "repaired", "broken", "calls", "tokens", *["cost"] * bool(prices))
    rows: list[tuple[str, ...]] = [head]
    for run, total in runs:
        accuracy = total.accuracy
        n = str(total.done) if total.done >= run.tasks else f"{total.done} of {run.tasks}"
        rows.append(
            (escaped(run.id), percent(accuracy.value), accuracy.interval, n, str(total.repaired), str(total.broken),
             f"{total.calls:,}", brief(total.tokens),
             *([dollars(prices.cost(total.prompt_tokens, total.completion_tokens))] if prices else []))
        )  # fmt: skip
    return aligned(rows)


def data_checksums(benchmark: Benchmark, source: RunSource) -> dict[str, str]:
    """Of all that a run's tasks and first programs are read from."""
    return checksums(benchmark.files, Path(source.data), Path(source.programs) if source.programs else None)

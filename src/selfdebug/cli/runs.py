"""``selfdebug runs``: the runs that are stored; look at them, go on with them, delete them."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from selfdebug.cli.configuration import PRICES, Configuration
from selfdebug.cli.failing import UsageError, complain
from selfdebug.cli.inputs import existing_store, opened_benchmark, stored_runs
from selfdebug.cli.options import AsJson, ListsByDefault, argument, configured, option
from selfdebug.cli.output import put
from selfdebug.prices import Prices
from selfdebug.safe_text import escaped
from selfdebug.storage import default_path

if TYPE_CHECKING:
    from selfdebug.benchmarks import Benchmark
    from selfdebug.models import Model
    from selfdebug.runs import Run, RunStore, Totals
    from selfdebug.runs.runner import BenchmarkRunner
    from selfdebug.trajectory import Trajectory

HELP = """List the runs of benchmarks; show, resume or delete them.

NAME is one run, such as mbpp-1/ut+expl, or the name that the runs of one command share, such as mbpp-1."""
EXAMPLES = """[bold]Examples[/]
  selfdebug runs
  selfdebug runs show mbpp-1
  selfdebug runs show mbpp-1/ut+expl MBPP/11
  selfdebug runs resume mbpp-1
  selfdebug runs delete mbpp-1 --yes

Exit codes: 0 done; 2 wrong usage, or no run of that name; 3 something is missing; 130 interrupted."""


app = typer.Typer(cls=ListsByDefault, rich_markup_mode="rich", help=HELP, epilog=EXAMPLES)

Name = Annotated[str, argument("NAME", "A run, or the name that several share.")]


@app.command("list", epilog=EXAMPLES)
@configured(only=("store",))
def list_runs(as_json: AsJson = False, *, configuration: Configuration) -> None:
    """List all runs, the newest first."""
    listed: list[tuple[Run, Totals]] = []
    if configuration.store or default_path().exists():
        path = existing_store(configuration)
        from selfdebug.runs import RunStore

        with RunStore(path) as store:
            listed = [(run, store.totals(run.id)) for run in store.all()]
    if as_json:
        _put_json(listed)
    elif listed:
        _show_list(listed)
    else:
        complain("there are no runs yet: selfdebug bench makes some.")


def _show_list(listed: list[tuple[Run, Totals]]) -> None:
    from selfdebug.cli.output import aligned, percent

    rows = [("run", "model", "began", "done", "accuracy")]
    for run, total in listed:
        began = run.provenance.started.astimezone().strftime("%Y-%m-%d %H:%M")
        done = f"{total.done} of {run.tasks}"
        rows.append((escaped(run.id), escaped(run.provenance.model), began, done, percent(total.accuracy.value)))
    put(aligned(rows, left=3))


@app.command("show", epilog=EXAMPLES)
@configured(only=("store", *PRICES))
def show_runs(
    name: Name,
    task: Annotated[str, argument("TASK", "Show this task's whole trajectory; such as MBPP/11.")] = "",
    as_json: AsJson = False,
    *,
    configuration: Configuration,
) -> None:
    """Show the results of runs and how they were made, or one task of a run."""
    with stored_runs(configuration) as store:
        runs = store.find([name])
        if task:
            if len(runs) > 1:
                raise UsageError(f"A task is shown for one run: choose from {', '.join(run.id for run in runs)}.")
            trajectory = store.trajectory(runs[0].id, task)
            if as_json:
                put(trajectory.to_json(indent=2))
            else:
                _show_trajectory(trajectory, configuration.prices)
            return
        listed = [(run, store.totals(run.id)) for run in runs]
    if as_json:
        _put_json(listed)
    else:
        _show_summary(listed, configuration.prices)


def _put_json(listed: list[tuple[Run, Totals]]) -> None:
    from dataclasses import asdict

    from pydantic import TypeAdapter

    from selfdebug.runs import Run

    runs = TypeAdapter(list[Run]).dump_python([run for run, _ in listed], mode="json")
    totals = [asdict(total) | {"accuracy": total.accuracy.value} for _, total in listed]
    put(json.dumps([run | {"totals": total} for run, total in zip(runs, totals, strict=True)], indent=2))


def _show_summary(listed: list[tuple[Run, Totals]], prices: Prices | None) -> None:
    from selfdebug.cli.measuring import summary

    first = listed[0][0]
    from_where, settings = first.provenance, first.settings
    title = f"{first.title} ({first.benchmark}), {from_where.model} at {from_where.server}"
    put(f"{escaped(title)}\n\n")
    put(summary(listed, prices))
    told = ("--feedback", "--policy", "--samples", "--style")  # the first three stand in the names of runs
    shared = {flag[2:].replace("-", " "): value for flag, value in settings.as_options().items() if flag not in told}
    kept = [settings.style, *(f"{name} {value}" for name, value in shared.items())]
    facts = {
        "began": from_where.started.astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        "settings": ", ".join(kept),
        "version": f"{from_where.version}, prompts {from_where.prompts}",
        "machine": f"{from_where.machine}; isolation {from_where.isolation}",
        "again": from_where.command,
    }
    put("\n")
    for what, fact in facts.items():
        put(f"{what:9} {escaped(fact)}")
    for path, digest in from_where.data.items():
        put(f"{'data':9} {escaped(path)}  {digest[:16]}…")
    for note in dict.fromkeys(note for run, _ in listed for note in run.notes):
        put(f"{'note':9} {escaped(note)}")


def _show_trajectory(trajectory: Trajectory, prices: Prices | None) -> None:
    """As it was shown while it was made, with the first program and what was asked."""
    from rich.console import Console

    from selfdebug.cli.progress import DebuggingProgress, why_not
    from selfdebug.events import Explained, Judged, Ran

    problem = trajectory.problem
    console = Console(highlight=False)
    with DebuggingProgress(console, prices=prices) as shown:
        shown.say(escaped(problem.request.strip("\n")))
        if trajectory.turns:
            shown.say(escaped(f"\n{trajectory.turns[0].program.code.strip(chr(10))}\n"), indent=4)
        for number, turn in enumerate(trajectory.turns):
            shown(Ran(turn, number))
            shown(Judged(turn, number))
            if turn.explanation or turn.diagnosis or turn.observed:
                shown(Explained(turn, number))
        if not trajectory.turns and trajectory.exchanges:
            shown.say("The last reply:\n")
            shown.say(escaped(trajectory.exchanges[-1].reply.text.strip("\n")), indent=4)
        shown.finish(trajectory)
        if not trajectory.correct:
            shown.say(escaped(why_not(trajectory)))


@app.command("resume", epilog=EXAMPLES)
@configured(only=("store", "concurrency", "unsafe", *PRICES, "quiet"))
def resume(
    name: Name,
    base_url: Annotated[str, option("--base-url", "URL", "Where the server is now.", "Model")] = "",
    *,
    configuration: Configuration,
) -> None:
    """Continue interrupted runs; nothing that is stored is asked again."""
    with stored_runs(configuration) as store:
        from selfdebug.cli import measuring

        runs = store.find([name])
        first = runs[0]
        if all(run.finished for run in runs):
            if not configuration.quiet:
                complain("nothing is left to do.")
            put(measuring.summary([(run, store.totals(run.id)) for run in runs], configuration.prices))
            return
        source = first.source
        if configuration.unsafe is not source.unsafe:
            how = "without isolation: pass --unsafe" if source.unsafe else "isolated: leave out --unsafe"
            raise UsageError(f"{first.name} runs programs {how} to continue.")
        benchmark = opened_benchmark(first.benchmark, Path(source.data))
        _check_unchanged(first, benchmark)
        address = _address(first, configuration, base_url)
        configuration = replace(
            configuration, model=source.model, base_url=address, form=source.form, data=source.data, cache=True
        )

        def begin(model: Model, runner: BenchmarkRunner) -> list[Run]:
            if address == "" and model.address != first.provenance.server:
                raise UsageError(f"{source.model} is not the model that {first.name} began with: bring that one back.")
            _note_changes(runs, model, runner, store, configuration.quiet)
            return runs

        measuring.measure(benchmark, configuration, store, source, begin)


def _check_unchanged(run: Run, benchmark: Benchmark) -> None:
    from selfdebug.cli.measuring import data_checksums
    from selfdebug.runs.grid import survey
    from selfdebug.runs.provenance import changes

    differences = changes(run.provenance, data_checksums(benchmark, run.source))
    if not differences:
        now = survey(benchmark, run.source.limit, run.source.programs, run.source.skip)
        if (now.tasks, now.missing) != (run.tasks, run.source.missing):
            differences = [
                f"tasks that can be scored were {run.tasks} and are {now.tasks}, those that cannot were"
                f" {run.source.missing} and are {now.missing}: restore the databases and files of that time, or"
                " start a new run"
            ]
    if differences:
        raise UsageError(f"{run.name} cannot be resumed: {'; '.join(differences)}.")


def _note_changes(runs: list[Run], model: Model, runner: BenchmarkRunner, store: RunStore, quiet: bool) -> None:
    """Say, here and in reports, what is no longer as it was but keeps nobody from going on."""
    from selfdebug import __version__
    from selfdebug.runs.provenance import machine

    then = runs[0].provenance
    notes = []
    if then.version != __version__:
        notes.append(f"Started with selfdebug {then.version}, resumed with {__version__}; the prompts are the same.")
    if then.machine != (here := machine()):
        notes.append(f"Started on {then.machine}, resumed on {here}.")
    if then.isolation != runner.isolation:
        notes.append(f"Started with isolation {then.isolation}, resumed with {runner.isolation}.")
    if then.server != model.address:
        notes.append(f"Started with the server {then.server}, resumed with {model.address}.")
    for note in notes:
        for run in runs:
            store.add_note(run.id, note)
        if not quiet:
            complain(note)


def _address(run: Run, configuration: Configuration, given: str) -> str:
    """The base URL to go on with, with the credentials that only the user's settings have; empty for a file.

    Raises:
        UsageError: the address is known from the store alone, which must not decide who gets the user's key.
    """
    from selfdebug.models.address import OPENAI, read_address

    stored = run.source.base_url
    if given or not stored:
        return given
    for known in (configuration.base_url, os.environ.get("OPENAI_BASE_URL", ""), OPENAI):
        if known and read_address(known, "none").url == stored:
            return known
    if read_address(stored, "none").is_loopback:
        return stored
    raise UsageError(
        f"{run.name} asked the server {stored}: pass --base-url {stored} to continue there. A key is not sent to an"
        " address that only the store names."
    )


@app.command("delete", epilog=EXAMPLES)
@configured(only=("store",))
def delete(
    names: Annotated[list[str], argument("NAME…", "Runs, or names that several share.")],
    yes: Annotated[bool, option("--yes", None, "Do not ask.")] = False,
    *,
    configuration: Configuration,
) -> None:
    """Delete runs with all their trajectories; the model's replies stay."""
    with stored_runs(configuration) as store:
        run_ids = store.ids(names)
        ids = ", ".join(escaped(run_id) for run_id in run_ids)
        if not yes and not sys.stdin.isatty():
            raise UsageError(f"Pass --yes to delete {ids}.")
        if not yes and not typer.confirm(f"Delete {ids}?", err=True):
            raise typer.Exit(1)
        store.delete(run_ids)
    typer.echo(f"selfdebug: deleted {ids}", err=True)

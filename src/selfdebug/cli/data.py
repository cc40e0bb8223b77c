"""``selfdebug data``: the official files of the benchmarks; which of them are here, and how they come here."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from selfdebug.cli.configuration import Configuration
from selfdebug.cli.download_progress import showing_downloads
from selfdebug.cli.failing import MISSING, UsageError, complain
from selfdebug.cli.inputs import data_folder
from selfdebug.cli.options import AsJson, argument, configured, option
from selfdebug.cli.output import put
from selfdebug.downloads.progress import DownloadError, readable_size
from selfdebug.safe_text import escaped

HELP = "The benchmarks' official files: list those that are here, and download the others."
EXAMPLES = """[bold]Examples[/]
  selfdebug data list
  selfdebug data pull mbpp humaneval
  selfdebug data pull --all --data /srv/benchmarks

Exit codes: 0 everything is here; 2 wrong usage; 3 a download failed; 130 interrupted, the same command continues."""

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help=HELP, epilog=EXAMPLES)


@dataclass(frozen=True, slots=True)
class ListedBenchmark:
    """A benchmark in the list.

    Attributes:
        name, title: of the benchmark.
        state: ``here``, ``incomplete``, ``differs`` (all is here, but not all is official), ``not here``, or ``in the
            package``.
        missing: files that are not here.
        different: files that are not the official ones.
        tasks: how many it has.
        bytes: of the download; 0 if there is none.
        licence, licence_url, homepage: of the data.
    """

    name: str
    title: str
    state: str
    missing: tuple[str, ...]
    different: tuple[str, ...]
    tasks: int
    bytes: int
    licence: str
    licence_url: str
    homepage: str


@app.command("list", epilog=EXAMPLES)
@configured(only=("data",))
def list_data(
    as_json: AsJson = False,
    *,
    configuration: Configuration,
) -> None:
    """Show each benchmark: whether it is here, its number of tasks, the size of the download, its licence."""
    from selfdebug.benchmarks import BENCHMARKS

    folder = data_folder(configuration)
    entries = [_entry(name, benchmark.title, benchmark.tasks, folder) for name, benchmark in BENCHMARKS.items()]
    if as_json:
        put(json.dumps({"folder": str(folder), "benchmarks": [asdict(entry) for entry in entries]}, indent=2))
        return
    width = max(len(entry.name) for entry in entries)
    wide = not sys.stdout.isatty() or shutil.get_terminal_size().columns >= 120  # where titles fit
    put(f"{'':{width}}  {'':14}  {'tasks':>5}  {'download':>8}  licence")
    for entry in entries:
        size = readable_size(entry.bytes) if entry.bytes else "–"
        line = f"{entry.name:{width}}  {entry.state:14}  {entry.tasks:5}  {size:>8}  {entry.licence:13}  {entry.title}"
        put(line if wide else line.removesuffix(entry.title).rstrip())
        if entry.state in ("incomplete", "differs"):
            for what, files in (("lacks", entry.missing), ("differs from the official", entry.different)):
                more = f" and {len(files) - 3} more" if len(files) > 3 else ""
                if files:
                    put(f"{'':{width}}  {what} {', '.join(files[:3])}{more}")
    put(f"\nFolder: {escaped(str(folder))}")


@app.command("pull", epilog=EXAMPLES)
@configured(only=("data", "quiet"))
def pull_data(
    names: Annotated[list[str] | None, argument("NAME…", "Benchmarks.")] = None,
    everything: Annotated[bool, option("--all", "", "All benchmarks.")] = False,
    mirror: Annotated[
        str, option("--from", "URL", "A mirror, in place of each official address's scheme and host.")
    ] = "",
    *,
    configuration: Configuration,
) -> None:
    """Download the official files of benchmarks. Files that are here and intact are not downloaded again."""
    if bool(names) == everything:
        raise UsageError("Name benchmarks, or give --all. selfdebug data list shows their names.")
    from selfdebug.benchmarks.pulling import mirrored
    from selfdebug.benchmarks.sources import DATA_SETS

    folder = data_folder(configuration)
    try:
        mirrored("https://official.example", mirror)
    except DownloadError as error:
        raise UsageError(str(error)) from None
    wanted = list(DATA_SETS) if everything else list(dict.fromkeys(_base(name) for name in names or ()))
    worked = [_pull(name, folder, mirror, configuration.quiet) for name in wanted]
    if not all(worked):
        raise typer.Exit(MISSING)


def _base(name: str) -> str:
    """The benchmark of a name that may have a variant."""
    from selfdebug.benchmarks.pulling import data_set

    data_set(name)
    return name.strip().lower().partition(":")[0]


def _pull(name: str, folder: Path, mirror: str, quiet: bool) -> bool:
    """Download all files of a benchmark; whether that worked."""
    from selfdebug.benchmarks import BenchmarkError
    from selfdebug.benchmarks.pulling import data_set, pull

    needed = data_set(name)
    if needed is None:
        put(f"{name} comes with the package: there is nothing to pull.", sys.stderr)
        return True
    if not quiet:
        put(f"{name}: {needed.licence}, {needed.licence_url}", sys.stderr)
    worked = True
    for source in needed.sources:
        try:
            with showing_downloads(quiet) as watch:
                pull(source, folder, watch, mirror=mirror)
        except (BenchmarkError, DownloadError) as error:
            complain(str(error))
            worked = False
    return worked


def _entry(name: str, title: str, tasks: int, folder: Path) -> ListedBenchmark:
    from selfdebug.benchmarks.pulling import check, data_set

    needed = data_set(name)
    if needed is None:
        return ListedBenchmark(name, title, "in the package", (), (), tasks, 0, "MIT", "", "")
    states = [check(source, folder) for source in needed.sources]
    missing = tuple(path for state in states for path in state.missing)
    different = tuple(path for state in states for path in state.damaged)
    if different and not missing:
        here = "differs"
    elif all(state.complete for state in states):
        here = "here"
    else:
        here = "incomplete" if any(state.present for state in states) else "not here"
    size = sum(source.size for source in needed.sources)
    return ListedBenchmark(
        name, title, here, missing, different, needed.tasks, size, needed.licence, needed.licence_url, needed.homepage
    )  # fmt: skip

"""``selfdebug bench``: a benchmark under a grid of configurations, stored as runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from selfdebug.cli.configuration import SETTINGS, Configuration
from selfdebug.cli.failing import UsageError
from selfdebug.cli.options import BenchmarkName, configured, option
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.policies import POLICIES

if TYPE_CHECKING:
    from selfdebug.benchmarks import Benchmark
    from selfdebug.models import Model
    from selfdebug.runs import Run, RunSource
    from selfdebug.runs.grid import Grid, Survey
    from selfdebug.runs.run import Provenance
    from selfdebug.runs.runner import BenchmarkRunner
    from selfdebug.settings import Settings

HELP = (
    "Run a benchmark: debug and score its tasks under each feedback kind, with each policy and number of samples.\n\n"
    "Each configuration is a run of its own, such as NAME/ut or NAME/ut-chain-8. They share their first programs,"
    " since replies are always stored and reused. If it is interrupted, selfdebug runs resume NAME continues it and"
    " asks nothing twice."
)
EXAMPLES = """[bold]Examples[/]
  selfdebug bench sample:held-out --limit 60             (the embedded model, in its own domain)
  selfdebug bench mbpp --model gpt-5-mini --limit 50
  selfdebug bench spider --base-url http://localhost:8000/v1 --feedback baseline,execution,expl
  selfdebug bench transcoder --model gpt-5-mini --feedback ut+expl --samples 1,8 --name mine
  selfdebug bench mbpp --model gpt-5-mini --programs first.jsonl --feedback ut,ut+trace

Exit codes: 0 done, whatever the scores are; 2 wrong usage; 3 something is missing: the model, the store, the data, a
compiler, isolation; 130 interrupted."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_FEEDBACK = (
    f"One or more of {', '.join(FEEDBACK_KINDS)}. Default: baseline,simple,ut,ut+expl; without tests, as for SQL:"
    " baseline,simple,execution,expl."
)
_POLICY = str(SETTINGS["policy"].default)
_POLICIES = f"One or more of {', '.join(POLICIES)}. {SETTINGS['policy'].doc} Default: {_POLICY}."
_PROGRAMS = "Start from these first programs, one per task: JSON lines as for selfdebug evaluate."


@configured(without=("feedback", "policy", "samples", "cache"), also=("data", "concurrency"))
def bench(
    benchmark: BenchmarkName,
    feedback: Annotated[str, option("--feedback", "KIND,…", _FEEDBACK, "Grid")] = "",
    policy: Annotated[str, option("--policy", "NAME,…", _POLICIES, "Grid")] = "",
    samples: Annotated[str, option("--samples", "N,…", SETTINGS["samples"].doc, "Grid")] = "1",
    limit: Annotated[int | None, option("--limit", "N", "At most N tasks.", min=1)] = None,
    skip: Annotated[int, option("--skip", "N", "Leave out the first N tasks.", min=0)] = 0,
    programs: Annotated[Path | None, option("--programs", "FILE", _PROGRAMS)] = None,
    name: Annotated[str, option("--name", "NAME", "Name of the runs. Default: BENCHMARK-NUMBER.", "Grid")] = "",
    *,
    configuration: Configuration,
) -> None:
    """Run a benchmark."""
    if name and not _NAME.fullmatch(name):
        raise UsageError(f"--name may have letters, digits, '.', '_' and '-', at most 100 in all, not {name!r}.")
    kinds = _names("--feedback", feedback, FEEDBACK_KINDS)
    policies = _names("--policy", policy, POLICIES) or [_POLICY]
    numbers = _numbers(samples)
    if programs is not None and numbers != [1]:
        raise UsageError("--programs gives one first program per task, so --samples must be 1.")
    if programs is not None and not programs.exists():
        raise UsageError(f"There is no file {programs}: check the path of --programs.")
    from selfdebug.cli.inputs import data_folder, opened_benchmark

    data = data_folder(configuration).absolute()
    opened = opened_benchmark(benchmark, data)
    from selfdebug.cli import measuring
    from selfdebug.models.opening import names_file
    from selfdebug.runs import RunStore
    from selfdebug.runs.grid import Grid, survey
    from selfdebug.runs.store import RunExistsError

    configuration = replace(configuration, cache=True)
    settings = _settings(configuration, numbers)

    surveyed = survey(opened, limit, programs or "", skip)
    _check(kinds, surveyed, opened, skip)
    source = _source(configuration, data, limit, skip, programs)
    grid = Grid(opened, settings, kinds or surveyed.default_kinds, policies, numbers, surveyed)
    with RunStore(configuration.store or None) as store:

        def begin(model: Model, runner: BenchmarkRunner) -> list[Run]:
            origin = source if names_file(source.model) else replace(source, model=model.name, base_url=model.address)
            provenance = _provenance(grid, model, origin, runner.isolation, configuration, programs)
            while True:
                runs = grid.runs(name or store.next_name(opened.name), provenance, origin)
                try:
                    store.create(*runs)
                except RunExistsError:  # another process took the same number
                    if name:
                        raise
                else:
                    return runs

        measuring.measure(opened, configuration, store, source, begin)


def _names(option: str, given: str, known: Collection[str]) -> list[str]:
    names = _listed(option, given) if given else []
    for name in names:
        if name not in known:
            raise UsageError(f"{option} {name} is unknown: choose from {', '.join(known)}.")
    return names


def _numbers(given: str) -> list[int]:
    numbers = []
    for text in _listed("--samples", given):
        if not re.fullmatch(r"[0-9]{1,4}", text) or not int(text):
            raise UsageError(f"--samples takes whole numbers from 1 to 9999, such as 1,8, not {text!r}.")
        numbers.append(int(text))
    return numbers


def _listed(option: str, given: str) -> list[str]:
    """The parts of an option that lists something with commas.

    Raises:
        UsageError: one is empty or stands there twice.
    """
    parts = [part.strip().lower() for part in given.split(",")]
    if "" in parts:
        raise UsageError(f"{option} takes names separated by commas, such as a,b; {given!r} has an empty one.")
    twice = next((part for part in parts if parts.count(part) > 1), "")
    if twice:
        raise UsageError(f"{option} lists {twice} twice: list it once.")
    return parts


def _settings(configuration: Configuration, numbers: Sequence[int]) -> Settings:
    """What all runs have in common."""
    from selfdebug.cli.running import settings_of

    shared = settings_of(replace(configuration, feedback="", policy=_POLICY, samples=1))
    try:
        for number in numbers:
            replace(shared, samples=number)
    except ValueError as error:
        raise UsageError(f"{error}.") from None
    return shared


def _check(kinds: Sequence[str], surveyed: Survey, benchmark: Benchmark, skip: int) -> None:
    """Refuse what makes no sense before anything is opened or asked."""
    from selfdebug.benchmarks import MissingDataError

    if not surveyed.tasks and skip:
        raise UsageError(f"--skip {skip} leaves no task of {benchmark.name}: it has {len(benchmark)}.")
    if not surveyed.tasks:
        raise MissingDataError(f"No task of {benchmark.name} can be scored here: {surveyed.reason}.")
    for kind in kinds:
        if kind not in surveyed.fitting:
            raise UsageError(
                f"Feedback {kind} fits no task of {benchmark.name}: choose from {', '.join(surveyed.fitting)}."
            )


def _source(configuration: Configuration, data: Path, limit: int | None, skip: int, programs: Path | None) -> RunSource:
    """What resuming needs, as far as it is known before a model is open."""
    from selfdebug.cli.running import model_of
    from selfdebug.models.local import PREFIX
    from selfdebug.runs import RunSource

    model = model_of(configuration)
    if model.startswith(PREFIX) and (path := Path(model.removeprefix(PREFIX)).expanduser()).exists():
        model = PREFIX + str(path.absolute())
    return RunSource(
        model=model,
        form=configuration.form,
        data=str(data),
        limit=limit,
        skip=skip,
        programs=str(programs.absolute()) if programs else "",
        unsafe=configuration.unsafe,
    )


def _provenance(
    grid: Grid, model: Model, source: RunSource, isolation: str, configuration: Configuration, programs: Path | None
) -> Provenance:
    """Where the runs come from, now that it is known which model replies and what isolates programs."""
    from selfdebug import __version__
    from selfdebug.cli.measuring import data_checksums
    from selfdebug.prompts import digest
    from selfdebug.runs.provenance import command, machine
    from selfdebug.runs.run import Provenance
    from selfdebug.safe_text import without_password

    repeat = command(
        grid.benchmark.name, grid.settings, replace(source, model=configuration.model or model.name),
        feedback=grid.kinds, policies=grid.policies, samples=grid.samples, data=configuration.data,
        programs=str(programs or ""), store=without_password(configuration.store),
    )  # fmt: skip
    return Provenance(
        version=__version__,
        prompts=digest(),
        model=model.name,
        server=model.address,
        data=data_checksums(grid.benchmark, source),
        machine=machine(),
        isolation=isolation,
        started=datetime.now(UTC),
        command=repeat,
    )

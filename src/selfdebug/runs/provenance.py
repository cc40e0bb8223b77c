"""Where a run comes from: checksums of its data, the machine, the command that repeats it; and whether that changed."""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from selfdebug import __version__
from selfdebug.benchmarks import MissingDataError
from selfdebug.prompts import digest
from selfdebug.runs.run import Provenance, RunSource
from selfdebug.safe_text import counted
from selfdebug.settings import Settings

PROGRAMS = "first programs: "
"""What stands before the name of a file of first programs among the checksums."""


def checksums(files: Iterable[Path], data: Path, programs: Path | None = None) -> dict[str, str]:
    """SHA-256 of files, in hexadecimal digits.

    Args:
        files: what tasks are read from.
        data: the data folder; files are named by their paths within it, others by their names.
        programs: a file of first programs.

    Raises:
        MissingDataError: one cannot be read.
    """
    named = {path.relative_to(data).as_posix() if path.is_relative_to(data) else path.name: path for path in files}
    if programs is not None:
        named[PROGRAMS + programs.name] = programs
    sums = {}
    for name, path in named.items():
        try:
            with path.open("rb") as file:
                sums[name] = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise MissingDataError(f"{path} cannot be read ({error.strerror}): check that it is there.") from None
    return sums


def machine() -> str:
    """Processor, cores, memory, system and Python, one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0.0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    parts = [_processor(), counted(cores, "core"), *([f"{memory:.0f} GiB"] if memory else [])]
    return ", ".join([*parts, platform.platform(terse=True), f"Python {platform.python_version()}"])


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()


def command(
    benchmark: str,
    settings: Settings,
    source: RunSource,
    *,
    feedback: Sequence[str],
    policies: Sequence[str],
    samples: Sequence[int],
    data: str = "",
    programs: str = "",
    store: str = "",
) -> str:
    """The command that repeats runs, quoted for a shell.

    Args:
        benchmark: its name with the variant.
        settings: what all of the runs have in common.
        source: where they come from.
        feedback, policies, samples: what they differ in.
        data, programs, store: as the user gave them; the store without its password.
    """
    words = ["selfdebug", "bench", benchmark, "--model", source.model]
    differing = {"--feedback": feedback, "--policy": policies, "--samples": [str(number) for number in samples]}
    for option, values in differing.items():
        words += [option, ",".join(values)]
    given: dict[str, object] = {
        **{name: value for name, value in settings.as_options().items() if name not in differing},
        "--base-url": source.base_url,
        "--form": source.form,
        "--skip": source.skip or None,
        "--limit": source.limit,
        "--programs": programs,
        "--data": data,
        "--store": store,
    }
    for option, value in given.items():
        if value not in (None, ""):
            words += [option, str(value)]
    return shlex.join(words + ["--unsafe"] * source.unsafe)


def changes(then: Provenance, data: Mapping[str, str]) -> list[str]:
    """What is no longer as it was when a run began, each with what to do: going on would mix two things in one run.

    `data` holds the `checksums` of the same files now.
    """
    reasons = []
    if then.prompts != digest():
        reasons.append(
            f"the prompts have changed since (they were selfdebug {then.version}'s, this is {__version__}): install"
            f" that version, or start a new run"
        )
    changed = [name for name in sorted(then.data.keys() | data.keys()) if then.data.get(name) != data.get(name)]
    return reasons + [f"{name} has changed since: bring the old file back, or start a new run" for name in changed]

"""Files and texts that a user gives, read with errors that say what to do."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from selfdebug.applications.problem_input import valid_text
from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import UsageError
from selfdebug.storage import default_path

if TYPE_CHECKING:
    from selfdebug.benchmarks import Benchmark
    from selfdebug.runs import RunStore

_LARGEST = 4 * 1024 * 1024  # characters; no model reads more


def data_folder(configuration: Configuration) -> Path:
    """The folder of the benchmarks' files: the setting ``data``, else a folder of the user's."""
    if configuration.data:
        return Path(configuration.data).expanduser().absolute()
    return Path(platformdirs.user_data_dir("selfdebug", appauthor=False)) / "data"


def existing_store(configuration: Configuration) -> str | None:
    """The configured store, where runs are looked for; ``None`` for the default one.

    Raises:
        UsageError: it is a file that does not exist. Reading must not make an empty one.
    """
    path = configuration.store.removeprefix("sqlite:///")
    if path and "://" not in path and not Path(path).exists():
        raise UsageError(f"There is no store {path}: check --store.")
    return configuration.store or None


def stored_runs(configuration: Configuration) -> RunStore:
    """The configured store, open, for what looks at runs that must be there already.

    Raises:
        UsageError: nothing was ever stored. This is known without opening a database.
    """
    path = existing_store(configuration)
    if path is None and not default_path().exists():
        raise UsageError("There are no runs yet: selfdebug bench makes some.")
    from selfdebug.runs import RunStore

    return RunStore(path)


def opened_benchmark(name: str, data: Path) -> Benchmark:
    """Open a benchmark.

    Raises:
        BenchmarkError: there is none, or its data is missing.
    """
    from selfdebug.benchmarks import DataError, open_benchmark

    benchmark = open_benchmark(name, data)
    if not len(benchmark):
        raise DataError(f"{benchmark.name} has no task: its files in {data} are empty.")
    return benchmark


def read_stdin(what: str) -> str:
    """All of standard input."""
    try:
        return valid_text(sys.stdin.read(_LARGEST), what)
    except UnicodeDecodeError:
        raise UsageError(f"The {what} on standard input is not UTF-8 text.") from None


def read_text(path: Path, what: str) -> str:
    """A file's text; messages call it `what`, such as ``program``.

    Raises:
        UsageError: there is no such file, or it is a folder, empty, too large, or no text.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder: name the {what}'s file in it.")
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise UsageError(f"There is no file {path}: check the path of the {what}.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): check its permissions.") from None
    except ValueError:
        raise UsageError(f"{path} is not UTF-8 text: name the {what}'s source file.") from None
    if "\0" in text:
        raise UsageError(f"{path} is a binary file: name the {what}'s source file.")
    if len(text) > _LARGEST:
        raise UsageError(f"{path} is too large for a {what}.")
    if not text.strip():
        raise UsageError(f"{path} is empty: the {what} must be in it.")
    return text

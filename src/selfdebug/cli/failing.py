"""How a command ends: exit codes, and one sentence instead of a traceback for what is not a bug.

0: the answer was judged correct; 1: it was not; 2: wrong usage; 3: something outside is missing; 130: interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from selfdebug.safe_text import escaped

NOT_CORRECT, WRONG_USAGE, MISSING, INTERRUPTED = 1, 2, 3, 130

CODES = (
    "Exit codes: 0 judged correct; 1 not judged correct, though the best program is still printed; 2 wrong usage; 3"
    " something is missing: the model, the database, a compiler or isolation; 130 interrupted."
)
"""For the help of commands that debug."""


class UsageError(Exception):
    """The user gave something that cannot be used. The message is one sentence that says what to do."""


def complain(message: str) -> None:
    """Say on standard error what went wrong."""
    print(f"selfdebug: {escaped(message)}", file=sys.stderr)


@contextmanager
def reporting() -> Iterator[None]:
    """Turn errors that are not bugs into one sentence and an exit code."""
    try:
        yield
    except KeyboardInterrupt as error:
        rest = "All replies so far are stored: run the same command again to continue."
        complain(f"interrupted. {str(error) or rest}")
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        code = exit_code(error)
        if code is None:
            raise
        complain(str(error))
        raise typer.Exit(code) from None


_CODES = {
    "selfdebug.cli.failing.UsageError": WRONG_USAGE,
    "selfdebug.applications.problem_input.ProblemInputError": WRONG_USAGE,
    "selfdebug.benchmarks.benchmark.UnknownBenchmarkError": WRONG_USAGE,
    "selfdebug.benchmarks.programs_file.ProgramsFileError": WRONG_USAGE,
    "selfdebug.runs.store.UnknownRunError": WRONG_USAGE,
    "selfdebug.runs.store.RunExistsError": WRONG_USAGE,
    "selfdebug.models.errors.ModelError": MISSING,
    "selfdebug.storage.StoreError": MISSING,
    "selfdebug.downloads.progress.DownloadError": MISSING,
    "selfdebug.execution.errors.ExecutionError": MISSING,
    "selfdebug.execution.databases.errors.DatabaseError": MISSING,
    "selfdebug.benchmarks.benchmark.BenchmarkError": MISSING,
    "selfdebug.reports.report.ReportError": MISSING,
}
"""By the names of classes, nearest first: importing them all would take longer than most commands."""


def exit_code(error: Exception) -> int | None:
    """The exit code of what is no bug."""
    names = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__)
    return next((_CODES[name] for name in names if name in _CODES), None)

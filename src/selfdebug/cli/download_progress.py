"""Shows how far downloads are: as bars on a terminal, elsewhere as a line where something begins or ends."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from selfdebug.cli.output import put
from selfdebug.downloads.progress import DownloadProgress, ProgressWatcher, readable_size
from selfdebug.safe_text import escaped

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_LONG_CHECK = 10**9
"""Bytes from which a checksum takes long enough to be worth a line."""


@contextmanager
def showing_downloads(quiet: bool) -> Iterator[ProgressWatcher]:
    """Give what shows each step of downloads on standard error; nothing is shown if `quiet`.

    Raises:
        KeyboardInterrupt: with what to do next, after one without.
    """
    try:
        if quiet:
            yield lambda progress: None
        elif sys.stderr.isatty():
            from rich import progress
            from rich.console import Console

            columns = (
                progress.TextColumn("{task.description}", markup=False), progress.BarColumn(),
                progress.DownloadColumn(), progress.TransferSpeedColumn(), progress.TimeRemainingColumn(),
            )  # fmt: skip
            with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
                yield _Bars(bars).show
        else:
            yield _Lines().show
    except KeyboardInterrupt:
        raise KeyboardInterrupt("What was downloaded is kept: run the same command again to continue.") from None


def _line(progress: DownloadProgress) -> str:
    """What is said when a file enters a stage."""
    said: str = progress.stage
    if progress.stage == "present":
        said = "here"
    elif progress.stage == "downloading":
        size = f" ({readable_size(progress.total)})" if progress.total else ""
        said += size + (f", continuing at {readable_size(progress.done)}" if progress.done else "")
    elif progress.checksum:
        said += f"; its SHA-256 was not known and is now recorded: {progress.checksum}"
    return f"  {escaped(progress.file)}: {said}"


class _Lines:
    """Plain lines on standard error."""

    def __init__(self) -> None:
        self._last = ("", "")

    def show(self, progress: DownloadProgress) -> None:
        """Say what begins or ended."""
        entered = (progress.file, progress.stage)
        if entered != self._last and not (progress.stage == "checking" and progress.total < _LONG_CHECK):
            self._last = entered
            put(_line(progress), sys.stderr)


class _Bars:
    """Bars on standard error, one for each file."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def show(self, progress: DownloadProgress) -> None:
        """Move the bar; a line takes its place in the end."""
        if progress.stage in ("present", "done"):
            self._bars.console.print(_line(progress), markup=False, highlight=False, soft_wrap=True)
            return
        name, unpacking = escaped(progress.file), progress.stage == "unpacking"
        label = {"checking": f"checking {name}", "unpacking": f"{name}: {progress.done} files"}
        done, total = (None, None) if unpacking else (progress.done, progress.total or None)
        if progress.file not in self._tasks:
            # Begun at what is there already, so that the speed is that of what comes.
            self._tasks[progress.file] = self._bars.add_task("", total=total, completed=done or 0)
        task = self._tasks[progress.file]
        self._bars.update(task, description=label.get(progress.stage, name), completed=done, total=total)

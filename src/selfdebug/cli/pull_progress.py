"""How far a file is that comes here: a bar on a terminal, elsewhere a line where something begins and ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from selfdebug.cli.visible import put

Moment = TypeVar("Moment")


@dataclass(frozen=True, slots=True)
class Shown:
    """A moment of a file's way here, for people.

    Attributes:
        file: what comes; it has a bar of its own.
        doing: what happens to it; a line is written where that changes.
        line: the words for it.
        label: the words beside the bar; empty where nothing happens any more, so that the line takes its place.
        done, total: how far the bar is; None where that is not known.
    """

    file: str
    doing: str
    line: str
    label: str = ""
    done: int | None = None
    total: int | None = None


@contextmanager
def watching(quiet: bool, show: Callable[[Moment], Shown]) -> Iterator[Callable[[Moment], None]]:
    """What is to be told of each moment.

    Args:
        quiet: say nothing.
        show: gives a moment its words.
    """
    if quiet:
        yield lambda moment: None
    elif sys.stderr.isatty():
        with _Bars(show) as bars:
            yield bars.watch
    else:
        yield _Lines(show).watch


class _Lines(Generic[Moment]):
    """Plain lines on standard error."""

    def __init__(self, show: Callable[[Moment], Shown]) -> None:
        self._show = show
        self._said = ("", "")

    def watch(self, moment: Moment) -> None:
        """Say what begins or ended."""
        shown = self._show(moment)
        if (shown.file, shown.doing) != self._said:
            self._said = (shown.file, shown.doing)
            put(shown.line, sys.stderr)


class _Bars(Generic[Moment]):
    """Bars on standard error."""

    def __init__(self, show: Callable[[Moment], Shown]) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        text = TextColumn("{task.description}", markup=False)
        columns = (text, BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._show = show
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> _Bars[Moment]:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def watch(self, moment: Moment) -> None:
        """Move the bar."""
        shown = self._show(moment)
        if not shown.label:
            self._progress.console.print(shown.line, markup=False, highlight=False, soft_wrap=True)
            return
        if shown.file not in self._tasks:
            # Begun at what is there already, so that the speed is that of what comes.
            self._tasks[shown.file] = self._progress.add_task("", total=shown.total, completed=shown.done or 0)
        task = self._tasks[shown.file]
        self._progress.update(task, description=shown.label, completed=shown.done, total=shown.total)

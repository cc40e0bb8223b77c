"""What standard error shows during a wait: a spinner on a terminal, now and then a line elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Self

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.spinner import Spinner
from rich.text import Text

from selfdebug.safe_text import escaped, shortened

_SECONDS_TO_FIRST_WORD, _SECONDS_BETWEEN_WORDS = 3.0, 4.5
_LONG, _SECONDS_BETWEEN_LATE_WORDS = 60.0, 30.0
_REPLY_LINES = 12
"""Of a reply that is coming, the last ones."""


class WaitingSpinner:
    """A spinner that says what is asked for and for how long, and below it the reply so far."""

    def __init__(self, what: str) -> None:
        self._what, self._began = what, time.monotonic()
        self._spinner = Spinner("dots", style="progress.spinner")
        self.reply = self.note = ""

    def render(self) -> RenderableType:
        """What to show now."""
        seconds = (f" {time.monotonic() - self._began:.0f} s", "dim")
        self._spinner.update(text=Text.assemble(self._what, seconds))
        lines = escaped(self.reply.strip("\n")).split("\n")[-_REPLY_LINES:]
        below = Text("\n".join(lines), "dim", no_wrap=True, overflow="ellipsis")
        if self.note:
            below = Text(shortened(self.note, 1, 300), "yellow")
        return Group(self._spinner, Padding(below, (0, 0, 0, 2))) if below else self._spinner


class Reminder:
    """Says now and then, where no spinner can, what is being waited for. A context manager, or started and stopped."""

    def __init__(self, what: str, say: Callable[[str], None]) -> None:
        """Make it of what is being done, and of what shows a line: it is called from a thread of its own."""
        self._what, self._say = what, say
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._remind, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _remind(self) -> None:
        began, wait = time.monotonic(), _SECONDS_TO_FIRST_WORD
        while not self._over.wait(wait):
            seconds = time.monotonic() - began
            self._say(f"… {self._what}: {seconds:.0f} s so far")
            wait = _SECONDS_BETWEEN_WORDS if seconds < _LONG else _SECONDS_BETWEEN_LATE_WORDS

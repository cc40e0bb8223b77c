"""Live progress of runs on standard error: a table on a terminal, a line every ten seconds elsewhere."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from selfdebug.cli.output import brief, duration, percent
from selfdebug.cli.waiting import Reminder
from selfdebug.events import Answered, Waiting
from selfdebug.prices import Prices, dollars
from selfdebug.runs import Run, Totals
from selfdebug.runs.runner import ResultStored, RunEvent, TaskEnded, TaskRefused, TaskStarted
from selfdebug.safe_text import escaped, shortened

_SECONDS_TO_FIRST_LINE, _SECONDS_BETWEEN_LINES = 3.0, 10.0
_SECONDS_BETWEEN_NOTES = 3.5


class RunProgress:
    """Shows what a runner tells. Use it as a context manager: it takes its table away.

    Attributes:
        totals: of each run, what was done before included.
        refused: the indices of tasks that the server refused under some configuration.
        refusal: what it said to the first of them.
    """

    def __init__(
        self,
        console: Console,
        runs: Sequence[Run],
        totals: Mapping[str, Totals],
        *,
        quiet: bool = False,
        prices: Prices | None = None,
    ) -> None:
        """Make it with the console of standard error, for runs of one name and what was done of them before.

        With prices, what was asked is also given in money.
        """
        self._console, self._runs, self._quiet, self._prices = console, runs, quiet, prices
        self.totals = dict(totals)
        self.refused: set[int] = set()
        self.refusal = self._note = ""
        self._left = sum(run.tasks - totals[run.id].done for run in runs)
        self._stored = self._running = self._calls = self._stored_calls = 0
        self._prompt_tokens = self._completion_tokens = 0
        self._began = self._answered = time.monotonic()
        self._said = self._began + _SECONDS_TO_FIRST_LINE - _SECONDS_BETWEEN_LINES
        self._live = Live(console=console, get_renderable=self._table, refresh_per_second=4, transient=True)
        self._reminder = Reminder("", lambda _: self._remind())

    def __enter__(self) -> Self:
        if not self._quiet:
            (self._live.start if self._console.is_terminal else self._reminder.start)()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()
        self._reminder.stop()
        if not self._quiet and not self._console.is_terminal:
            self._say(self._line())

    def __call__(self, event: RunEvent) -> None:
        """Take an event."""
        match event:
            case TaskStarted():
                self._running += 1
            case TaskEnded():
                self._running -= 1
            case Answered():
                self._note, self._answered = "", time.monotonic()
                reply = event.exchange.reply
                self._calls += 1
                self._stored_calls += reply.stored
                self._prompt_tokens += reply.prompt_tokens or 0
                self._completion_tokens += reply.completion_tokens or 0
            case Waiting():
                self._show_waiting(event.reason)
            case ResultStored(run_id, result):
                self.totals[run_id].add(result)
                self._stored += 1
            case TaskRefused():
                self._refuse(event)
        if not self._console.is_terminal and not self._quiet:
            self._remind()

    def _remind(self) -> None:
        """Say how far it is, unless that was said a moment ago."""
        if time.monotonic() - self._said > _SECONDS_BETWEEN_LINES:
            self._say(self._line())

    def _show_waiting(self, reason: str) -> None:
        """Below the table; elsewhere a line, and another one where nothing else happens."""
        self._note = shortened(reason, 1, 300)
        waited = time.monotonic() - max(self._said, self._answered)  # some calls may go well meanwhile
        if not self._console.is_terminal and not self._quiet and waited > _SECONDS_BETWEEN_NOTES:
            self._say(self._note)

    def _refuse(self, event: TaskRefused) -> None:
        self._left -= 1
        if not self.refused and not self._quiet:
            self._say(f"{escaped(event.task.id)} is left out: {shortened(event.reason, 1, 300)}")
        self.refused.add(event.task.index)
        self.refusal = self.refusal or event.reason

    def _say(self, text: str) -> None:
        self._said = time.monotonic()
        self._console.print(Text(text), soft_wrap=True)

    def _line(self) -> str:
        """How far all runs are, on one line."""
        done, tasks = sum(total.done for total in self.totals.values()), sum(run.tasks for run in self._runs)
        rates = ", ".join(f"{_short(run)} {percent(self.totals[run.id].accuracy.value)}" for run in self._runs)
        return f"{self._runs[0].name}: {done} of {tasks} done; {rates}; {self._account()}"

    def _account(self) -> str:
        stored = f" ({self._stored_calls:,} stored or shared)" if self._stored_calls else ""
        elapsed = time.monotonic() - self._began
        tokens = brief(self._prompt_tokens + self._completion_tokens)
        parts = [f"{self._running} at work", f"{self._calls:,} calls{stored}", f"{tokens} tokens"]
        if self._prices:
            parts.append(dollars(self._prices.cost(self._prompt_tokens, self._completion_tokens)))
        left = self._left - self._stored
        if left > 0 and self._stored:
            parts.append(f"{duration(elapsed / self._stored * left)} left")
        elif left <= 0:
            parts.append(duration(elapsed))
        return ", ".join(parts)

    def _table(self) -> Group:
        table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
        table.add_column(escaped(self._runs[0].name), style="bold")
        for name in ("done", "solved", "accuracy", "95 % interval", "repaired", "broken"):
            table.add_column(name, justify="right", header_style="dim")
        for run in self._runs:
            total = self.totals[run.id]
            table.add_row(
                _short(run), f"{total.done} of {run.tasks}", str(total.passed), percent(total.accuracy.value),
                total.accuracy.interval,
                Text(str(total.repaired), "green" if total.repaired else "dim"),
                Text(str(total.broken), "red" if total.broken else "dim"),
            )  # fmt: skip
        note = (Text(self._note, "yellow"),) if self._note else ()
        return Group(table, Text(self._account(), "dim"), *note)


def _short(run: Run) -> str:
    """What tells a run from the others of its name."""
    return run.id.partition("/")[2]

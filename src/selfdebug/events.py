"""What a debugger tells those who watch it work, while it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from selfdebug.feedback import Step
from selfdebug.trajectory import Exchange, Sample, Selection, Turn


@dataclass(frozen=True, slots=True)
class Asking:
    """A request is about to go to the model."""

    step: Step
    samples: int
    repair: bool


@dataclass(frozen=True, slots=True)
class Streamed:
    """More of a reply came. For those who asked for it, and only where the model sends replies in parts.

    Attributes:
        text: the reply so far, from its beginning; a call that broke off and is tried again begins anew.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call failed and is tried again; told every second while it waits.

    Attributes:
        reason: what happened, and when it is tried again.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply came, from the model or from the store."""

    exchange: Exchange
    step: Step


@dataclass(frozen=True, slots=True)
class Selected:
    """One of several first programs was selected."""

    samples: tuple[Sample, ...]
    selection: Selection


@dataclass(frozen=True, slots=True)
class Ran:
    """A program was run. `number` is the turn's in the trajectory, from 0."""

    turn: Turn
    number: int


@dataclass(frozen=True, slots=True)
class Explained:
    """A program was explained by the model, its trace was recorded, or the model said what is wrong with it.

    `number` is the turn's in the trajectory.
    """

    turn: Turn
    number: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A turn has its feedback, or a budget ended it before. `number` is the turn's in the trajectory."""

    turn: Turn
    number: int


Event = Asking | Streamed | Waiting | Answered | Selected | Ran | Explained | Judged
Watcher = Callable[[Event], None]


def ignore_events(event: object) -> None:
    """Watch nothing: for who does not want to be told."""

"""What a selector is: it picks the program to go on with from several first ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from selfdebug.applications.base import Application
from selfdebug.feedback import Step
from selfdebug.messages import Message, Reply
from selfdebug.problem import Problem
from selfdebug.trajectory import Sample

T = TypeVar("T")


class AskModel(Protocol):
    """How a selector asks the model that wrote the programs: `selfdebug.session.Session.ask_about`."""

    def __call__(self, step: Step, messages: Sequence[Message], read: Callable[[Reply], T], /) -> Awaitable[T]:
        """Send a conversation and read its reply; it counts as a call of the trajectory."""


def first_to_debug(samples: Sequence[Sample]) -> int:
    """Index of the earliest sample that parses, else of the first one: where nothing better is known."""
    return next((i for i, sample in enumerate(samples) if sample.parses), 0)


def voters(samples: Sequence[Sample]) -> list[int]:
    """Indices of the samples that run without an error and do not fail shown tests."""
    return [i for i, sample in enumerate(samples) if sample.ran and sample.accepted is not False]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a selector selects from, and what it may use.

    Attributes:
        problem: what the programs were written for.
        samples: those that hold a program, at least one, in their order, with what running them gave.
        asked: how many first programs were asked for; some replies may have held none.
        application: runs further programs, or the same ones on other problems.
        ask: asks the model.
    """

    problem: Problem
    samples: Sequence[Sample]
    asked: int
    application: Application[Any]
    ask: AskModel


@dataclass(frozen=True, slots=True)
class Choice:
    """The sample that a selector picked.

    Attributes:
        index: among `Candidates.samples`.
        reason: one sentence that users see.
        share: of the votes, the part that the choice had, 0 to 1; ``None`` where nothing is voted on.
    """

    index: int
    reason: str
    share: float | None = None


class Selector(Protocol):
    """Picks one of several first programs."""

    async def select(self, candidates: Candidates) -> Choice:
        """Pick one.

        Raises:
            Ended: it asked the model, and a budget is spent; then the first sample that parses is debugged.
            UnreadableReplyError: likewise, where the model's reply could not be read.
        """

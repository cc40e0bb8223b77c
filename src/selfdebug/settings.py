"""How problems are debugged: everything that decides a trajectory, besides the problem and the model."""

from __future__ import annotations

from dataclasses import dataclass

from selfdebug.feedback import FEEDBACK_KINDS, FeedbackKind
from selfdebug.problem import Problem
from selfdebug.selection import SELECTORS
from selfdebug.styles import FEW_SHOT, STYLES


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a debugger.

    Raises:
        ValueError: one is out of range; the message says which and what it may be.
    """

    feedback: str = ""
    """Name of a feedback kind; empty for the one with the most to say: ut+expl where there are tests, else expl."""
    style: str = FEW_SHOT.name
    """With exemplars before the problem, or without."""
    samples: int = 1
    """First programs to choose from. One is greedy, several are drawn at temperature 0.7."""
    selector: str = "majority-vote"
    """Name of the selector that chooses among several first programs."""
    turns: int = 3
    """Most new programs after the first. The paper allows 10; success nearly always comes within 3."""
    calls: int | None = None
    """Replies of the model for one problem, at most, those from the store included."""
    tokens: int | None = None
    """Prompt and completion tokens for one problem: nothing more is asked once they are used up."""
    seconds: float | None = None
    """Wall time for one problem: a call that goes on for longer is given up, and nothing more is asked."""
    max_tokens: int = 2048
    """Tokens of one reply, a reasoning model's thinking included."""

    def __post_init__(self) -> None:
        if self.feedback:
            FEEDBACK_KINDS.check(self.feedback)
        for registry, name in ((STYLES, self.style), (SELECTORS, self.selector)):
            registry.check(name)
        if self.turns < 0:
            raise ValueError(f"turns must be 0 or more, not {self.turns}")
        for name in ("samples", "calls", "tokens", "seconds", "max_tokens"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ValueError(f"{name} must be more than 0, not {value}")

        if self.calls is not None and self.calls < self.samples:
            raise ValueError(f"calls must be at least {self.samples}, the number of samples, not {self.calls}")

    def kind_for(self, problem: Problem) -> FeedbackKind:
        """The feedback kind that a problem is debugged with."""
        return FEEDBACK_KINDS[self.feedback or ("ut+expl" if problem.tests else "expl")]

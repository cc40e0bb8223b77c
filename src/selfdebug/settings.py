"""How problems are debugged: everything that decides a trajectory, besides the problem and the model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from selfdebug.feedback import FeedbackKind, feedback_kind
from selfdebug.messages import EMBEDDED
from selfdebug.problem import Problem, TextToSqlProblem

Style = Literal["few-shot", "zero-shot"]

RENAMED = {
    "turns": "max_turns",
    "calls": "max_calls",
    "tokens": "max_total_tokens",
    "seconds": "max_seconds",
    "max_tokens": "max_reply_tokens",
}
"""Settings by the names that they had once. Who gives one by such a name is told the new one."""


def with_new_names(stored: Any) -> Any:
    """Settings that an older version stored as JSON, by the names that they have now. What is no object stays so."""
    return {RENAMED.get(name, name): stored[name] for name in stored} if isinstance(stored, dict) else stored


def refuse_old_names(names: Iterable[str]) -> None:
    """Refuse keyword arguments that have new names.

    Raises:
        TypeError: one has; the message says which.
    """
    for name in names:
        if name in RENAMED:
            raise TypeError(f"the setting {name} is now called {RENAMED[name]}")


def style_for(model: str) -> Style:
    """The style where nobody chose one: the one that the embedded model was trained for, or the paper's."""
    return "zero-shot" if model == EMBEDDED else "few-shot"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a debugger.

    Raises:
        ValueError: one is out of range; the message says which and what it may be.
    """

    feedback: str = ""
    """Name of a feedback kind; empty for the one with the most to say: ut+expl where there are tests, else expl."""
    style: Style = "few-shot"
    """With exemplars before the problem, or without."""
    samples: int = 1
    """First programs to choose from by majority vote. One is greedy, several are drawn at temperature 0.7."""
    max_turns: int = 3
    """Most new programs after the first. The paper allows 10; success nearly always comes within 3."""
    max_calls: int | None = None
    """Replies of the model for one problem, at most, those from the store included."""
    max_total_tokens: int | None = None
    """Prompt and completion tokens for one problem: nothing more is asked once they are used up."""
    max_seconds: float | None = None
    """Wall time for one problem: a call that goes on for longer is given up, and nothing more is asked."""
    max_reply_tokens: int = 2048
    """Tokens of one reply, a reasoning model's thinking included."""

    if not TYPE_CHECKING:  # a type checker knows the names from the fields

        def __new__(cls, *_: object, **given: object) -> Settings:
            refuse_old_names(given)
            return object.__new__(cls)

    def __post_init__(self) -> None:
        if self.feedback:
            feedback_kind(self.feedback)
        if self.style not in get_args(Style):
            raise ValueError(f"unknown style {self.style!r}: choose {' or '.join(get_args(Style))}")
        if self.max_turns < 0:
            raise ValueError(f"max_turns must be 0 or more, not {self.max_turns}")
        for name in ("samples", "max_calls", "max_total_tokens", "max_seconds", "max_reply_tokens"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ValueError(f"{name} must be more than 0, not {value}")

        if self.max_calls is not None and self.max_calls < self.samples:
            raise ValueError(f"max_calls must be at least {self.samples}, the number of samples, not {self.max_calls}")

    def kind_for(self, problem: Problem) -> FeedbackKind:
        """The feedback kind that a problem is debugged with."""
        if self.feedback:
            return feedback_kind(self.feedback)
        return feedback_kind("expl" if isinstance(problem, TextToSqlProblem) or not problem.tests else "ut+expl")

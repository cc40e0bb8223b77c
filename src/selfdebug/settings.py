"""How problems are debugged: everything that decides a trajectory, besides the problem and the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from selfdebug.feedback import FeedbackKind, feedback_kind
from selfdebug.messages import EMBEDDED
from selfdebug.problem import Problem, TextToSqlProblem

Style = Literal["few-shot", "zero-shot"]


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
            feedback_kind(self.feedback)
        if self.style not in get_args(Style):
            raise ValueError(f"unknown style {self.style!r}: choose {' or '.join(get_args(Style))}")
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
        if self.feedback:
            return feedback_kind(self.feedback)
        return feedback_kind("expl" if isinstance(problem, TextToSqlProblem) or not problem.tests else "ut+expl")

"""Feedback and its kinds: what a model is told, or asked to say, about a program. Plain data; no prompt text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What feedback says of a program."""

    CORRECT = "correct"
    WRONG = "wrong"
    UNSURE = "unsure"
    """Nobody could tell."""


class Judge(StrEnum):
    """Who gave a verdict."""

    TESTS = "tests"
    """The tests that the problem shows."""
    EXECUTION = "execution"
    """Running it: it gave an error, so it cannot be right."""
    MODEL = "model"
    NOBODY = "nobody"
    """There was nothing to judge by, or it could not be read."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict on a program, and the words that came with it.

    Attributes:
        verdict: correct, wrong or unsure.
        judge: who gave the verdict.
        text: the words, as the model was shown them or wrote them; empty where it was shown none.
    """

    verdict: Verdict
    judge: Judge
    text: str = ""


class Account(StrEnum):
    """What a debugging turn tells of the program besides the verdict."""

    NONE = "none"
    EXPLANATION = "explanation"
    """The model explains the program, line by line or clause by clause."""
    TRACE = "trace"
    """The model steps through the program and predicts each variable."""
    RECORDED_TRACE = "recorded trace"
    """Real line events and values of a run."""


@dataclass(frozen=True, slots=True)
class FeedbackKind:
    """A feedback kind of Self-Debugging (Chen et al., arXiv 2304.05128, section 3).

    Attributes:
        name: as users write it.
        summary: one line for ``--help``.
        account: what is told of the program.
        shows_tests: whether the outcome of the shown tests is part of it. Such a kind needs tests.
        debugs: False for the baseline, which takes the first program as it is.
    """

    name: str
    summary: str
    account: Account = Account.NONE
    shows_tests: bool = False
    debugs: bool = True

    def __str__(self) -> str:
        return self.name


_KINDS = (
    FeedbackKind("baseline", "no debugging: the first program is the answer", debugs=False),
    FeedbackKind("simple", "right or wrong, and nothing else"),
    FeedbackKind("ut", "the outcome of the shown unit tests", shows_tests=True),
    FeedbackKind("expl", "the model explains its program and compares it with the request", Account.EXPLANATION),
    FeedbackKind("ut+expl", "the explanation, then the outcome of the shown tests", Account.EXPLANATION, True),
    FeedbackKind("trace", "the model steps through its program, line by line", Account.TRACE),
    FeedbackKind("ut+trace", "the model's trace of the failing test, then its outcome", Account.TRACE, True),
    FeedbackKind("recorded-trace", "a recorded execution instead of the model's trace", Account.RECORDED_TRACE),
    FeedbackKind(
        "ut+recorded-trace", "a recorded execution of the failing test, then its outcome", Account.RECORDED_TRACE, True
    ),
)

FEEDBACK_KINDS: dict[str, FeedbackKind] = {kind.name: kind for kind in _KINDS}
"""By name."""


def feedback_kind(name: str) -> FeedbackKind:
    """Find a feedback kind by its name.

    Raises:
        ValueError: there is none of that name; the message lists those that there are.
    """
    try:
        return FEEDBACK_KINDS[name.strip().lower()]
    except KeyError:
        raise ValueError(f"unknown feedback {name!r}: choose from {', '.join(FEEDBACK_KINDS)}") from None

"""Feedback on a program: who judged it and how, the steps in which a model is asked, and the kinds of feedback.

Plain data; what a step says to a model stands in the templates.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

from selfdebug.registry import Registry


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
    """Running it: it gave an error or showed a fault, so it cannot be right."""
    MODEL = "model"
    NOBODY = "nobody"
    """There was nothing to judge by, the model's verdict could not be read, or it does not count."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict on a program, and the words that came with it.

    Attributes:
        verdict: correct, wrong or unsure.
        judge: who gave the verdict.
        text: what the model wrote with its verdict; where nobody judged, why not. Else empty.
    """

    verdict: Verdict
    judge: Judge
    text: str = ""


UNJUDGED = Feedback(Verdict.UNSURE, Judge.NOBODY)
"""Of a program that nobody has judged yet, or could."""
PASSED = Feedback(Verdict.CORRECT, Judge.TESTS)
FAILED = Feedback(Verdict.WRONG, Judge.TESTS)
"""Of a program that passes, or fails, the shown tests."""
BROKEN = Feedback(Verdict.WRONG, Judge.EXECUTION)
"""Of a program that gives an error instead of a result, or shows a fault when it runs."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a model is asked for.

    Attributes:
        name: also of its template.
        activity: what the model is doing meanwhile, such as ``writing the first program``.
        gives: what its reply is read as: a program, words, a verdict with words, one of two answers, or a verdict on
            each block of a recorded trace.
        alone: whether it is asked of the problem alone, and its template tells what it needs of the turns.
        folder: where its template stands, if it comes from another package.
    """

    name: str
    activity: str
    gives: Literal["program", "words", "verdict", "answer", "block verdicts"] = "words"
    alone: bool = False
    folder: Path | None = None

    def __str__(self) -> str:
        return self.name


GENERATE = Step("generate", "writing the first program", "program")
COLUMNS = Step("columns", "saying which columns the question asks for")
EXPLAIN = Step("explain", "explaining the program")
TRACE = Step("trace", "stepping through the program")
CAUSE = Step("cause", "saying what is wrong")
BLOCKS = Step("blocks", "judging the blocks that ran", "block verdicts")
INPUTS = Step("inputs", "writing inputs to run the program on")
JUDGE = Step("judge", "judging the program", "verdict")
FIX = Step("fix", "writing a new program", "program")
RETRY = Step("retry", "writing a fresh program", "program", alone=True)
CHOOSE = Step("choose", "choosing between two queries", "answer", alone=True)

Level = Literal["line", "block"]
"""Of a recorded trace: its lines, or its basic blocks (Zhong et al., arXiv 2402.16906)."""


@dataclass(frozen=True, slots=True)
class FeedbackKind:
    """A feedback kind: those of Self-Debugging (Chen et al., arXiv 2304.05128, section 3), and some beyond it.

    Attributes:
        name: as users write it.
        summary: one line for ``--help``.
        explaining: the step in which the model explains its program before it knows the outcome, if it does.
        observing: the step in which the model writes inputs, whose results it is shown when it judges, if it does.
        shows_tests: whether the outcome of the shown tests is part of it. Such a kind needs tests.
        shows_errors: whether an error of a program without tests is part of it.
        judges: whether the model gives a verdict where nothing else does; without one, the trajectory ends there.
        diagnosing: the step in which the model says what is wrong, if it does. Its template tells the outcome.
        records: the level at which the model is shown a recorded trace, real line events and values of a run, if it is.
        debugs: False for the baseline, which takes the first program as it is.
    """

    name: str
    summary: str
    explaining: Step | None = None
    observing: Step | None = None
    shows_tests: bool = False
    shows_errors: bool = True
    judges: bool = True
    diagnosing: Step | None = None
    records: Level | None = None
    debugs: bool = True

    def __post_init__(self) -> None:
        if self.explaining and self.records:
            raise ValueError(
                f"feedback kind {self.name}: a turn has the model's explanation or a recorded trace, not both"
            )

    def __str__(self) -> str:
        return self.name

    @property
    def explains(self) -> bool:
        """Whether something is said about the program before a verdict, by the model or by a recorded trace."""
        return self.explaining is not None or self.records is not None

    @property
    def traces(self) -> bool:
        """Whether what is said is a trace: what ran, in its order."""
        return self.explaining is TRACE or self.records is not None

    def steps(self, feedback: Feedback | None) -> tuple[Step, ...]:
        """What the model is asked about a program that it is going to fix, or has to judge, in this order.

        Args:
            feedback: what execution says of the program; ``None`` where it says nothing, so that the model judges.
        """
        if not self.debugs or (feedback and feedback.verdict is Verdict.CORRECT):
            return ()
        if feedback is None and not self.judges:
            return ()
        if feedback is None:
            return (*(step for step in (self.explaining, self.observing) if step), JUDGE)
        if feedback.judge is Judge.EXECUTION:  # an error needs no explanation
            return ()
        return tuple(step for step in (self.explaining, self.diagnosing) if step)


FEEDBACK_KINDS: Registry[FeedbackKind] = Registry(
    "feedback kind",
    {
        kind.name: kind
        for kind in (
            FeedbackKind("baseline", "no debugging: the first program is the answer", debugs=False),
            FeedbackKind("simple", "right or wrong, and nothing else", shows_errors=False),
            FeedbackKind("ut", "the outcome of the shown unit tests", shows_tests=True),
            FeedbackKind("expl", "the model explains its program and compares it with the request", EXPLAIN),
            FeedbackKind("ut+expl", "the explanation, then the outcome of the shown tests", EXPLAIN, shows_tests=True),
            FeedbackKind("trace", "the model steps through its program, line by line", TRACE),
            FeedbackKind(
                "ut+trace", "the model's trace of the failing test, then its outcome", TRACE, shows_tests=True
            ),
            FeedbackKind("recorded-trace", "a recorded execution instead of the model's trace", records="line"),
            FeedbackKind(
                "ut+recorded-trace",
                "a recorded execution of the failing test, then its outcome",
                shows_tests=True,
                records="line",
            ),
            FeedbackKind(
                "ut+cause",
                "the outcome of the shown tests, then the cause in the model's words",
                shows_tests=True,
                diagnosing=CAUSE,
            ),
            FeedbackKind(
                "ut+ldb",
                "the outcome of the shown tests with a recorded execution in blocks, each of which the model judges",
                shows_tests=True,
                diagnosing=BLOCKS,
                records="block",
            ),
            FeedbackKind("execution", "the error that running it gives, or what that shows to be wrong", judges=False),
            FeedbackKind("inputs", "the model writes inputs, sees what they give, and judges", observing=INPUTS),
        )
    },
)
"""By name. Another kind is a line here, and a `Step` with its template if it asks for something new."""
BASELINE = FEEDBACK_KINDS["baseline"]

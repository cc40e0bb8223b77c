"""Each of several first programs is debugged, and one is selected at the end (as S* does, arXiv 2502.14382)."""

from __future__ import annotations

from collections.abc import Sequence

from selfdebug.feedback import UNJUDGED, Verdict
from selfdebug.policies.base import MOST_UNREADABLE, Fix
from selfdebug.trajectory import Turn, attempt_of, newest_of_attempts, repeats


def every(turns: Sequence[Turn], unreadable: int) -> Fix | None:
    """Correct the program that was corrected least often; an attempt that is right, or repeats a program, is over."""
    numbers = [number for number in newest_of_attempts(turns) if _goes_on(turns, number)]
    if not numbers or unreadable > MOST_UNREADABLE:
        return None
    numbers.sort(key=lambda number: len(attempt_of(turns, number)))
    return Fix(numbers[unreadable % len(numbers)])


def _goes_on(turns: Sequence[Turn], number: int) -> bool:
    feedback = turns[number].feedback
    return (feedback == UNJUDGED or feedback.verdict is Verdict.WRONG) and not repeats(turns, number)

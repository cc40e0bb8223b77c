"""Fresh attempts, each given up as soon as it stops getting better.

What further corrections of one program bring decays fast (arXiv 2506.18403). A model that answers with the program that
it was to correct does so again: from then on it gets no more to correct.
"""

from __future__ import annotations

from collections.abc import Sequence

from selfdebug.policies.base import MOST_UNREADABLE, Begin, Fix, Move
from selfdebug.trajectory import Turn, attempt_of, repeats

_PATIENCE = 2
"""Corrections in a row that may bring no progress."""


def restart(turns: Sequence[Turn], unreadable: int) -> Move | None:
    """Correct the newest program; begin anew once a correction repeats a program, or two brought nothing."""
    newest = len(turns) - 1
    attempt = attempt_of(turns, newest)
    if unreadable > MOST_UNREADABLE:
        return None
    copies = any(turn.parent is not None and repeats(turns, number) for number, turn in enumerate(turns))
    if unreadable or copies or repeats(turns, newest) or not _progresses([turns[number].score for number in attempt]):
        return Begin()
    return Fix(newest)


def _progresses(scores: Sequence[tuple[bool, int]]) -> bool:
    """Whether one of the last corrections is better than all before it, or there were too few to tell."""
    return len(scores) <= _PATIENCE or max(scores[-_PATIENCE:]) > max(scores[:-_PATIENCE])

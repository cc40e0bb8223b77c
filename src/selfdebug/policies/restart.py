"""Fresh attempts, each given up as soon as it stops getting better.

What further corrections of one program bring decays fast (Adnan and Kuhn, arXiv 2506.18403).
"""

from __future__ import annotations

from collections.abc import Sequence

from selfdebug.policies.base import Begin, Fix, Move
from selfdebug.trajectory import Turn, attempt_of, repeats

_PATIENCE = 2
"""Corrections in a row that may bring no progress, and replies in a row that cannot be read."""


def restart(turns: Sequence[Turn], unreadable: int) -> Move | None:
    """Correct the newest program; begin anew where it repeats an earlier one, or two corrections brought nothing."""
    newest = len(turns) - 1
    attempt = attempt_of(turns, newest)
    if unreadable > _PATIENCE:
        return None
    if unreadable or repeats(turns, newest) or not _progresses([turns[number].score for number in attempt]):
        return Begin()
    return Fix(newest)


def _progresses(scores: Sequence[tuple[bool, int]]) -> bool:
    """Whether one of the last corrections is better than all before it, or there were too few to tell."""
    return len(scores) <= _PATIENCE or max(scores[-_PATIENCE:]) > max(scores[:-_PATIENCE])

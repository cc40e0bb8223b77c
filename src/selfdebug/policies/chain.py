"""One attempt, corrected turn after turn: the loop of the paper (Chen et al., arXiv 2304.05128)."""

from __future__ import annotations

from collections.abc import Sequence

from selfdebug.policies.base import Fix
from selfdebug.trajectory import Turn, repeats


def chain(turns: Sequence[Turn], unreadable: int) -> Fix | None:
    """Correct the newest program; where that repeats an earlier one, at a temperature, so that another one comes."""
    newest = len(turns) - 1
    return None if unreadable else Fix(newest, greedy=not repeats(turns, newest))

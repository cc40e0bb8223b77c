"""Several corrections a turn, of which the most promising one is gone on with."""

from __future__ import annotations

from collections.abc import Sequence

from selfdebug.policies.base import Fix
from selfdebug.trajectory import Turn

_SAMPLES = 3


def branch(turns: Sequence[Turn], unreadable: int) -> Fix | None:
    """Draw corrections of the newest program, which is the best of those drawn before."""
    return None if unreadable else Fix(len(turns) - 1, _SAMPLES)

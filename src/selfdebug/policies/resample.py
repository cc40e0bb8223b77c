"""Fresh programs until one passes, without a word of those before: sampling, the yardstick of all debugging."""

from __future__ import annotations

from collections.abc import Sequence

from selfdebug.policies.base import MOST_UNREADABLE, Begin
from selfdebug.trajectory import Turn


def resample(turns: Sequence[Turn], unreadable: int) -> Begin | None:
    """Begin anew, told nothing."""
    return Begin(told=False) if unreadable <= MOST_UNREADABLE else None

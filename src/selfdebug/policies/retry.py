"""Fresh programs, each asked for with what the best one before gave, and without its code.

Small models copy the program that they see; without it, they use what they are told (docs/real-models.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from selfdebug.policies.base import MOST_UNREADABLE, Begin
from selfdebug.trajectory import Turn


def retry(turns: Sequence[Turn], unreadable: int) -> Begin | None:
    """Begin anew, told what came before."""
    return Begin() if unreadable <= MOST_UNREADABLE else None

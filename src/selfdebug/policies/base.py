"""What a policy is: it picks the next move from the turns so far.

A policy is a pure function. It is asked only while more may be asked for and, but for those that debug every first
program, no program is judged correct: budgets are no matter of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from selfdebug.trajectory import Turn


@dataclass(frozen=True, slots=True)
class Begin:
    """Ask for a fresh program, at a temperature: another attempt.

    Attributes:
        told: whether the model is told what the best program so far gave, as far as the feedback kind tells it of
            tests. It is not shown that program.
    """

    told: bool = True


@dataclass(frozen=True, slots=True)
class Fix:
    """Ask for corrections of a program.

    Attributes:
        turn: index of the turn whose program it is.
        samples: how many to draw; they are run, and the most promising one is gone on with.
        greedy: False to draw a single one at a temperature; several always are.
    """

    turn: int
    samples: int = 1
    greedy: bool = True


MOST_UNREADABLE = 2
"""Moves in a row that may bring nothing that can be read, where a policy has another way out."""
Move: TypeAlias = Begin | Fix
Policy: TypeAlias = Callable[[Sequence[Turn], int], Move | None]
"""Takes all turns so far, at least one, and how many moves since the newest brought nothing that can be read. Gives
what comes next, or ``None`` to end the trajectory."""

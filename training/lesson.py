"""What a generator makes: a problem with everything that is known of it.

The problem itself is the package's; what a model may not see (the right program, all tests) stands beside it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from selfdebug.execution import Assertion
from selfdebug.problem import Problem, Program

HELD_OUT_SHARE = 6
"""One in so many program shapes is held out: no training problem has it."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A problem with its right program.

    Attributes:
        problem: what the model is shown.
        program: a right program, in the one style that the model learns.
        skeleton: the program's shape: its syntax without names and constants.
        difficulty: 1, 2 or 3.
        tests: programs: all tests, those that the problem shows first. Queries have none.
        databases: queries: paths of the problem's database and of variants with other rows, which all must agree.
        columns: queries: the right reply to being asked for the columns of the answer.
        open: programs: whether something is left open that the tests decide.
    """

    problem: Problem
    program: Program
    skeleton: str
    difficulty: int
    tests: tuple[Assertion, ...] = ()
    databases: tuple[str, ...] = ()
    columns: str = ""
    open: bool = False


def is_held_out(skeleton: str) -> bool:
    """Whether a program shape is held out: decided by its hash alone, so that nobody has to keep a list."""
    return int.from_bytes(hashlib.sha256(skeleton.encode()).digest()[:8], "big") % HELD_OUT_SHARE == 0

"""Policies alone: which move follows from which turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selfdebug.feedback import FAILED, PASSED
from selfdebug.outcome import Outcome, Status, TestOutcome
from selfdebug.policies import POLICIES
from selfdebug.policies.base import MOST_UNREADABLE, Begin, Fix
from selfdebug.problem import Program
from selfdebug.trajectory import Turn


def turn(code: str, passed: int = 0, parent: int | None = None) -> Turn:
    """A wrong turn whose program passes some of three tests."""
    tests = tuple(
        TestOutcome(f"assert f({number})", Status.PASSED if number < passed else Status.FAILED) for number in range(3)
    )
    return Turn(Program(code, "python"), Outcome(tests), FAILED, parent=parent)


ONE = [turn("a")]
TWO = [*ONE, turn("b", parent=0)]
REPEATED = [*ONE, turn("a\n", parent=0)]


@pytest.mark.parametrize("name", ["chain", "restart", "branch"])
def test_one_wrong_program_is_corrected(name: str) -> None:
    move = POLICIES[name](ONE, 0)
    assert isinstance(move, Fix)
    assert move.turn == 0


@pytest.mark.parametrize("name", ["chain", "branch"])
def test_without_another_way_out_what_cannot_be_read_ends_it(name: str) -> None:
    assert POLICIES[name](TWO, 1) is None


def test_a_chain_corrects_the_newest() -> None:
    assert POLICIES["chain"](TWO, 0) == Fix(1)
    assert POLICIES["chain"](REPEATED, 0) == Fix(1, greedy=False)


RIGHT = Turn(Program("z", "python"), Outcome(()), PASSED)


def test_every_attempt_has_its_turn() -> None:
    every = POLICIES["every"]
    assert every([turn("a"), turn("b")], 0) == Fix(0)
    assert every([turn("a"), turn("b")], 1) == Fix(1)  # the reply to the first correction could not be read
    assert every([turn("a"), turn("b"), turn("c", parent=0)], 0) == Fix(1)
    assert every([turn("a"), turn("b"), turn("c", parent=0), turn("d", parent=1)], 0) == Fix(2)
    assert every([turn("a"), RIGHT], 0) == Fix(0)
    assert every([turn("a"), replace(RIGHT, parent=0), turn("b"), turn("a", parent=2)], 0) is None
    assert every([turn("a"), turn("b")], MOST_UNREADABLE + 1) is None


def test_a_branch_draws_several() -> None:
    assert POLICIES["branch"](TWO, 0) == Fix(1, samples=3)


@pytest.mark.parametrize(
    ("turns", "anew"),
    [
        (TWO, False),
        (REPEATED, True),
        ([*TWO, turn("c", parent=1)], True),  # two corrections without progress
        ([*TWO, turn("c", 1, parent=1)], False),
        ([*TWO, turn("c", 1, parent=1), turn("d", 1, parent=2)], False),
        ([*TWO, turn("c", 1, parent=1), turn("d", 1, parent=2), turn("e", parent=3)], True),
        ([*TWO, turn("c", parent=1), turn("d")], False),  # another attempt, just begun
        ([*TWO, turn("c", parent=1), turn("a")], True),  # it begins with a program that was wrong before
        ([*TWO, turn("c", parent=1), turn("d"), turn("e", parent=3)], False),
        ([*REPEATED, turn("d")], True),  # it copies what it sees
    ],
)
def test_a_restart_follows_a_repetition_or_two_vain_corrections(turns: list[Turn], anew: bool) -> None:
    assert POLICIES["restart"](turns, 0) == (Begin() if anew else Fix(len(turns) - 1))


@pytest.mark.parametrize("name", ["restart", "retry", "resample"])
def test_what_begins_anew_does_so_where_nothing_can_be_read_but_not_for_ever(name: str) -> None:
    for unreadable in (1, 2):
        assert isinstance(POLICIES[name](TWO, unreadable), Begin)
    assert POLICIES[name](TWO, 3) is None


def test_only_resampling_says_nothing_of_what_came_before() -> None:
    assert POLICIES["retry"](TWO, 0) == Begin(told=True)
    assert POLICIES["resample"](TWO, 0) == Begin(told=False)

"""Dual execution agreement: programs that pass the same tests, ranked by how many they are and how many they pass."""

from __future__ import annotations

import math

import pytest

from selfdebug.selection.consensus import ConsensusSet, consensus_sets


@pytest.mark.parametrize(
    ("passed", "programs", "tests", "best"),
    [
        ([[0]], [1], [1], ConsensusSet((0,), 1, 1)),
        # More tests outweigh more programs: 1 x 3 against sqrt(4) x 1.
        ([[0], [0], [0], [0], [0, 1, 2]], [1] * 5, [1] * 3, ConsensusSet((4,), 1, 3)),
        # Until there are enough programs: sqrt(10) x 1 against 1 x 3.
        ([[0], [0, 1, 2]], [10, 1], [1] * 3, ConsensusSet((0,), 10, 1)),
        # Repetition counts, of programs and of tests.
        ([[0], [1]], [1, 2], [1, 1], ConsensusSet((1,), 2, 1)),
        ([[0], [1]], [1, 1], [1, 2], ConsensusSet((1,), 1, 2)),
        # Not the same tests, if as many.
        ([[0, 1], [1, 2], [2, 1]], [1] * 3, [1] * 3, ConsensusSet((1, 2), 2, 2)),
        # Of equal scores the earliest; sqrt(3) x 5 and sqrt(75) x 1 are equal, but not as floats.
        ([[0], [1]], [3, 75], [5, 1], ConsensusSet((0,), 3, 5)),
        ([[0], [1]], [75, 3], [1, 5], ConsensusSet((0,), 75, 1)),
        # Whoever passes nothing comes last, however many they are.
        ([[], [], [0]], [9, 9, 1], [1], ConsensusSet((2,), 1, 1)),
        ([[], []], [1, 2], [1], ConsensusSet((0, 1), 3, 0)),
    ],
)
def test_the_best_set(passed: list[list[int]], programs: list[int], tests: list[int], best: ConsensusSet) -> None:
    sets = consensus_sets(passed, programs, tests)
    assert sets[0] == best
    assert sorted(p for each in sets for p in each.programs) == list(range(len(programs)))


def test_sets_come_by_their_scores() -> None:
    sets = consensus_sets([[0], [0, 1], [], [0, 1]], [1, 1, 1, 1], [2, 1])
    assert [each.programs for each in sets] == [(1, 3), (0,), (2,)]
    assert [each.score for each in sets] == pytest.approx([math.sqrt(2) * 3, 2, 0])

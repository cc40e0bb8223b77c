"""Dual execution agreement (Chen et al., arXiv 2207.10397, section 2.2): programs and tests vouch for each other."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConsensusSet:
    """Programs that pass the same tests.

    Attributes:
        programs: their indices, ascending.
        size: how many they are, with repetition.
        passed: how many tests they pass, with repetition.
    """

    programs: tuple[int, ...]
    size: int
    passed: int

    @property
    def score(self) -> float:
        """The square root of the number of programs, times the number of tests."""
        return math.sqrt(self.size) * self.passed


def consensus_sets(
    passed: Sequence[Collection[int]], program_counts: Sequence[int], test_counts: Sequence[int]
) -> list[ConsensusSet]:
    """Group programs by the tests that they pass, the best group first; of equal ones that with the earliest program.

    Args:
        passed: for each distinct program the indices of the distinct tests that it passes.
        program_counts: how often each program was written.
        test_counts: how often each test was written.
    """
    groups: dict[frozenset[int], list[int]] = {}
    for program, tests in enumerate(passed):
        groups.setdefault(frozenset(tests), []).append(program)
    sets = [
        ConsensusSet(tuple(programs), sum(program_counts[p] for p in programs), sum(test_counts[t] for t in tests))
        for tests, programs in groups.items()
    ]
    return sorted(sets, key=lambda each: -each.size * each.passed**2)  # the squares of scores, which are exact

"""Majority vote on execution results, after filtering (Chen et al., arXiv 2304.05128, section 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from selfdebug.trajectory import Sample

Selector = Callable[[Sequence[Sample]], int]
"""Takes the samples that hold a program, at least one, in their order; gives the index of the one to go on with."""


def majority_vote(samples: Sequence[Sample]) -> int:
    """Pick the program whose result is the most frequent.

    Programs that raise an error are dropped, and those that fail shown tests; among the rest the most frequent result
    wins, ties go to the earliest sample. If nothing is left: the earliest that parses, so that there is something to
    debug.

    Raises:
        ValueError: there is no sample.
    """
    if not samples:
        raise ValueError("there is no sample to select from")
    left = [i for i, sample in enumerate(samples) if sample.ran and sample.accepted is not False]
    if not left:
        return next((i for i, sample in enumerate(samples) if sample.parses), 0)
    votes = Counter(samples[i].key for i in left)
    return max(left, key=lambda i: (votes[samples[i].key], -i))

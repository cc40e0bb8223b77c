"""Majority vote on execution results, after filtering (Chen et al., arXiv 2304.05128, section 3)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from selfdebug.selection.base import Candidates, Choice, first_to_debug, voters


async def fall_back(candidates: Candidates, cause: str) -> Choice:
    """What the majority chooses, where another selector cannot; ``cause`` says why, without a full stop."""
    choice = await MajorityVote().select(candidates)
    return replace(choice, reason=f"Majority vote, since {cause}: {choice.reason}")


class MajorityVote:
    """Picks a program whose result is the most frequent.

    Programs that raise an error are dropped, and those that fail shown tests; among the rest the most frequent result
    wins, ties go to the earliest sample. If nothing is left: the earliest that parses, so that there is something to
    debug.
    """

    async def select(self, candidates: Candidates) -> Choice:
        """Count the votes."""
        samples = candidates.samples
        voting = voters(samples)
        if not voting:
            first = first_to_debug(samples)
            kept = "the first one that can be parsed" if samples[first].parses else "the first one"
            return Choice(first, f"No sample runs and passes the shown tests; this is {kept}.", 0.0)
        votes = Counter(samples[i].key for i in voting)
        winner = max(voting, key=lambda i: (votes[samples[i].key], -i))
        count = votes[samples[winner].key]
        return Choice(winner, f"{count} of {candidates.asked} samples give its result.", count / candidates.asked)

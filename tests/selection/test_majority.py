"""The vote: errors and failed tests are dropped, the most frequent result wins, ties go to the earliest."""

from __future__ import annotations

import pytest

from selfdebug.problem import Program
from selfdebug.selection import majority_vote
from selfdebug.trajectory import Sample


def sample(key: str, *, ran: bool = True, accepted: bool | None = None, parses: bool = True) -> Sample:
    return Sample(Program(key, "python"), parses=parses, ran=ran, accepted=accepted, key=key)


@pytest.mark.parametrize(
    ("samples", "chosen"),
    [
        ([sample("a")], 0),
        ([sample("a"), sample("b"), sample("b")], 1),
        ([sample("a"), sample("b"), sample("b"), sample("a")], 0),
        ([sample("e", ran=False), sample("e", ran=False), sample("a")], 2),
        ([sample("a", accepted=False), sample("a", accepted=False), sample("b", accepted=True)], 2),
        ([sample("a", ran=False, parses=False), sample("b", ran=False)], 1),
        ([sample("a", ran=False, parses=False), sample("b", ran=False, parses=False)], 0),
        ([sample("a", accepted=False, parses=False), sample("b", accepted=False)], 1),
    ],
)
def test_vote(samples: list[Sample], chosen: int) -> None:
    assert majority_vote(samples) == chosen


def test_nothing_to_vote_on_is_an_error() -> None:
    with pytest.raises(ValueError, match="no sample"):
        majority_vote([])

"""The vote: errors and failed tests are dropped, the most frequent result wins, ties go to the earliest."""

from __future__ import annotations

from typing import Any

import pytest

from selfdebug.problem import Program
from selfdebug.selection.base import Candidates, Choice
from selfdebug.selection.majority import MajorityVote
from selfdebug.trajectory import Sample


def sample(key: str, *, ran: bool = True, accepted: bool | None = None, parses: bool = True) -> Sample:
    return Sample(Program(key, "python"), parses=parses, ran=ran, accepted=accepted, key=key)


async def select(samples: list[Sample], asked: int | None = None) -> Choice:
    nothing: Any = None  # the vote neither runs nor asks
    return await MajorityVote().select(Candidates(nothing, samples, asked or len(samples), nothing, nothing))


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
async def test_vote(samples: list[Sample], chosen: int) -> None:
    assert (await select(samples)).index == chosen


async def test_the_share_of_votes_is_of_all_samples_that_were_asked_for() -> None:
    choice = await select([sample("a"), sample("b"), sample("b"), sample("e", ran=False)], asked=8)
    assert choice == Choice(1, "2 of 8 samples give its result.", 0.25)


@pytest.mark.parametrize(
    ("parses", "kept"), [(True, "this is the first one that can be parsed."), (False, "this is the first one.")]
)
async def test_where_nobody_votes_the_reason_says_why(parses: bool, kept: str) -> None:
    choice = await select([sample("a", ran=False, parses=parses), sample("b", accepted=False, parses=parses)])
    assert choice == Choice(0, f"No sample runs and passes the shown tests; {kept}", 0.0)

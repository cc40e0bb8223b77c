"""Hostile programs that pass as in plain Python do not where only protected verdicts count."""

from __future__ import annotations

import asyncio

import pytest

from selfdebug.execution import RunOptions, Sandbox
from selfdebug.outcome import Outcome
from selfdebug.problem import Program
from tests.adversarial.arena import ATTACKS, LIMITS, Attack


@pytest.mark.parametrize(
    "attack", [a for a in ATTACKS if "unprotected" in str(a.fields)], ids=lambda attack: attack.name
)
def test_where_only_protected_verdicts_count_it_does_not_pass(attack: Attack) -> None:
    async def run() -> Outcome:
        async with Sandbox(workers=1, protected_only=True) as sandbox:
            return await sandbox.run(
                Program(attack.source, "python"),
                attack.tests,
                RunOptions(limits=LIMITS, setup=attack.one("setup") or ""),
            )

    outcome = asyncio.run(run())
    assert all(test.protected for test in outcome.tests if test.passed)
    assert any(test.error is not None and test.error.type == "Unprotected" for test in outcome.tests)


def test_there_are_enough_of_them() -> None:
    assert len(ATTACKS) >= 60

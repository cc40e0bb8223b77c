"""Every hostile program below landlock; see `arena`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.adversarial.arena import ATTACKS, Arena, Attack, check_contained, opened


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    with opened("landlock") as arena:
        yield arena


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_program_is_contained(arena: Arena, attack: Attack) -> None:
    check_contained(arena, attack)

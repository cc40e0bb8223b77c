"""What tokens cost in money, and how money is written."""

from __future__ import annotations

import pytest

from selfdebug.prices import Prices, dollars


def test_prices_are_for_a_million_tokens() -> None:
    assert Prices(0.25, 2).cost(1_000_000, 500_000) == pytest.approx(1.25)
    assert Prices(0, 0).cost(10, 10) == 0


@pytest.mark.parametrize(
    ("amount", "written"),
    [(0, "$0.00"), (0.0012345, "$0.0012"), (0.00999, "$0.0100"), (0.0000004, "$0.00000040"), (0.01, "$0.01"),
     (3.4, "$3.40"), (1234.567, "$1,234.57")],
)  # fmt: skip
def test_small_amounts_have_the_digits_that_they_need(amount: float, written: str) -> None:
    assert dollars(amount) == written


def test_prices_say_what_they_are() -> None:
    assert str(Prices(0.25, 1000)) == "$0.25 and $1,000 for a million prompt and completion tokens"

"""The key by which results vote."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfdebug.execution.databases import QueryError, QueryErrorKind, QueryOutcome


def outcome(rows: list[tuple[Any, ...]], *, ordered: bool = False, names: str = "", **changes: Any) -> QueryOutcome:
    width = len(rows[0]) if rows else 1
    columns = tuple(f"{names}{i}" for i in range(width))
    fields = {"error": None, "truncated": False, "seconds": 0.1, "ordered": ordered, **changes}
    return QueryOutcome(columns, tuple(rows), **fields)


values = (
    st.none()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text()
    | st.binary()
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9)
    | st.dates()
    | st.datetimes()
)


@given(st.lists(st.tuples(values, values)), st.randoms())
def test_order_of_rows_counts_only_below_order_by(rows: list[tuple[Any, Any]], random: Any) -> None:
    shuffled = random.sample(rows, len(rows))
    assert outcome(rows).key == outcome(shuffled).key
    if [repr(row) for row in rows] == [repr(row) for row in shuffled]:
        assert outcome(rows, ordered=True).key == outcome(shuffled, ordered=True).key


def test_an_order_by_makes_the_order_count() -> None:
    assert outcome([(1,), (2,)], ordered=True).key != outcome([(2,), (1,)], ordered=True).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (1, True),
        (1, Decimal("1.00")),
        (0.5, Decimal("0.5")),
        (0, -0.0),
        (0.1 + 0.2, 0.3),
        (10**18, 1e18),
    ],
)
def test_equal_numbers_have_equal_keys(one: Any, other: Any) -> None:
    assert outcome([(one,)]).key == outcome([(other,)]).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, "1"),
        (None, "null"),
        (None, ""),
        (b"a", "a"),
        (1, 2),
        (1.5, 1.25),
        (datetime.date(2024, 1, 1), "2024-01-01"),
        (datetime.date(2024, 1, 1), datetime.date(2024, 1, 2)),
        (float("inf"), float("-inf")),
        (2**62, 2**62 + 1),
        ([1, 2], [2, 1]),
    ],
)
def test_different_values_have_different_keys(one: Any, other: Any) -> None:
    assert outcome([(one,)]).key != outcome([(other,)]).key


def test_names_of_columns_and_time_do_not_count() -> None:
    assert outcome([(1,)], names="a", seconds=1.0).key == outcome([(1,)], names="b", seconds=2.0).key


def test_duplicates_width_and_cuts_count() -> None:
    keys = {
        outcome([(1,)]).key,
        outcome([(1,), (1,)]).key,
        outcome([(1, 1)]).key,
        outcome([]).key,
        outcome([("a", "bc")]).key,
        outcome([("ab", "c")]).key,
        outcome([(1,)], truncated=True).key,
    }
    assert len(keys) == 7


def test_a_key_is_stable_across_releases() -> None:
    # Keys are stored with runs; a change here needs a migration.
    found = outcome([(1, "a", None), (2.5, b"b", Decimal("3"))]).key
    assert found == "7a853fb75f26fa7af2a7a9b5fbb8474a4ab797508e83da7d0772c0dc5eeef257"


def test_errors_never_vote_with_results() -> None:
    failed = outcome([], error=QueryError(QueryErrorKind.FAILED, "no such column: x"))
    assert failed.key != outcome([]).key
    assert failed.key == outcome([], error=QueryError(QueryErrorKind.FAILED, "no such column: x")).key

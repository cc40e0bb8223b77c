"""When two results are the same, by the rules of Spider and BIRD."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfdebug.benchmarks.sql.results import Rule, difference, same_denotation, same_set

values = st.one_of(st.none(), st.integers(-2, 2), st.sampled_from([0.0, 1.0, 1.5]), st.sampled_from(["", "a", "1"]))
results = st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[values] * width), min_size=1, max_size=5))


@pytest.mark.parametrize(
    ("expected", "actual", "bag", "ordered"),
    [
        ([(1, "a"), (2, "b")], [("a", 1), ("b", 2)], True, True),
        ([(1, "a"), (2, "b")], [("b", 2), ("a", 1)], True, False),
        ([(1, "a"), (2, "b")], [("a", 2), ("b", 1)], False, False),
        ([(1,), (1,), (2,)], [(1,), (2,), (2,)], False, False),
        ([(1,), (1,)], [(1,)], False, False),
        ([(1,)], [(1.0,)], True, True),
        ([(1,)], [("1",)], False, False),
        ([(None,)], [(None,)], True, True),
        ([(None,)], [(0,)], False, False),
        ([(None,)], [("",)], False, False),
        ([("x",)], [(b"x",)], False, False),
        ([(1, 1, 2)], [(1, 2, 1)], True, True),
        ([(1, 1, 2)], [(1, 2, 2)], False, False),
        ([(1, 2), (2, 1)], [(2, 1), (1, 2)], True, True),
        ([(1, 2), (3, 4)], [(2, 1), (3, 4)], False, False),
        ([], [], True, True),
        ([], [(1,)], False, False),
        ([(1,)], [(1, 1)], False, False),
        # Each column fits for itself, and no order of the columns fits all rows.
        ([(0, 0, 0, 1), (1, 1, 1, 1)], [(0, 1, 0, 1), (1, 0, 1, 1)], False, False),
    ],
)
def test_rows_are_a_bag_in_any_order_of_columns(
    expected: list[tuple[object, ...]], actual: list[tuple[object, ...]], bag: bool, ordered: bool
) -> None:
    assert same_denotation(expected, actual, ordered=False) is bag
    assert same_denotation(expected, actual, ordered=True) is ordered


def test_equal_numbers_of_two_types_are_rejected_where_they_sort_to_other_places() -> None:
    """As the official evaluator does: "1<" sorts behind "1.", and "1.0" before it."""
    assert not same_denotation([(1, "1.")], [(1.0, "1.")], ordered=False)
    assert same_denotation([(1, "2")], [(1.0, "2")], ordered=False)
    assert not same_denotation([(0.0, "-1")], [(-0.0, "-1")], ordered=False)


@given(results, results, st.booleans())
@settings(max_examples=150, deadline=None)
def test_the_search_finds_what_trying_all_orders_finds(
    expected: list[tuple[object, ...]], other: list[tuple[object, ...]], ordered: bool
) -> None:
    for actual in (other, [row[::-1] for row in reversed(expected)], [row[::-1] for row in expected]):
        assert same_denotation(expected, actual, ordered) is _by_trying(expected, actual, ordered)


def _by_trying(expected: list[tuple[object, ...]], actual: list[tuple[object, ...]], ordered: bool) -> bool:
    if len(expected) != len(actual) or len(expected[0]) != len(actual[0]):
        return False
    text = [tuple(sorted(row, key=lambda value: str(value) + str(type(value)))) for row in expected]
    other = [tuple(sorted(row, key=lambda value: str(value) + str(type(value)))) for row in actual]
    if (text != other) if ordered else (set(text) != set(other)):
        return False
    for order in permutations(range(len(actual[0]))):
        rows = [tuple(row[i] for i in order) for row in actual]
        if rows == expected if ordered else _same_bag(rows, expected):
            return True
    return False


def _same_bag(one: list[tuple[object, ...]], other: list[tuple[object, ...]]) -> bool:
    left = list(other)
    for row in one:
        if row not in left:
            return False
        left.remove(row)
    return not left


def test_wide_results_are_compared_in_no_time() -> None:
    """The official evaluator would try 12 ** 12 orders of these columns."""
    expected = [tuple((row >> column) & 1 for column in range(12)) for row in range(500)]
    assert same_denotation(expected, [row[::-1] for row in reversed(expected)], ordered=False)
    # Columns that are all the same fit each other in every order.
    assert same_denotation([(1,) * 40 + (2,)] * 9, [(2,) + (1,) * 40] * 9, ordered=False)


def test_bird_compares_sets_of_rows_with_their_columns_in_order() -> None:
    assert same_set([(1, 2), (1, 2)], [(1, 2)])
    assert same_set([(1,), (2,)], [(2,), (1,)])
    assert not same_set([(1, 2)], [(2, 1)])
    assert same_set([], [])


@pytest.mark.parametrize(
    ("rule", "expected", "actual", "words"),
    [
        (Rule.DENOTATION, [(1,)] * 2, [(1,)] * 3, "gives 3 rows where 2 are expected"),
        (Rule.DENOTATION, [(1,)], [], "gives 0 rows where 1 is expected"),
        (Rule.DENOTATION, [(1, 2)], [(1,)], "gives 1 column where 2 are expected"),
        (Rule.DENOTATION, [(1,), (2,)], [(2,), (1,)], "gives the expected rows in another order"),
        (Rule.DENOTATION, [(1,)], [(2,)], "gives other values than expected"),
        (Rule.SET, [(1,), (1,)], [(1,), (2,)], "gives 2 different rows where 1 is expected"),
        (Rule.SET, [(1,)], [(1,)], ""),
    ],
)
def test_a_difference_is_told_in_a_few_words(
    rule: Rule, expected: list[tuple[object, ...]], actual: list[tuple[object, ...]], words: str
) -> None:
    assert difference(rule, expected, actual, ordered=True) == words

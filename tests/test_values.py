"""Plain values cross unchanged, and nothing else does."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfdebug import values

_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=2**1024, max_value=2**1100)
    | st.floats(allow_nan=False)
    | st.text(st.characters())  # lone surrogates included
    | st.binary()
    | st.complex_numbers(allow_nan=False)
    | st.fractions()
    | st.decimals(allow_nan=False)
    | st.dates()
    | st.datetimes().map(lambda moment: moment.replace(fold=0))  # not part of the ISO text, nor of equality
    | st.timedeltas()
)
_hashable = st.recursive(_scalars, lambda inner: st.tuples(inner) | st.frozensets(inner, max_size=3), max_leaves=5)
_plain = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(_hashable, inner, max_size=3)
        | st.sets(_hashable, max_size=3)
    ),
    max_leaves=12,
)


@given(_plain)
@settings(max_examples=300, deadline=None)
def test_plain_values_arrive_as_they_were_sent(value: Any) -> None:
    received = values.decode(values.loads(values.dumps(values.encode(value))))
    assert received == value
    assert type(received) is type(value)
    assert values.canonical(received) == values.canonical(value)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*values._READERS, "object", "x"]), inner, min_size=1, max_size=2)
    ),
    max_leaves=8,
)


@given(_json)
@settings(max_examples=500, deadline=None)
def test_whatever_a_program_sends_gives_a_value_or_is_unreadable(data: Any) -> None:
    with contextlib.suppress(values.UnreadableError):
        values.decode(values.loads(values.dumps(data)))


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_bytes_that_are_no_json_are_a_value_error(data: bytes) -> None:
    with contextlib.suppress(ValueError, RecursionError):
        values.loads(data)


class Sly(int):
    def __eq__(self, other: object) -> bool:
        return True

    def __index__(self) -> int:
        return 42

    __hash__ = int.__hash__


class SlyText(str):
    def __eq__(self, other: object) -> bool:
        return True

    def __getitem__(self, key: object) -> str:
        return "other"

    __hash__ = str.__hash__


def test_subclasses_of_plain_types_lose_what_they_override() -> None:
    for sly, plain in ((Sly(7), 7), (SlyText("abc"), "abc")):
        received = values.decode(values.encode(sly))
        assert type(received) in (int, str)
        assert received == plain
        assert received != 0


def test_objects_do_not_cross() -> None:
    with pytest.raises(values.NotPlainError):
        values.encode([object()])
    with pytest.raises(ValueError, match="reference"):
        values.decode({"object": [0, "Node"]})


def test_cycles_and_deep_nesting_are_refused() -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    with pytest.raises(ValueError, match="levels deep"):
        values.encode(cycle)


def test_canonical_form_is_one_for_equal_values() -> None:
    for left, right in ((1, 1.0), (True, 1), ({1, 2}, {2, 1}), ({"a": 1, "b": 2}, {"b": 2, "a": 1}), (-0.0, 0)):
        assert values.canonical(left) == values.canonical(right)
    for left, right in ((1, "1"), ([1], (1,)), (1, 1.5), (None, 0), ("", None), (math.inf, 1e308)):
        assert values.canonical(left) != values.canonical(right)

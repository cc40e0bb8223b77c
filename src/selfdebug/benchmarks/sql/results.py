"""When are two results of queries the same? By the rules of Spider's and BIRD's official evaluators. No I/O.

Spider (`same_denotation`): there is an order of the columns in which both hold the same rows, equally often; in the
same order if order matters. The official evaluator looks for it among all orders of columns that a random sample of
rows does not exclude; here the search is exact, and so is what it finds. BIRD (`same_set`): both hold the same rows,
however often.

Values are compared as Python compares them: 1 equals 1.0, and '1' equals neither.
"""

import marshal
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from itertools import chain
from typing import Any

from selfdebug.query_outcome import Row
from selfdebug.safe_text import counted

Rows = Sequence[Row]
_Column = tuple[Any, ...]


class Rule(StrEnum):
    """Whose rule decides."""

    DENOTATION = "denotation"
    """Spider's."""
    SET = "set"
    """BIRD's."""


def difference(rule: Rule, expected: Rows, actual: Rows, ordered: bool) -> str:
    """What is different, for people; empty if the results are the same by the rule."""
    by_set = rule is Rule.SET
    same = same_set(expected, actual) if by_set else same_denotation(expected, actual, ordered)
    return "" if same else _describe(expected, actual, by_set)


def same_set(expected: Rows, actual: Rows) -> bool:
    """Whether both hold the same rows, however often and in whatever order."""
    return expected == actual or set(expected) == set(actual)


def same_denotation(expected: Rows, actual: Rows, ordered: bool) -> bool:
    """Whether both hold the same rows, equally often, in some order of the columns.

    Args:
        expected: rows of the gold query, all of one width.
        actual: rows of the prediction, all of one width.
        ordered: whether the order of the rows counts.
    """
    if not expected and not actual:
        return True
    if len(expected) != len(actual) or len(expected[0]) != len(actual[0]):
        return False
    if expected == actual:
        # Equal bytes are equal values of equal types: the usual case, and a quick one.
        if len(expected[0]) == 1 or marshal.dumps(tuple(expected), 2) == marshal.dumps(tuple(actual), 2):
            return True
        same = True
    elif ordered:
        # The order of rows is fixed, so each column can be compared as a whole.
        same = Counter(zip(*expected, strict=True)) == Counter(zip(*actual, strict=True))
    else:
        same = Counter(expected) == Counter(actual) or _same_in_some_order(expected, actual)
    return same and (len(expected[0]) == 1 or _passes_rejection(expected, actual, ordered))


def _same_in_some_order(expected: Rows, actual: Rows) -> bool:
    """Search an order of `actual`'s columns that makes both the same bag of rows."""
    ours: list[_Column] = list(zip(*expected, strict=True))
    theirs: list[_Column] = list(zip(*actual, strict=True))
    bags = [Counter(column) for column in theirs]
    candidates = [[j for j, bag in enumerate(bags) if bag == wanted] for wanted in (Counter(column) for column in ours)]
    # Columns with few candidates first: wrong beginnings end early.
    places = sorted(range(len(ours)), key=lambda place: len(candidates[place]))

    def can_be_extended(matched: list[_Column]) -> bool:
        """Whether columns of theirs that go with our first ones can be extended to all."""
        if len(matched) == len(places):
            return True
        wanted = Counter(zip(*(ours[place] for place in places[: len(matched) + 1]), strict=True))
        tried: list[_Column] = []
        for j in candidates[places[len(matched)]]:
            column = theirs[j]
            if any(column is used for used in matched) or column in tried:
                continue
            tried.append(column)
            extended = [*matched, column]
            if Counter(zip(*extended, strict=True)) == wanted and can_be_extended(extended):
                return True
        return False

    return can_be_extended([])


def _passes_rejection(expected: Rows, actual: Rows, ordered: bool) -> bool:
    """The official evaluator's quick check: rows are the same after the values of each are sorted by text and type.

    Of results that are the same it rejects some in which equal numbers have two types (1 and 1.0) or signs (0.0 and
    -0.0), since these are sorted to different places. Without floats it rejects none.
    """
    if float not in set(map(type, chain.from_iterable(chain(expected, actual)))):
        return True
    left, right = [_sorted_row(row) for row in expected], [_sorted_row(row) for row in actual]
    return left == right if ordered else set(left) == set(right)


def _sorted_row(row: Row) -> Row:
    return tuple(sorted(row, key=lambda value: f"{value}{type(value)}"))


def _describe(expected: Rows, actual: Rows, by_set: bool) -> str:
    wanted, given = (len(set(expected)), len(set(actual))) if by_set else (len(expected), len(actual))
    kind = "different row" if by_set else "row"
    if wanted != given:
        return f"gives {counted(given, kind)} where {wanted:,} {'is' if wanted == 1 else 'are'} expected"
    wanted, given = len(expected[0]), len(actual[0])
    if wanted != given:
        return f"gives {counted(given, 'column')} where {wanted} {'is' if wanted == 1 else 'are'} expected"
    if not by_set and same_denotation(expected, actual, ordered=False):
        return "gives the expected rows in another order"
    return "gives other values than expected"

"""What an assertion does when it runs in the program's own process, as plain Python would, and what it remembers.

Tests are rewritten before they come here (`rewriting`): each ``assert`` calls one of `Assertions`' functions with both
sides of its comparison. They are put into the code as constants, so that no name of a program can take their place.
"""

from __future__ import annotations

import operator
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

from . import values

MAX_SHOWN = 2000
"""Characters of a value's ``repr`` that an outcome keeps."""

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "is": operator.is_,
    "is not": operator.is_not,
    "in": lambda left, right: left in right,
    "not in": lambda left, right: left not in right,
}


def show(value: Any) -> str:
    """A value's ``repr``, cut at `MAX_SHOWN` characters."""
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001  (huge integers, deep nesting, a program's own __repr__)
        return f"<{type(value).__name__}, not shown: {error}>"
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}… ({len(text)} characters)"


def expectation(name: str, expected: Any) -> str:
    """What the actual value should have been: the value itself for equality, else with the comparison's sign."""
    return show(expected) if name == "==" else f"{name} {show(expected)}"


class Assertions:
    """The functions that rewritten code calls, and what they saw.

    Attributes:
        seen: the actual value of each assertion, in the form in which equal ones are alike; for the outcome's key.
        failure: actual value, expected value and text of the assertion that did not hold.
    """

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.failure: tuple[str, str, str] | None = None
        self._error: AssertionError | None = None
        self._latest: tuple[Any, Callable[[], str]] = (None, str)
        self._text = ""

    def functions(self) -> dict[str, Callable[..., Any]]:
        """By the names under which `bound` puts them into code."""
        return {COMPARE: self._compare, CLOSE: self._close, TRUTH: self._truth, FAILED: self._failed}

    def raised(self, error: BaseException) -> bool:
        """Whether an exception is that of the assertion that did not hold, and not the program's own.

        Only now, as the test is over, is it told what the assertion saw: that may run the program's own methods.
        """
        if error is not self._error:
            return False
        actual, expected = self._latest
        self.failure = (_shown(lambda: show(actual)), _shown(expected), self._text)
        return True

    def _compare(self, name: str, left: Any, right: Any, swapped: bool) -> Any:
        actual, expected = (right, left) if swapped else (left, right)
        return self._saw(OPERATORS[name](left, right), actual, lambda: expectation(name, expected))

    def _close(self, function: Any, arguments: Any, named: Any) -> Any:
        actual = arguments[0] if arguments else named.get("a")
        expected = arguments[1] if len(arguments) > 1 else named.get("b")
        return self._saw(function(*arguments, **named), actual, lambda: f"close to {show(expected)}")

    def _truth(self, value: Any, wanted: bool) -> Any:
        holds = value if wanted else not value
        return self._saw(holds, value, lambda: "a true value" if wanted else "a false value")

    def _saw(self, holds: Any, actual: Any, expected: Callable[[], str]) -> bool:
        self.seen.append(digest_source(actual))
        if holds:
            return True  # and keep nothing alive
        self._latest = (actual, expected)
        return False

    def _failed(self, text: str, *message: Any) -> AssertionError:
        """What Python itself would raise: a test may catch it and look at it."""
        self._text, self._error = text, AssertionError(*message)
        return self._error


def _shown(show_it: Callable[[], str]) -> str:
    try:
        return show_it()
    except BaseException as error:  # noqa: BLE001  (a program's own __repr__ may do anything)
        return f"<not shown: {type(error).__name__}>"


# What no test has for a text of its own.
COMPARE, CLOSE, TRUTH = "\0selfdebug compare", "\0selfdebug close", "\0selfdebug truth"
FAILED, CHECK, VALUE = "\0selfdebug failed", "\0selfdebug check", "\0selfdebug value"


def bound(code: CodeType, functions: Mapping[str, Any]) -> CodeType:
    """Put functions and values in place of the constants that stand for them, in nested code too."""
    constants = tuple(
        bound(c, functions) if isinstance(c, CodeType) else functions.get(c, c) if type(c) is str else c
        for c in code.co_consts
    )
    return code.replace(co_consts=constants)


def matches(actual: Any, expected: Any, tolerance: float) -> bool:
    """Whether a call gave what was expected.

    It is equality, except that what JSON cannot tell apart counts as equal: a tuple where a list is expected, a
    number as a key where its text is expected, not-a-number where it is expected.

    Args:
        actual: what the call gave.
        expected: what it should give.
        tolerance: by how much floats may differ, absolutely or relative to the expected value; in containers too.
    """
    if type(expected) is float and isinstance(actual, int | float):
        if actual == expected or (actual != actual and expected != expected):
            return True
        try:
            near = abs(actual - expected) <= max(tolerance, tolerance * abs(expected))
        except OverflowError:  # a whole number beyond all floats
            return False
        return bool(tolerance) and abs(expected) != INFINITY and near
    if type(expected) in (list, tuple) and type(actual) in (type(expected), tuple):
        return len(actual) == len(expected) and all(map(matches, actual, expected, [tolerance] * len(expected)))
    if type(expected) is dict and isinstance(actual, dict):
        if len(actual) != len(expected):
            return False
        by_key = actual if actual.keys() == expected.keys() else {_key(k): v for k, v in actual.items()}
        return by_key.keys() == expected.keys() and all(matches(by_key[k], e, tolerance) for k, e in expected.items())
    return bool(actual == expected)


def _key(key: Any) -> Any:
    """A key as JSON would write it."""
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    return repr(key) if type(key) in (int, float) else key


INFINITY = float("inf")
_LARGE = 5000  # members and characters
_SIMPLE = (int, float, complex, bool, type(None))
_CONTAINERS = (list, tuple, set, frozenset, deque)
_MAPPINGS = (dict, Counter, OrderedDict, defaultdict)


def digest_source(value: Any) -> Any:
    """A value in the form in which equal ones are alike; what is not plain, or large, counts by its type.

    Nothing of the program's is called for it.
    """
    try:
        if _size(value, 0) <= _LARGE:
            return values.canonical(value)
    except (ValueError, RecursionError):
        pass
    return ["not plain", type.__dict__["__name__"].__get__(type(value))]


def _size(value: Any, before: int) -> int:
    """How many members and characters a plain value has, with those before it.

    Raises:
        ValueError: it is not plain.
    """
    kind = type(value)
    size = before + 1
    if kind in _SIMPLE or size > _LARGE:
        return size
    if kind is str or kind is bytes:
        return size + len(value)
    if kind in _MAPPINGS:
        for key, item in value.items():
            size = _size(item, _size(key, size))
            if size > _LARGE:
                break
        return size
    if kind not in _CONTAINERS:
        raise ValueError
    for item in value:
        size = _size(item, size)
        if size > _LARGE:
            break
    return size

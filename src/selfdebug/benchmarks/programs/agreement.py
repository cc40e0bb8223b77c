"""When EvalPlus holds that a value agrees with what the reference gave: its tolerances and its special cases."""

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from selfdebug.execution.inside.checking import show


class Oracle(Enum):
    """How the values of a task are compared."""

    VALUE = auto()
    """With the reference's value, floats within a tolerance."""
    SETS = auto()
    """As sets: order and repetitions do not count."""
    NOT_NONE = auto()
    """Only whether there is one: a match object, or True, for something; None, or False, for nothing."""
    ANY = auto()
    """Whatever is returned agrees (``are_equivalent``: the task cannot be understood)."""
    OR_ZERO = auto()
    """0 agrees as well (``sum_div``)."""
    ROOT = auto()
    """It must be a root of the polynomial that is the argument (``find_zero``)."""
    PYRAMID = auto()
    """``surface_Area``: the height may also be meant as that of the pyramid instead of that of its faces."""
    DIGITS = auto()
    """``digit_distance_nums``: the distance may also be meant digit by digit."""


ORACLES_OF_HUMANEVAL = {"find_zero": Oracle.ROOT}
ORACLES_OF_MBPP = {
    "are_equivalent": Oracle.ANY,
    "sum_div": Oracle.OR_ZERO,
    "surface_Area": Oracle.PYRAMID,
    "digit_distance_nums": Oracle.DIGITS,
    **dict.fromkeys(("check_str", "text_match_three", "text_starta_endb"), Oracle.NOT_NONE),
    **dict.fromkeys(
        (
            "similar_elements", "find_char_long", "common_in_nested_lists", "extract_singly", "larg_nnum",
            "intersection_array", "find_dissimilar", "Diff",
        ),
        Oracle.SETS,
    ),
}  # fmt: skip
"""By the name of the function; all others are compared by value."""

_FLOATS = 1e-6  # tolerance from the first float on that the reference gives, where the task has none of its own
_RELATIVE = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class ProgramObject:
    """An object that stayed in the program: no plain value, equal to nothing.

    Attributes:
        number: by which the program knows it.
        type: name of its class.
    """

    number: int
    type: str

    def __repr__(self) -> str:
        return f"<{self.type} object>"


def calling(oracle: Oracle, code: str, function: str) -> tuple[str, str]:
    """Code and the name of the function to call in it, for a program whose function is ``function``.

    Sets are made where the value is: iterators can be compared as sets as well, and do not leave the program.
    """
    if oracle is not Oracle.SETS:
        return code, function
    name = f"selfdebug_set_of_{function}"
    return f"{code}\ndef {name}(*arguments):\n    return set({function}(*arguments))\n", name


def wanted(oracle: Oracle, value: Any) -> Any:
    """What programs are compared with, of what the reference gave."""
    return value is not None if oracle is Oracle.NOT_NONE else value


def tolerance_from(expected: Any, tolerance: float) -> float:
    """The tolerance from an input on: a task without one gets one with the first float that is expected."""
    items = expected if isinstance(expected, list | tuple) else [expected]
    return _FLOATS if tolerance == 0 and items and all(isinstance(item, float) for item in items) else tolerance


def agree(oracle: Oracle, arguments: Sequence[Any], value: Any, expected: Any, tolerance: float) -> bool:
    """Whether a program's value agrees with the reference's.

    Args:
        oracle: how to compare.
        arguments: that both were called with.
        value: plain, or a `ProgramObject`.
        expected: what `wanted` gave.
        tolerance: absolute; 0 compares exactly.
    """
    try:
        if oracle is Oracle.ROOT:
            return bool(abs(sum(c * math.pow(value, i) for i, c in enumerate(arguments[0]))) <= tolerance)
        if _agrees_exactly(oracle, arguments, value, expected, tolerance):
            return True
        return tolerance != 0 and type(value) is type(expected) and _close(value, expected, tolerance)
    except (TypeError, ValueError, ArithmeticError, RecursionError, LookupError):
        return False  # such as a text where a number belongs


def _agrees_exactly(oracle: Oracle, arguments: Sequence[Any], value: Any, expected: Any, tolerance: float) -> bool:
    if oracle is Oracle.NOT_NONE:
        return bool(expected == (value if isinstance(value, bool) else value is not None))
    if oracle is Oracle.ANY or value == expected:
        return True
    if oracle is Oracle.OR_ZERO:
        return bool(value == 0)
    if oracle is Oracle.PYRAMID:
        return bool(abs(value - _surface(*arguments)) <= tolerance)
    return oracle is Oracle.DIGITS and bool(value == _distance_of_digits(*arguments))


def described(oracle: Oracle, expected: Any) -> str:
    """What was expected, in words for people."""
    if oracle is Oracle.ROOT:
        return "a root of the polynomial"
    if oracle is Oracle.NOT_NONE:
        return "a match" if expected else "nothing"
    return show(expected)


def _close(value: Any, expected: Any, tolerance: float) -> bool:
    """As NumPy's ``allclose`` has it, of numbers and of lists and tuples of them, however nested."""
    if isinstance(expected, list | tuple) and isinstance(value, list | tuple):
        return len(value) == len(expected) and all(map(_close, value, expected, [tolerance] * len(value)))
    if not (isinstance(value, int | float | complex) and isinstance(expected, int | float | complex)):
        return False
    if value == expected:
        return True
    if cmath.isinf(value) or cmath.isinf(expected):
        return False
    return abs(value - expected) <= tolerance + _RELATIVE * abs(expected)


def _surface(edge: float, height: float) -> int:
    slant = math.hypot(edge / 2, height)
    return round(edge * edge + 2 * edge * slant)


def _distance_of_digits(one: int, other: int) -> int:
    texts = str(one), str(other)
    width = max(map(len, texts))
    return sum(abs(int(a) - int(b)) for a, b in zip(*(text.zfill(width) for text in texts), strict=True))

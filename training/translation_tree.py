"""A small tree of statements that is written as C++ and as Python, line by line alike.

Where the languages differ, the Python text keeps the meaning of C++:

- ``a / b`` of integers rounds toward zero. It is ``a // b`` where ``a`` cannot be negative (a loop counter from 0 or 1,
  a size, a number that its loop's condition keeps positive), and ``int(a / b)`` everywhere else.
- ``a % b`` has the sign of ``a``. It is ``a % b`` where ``a`` cannot be negative or the result is compared with 0, and
  ``a - b * int(a / b)`` everywhere else.
- Whether an argument is ever negative is often not to be seen in the source. Where no test needs C++'s rounding,
  Python's is right, as a programmer would write it first: a `plain` function.
- A character is a text of length 1: ``c - 'a'`` is ``ord(c) - ord("a")``, and ``(char)(c + 1)`` is ``chr(ord(c) + 1)``.
- A list that is changed but was passed by value is copied first: ``values = list(values)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


class Expression:
    """Something with a value."""


class Statement:
    """Something that is done."""


@dataclass(frozen=True, slots=True)
class Name(Expression):
    """A variable; `natural` if it is never negative where it stands."""

    name: str
    natural: bool = False


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """An integer."""

    value: int


@dataclass(frozen=True, slots=True)
class Truth(Expression):
    """true or false."""

    value: bool


@dataclass(frozen=True, slots=True)
class Text(Expression):
    """A text; a character if `char`."""

    value: str
    char: bool = False


@dataclass(frozen=True, slots=True)
class Binary(Expression):
    """Arithmetic, a comparison, ``&&`` or ``||``; rounds as the language does by itself if `plain`."""

    operator: str
    left: Expression
    right: Expression
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Not(Expression):
    """Negation."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class Ternary(Expression):
    """One of two values."""

    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Item(Expression):
    """An item of a list or a character of a text."""

    of: str
    index: Expression


@dataclass(frozen=True, slots=True)
class Size(Expression):
    """The size of a list or text, as an int."""

    of: str


@dataclass(frozen=True, slots=True)
class Empty(Expression):
    """Whether a list or text is empty."""

    of: str


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """``max``, ``min`` or ``abs`` of ints, or ``isdigit``, ``toupper`` and the like of a character."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Distance(Expression):
    """A character minus a fixed one, as an int."""

    char: Expression
    start: str


@dataclass(frozen=True, slots=True)
class Shifted(Expression):
    """The character so many places later."""

    char: Expression
    by: int


@dataclass(frozen=True, slots=True)
class Part(Expression):
    """A part of a text, from an index on, of a length."""

    of: str
    start: Expression
    length: Expression


@dataclass(frozen=True, slots=True)
class Let(Statement):
    """A new variable; without a value it is an empty list or text."""

    kind: str
    name: str
    value: Expression | None = None


@dataclass(frozen=True, slots=True)
class Set(Statement):
    """An assignment; the operator is ``=``, ``+=`` and so on, ``++`` or ``--``; rounds as a `Binary`."""

    target: Expression
    operator: str
    value: Expression = field(default=Number(1))
    plain: bool = False


@dataclass(frozen=True, slots=True)
class If(Statement):
    """A condition."""

    condition: Expression
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Count(Statement):
    """``for (int i = start; i < end; i += step)``, with ``<=``, ``>`` or ``>=`` too."""

    name: str
    start: Expression
    comparison: str
    end: Expression
    step: int
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Each(Statement):
    """``for (int value : values)``."""

    kind: str
    name: str
    of: str
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class While(Statement):
    """A loop with a condition."""

    condition: Expression
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Return(Statement):
    """The result."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Leave(Statement):
    """``break`` or ``continue``."""

    word: str


@dataclass(frozen=True, slots=True)
class Push(Statement):
    """``push_back`` or, of a text, ``+=`` is `Set`."""

    to: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Swap(Statement):
    """Exchanges two places."""

    first: Expression
    second: Expression


@dataclass(frozen=True, slots=True)
class Copy(Statement):
    """A parameter that is passed by value and changed: nothing in C++, a copy in Python."""

    name: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function with parameters of C++ types."""

    name: str
    result: str
    parameters: tuple[tuple[str, str], ...]
    body: tuple[Statement, ...]


def plain(node: Any) -> Any:
    """The same tree, in which every quotient and remainder is rounded as the language does by itself."""
    if isinstance(node, tuple):
        return tuple(map(plain, node))
    if not isinstance(node, Expression | Statement | Function):
        return node
    changed = {each.name: plain(getattr(node, each.name)) for each in fields(node)}  # type: ignore[arg-type]
    if isinstance(node, Binary | Set):
        changed["plain"] = True
    return type(node)(**changed)


def is_exact(node: Binary | Set) -> bool:
    """Whether a quotient or remainder needs more than Python's operator to be rounded as in C++."""
    divided = node.left if isinstance(node, Binary) else node.target
    return not node.plain and not is_natural(divided)


def is_natural(value: Expression) -> bool:
    """Whether a value is known never to be negative."""
    match value:
        case Name(natural=natural):
            return natural
        case Number(value=number):
            return number >= 0
        case Size():
            return True
        case Binary(operator="%" | "/", left=left):
            return is_natural(left)
        case Binary(operator="+" | "*", left=left, right=right):
            return is_natural(left) and is_natural(right)
        case Call(function="abs"):
            return True
        case Call(function="max", arguments=arguments):
            return any(map(is_natural, arguments))
        case Call(function="min", arguments=arguments):
            return all(map(is_natural, arguments))
    return False


_STRENGTH = {
    "||": 1,
    "&&": 2,
    "==": 4,
    "!=": 4,
    "<": 4,
    ">": 4,
    "<=": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}


def strength(value: Expression) -> int:
    """How tightly the outermost operator of an expression binds, in both languages."""
    match value:
        case Binary(operator=operator):
            return _STRENGTH[operator]
        case Distance():
            return _STRENGTH["-"]
        case Ternary():
            return 0
        case Not():
            return 3
        case Number(value=number) if number < 0:
            return 7
    return 9

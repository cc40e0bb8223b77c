"""Plain values as text: all that may cross between a program and the tests that judge it.

The format is JSON in which lists, strings, numbers, booleans and None stand for themselves and every other value is an
object of one key, its type: ``{"tuple": [1, 2]}``. It is read with the standard library's JSON parser and explicit
constructors only, so that bytes which a hostile program wrote can give a wrong value or an error, never code.

`encode` takes what is nearly plain for plain: subclasses of plain types lose what they override, a ``str`` whose
``__eq__`` is always true arrives as a mere ``str``. `encode_exactly` refuses whatever would not behave as it did.
"""

from __future__ import annotations

import builtins
import datetime
import json
import operator
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from decimal import Decimal, getcontext
from fractions import Fraction
from functools import partial
from typing import Any

MAX_DEPTH = 100
"""Nesting levels that a value may have."""

_BIG = 1 << 1024  # beyond, decimal digits cost quadratic time and meet the interpreter's limit on them
_MAX_RANGE = 1_000_000  # a longer range is an object: expanding it must not cost the judge its memory

_SELF = frozenset({int, str, float, bool, type(None)})


class NotPlainError(Exception):
    """The value is not plain, and nobody was there to keep a reference to it."""


def _no_reference(value: object) -> object:
    raise NotPlainError(f"a {type(value).__name__} is not a plain value")


def encode(value: Any, reference: Callable[[Any], object] = _no_reference, depth: int = 0) -> Any:
    """Turn a value into what ``json.dumps`` can write.

    Args:
        value: any object.
        reference: called with each object that is not plain; returns what stands for it.
        depth: nesting level of ``value``.

    Raises:
        NotPlainError: an object is not plain and ``reference`` was not given.
        ValueError: nested deeper than `MAX_DEPTH`.
    """
    kind = type(value)
    if kind in _SELF:
        if kind is int and not -_BIG < value < _BIG:
            return {"int": hex(value)}
        return value
    if depth > MAX_DEPTH:
        raise ValueError(f"nested more than {MAX_DEPTH} levels deep")
    depth += 1
    if kind is list:
        if _SELF.issuperset(map(type, value)) and not any(type(v) is int and not -_BIG < v < _BIG for v in value):
            return value
        return [encode(v, reference, depth) for v in value]
    if kind is tuple or kind is set or kind is frozenset:
        return {kind.__name__: [encode(v, reference, depth) for v in value]}
    if kind is dict:
        return {"dict": [[encode(k, reference, depth), encode(v, reference, depth)] for k, v in value.items()]}
    writer = _WRITERS.get(kind)
    if writer is not None:
        return {kind.__name__: writer(value, reference, depth)}
    return _encode_other(value, kind, reference, depth)


def _encode_other(value: Any, kind: type, reference: Callable[[Any], object], depth: int) -> Any:
    """Subclasses as their plain base, built-in functions and types by name, all else as a reference."""
    if kind is range and len(value) <= _MAX_RANGE:
        return {"range": [value.start, value.stop, value.step]}
    if value is Ellipsis or value is NotImplemented:
        return {"constant": repr(value)}
    name = getattr(value, "__name__", None) if kind is type or kind is type(len) else None
    if isinstance(name, str) and getattr(builtins, name, None) is value and name in _NAMED_BUILTINS:
        return {"builtin": name}
    item = getattr(kind, "item", None)
    if kind.__module__ == "numpy" and item is not None and getattr(value, "shape", None) == ():
        return encode(item(value), reference, depth)  # a NumPy scalar
    plain = next((plain for base, plain in _BASES if issubclass(kind, base)), None)
    return reference(value) if plain is None else encode(plain(value), reference, depth)


_ATOMS = frozenset(
    [int, str, bool, type(None), bytes, bytearray, Fraction, datetime.date, datetime.timedelta, type(Ellipsis)]
)
_BEHAVIOUR = (
    "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__bool__", "__len__", "__contains__",
)  # fmt: skip


def encode_exactly(value: Any, *, bare: bool) -> Any:
    """`encode`, if what arrives behaves in every respect as ``value`` does here.

    Args:
        value: any object.
        bare: it is compared as it is, or its truth is asked: the order of a set does not matter then, nor what a
            subclass adds to a plain type.

    Raises:
        NotPlainError: it would not.
        ValueError: nested deeper than `MAX_DEPTH`.
    """
    if bare and type(value) is float and value == value:
        return value
    _must_be_exact(value, bare, 0)
    return encode(value)


def _context() -> tuple[Any, ...]:
    """How decimals are computed here."""
    context = getcontext()
    traps = tuple(sorted(signal.__name__ for signal, is_set in context.traps.items() if is_set))
    return context.prec, context.rounding, context.Emin, context.Emax, context.capitals, context.clamp, traps


_CONTEXT = _context()


def _must_be_exact(value: Any, bare: bool, depth: int) -> None:
    kind = type(value)
    if kind in _ATOMS:
        return
    if depth > MAX_DEPTH:
        raise ValueError(f"nested more than {MAX_DEPTH} levels deep")
    depth += 1
    if kind is list or kind is tuple or kind is deque:
        if kind is list and _ATOMS.issuperset(map(type, value)):
            return
        for item in value:
            _must_be_exact(item, bare, depth)
    elif kind is dict or kind is Counter or kind is OrderedDict or (kind is defaultdict and bare):
        for key, item in value.items():
            _must_be_exact(key, bare, depth)
            _must_be_exact(item, bare, depth)
    elif kind is set or kind is frozenset:
        for item in value:
            _must_be_exact(item, bare, depth)
        if not bare and list((_set if kind is set else _frozenset)(list(value))) != list(value):
            raise NotPlainError("a set whose order would not arrive")
    elif kind is Decimal:
        if value.is_nan() or _context() != _CONTEXT:
            raise NotPlainError("a Decimal of a context of the program's own")
    elif kind is float or kind is complex:
        if value != value:  # the same object is found in a list, another one is not
            raise NotPlainError("not-a-number")
    elif kind is datetime.datetime or kind is datetime.time:
        if value.tzinfo is not None or value.fold:
            raise NotPlainError("a time with a zone")
    elif kind is range:
        if len(value) > _MAX_RANGE:
            raise NotPlainError("a long range")
    elif kind is type or kind is type(len):
        name = getattr(value, "__name__", "")
        if name not in _NAMED_BUILTINS or getattr(builtins, name, None) is not value:
            raise NotPlainError("a function")
    else:
        base, plain = next(((b, p) for b, p in _BASES if bare and issubclass(kind, b)), (None, None))
        if plain is None or any(getattr(kind, n, None) is not getattr(base, n, None) for n in _BEHAVIOUR):
            raise NotPlainError(f"a {kind.__name__} is not a plain value")
        _must_be_exact(plain(value), bare, depth)


def _ordered_like(kind: type, other: type, items: list[Any]) -> Any:
    """A set that iterates as its items are listed, where one can be made that does: it depends on its table's size."""
    made = kind(items)
    if list(made) != items:
        copied = kind(other(items))
        if list(copied) == items:
            return copied
    return made


_set, _frozenset = partial(_ordered_like, set, frozenset), partial(_ordered_like, frozenset, set)


# Unbound methods of the base, so that what a subclass overrides is not called. IntEnum is int, a namedtuple a tuple.
_BASES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (int, int.__index__),
    (float, float.__float__),
    (str, lambda v: str.__getitem__(v, slice(None))),
    (bytes, lambda v: bytes.__getitem__(v, slice(None))),
    (list, lambda v: list(list.__iter__(v))),
    (tuple, lambda v: tuple(tuple.__iter__(v))),
    (set, lambda v: set(set.__iter__(v))),
    (frozenset, lambda v: frozenset(frozenset.__iter__(v))),
    (dict, lambda v: dict(dict.items(v))),
)

_NAMED_BUILTINS = frozenset([
    "abs", "all", "any", "bin", "bool", "bytes", "callable", "chr", "complex", "dict", "divmod", "enumerate",
    "filter", "float", "format", "frozenset", "hash", "hex", "id", "int", "isinstance", "issubclass", "iter", "len",
    "list", "map", "max", "min", "next", "object", "oct", "ord", "pow", "range", "repr", "reversed", "round", "set",
    "slice", "sorted", "str", "sum", "tuple", "type", "zip", "ArithmeticError", "AssertionError", "AttributeError",
    "Exception", "IndexError", "KeyError", "LookupError", "NameError", "NotImplementedError", "OverflowError",
    "RecursionError", "RuntimeError", "StopIteration", "SyntaxError", "TypeError", "ValueError", "ZeroDivisionError",
])  # fmt: skip


def _items(value: Any, reference: Callable[[Any], object], depth: int) -> Any:
    return [[encode(k, reference, depth), encode(v, reference, depth)] for k, v in value.items()]


_WRITERS: dict[type, Callable[[Any, Callable[[Any], object], int], Any]] = {
    bytes: lambda v, r, d: v.decode("latin-1"),
    bytearray: lambda v, r, d: v.decode("latin-1"),
    complex: lambda v, r, d: [v.real, v.imag],
    Counter: _items,
    OrderedDict: _items,
    defaultdict: _items,
    deque: lambda v, r, d: [[encode(x, r, d) for x in v], v.maxlen],
    Fraction: lambda v, r, d: [encode(v.numerator), encode(v.denominator)],
    Decimal: lambda v, r, d: str(v),
    **dict.fromkeys((datetime.date, datetime.datetime, datetime.time), lambda v, r, d: v.isoformat()),
    datetime.timedelta: lambda v, r, d: [v.days, v.seconds, v.microseconds],
}


class UnreadableError(ValueError):
    """What a program sent is not what `encode` writes."""


def decode(data: Any, dereference: Callable[[int, str], Any] | None = None) -> Any:
    """Build the value that `encode` wrote.

    Args:
        data: what `loads` gave; trusted in nothing.
        dereference: builds what stands for an object of the program, from its number and its type's name.

    Raises:
        UnreadableError: ``data`` is not what `encode` writes.
    """
    try:
        return _decode(data, dereference, 0)
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError, MemoryError) as error:
        raise UnreadableError(f"{type(error).__name__}: {error}") from None


def _decode(data: Any, dereference: Callable[[int, str], Any] | None, depth: int) -> Any:
    if type(data) in _SELF:
        return data
    if depth > MAX_DEPTH + 1:
        raise ValueError("nested too deep")
    depth += 1
    if type(data) is list:
        if _SELF.issuperset(map(type, data)):
            return data
        return [_decode(v, dereference, depth) for v in data]
    if len(data) != 1:
        raise ValueError("not one type")
    ((kind, content),) = data.items()
    if kind == "object":
        number, name = content
        if dereference is None or type(number) is not int or type(name) is not str:
            raise ValueError("a reference where a plain value belongs")
        return dereference(number, name)
    reader = _READERS[kind]
    if kind in _FLAT:
        return reader(content)
    if type(content) is not list:
        raise ValueError("not a list of members")
    return reader([_decode(v, dereference, depth) for v in content])


_FLAT = frozenset({"int", "float", "bytes", "bytearray", "builtin", "constant", "Decimal", "date", "datetime", "time"})

_READERS: dict[str, Callable[[Any], Any]] = {
    "int": lambda v: int(v, 16),
    "float": float,  # where JSON without NaN and infinity is written; see `selfdebug.plain`
    "tuple": tuple,
    "set": _set,
    "frozenset": _frozenset,
    "dict": lambda v: {k: x for k, x in v},  # noqa: C416  (a pair of another length must raise)
    "bytes": lambda v: v.encode("latin-1"),
    "bytearray": lambda v: bytearray(v.encode("latin-1")),
    "complex": lambda v: complex(*map(float, v)),
    "range": lambda v: range(*v) if len(range(*v)) <= _MAX_RANGE else _refuse("range too long"),
    "builtin": lambda v: getattr(builtins, v) if v in _NAMED_BUILTINS else _refuse("not a built-in that may cross"),
    "constant": lambda v: {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}[v],
    "Counter": lambda v: Counter({k: x for k, x in v}),  # noqa: C416
    "OrderedDict": lambda v: OrderedDict([(k, x) for k, x in v]),
    "defaultdict": lambda v: {k: x for k, x in v},  # noqa: C416  (equal to one; its factory is code and stays behind)
    "deque": lambda v: deque(v[0], v[1]),
    "Fraction": lambda v: Fraction(*map(operator.index, v)),  # not from text: "1e999999999" is a short one
    "Decimal": Decimal,
    "date": datetime.date.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timedelta": lambda v: datetime.timedelta(*v),
}


def _refuse(why: str) -> Any:
    raise ValueError(why)


_dump = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def dumps(value: Any) -> bytes:
    """Write what `encode` gave as UTF-8 JSON."""
    return _dump(value).encode("ascii")


def loads(data: bytes) -> Any:
    """Read JSON; ``RecursionError`` and ``ValueError`` are the only failures."""
    return json.loads(data)


def text(value: Any, length: int = 2000) -> str:
    """What a program gave for a text: cut, and such that every encoding can write it."""
    try:
        return str(value)[:length].encode("utf-8", "replace").decode()
    except (ValueError, RecursionError, MemoryError):
        return ""


def canonical(value: Any) -> Any:
    """Give equal values one form, for hashing: 1 and 1.0 and True alike, sets and dictionaries sorted.

    The form is what a vote counts, so that it must not depend on the order in which a set happened to be stored.
    """
    if isinstance(value, (bool, int)):
        return int(value) if -_BIG < value < _BIG else hex(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _BIG else repr(value)
    if value is None or isinstance(value, str):
        return [type(value).__name__, value]
    if isinstance(value, (list, tuple, deque)):
        return [type(value).__name__, [canonical(v) for v in value]]
    if isinstance(value, (set, frozenset)):
        # Sorted by their text, but not replaced by it: text within text within text doubles its length each time.
        return ["set", sorted(map(canonical, value), key=dumps)]
    if isinstance(value, dict):
        pairs = [[canonical(k), canonical(v)] for k, v in value.items()]
        return ["dict", sorted(pairs, key=lambda pair: dumps(pair[0]))]
    return [type(value).__name__, repr(value)]

"""How messages are written and read (`protocol`): the one place that knows.

Orders and requests come from whoever is trusted more than their reader, and cross as `marshal` writes them. Reports go
the other way, as JSON: they are read member by member, and what has another form than the annotations say is refused,
so that bytes which somebody took over can give a wrong verdict or an error, never code.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from functools import cache, partial
from types import UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from . import protocol, values
from .protocol import OrderReport, PytestOrder, PytestReport

T = TypeVar("T")

# Both sides read the same file, so that a message's place in it can stand for its class.
_KINDS: list[Any] = [kind for kind in vars(protocol).values() if isinstance(kind, type) and issubclass(kind, tuple)]
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)} | {tuple: -1}


def pack(message: Any) -> bytes:
    """Write an order, a request or an answer. Lists and dictionaries in it are values and stay as they are."""
    return marshal.dumps(_packed(message))


def _packed(message: Any) -> Any:
    members = [_packed(member) if isinstance(member, tuple) else member for member in message]
    return (_NUMBERS[type(message)], *members)


def pack_bare(message: Any) -> bytes:
    """Write a request, an answer or a `protocol.Fork` for the program's process, which needs none of the classes.

    A named tuple is written as a tuple that begins with the name of its class, a tuple as a tuple.
    """
    return marshal.dumps(_bare(message))


def _bare(message: Any) -> Any:
    members = [_bare(member) if isinstance(member, tuple) else member for member in message]
    return tuple(members) if type(message) is tuple else (type(message).__name__, *members)


def unpack(data: bytes) -> Any:
    """Read what `pack` wrote. For what comes from a program, or through one, use the readers below."""
    return _unpacked(marshal.loads(data))


def _unpacked(data: Any) -> Any:
    number, *members = [_unpacked(member) if type(member) is tuple else member for member in data]
    return tuple(members) if number < 0 else _KINDS[number](*members)


_Reader = Callable[[Any], Any]


@cache
def _reader(kind: Any) -> _Reader:
    """What reads a member of a message, by its annotation."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):  # with None
        some = _reader(inner[0])
        return lambda data: None if data is None else some(data)
    if origin is Literal:
        return lambda data: data if data in inner else _refuse(data, kind)
    if origin is tuple:
        item = _reader(inner[0])
        return lambda data: tuple([item(member) for member in _exact(list, data)])
    if origin is dict:
        item = _reader(inner[1])
        return lambda data: {name: item(member) for name, member in _exact(dict, data).items()}
    if origin is None and issubclass(kind, tuple):
        return _record(kind)
    return partial(_exact, origin or kind)


def _record(kind: Any) -> _Reader:
    readers = [(annotation, _reader(annotation)) for annotation in get_type_hints(kind).values()]

    def read(data: Any) -> Any:
        if type(data) is not list or len(data) != len(readers):
            _refuse(data, kind)
        members = zip(readers, data, strict=True)
        # The comparison of types only saves calls: most members have just the type that their annotation is.
        return kind._make([m if type(m) is annotation else read_it(m) for (annotation, read_it), m in members])

    return read


def _exact(kind: type, data: Any) -> Any:
    return data if type(data) is kind or (kind is float and type(data) is int) else _refuse(data, kind)


def _refuse(data: Any, kind: Any) -> Any:
    raise TypeError(f"{values.text(data, 80)} is no {kind}")


def write(message: OrderReport | PytestOrder | PytestReport) -> bytes:
    """Write a report, or an order for a file of tests, as JSON."""
    return values.dumps(message)


def read(kind: type[T], data: bytes) -> T:
    """Read what `write` wrote, or what somebody else did: it is trusted in nothing.

    Args:
        kind: what is expected: `OrderReport`, `PytestOrder` or `PytestReport`.
        data: the bytes.

    Raises:
        values.UnreadableError: they are something else.
    """
    try:
        message: T = _reader(cast("Any", kind))(values.loads(data))
    except (ValueError, TypeError, RecursionError, MemoryError) as error:
        raise values.UnreadableError(f"{type(error).__name__}: {error}") from None
    return message

"""How messages are written and read (`protocol`): the one place that knows.

Orders and requests come from whoever is trusted more than their reader, and cross as `marshal` writes them. Reports go
the other way, as JSON: they are read member by member, by readers that refuse what has another form, so that bytes
which somebody took over can give a wrong verdict or an error, never code.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from typing import Any, TypeVar

from . import protocol, values
from .protocol import (
    Captured,
    ErrorReport,
    File,
    OrderReport,
    ProcessReport,
    PytestOrder,
    PytestReport,
    StepReport,
    TestReport,
)

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


def unpack(data: bytes) -> Any:
    """Read what `pack` wrote. For what comes from a program, or through one, use the readers below."""
    return _unpacked(marshal.loads(data))


def _unpacked(data: Any) -> Any:
    number, *members = [_unpacked(member) if type(member) is tuple else member for member in data]
    # Not by the class: what it would call lies on pages of its own, which each fork would have to copy.
    return tuple(members) if number < 0 else _new(_KINDS[number], members)


_new = tuple.__new__


_Reader = Callable[[Any], Any]
_Types = frozenset[type]
_TEXT, _WHOLE, _TRUTH, _LIST = (frozenset([kind]) for kind in (str, int, bool, list))
_NUMBER: _Types = frozenset([int, float])
_SOME_TEXT: _Types = frozenset([str, type(None)])
_SOME_WHOLE: _Types = frozenset([int, type(None)])
_STATUSES = ("passed", "failed", "raised", "timed out", "out of memory", "killed", "not run", "skipped")


def _record(kind: Any, *members: _Types | _Reader) -> _Reader:
    """A reader of named tuples: for each member the types that it may have, or its own reader."""
    plain = [(index, types) for index, types in enumerate(members) if isinstance(types, frozenset)]
    nested = [(index, reader) for index, reader in enumerate(members) if not isinstance(reader, frozenset)]

    def read(data: Any) -> Any:
        if type(data) is not list or len(data) != len(members):
            raise TypeError(f"this is no {kind.__name__}")
        for index, types in plain:
            if type(data[index]) not in types:
                raise TypeError(f"a {type(data[index]).__name__} in a {kind.__name__}")
        for index, reader in nested:
            data[index] = reader(data[index])
        return kind._make(data)

    return read


def _one_of(*words: str | None) -> _Reader:
    def read(data: Any) -> Any:
        if data not in words:
            raise ValueError(f"{data!r} is no word of this place")
        return data

    return read


def _maybe(reader: _Reader) -> _Reader:
    return lambda data: None if data is None else reader(data)


def _many(reader: _Reader) -> _Reader:
    return lambda data: tuple([reader(item) for item in _must_be(list, data)])


def _by_name(reader: _Reader) -> _Reader:
    return lambda data: {name: reader(item) for name, item in _must_be(dict, data).items()}


def _must_be(kind: type, data: Any) -> Any:
    if type(data) is not kind:
        raise TypeError(f"a {type(data).__name__} where another type belongs")
    return data


def _test(*statuses: str) -> _Reader:
    status = _one_of(*statuses)
    return _record(TestReport, status, _error, _SOME_TEXT, _SOME_TEXT, _SOME_TEXT, _SOME_TEXT, _TRUTH, _LIST, _LIST)


_error = _maybe(_record(ErrorReport, _TEXT, _TEXT, _SOME_WHOLE))
_captured = _record(Captured, _TEXT, _TRUTH)
_files = _many(_record(File, _TEXT, _TEXT, _TRUTH))
_process = _record(ProcessReport, _WHOLE, _one_of(None, *protocol.AT_LIMITS), _NUMBER, _NUMBER, _WHOLE, _files, _TRUTH)
_step = _record(StepReport, _WHOLE, _TEXT, _TEXT, _by_name(lambda data: _must_be(str, data)))
_tests, _file_test = _many(_test(*_STATUSES[:-1])), _test(*_STATUSES)
_READERS: dict[type, _Reader] = {
    OrderReport: _record(OrderReport, _process, _captured, _captured, _error, _tests, _maybe(_many(_step))),
    PytestOrder: _record(PytestOrder, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT),
    PytestReport: _record(PytestReport, _TEXT, _error, _maybe(_file_test), _by_name(_file_test)),
}


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
        message: T = _READERS[kind](values.loads(data))
    except (ValueError, TypeError, RecursionError, MemoryError) as error:
        raise values.UnreadableError(f"{type(error).__name__}: {error}") from None
    return message

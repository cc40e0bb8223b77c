"""Fetching rows within limits, the same way for every engine."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.query_outcome import QueryErrorKind, Row


class EngineError(Exception):
    """A query failed in the engine.

    Args:
        kind: Why.
        message: The engine's own words.
    """

    def __init__(self, kind: QueryErrorKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


_PLAIN = frozenset(
    {type(None), bool, int, float, str, bytes, decimal.Decimal, uuid.UUID}
    | {datetime.date, datetime.time, datetime.timedelta}
)


def fetch(rows: Iterable[Sequence[Any]], limits: QueryLimits) -> tuple[tuple[Row, ...], bool]:
    """Keep rows up to the limits.

    Returns:
        The rows kept, and whether there were more.

    Raises:
        EngineError: A single row is larger than all that may be kept.
    """
    kept: list[Row] = []
    size = 0
    for row in rows:
        if len(kept) == limits.rows:
            return tuple(kept), True
        size += sum(map(_size, row))
        if size > limits.bytes:
            if not kept:
                message = f"One row of the result is larger than {limits.bytes} bytes; select fewer columns."
                raise EngineError(QueryErrorKind.TOO_LARGE, message)
            return tuple(kept), True
        kept.append(tuple([value if type(value) in _PLAIN else _portable(value) for value in row]))
    return tuple(kept), False


def _size(value: object) -> int:
    if type(value) in (str, bytes, bytearray):
        return len(value)  # type: ignore[arg-type]
    if isinstance(value, memoryview):
        return value.nbytes
    if isinstance(value, list | tuple | set):
        return 8 + sum(map(_size, value))
    if isinstance(value, dict):
        return 8 + sum(map(_size, value)) + sum(map(_size, value.values()))
    return 8


def _portable(value: object) -> object:
    """A driver's own type as plain data; what has no plain form becomes text."""
    match value:
        case _ if type(value) in _PLAIN:
            return value
        case datetime.datetime():
            # Drivers hang their own time zone objects on it; the offset is all that a result needs.
            offset = value.utcoffset()
            return value if offset is None else value.replace(tzinfo=datetime.timezone(offset))
        case memoryview() | bytearray():
            return bytes(value)
        case list() | tuple():
            return [_portable(item) for item in value]
        case set() | frozenset():
            return sorted((_portable(item) for item in value), key=str)
        case dict():
            return {str(key): _portable(item) for key, item in value.items()}
        case _:
            return str(value)

"""What an engine is given and what it gives: a checked query; rows, fetched within limits; an error."""

import datetime
import decimal
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.query_outcome import QueryErrorKind, Row


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A text that passed the guard, as the engine may see it."""

    sql: str
    ordered: bool
    """Whether the order of rows counts: there is a top-level ORDER BY."""


@dataclass(frozen=True, slots=True)
class FetchedRows:
    """What a query gave."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    truncated: bool
    """Whether there were more."""


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


def fetch(cursor: Any, rows: Iterable[Sequence[Any]], limits: QueryLimits) -> FetchedRows:
    """Keep rows of a driver's cursor up to the limits; it describes the columns once the first row is there.

    Raises:
        EngineError: A single row is larger than all that may be kept.
    """
    kept: list[Row] = []
    size, truncated = 0, False
    for row in rows:
        size += sum(map(_size, row))
        truncated = len(kept) == limits.rows or size > limits.bytes
        if truncated:
            break
        kept.append(tuple([value if type(value) in _PLAIN else _portable(value) for value in row]))
    if truncated and not kept:
        message = f"One row of the result is larger than {limits.bytes} bytes; select fewer columns."
        raise EngineError(QueryErrorKind.TOO_LARGE, message)
    return FetchedRows(tuple(column[0] for column in cursor.description or ()), tuple(kept), truncated)


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

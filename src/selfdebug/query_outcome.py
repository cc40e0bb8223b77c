"""What running a query gave: plain, frozen data with a stable key for voting. No I/O."""

from __future__ import annotations

import datetime
import decimal
import hashlib
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

Row = tuple[Any, ...]


class QueryErrorKind(StrEnum):
    """Why a query gave no result."""

    REFUSED = "refused"
    """Not exactly one read-only query, or it calls a function that is not allowed."""
    SYNTAX = "syntax"
    """The engine (or, failing that, the parser) cannot read it."""
    TIMED_OUT = "timed out"
    CANCELLED = "cancelled"
    TOO_LARGE = "too large"
    """A value, a row or the engine's memory went over its limit."""
    LOST = "lost"
    """The database cannot be reached any more; it says nothing of the query."""
    FAILED = "failed"
    """The engine refused it or gave up: an unknown column, a division by zero."""


@dataclass(frozen=True, slots=True)
class QueryError:
    """Why a query gave no result, in the engine's own words where it had any."""

    kind: QueryErrorKind
    message: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


CANCELLED = QueryError(QueryErrorKind.CANCELLED, "The query was cancelled.")


def timed_out(seconds: float) -> QueryError:
    """The error of a query that took longer than it may."""
    return QueryError(QueryErrorKind.TIMED_OUT, f"The query ran longer than {seconds:g} s and was stopped.")


@dataclass(frozen=True, slots=True)
class QueryOutcome:
    """The result of one query, or its error.

    Attributes:
        columns: Names of the result's columns, as the engine gives them.
        rows: The rows kept; at most `QueryLimits.rows`.
        error: Why there is no result, or None.
        truncated: Whether rows were left out because of a limit.
        seconds: Wall time, in seconds.
        ordered: Whether the query has a top-level ORDER BY, so that the order of rows counts.
        faults: What is wrong with the query though it ran: literals that are misspelled. Sentences.
        notes: Further facts, such as the condition that leaves no row; the query may be right for all that.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    error: QueryError | None
    truncated: bool
    seconds: float
    ordered: bool
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def failed(cls, error: QueryError, seconds: float = 0.0, ordered: bool = False) -> Self:
        """The outcome of a query that gave no result."""
        return cls((), (), error, False, seconds, ordered)

    @property
    def ran(self) -> bool:
        """Whether there is a result."""
        return self.error is None

    @property
    def key(self) -> str:
        """A stable key: two outcomes vote together exactly when their keys are equal.

        Names of columns do not count; the order of rows counts only below a top-level ORDER BY;
        1, 1.0, True and Decimal("1.00") are equal, and numbers are compared to 12 significant digits, since a
        sum's last bits depend on the order in which rows were read. A truncated result never equals a whole
        one.

        Returns:
            64 hexadecimal digits (SHA-256).
        """
        if self.error is not None:
            return _digest([b"error", self.error.kind.encode(), self.error.message.encode(errors="replace")])
        rows = [_digest([_canonical(value) for value in row]).encode() for row in self.rows]
        if not self.ordered:
            rows.sort()
        header = f"{len(self.columns)} columns, {'cut' if self.truncated else 'whole'}"
        return _digest([header.encode(), *rows])


def _digest(parts: list[bytes]) -> str:
    """SHA-256 of the parts, each with its length before it, so that no two lists read alike."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()


def _canonical(value: object) -> bytes:
    """A value's bytes for comparison, led by a letter for its kind so that '1' and 1 differ."""
    match value:
        case None:
            text = "null"
        case bool() | int():
            text = f"number {int(value)}"
        case float() | decimal.Decimal():
            text = f"number {_canonical_number(value)}"
        case str():
            text = f"text {value}"
        case bytes():
            return b"bytes " + value
        case datetime.datetime():
            instant = value.astimezone(datetime.UTC) if value.tzinfo else value
            text = f"time {instant.isoformat()}"
        case datetime.date() | datetime.time():
            text = f"{type(value).__name__} {value.isoformat()}"
        case list() | tuple():
            return b"list " + _digest([_canonical(item) for item in value]).encode()
        case dict():
            pairs = [_digest([_canonical(k), _canonical(v)]).encode() for k, v in value.items()]
            return b"map " + _digest(sorted(pairs)).encode()
        case _:
            text = f"{type(value).__name__} {value}"
    return text.encode(errors="surrogatepass")


def _canonical_number(value: float | decimal.Decimal) -> str:
    if not math.isfinite(value):
        return str(value).lower().replace("infinity", "inf")
    # '3.00000000000' and '3' are one number; Decimal and float write exponents differently.
    number = value if value == int(value) else float(f"{value:.12g}")
    return str(int(number)) if number == int(number) else repr(number)

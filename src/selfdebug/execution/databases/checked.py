"""A query that passed the guard. Apart from the guard, so that naming it does not load a parser."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A text that passed, as the engine may see it."""

    sql: str
    ordered: bool
    """Whether the order of rows counts: there is a top-level ORDER BY."""

"""The limits that hold for every query, whatever the engine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """How much one query may take. Rows and bytes are counted while rows are fetched, never after."""

    seconds: float = 10.0
    """Wall time from start to last row, in seconds; the engine itself is told to stop."""
    rows: int = 10_000
    """Rows kept; a longer result is cut and marked as truncated."""
    bytes: int = 16 * 2**20
    """Bytes of values kept; a larger result is cut and marked as truncated, a larger row is an error."""
    memory: int = 512 * 2**20
    """Bytes of memory for the engine and its driver in the process that runs queries."""
    spill: int = 2**30
    """Bytes of one temporary file, where the engine sorts on disk (SQLite)."""

    def __post_init__(self) -> None:
        for name in ("seconds", "rows", "bytes", "memory", "spill"):
            if getattr(self, name) <= 0:
                raise ValueError(f"QueryLimits.{name} must be positive, not {getattr(self, name)!r}.")

"""What comes nearest in a schema to a column or a table that a query names and the database lacks. No I/O.

Engines say what is missing; some guess at it, without the quotes that a query needs. A model that is told the exact
name, quoted as it must be, need not guess.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from selfdebug.execution.databases.names import qualified, quote
from selfdebug.execution.databases.schema import Schema

MOST = 3
"""Names that are offered at most."""
_LIKE_ENOUGH = 0.6
_GUESSES = ("HINT: Perhaps you meant to reference ", "Did you mean ")
_PATTERNS = [
    (kind, re.compile(pattern))
    for kind, pattern in (
        # SQLite
        ("column", r"no such column: (.+?)(?: - should this be .*)?$"),
        ("table", r"no such table: (.+)"),
        # PostgreSQL
        ("column", r"column (.+?) does not exist"),
        ("table", r"relation \"(.+?)\" does not exist"),
        ("table", r"missing FROM-clause entry for table \"(.+?)\""),
        # MySQL and MariaDB
        ("column", r"Unknown column '(.+?)' in "),
        ("table", r"Table '(.+?)' doesn't exist"),
        ("table", r"Unknown table '(.+?)' in "),
        # DuckDB
        ("column", r"Referenced column \"(.+?)\" not found"),
        ("column", r"does not have a column named \"(.+?)\""),
        ("column", r"Column with name (.+?) does not exist"),
        ("table", r"Table with name (.+?) does not exist"),
        ("table", r"Referenced table \"(.+?)\" not found"),
    )
]


def missing_name(message: str) -> tuple[str, str] | None:
    """What an engine misses: "column" or "table", and its name as the engine repeats it; `None` for another error."""
    for kind, pattern in _PATTERNS:
        if match := pattern.search(message.split("\n")[0]):
            return kind, match[1]
    return None


def with_nearest(message: str, sql: str, schema: Schema) -> str:
    """An engine's words with the nearest names after them, in place of the engine's own guess: that has no quotes.

    Args: as for `nearest`.
    """
    words = nearest(message, sql, schema)
    if not words:
        return message
    kept = [line for line in message.split("\n") if not line.startswith(_GUESSES)]
    return "\n".join([*kept, words])


def nearest(message: str, sql: str, schema: Schema) -> str:
    """One sentence with the nearest names for an error that misses one; empty if there is nothing near.

    Args:
        message: the engine's words.
        sql: the query; tables that it names come before others.
        schema: where to look.
    """
    kind, written = missing_name(message) or ("", "")
    used = {_letters(word) for word in re.findall(r"\w+", sql)} | {_letters(sql)}
    candidates: list[tuple[str, str, float]] = []
    for table in schema.tables if kind else ():
        place = qualified(table.schema, table.name, schema.dialect)
        if kind == "table":
            candidates.append((table.name, place, 0.0))
            continue
        bonus = 0.1 if _letters(table.name) in used or table.name.lower() in sql.lower() else 0.0
        candidates += (
            (name, f"{quote(name, schema.dialect)} of {place}", bonus) for name in [c.name for c in table.columns]
        )
    names = _best(_unquoted(written), candidates)
    return f"Nearest in the schema: {', '.join(names)}." if names else ""


def _best(name: str, candidates: Iterable[tuple[str, str, float]]) -> list[str]:
    """The nearest candidates as they are shown, nearest first; alone if they differ in spelling alone."""
    scored = ((_likeness(name, candidate), bonus, shown) for candidate, shown, bonus in candidates)
    near = sorted((-likeness - bonus, shown) for likeness, bonus, shown in scored if likeness >= _LIKE_ENOUGH)
    exact = [shown for score, shown in near if score <= -1]
    return (exact or [shown for _, shown in near])[:MOST]


def _likeness(name: str, candidate: str) -> float:
    """1 for names that differ in case, spaces and punctuation alone; else how alike they are, at most 0.8."""
    ours, theirs = _letters(name), _letters(candidate)
    if not ours or not theirs:
        return 0.0
    if ours == theirs:
        return 1.0
    shorter, longer = sorted((ours, theirs), key=len)
    # "name" for "customer_name" is nearer than its letters tell.
    contained = 0.75 if len(shorter) >= 3 and (longer.endswith(shorter) or longer.startswith(shorter)) else 0.0
    # A quick look first: a schema may have thousands of columns.
    could_match = 2 * len(shorter) >= 0.75 * (len(ours) + len(theirs))
    return max(contained, 0.8 * SequenceMatcher(None, ours, theirs).ratio() if could_match else 0.0)


def _unquoted(written: str) -> str:
    """The last part of a name as an engine repeats it: without qualifiers and quotes."""
    last = re.split(r"\.(?=[^.]*$)", written.strip().rstrip("."))[-1]
    return last.strip("\"'`[] ")


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())

"""The values in the text columns of a database: read once, a bounded number of each, and searched by likeness.

What a query gets wrong most often is not its form but a literal: 'france' where the table has 'France'.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Iterable
from difflib import SequenceMatcher

from sqlglot import exp

from selfdebug.execution.databases.database import Database
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.schema import Column, Schema, TableSchema

_MOST_VALUES = 2000
_MOST_CHARACTERS = 60  # a longer text is no name of anything
_SECONDS = 1.0
_TEXT = re.compile(r"char|text|clob|string|enum|^$", re.IGNORECASE)
_LIKE_ENOUGH = 0.7
_SEARCH_SECONDS = 2.0
_MOST_WORDS = 8
_FEWEST_LETTERS = 3


class TextValues:
    """The distinct values of a database's text columns, read when they are asked for."""

    def __init__(self, database: Database, schema: Schema) -> None:
        """Nothing is read yet."""
        self.database, self.schema = database, schema
        self._read: dict[tuple[str | None, str, str], tuple[str, ...]] = {}

    async def of(self, table: TableSchema, column: Column) -> tuple[str, ...]:
        """The texts in a column, sorted; none where they are too many, too slow to read, or not texts."""
        key = (table.schema, table.name, column.name)
        if key not in self._read:
            self._read[key] = await self._texts(table, column)
        return self._read[key]

    async def columns(
        self, seconds: float = _SEARCH_SECONDS
    ) -> AsyncIterator[tuple[TableSchema, Column, tuple[str, ...]]]:
        """Text columns with their values, as many as can be read in a time."""
        end = time.monotonic() + seconds
        for table in self.schema.tables:
            for column in table.columns:
                if _TEXT.search(column.type) and time.monotonic() < end and (values := await self.of(table, column)):
                    yield table, column, values

    async def has_rows(self, query: exp.Query) -> bool | None:
        """Whether a query gives a row; ``None`` where that cannot be found out in time."""
        sql = query.limit(1).sql(self.schema.dialect)
        outcome = await self.database.query(sql, QueryLimits(seconds=_SECONDS, rows=1))
        return bool(outcome.rows) if outcome.error is None else None

    async def _texts(self, table: TableSchema, column: Column) -> tuple[str, ...]:
        name = exp.column(column.name, quoted=True)
        source = exp.table_(table.name, db=table.schema, quoted=True)
        query = exp.select(name).distinct().from_(source).limit(_MOST_VALUES + 1).sql(self.schema.dialect)
        outcome = await self.database.query(query, QueryLimits(seconds=_SECONDS, rows=_MOST_VALUES + 1))
        if outcome.error is not None or outcome.truncated or len(outcome.rows) > _MOST_VALUES:
            return ()
        texts = (row[0] for row in outcome.rows if isinstance(row[0], str))
        return tuple(sorted(text for text in texts if len(text) <= _MOST_CHARACTERS))


async def mentioned(question: str, values: TextValues, most: int = 8) -> list[tuple[TableSchema, Column, str]]:
    """Values of text columns that a question mentions, whatever their case, spaces and punctuation; the longest first.

    Short ones count as they are written only ("AND" is a country's code, "and" none), numbers not at all, nor do names
    of tables and columns that are values, too.

    Args:
        question: in words.
        values: of the database.
        most: how many are found at most.
    """
    words = re.findall(r"[^\W_]+", question.casefold())
    spans = {
        "".join(words[i:j])
        for i in range(len(words))
        for j in range(i + 1, min(i + _MOST_WORDS, len(words)) + 1)
        if len("".join(words[i:j])) >= _FEWEST_LETTERS
    }
    spans |= {span[:-1] for span in spans if span.endswith("s") and len(span) > _FEWEST_LETTERS}
    tables = values.schema.tables
    spans -= {_letters(name) for table in tables for name in (table.name, *(c.name for c in table.columns))}
    found = [
        (table, column, text.strip())
        async for table, column, texts in values.columns()
        for text in texts
        if (letters := _letters(text)) in spans and not letters.isdigit()
        if len(letters) > _FEWEST_LETTERS or re.search(rf"\b{re.escape(text.strip())}\b", question)
    ]
    return sorted(found, key=lambda mention: -len(mention[2]))[:most]


def same_but_for_spelling(literal: str, values: Iterable[str]) -> list[str]:
    """The values that differ from a literal in case, punctuation and inner spaces alone.

    Not those that differ in spaces around it: nobody sees these, and queries are written as if they were not there.
    """
    letters = _letters(literal)
    return [value for value in values if letters and value.strip() != literal.strip() and _letters(value) == letters]


def most_alike(literal: str, values: Iterable[str], count: int) -> list[str]:
    """The values most like a literal, the nearest first; none that is not like it."""
    letters = _letters(literal)
    scored = sorted((-_likeness(letters, _letters(value)), value) for value in values)
    return [value for score, value in scored[:count] if score <= -_LIKE_ENOUGH]


def _likeness(ours: str, theirs: str) -> float:
    if not ours or not theirs:
        return 0.0
    shorter, longer = sorted((ours, theirs), key=len)
    if len(shorter) >= 3 and shorter in longer:
        return 0.8 + 0.2 * len(shorter) / len(longer)
    matcher = SequenceMatcher(None, ours, theirs)
    return matcher.ratio() if matcher.real_quick_ratio() >= _LIKE_ENOUGH else 0.0


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())

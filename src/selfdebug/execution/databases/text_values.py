"""The values in the text columns of a database: read once, a bounded number of each, and searched by likeness.

What a query gets wrong most often is not its form but a literal: 'france' where the table has 'France'. What is read is
bounded by numbers and not by time, so that it is the same each time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator, Iterable
from difflib import SequenceMatcher

import sqlglot
from sqlglot import exp

from selfdebug.execution.databases.database import Database
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.schema import Column, Schema, TableSchema

_MOST_COLUMNS = 100
_MOST_ROWS = 100_000  # of a table that are looked at
_MOST_VALUES = 2000
_MOST_CHARACTERS = 60  # a longer text is no name of anything
_SECONDS = 5.0
_PROBE_SECONDS = 1.0
_TEXT = re.compile(r"char|text|clob|string|enum|^$", re.IGNORECASE)
_LIKE_ENOUGH = 0.7
_MOST_WORDS = 8
_FEWEST_LETTERS = 3


class TextValues:
    """The distinct values of a database's text columns, read when they are asked for."""

    def __init__(self, database: Database, schema: Schema) -> None:
        """Nothing is read yet."""
        self.database, self.schema = database, schema
        self._read: dict[tuple[str | None, str, str], tuple[str, ...]] = {}

    async def of(self, table: TableSchema, column: Column) -> tuple[str, ...]:
        """The texts in a column, sorted; none where they are too many or not texts, or the table is a view."""
        key = (table.schema, table.name, column.name)
        if key not in self._read:
            self._read[key] = () if table.is_view else await self._texts(table, column)
        return self._read[key]

    async def columns(self) -> AsyncIterator[tuple[TableSchema, Column, tuple[str, ...]]]:
        """The first text columns of the database, with their values."""
        columns = [
            (table, column) for table in self.schema.tables for column in table.columns if _TEXT.search(column.type)
        ]
        for table, column in columns[:_MOST_COLUMNS]:
            if values := await self.of(table, column):
                yield table, column, values

    async def has_rows(self, query: exp.Query) -> bool | None:
        """Whether a query gives a row; ``None`` where that cannot be found out in time."""
        try:
            sql = query.limit(1).sql(self.schema.dialect)
        except (sqlglot.errors.SqlglotError, RecursionError, ValueError):  # deeply nested, as loops of a model are
            return None
        outcome = await self.database.query(sql, QueryLimits(seconds=_PROBE_SECONDS, rows=1))
        return bool(outcome.rows) if outcome.error is None else None

    async def _texts(self, table: TableSchema, column: Column) -> tuple[str, ...]:
        name = exp.column(column.name, quoted=True)
        source = exp.table_(table.name, db=table.schema, quoted=True)
        rows = exp.select(name).from_(source).limit(_MOST_ROWS).subquery("rows_of_table")
        query = exp.select(name.copy()).distinct().from_(rows).limit(_MOST_VALUES + 1).sql(self.schema.dialect)
        outcome = await self.database.query(query, QueryLimits(seconds=_SECONDS, rows=_MOST_VALUES + 1))
        if outcome.error is not None or outcome.truncated or len(outcome.rows) > _MOST_VALUES:
            return ()
        texts = (row[0] for row in outcome.rows if isinstance(row[0], str))
        return tuple(sorted(text for text in texts if len(text) <= _MOST_CHARACTERS))


async def mentioned(question: str, values: TextValues, most: int = 8) -> list[tuple[TableSchema, Column, str]]:
    """Values of text columns that a question mentions, whatever their case, spaces and punctuation; the longest first.

    Short ones count as they are written only ("AND" is a country's code, "and" none), numbers not at all, nor do names
    of tables and columns that are values, too, and values with spaces around them or ends of lines.

    Args:
        question: in words.
        values: of the database.
        most: how many are found at most.
    """
    words = "".join(c if _is_letter(c) else " " for c in _folded(question)).split()
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
        (table, column, text)
        async for table, column, texts in values.columns()
        for text in texts
        if (letters := _letters(text)) in spans
        and not letters.isdigit()
        and text.isprintable()
        and text == text.strip()
        if len(letters) > _FEWEST_LETTERS or re.search(rf"\b{re.escape(text)}\b", question)
    ]
    return sorted(found, key=lambda mention: -len(mention[2]))[:most]


def same_but_for_spelling(literal: str, values: Iterable[str]) -> list[str]:
    """The values that are a literal in another spelling: of other case or spacing; of words, with other punctuation.

    Signs in numbers and versions mean something, and so do those of "A+" and "C#". Spaces around a value do not count:
    nobody sees them, and queries are written as if they were not there.
    """
    return [value for value in values if value.strip() != literal.strip() and _is_spelling(literal, value)]


def _is_spelling(literal: str, value: str) -> bool:
    ours, theirs = "".join(_folded(literal).split()), "".join(_folded(value).split())
    if not ours or ours == theirs:
        return bool(ours)
    letters = _letters(literal)
    return letters == _letters(value) and len(letters) >= _FEWEST_LETTERS and not re.search(r"[\d+#]", literal + value)


def most_alike(literal: str, values: Iterable[str], count: int) -> list[str]:
    """The values most like a literal, the nearest first; none that is not like it."""
    letters = _letters(literal)
    scored = sorted((-_likeness(letters, _letters(value)), value) for value in values)
    return [value for score, value in scored[:count] if score <= -_LIKE_ENOUGH]


def _likeness(ours: str, theirs: str) -> float:
    if not ours or not theirs:
        return 0.0
    shorter, longer = sorted((ours, theirs), key=len)
    if len(shorter) >= _FEWEST_LETTERS and shorter in longer:
        return 0.8 + 0.2 * len(shorter) / len(longer)
    matcher = SequenceMatcher(None, ours, theirs)
    return matcher.ratio() if matcher.real_quick_ratio() >= _LIKE_ENOUGH else 0.0


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _letters(text: str) -> str:
    return "".join(filter(_is_letter, _folded(text)))


def _is_letter(character: str) -> bool:
    """Whether it is a letter, a digit or a mark that belongs to a letter, as vowels of Hindi and Thai are."""
    return character.isalnum() or unicodedata.category(character).startswith("M")

"""Programs as rows of a page: highlighted, with what changed since the program before.

A row is a line; of a query that stands on one line, it is a clause, so that changes and explanations have a place.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, TypeAlias

from markupsafe import Markup
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token
from pygments.util import ClassNotFound

from selfdebug.problem import Program
from selfdebug.web.text import cut, marked

_PROGRAM_LINES, _PROGRAM_CHARACTERS = 2_000, 100_000
_COMPARED = 2_000_000
"""Pairs of rows that are compared at most; larger programs are shown without what changed."""
_CLASSES = (
    (Token.Comment, "c"), (Token.Keyword, "k"), (Token.Literal.String, "s"), (Token.Literal.Number, "n"),
    (Token.Name.Function, "f"), (Token.Name.Class, "f"), (Token.Name.Builtin, "b"), (Token.Name.Decorator, "f"),
    (Token.Operator.Word, "k"),
)  # fmt: skip
_CLAUSES = frozenset(
    ("SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION", "INTERSECT", "EXCEPT", "JOIN")
)
_JOINS = frozenset(["LEFT", "RIGHT", "INNER", "CROSS", "FULL", "NATURAL", "OUTER"])

Sign: TypeAlias = Literal["", "+", "-"]
_Tokens: TypeAlias = list[tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A row of a program.

    Attributes:
        number: of its line in the program, from 1; ``None`` for a further clause of a line.
        text: what stands there.
        code: the same as HTML, highlighted.
        sign: ``+`` for a new row, ``-`` for one of the program before that is gone.
    """

    number: int | None
    text: str
    code: Markup
    sign: Sign = ""


@dataclass(frozen=True, slots=True)
class ProgramRows:
    """A program to be shown.

    Attributes:
        rows: in their order; those that are gone stand before those that are new in their place.
        missing: how many characters were left out.
        changed: how many rows are new, and how many are gone.
    """

    rows: tuple[ProgramRow, ...]
    missing: int = 0
    changed: tuple[int, int] = (0, 0)


def program_rows(program: Program, before: Program | None = None) -> ProgramRows:
    """A program as rows, with what changed since the one before, if there is one."""
    shown = cut(program.code.rstrip("\n"), _PROGRAM_LINES, _PROGRAM_CHARACTERS)
    rows = _rows(shown.text, program.language)
    if before is None:
        return ProgramRows(rows, shown.missing)
    old = _rows(cut(before.code.rstrip("\n"), _PROGRAM_LINES, _PROGRAM_CHARACTERS).text, before.language)
    if len(rows) * len(old) > _COMPARED:
        return ProgramRows(rows, shown.missing)
    compared = tuple(_compared(old, rows))
    added, gone = (sum(row.sign == sign for row in compared) for sign in "+-")
    return ProgramRows(compared, shown.missing, (added, gone))


def _compared(old: Sequence[ProgramRow], new: Sequence[ProgramRow]) -> Iterator[ProgramRow]:
    matcher = difflib.SequenceMatcher(None, [row.text for row in old], [row.text for row in new], autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            yield from new[new_start:new_end]
        else:
            yield from (replace(row, sign="-") for row in old[start:end])
            yield from (replace(row, sign="+") for row in new[new_start:new_end])


def _rows(code: str, language: str) -> tuple[ProgramRow, ...]:
    rows: list[ProgramRow] = []
    clauses = language == "sql" and "\n" not in code.strip()
    for number, tokens in enumerate(_lines(code, language), 1):
        for place, part in enumerate(_clauses(tokens) if clauses else [tokens]):
            text = "".join(value for _, value in part)
            rows.append(ProgramRow(number if place == 0 else None, text.rstrip(), _highlighted(part)))
    return tuple(rows)


def _lines(code: str, language: str) -> Iterator[_Tokens]:
    """The tokens of each line."""
    line: _Tokens = []
    for kind, value in _lexer(language).get_tokens(code):
        first, *others = value.split("\n")
        line.append((kind, first))
        for other in others:
            yield line
            line = [(kind, other)]
    if any(value for _, value in line):
        yield line


def _clauses(tokens: _Tokens) -> list[_Tokens]:
    """The tokens of each clause of a query's line, those in brackets with the clause that they belong to."""
    depth, starts, previous = 0, [0], ""
    for place, (kind, value) in enumerate(tokens):
        word = value.upper()
        depth += word.count("(") - word.count(")") if kind in Token.Punctuation else 0
        begins = word in _CLAUSES or word in _JOINS
        if begins and depth == 0 and place and kind not in Token.Literal and previous not in _JOINS:
            starts.append(place)
        previous = word if word.strip() else previous
    return [tokens[start:end] for start, end in pairwise([*starts, len(tokens)])]


def _highlighted(tokens: _Tokens) -> Markup:
    parts = []
    for kind, value in tokens:
        name = next((name for parent, name in _CLASSES if kind in parent), "")
        parts.append(Markup('<span class="{}">{}</span>').format(name, marked(value)) if name else marked(value))
    return Markup("").join(parts)


@functools.cache
def _lexer(language: str) -> Lexer:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return get_lexer_by_name("text", stripnl=False, ensurenl=False)

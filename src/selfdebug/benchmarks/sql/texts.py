"""Which text is run for a prediction: what the official evaluator of Spider does to queries before it runs them.

Its `evaluation.py` replaces "value" by "1" in predictions (models without values write it for each value);
`exec_eval.py` joins operators that were pulled apart, takes out each DISTINCT unless told otherwise, and replaces the
current year of MySQL by 2020.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import sqlparse
from sqlparse.engine import FilterStack
from sqlparse.exceptions import SQLParseError

MAX_CHARACTERS = 100_000
"""Longer texts are refused unread."""

_open_splitter: Callable[[], Any] = FilterStack
_CURRENT_YEAR = re.compile(r"year\s*\(\s*curdate\s*\(\s*\)\s*\)\s*", re.IGNORECASE)
_SPACE = r"[ \t\r\n]*+"
_QUOTED = r"'[^'\\\x00-\x1f]*+'|\"[^\"\\\x00-\x1f]*+\""
# Text that sqlparse's lexer and ours cut alike: no comments, escapes, dollars, brackets; one statement.
_SIMPLE = re.compile(
    rf"(?:{_SPACE}(?:[A-Za-z_][A-Za-z0-9_]*+|[0-9]++(?:\.[0-9]++)?(?![A-Za-z0-9_.])|{_QUOTED}"
    rf"|<=|>=|<>|!=|==|[(),.*+<>=]|-(?!-)|/(?!\*)))++{_SPACE};?{_SPACE}"
)
_DISTINCT = re.compile(rf"({_QUOTED})|\bdistinct\b", re.IGNORECASE)
_SPLITTER = re.compile(r"\bgo\b", re.IGNORECASE)
"""A word at which sqlparse, which reads many dialects, ends a statement."""
_PARTS = re.compile(rf"({_QUOTED})")
_COMMENT = re.compile(r"('[^']*+'|\"[^\"]*+\"|`[^`]*+`|\[[^\]]*+\])|--[^\n]*+|/\*.*?\*/|/\*.+\Z", re.DOTALL)
"""Where SQLite finds comments: not in what is quoted."""
_TWO_SEMICOLONS = re.compile(r";\s*;")
_PREFIXED_TEXT = re.compile(r"[A-Za-z0-9_]['\"]")
_AROUND_PUNCTUATION = re.compile(r" ?([(),]) ?")


class UnreadableTextError(Exception):
    """sqlparse gives up on the text; the official evaluator would, too."""


def predicted_text(text: str) -> str:
    """A prediction as `evaluation.py` hands it on."""
    return text.replace("value", "1")


@lru_cache(maxsize=4096)
def prepared_text(text: str, keep_distinct: bool) -> str:
    """A gold query, or what `predicted_text` made of a prediction, as the evaluator compares it.

    Raises:
        UnreadableTextError: it cannot be cut into tokens.
    """
    text = text.replace("> =", ">=").replace("< =", "<=").replace("! =", "!=")
    return text if keep_distinct else _without_distinct(text)


def runnable_text(text: str) -> str:
    """A prepared text as the database gets it: without MySQL's current year and, for the guard's sake, comments."""
    text = _CURRENT_YEAR.sub("2020", text)
    if "--" in text or "/*" in text:
        text = _COMMENT.sub(lambda match: match[1] or " ", text)
    return text


def is_doubled(text: str) -> bool:
    """Whether a runnable text has a second semicolon: Python's driver takes even an empty statement for one."""
    return text.count(";") > 1 and _TWO_SEMICOLONS.search(_PARTS.sub(" ", text)) is not None


def _without_distinct(text: str) -> str:
    if _SIMPLE.fullmatch(text) is not None and _SPLITTER.search(text) is None:
        if "distinct" not in text.lower():
            return text
        return _DISTINCT.sub(lambda match: match[1] or "", text)
    try:
        # The first of several statements is all that remains, as in the official evaluator.
        statement = next(_open_splitter().run(text), None)
    except (SQLParseError, RecursionError) as error:
        raise UnreadableTextError(str(error)) from None
    if statement is None:
        return ""
    return "".join(token.value for token in statement.flatten() if token.value.lower() != "distinct")


def is_ordered(gold: str) -> bool:
    """Whether the order of rows counts, by the official rule: the prepared gold query has "order by" anywhere."""
    return "order by" in gold.lower()


@lru_cache(maxsize=4096)
def normal_form(text: str) -> str:
    """One text for all that differ in case of words and in spaces alone: SQLite gives the same rows for each.

    Texts beyond plain words, numbers, quotes and operators are their own normal form.
    """
    if not text.isascii() or _SIMPLE.fullmatch(text) is None:
        return text
    if _PREFIXED_TEXT.search(_PARTS.sub(lambda quoted: quoted[0][0] * 2, text)):
        return text
    parts = _PARTS.split(text.rstrip(" \t\r\n;"))
    for i in range(0, len(parts), 2):
        parts[i] = _AROUND_PUNCTUATION.sub(r"\1", re.sub(r"[ \t\r\n]+", " ", parts[i].lower()))
    return "".join(parts).strip()


def tokens(text: str) -> Iterator[Any]:
    """Tokens of the first statement, each with sqlparse's type (`ttype`) and its `value`.

    Raises:
        UnreadableTextError: there is none, or sqlparse gives up.
    """
    try:
        statements: Any = sqlparse.parse(text)
    except (SQLParseError, RecursionError) as error:
        raise UnreadableTextError(str(error)) from None
    if not statements:
        raise UnreadableTextError("there is no statement")
    flat: Iterator[Any] = statements[0].flatten()
    return flat

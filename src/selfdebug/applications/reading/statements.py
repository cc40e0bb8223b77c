"""What a text is as SQL, by sqlglot. Its import takes long: only what reads SQL imports this."""

from __future__ import annotations

import logging

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

# It warns on stderr whenever it meets a statement that it does not model.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

MAX_QUERY_CHARACTERS = 10_000
"""A longer query is not parsed."""

# sqlglot goes down into what is never closed until Python's stack is full.
_MOST_OPEN = 50


def is_query(code: str, dialect: str) -> bool:
    """Whether the text is exactly one query (SELECT, VALUES, WITH, a set operation) in the dialect."""
    return isinstance(statement(code, dialect), exp.Query | exp.Values)


def statement(code: str, dialect: str) -> exp.Expr | None:
    """The only SQL statement of the text, or None."""
    if len(code) > MAX_QUERY_CHARACTERS or code.count("(") - code.count(")") > _MOST_OPEN:
        return None
    try:
        trees = [tree for tree in sqlglot.parse(code, read=dialect) if tree is not None]
    except (SqlglotError, RecursionError, ValueError):
        return None
    trees = [tree for tree in trees if not isinstance(tree, exp.Semicolon)]
    return trees[0] if len(trees) == 1 and not isinstance(trees[0], exp.Command) else None

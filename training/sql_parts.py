"""Reads a query into parts that are described in canonical words. It never fails: what it does not know, it quotes."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp

logging.getLogger("sqlglot").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class JoinedBy:
    """Columns that a join compares; empty where it compares none."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Block:
    """One SELECT, each part in words."""

    columns: tuple[str, ...]
    distinct: bool
    tables: tuple[str, ...]
    joins: tuple[JoinedBy, ...]
    source: str
    """Its tables, and by which columns they are joined."""
    conditions: tuple[str, ...]
    connector: str
    groups: tuple[str, ...]
    having: tuple[str, ...]
    orders: tuple[str, ...]
    limit: str
    """A number, or empty."""
    is_one_row: bool
    """Whether it has only aggregates and no groups."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A query: SELECTs with set operations between them."""

    first: Block
    more: tuple[tuple[str, Block], ...] = ()


def plain(words: str) -> str:
    """Words for comparing: in lower case, columns without their tables."""
    return re.sub(r"\b[a-z_]\w*\.", "", words.lower())


@lru_cache(maxsize=50_000)
def read(query: str) -> Parts | None:
    """The parts of a query, or None where it is none."""
    try:
        tree = sqlglot.parse_one(query.strip().rstrip(";"), read="sqlite")
        return _parts(tree)
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError, AttributeError, KeyError, TypeError, IndexError):
        return None


def _parts(tree: Any) -> Parts | None:
    while isinstance(tree, (exp.Subquery, exp.Paren)):
        tree = tree.this
    if isinstance(tree, exp.Select):
        return Parts(_block(tree))
    if not isinstance(tree, exp.SetOperation):
        return None
    left, right = _parts(tree.this), _parts(tree.expression)
    if left is None or right is None:
        return None
    name = type(tree).__name__.upper()
    operator = "UNION ALL" if name == "UNION" and not tree.args.get("distinct") else name
    return Parts(left.first, (*left.more, (operator, right.first), *right.more))


def _block(select: exp.Select) -> Block:
    tables, joins = _tables(select)
    where, having, order = (select.args.get(name) for name in ("where", "having", "order"))
    group, limit = select.args.get("group"), select.args.get("limit")
    conditions, connector = _split(where.this if where else None)
    having_words, having_connector = _split(having.this if having else None)
    if having_connector == "or" and len(having_words) > 1:
        having_words = (" or ".join(having_words),)
    return Block(
        columns=tuple(map(_words, select.expressions)),
        distinct=select.args.get("distinct") is not None,
        tables=tables,
        joins=joins,
        source=_source(tables, joins),
        conditions=conditions,
        connector=connector,
        groups=tuple(map(_words, group.expressions)) if group else (),
        having=having_words,
        orders=tuple(map(_words, order.expressions)) if order else (),
        limit=limit.expression.sql() if limit else "",
        is_one_row=not group and all(one.find(exp.AggFunc) for one in select.expressions),
    )


def _tables(select: exp.Select) -> tuple[tuple[str, ...], tuple[JoinedBy, ...]]:
    source = select.args.get("from_") or select.args.get("from")
    tables = [_table(source.this)] if source else []
    joins = []
    for join in select.args.get("joins") or []:
        kind = "left " if join.side else ""
        tables.append(kind + _table(join.this))
        joins.append(_joined_by(join))
    return tuple(tables), tuple(joins)


def _table(tree: exp.Expression) -> str:
    if isinstance(tree, exp.Table):
        return tree.name + (f" {tree.alias}" if tree.alias else "")
    return f"({_query(tree)})" if isinstance(tree, exp.Subquery) else tree.sql("sqlite")


def _joined_by(join: exp.Join) -> JoinedBy:
    on, using = join.args.get("on"), join.args.get("using")
    if using:
        return JoinedBy(using[0].name, using[0].name)
    if isinstance(on, exp.EQ):
        return JoinedBy(_name(on.this), _name(on.expression))
    return JoinedBy("", "") if on is None or isinstance(on, exp.Boolean) else JoinedBy(_words(on), "nothing")


def _name(tree: exp.Expression) -> str:
    """A column as SQL writes it."""
    return tree.sql("sqlite").replace('"', "")


def _source(tables: tuple[str, ...], joins: tuple[JoinedBy, ...]) -> str:
    """Tables in words. A join is told by the one column that refers to the other table, where there is such a one."""
    if not tables:
        return "no table"
    words = tables[0]
    for table, join in zip(tables[1:], joins, strict=True):
        words += f" with {table}"
        if not join.left:
            continue
        refers = join.right.partition(".")[2] == "id" and join.right.partition(".")[0] == table
        same = join.left.partition(".")[2] == join.right.partition(".")[2] != "id"
        words += f" by {join.left}" if refers or same else f" by {join.left} = {join.right}"
    return words


def _split(tree: exp.Expression | None) -> tuple[tuple[str, ...], str]:
    """Conditions in words, and what joins them."""
    if tree is None:
        return (), "and"
    if isinstance(tree, exp.Paren):
        return _split(tree.this)
    if isinstance(tree, (exp.And, exp.Or)):
        kind = type(tree)
        return tuple(_words(one) for one in tree.flatten()), "and" if kind is exp.And else "or"
    return (_words(tree),), "and"


def _query(tree: exp.Expression) -> str:
    """A subquery in words."""
    parts = _parts(tree)
    if parts is None:
        return tree.sql("sqlite")
    block = parts.first
    words = f"{', '.join(block.columns)} of {block.source}"
    if block.conditions:
        words += f" where {f' {block.connector} '.join(block.conditions)}"
    if block.groups:
        words += f" for each {', '.join(block.groups)}"
    if block.having:
        words += f" with {' and '.join(block.having)}"
    if block.orders:
        words += f" sorted by {', '.join(block.orders)}"
    if block.limit:
        words += f" first {block.limit}"
    return words + "".join(f" {operator} {' '.join(more.columns)} of {more.source}" for operator, more in parts.more)


_COMPARISONS: dict[type[exp.Expression], str] = {
    exp.EQ: "is",
    exp.NEQ: "is not",
    exp.GT: "is more than",
    exp.LT: "is less than",
    exp.GTE: "is at least",
    exp.LTE: "is at most",
}
_FUNCTIONS: dict[type[exp.Expression], str] = {
    exp.Sum: "sum of",
    exp.Avg: "average of",
    exp.Max: "highest",
    exp.Min: "lowest",
}


def _words(tree: Any) -> str:
    """An expression in words."""
    if type(tree) in _COMPARISONS:
        return f"{_words(tree.this)} {_COMPARISONS[type(tree)]} {_words(tree.expression)}"
    if type(tree) in _FUNCTIONS:
        return f"{_FUNCTIONS[type(tree)]} {_argument(tree.this)}"
    match tree:
        case exp.Star():
            return "all columns"
        case exp.Column():
            return _name(tree)
        case exp.Alias() | exp.Paren():
            return _words(tree.this)
        case exp.Literal():
            return tree.sql("sqlite")
        case exp.Count():
            return "number of rows" if isinstance(tree.this, exp.Star) else f"number of {_argument(tree.this)}"
        case exp.Ordered():
            return f"{_words(tree.this)} {'descending' if tree.args.get('desc') else 'ascending'}"
        case exp.Subquery() | exp.Select() | exp.SetOperation():
            return f"the {_query(tree)}"
        case exp.And() | exp.Or():
            return f"({(' and ' if isinstance(tree, exp.And) else ' or ').join(_words(one) for one in tree.flatten())})"
        case exp.Not():
            return _negated(tree.this)
    return _condition(tree, "") or tree.sql("sqlite")


def _argument(tree: exp.Expression) -> str:
    if isinstance(tree, exp.Distinct):
        return f"different {', '.join(map(_words, tree.expressions))}"
    return _words(tree)


def _negated(tree: exp.Expression) -> str:
    while isinstance(tree, exp.Paren):
        tree = tree.this
    return _condition(tree, "not ") or f"not {_words(tree)}"


def _condition(tree: exp.Expression, negation: str) -> str:
    """A condition that has a form of its own when it is negated; empty for others."""
    match tree:
        case exp.Between():
            low, high = _words(tree.args["low"]), _words(tree.args["high"])
            return f"{_words(tree.this)} is {negation}between {low} and {high}"
        case exp.Like():
            return f"{_words(tree.this)} is {negation}like {_words(tree.expression)}"
        case exp.Is():
            value = "NULL" if isinstance(tree.expression, exp.Null) else _words(tree.expression)
            return f"{_words(tree.this)} is {negation}{value}"
        case exp.In():
            query = tree.args.get("query")
            if query is not None:
                return f"{_words(tree.this)} is {negation}among {_query(query)}"
            return f"{_words(tree.this)} is {negation}one of {', '.join(map(_words, tree.expressions))}"
        case exp.Exists():
            return f"there is {'no ' if negation else ''}{_query(tree.this)}"
    return ""

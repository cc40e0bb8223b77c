"""What the database tells of a query besides its result: literals that no row has, and what leaves no row.

These are facts, found by asking the database: they hold whatever the question is.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from selfdebug.execution.databases.names import qualified, quote
from selfdebug.execution.databases.schema import Column, Schema, TableSchema
from selfdebug.execution.databases.text_values import TextValues, most_alike, same_but_for_spelling
from selfdebug.query_outcome import QueryOutcome
from selfdebug.safe_text import escaped, shortened

_MOST_COMPARISONS = 8
_MOST_SHOWN = 5
_MOST_CHARACTERS = 100
_SECONDS = 3.0  # for all comparisons of a query
_FEW = 8  # values of a column that are all shown
_SET_OPERATIONS = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}


async def with_findings(sql: str, outcome: QueryOutcome, values: TextValues) -> QueryOutcome:
    """Add to an outcome what can be told of a query that ran; nothing, of one that cannot be parsed.

    Args:
        sql: the query.
        outcome: what it gave.
        values: of the database, with its schema.
    """
    try:
        tree = _with_literals(sqlglot.parse_one(sql, read=values.schema.dialect), values.schema)
        faults, notes = await _compared(list(_comparisons(tree, values.schema)), values)
        if _is_empty(outcome):
            notes += await _why_empty(tree, values)
    except (sqlglot.errors.SqlglotError, RecursionError):
        return outcome
    return replace(outcome, faults=tuple(faults), notes=tuple(notes))


async def _compared(comparisons: list[_Comparison], values: TextValues) -> tuple[list[str], list[str]]:
    """Faults and notes about the literals that no row has."""
    faults, notes = list[str](), list[str]()
    end = time.monotonic() + _SECONDS
    said = {(comparison.place, comparison.literal) for comparison in comparisons}
    for comparison in comparisons[:_MOST_COMPARISONS]:
        met = await values.has_rows(comparison.query)
        if met is None or time.monotonic() > end:  # the next ones would take as long
            break
        if met:
            continue
        known = await values.of(comparison.table, comparison.column)
        spelled = same_but_for_spelling(comparison.words, known)
        if any((comparison.place, value) in said for value in spelled):
            continue  # several spellings are asked for, to be on the safe side
        if spelled and comparison.is_exact:
            faults.append(comparison.said(f"it has {_listed(spelled[:_MOST_SHOWN])}"))
        else:
            notes.append(comparison.said(await _instead(comparison, known, values)))
    return faults, notes


def column_name(table: TableSchema, column: Column, dialect: str) -> str:
    """A column with its table, as a query writes them."""
    return f"{qualified(table.schema, table.name, dialect)}.{quote(column.name, dialect)}"


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A comparison of a column with a text.

    Attributes:
        place: the column with its table, as a query writes them.
        literal: the text.
        query: gives a row if some row of the table meets it.
        is_exact: whether it means one text, but for what stands before or after it: not a pattern.
    """

    table: TableSchema
    column: Column
    place: str
    literal: str
    query: exp.Select
    is_exact: bool

    @property
    def words(self) -> str:
        """The literal without the wildcards of LIKE."""
        return self.literal.strip("%")

    def said(self, instead: str) -> str:
        sentence = f"no value of {self.place} matches {text_literal(self.literal)}"
        return f"{sentence}; {instead}." if instead else f"{sentence}."


def _comparisons(tree: exp.Expr, schema: Schema) -> Iterator[_Comparison]:
    """Comparisons of one column of a table with a text, each item of an IN on its own."""
    for scope in traverse_scope(tree):
        tables = {name: source for name, source in scope.sources.items() if isinstance(source, exp.Table)}
        computed = {
            each.alias.lower()
            for each in getattr(scope.expression, "selects", [])
            if isinstance(each, exp.Alias) and not isinstance(each.this, exp.Column)
        }
        for node in scope.find_all(exp.EQ, exp.NEQ, exp.In, exp.Like, exp.ILike):
            columns = list(node.find_all(exp.Column))
            if len(columns) != 1 or node.find(exp.Query) or isinstance(node.parent, exp.Escape):
                continue
            if not columns[0].table and columns[0].name.lower() in computed:
                continue  # which of the two is meant depends on the clause and the engine
            found = _column(columns[0], tables, schema)
            if found is None:
                continue
            table, column, source = found
            is_like = isinstance(node, exp.Like | exp.ILike)
            for condition, text in _conditions(node):
                yield _Comparison(
                    table, column, column_name(table, column, schema.dialect), text,
                    exp.select("1").from_(source.copy()).where(condition),
                    not (is_like and ("_" in text or "%" in text.strip("%"))),
                )  # fmt: skip


def _conditions(node: exp.Expr) -> Iterator[tuple[exp.Expr, str]]:
    """The conditions that a comparison asks of a row, each with its text, as it is written: with its collation, say."""
    if isinstance(node, exp.In):
        for item in node.expressions:
            if (text := _text_of(item)) is not None:
                yield exp.EQ(this=node.this.copy(), expression=item.copy()), text
        return
    text = next((text for side in (node.expression, node.this) if (text := _text_of(side)) is not None), None)
    if text is not None:
        is_not = isinstance(node, exp.NEQ)
        yield exp.EQ(this=node.this.copy(), expression=node.expression.copy()) if is_not else node.copy(), text


def _text_of(side: object) -> str | None:
    """The text that one side of a comparison is."""
    while isinstance(side, exp.Paren | exp.Collate | exp.Cast):
        side = side.this
    return str(side.this) if isinstance(side, exp.Literal) and side.is_string else None


def _column(
    written: exp.Column, tables: dict[str, exp.Table], schema: Schema
) -> tuple[TableSchema, Column, exp.Table] | None:
    """The column of a table that a query names, if it is that of one table in its scope."""
    found = []
    for name, source in tables.items():
        if written.table and written.table.lower() != name.lower():
            continue
        for table in schema.tables:
            if table.name.lower() == source.name.lower() and (table.schema or "") == source.db:
                found += [(table, c, source) for c in table.columns if c.name.lower() == written.name.lower()]
    return found[0] if len(found) == 1 else None


def _with_literals(tree: exp.Expr, schema: Schema) -> exp.Expr:
    """SQLite takes a name in double quotes for a text where there is no such column."""
    has_functions = any(not isinstance(table.this, exp.Identifier) for table in tree.find_all(exp.Table))
    if schema.dialect != "sqlite" or has_functions:  # whose columns are known to nobody
        return tree
    names = {column.name.lower() for table in schema.tables for column in table.columns}
    names |= {alias.alias.lower() for alias in tree.find_all(exp.Alias)}
    names |= {column.name.lower() for alias in tree.find_all(exp.TableAlias) for column in alias.columns}

    def as_literal(node: exp.Expr) -> exp.Expr:
        is_text = isinstance(node, exp.Column) and not node.table and node.this.args.get("quoted")
        return exp.Literal.string(node.name) if is_text and node.name.lower() not in names else node

    return tree.transform(as_literal)


async def _instead(comparison: _Comparison, known: tuple[str, ...], values: TextValues) -> str:
    """What there is instead of a literal that no row has: values like it, all values, or another column's."""
    if alike := most_alike(comparison.words, known, _MOST_SHOWN):
        return f"the nearest {'is' if len(alike) == 1 else 'are'} {_listed(alike)}"
    elsewhere = []
    async for table, column, texts in values.columns():
        if comparison.words in texts or same_but_for_spelling(comparison.words, texts):
            elsewhere.append(column_name(table, column, values.schema.dialect))
    if elsewhere:
        return f"it is a value of {', '.join(elsewhere[:_MOST_SHOWN])}"
    return f"its values: {_listed(known)}" if 0 < len(known) <= _FEW else ""


def _is_empty(outcome: QueryOutcome) -> bool:
    """Whether a result has no rows, or one that counts nothing."""
    rows = outcome.rows
    return not rows or (
        len(rows) == 1 and all(value is None or (value == 0 and value is not False) for value in rows[0])
    )


async def _why_empty(tree: exp.Expr, values: TextValues, *, is_side: bool = False) -> list[str]:
    """Which part of a query leaves no row; of a set operation, which side, but not within its own sides."""
    if isinstance(tree, exp.SetOperation) and is_side:
        return []
    if isinstance(tree, exp.SetOperation):
        word = _SET_OPERATIONS.get(type(tree), "the set operation")
        for side, place in ((tree.left, "before"), (tree.right, "after")):
            if isinstance(side, exp.Query) and await values.has_rows(side) is False:
                return [f"the query {place} {word} gives no row.", *(await _why_empty(side, values, is_side=True))]
        return ["the queries on both sides of INTERSECT give rows, but none in common."] if word == "INTERSECT" else []
    where = tree.args.get("where")
    if not isinstance(tree, exp.Select) or not tree.args.get("from_"):
        return []
    rows = tree.copy()
    joins = rows.args.pop("joins", None) or []
    for clause in ("where", "group", "having", "order", "limit", "offset", "distinct", "qualify"):
        rows.set(clause, None)
    rows.set("expressions", [exp.Literal.number(1)])
    for join in joins:
        rows.append("joins", join)
        if await values.has_rows(rows) is False:
            return [f"joining it, {_sql(join, values)}, leaves no row."]
    conditions = (
        list(where.this.flatten()) if where and isinstance(where.this, exp.And) else [where.this] if where else []
    )
    for condition in conditions:
        if await values.has_rows(rows.where(condition)) is False:
            return [f"no row meets the condition {_sql(condition, values)}."]
    if len(conditions) > 1 and await values.has_rows(rows.where(*conditions)) is False:
        return ["each of its conditions is met by some row, but no row meets all of them."]
    if having := tree.args.get("having"):
        return [f"no group meets the condition {_sql(having.this, values)}."]
    return []


def _sql(expression: exp.Expr, values: TextValues) -> str:
    return f"`{shortened(expression.sql(values.schema.dialect), 1, 200)}`"


def text_literal(value: str) -> str:
    """A text as a query writes it, on one line, cut where it is long."""
    text = escaped(re.sub(r"[\r\n\t]", " ", value)).replace("'", "''")
    return f"'{text}'" if len(text) <= _MOST_CHARACTERS else f"'{text[:_MOST_CHARACTERS]}…'"


def _listed(texts: tuple[str, ...] | list[str]) -> str:
    return ", ".join(text_literal(text) for text in texts)

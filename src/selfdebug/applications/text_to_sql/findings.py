"""What the database tells of a query besides its result: literals that no row has, and what leaves no row.

These are facts, found by asking the database: they hold whatever the question is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from selfdebug.execution.databases.names import qualified, quote
from selfdebug.execution.databases.schema import Column, Schema, TableSchema
from selfdebug.execution.databases.text_values import TextValues, most_alike, same_but_for_spelling
from selfdebug.query_outcome import QueryOutcome

_MOST_COMPARISONS = 8
_MOST_SHOWN = 5
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
        comparisons = list(_comparisons(tree, values.schema))
    except (sqlglot.errors.SqlglotError, RecursionError):
        return outcome
    faults, notes = list[str](), list[str]()
    for comparison in comparisons[:_MOST_COMPARISONS]:
        if await values.has_rows(comparison.query) is not False:
            continue
        known = await values.of(comparison.table, comparison.column)
        if spelled := same_but_for_spelling(comparison.words, known):
            faults.append(comparison.said(values.schema.dialect, f"it has {_listed(spelled[:_MOST_SHOWN])}"))
        else:
            notes.append(comparison.said(values.schema.dialect, await _instead(comparison, known, values)))
    if _is_empty(outcome):
        notes += await _why_empty(tree, values)
    return replace(outcome, faults=tuple(faults), notes=tuple(notes))


def column_name(table: TableSchema, column: Column, dialect: str) -> str:
    """A column with its table, as a query writes them."""
    return f"{qualified(table.schema, table.name, dialect)}.{quote(column.name, dialect)}"


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A comparison of a column with a text, as a query that gives a row if some row of the table meets it."""

    table: TableSchema
    column: Column
    literal: str
    query: exp.Select

    @property
    def words(self) -> str:
        """The literal without the wildcards of LIKE."""
        return self.literal.strip("%_")

    def said(self, dialect: str, instead: str) -> str:
        sentence = f"no value of {column_name(self.table, self.column, dialect)} matches {text_literal(self.literal)}"
        return f"{sentence}; {instead}." if instead else f"{sentence}."


def _comparisons(tree: exp.Expr, schema: Schema) -> Iterator[_Comparison]:
    """Comparisons of one column of a table with a text, each literal of an IN on its own."""
    for scope in traverse_scope(tree):
        tables = {name: source for name, source in scope.sources.items() if isinstance(source, exp.Table)}
        for node in scope.find_all(exp.EQ, exp.NEQ, exp.In, exp.Like, exp.ILike):
            columns = list(node.find_all(exp.Column))
            literals = [literal for literal in node.find_all(exp.Literal) if literal.is_string]
            if len(columns) != 1 or not literals or node.find(exp.Query):
                continue
            found = _column(columns[0], tables, schema)
            if found is None:
                continue
            table, column, source = found
            for literal in literals:
                condition = node.copy()  # as it is written: with a collation, a function, a wildcard
                if isinstance(node, exp.NEQ):
                    condition = exp.EQ(this=node.this.copy(), expression=node.expression.copy())
                elif isinstance(node, exp.In):
                    condition = exp.EQ(this=node.this.copy(), expression=literal.copy())
                yield _Comparison(
                    table, column, str(literal.this), exp.select("1").from_(source.copy()).where(condition)
                )


def _column(
    written: exp.Column, tables: dict[str, exp.Table], schema: Schema
) -> tuple[TableSchema, Column, exp.Table] | None:
    """The column of a table that a query names, if it is that of one table in its scope."""
    found = []
    for name, source in tables.items():
        if written.table and written.table.lower() != name.lower():
            continue
        for table in schema.tables:
            if table.name.lower() == source.name.lower() and (
                not source.db or source.db == (table.schema or source.db)
            ):
                found += [(table, c, source) for c in table.columns if c.name.lower() == written.name.lower()]
    return found[0] if len(found) == 1 else None


def _with_literals(tree: exp.Expr, schema: Schema) -> exp.Expr:
    """SQLite takes a name in double quotes for a text where there is no such column."""
    if schema.dialect != "sqlite":
        return tree
    names = {column.name.lower() for table in schema.tables for column in table.columns}
    names |= {alias.alias.lower() for alias in tree.find_all(exp.Alias)}

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
    return f"all its values: {_listed(known)}" if 0 < len(known) <= _FEW else ""


def _is_empty(outcome: QueryOutcome) -> bool:
    """Whether a result has no rows, or one that counts nothing."""
    rows = outcome.rows
    return not rows or (
        len(rows) == 1 and all(value is None or (value == 0 and value is not False) for value in rows[0])
    )


async def _why_empty(tree: exp.Expr, values: TextValues) -> list[str]:
    """Which part of a query leaves no row."""
    if isinstance(tree, exp.SetOperation):
        word = _SET_OPERATIONS.get(type(tree), "the set operation")
        for side, place in ((tree.left, "before"), (tree.right, "after")):
            if isinstance(side, exp.Query) and await values.has_rows(side) is False:
                return [f"the query {place} {word} gives no row.", *(await _why_empty(side, values))]
        return ["the queries on both sides of INTERSECT give rows, but none in common."] if word == "INTERSECT" else []
    where = tree.args.get("where")
    if not isinstance(tree, exp.Select) or not tree.args.get("from_", tree.args.get("from")):
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
    return f"`{expression.sql(values.schema.dialect)[:200]}`"


def text_literal(value: str) -> str:
    """A text as a query writes it, on one line."""
    return "'" + re.sub(r"[\r\n\t]", " ", value).replace("'", "''") + "'"


def _listed(texts: tuple[str, ...] | list[str]) -> str:
    return ", ".join(text_literal(text) for text in texts)

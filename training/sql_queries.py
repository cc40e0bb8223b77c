"""Queries as they are composed (what is selected, from where, filtered, grouped, sorted), in one style of SQL.

A query is made of parts that are independent of each other, so that the shapes of held-out queries are new
combinations of parts that training queries have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from .sql_worlds import Column, Kind, Table

Value = str | int


@dataclass(frozen=True)
class Aggregate:
    """A function over rows; without a column it counts them."""

    function: str
    column: Column | None = None
    distinct: bool = False


Item = Column | Aggregate


@dataclass(frozen=True)
class Comparison:
    """A column compared with constants. The operator is SQL's; LIKE's value is a whole pattern."""

    column: Column
    operator: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class ToAll:
    """A column compared with an aggregate of itself over the whole table."""

    column: Column
    operator: str
    function: str


@dataclass(frozen=True)
class Membership:
    """Whether a row is referred to by some row of another table, perhaps by one that meets a condition."""

    table: Table
    other: Table
    reference: str
    negated: bool
    inner: Comparison | None


Condition = Comparison | ToAll | Membership


@dataclass(frozen=True)
class Join:
    """A table that is joined because `child` refers to it."""

    child: Table
    reference: str
    parent: Table


@dataclass(frozen=True)
class Having:
    """A condition on groups."""

    item: Aggregate
    operator: str
    value: int


@dataclass(frozen=True)
class Query:
    """A query. No items means all columns."""

    main: Table
    items: tuple[Item, ...]
    joins: tuple[Join, ...] = ()
    distinct: bool = False
    conditions: tuple[Condition, ...] = ()
    connector: str = "AND"
    group: Column | None = None
    having: Having | None = None
    order: Item | None = None
    descending: bool = False
    limit: int = 0


@dataclass(frozen=True)
class Compound:
    """Two queries with UNION, INTERSECT or EXCEPT between them."""

    operator: str
    left: Query
    right: Query


class Names(Protocol):
    """How names and constants are written: as they are, or, for skeletons, as placeholders."""

    def table(self, table: Table) -> str: ...
    def column(self, column: Column) -> str: ...
    def key(self, table: Table) -> str: ...
    def reference(self, name: str) -> str: ...
    def value(self, value: Value) -> str: ...


class Plain:
    """Names as they are."""

    def table(self, table: Table) -> str:
        return table.name

    def column(self, column: Column) -> str:
        return column.name

    def key(self, table: Table) -> str:
        return table.key

    def reference(self, name: str) -> str:
        return name

    def value(self, value: Value) -> str:
        return f"'{value}'" if isinstance(value, str) else str(value)


class Placeholders:
    """Tables by their order in the query, columns by kind, constants as question marks."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def table(self, table: Table) -> str:
        if table.name not in self.seen:
            self.seen.append(table.name)
        return f"T{self.seen.index(table.name) + 1}"

    def column(self, column: Column) -> str:
        return column.kind.value

    def key(self, table: Table) -> str:
        return Kind.KEY.value

    def reference(self, name: str) -> str:
        return Kind.REFERENCE.value

    def value(self, value: Value) -> str:
        return "?"


def to_sql(query: Query | Compound) -> str:
    """The query in the one style that the model learns."""
    return _write(query, Plain())


def skeleton_of(query: Query | Compound) -> str:
    """The query's shape."""
    return _write(query, Placeholders())


def _write(query: Query | Compound, names: Names) -> str:
    if isinstance(query, Compound):
        return f"{_write(query.left, names)} {query.operator} {_write(query.right, names)}"
    return " ".join(_Writer(query, names).clauses())


class _Writer:
    """Writes one SELECT."""

    def __init__(self, query: Query, names: Names) -> None:
        self.query, self.names = query, names
        self.tables = {table.name: table for table in tables_of(query)}

    def clauses(self) -> Iterator[str]:
        query = self.query
        source = f"FROM {self.names.table(query.main)}"  # first, so that placeholders number the main table first
        selected = ", ".join(map(self._item, query.items)) or "*"
        yield f"SELECT {'DISTINCT ' if query.distinct else ''}{selected}"
        yield source
        for join in query.joins:
            parent = self.names.table(join.parent)
            child = f"{self.names.table(join.child)}.{self.names.reference(join.reference)}"
            yield f"JOIN {parent} ON {child} = {parent}.{self.names.key(join.parent)}"
        if query.conditions:
            yield "WHERE " + f" {query.connector} ".join(map(self._condition, query.conditions))
        if query.group:
            yield f"GROUP BY {self._column(query.group)}"
        if query.having:
            having = query.having
            yield f"HAVING {self._item(having.item)} {having.operator} {self.names.value(having.value)}"
        if query.order:
            yield f"ORDER BY {self._item(query.order)}{' DESC' if query.descending else ''}"
        if query.limit:
            yield f"LIMIT {query.limit if query.limit == 1 else self.names.value(query.limit)}"

    def _qualified(self, table: str, name: str) -> str:
        return f"{self.names.table(self.tables[table])}.{name}" if self.query.joins else name

    def _column(self, column: Column) -> str:
        if column.kind is Kind.KEY:
            return self._qualified(column.table, self.names.key(self.tables[column.table]))
        return self._qualified(column.table, self.names.column(column))

    def _item(self, item: Item) -> str:
        if isinstance(item, Column):
            return self._column(item)
        if item.column is None:
            return f"{item.function}(*)"
        return f"{item.function}({'DISTINCT ' if item.distinct else ''}{self._column(item.column)})"

    def _condition(self, condition: Condition) -> str:
        if isinstance(condition, Membership):
            return self._membership(condition)
        name = self._column(condition.column)
        if isinstance(condition, ToAll):
            table = self.names.table(self.tables[condition.column.table])
            inner = f"SELECT {condition.function}({self.names.column(condition.column)}) FROM {table}"
            return f"{name} {condition.operator} ({inner})"
        return self._comparison(name, condition)

    def _comparison(self, name: str, condition: Comparison) -> str:
        values = [self.names.value(value) for value in condition.values]
        match condition.operator:
            case "BETWEEN":
                return f"{name} BETWEEN {values[0]} AND {values[1]}"
            case "IN" | "NOT IN":
                return f"{name} {condition.operator} ({', '.join(values)})"
            case "IS NULL" | "IS NOT NULL":
                return f"{name} {condition.operator}"
        return f"{name} {condition.operator} {values[0]}"

    def _membership(self, condition: Membership) -> str:
        key = self._qualified(condition.table.name, self.names.key(condition.table))
        other = self.names.table(condition.other)
        inner = f"SELECT {self.names.reference(condition.reference)} FROM {other}"
        if condition.inner:
            inner += f" WHERE {self._comparison(self.names.column(condition.inner.column), condition.inner)}"
        return f"{key} {'NOT IN' if condition.negated else 'IN'} ({inner})"


def tables_of(query: Query) -> list[Table]:
    """The tables of its FROM, without those of subqueries."""
    return [query.main, *(join.parent for join in query.joins)]


def difficulty_of(query: Query | Compound) -> int:
    """1, 2 or 3, by the number of parts beside one column of one table."""
    if isinstance(query, Compound):
        return 3 if query.left.conditions or query.right.conditions else 2
    parts = 0.5 * (len(query.items) > 1) + 0.5 * query.distinct + len(query.joins)
    parts += sum(1 if isinstance(one, Comparison) else 1.5 + 0.5 * _is_long(one) for one in query.conditions)
    parts += bool(query.group) + bool(query.having) + bool(query.order)
    parts += 0.5 * any(isinstance(item, Aggregate) and not query.group for item in query.items)
    return 1 if parts <= 1.5 else 2 if parts <= 2.5 else 3


def _is_long(condition: Condition) -> bool:
    return isinstance(condition, Membership) and condition.inner is not None


def trivially_wrong(query: Query | Compound) -> Iterator[Query | Compound]:
    """Queries with one part less: each must be told apart by the rows, or the lesson teaches nothing of that part."""
    if isinstance(query, Compound):
        yield query.left
        yield Compound(
            {"UNION": "INTERSECT", "INTERSECT": "UNION", "EXCEPT": "INTERSECT"}[query.operator], query.left, query.right
        )
        return
    for position in range(len(query.conditions)):
        yield replace(query, conditions=query.conditions[:position] + query.conditions[position + 1 :])
    if len(query.conditions) > 1:
        yield replace(query, connector="OR" if query.connector == "AND" else "AND")
    if query.distinct:
        yield replace(query, distinct=False)
    if query.having:
        yield replace(query, having=None)
    if query.limit:
        yield replace(query, limit=0)
    for condition in query.conditions:
        if isinstance(condition, Membership) and condition.inner:
            bare = replace(condition, inner=None)
            yield replace(query, conditions=tuple(bare if one is condition else one for one in query.conditions))
    counted = [item for item in query.items if isinstance(item, Aggregate) and item.distinct]
    if counted:
        yield replace(
            query, items=tuple(replace(one, distinct=False) if one in counted else one for one in query.items)
        )

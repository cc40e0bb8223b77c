"""Draws queries about a world, by composing parts."""

from __future__ import annotations

import random
from dataclasses import replace

from .sql_queries import (
    Aggregate,
    Comparison,
    Compound,
    Condition,
    Having,
    Item,
    Join,
    Membership,
    Query,
    ToAll,
    Value,
)
from .sql_worlds import Column, Kind, Table, World

FRAMES = {"rows": 0.50, "totals": 0.18, "groups": 0.26, "compounds": 0.06}
"""Shares of the kinds of query that are drawn, before difficulties are chosen among."""
_FUNCTIONS = ("COUNT", "SUM", "AVG", "MAX", "MIN")
_SIZES = (">", "<", ">=", "<=")


def draw_query(world: World, rng: random.Random) -> Query | Compound | None:
    """A query, or None where the dice gave one that makes no sense in this world."""
    frame = rng.choices(tuple(FRAMES), tuple(FRAMES.values()))[0]
    drawer = _Drawer(world, rng)
    if frame == "compounds":
        return drawer.compound()
    query = {"rows": drawer.rows, "totals": drawer.totals, "groups": drawer.groups}[frame]()
    return query if query is not None and _uses_all_tables(query) else None


def _uses_all_tables(query: Query) -> bool:
    """Whether every joined table is needed: an end of the chain of joins must be named somewhere."""
    items = [item.column if isinstance(item, Aggregate) else item for item in (*query.items, query.order)]
    items += [condition.column for condition in query.conditions if not isinstance(condition, Membership)]
    named = {item.table for item in [*items, query.group] if item is not None}
    named |= {join.child.name for join in query.joins if join.child is not query.main}
    return all(join.parent.name in named for join in query.joins)


class _Drawer:
    def __init__(self, world: World, rng: random.Random) -> None:
        self.world, self.rng = world, rng

    def rows(self) -> Query | None:
        """Columns of rows, perhaps filtered, sorted, the first of them."""
        rng = self.rng
        main, joins = self._source()
        tables = [main, *(join.parent for join in joins)]
        if not joins and rng.random() < 0.05:
            return Query(main, (), conditions=self._conditions(main, tables, rng.choice((1, 1, 2))))
        visible = [column for table in tables for column in table.columns]
        count = min(len(visible), 1 if rng.random() < 0.6 else 2)
        items = tuple(rng.sample(visible, count))
        conditions, connector = self._filters(main, tables)
        if any(isinstance(one, Comparison) and one.operator == "=" and one.column in items for one in conditions):
            return None  # nobody asks for what the question says
        base = Query(main, items, joins, conditions=conditions, connector=connector)
        if count == 1 and items[0].kind in (Kind.TRAIT, Kind.YEAR) and not items[0].nullable and rng.random() < 0.4:
            return replace(base, distinct=True)
        if rng.random() < 0.28:
            return self._sorted(base, visible)
        return base

    def _sorted(self, query: Query, columns: list[Column]) -> Query | None:
        orders = [column for column in columns if not column.nullable and column.kind is not Kind.TRAIT]
        numbers = [column for column in orders if column.kind.is_number]
        limited = bool(numbers) and self.rng.random() < 0.65
        if not (numbers if limited else orders):
            return None
        order = self.rng.choice(numbers if limited else orders)
        down = self.rng.random() < (0.6 if order.kind.is_number else 0.2)
        limit = (1 if self.rng.random() < 0.65 else self.rng.randint(2, 4)) if limited else 0
        return replace(query, order=order, descending=down, limit=limit)

    def totals(self) -> Query | None:
        """One row: numbers over all rows that meet the conditions."""
        rng = self.rng
        main, joins = self._source()
        conditions, connector = self._filters(main, [main, *(join.parent for join in joins)])
        items: list[Item] = [self._aggregate(main, among_groups=False)]
        if rng.random() < 0.12 and (second := self._aggregate(main, among_groups=False)) != items[0]:
            items.append(second)
        counted = {item.column for item in items if isinstance(item, Aggregate) and item.distinct}
        if any(condition.column in counted for condition in conditions if isinstance(condition, Comparison)):
            return None
        return Query(main, tuple(items), joins, conditions=conditions, connector=connector)

    def _aggregate(self, main: Table, *, among_groups: bool) -> Aggregate:
        numbers = [column for column in main.columns if column.kind.is_number and not column.nullable]
        function = self.rng.choices(_FUNCTIONS, (0.45, 0.12, 0.15, 0.15, 0.13))[0]
        traits = [column for column in main.columns if column.kind is Kind.TRAIT]
        if function == "COUNT" and traits and self.rng.random() < (0.1 if among_groups else 0.4):
            return Aggregate("COUNT", self.rng.choice(traits), distinct=True)
        fitting = [one for one in numbers if one.kind is Kind.MEASURE or function in ("MAX", "MIN")]
        if function == "COUNT" or not fitting:
            return Aggregate("COUNT")
        return Aggregate(function, self.rng.choice(fitting))

    def groups(self) -> Query | None:
        """Numbers for each value of a column, or for each row of a table that others refer to."""
        rng = self.rng
        main, joins = self._source()
        tables = [main, *(join.parent for join in joins)]
        choices = [one for table in tables for one in table.columns if one.kind is Kind.TRAIT and not one.nullable]
        named = [table for table in tables[1:] if any(column.kind is Kind.NAME for column in table.columns)]
        if named and rng.random() < 0.65:
            entity = rng.choice(named)
            shown = next(column for column in entity.columns if column.kind is Kind.NAME)
            group = Column(entity.name, entity.key, entity.singular, entity.plural, Kind.KEY, False, shown.draw)
        elif choices:
            group = shown = rng.choice(choices)
        else:
            return None
        conditions = self._conditions(main, tables, rng.choice((0, 0, 0, 1)))
        number = self._aggregate(main, among_groups=True)
        if number.column is not None and number.column.name == shown.name:
            return None
        base = Query(main, (shown, number), joins, conditions=conditions, group=group)
        narrowed = bool(joins or conditions)  # then a group without rows has the fewest, which no inner join finds
        shape = rng.choices(("each", "sorted", "top", "top alone", "having", "having too"), (4, 1, 1, 2.5, 2.5, 1))[0]
        if shape in ("having", "having too"):
            having = self._having(number)
            if narrowed and having.item.column is None and having.operator in ("<", "<="):
                return None
            other = self._aggregate(main, among_groups=True)
            if other.column == shown:
                return None
            return replace(base, items=(shown,) if shape == "having" else (shown, other), having=having)
        if shape == "each":
            return base
        if number.function in ("MAX", "MIN"):
            return None  # "the lowest highest price" is no question that people ask
        down = rng.random() < 0.65
        if narrowed and not down and shape != "sorted" and number.function in ("COUNT", "SUM"):
            return None
        if shape == "sorted":
            return replace(base, order=number, descending=down)
        return replace(base, items=base.items if shape == "top" else (shown,), order=number, descending=down, limit=1)

    def _having(self, number: Aggregate) -> Having:
        if number.column is None or number.distinct:
            operator = self.rng.choice((">", ">=", "<", "=", "<="))
            return Having(number, operator, self.rng.randint(2, 4) if operator != ">" else self.rng.randint(1, 3))
        value = self._constant(number.column)
        factor = self.rng.randint(1, 3) if number.function == "SUM" else 1
        return Having(number, self.rng.choice(_SIZES), int(value or 0) * factor)

    def compound(self) -> Compound | None:
        """Values of a column in rows of one kind and, or but not, in rows of another kind."""
        rng = self.rng
        columns = [
            one for table in self.world.tables for one in table.columns if one.kind is Kind.TRAIT and not one.nullable
        ]
        if not columns:
            return None
        left = rng.choice(columns)
        others = [one for one in columns if one.name == left.name and one.table != left.table]
        right = rng.choice(others) if others and rng.random() < 0.7 else left
        operator = (
            rng.choice(("UNION", "INTERSECT", "EXCEPT")) if right is not left else rng.choice(("INTERSECT", "EXCEPT"))
        )
        tables = {table.name: table for table in self.world.tables}
        queries = []
        for column in (left, right):
            table = tables[column.table]
            must = right is left
            conditions = self._conditions(table, [table], 1 if must or rng.random() < 0.3 else 0, simple=True)
            if any(condition.column == column for condition in conditions if isinstance(condition, Comparison)):
                return None
            queries.append(Query(table, (column,), conditions=conditions))
        if right is left and not (queries[0].conditions and queries[1].conditions):
            return None
        return Compound(operator, *queries)

    def _source(self) -> tuple[Table, tuple[Join, ...]]:
        """A table, perhaps joined with tables that it refers to."""
        rng = self.rng
        main = rng.choice(self.world.tables)
        joins: list[Join] = []
        if main.references and rng.random() < 0.55:
            joins.append(self._join(main, *rng.choice(main.references)))
            last = joins[0].parent
            more = [(main, one) for one in main.references if self.world.tables[one[1]] is not last]
            more += [(last, one) for one in last.references]
            if more and rng.random() < 0.2:
                child, reference = rng.choice(more)
                joins.append(self._join(child, *reference))
        return main, tuple(joins)

    def _join(self, child: Table, reference: str, position: int) -> Join:
        return Join(child, reference, self.world.tables[position])

    def _filters(self, main: Table, tables: list[Table]) -> tuple[tuple[Condition, ...], str]:
        count = self.rng.choices((0, 1, 2, 3), (0.22, 0.5, 0.24, 0.04))[0]
        conditions = self._conditions(main, tables, count)
        connector = "OR" if len(conditions) == 2 and self.rng.random() < 0.25 else "AND"
        return conditions, connector

    def _conditions(
        self, main: Table, tables: list[Table], count: int, *, simple: bool = False
    ) -> tuple[Condition, ...]:
        """Conditions on different columns; one on other tables comes last, as it does in the question."""
        found: list[Condition] = []
        columns = [column for table in tables for column in table.columns]
        for column in self.rng.sample(columns, min(count, len(columns))):
            numeric = column.kind.is_number and not column.nullable and column.table == main.name
            if not simple and numeric and self.rng.random() < 0.14:
                found.append(self._to_all(column))
            elif comparison := self._comparison(column):
                found.append(comparison)
        if found and not simple and self.rng.random() < 0.16 and (membership := self._membership(main)):
            found[-1] = membership
        return tuple(found)

    def _to_all(self, column: Column) -> ToAll:
        function = self.rng.choices(("AVG", "MAX", "MIN"), (0.7, 0.15, 0.15))[0]
        return ToAll(column, self.rng.choice((">", "<")) if function == "AVG" else "=", function)

    def _membership(self, table: Table) -> Membership | None:
        position = self.world.tables.index(table)
        others = [
            (other, name) for other in self.world.tables for name, referred in other.references if referred == position
        ]
        if not others:
            return None
        other, name = self.rng.choice(others)
        inner = self._comparison(self.rng.choice(other.columns)) if self.rng.random() < 0.5 else None
        return Membership(table, other, name, self.rng.random() < 0.45, inner)

    def _comparison(self, column: Column) -> Comparison | None:
        """A comparison with constants that the column holds."""
        rng = self.rng
        if column.nullable and rng.random() < 0.5:
            return Comparison(column, rng.choice(("IS NULL", "IS NOT NULL")))
        value = self._constant(column)
        if value is None:
            return None
        if isinstance(value, int):
            return self._of_number(column, value)
        return self._of_text(column, value)

    def _of_number(self, column: Column, value: int) -> Comparison:
        operator = self.rng.choices(("=", "<>", *_SIZES, "BETWEEN"), (0.12, 0.04, 0.24, 0.22, 0.12, 0.12, 0.14))[0]
        if column.nullable and operator == "<>":
            operator = ">"
        if operator != "BETWEEN":
            return Comparison(column, operator, (value,))
        other = self._constant(column)
        high = max(value, int(other or 0)) + (1 if other == value else 0)
        return Comparison(column, "BETWEEN", (min(value, int(other or 0)), high))

    def _of_text(self, column: Column, value: str) -> Comparison | None:
        rng = self.rng
        if column.kind is Kind.NAME:
            match rng.choices(("=", "<>", "starts", "ends", "contains"), (0.25, 0.07, 0.4, 0.14, 0.14))[0]:
                case "starts":
                    return Comparison(column, "LIKE", (f"{value[0]}%",))
                case "ends":
                    return Comparison(column, "LIKE", (f"%{value[-1]}",))
                case "contains":
                    return Comparison(column, "LIKE", (f"%{value[1:3]}%",))
                case operator:
                    return Comparison(column, operator, (value,))
        operator = rng.choices(("=", "<>", "IN", "NOT IN"), (0.66, 0.12, 0.16, 0.06))[0]
        if column.nullable and operator in ("<>", "NOT IN"):
            operator = "="
        if operator in ("=", "<>"):
            return Comparison(column, operator, (value,))
        other = self._constant(column)
        return None if other == value or other is None else Comparison(column, operator, (value, other))

    def _constant(self, column: Column) -> Value | None:
        """A value of the column in the database that the problem shows."""
        rows = self.world.connections[0].execute(f"SELECT {column.name} FROM {column.table}").fetchall()
        values = [value for (value,) in rows if value is not None]
        return self.rng.choice(values) if values else None

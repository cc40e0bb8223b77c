"""Spider's hardness of a query, easy to extra, counted as its official evaluation counts.

The official code parses a small language and needs the database's schema. What it then counts is structure alone, so
this reads any text that resembles a query, without a schema, and gives what the official code gives where that can read
it. Spider's paper names the counted components; their quirks are those of `evaluation.py` (a NOT counts like an
aggregate, and so does an AND or OR in HAVING).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum


class Hardness(StrEnum):
    """How hard a question is, by its gold query."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"
    EXTRA = "extra"


_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|[!<>]\s?=|<>|-?\d+(?:\.\d+)?|[\w.$]+|\S")
_AGGREGATES = frozenset(["max", "min", "count", "sum", "avg"])
_SET_OPERATIONS = frozenset(["intersect", "union", "except"])
_CLAUSES = ("select", "from", "where", "group", "having", "order", "limit")
_ENDS_OF_VALUE = _SET_OPERATIONS | {
    "select",
    "from",
    "where",
    "group",
    "order",
    "limit",
    "join",
    "on",
    "as",
    "and",
    ",",
}


@dataclass(slots=True, eq=False)
class _Group:
    """What stands in parentheses."""

    items: list[_Item] = field(default_factory=list)

    @property
    def is_query(self) -> bool:
        first = self.items[0] if self.items else ""
        return first.is_query if isinstance(first, _Group) else first == "select"


_Item = str | _Group
"""A token in lower case, or a group."""


@dataclass(slots=True)
class _Conditions:
    """What is counted of the conditions of a WHERE, HAVING or ON."""

    count: int = 0
    connectors: int = 0
    ors: int = 0
    likes: int = 0
    nots: int = 0
    queries: int = 0


def hardness(sql: str) -> Hardness:
    """The hardness of a query. Text that is none gives what little of it can be counted."""
    query, later_queries = _split_set_operation(_unwrap(_read(sql)))
    clauses = _split_clauses(query)
    where = _conditions(clauses["where"])
    having = _conditions(clauses["having"])
    joined = _split(clauses["from"], "join")
    join_conditions = [_conditions(_after_on(part)) for part in joined]
    conditions = [where, having, *join_conditions]

    components = sum(1 for clause in ("where", "group", "order", "limit") if clauses[clause])
    components += len(joined) - 1 if clauses["from"] else 0
    components += sum(each.ors + each.likes for each in conditions)
    nested = sum(each.queries for each in conditions) + later_queries
    return _grade(components, nested, _others(clauses, where, having))


def _grade(components: int, nested: int, others: int) -> Hardness:
    """The table of `eval_hardness`."""
    if nested == 0:
        if components <= 1 and others == 0:
            return Hardness.EASY
        if (components <= 1 and others <= 2) or (components <= 2 and others < 2):
            return Hardness.MEDIUM
        if (components <= 2 and others > 2) or (components == 3 and others <= 2):
            return Hardness.HARD
    elif nested == 1 and components <= 1 and others == 0:
        return Hardness.HARD
    return Hardness.EXTRA


def _others(clauses: dict[str, list[_Item]], where: _Conditions, having: _Conditions) -> int:
    """How many of these hold: several aggregates, columns, conditions, keys of groups."""
    columns = _split(_without(clauses["select"], "distinct"), ",")
    keys = _split(clauses["group"], ",")
    aggregates = sum(1 for column in columns if column and column[0] in _AGGREGATES)
    aggregates += sum(1 for key in keys if key and key[0] in _AGGREGATES)
    aggregates += sum(_aggregates_of_unit(unit) for unit in _split(clauses["order"], ","))
    aggregates += where.nots + having.nots + having.connectors
    return sum([aggregates > 1, len(columns) > 1, where.count + where.connectors > 1, len(keys) > 1])


def _aggregates_of_unit(unit: list[_Item]) -> int:
    """Aggregates in one key of ORDER BY, which may be in parentheses or an operation of two."""
    if len(unit) > 0 and isinstance(unit[0], _Group):
        return _aggregates_of_unit(unit[0].items)
    return sum(1 for item in unit if isinstance(item, str) and item in _AGGREGATES)


def _read(sql: str) -> list[_Item]:
    """Tokens in lower case, with parentheses as groups. Parentheses that do not match are closed at the end."""
    top: list[_Item] = []
    open_groups = [top]
    for token in _TOKEN.findall(sql):
        if token == "(":
            group = _Group()
            open_groups[-1].append(group)
            open_groups.append(group.items)
        elif token == ")":
            if len(open_groups) > 1:
                open_groups.pop()
        else:
            open_groups[-1].append(token.lower().replace(" ", "") if token[0] in "!<>" else token.lower())
    return top


def _unwrap(items: list[_Item]) -> list[_Item]:
    """A query that stands in parentheses, without them."""
    while items and isinstance(items[0], _Group) and items[0].is_query:
        items = [*items[0].items, *items[1:]]
    return items


def _split_set_operation(items: list[_Item]) -> tuple[list[_Item], int]:
    """The query before the first set operation, and whether one follows it (1) or not (0); a semicolon ends a query."""
    for i, item in enumerate(items):
        if item == ";":
            after = next((later for later in items[i:] if later != ";"), "")
            return items[:i], int(isinstance(after, str) and after in _SET_OPERATIONS)
        if isinstance(item, str) and item in _SET_OPERATIONS:
            return items[:i], 1
    return items, 0


def _split_clauses(items: list[_Item]) -> dict[str, list[_Item]]:
    clauses: dict[str, list[_Item]] = {clause: [] for clause in _CLAUSES}
    current: list[_Item] = []
    for item in items:
        if isinstance(item, str) and item in clauses:
            current = clauses[item]
        elif item != "by":
            current.append(item)
    return clauses


def _split(items: list[_Item], separator: str) -> list[list[_Item]]:
    parts: list[list[_Item]] = [[]]
    for item in items:
        if item == separator:
            parts.append([])
        else:
            parts[-1].append(item)
    return parts


def _without(items: list[_Item], word: str) -> list[_Item]:
    return [item for item in items if item != word]


def _after_on(items: list[_Item]) -> list[_Item]:
    return items[items.index("on") + 1 :] if "on" in items else []


def _conditions(items: list[_Item]) -> _Conditions:
    found = _Conditions()
    i = 0
    while i < len(items):
        found.count += 1
        i = _read_condition(items, i, found)
        if i < len(items) and items[i] in ("and", "or"):
            found.connectors += 1
            found.ors += items[i] == "or"
            i += 1
    return found


def _read_condition(items: list[_Item], i: int, found: _Conditions) -> int:
    """Count one condition that begins at `i`; the place of what follows it."""
    operator = ""
    while i < len(items) and items[i] not in ("and", "or"):
        item = items[i]
        i += 1
        if item == "not":
            found.nots += 1
        elif isinstance(item, str) and item in ("between", "=", ">", "<", ">=", "<=", "!=", "<>", "in", "like", "is"):
            operator = item
            break
        elif isinstance(item, _Group) and item.is_query:
            found.queries += 1
    if not operator:
        return i
    found.likes += operator == "like"
    i = _read_value(items, i, found)
    if operator == "between" and i < len(items) and items[i] == "and":
        i = _read_value(items, i + 1, found)
    # Leftovers of what the official code cannot read.
    while i < len(items) and items[i] not in ("and", "or"):
        i += 1
    return i


def _read_value(items: list[_Item], i: int, found: _Conditions) -> int:
    if i >= len(items):
        return i
    value = items[i]
    if isinstance(value, _Group):
        found.queries += value.is_query
        return i + 1
    if value[0] in "'\"" or _is_number(value):
        return i + 1
    # A column: the official code then skips all up to one of these, an OR with what follows it, too.
    while i < len(items) and not (isinstance(items[i], str) and items[i] in _ENDS_OF_VALUE):
        i += 1
    return i


def _is_number(token: str) -> bool:
    try:
        float(token)
    except ValueError:
        return False
    return True

"""Spider's hardness of a query, easy to extra, counted as its official evaluation counts.

The official code parses a small language and needs the database's schema. What it then counts is structure alone, so
this reads any text that resembles a query, without a schema, and gives what the official code gives where that can read
it. Spider's paper names the counted components; their quirks are those of `evaluation.py` (a NOT counts like an
aggregate, and so does an AND or OR in HAVING).
"""

import re
from collections import deque
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
_OPERATORS = frozenset(["between", "=", ">", "<", ">=", "<=", "!=", "<>", "in", "like", "is"])
_ENDS_OF_VALUE = _SET_OPERATIONS.union(_CLAUSES, ("join", "on", "as", "and", ",")) - {"having"}


@dataclass(slots=True, eq=False)
class _Group:
    """What stands in parentheses."""

    items: list["str | _Group"] = field(default_factory=list)


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
    where, having = _conditions(clauses["where"]), _conditions(clauses["having"])
    joined = _split(clauses["from"], "join")
    conditions = [where, having, *(_conditions(part[part.index("on") + 1 :]) for part in joined if "on" in part)]
    components = sum(1 for clause in ("where", "group", "order", "limit") if clauses[clause])
    components += len(joined) - 1 if clauses["from"] else 0
    components += sum(counts.ors + counts.likes for counts in conditions)
    nested = sum(counts.queries for counts in conditions) + later_queries
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
    columns = _split([item for item in clauses["select"] if item != "distinct"], ",")
    keys = _split(clauses["group"], ",")
    aggregates = sum(1 for part in (*columns, *keys) if part and part[0] in _AGGREGATES)
    aggregates += sum(map(_aggregates_of_key, _split(clauses["order"], ",")))
    aggregates += where.nots + having.nots + having.connectors
    return sum([aggregates > 1, len(columns) > 1, where.count + where.connectors > 1, len(keys) > 1])


def _aggregates_of_key(key: list[_Item]) -> int:
    """Aggregates in one key of ORDER BY, which may be in parentheses or an operation of two."""
    if key and isinstance(key[0], _Group):
        return _aggregates_of_key(key[0].items)
    return sum(1 for item in key if item in _AGGREGATES)


def _read(sql: str) -> list[_Item]:
    """Tokens in lower case, with parentheses as groups. Parentheses that do not match are closed at the end."""
    open_groups: list[list[_Item]] = [[]]
    for token in _TOKEN.findall(sql):
        if token == "(":
            group = _Group()
            open_groups[-1].append(group)
            open_groups.append(group.items)
        elif token != ")":
            open_groups[-1].append(token.lower().replace(" ", "") if token[0] in "!<>" else token.lower())
        elif len(open_groups) > 1:
            open_groups.pop()
    return open_groups[0]


def _is_query(item: _Item) -> bool:
    """Whether a query stands in these parentheses, or in more of them."""
    while isinstance(item, _Group):
        item = item.items[0] if item.items else ""
    return item == "select"


def _unwrap(items: list[_Item]) -> list[_Item]:
    """A query that stands in parentheses, without them."""
    while items and isinstance(items[0], _Group) and _is_query(items[0]):
        items = [*items[0].items, *items[1:]]
    return items


def _split_set_operation(items: list[_Item]) -> tuple[list[_Item], int]:
    """The query before the first set operation, and whether one follows it (1) or not (0); a semicolon ends a query."""
    for i, item in enumerate(items):
        if item == ";":
            return items[:i], int(next((later for later in items[i:] if later != ";"), "") in _SET_OPERATIONS)
        if item in _SET_OPERATIONS:
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


def _conditions(items: list[_Item]) -> _Conditions:
    counts = _Conditions()
    rest = deque(items)
    while rest:
        counts.count += 1
        _read_condition(rest, counts)
        if rest:
            counts.connectors += 1
            counts.ors += rest.popleft() == "or"
    return counts


def _read_condition(rest: deque[_Item], counts: _Conditions) -> None:
    """Count one condition and take it away; what is left begins with AND or OR."""
    operator = ""
    while rest and rest[0] not in ("and", "or") and not operator:
        item = rest.popleft()
        if isinstance(item, str) and item in _OPERATORS:
            operator = item
        counts.nots += item == "not"
        counts.queries += isinstance(item, _Group) and _is_query(item)
    counts.likes += operator == "like"
    if operator:
        _read_value(rest, counts)
    if operator == "between" and rest and rest[0] == "and":
        rest.popleft()
        _read_value(rest, counts)
    # Leftovers of what the official code cannot read.
    while rest and rest[0] not in ("and", "or"):
        rest.popleft()


def _read_value(rest: deque[_Item], counts: _Conditions) -> None:
    if not rest:
        return
    value = rest[0]
    if isinstance(value, _Group) or value[0] in "'\"" or _is_number(value):
        counts.queries += _is_query(rest.popleft())
        return
    # A column: the official code then skips all up to one of these, an OR with what follows it, too.
    while rest and rest[0] not in _ENDS_OF_VALUE:
        rest.popleft()


def _is_number(token: str) -> bool:
    try:
        float(token)
    except ValueError:
        return False
    return True

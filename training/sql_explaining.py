"""Says in canonical words what a query gives, clause by clause, and how two queries differ.

It works on any query that a model may write, right or wrong: what it cannot read, it says something short about. The
words are the same for a question's right query and for a model's query, so that comparing the two is comparing texts.
"""

from __future__ import annotations

from .sql_parts import Block, JoinedBy, Parts, plain, read

CORRECT = "Verdict: correct"
WRONG = "Verdict: wrong"
_MOST_DIFFERENCES = 3


def meaning(query: str) -> str:
    """What the query gives, as a phrase: its columns, tables, conditions, groups, order."""
    parts = read(query)
    return _meaning(parts) if parts is not None else "something that cannot be read"


def explain(query: str) -> str:
    """A line for each clause, and what the query returns."""
    parts = read(query)
    if parts is None:
        return "The query cannot be read: its syntax is wrong."
    lines = _clauses(parts.first)
    for operator, block in parts.more:
        lines += [f"{operator}: {_SETS[operator]}.", *_clauses(block)]
    return "\n".join([*lines, f"The query returns {_meaning(parts)}."])


def columns_reply(query: str, names: tuple[str, ...] = ()) -> str:
    """The reply to being asked, before any query, for the columns that the answer must have.

    Args:
        query: the right query.
        names: the names of its columns where its text does not tell them, because it selects ``*``.
    """
    parts = read(query)
    if parts is None:
        raise ValueError(f"a right query must be readable: {query}")
    equal = "Equal rows may occur." if _may_repeat(parts) else "No two rows are equal."
    columns = names or parts.first.columns
    return f"The question asks for {_meaning(parts)}. {equal}\nColumns: {len(columns)} ({', '.join(columns)})"


def judge(query: str, right_query: str, right: bool) -> str:
    """Whether a query answers the question that `right_query` answers, and what differs, with a verdict line."""
    wanted = read(right_query)
    if right:
        return f"They agree: {_meaning(wanted) if wanted else 'the rows are the same'}.\n{CORRECT}"
    given = read(query)
    if wanted is None:
        return f"The query gives other rows than the question asks for.\n{WRONG}"
    if given is None:
        return f"The query is not valid SQL.\n{WRONG}"
    differences = _differences(given, wanted)[:_MOST_DIFFERENCES]
    return " ".join(differences or ["The query gives other rows than the question asks for."]) + f"\n{WRONG}"


_SETS = {
    "UNION": "rows of either, each once",
    "UNION ALL": "all rows of both",
    "INTERSECT": "rows that both have",
    "EXCEPT": "rows of the first that the second has not",
}
_WORDS = {"UNION": "or", "UNION ALL": "and all", "INTERSECT": "and also", "EXCEPT": "but not"}


def _meaning(parts: Parts) -> str:
    words = _block_meaning(parts.first)
    for operator, block in parts.more:
        words += f", {_WORDS[operator]} {_block_meaning(block)}"
    return words


def _block_meaning(block: Block) -> str:
    words = f"{'different ' if block.distinct else ''}{', '.join(block.columns)} of {block.source}"
    if block.conditions:
        words += f" where {_joined(block)}"
    if block.groups:
        words += f", for each {', '.join(block.groups)}"
    if block.having:
        words += f", with {' and '.join(block.having)}"
    if block.orders:
        words += f", sorted by {', '.join(block.orders)}"
    return words + (f", first {block.limit}" if block.limit else "")


def _clauses(block: Block) -> list[str]:
    """A line for each clause that needs one."""
    lines = []
    if block.joins:
        joined = ", ".join(map(_compared, block.joins))
        lines.append(f"FROM {' JOIN '.join(block.tables)}: {joined}.")
    else:
        lines.append(f"FROM {', '.join(block.tables)}." if block.tables else "No FROM.")
    if block.conditions:
        lines.append(f"WHERE: {_joined(block)}.")
    if block.groups:
        lines.append(f"GROUP BY: one row for each {', '.join(block.groups)}.")
    if block.having:
        lines.append(f"HAVING: {' and '.join(block.having)}.")
    if block.orders:
        lines.append(f"ORDER BY: {', '.join(block.orders)}.")
    if block.limit:
        lines.append(f"LIMIT: first {block.limit}.")
    count = len(block.columns)
    kind = "SELECT DISTINCT" if block.distinct else "SELECT"
    lines.append(f"{kind}: {count} column{'' if count == 1 else 's'}: {', '.join(block.columns)}.")
    return lines


def _compared(join: JoinedBy) -> str:
    return f"{join.left} is compared with {join.right}" if join.left else "no columns are compared"


def _joined(block: Block) -> str:
    return f" {block.connector} ".join(block.conditions)


def _may_repeat(parts: Parts) -> bool:
    """Whether the result may have equal rows, as far as its syntax tells."""
    block = parts.first
    if parts.more:
        return parts.more[-1][0] == "UNION ALL"
    if block.distinct or block.limit == "1" or block.columns == ("all columns",):
        return False
    if block.groups:
        return not set(block.groups) <= set(block.columns)
    return not block.is_one_row


def _differences(given: Parts, wanted: Parts) -> list[str]:
    """Sentences that name what differs, the most telling first."""
    if [operator for operator, _ in given.more] != [operator for operator, _ in wanted.more]:
        kinds = [" ".join(operator for operator, _ in parts.more) or "one SELECT" for parts in (wanted, given)]
        return [f"The question asks for {kinds[0]}, the query is {kinds[1]}."]
    found: list[str] = []
    blocks = zip([given.first, *(b for _, b in given.more)], [wanted.first, *(b for _, b in wanted.more)], strict=True)
    for one, right in blocks:
        found += _block_differences(one, right)
    return list(dict.fromkeys(found))


def _block_differences(given: Block, wanted: Block) -> list[str]:
    found: list[str] = []
    missing = [table for table in wanted.tables if table not in given.tables]
    extra = [table for table in given.tables if table not in wanted.tables]
    if missing and extra and len(wanted.tables) == len(given.tables):
        found.append(f"The question asks for {', '.join(missing)}, the query reads {', '.join(extra)}.")
    else:
        found += [f"A table is missing: {table}." for table in missing]
        found += [f"A table is too many: {table}." for table in extra]
    if not found and set(given.joins) != set(wanted.joins):
        right = ", ".join(f"{one.left} with {one.right}" for one in wanted.joins)
        found.append(f"The join must compare {right}.")
    found += _column_differences(given, wanted)
    found += _condition_differences(given, wanted)
    found += _list_difference("grouped by", given.groups, wanted.groups)
    found += _list_difference("kept as groups with", given.having, wanted.having)
    found += _list_difference("sorted by", given.orders, wanted.orders)
    if given.limit != wanted.limit:
        found.append(f"The query must give the first {wanted.limit}." if wanted.limit else "There must be no LIMIT.")
    return found


def _column_differences(given: Block, wanted: Block) -> list[str]:
    found = []
    one, right = tuple(map(plain, given.columns)), tuple(map(plain, wanted.columns))
    if len(one) != len(right):
        found.append(f"The question asks for {_count(wanted)}, the query gives {_count(given)}.")
    elif one != right and sorted(one) == sorted(right):
        found.append(f"The order of the columns must be {', '.join(wanted.columns)}.")
    elif one != right:
        pairs = [pair for pair in zip(wanted.columns, given.columns, strict=True) if plain(pair[0]) != plain(pair[1])]
        found.append(f"The question asks for {pairs[0][0]}, the query gives {pairs[0][1]}.")
    if given.distinct != wanted.distinct:
        found.append("Equal rows must be dropped." if wanted.distinct else "Equal rows must be kept.")
    return found


def _count(block: Block) -> str:
    count = len(block.columns)
    return f"{count} column{'' if count == 1 else 's'} ({', '.join(block.columns)})"


def _condition_differences(given: Block, wanted: Block) -> list[str]:
    have, need = set(map(plain, given.conditions)), set(map(plain, wanted.conditions))
    missing = [one for one in wanted.conditions if plain(one) not in have]
    extra = [one for one in given.conditions if plain(one) not in need]
    if missing and extra:
        return [f"The condition must be {missing[0]}, not {extra[0]}."]
    found = [f"A condition is missing: {one}." for one in missing] + [
        f"A condition is too many: {one}." for one in extra
    ]
    if not found and len(wanted.conditions) > 1 and given.connector != wanted.connector:
        found.append(f"The conditions must be joined by {wanted.connector}, not {given.connector}.")
    return found


def _list_difference(what: str, given: tuple[str, ...], wanted: tuple[str, ...]) -> list[str]:
    if tuple(map(plain, given)) == tuple(map(plain, wanted)):
        return []
    if not wanted:
        return [f"The rows must not be {what} {', '.join(given)}."]
    instead = f", not {', '.join(given)}" if given else ""
    return [f"The rows must be {what} {', '.join(wanted)}{instead}."]

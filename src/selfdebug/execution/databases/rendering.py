"""A schema as CREATE TABLE statements for a prompt, within a budget of characters.

Not for running: it is written to be read. Types and names are the database's own.
"""

import re
from collections.abc import Iterable

from selfdebug.execution.databases.names import qualified, quote
from selfdebug.execution.databases.schema import Column, Schema, TableSchema

DEFAULT_CHARACTERS = 24_000
"""About 6000 tokens."""
MAX_VALUE_CHARACTERS = 40


def render(
    schema: Schema,
    *,
    words: Iterable[str] | str = (),
    first_rows: int = 1,
    characters: int = DEFAULT_CHARACTERS,
) -> str:
    """Write a schema as CREATE TABLE statements.

    When not all fits, detail goes in this order: first rows, then comments, then, for the tables that share
    the fewest words with the question, everything but the name. The tables keep the database's order.

    Args:
        schema: What to write.
        words: The question, or words of it, by which tables are ranked. Tables that a relevant one refers to
            count too.
        first_rows: How many first rows each table shows at most, as comment lines.
        characters: The budget. It is exceeded only where the list of names alone does not fit: that is cut
            and says so.

    Returns:
        The text, without a closing newline.
    """
    details = ((first_rows, True), (0, True), (0, False))
    levels = [[_table(table, schema.dialect, *detail) for table in schema.tables] for detail in details]
    if _length(levels[0]) <= characters:
        return "\n\n".join(levels[0])
    order = _by_relevance(schema.tables, words)
    names = [qualified(table.schema, table.name, schema.dialect) for table in schema.tables]
    # The list of the other names gets up to a third; then the most relevant tables get the best level that
    # still fits.
    left = characters - min(sum(len(name) + 2 for name in names), characters // 3) - 100
    chosen: dict[int, str] = {}
    for level in reversed(levels):
        for i in order:
            text = level[i]
            # A table that was left out when only its columns were asked for stays out.
            if level is not levels[2] and i not in chosen:
                continue
            cost = len(text) - len(chosen[i]) if i in chosen else len(text) + 2
            if cost <= left:
                left -= cost
                chosen[i] = text
    shown = [chosen[i] for i in sorted(chosen)]
    rest = [names[i] for i in range(len(names)) if i not in chosen]
    return "\n\n".join([*shown, *_list_of_names(rest, characters - _length(shown))])


def _length(texts: list[str]) -> int:
    return sum(len(text) + 2 for text in texts)


def _list_of_names(names: list[str], characters: int) -> list[str]:
    if not names:
        return []
    text = f"-- {len(names)} more tables, columns not shown: "
    for shown, name in enumerate(names):
        if len(text) + len(name) + len(", and 1000 others") > characters:
            return [f"{text.rstrip(', ')}, and {len(names) - shown} others"]
        text += name + ", "
    return [text.rstrip(", ")]


def _by_relevance(tables: tuple[TableSchema, ...], words: Iterable[str] | str) -> list[int]:
    """Indices of tables, most relevant first: a shared word in the table's name counts 3, in a column's 1."""
    wanted = _stems(words if isinstance(words, str) else " ".join(words))
    scores = [
        3.0 * len(wanted & _stems(table.name))
        + len(wanted & _stems(" ".join(column.name for column in table.columns)))
        + 0.5 * len(wanted & _stems(" ".join([table.comment or "", *(c.comment or "" for c in table.columns)])))
        for table in tables
    ]
    position = {table.name: i for i, table in enumerate(tables)}
    bonus = [0.0] * len(tables)
    for i, table in enumerate(tables):
        for key in table.foreign_keys:
            j = position.get(key.table)
            if j is not None and j != i:
                # Half of a neighbour's score: joins go through tables that the question does not name.
                bonus[j] = max(bonus[j], scores[i] / 2)
                bonus[i] = max(bonus[i], scores[j] / 2)
    return sorted(range(len(tables)), key=lambda i: (-(scores[i] + bonus[i]), i))


def _stems(text: str) -> set[str]:
    """Lower-case words, camelCase and snake_case split, with a plural's ending taken off."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_]+|\d+", text)
    stems = set()
    for word in map(str.lower, words):
        if len(word) > 2:
            stem = re.sub(r"ies$", "y", word) if len(word) > 4 else word
            stems.add(stem[:-1] if stem.endswith("s") and not stem.endswith("ss") else stem)
    return stems


def _table(table: TableSchema, dialect: str, first_rows: int, comments: bool) -> str:
    key_inline = table.primary_key if len(table.primary_key) == 1 else ()
    entries = [(_column(column, dialect, key_inline), column.comment) for column in table.columns]
    if len(table.primary_key) > 1:
        entries.append((f"PRIMARY KEY ({_names(table.primary_key, dialect)})", None))
    for key in table.foreign_keys:
        referred = f" ({_names(key.referred, dialect)})" if key.referred else ""
        text = f"FOREIGN KEY ({_names(key.columns, dialect)}) REFERENCES {quote(key.table, dialect)}{referred}"
        entries.append((text, None))
    lines = [f"CREATE {'VIEW' if table.is_view else 'TABLE'} {qualified(table.schema, table.name, dialect)} ("]
    if comments and table.comment:
        lines.insert(0, f"-- {_one_line(table.comment, 200)}")
    for i, (text, comment) in enumerate(entries):
        comma = "," if i < len(entries) - 1 else ""
        remark = f"  -- {_one_line(comment, 120)}" if comments and comment else ""
        lines.append(f"    {text}{comma}{remark}")
    lines.append(");")
    if table.first_rows and first_rows:
        rows = table.first_rows[:first_rows]
        lines.append("-- First row:" if len(rows) == 1 else f"-- First {len(rows)} rows:")
        lines += [f"-- ({', '.join(_value(value) for value in row)})" for row in rows]
    return "\n".join(lines)


def _column(column: Column, dialect: str, primary_key: tuple[str, ...]) -> str:
    text = f"{quote(column.name, dialect)} {_one_line(column.type, 80)}".rstrip()
    if column.name in primary_key:
        return text + " PRIMARY KEY"
    return text if column.nullable else text + " NOT NULL"


def _names(names: tuple[str, ...], dialect: str) -> str:
    return ", ".join(quote(name, dialect) for name in names)


def _value(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case bool() | int() | float():
            return str(value)
        case bytes():
            return f"<{len(value)} bytes>"
        case str():
            return "'" + _one_line(value, MAX_VALUE_CHARACTERS).replace("'", "''") + "'"
        case _:
            return _one_line(str(value), MAX_VALUE_CHARACTERS)


def _one_line(text: str, characters: int) -> str:
    """Text that cannot leave its comment line, cut."""
    flat = "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
    return flat if len(flat) <= characters else flat[: characters - 3] + "..."

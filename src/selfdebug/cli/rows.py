"""A query's result on a terminal or in a stream: values as the database's own client writes them."""

from __future__ import annotations

import datetime
import decimal
import json
import math

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from selfdebug.query_outcome import QueryOutcome
from selfdebug.safe_text import shortened

_ROWS, _CHARACTERS = 30, 60
_RECORD_LINES = 200
"""About so many lines at most where each row takes several."""
_COLUMN_CHARACTERS = 20
"""A column of a table may be folded to this width; where not even that fits, rows are shown as records."""


def show_rows(outcome: QueryOutcome, dialect: str, console: Console) -> None:
    """Show the first rows of a result, or its error.

    On a terminal they are a table, or, where it is too wide for that, records: one value below the other. Elsewhere
    each row is a line.

    Args:
        outcome: what the query gave.
        dialect: sqlite, duckdb, postgres or mysql; says how values are written.
        console: where to.
    """
    if outcome.error is not None:
        console.print(Text(shortened(str(outcome.error), 3, 300), "red"))
        return
    names = [shortened(name, 1, _CHARACTERS) for name in outcome.columns]
    rows = [[_cell(value, dialect) for value in row] for row in outcome.rows[:_ROWS]]
    if not console.is_terminal:
        for row in [names, *([cell.plain for cell in row] for row in rows)]:
            console.print(Text(" | ".join(row)), soft_wrap=True)
    elif rows and _is_too_wide(names, rows, console.width):
        rows = rows[: max(1, _RECORD_LINES // len(names))]
        _show_records(names, rows, console)
    else:
        _show_table(outcome, names, rows, console)
    left = len(outcome.rows) - len(rows)
    if not rows:
        console.print("(no rows)", style="dim")
    elif left or outcome.truncated:
        more = f"… {left} more row{'' if left == 1 else 's'}"
        more += " were read, and there are others" if outcome.truncated else ""
        console.print(f"{more}; --json has all that were read.", style="dim")


def _is_too_wide(names: list[str], rows: list[list[Text]], width: int) -> bool:
    widths = [max(cell_len(text) for text in (name, *(row[i].plain for row in rows))) for i, name in enumerate(names)]
    return sum(min(width, _COLUMN_CHARACTERS) for width in widths) + 3 * (len(names) - 1) > width


def _show_table(outcome: QueryOutcome, names: list[str], rows: list[list[Text]], console: Console) -> None:
    table = Table(show_edge=False, header_style="bold")
    for index, name in enumerate(names):
        values = [row[index] for row in outcome.rows[:_ROWS] if row[index] is not None]
        numbers = values and all(type(value) in (int, float, decimal.Decimal) for value in values)
        table.add_column(Text(name), justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _show_records(names: list[str], rows: list[list[Text]], console: Console) -> None:
    for number, row in enumerate(rows, 1):
        console.print(Text(f"── row {number} ──", "dim"))
        record = Table.grid(padding=(0, 2, 0, 0))
        record.add_column(max_width=console.width // 2, overflow="fold", style="bold")
        record.add_column(overflow="fold")
        for name, cell in zip(names, row, strict=True):
            record.add_row(Text(name), cell)
        console.print(record)


def _cell(value: object, dialect: str) -> Text:
    """A value in one short line. NULL is dim, and the text of these four letters is in quotes."""
    if value is None:
        return Text("NULL", "dim italic")
    text = "'NULL'" if value == "NULL" else written(value, dialect)
    return Text(shortened(text.replace("\n", " "), 1, _CHARACTERS))


def written(value: object, dialect: str) -> str:
    """A value as the client of its database writes it.

    Args:
        value: of a result.
        dialect: sqlite, duckdb, postgres or mysql.
    """
    match value:
        case bool():
            return str(value).lower()
        case float():
            return _number(value, dialect)
        case decimal.Decimal():
            return format(value, "f") if value.is_finite() else str(value)
        case bytes():
            return rf"\x{value.hex()}" if dialect == "postgres" else f"x'{value.hex()}'"
        case datetime.timedelta():
            return _interval(value, dialect)
        case list() | dict():
            return json.dumps(value, ensure_ascii=False, default=lambda inner: written(inner, dialect))
        case _:
            return str(value)


def _number(value: float, dialect: str) -> str:
    if not math.isfinite(value):
        words = {"sqlite": ("Inf", "NaN"), "postgres": ("Infinity", "NaN")}.get(dialect, ("inf", "nan"))
        return words[1] if math.isnan(value) else ("-" if value < 0 else "") + words[0]
    # SQLite shows 15 digits, the others as many as tell the number from all others.
    digits, _, exponent = (f"{value:.15g}" if dialect == "sqlite" else repr(value)).partition("e")
    if dialect == "sqlite":
        digits = digits if "." in digits else f"{digits}.0"
    elif dialect in ("postgres", "mysql"):
        digits = digits.removesuffix(".0")
    if not exponent:
        return digits
    return f"{digits}e{int(exponent) if dialect == 'mysql' else exponent}"


def _interval(value: datetime.timedelta, dialect: str) -> str:
    sign = "-" if value < datetime.timedelta() else ""
    value = abs(value)
    seconds = value.seconds + (24 * 3600 * value.days if dialect == "mysql" else 0)
    fraction = f".{value.microseconds:06}".rstrip("0") if value.microseconds else ""
    time = f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"
    if dialect == "mysql" or not value.days:
        return time
    days = f"{sign}{value.days} day{'' if value.days == 1 else 's'}"
    return days if value == datetime.timedelta(value.days) else f"{days} {time}"

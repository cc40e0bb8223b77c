"""A database's schema as plain, frozen data. `engines` read it, `rendering` writes it for prompts."""

from dataclasses import dataclass

from selfdebug.query_outcome import Row


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table or a view."""

    name: str
    type: str
    """As the engine writes it; empty where SQLite was given none."""
    nullable: bool = True
    default: str | None = None
    """An SQL expression."""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns that refer to another table's columns, pairwise."""

    columns: tuple[str, ...]
    table: str
    referred: tuple[str, ...]
    """Empty where the engine does not say; then it is the other table's primary key."""


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table or a view."""

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    comment: str | None = None
    schema: str | None = None
    """The schema it lies in, or None for the default one."""
    is_view: bool = False
    first_rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """All tables and views that a query can name."""

    tables: tuple[TableSchema, ...]
    dialect: str
    """sqlglot's name: sqlite, duckdb, postgres or mysql. It decides how names are quoted."""

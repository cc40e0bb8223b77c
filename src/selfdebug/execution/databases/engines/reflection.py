"""The catalogue of a database server, read by SQLAlchemy's inspector: a few queries for all tables."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.engine.reflection import Inspector, ObjectKind, ObjectScope
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from sqlalchemy.types import NullType

from selfdebug.execution.databases.schema import Column, ForeignKey, TableSchema

Types = Mapping[tuple[str | None, str, str], str]
"""The database's own names of types, by schema (None: the default one), table and column."""


def read_tables(connection: Connection, schemas: list[str | None], types: Types) -> list[TableSchema]:
    """Tables and views of these schemas (None: the default one), without rows.

    Args:
        connection: to read by.
        schemas: which to read.
        types: names for the types that SQLAlchemy does not know.
    """
    inspector = inspect(connection)
    return [table for schema in schemas for table in _tables_of(inspector, schema, types)]


def _tables_of(inspector: Inspector, schema: str | None, types: Types) -> list[TableSchema]:
    wanted: dict[str, Any] = {"schema": schema, "kind": ObjectKind.ANY, "scope": ObjectScope.DEFAULT}
    with warnings.catch_warnings():
        # "Did not recognize type": the database's own name stands in for it.
        warnings.simplefilter("ignore", SAWarning)
        columns = inspector.get_multi_columns(**wanted)
    primary_keys: Any = inspector.get_multi_pk_constraint(**wanted)
    foreign_keys = inspector.get_multi_foreign_keys(**wanted)
    comments: Any = inspector.get_multi_table_comment(**wanted)
    views = {*inspector.get_view_names(schema)}
    if inspector.dialect.name == "postgresql":
        views |= {*inspector.get_materialized_view_names(schema)}
    return [
        TableSchema(
            _plain(key[1]),
            tuple(_column(inspector, column, types.get((schema, key[1], column["name"]))) for column in columns[key]),
            tuple(map(_plain, primary_keys.get(key, {}).get("constrained_columns") or ())),
            tuple(_foreign_key(foreign) for foreign in foreign_keys.get(key) or ()),
            (comments.get(key) or {}).get("text") or None,
            schema,
            key[1] in views,
        )
        for key in sorted(columns, key=lambda key: key[1])
    ]


def _column(inspector: Inspector, column: Any, own: str | None) -> Column:
    kind = column["type"]
    try:
        written = kind.compile(dialect=inspector.dialect)
    except SQLAlchemyError:
        written = ""
    if not written or isinstance(getattr(kind, "item_type", kind), NullType):
        written = own or ""
    default, comment = column.get("default"), column.get("comment")
    return Column(_plain(column["name"]), _plain(written), bool(column.get("nullable", True)), default, comment or None)


def _foreign_key(foreign: Any) -> ForeignKey:
    columns, referred = foreign["constrained_columns"], foreign["referred_columns"]
    return ForeignKey(tuple(map(_plain, columns)), _plain(foreign["referred_table"]), tuple(map(_plain, referred)))


def _plain(text: str) -> str:
    """SQLAlchemy hands out texts of a class of its own, which no other process may read."""
    return "".join(text)

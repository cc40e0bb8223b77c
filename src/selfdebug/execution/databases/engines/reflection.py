"""The catalogue of a database server, read by SQLAlchemy's inspector: a few queries for all tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.engine.reflection import Inspector, ObjectKind, ObjectScope
from sqlalchemy.exc import SQLAlchemyError

from selfdebug.execution.databases.schema import Column, ForeignKey, Table


def read_tables(connection: Connection, schemas: list[str | None]) -> list[Table]:
    """Tables and views of these schemas (None: the default one), without rows."""
    inspector = inspect(connection)
    return [table for schema in schemas for table in _tables_of(inspector, schema)]


def _tables_of(inspector: Inspector, schema: str | None) -> list[Table]:
    wanted: dict[str, Any] = {"schema": schema, "kind": ObjectKind.ANY, "scope": ObjectScope.DEFAULT}
    columns = inspector.get_multi_columns(**wanted)
    primary_keys: Any = inspector.get_multi_pk_constraint(**wanted)
    foreign_keys = inspector.get_multi_foreign_keys(**wanted)
    comments: Any = inspector.get_multi_table_comment(**wanted)
    views = {*inspector.get_view_names(schema)}
    if inspector.dialect.name == "postgresql":
        views |= {*inspector.get_materialized_view_names(schema)}
    return [
        Table(
            key[1],
            tuple(_column(inspector, column) for column in columns[key]),
            tuple(primary_keys.get(key, {}).get("constrained_columns") or ()),
            tuple(_foreign_key(foreign) for foreign in foreign_keys.get(key) or ()),
            (comments.get(key) or {}).get("text") or None,
            schema,
            key[1] in views,
        )
        for key in sorted(columns, key=lambda key: key[1])
    ]


def _column(inspector: Inspector, column: Any) -> Column:
    try:
        kind = column["type"].compile(dialect=inspector.dialect)
    except SQLAlchemyError:
        kind = str(column["type"])
    default, comment = column.get("default"), column.get("comment")
    return Column(column["name"], kind, bool(column.get("nullable", True)), default, comment or None)


def _foreign_key(foreign: Any) -> ForeignKey:
    columns, referred = foreign["constrained_columns"], foreign["referred_columns"]
    return ForeignKey(tuple(columns), foreign["referred_table"], tuple(referred))

"""What database servers share: connecting again, a transaction for each query, and the catalogue.

The catalogue is read by SQLAlchemy's inspector: a few queries for all tables.
"""

import warnings
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.engine.reflection import Inspector, ObjectKind, ObjectScope
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import NullType

from selfdebug.execution.databases.address import DatabaseAddress
from selfdebug.execution.databases.engines import Engine
from selfdebug.execution.databases.errors import DatabaseError, DatabaseUnreachableError
from selfdebug.execution.databases.fetching import EngineError
from selfdebug.execution.databases.limits import QueryLimits
from selfdebug.execution.databases.schema import Column, ForeignKey, TableSchema
from selfdebug.query_outcome import QueryErrorKind

CONNECT_SECONDS = 10

Types = Mapping[tuple[str | None, str, str], str]
"""The database's own names of types, by schema (None: the default one), table and column."""


class ServerEngine(Engine):
    """One connection to a database server."""

    def __init__(self, address: DatabaseAddress, limits: QueryLimits) -> None:
        self._address = address
        seconds = {"connect_timeout": CONNECT_SECONDS}
        self._alchemy = create_engine(address.url or "", poolclass=NullPool, connect_args=seconds)
        self._connection: Any = self._connect()

    @abstractmethod
    def _connect(self) -> Any:
        """Open the driver's connection for queries.

        Raises:
            DatabaseError: The server cannot be reached, or refuses.
        """

    @abstractmethod
    def _is_open(self) -> bool:
        """Whether the connection can be used, as far as the driver knows."""

    @abstractmethod
    def _drop(self) -> None:
        """Let go of the connection; the next query opens another."""

    @abstractmethod
    def _start(self, limits: QueryLimits) -> None:
        """Open a read-only transaction with a time limit."""

    @abstractmethod
    def _reflect(self, connection: Connection) -> list[TableSchema]:
        """Read the catalogue with SQLAlchemy, without rows."""

    @abstractmethod
    def _why_unreachable(self, error: BaseException) -> str:
        """What an error of connecting means and what to do: how a sentence goes on that begins with the database."""

    def _unreachable(self, error: BaseException) -> DatabaseError:
        return DatabaseUnreachableError(f"{self._address.label} {self._why_unreachable(error)}")

    def _driver_arguments(self, **more: Any) -> tuple[Any, dict[str, Any]]:
        """What SQLAlchemy would give to the driver for the URL, and more."""
        arguments, keywords = self._alchemy.dialect.create_connect_args(self._alchemy.url)
        return arguments, {**keywords, "connect_timeout": CONNECT_SECONDS, "autocommit": True, **more}

    def _begin(self, limits: QueryLimits) -> None:
        """Open the transaction; on a new connection, should the server have dropped the old one."""
        if not self._is_open():
            self._reconnect()
        try:
            self._start(limits)
        except Exception as error:
            if not self._was_dropped(error):
                raise
            self._reconnect()
            self._start(limits)

    def _was_dropped(self, error: Exception) -> bool:
        """Whether an error came of a connection that the server has ended."""
        return not self._is_open()

    def _reconnect(self) -> None:
        self._drop()
        try:
            self._connection = self._connect()
        except DatabaseError as error:
            raise EngineError(QueryErrorKind.FAILED, error.message) from None

    def _tables(self) -> list[TableSchema]:
        try:
            with self._alchemy.connect() as connection:
                return self._reflect(connection)
        except SQLAlchemyError as error:
            raise self._unreachable(getattr(error, "orig", None) or error) from None

    def close(self) -> None:
        self._drop()
        self._alchemy.dispose()


def read_tables(connection: Connection, schemas: list[str | None], types: Types) -> list[TableSchema]:
    """Tables and views of these schemas (None: the default one), without rows.

    What `types` says stands in for types that SQLAlchemy does not know.
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

"""The base of stores: tables of one part of a database, and how they are read and closed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import sqlalchemy

from selfdebug.storage.batches import Batches
from selfdebug.storage.database import Migration, create_tables, open_database, reporting, shown_url


class Store:
    """The tables of one part of a database. Use it as a context manager.

    Attributes:
        engine: the database, for other parts that keep tables of their own in it (`database.create_tables`).
    """

    def __init__(
        self,
        url_or_path: str | Path | None,
        part: str,
        tables: sqlalchemy.MetaData,
        migrations: Sequence[Migration] = (),
    ) -> None:
        """Open it, and make or migrate its tables; see `create_tables`.

        Args:
            url_or_path: an SQLAlchemy URL, or the path of a SQLite file; default: `default_path()`.
            part: name of what it stores.
            tables: in the present layout.
            migrations: one for each older layout.

        Raises:
            StoreError: it cannot be opened, or a newer selfdebug made it.
        """
        self.engine = open_database(url_or_path)
        create_tables(self.engine, part, tables, migrations)
        self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._batches: list[Batches[Any, Any]] = []
        """Closed with the store."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({shown_url(self.engine.url)!r})"

    def close(self) -> None:
        """Finish what is being written, and let go of the database."""
        for batches in self._batches:
            batches.close()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _fetch(self, query: Any) -> list[Any]:
        """All rows of a query, as mappings from the names of columns; read outside of any transaction."""
        with reporting(self.engine), self._reading.connect() as connection:
            return list(connection.execute(query).mappings())

"""Where replies and runs are kept: SQLite by default, or any database that SQLAlchemy knows.

    with ReplyStore("store.db") as store:  # selfdebug.storage.replies
        ...

`batches` reads and writes for an event loop; `database` has the base of every store, opens databases, makes and
migrates tables, and turns errors into sentences; `stored_request` has the keys of replies, and the protocol through
which models see a store; `replies` keeps replies. `selfdebug.runs` keeps its runs in tables of its own.
"""

from pathlib import Path


class StoreError(Exception):
    """The store cannot be opened, read or written. Not a failure of a model."""


def default_path() -> Path:
    """Where replies and runs are kept unless somebody names another place.

    Returns:
        `store.db` in the user's data folder, such as ~/.local/share/selfdebug.
    """
    import platformdirs

    return Path(platformdirs.user_data_dir("selfdebug", appauthor=False)) / "store.db"

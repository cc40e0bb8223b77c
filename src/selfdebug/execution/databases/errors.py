"""What can go wrong before a query runs: each error is one sentence that says what to do next.

A query that fails is not an exception: it is a `QueryOutcome` with an error, since a model must read it.
"""


class DatabaseError(Exception):
    """A database cannot be used. Not to be mistaken for a failed query, which is a `QueryOutcome`.

    Args:
        message: One sentence for the user, with what to do next and never a password.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UnknownDatabaseKindError(DatabaseError):
    """The URL's scheme is none that we know."""


class DatabaseMissingError(DatabaseError):
    """No such file; nothing is created in its place."""


class DatabaseUnreadableError(DatabaseError):
    """The file exists but is not a database, is empty, is a directory, or may not be read."""


class DatabaseLockedError(DatabaseError):
    """Another program holds the database."""


class DriverMissingError(DatabaseError):
    """The Python driver of this kind of database is not installed."""


class DatabaseUnreachableError(DatabaseError):
    """The server is down, or refuses the user, the password or the database's name."""


class DatabaseClosedError(DatabaseError):
    """The database was closed already."""


class WorkerFailedError(DatabaseError):
    """The process that runs queries could not be started."""


def named_error(name: str, message: str) -> DatabaseError:
    """The error of this class name, as another process sent it; a plain `DatabaseError` if there is none."""
    kind = globals().get(name)
    if isinstance(kind, type) and issubclass(kind, DatabaseError):
        return kind(message)
    return DatabaseError(message)

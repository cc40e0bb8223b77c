"""Which query may stand on standard output, where another program may read and execute it.

The shells of databases execute whatever comes: ``selfdebug sql … | sqlite3 shop.db``. So what is printed there is one
read-only query, proved anew from its text, and nothing that was refused. This decides what is printed, not what runs.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from selfdebug.query_outcome import QueryErrorKind, QueryOutcome

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token

    from selfdebug.trajectory import Trajectory

_COMMENTS = re.compile(r"--|/\*|#")


def printable_query(trajectory: Trajectory, outcome: QueryOutcome) -> str | None:
    """The answer as it may be printed: without comments, which not all readers end at the same place.

    Args:
        trajectory: of a question to a database, with an answer.
        outcome: what running that answer gave.

    Returns:
        The query, or ``None`` if it was refused, or could not be proved to be one query that only reads.
    """
    from selfdebug.execution.databases.address import read_database_address

    if trajectory.answer is None or (outcome.error and outcome.error.kind is QueryErrorKind.REFUSED):
        return None
    database = getattr(trajectory.problem, "database", "")
    dialect = read_database_address(database if "://" in database else Path(database)).kind
    return _proved(trajectory.answer.code.strip(), dialect, ran=outcome.ran)


def _proved(sql: str, dialect: str, *, ran: bool) -> str | None:
    import sqlglot
    from sqlglot.errors import SqlglotError

    from selfdebug.execution.databases.guard import RefusedError, UnparsableError, check

    try:
        # The functions were checked where the query ran: only there is it known which ones the database has.
        check(sql, dialect, lambda name: True)
        return _without_comments(sql, sqlglot.tokenize(sql, read=dialect))
    except RefusedError:
        return None
    except (UnparsableError, SqlglotError):
        # The database knows more SQL than the parser. What ran there is one query to whoever reads no comments.
        plain = sql.removesuffix(";").rstrip()
        return plain if ran and ";" not in plain and not _COMMENTS.search(plain) else None


def _without_comments(sql: str, tokens: list[Token]) -> str:
    pieces: list[str] = []
    end = 0
    for token in tokens:
        gap = sql[end : token.start]
        if gap.strip():  # a comment: what indents the next line stays
            gap = "\n" + gap.rpartition("\n")[2] if "\n" in gap and not gap.rpartition("\n")[2].strip() else " "
        pieces += [gap, sql[token.start : token.end + 1]]
        end = token.end + 1
    return "".join(pieces).strip().removesuffix(";").rstrip()

"""What a command prints of a trajectory: the answer alone, a query with its rows, or everything as JSON.

The shells of databases execute whatever comes: ``selfdebug sql … | sqlite3 shop.db``. So a query on standard output is
one that only reads, proved anew from its text, and nothing that was refused. This decides what is printed, not what
runs.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from selfdebug.cli.failing import NOT_CORRECT, complain
from selfdebug.cli.output import put
from selfdebug.cli.progress import why_not, without_verdict
from selfdebug.cli.rows import show_rows
from selfdebug.problem import APPLICATIONS
from selfdebug.query_outcome import QueryErrorKind, QueryOutcome
from selfdebug.safe_text import escaped
from selfdebug.trajectory import Trajectory, Turn

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token

_COMMENTS = re.compile(r"--|/\*|#")


def conclude(trajectory: Trajectory, *, as_json: bool, explain: bool, quiet: bool) -> None:
    """Print the answer, or the whole trajectory, and end the command.

    Raises:
        typer.Exit: the answer was not judged correct.
    """
    printed = without_unsafe_answer(trajectory)
    if as_json:
        text = printed.to_json(indent=2)
        if _is_query(trajectory):  # data, and yet inert where a database's shell is made to read it: no statement ends
            text = text.replace(";", "\\u003b")
        put(text)
    else:
        show_answer(trajectory, explain=explain, quiet=quiet)
    if not printed.correct:
        sys.stdout.flush()
        complain(why_not(printed))
        raise typer.Exit(NOT_CORRECT)


def show_answer(trajectory: Trajectory, *, explain: bool, quiet: bool) -> None:
    """Print the program; or the query, and show its result, and its explanation where that is wanted.

    A query that may not be printed is shown on standard error, with the reason.
    """
    if _is_query(trajectory):
        _show_query(trajectory, explain, quiet)
    elif trajectory.answer is not None:
        put(trajectory.answer.code.strip("\n"))


def without_unsafe_answer(trajectory: Trajectory) -> Trajectory:
    """The trajectory with its query as it may be printed, or without an answer where it may not be."""
    if not _is_query(trajectory):
        return trajectory
    turn = _turn_of_answer(trajectory)
    text = _printable(trajectory, turn.outcome) if turn and isinstance(turn.outcome, QueryOutcome) else None
    return replace(trajectory, answer=replace(turn.program, code=text) if turn and text is not None else None)


def _is_query(trajectory: Trajectory) -> bool:
    return APPLICATIONS[trajectory.problem.application].answer == "query"


def _turn_of_answer(trajectory: Trajectory) -> Turn | None:
    return next((turn for turn in reversed(trajectory.turns) if turn.program == trajectory.answer), None)


def _show_query(trajectory: Trajectory, explain: bool, quiet: bool) -> None:
    turn = _turn_of_answer(trajectory)
    if turn is None:
        return
    assert isinstance(turn.outcome, QueryOutcome)
    answer = without_unsafe_answer(trajectory).answer
    if answer is None:
        complain(f"this query is not printed, for it may do more than read:\n{turn.program.code.strip()}")
    else:
        put(answer.code)
    console = Console(stderr=not sys.stdout.isatty(), highlight=False)
    if quiet and not sys.stdout.isatty():
        return
    console.print()
    show_rows(turn.outcome, _dialect_of(getattr(trajectory.problem, "database", "")), console)
    if explain:
        # A plain query is judged without being explained before; what is said with the verdict explains it.
        explanation = escaped(turn.explanation or without_verdict(turn.feedback.text))
        if not explanation:
            explanation = f"No explanation was given: feedback {trajectory.feedback} asks for none; choose expl."
            if trajectory.feedback == "expl":
                explanation = "No explanation was given: the model explains only a query that ran."
        console.print()
        console.print(explanation, markup=False, emoji=False, soft_wrap=True)


def _dialect_of(database: str) -> str:
    from selfdebug.execution.databases.address import read_database_address
    from selfdebug.execution.databases.errors import DatabaseError

    try:
        return read_database_address(database).kind
    except DatabaseError:  # Gone since it was asked; its rows are here still.
        return "sqlite"


def _printable(trajectory: Trajectory, outcome: QueryOutcome) -> str | None:
    """The query without comments, which not all readers end at the same place; ``None`` if it may not be printed."""
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

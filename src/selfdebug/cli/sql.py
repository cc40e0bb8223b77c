"""``selfdebug sql``: a question to a database becomes a query and its result."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import CODES, complain
from selfdebug.cli.inputs import read_program, read_request, valid_text
from selfdebug.cli.options import FOR_SQL, DatabaseName, Hint, Json, ProgramFile, Question, configured
from selfdebug.cli.rows import show_rows
from selfdebug.cli.visible import put, visible

if TYPE_CHECKING:
    from selfdebug.problem import TextToSqlProblem
    from selfdebug.trajectory import Trajectory, Turn

HELP = (
    "Answer a question with a SQL query, run it, and debug it until the model finds it right.\n\n"
    "On a terminal the query and its result are shown. In a pipe, standard output has only the query, and the result"
    " goes to standard error. The database is only read."
)
EXAMPLES = f"""[bold]Examples[/]
  selfdebug sql "How many orders did each customer place?" --db shop.db
  selfdebug sql "Who spent most in May?" --db shop.db --explain \\
      --hint "price is in cents"
  selfdebug sql - --db postgresql://me@host/shop < question.txt > answer.sql
  selfdebug sql "Names and totals" --db shop.db --program draft.sql --json

{CODES}"""


@configured(without=("unsafe",), docs=FOR_SQL)
def sql(
    question: Question,
    db: DatabaseName,
    hint: Hint = "",
    program: ProgramFile = None,
    explain: Annotated[
        bool, typer.Option("--explain", metavar="", help="Also show the explanation.", rich_help_panel="Output")
    ] = False,
    as_json: Json = False,
    *,
    configuration: Configuration,
) -> None:
    """Answer a question with a query."""
    started = read_program(program, "sql")
    problem = problem_of(question, db, hint)
    from selfdebug.cli import running

    task = running.Task(problem, started)

    def done(found: Trajectory) -> None:
        printed = safe(found)
        if as_json:
            # Data, and yet inert where a database's shell is made to read it: no statement ends in it.
            put(printed.to_json(indent=2).replace(";", "\\u003b"))
        else:
            show(found, explain, configuration.quiet)
        running.end(printed)

    running.debug([task], configuration, done)


def problem_of(question: str, db: str, hint: str) -> TextToSqlProblem:
    """The problem that the arguments pose."""
    request = read_request(question, "question")
    from selfdebug.execution.databases.address import read_address
    from selfdebug.problem import TextToSqlProblem

    # A path is a file here and everywhere else; `read_address` says what is wrong with it before a model is opened.
    read_address(db if "://" in db else Path(db).expanduser())
    return TextToSqlProblem(
        request,
        db if "://" in db else str(Path(db).expanduser()),
        valid_text(hint, "hint").strip(),
    )


def safe(trajectory: Trajectory) -> Trajectory:
    """The trajectory with the answer that may be printed, or none where it may not."""
    from selfdebug.cli.printable import printable_query

    turn = _answer(trajectory)
    text = None if turn is None else printable_query(trajectory, turn.outcome)  # type: ignore[arg-type]  # a query's
    answer = None if turn is None or text is None else replace(turn.program, code=text)
    return replace(trajectory, answer=answer)


def _answer(trajectory: Trajectory) -> Turn | None:
    return next((turn for turn in reversed(trajectory.turns) if turn.program == trajectory.answer), None)


def show(trajectory: Trajectory, explain: bool, quiet: bool) -> None:
    """Show the query, its result, and its explanation where that is wanted.

    A query that may not be printed is shown on standard error, with the reason.
    """
    turn = _answer(trajectory)
    if turn is None:
        return
    answer = safe(trajectory).answer
    if answer is None:
        complain(f"this query is not printed, for it may do more than read:\n{turn.program.code.strip()}")
    else:
        put(answer.code)
    from rich.console import Console

    from selfdebug.problem import TextToSqlProblem
    from selfdebug.query_outcome import QueryOutcome

    console = Console(stderr=not sys.stdout.isatty(), highlight=False)
    if quiet and not sys.stdout.isatty():
        return
    console.print()
    assert isinstance(trajectory.problem, TextToSqlProblem)
    assert isinstance(turn.outcome, QueryOutcome)
    show_rows(turn.outcome, _dialect_of(trajectory.problem.database), console)
    if explain:
        explanation = visible(turn.explanation)
        if not explanation:
            explanation = f"No explanation was given: feedback {trajectory.feedback} asks for none; choose expl."
            if trajectory.feedback == "expl":
                explanation = "No explanation was given: the model explains only a query that ran."
        console.print()
        console.print(explanation, markup=False, emoji=False, soft_wrap=True)


def _dialect_of(db: str) -> str:
    from selfdebug.execution.databases.address import read_address
    from selfdebug.execution.databases.errors import DatabaseError

    try:
        return read_address(db).kind
    except DatabaseError:  # Gone since it was asked; its rows are here still.
        return "sqlite"

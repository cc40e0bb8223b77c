"""How a question to a database is asked: its command, its form, and the problem that comes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from selfdebug.applications.problem_input import InputKind, ProblemInput, given, request_text, valid_text

if TYPE_CHECKING:
    from selfdebug.applications.text_to_sql import TextToSqlProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class TextToSqlInput(ProblemInput):
    """A question to a database."""

    command: ClassVar[str] = "sql"
    title: ClassVar[str] = "A question to a database"
    help: ClassVar[str] = (
        "Answer a question with a SQL query, run it, and debug it until the model finds it right.\n\n"
        "On a terminal the query and its result are shown. In a pipe, standard output has only the query, and the"
        " result goes to standard error. The database is only read."
    )
    examples: ClassVar[str] = """[bold]Examples[/]
  selfdebug sql "How many orders did each customer place?" --db shop.db
  selfdebug sql "Who spent most in May?" --db shop.db --explain \\
      --hint "price is in cents"
  selfdebug sql - --db postgresql://me@host/shop < question.txt > answer.sql
  selfdebug sql "Names and totals" --db shop.db --program draft.sql --json
  selfdebug sql "How many orders are there?" --db shop.db --show-prompt"""
    without: ClassVar[tuple[str, ...]] = ("unsafe",)
    setting_docs: ClassVar[Mapping[str, str]] = {"feedback": "baseline, simple, execution or expl. Default: expl."}

    request: str = given(
        InputKind.REQUEST, "The question; - reads it from stdin.", "Request", metavar="QUESTION",
        placeholder="What you want to know, or what the function is to do",
    )  # fmt: skip
    database: str = given(
        InputKind.DATABASE, "SQLite or DuckDB file, or a URL.", "Database", option="--db", metavar="FILE|URL",
        chosen="0",
    )  # fmt: skip
    hint: str = given(
        InputKind.LINE, "What the schema does not say.", "Hint", default="", option="--hint", metavar="TEXT",
        placeholder="may be empty",
    )  # fmt: skip

    def problem(self) -> TextToSqlProblem:
        """The problem.

        Raises:
            ProblemInputError: there is no question.
            DatabaseError: there is no such database.
        """
        request, hint = request_text(self.request, "question"), valid_text(self.hint, "hint").strip()
        from selfdebug.applications.text_to_sql import TextToSqlProblem

        return TextToSqlProblem(request, checked_database(self.database), hint)

    @classmethod
    def of(cls, problem: TextToSqlProblem) -> Self:
        return cls(request=problem.request, database=problem.database, hint=problem.hint)


def checked_database(name: str) -> str:
    """A database's path or URL as a problem has it. A path is a file here and everywhere else.

    Raises:
        DatabaseError: it is not there; the message says so before a model is opened.
    """
    from selfdebug.execution.databases.address import read_database_address

    place = name if "://" in name else Path(name).expanduser()
    read_database_address(place)
    return str(place)

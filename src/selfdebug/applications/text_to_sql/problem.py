"""A question to a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from selfdebug.feedback import FeedbackKind
from selfdebug.plain import JsonForm
from selfdebug.problem import Problem
from selfdebug.safe_text import without_password
from selfdebug.unit_tests import UnitTest


@dataclass(frozen=True, slots=True)
class TextToSqlProblem(Problem):
    """A question to a database.

    Attributes:
        request: the question.
        database: path or URL. It is opened by the application; a password in it is never written down.
        hint: what a reader of the question needs to know beside the schema (BIRD calls it evidence).
    """

    request: str
    database: Annotated[str, JsonForm(without_password)] = field(repr=False)
    hint: str = ""
    application: Literal["text-to-sql"] = "text-to-sql"

    @property
    def language(self) -> str:
        """SQL, in the dialect of the database."""
        return "sql"

    @property
    def tests(self) -> tuple[UnitTest, ...]:
        """None: execution shows what a query gives, and nobody knows what it should."""
        return ()

    def check(self, kind: FeedbackKind) -> None:
        """Allow only what needs no tests and no steps through lines: a query has neither."""
        if kind.observing:
            raise ValueError(f"feedback {kind} is not for SQL: a query has no inputs; choose simple, execution or expl")
        if kind.shows_tests or kind.traces:
            raise ValueError(
                f"feedback {kind} is not for SQL, which has no tests to show: choose simple, execution or expl"
            )

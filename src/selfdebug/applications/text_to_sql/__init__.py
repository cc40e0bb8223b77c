"""Text-to-SQL: a question to a database becomes a query (Spider, BIRD)."""

from __future__ import annotations

from pathlib import Path

from selfdebug.applications.text_to_sql.problem import TextToSqlProblem
from selfdebug.problem import ApplicationDefinition

APPLICATION = ApplicationDefinition(
    name="text-to-sql",
    problem=TextToSqlProblem,
    folder=Path(__file__).parent,
    implementation="selfdebug.applications.text_to_sql.application:TextToSql",
    input="selfdebug.applications.text_to_sql.ask:TextToSqlInput",
    needs_sandbox=False,
    answer="query",
)

__all__ = ["APPLICATION", "TextToSqlProblem"]

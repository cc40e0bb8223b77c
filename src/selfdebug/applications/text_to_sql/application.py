"""Text-to-SQL: a question to a database becomes a query (Spider, BIRD). No tests exist; execution gives evidence."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

import sqlglot
from sqlglot import exp

from selfdebug.applications.reading import parses, read_query
from selfdebug.applications.text_to_sql.findings import column_name, text_literal, with_findings
from selfdebug.applications.text_to_sql.problem import TextToSqlProblem
from selfdebug.execution import Sandbox
from selfdebug.execution.databases import Database, DatabaseError, QueryErrorKind, QueryLimits, Schema, render
from selfdebug.execution.databases.text_values import TextValues, mentioned
from selfdebug.feedback import BROKEN, COLUMNS, Feedback, FeedbackKind, Level
from selfdebug.messages import Reply
from selfdebug.outcome import Outcome
from selfdebug.problem import Program
from selfdebug.prompts import Exemplar, exemplars, read_query_outcome, read_turns, sql_parts
from selfdebug.query_outcome import QueryOutcome
from selfdebug.safe_text import counted

_COLUMNS = re.compile(r"^\W*columns\W*?:\W*(\d+)", re.IGNORECASE | re.MULTILINE)
_LIMITS = QueryLimits(rows=1000)
_EMPTY = "the result is empty, which may be right."
_RUN_TOGETHER = 200  # rows that are looked at for duplicates


class _Opened:
    """An open database."""

    def __init__(self, database: Database, schema: Schema) -> None:
        self.database, self.schema = database, schema
        self.values = TextValues(database, schema)
        self.users = 0


class TextToSql:
    """Writes SQL queries. Use it as an asynchronous context manager.

    Databases stay open for the problems to come; of many, those that were used last.
    """

    name = "text-to-sql"
    noun = "query"
    planning = COLUMNS

    def __init__(self, *, most_open: int = 32) -> None:
        """Make it; so many databases at most are kept open while nobody uses them."""
        self._most_open = most_open
        self._opened: OrderedDict[str, _Opened] = OrderedDict()
        """By address, the one that was used last at the end."""
        self._dialects: dict[str, str] = {}
        self._opening: dict[str, asyncio.Lock] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close(list(self._opened))

    @classmethod
    @asynccontextmanager
    async def open(cls, sandbox: Sandbox) -> AsyncIterator[Self]:
        async with cls() as opened:
            yield opened

    @staticmethod
    def read_exemplar(entry: Mapping[str, Any]) -> Exemplar:
        """Read a question with its schema, and the database that it can be checked on."""
        return Exemplar(
            name=entry["name"],
            problem=TextToSqlProblem(entry["request"], database="", hint=entry.get("hint", "")),
            turns=read_turns(entry, "sql", read_query_outcome),
            schema=entry["schema"].strip(),
            database=entry["database"],
            columns=entry["columns"].strip(),
        )

    async def prompt_variables(self, problem: TextToSqlProblem, *, sample_rows: int) -> dict[str, Any]:
        async with self._use(problem.database) as opened:
            dialect = opened.database.dialect
            schema = render(opened.schema, words=problem.request, first_rows=sample_rows)
            found = await mentioned(problem.request, opened.values) if sample_rows else []
            values = [f"{column_name(table, column, dialect)} = {text_literal(text)}" for table, column, text in found]
            return {**self._named(problem, schema, dialect), "values": values}

    def exemplars(self, problem: TextToSqlProblem, kind: FeedbackKind) -> tuple[Exemplar, ...]:
        return tuple(exemplar for exemplar in exemplars(self.name) if exemplar.tells(kind))

    def exemplar_variables(self, exemplar: Exemplar, tested: bool) -> dict[str, Any]:
        """An exemplar's context: its databases are SQLite's."""
        return self._named(exemplar.problem, exemplar.schema, "sqlite")

    def _named(self, problem: object, schema: str, dialect: str) -> dict[str, Any]:
        named = {"noun": self.noun, "language": "sql", "problem": problem, "schema": schema, "dialect": dialect}
        return {**named, "values": []}

    def read(self, problem: TextToSqlProblem, reply: Reply, previous: Program | None = None) -> Program:
        dialect, old = self._dialects[problem.database], previous.code if previous else ""
        return Program(read_query(reply, dialect, previous=old), "sql")

    def parses(self, program: Program) -> bool:
        """Whether its syntax is right, in any dialect that is near to the standard."""
        return parses(program.code, "sqlite")

    async def execute(self, problem: TextToSqlProblem, program: Program) -> QueryOutcome:
        """Run a query, read-only and within limits.

        Raises:
            DatabaseError: the database cannot be reached any more, which says nothing of the query.
        """
        async with self._use(problem.database) as opened:
            outcome = await opened.database.query(program.code)
            if outcome.error is None:
                return await with_findings(program.code, outcome, opened.values)
        if outcome.error.kind in (QueryErrorKind.LOST, QueryErrorKind.CANCELLED):
            raise DatabaseError(f"{opened.database.label}: {outcome.error.message}")
        return outcome

    async def record(self, problem: TextToSqlProblem, program: Program, test: int, level: Level) -> str:
        """Nothing: queries have no lines to step through; `check` refuses to ask."""
        return ""

    def execution_feedback(self, problem: TextToSqlProblem, outcome: Outcome | QueryOutcome) -> Feedback | None:
        """A query that gives an error or shows a fault is wrong; of any other, execution says nothing."""
        assert isinstance(outcome, QueryOutcome)
        return BROKEN if outcome.error or outcome.faults else None

    async def observe(self, problem: TextToSqlProblem, program: Program, inputs: str) -> tuple[tuple[str, str], ...]:
        """Nothing: queries have no inputs; `check` refuses to ask."""
        return ()

    def is_trivial(self, program: Program) -> bool:
        """Whether it reads one table, with conditions at most."""
        return not sql_parts(program.code)

    def evidence(self, program: Program, outcome: Outcome | QueryOutcome, plan: str) -> tuple[str, ...]:
        """What is odd about a query or its result: the number of columns, equal rows, a join without a condition."""
        assert isinstance(outcome, QueryOutcome)
        facts = []
        expected = _COLUMNS.findall(plan)
        if expected and int(expected[-1][:9]) != len(outcome.columns):
            facts.append(f"the result has {counted(len(outcome.columns), 'column')}, but you named {expected[-1][:9]}.")
        if not outcome.rows:
            facts.append(_EMPTY)
        # Equal by their text: values of a database need not be hashable.
        most = max(Counter(map(repr, outcome.rows[:_RUN_TOGETHER])).values(), default=1)
        if most > 1:
            facts.append(f"the result has equal rows; one of them appears {most} times.")
        if _joins_without_condition(program.code):
            facts.append("two tables are joined without a condition, each row of one with each row of the other.")
        return tuple(facts)

    @asynccontextmanager
    async def _use(self, address: str) -> AsyncIterator[_Opened]:
        """An open database that stays open while it is used."""
        async with self._opening.setdefault(address, asyncio.Lock()):
            opened = self._opened.get(address) or await self._open(address)
            self._opened[address] = opened
            self._opened.move_to_end(address)
            opened.users += 1
        try:
            await self._close_old()
            yield opened
        finally:
            opened.users -= 1

    async def _open(self, address: str) -> _Opened:
        database = await asyncio.to_thread(Database.open, address, _LIMITS)
        try:
            schema = await asyncio.to_thread(database.schema, 1)
        except BaseException:
            database.close()
            raise
        self._dialects[address] = database.dialect
        return _Opened(database, schema)

    async def _close_old(self) -> None:
        """Close those that were not used for longest, beyond the number that may be open."""
        unused = [address for address, opened in self._opened.items() if not opened.users]
        await self._close(unused[: max(0, len(self._opened) - self._most_open)])

    async def _close(self, addresses: Sequence[str]) -> None:
        closed = [self._opened.pop(address).database for address in addresses]
        await asyncio.gather(*(asyncio.to_thread(database.close) for database in closed))


def _is_free(join: exp.Join) -> bool:
    condition = join.args.get("on")
    has_condition = condition and not isinstance(condition, exp.Boolean)  # which sqlglot reads where there is none
    return not (has_condition or join.args.get("using") or join.args.get("method"))


def _joins_without_condition(query: str) -> bool:
    """Whether some SELECT reads several tables and has neither a condition on a join nor a WHERE that could be one."""
    try:
        tree = sqlglot.parse_one(query, read="sqlite")
    except (sqlglot.errors.SqlglotError, RecursionError):
        return False
    return any(
        any(map(_is_free, select.args.get("joins") or [])) and not select.args.get("where")
        for select in tree.find_all(exp.Select)
    )

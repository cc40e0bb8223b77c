"""How values are written in prompts: the filters of the templates. Short, and the same every time."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from selfdebug.execution import Assertion, Call, InputOutput, UnitTest
from selfdebug.languages import LANGUAGES
from selfdebug.outcome import Outcome, Status, TestOutcome
from selfdebug.query_outcome import QueryError, QueryOutcome

_SQL_TITLES = {"sqlite": "SQLite", "duckdb": "DuckDB", "postgres": "PostgreSQL", "mysql": "MySQL", "sql": "SQL"}
VALUE_CHARACTERS = 80
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,16}\b")


def title_of(name: str) -> str:
    """A language's or a dialect's name as people write it."""
    return _SQL_TITLES.get(name) or LANGUAGES[name].title


def shown(value: object, characters: int) -> str:
    """A value as text, its middle left out where it is too long: both ends of an error or of a list tell something."""
    # Where an object lies differs from run to run, and a prompt must not: its reply is stored under it.
    text = _ADDRESS.sub("", value.message if isinstance(value, QueryError) else str(value))
    if len(text) <= characters:
        return text
    head = characters * 2 // 3
    return f"{text[:head]} … {text[-(characters - head) :]}"


def as_test(test: UnitTest) -> str:
    """A test as a problem shows it."""
    match test:
        case Call():
            return f"assert {test} == {test.expected!r}"
        case InputOutput():
            return f"# standard input: {test.stdin!r}\n# standard output: {test.stdout!r}"
        case _:
            return str(test)


def call_of(test: UnitTest) -> str:
    """The call that a test makes, without the value that it expects; the whole test where there is no one call."""
    if not isinstance(test, Assertion):
        return f"input {test.stdin!r}" if isinstance(test, InputOutput) else str(test)
    try:
        statements = ast.parse(test.code.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return str(test)
    match statements:
        case [ast.Assert(test=ast.Compare(left=ast.Call() as call))]:
            return ast.get_source_segment(test.code.strip(), call) or str(test)
    return str(test)


def by_informativeness(tests: Sequence[TestOutcome]) -> list[int]:
    """Indices of tests, those that tell the most about a program first.

    A wrong value says more than an error, which may hide other mistakes behind it; another error more than the same
    one again; a short call more than a long one. Those that passed come last, in their order.
    """

    def rank(index: int) -> tuple[int, int, int]:
        test = tests[index]
        if test.passed:
            return 3, 0, index
        error = str(test.error)
        again = test.status != Status.FAILED and error in [str(t.error) for t in tests[:index]]
        return (2 if again else int(test.status != Status.FAILED)), len(test.test), index

    return sorted(range(len(tests)), key=rank)


def most_informative(outcome: Outcome, tests: Sequence[UnitTest], count: int) -> list[tuple[str, TestOutcome]]:
    """At most `count` tests with their outcomes, the most telling first."""
    return [(_with_outcome(tests[i]), outcome.tests[i]) for i in by_informativeness(outcome.tests)[:count]]


def _with_outcome(test: UnitTest) -> str:
    match test:
        case Call():  # what a call that passed gave is nowhere else
            return f"{test} == {test.expected!r}"
        case InputOutput():
            return f"input {test.stdin!r}"
    return str(test)


def as_table(outcome: QueryOutcome, count: int) -> str:
    """The first rows of a result, with the names of its columns."""
    lines = [" | ".join(outcome.columns)]
    lines += [
        " | ".join("NULL" if value is None else shown(value, VALUE_CHARACTERS) for value in row)
        for row in outcome.rows[:count]
    ]
    return "\n".join(lines)


def sql_parts(query: str) -> list[str]:
    """What to say of the parts of a query that are worth a word, where it has them."""
    said = (
        (r"\bJOIN\b|\bFROM\s+[^\s()]+(?:\s+(?:AS\s+)?\w+)?\s*,", "for each join, which columns it compares"),
        (r"\(\s*SELECT\b", "for each subquery, what it gives"),
        (r"\b(?:UNION|INTERSECT|EXCEPT)\b", "what each side of UNION, INTERSECT or EXCEPT gives"),
        (r"\bGROUP\s+BY\b", "of what there is one row for each group"),
    )
    return [words for pattern, words in said if re.search(pattern, query, re.IGNORECASE)]


def result_of(test: TestOutcome) -> str:
    """What a call gave. Nothing was expected of it: that it passed means that it gave `None`."""
    match test.status:
        case Status.PASSED:
            return "None"
        case Status.FAILED:
            return str(test.actual)
        case Status.RAISED:
            return f"an error: {test.error}"
    return f"no result: {test.status}"

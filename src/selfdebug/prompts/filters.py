"""How values are written in prompts: the filters of the templates. Short, and the same every time."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from selfdebug.execution import Assertion, Call, InputOutput, UnitTest
from selfdebug.execution.languages import LANGUAGES
from selfdebug.outcome import TestOutcome, TraceStep
from selfdebug.problem import Program
from selfdebug.query_outcome import QueryError, QueryOutcome

_SQL_TITLES = {"sqlite": "SQLite", "duckdb": "DuckDB", "postgres": "PostgreSQL", "mysql": "MySQL", "sql": "SQL"}
_VALUE_CHARACTERS = 80
_TRACE_LINES = 60


def title_of(name: str) -> str:
    """A language's or a dialect's name as people write it."""
    return _SQL_TITLES.get(name) or LANGUAGES[name].title


def shown(value: object, characters: int) -> str:
    """A value as text, its middle left out where it is too long: both ends of an error or of a list tell something."""
    text = value.message if isinstance(value, QueryError) else str(value)
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
        return str(test)
    try:
        statements = ast.parse(test.code.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return str(test)
    match statements:
        case [ast.Assert(test=ast.Compare(left=ast.Call() as call))]:
            return ast.get_source_segment(test.code.strip(), call) or str(test)
    return str(test)


def most_telling(tests: Sequence[TestOutcome], count: int) -> list[TestOutcome]:
    """At most `count` tests, those that did not pass before the others, in their order."""
    order = sorted(range(len(tests)), key=lambda i: tests[i].passed)
    return [tests[i] for i in sorted(order[:count])]


def as_trace(steps: Sequence[TraceStep], program: Program) -> str:
    """A recorded trace: a line for each line that ran, with what it set, in the form that a model is asked for.

    What a line set is known only when its function goes on, so each call has its line that waits for it.
    """
    source = program.code.splitlines()
    written: list[str] = []
    waiting: list[int | None] = []

    def settle(changed: dict[str, str]) -> None:
        line = waiting[-1] if waiting else None
        if line is not None and changed:
            written[line] += " -> " + ", ".join(f"{k} = {shown(v, _VALUE_CHARACTERS)}" for k, v in changed.items())

    for step in steps:
        if len(written) >= _TRACE_LINES:
            written.append("… and so on")
            break
        match step.event:
            case "call":
                arguments = ", ".join(f"{k} = {shown(v, _VALUE_CHARACTERS)}" for k, v in step.changed.items())
                written.append(f"call {step.function}({arguments})")
                waiting.append(None)
            case "line":
                settle(step.changed)
                text = source[step.line - 1].strip() if step.line <= len(source) else ""
                written.append(f"line {step.line}: {text}")
                if waiting:
                    waiting[-1] = len(written) - 1
                else:
                    waiting.append(len(written) - 1)
            case "exception":
                written.append(f"line {step.line} raises {', '.join(step.changed.values())}")
                if waiting:
                    waiting[-1] = None
            case "return":
                value = step.changed.get("return")
                settle({k: v for k, v in step.changed.items() if k != "return"})
                line = waiting.pop() if waiting else None
                if line is not None and value is not None:
                    written[line] += f" -> returns {shown(value, _VALUE_CHARACTERS)}"
    return "\n".join(written)


def as_table(outcome: QueryOutcome, count: int) -> str:
    """The first rows of a result, with the names of its columns."""
    lines = [" | ".join(outcome.columns)]
    lines += [
        " | ".join("NULL" if value is None else shown(value, _VALUE_CHARACTERS) for value in row)
        for row in outcome.rows[:count]
    ]
    return "\n".join(lines)

"""What each application knows of its problems."""

from __future__ import annotations

from pathlib import Path

import pytest

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_python.application import TextToPython
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.applications.text_to_sql.application import TextToSql
from selfdebug.applications.translation import TranslationProblem
from selfdebug.applications.translation.application import Translation
from selfdebug.execution import Assertion, Call, InputOutput, Sandbox, UnitTest
from selfdebug.execution.databases import DatabaseError
from selfdebug.problem import Program
from selfdebug.query_outcome import QueryOutcome

SOURCE = Program("#include <iostream>\nint gcd(int a, int b) { return b ? gcd(b, a % b) : a; }\nint main() {}\n", "cpp")


@pytest.mark.parametrize(
    ("tests", "name"),
    [
        ([Assertion("assert f(1) == 2")], "f"),
        ([Assertion("assert isclose(f(1), 2)"), Assertion("assert f(2) == 3")], "f"),
        ([Assertion("assert isclose(f(1), 2)")], ""),
        ([Assertion("assert sorted(f(1)) == [2]")], "f"),
        ([Call("f", (1,)), Assertion("assert g(1)")], ""),
        ([Assertion("assert (")], ""),
        ([], ""),
    ],
)
def test_entry_point_is_what_all_tests_call(tests: list[UnitTest], name: str) -> None:
    assert TextToPython(Sandbox()).entry_point(TextToPythonProblem("?", tuple(tests))) == name


async def test_translation_of_a_function_shows_its_declaration() -> None:
    problem = TranslationProblem(SOURCE, "python", (Call("gcd", (6, 4), 2),))
    shown = (await Translation(Sandbox()).prompt_variables(problem, sample_rows=1))["problem"]
    assert shown.declaration == "def gcd(a: int, b: int) -> int:"
    assert shown.entry_point == "gcd"


async def test_translation_of_a_whole_program_asks_for_no_function() -> None:
    problem = TranslationProblem(SOURCE, "python", (InputOutput("6 4", "2"),))
    shown = (await Translation(Sandbox()).prompt_variables(problem, sample_rows=1))["problem"]
    assert (shown.declaration, shown.entry_point) == ("", "")


async def test_evidence_of_odd_results(tmp_path: Path) -> None:
    def outcome(columns: int, *rows: tuple[object, ...]) -> QueryOutcome:
        return QueryOutcome(tuple("abc"[:columns]), rows, None, False, 0.0, ordered=False)

    application = TextToSql()
    plain = Program("SELECT a FROM t", "sql")
    assert application.evidence(plain, outcome(1, (1,), (2,)), "Columns: 1 (a)") == ()
    (columns,) = application.evidence(plain, outcome(2, (1, 2)), "Columns: 3 (a, b, c)")
    assert columns == "the result has 2 columns, but you named 3."
    (empty,) = application.evidence(plain, outcome(1), "")
    assert "empty" in empty
    (equal,) = application.evidence(plain, outcome(1, (1,), (2,), (1,), (1,)), "")
    assert "appears 3 times" in equal
    for query, joined in {
        "SELECT a FROM t, u": True,
        "SELECT a FROM t JOIN u": True,
        "SELECT a FROM t JOIN u ON t.i = u.i": False,
        "SELECT a FROM t JOIN u USING (i)": False,
        "SELECT a FROM t, u WHERE t.i = u.i": False,
        "SELECT a FROM (": False,
    }.items():
        facts = application.evidence(Program(query, "sql"), outcome(1, (1,)), "")
        assert bool(facts) == joined, query


async def test_database_that_is_not_there_is_an_error_of_the_machine(tmp_path: Path) -> None:
    async with TextToSql() as application:
        with pytest.raises(DatabaseError, match=r"nope\.db"):
            await application.prompt_variables(TextToSqlProblem("?", str(tmp_path / "nope.db")), sample_rows=1)

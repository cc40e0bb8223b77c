"""What exemplars of translations quote, compared with running them; those to Python are tested with other exemplars."""

from __future__ import annotations

import json

import pytest

from selfdebug.execution import Call, Driver, Sandbox
from selfdebug.execution.languages import language
from selfdebug.outcome import Outcome, TestOutcome
from selfdebug.prompts import Exemplar, ExemplarTurn, exemplars
from tests.needs import skip_or_fail

EXEMPLARS = [e for e in exemplars("translation") if e.problem.language != "python"]
TURNS = [pytest.param(e, t, id=f"{e.problem.language}-{i}") for e in EXEMPLARS for i, t in enumerate(e.turns, 1)]

# For each language: test code around checks, and a check of one call (function, argument, value), which ends the
# program if the call gives another value. Just enough for the exemplars' own types.
DRIVERS = {
    "cpp": ("#include <cstdlib>\nint main() {\n%s\n}", "if (%s(%s) != %s) abort();"),
    "java": (
        "class Main { public static void main(String[] a) {\n%s\n} }",
        "if (Solution.%s(new String[] %s) != %s) throw new AssertionError();",
    ),
    "javascript": ("%s", "console.assert(%s(%s) === %s);"),
    "rust": ("fn main() {\n%s\n}", "assert_eq!(%s(%s.to_string()), %s);"),
    "go": (
        'func same(a, b []int) { for i := range b { if a[i] != b[i] { panic("differs") } } }\nfunc main() {\n%s\n}',
        "same(%s([]int%s), []int%s)",
    ),
}


def calls(exemplar: Exemplar) -> list[Call]:
    found = [test for test in exemplar.problem.tests if isinstance(test, Call)]
    assert len(found) == len(exemplar.problem.tests)
    return found


def literal(value: object, language_name: str) -> str:
    """A list, text or number as these languages write it: all like JSON, but for the brackets of lists."""
    text = json.dumps(value, ensure_ascii=False)
    return text if language_name == "javascript" else text.replace("[", "{").replace("]", "}")


def driver(exemplar: Exemplar, given: list[object]) -> Driver:
    """Test code that ends with an error unless the calls give these values."""
    name = exemplar.problem.language
    whole, check = DRIVERS[name]
    checks = [
        check % (call.function, *(literal(a, name) for a in call.arguments), literal(value, name))
        for call, value in zip(calls(exemplar), given, strict=True)
    ]
    return Driver(whole % "\n".join(checks))


async def run(sandbox: Sandbox, exemplar: Exemplar, turn: ExemplarTurn, given: list[object]) -> Outcome:
    known = language(exemplar.problem.language)
    if known.missing():
        skip_or_fail(f"no {known.title}: apt-get install {known.package}")
    return await sandbox.run(turn.program.code, [driver(exemplar, given)], language=known.name)


def quoted_value(test: TestOutcome, call: Call) -> object:
    """What the exemplar says that a call gave."""
    if test.passed:
        return call.expected
    assert test.actual is not None
    return json.loads(test.actual)


@pytest.mark.parametrize(("exemplar", "turn"), TURNS)
async def test_program_gives_what_its_exemplar_quotes(sandbox: Sandbox, exemplar: Exemplar, turn: ExemplarTurn) -> None:
    assert isinstance(turn.outcome, Outcome)
    wanted = [call.expected for call in calls(exemplar)]
    if turn.outcome.error is not None:
        outcome = await run(sandbox, exemplar, turn, wanted)
        assert outcome.error == turn.outcome.error
        return
    given = [quoted_value(t, c) for t, c in zip(turn.outcome.tests, calls(exemplar), strict=True)]
    outcome = await run(sandbox, exemplar, turn, given)
    assert outcome.passed, outcome
    assert turn.outcome.passed == (given == wanted)


@pytest.mark.parametrize("exemplar", EXEMPLARS, ids=lambda e: e.problem.language)
async def test_check_of_another_value_fails(sandbox: Sandbox, exemplar: Exemplar) -> None:
    """The test above sees a wrong quotation."""
    first, *others = [call.expected for call in calls(exemplar)]
    other = {int: lambda v: v + 1, str: lambda v: v + "!", list: lambda v: [v[0] + 1, *v[1:]]}[type(first)]
    outcome = await run(sandbox, exemplar, exemplar.turns[-1], [other(first), *others])
    assert outcome.error is None
    assert not outcome.passed


@pytest.mark.parametrize("exemplar", EXEMPLARS, ids=lambda e: e.problem.language)
def test_expected_values_are_quoted_in_python_notation(exemplar: Exemplar) -> None:
    for turn in exemplar.turns:
        assert isinstance(turn.outcome, Outcome)
        for test, call in zip(turn.outcome.tests, calls(exemplar), strict=True):
            assert test.expected in (None, repr(call.expected))


@pytest.mark.parametrize("exemplar", EXEMPLARS, ids=lambda e: e.problem.language)
async def test_python_sources_give_the_expected_values(sandbox: Sandbox, exemplar: Exemplar) -> None:
    if exemplar.problem.source.language == "python":
        outcome = await sandbox.run(exemplar.problem.source.code, exemplar.problem.tests)
        assert outcome.passed, outcome.tests


def test_each_language_has_an_exemplar_and_its_programs_begin_as_declared() -> None:
    assert {e.problem.language for e in EXEMPLARS} == set(DRIVERS)
    for exemplar in EXEMPLARS:
        declared = exemplar.problem.declaration.strip().splitlines()
        assert declared
        for turn in exemplar.turns:
            assert turn.program.language == exemplar.problem.language
            assert all(line.rstrip("}") in turn.program.code for line in declared)
            assert ("Verdict: correct" in turn.judgement) == turn.outcome.passed
            assert ("Verdict: wrong" in turn.judgement) != turn.outcome.passed

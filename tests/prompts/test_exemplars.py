"""Exemplars say what is true: whatever they quote is compared with a real run of their programs and queries."""

from __future__ import annotations

import ast
import gzip
import json
import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from selfdebug.applications.reading import read_block_verdicts
from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.applications.translation import TranslationProblem
from selfdebug.execution import Assertion, Call, RunOptions, Sandbox, TraceOptions
from selfdebug.execution.calls import Signature, declare, read_signature
from selfdebug.execution.databases import Database
from selfdebug.execution.errors import ToolchainMissingError
from selfdebug.messages import Reply
from selfdebug.outcome import Outcome, TestOutcome
from selfdebug.problem import APPLICATIONS, Program
from selfdebug.prompts import Exemplar, ExemplarTurn, as_blocks, as_trace, by_informativeness, count_blocks, exemplars
from selfdebug.prompts.filters import call_of
from selfdebug.query_outcome import QueryOutcome
from tests.needs import skip_or_fail

EXEMPLARS = [exemplar for application in APPLICATIONS for exemplar in exemplars(application)]
QUERIES = [exemplar for exemplar in EXEMPLARS if isinstance(exemplar.problem, TextToSqlProblem)]
PROGRAMS = [exemplar for exemplar in EXEMPLARS if not isinstance(exemplar.problem, TextToSqlProblem)]

LONGEST_TRACE = 15
"""Lines. A small model loses its place in longer ones, and every exemplar is paid for in every prompt."""


def each(found: list[Exemplar]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("exemplar", found, ids=[f"{e.problem.application}: {e.name}" for e in found])


def each_turn(found: list[Exemplar]) -> pytest.MarkDecorator:
    turns = [(exemplar, turn, number) for exemplar in found for number, turn in enumerate(exemplar.turns, 1)]
    names = [f"{exemplar.problem.application}: {exemplar.name}, turn {number}" for exemplar, _, number in turns]
    return pytest.mark.parametrize(("exemplar", "turn"), [(e, t) for e, t, _ in turns], ids=names)


def is_last(exemplar: Exemplar, turn: ExemplarTurn) -> bool:
    return turn is exemplar.turns[-1]


# -- programs ------------------------------------------------------------------------------------------------------


def signature_of(exemplar: Exemplar) -> Signature:
    """The signature of the function that an exemplar translates."""
    problem = exemplar.problem
    assert isinstance(problem, TranslationProblem)
    return read_signature(problem.source.code, problem.source.language, problem.entry_point)


async def run(sandbox: Sandbox, exemplar: Exemplar, turn: ExemplarTurn) -> Outcome:
    """Run a program as applications do."""
    assert isinstance(exemplar.problem, TextToPythonProblem | TranslationProblem)
    language = turn.program.language
    python = language == "python"
    options = RunOptions(
        signature=None if python else signature_of(exemplar),
        trace=TraceOptions(2000, 80, turn.traced) if python else None,
    )
    try:
        return await sandbox.run(turn.program, exemplar.problem.tests, options)
    except ToolchainMissingError as error:
        skip_or_fail(str(error))


def found(pattern: str, text: str) -> str:
    """What the pattern's group matches, which must be there once."""
    (match,) = re.findall(pattern, text)
    assert isinstance(match, str)
    return match


def said(test: TestOutcome) -> tuple[Any, ...]:
    """What an exemplar quotes of a test's outcome."""
    return test.test, test.status, test.actual, test.expected, test.error


@each_turn(PROGRAMS)
async def test_a_program_gives_the_quoted_outcome(sandbox: Sandbox, exemplar: Exemplar, turn: ExemplarTurn) -> None:
    outcome = await run(sandbox, exemplar, turn)
    assert isinstance(turn.outcome, Outcome)
    assert outcome.error == turn.outcome.error
    assert [said(test) for test in outcome.tests] == [said(test) for test in turn.outcome.tests]
    assert outcome.passed == is_last(exemplar, turn), "the last turn is right and the earlier ones are wrong"


@each([e for e in PROGRAMS if isinstance(e.problem, TranslationProblem) and e.problem.declaration])
def test_a_declaration_is_the_one_that_the_source_gives(exemplar: Exemplar) -> None:
    assert isinstance(exemplar.problem, TranslationProblem)
    assert exemplar.problem.declaration.strip() == declare(signature_of(exemplar), exemplar.problem.language).strip()


@each([e for e in PROGRAMS if isinstance(e.problem, TranslationProblem)])
async def test_the_source_gives_what_its_tests_expect(sandbox: Sandbox, exemplar: Exemplar) -> None:
    problem = exemplar.problem
    assert isinstance(problem, TranslationProblem)
    if not all(isinstance(test, Call) for test in problem.tests):
        return  # assertions are Python's; the sources of these are run by hand
    signature = signature_of(exemplar)
    outcome = await sandbox.run(problem.source, problem.tests, RunOptions(signature=signature))
    assert outcome.passed


@each_turn([exemplar for exemplar in PROGRAMS if exemplar.turns[0].program.language == "python"])
async def test_a_trace_is_the_recorded_one(sandbox: Sandbox, exemplar: Exemplar, turn: ExemplarTurn) -> None:
    outcome = await run(sandbox, exemplar, turn)
    if outcome.error is not None:
        assert turn.trace == "", "a program that cannot be loaded has no trace"
        return
    assert outcome.trace is not None
    assert turn.trace == as_trace(outcome.trace, turn.program)
    assert len(turn.trace.splitlines()) <= LONGEST_TRACE
    assert outcome.passed or turn.traced == by_informativeness(outcome.tests)[0], "prompts trace the most telling test"


@each_turn([exemplar for exemplar in PROGRAMS if exemplar.turns[0].blocks])
async def test_blocks_are_the_recorded_ones(sandbox: Sandbox, exemplar: Exemplar, turn: ExemplarTurn) -> None:
    if is_last(exemplar, turn):
        assert (turn.blocks, turn.replies) == ("", {}), "nothing is asked about a right program"
        return
    outcome = await run(sandbox, exemplar, turn)
    assert outcome.trace is not None
    assert turn.blocks == as_blocks(outcome.trace, turn.program)
    verdicts = turn.replies["blocks"]
    assert read_block_verdicts(Reply(verdicts), count_blocks(turn.blocks)) == verdicts
    assert len(verdicts.splitlines()) == count_blocks(turn.blocks), "each block has one line"
    assert verdicts.count(" incorrect: ") == 1, "one mistake, in one block"


@each_turn(PROGRAMS)
def test_a_cause_is_about_the_test_that_is_told_first(exemplar: Exemplar, turn: ExemplarTurn) -> None:
    if is_last(exemplar, turn):
        assert turn.replies == {}
        return
    assert isinstance(turn.outcome, Outcome)
    first, second, third = turn.replies["cause"].splitlines()
    assert (first[:3], second[:3], third[:3]) == ("1. ", "2. ", "3. ")
    if turn.outcome.error:
        assert first == f"1. The error comes from line {turn.outcome.error.line}."
        return
    test = exemplar.problem.tests[by_informativeness(turn.outcome.tests)[0]]
    assert first.startswith(f"1. On {call_of(test)} ")
    line = int(found(r"^2. Line (\d+) is the first to go wrong", second))
    assert line <= len(turn.program.code.splitlines())


@each_turn(PROGRAMS)
def test_an_explanation_names_lines_that_exist(exemplar: Exemplar, turn: ExemplarTurn) -> None:
    mentions = re.findall(r"\blines? \d+(?:(?:, | and | to |–|-)\d+)*", turn.explanation, re.IGNORECASE)
    named = {int(number) for mention in mentions for number in re.findall(r"\d+", mention)}
    lines = set(range(1, len(turn.program.code.splitlines()) + 1))
    if isinstance(exemplar.problem, TranslationProblem):  # the lines of the source are explained too
        assert named <= lines | set(range(1, len(exemplar.problem.source.code.splitlines()) + 1))
    else:
        assert named == lines, "the program is explained line by line"


@each_turn([exemplar for exemplar in PROGRAMS if isinstance(exemplar.problem, TextToPythonProblem)])
async def test_a_judgement_says_what_its_input_gives(sandbox: Sandbox, exemplar: Exemplar, turn: ExemplarTurn) -> None:
    call = found(r"For `(\w+\(.*?\))`", turn.judgement)
    wanted = found(r"the request asks for `(.+?)`", turn.judgement)
    given = found(r"The program (?:gives|raises a) `(.+?)`", turn.judgement)
    right = await sandbox.run(
        Program(exemplar.turns[-1].program.code, "python"), [Assertion(f"assert {call} == {wanted}")]
    )
    assert right.passed
    program = await sandbox.run(turn.program, [Assertion(f"assert {call} == {given}")])
    error = program.tests[0].error
    assert program.passed or (error is not None and error.type == given)
    assert (wanted == given) == is_last(exemplar, turn)


@each_turn([exemplar for exemplar in PROGRAMS if isinstance(exemplar.problem, TranslationProblem)])
async def test_a_judgement_says_what_both_give(sandbox: Sandbox, exemplar: Exemplar, turn: ExemplarTurn) -> None:
    assert isinstance(exemplar.problem, TranslationProblem)
    name = exemplar.problem.entry_point
    arguments = ast.literal_eval(f"({found(rf'On `{name}.(.*?).`', turn.judgement)},)")
    wanted = found("the source gives `(.+?)`", turn.judgement)
    given = found("There the translation (gives `.+?`|raises a `.+?`|gives nothing)", turn.judgement)

    async def run_call(program: Program, expected: str) -> Outcome:
        call = Call(name, arguments, ast.literal_eval(expected))
        return await sandbox.run(program, [call], RunOptions(signature=signature_of(exemplar)))

    assert (await run_call(exemplar.problem.source, wanted)).passed
    outcome = await run_call(turn.program, given.split("`")[1] if given.startswith("gives `") else wanted)
    if given.startswith("raises"):
        assert outcome.tests[0].error is not None
        assert f"raises a `{outcome.tests[0].error.type}`" == given
    else:
        assert outcome.passed == (given != "gives nothing")
    assert (given == f"gives `{wanted}`") == is_last(exemplar, turn)


# -- queries -------------------------------------------------------------------------------------------------------


@pytest.fixture
def made(exemplar: Exemplar, tmp_path: Path) -> Iterable[Database]:
    """The exemplar's database, made from its SQL."""
    path = tmp_path / "exemplar.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(exemplar.database)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == [], "rows refer to rows that there are"
    connection.close()
    with Database.open(path) as database:
        yield database


@each(QUERIES)
def test_a_quoted_schema_is_the_real_one(made: Database, exemplar: Exemplar) -> None:
    assert exemplar.schema == made.schema_text(first_rows=1)


@each_turn(QUERIES)
def test_a_query_gives_the_quoted_outcome(made: Database, exemplar: Exemplar, turn: ExemplarTurn) -> None:
    outcome = made.query_sync(turn.program.code)
    assert isinstance(turn.outcome, QueryOutcome)
    assert (outcome.columns, outcome.rows, outcome.error) == (
        turn.outcome.columns, turn.outcome.rows, turn.outcome.error,
    )  # fmt: skip
    assert outcome.rows or outcome.error or is_last(exemplar, turn), "an empty result is shown only where it is right"
    right = made.query_sync(exemplar.turns[-1].program.code)
    assert right.error is None
    assert (outcome.key == right.key) == is_last(exemplar, turn), "the earlier turns are wrong"


@each_turn(QUERIES)
def test_an_explanation_names_the_columns_that_joins_compare(exemplar: Exemplar, turn: ExemplarTurn) -> None:
    compared = re.findall(r"ON (\w+)\.(\w+) = (\w+)\.(\w+)", turn.program.code)
    assert len(compared) == turn.program.code.count("JOIN")
    if turn.explanation:
        for table, column, other, key in compared:
            assert f"`{column}` of `{table}` with `{key}` of `{other}`" in turn.explanation


@each(QUERIES)
def test_the_columns_are_counted_and_named(exemplar: Exemplar) -> None:
    named = re.fullmatch(r"Columns: (\d+) \((.+)\)", exemplar.columns.splitlines()[-1])
    assert named, "the last line gives the columns"
    right = exemplar.turns[-1].outcome
    assert isinstance(right, QueryOutcome)
    assert int(named[1]) == len(right.columns)
    assert named[2].split(", ") == list(right.columns)
    assert re.search(r"Two rows (may|cannot) be equal, because ", exemplar.columns)


# -- all of them ---------------------------------------------------------------------------------------------------


def test_every_application_with_exemplars_has_some() -> None:
    for application in APPLICATIONS:
        names = [exemplar.name for exemplar in exemplars(application)]
        assert len(set(names)) == len(names) > 0


@each_turn(EXEMPLARS)
def test_a_verdict_agrees_with_the_outcome(exemplar: Exemplar, turn: ExemplarTurn) -> None:
    if isinstance(turn.outcome, QueryOutcome) and turn.outcome.error:
        assert (turn.explanation, turn.judgement) == ("", ""), "an error goes straight to the fix"
        return
    assert turn.explanation
    assert turn.judgement
    *reason, verdict = turn.judgement.splitlines()
    assert verdict == f"Verdict: {'correct' if is_last(exemplar, turn) else 'wrong'}"
    assert reason
    assert turn.judgement.count("Verdict:") == 1


# -- nothing of the benchmarks -------------------------------------------------------------------------------------


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def likeness(one: str, other: str) -> float:
    """Shared words of all words: 1 for the same ones."""
    mine, theirs = set(words(one)), set(words(other))
    return len(mine & theirs) / len(mine | theirs)


def functions(code: str) -> set[str]:
    """Names of the functions that Python code defines, without capitals, underscores and a number at the end."""
    return {plain_name(name) for name in re.findall(r"^\s*def\s+(\w+)", code, re.MULTILINE)}


def plain_name(name: str) -> str:
    return re.sub(r"_\d+$", "", name).replace("_", "").lower()


def lines_of(path: Path) -> list[dict[str, Any]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    return [json.loads(line) for line in text.split("\n") if line]


def assert_not_among(text: str, others: Iterable[str]) -> None:
    for other in others:
        assert words(text) != words(other)
        assert likeness(text, other) < 0.6, f"too much like {other!r}"


def test_no_request_or_function_is_one_of_mbpp_or_humaneval(data: Path) -> None:
    mbpp = lines_of(data / "mbpp" / "mbpp.jsonl")
    humaneval = lines_of(data / "humaneval" / "HumanEval.jsonl.gz")
    requests = [problem["text"] for problem in mbpp] + [problem["prompt"] for problem in humaneval]
    names = {name for problem in mbpp for name in functions(problem["code"])}
    names |= {plain_name(problem["entry_point"]) for problem in humaneval}
    for exemplar in exemplars("text-to-python"):
        assert isinstance(exemplar.problem, TextToPythonProblem)
        assert_not_among(exemplar.problem.request, requests)
        for turn in exemplar.turns:
            assert not functions(turn.program.code) & names


def test_no_question_or_database_is_one_of_spider(data: Path) -> None:
    files = [data / "spider" / name for name in ("dev.json", "train_others.json")]
    questions = {entry["question"] for path in files for entry in json.loads(path.read_text(encoding="utf-8"))}
    databases = json.loads((data / "spider" / "tables.json").read_text(encoding="utf-8"))
    known = [{plain_name(table) for table in database["table_names_original"]} for database in databases]
    for exemplar in exemplars("text-to-sql"):
        assert isinstance(exemplar.problem, TextToSqlProblem)
        assert_not_among(exemplar.problem.request, questions)
        tables = {plain_name(table) for table in re.findall(r"CREATE TABLE (\w+)", exemplar.database)}
        assert tables
        assert not any(tables <= others for others in known)


def test_no_source_is_one_of_transcoder(data: Path) -> None:
    problems = lines_of(data / "transcoder" / "transcoder_cpp_python.jsonl")
    names = {plain_name(problem["entry_point"]) for problem in problems}
    sources = [words(problem["source"].replace(problem["entry_point"], "f")) for problem in problems]
    for exemplar in PROGRAMS:
        if isinstance(exemplar.problem, TranslationProblem):
            assert plain_name(exemplar.problem.entry_point) not in names
            source = exemplar.problem.source.code.replace(exemplar.problem.entry_point, "f")
            assert words(source) not in sources

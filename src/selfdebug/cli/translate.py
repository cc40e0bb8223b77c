"""``selfdebug translate``: a program in another language, with tests that running the source gives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import CODES, UsageError
from selfdebug.cli.inputs import read_program, read_stdin, read_text
from selfdebug.cli.options import (
    FunctionName,
    Json,
    ProgramFile,
    SourceFile,
    SourceLanguage,
    TargetLanguage,
    Tests,
    TestsFile,
    configured,
)
from selfdebug.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from selfdebug.cli.running import Task
    from selfdebug.execution.calls import DerivedTests
    from selfdebug.problem import Program

HELP = (
    "Translate a program to another language, run it against tests, and debug it until it passes.\n\n"
    "Without tests, the source is run on generated inputs, and the translation must give the same results. Only the"
    " translation goes to standard output; progress goes to standard error."
)
EXAMPLES = f"""[bold]Examples[/]
  selfdebug translate gcd.cpp --to python > gcd.py
  selfdebug translate Dates.java --to rust --name daysBetween
  selfdebug translate sort.js --to go --tests cases.jsonl
  selfdebug translate - --from cpp --to python --test "assert gcd(6, 4) == 2"

[bold]Languages[/]: {", ".join(LANGUAGES)}.

[bold]Test files[/]: .jsonl with one test a line,
  {{"arguments": \\[6, 4], "expected": 2}} or {{"stdin": "6 4", "stdout": "2"}};
.py with assertions, for --to python; or test code in the target's language
that ends with an error if the program is wrong.

{CODES}"""


@configured()
def translate(
    source: SourceFile,
    to: TargetLanguage,
    language: SourceLanguage = "",
    name: FunctionName = "",
    test: Tests = None,
    tests: TestsFile = None,
    program: ProgramFile = None,
    as_json: Json = False,
    *,
    configuration: Configuration,
) -> None:
    """Translate a program."""
    task = task_of(source, to, language, name, test, tests, program, configuration)
    from selfdebug.cli import running

    running.debug([task], configuration, lambda found: running.conclude(found, as_json))


def task_of(
    path: Path,
    to: str,
    language: str,
    name: str,
    test: list[str] | None,
    tests: Path | None,
    program: Path | None,
    configuration: Configuration,
) -> Task:
    """The problem that the arguments pose; its tests are derived where none are given."""
    from selfdebug.cli.languages import named_language

    target = named_language(to, "--to")
    source = _source(path, language)
    if source.language == target:
        raise UsageError(f"The source is already in {target}: choose another language with --to.")
    started = read_program(program, target)
    from selfdebug.cli.given_tests import read_tests
    from selfdebug.execution.calls import read_signature
    from selfdebug.execution.errors import SignatureError
    from selfdebug.problem import TranslationProblem

    try:
        signature = read_signature(source.code, source.language, name or None)
    except SignatureError as error:
        if name:
            raise UsageError(str(error)) from None
        signature = None  # tests by standard input and output need none
    notes: tuple[str, ...] = ()
    if test or tests:
        given = read_tests(test, tests, target, signature.name if signature else name)
        shown, setup = given.tests, given.setup
        if signature is not None and not signature.is_typed:
            signature = None
    else:
        derived = derive(source, name, configuration)
        signature, shown, setup = derived.signature, tuple(derived.tests), ""
        notes = (f"Tests derived by running the source: {derived.note}",)
    problem = TranslationProblem(source, target, shown, name, setup=setup, signature=signature)
    from selfdebug.cli.running import Task

    return Task(problem, started, notes)


def derive(source: Program, name: str, configuration: Configuration) -> DerivedTests:
    """Run the source on generated inputs.

    Raises:
        UsageError: that gives no tests; the message says what to give instead.
    """
    from selfdebug.execution import Sandbox
    from selfdebug.execution.calls import derive_tests

    async def work() -> DerivedTests:
        async with Sandbox(unsafe=configuration.unsafe) as sandbox:
            return await derive_tests(source.code, source.language, sandbox, name=name or None)

    from selfdebug.cli.running import waiting

    with waiting("running the source to derive tests", configuration.quiet):
        return _derived(work())


def _derived(work: Coroutine[None, None, DerivedTests]) -> DerivedTests:
    import asyncio

    from selfdebug.execution.errors import SignatureError

    try:
        return asyncio.run(work)
    except SignatureError as error:
        raise UsageError(f"No tests can be derived: {error}") from None


def _source(path: Path, language: str) -> Program:
    from selfdebug.cli.languages import language_of_file, named_language

    found = named_language(language, "--from") if language else language_of_file(path)
    if found is None:
        what = "standard input" if str(path) == "-" else path
        raise UsageError(f"The language of {what} is not known: give --from, such as --from cpp.")
    code = read_text(path, "program") if str(path) != "-" else read_stdin("program")
    if not code.strip():
        raise UsageError("The program on standard input is empty.")
    from selfdebug.problem import Program

    return Program(code, found)

"""The tests that a user gives: texts that are a test each, and files of Python, JSON or the target's language."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from selfdebug.applications.given_tests.python_file import GivenTests, read_assertion, read_python_tests
from selfdebug.applications.problem_input import GivenTestTexts, GivenText, ProblemInputError, language_of_file
from selfdebug.languages import find_language
from selfdebug.languages.base import Language
from selfdebug.unit_tests import Assertion, Call, Driver, InputOutput, UnitTest

_JSON = (".json", ".jsonl", ".ndjson")
_FORMS = '"assert …", {"arguments": […], "expected": …} or {"stdin": "…", "stdout": "…"}'


def read_tests(given: GivenTestTexts, language: str = "python", function: str = "") -> GivenTests:
    """Read the tests that a user gave.

    Args:
        given: single texts are assertions for Python, else drivers in the program's language.
        language: of the program that they test.
        function: the function that calls without a name call.

    Raises:
        ProblemInputError: one cannot be read, or does not fit the language.
    """
    chosen = find_language(language)
    single = tuple(_test(text, "--test", chosen) for text in given.single)
    file = GivenTests(()) if given.file is None else _read_file(given.file, chosen, function)
    tests = single + file.tests
    for test in tests:
        if isinstance(test, Assertion) and not chosen.takes_assertions:
            raise ProblemInputError(
                f"{str(test)[:60]!r} is a Python assertion, which cannot test {chosen.title}:"
                ' give {"arguments": […], "expected": …} in a JSON file.'
            )
    return GivenTests(tests, file.setup)


def written_tests(tests: Iterable[UnitTest]) -> GivenTestTexts:
    """Tests as a user could have written them."""
    from selfdebug.prompts.filters import as_test

    text = "\n".join(map(as_test, tests))
    return GivenTestTexts(file=GivenText(text)) if text else GivenTestTexts()


def _test(text: str, source: str, language: Language) -> UnitTest:
    return read_assertion(text, source) if language.takes_assertions else Driver(text)


def _read_file(file: GivenText, language: Language, function: str) -> GivenTests:
    source = str(file.path or "The tests field")
    match _form_of(file, language):
        case "json":
            entries = _entries(file.text, source)
            tests = GivenTests(tuple(_json_test(entry, source, language, function) for entry in entries))
        case "python":
            tests = read_python_tests(file.text, source, file.path and file.path.parent)
        case "driver":
            tests = GivenTests((Driver(file.text),))
        case _:
            known = "a .py file of assertions" if language.takes_assertions else f"{language.title} test code"
            raise ProblemInputError(f"{source} is not a known kind of test file: give {known}, or .json, or .jsonl.")
    if not tests.tests:
        raise ProblemInputError(f"{source} holds no test: write assertions such as 'assert f(2) == 4' into it.")
    return tests


def _form_of(file: GivenText, language: Language) -> str:
    """How a file is to be read: by its name, or by its text if it has none; empty if its name fits nothing."""
    code = "python" if language.takes_assertions else "driver"
    if file.path is None:
        return "json" if file.text.lstrip().startswith(("[", "{")) else code
    if file.path.suffix.lower() in _JSON:
        return "json"
    return code if language_of_file(file.path) == language.name else ""


def _entries(text: str, source: str) -> list[Any]:
    """The entries of a JSON list, or of JSON lines."""
    try:
        if text.lstrip().startswith("["):
            whole = json.loads(text)
            return whole if isinstance(whole, list) else [whole]
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError) as error:
        raise ProblemInputError(f"{source} is neither a JSON list nor JSON lines: {error}.") from None


def _json_test(entry: Any, source: str, language: Language, function: str) -> UnitTest:
    match entry:
        case str():
            return _test(entry, f"{source}: {entry[:60]!r}", language)
        case {"stdin": str(stdin), "stdout": str(stdout), **rest} if not rest:
            return InputOutput(stdin, stdout)
        case {"arguments": list(arguments), "expected": expected, **rest} if set(rest) <= {"function", "tolerance"}:
            called, tolerance = rest.get("function", function), rest.get("tolerance", 0.0)
            if not (isinstance(called, str) and called):
                raise ProblemInputError(f'{source}: a call needs the name of its function: add "function": "…".')
            if not isinstance(tolerance, int | float) or tolerance < 0:
                raise ProblemInputError(f"{source}: a tolerance must be 0 or more.")
            return Call(called, tuple(arguments), expected, tolerance=float(tolerance))
    raise ProblemInputError(f"{source}: {json.dumps(entry)[:80]} is not a test: write {_FORMS}.")


__all__ = ["GivenTests", "read_tests", "written_tests"]

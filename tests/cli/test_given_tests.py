"""Tests that users give, in every form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from selfdebug.cli.failing import UsageError
from selfdebug.cli.given_tests import GivenTests, read_tests
from selfdebug.execution import Assertion, Call, Driver, InputOutput


def given(name: str, text: str | bytes, language: str = "python", function: str = "") -> GivenTests:
    path = Path(name)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_tests(None, path, language, function)


def test_statements_are_tests_and_definitions_their_setup() -> None:
    text = '''"""About f."""
import math

CASES = [1, 2]


@staticmethod
def near(a, b):
    return abs(a - b) < 1e-6


assert f(2) == 4
assert near(
    f(3), 9.0
)
for case in CASES:
    assert f(case) == case**2
'''
    found = given("cases.py", text)
    assert [str(test) for test in found.tests] == [
        "assert f(2) == 4",
        "assert near(\n    f(3), 9.0\n)",
        "for case in CASES:\n    assert f(case) == case**2",
    ]
    assert "import math\nCASES = [1, 2]\n@staticmethod\ndef near(a, b):" in found.setup


def test_functions_of_pytest_are_tests_by_their_body() -> None:
    found = given(
        "test_f.py", "def test_two():\n    x = 2\n    assert f(x) == 4\n\ndef test_three(): assert f(3) == 9\n"
    )
    assert found.tests == (Assertion("x = 2\nassert f(x) == 4"), Assertion("assert f(3) == 9"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def test_two(tmp_path):\n    assert f(tmp_path)", "test_two (line 1) has parameters"),
        ("def test_two(*values):\n    assert f(values)", "test_two (line 1) has parameters"),
        ("@mark.slow\ndef test_two():\n    assert f(2)", "test_two (line 2) has decorators"),
        ("async def test_two():\n    assert await f(2)", "test_two (line 1) has async"),
        ("def test_two():\n    yield f(2)", "test_two (line 1) has yield"),
        ("class TestF:\n    def test_two(self):\n        assert f(2)", "class TestF (line 1)"),
        ("class Of(unittest.TestCase):\n    def testTwo(self):\n        assert f(2)", "class Of (line 1)"),
    ],
)
def test_what_only_a_test_runner_could_run_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        given("test_f.py", f"{text}\n\n\nassert f(2) == 4\n" if "class" in text else text)
    assert message in str(caught.value)


def test_helper_classes_and_functions_are_setup() -> None:
    found = given("test_f.py", "class TestData:\n    x = 1\ndef near(a):\n    return a\nassert f(near(2)) == 4")
    assert found.tests == (Assertion("assert f(near(2)) == 4"),)
    assert "class TestData" in found.setup


@pytest.mark.parametrize("condition", ['__name__ == "__main__"', "'__main__' == __name__"])
def test_what_starts_a_file_is_neither_test_nor_setup(condition: str) -> None:
    found = given("test_f.py", f"assert f(2) == 4\nif {condition}:\n    run_all()\n")
    assert found == GivenTests((Assertion("assert f(2) == 4"),))


@pytest.mark.parametrize(
    "text",
    [
        "def test_two():\n    if f(0):\n        return\n    assert f(2) == 4",
        'def test_two():\n    assert f(2) == """\n    4\n"""',
        'def test_two():\n    assert f(2) == """\n4"""',
    ],
)
def test_function_whose_body_means_something_else_outside_is_called(text: str) -> None:
    (test,) = given("test_f.py", text).tests
    assert test == Assertion(f"{text}\ntest_two()")


def test_function_of_any_length_is_a_test_or_wrong_usage() -> None:
    for length in range(100, 10_000, 300):
        text = "def test_two():\n    assert f(2) == " + "+".join("1" * length)
        try:
            assert len(given("test_f.py", text).tests) == 1
        except UsageError as error:
            assert "cannot be read as Python" in str(error)  # noqa: PT017 - Python's own limit, which versions move


def test_functions_of_one_line_and_of_inner_functions_are_their_body() -> None:
    text = (
        "def test_two(): x = 2; assert f(x) == 4\ndef test_three(): assert (\n    f(3) == 9)\n"
        "def test_four():\n    @cache\n    def four(): return 4\n    assert f(four()) == 16\n"
    )
    assert given("test_f.py", text).tests == (
        Assertion("x = 2\nassert f(x) == 4"),
        Assertion("assert (\n    f(3) == 9)"),
        Assertion("@cache\ndef four(): return 4\nassert f(four()) == 16"),
    )


@pytest.mark.parametrize("mark", ["\f", "\x0b", "\x1c", "\x85", "\u2028"])
def test_only_line_ends_end_lines(mark: str) -> None:
    text = f"X = '{mark}'\n# {mark}\r\ndef test_two():\r\n    x = '{mark}'\r    assert f(x) == 4\n"
    found = given("test_f.py", text)
    assert found == GivenTests((Assertion(f"x = '{mark}'\nassert f(x) == 4"),), f"X = '{mark}'")


def test_json_lines_end_at_line_ends_only() -> None:
    text = '{"stdin": "a\u2028b", "stdout": "\x85"}\r\n{"stdin": "1", "stdout": "2"}\n'
    assert given("tests.jsonl", text).tests == (InputOutput("a\u2028b", "\x85"), InputOutput("1", "2"))


@pytest.mark.parametrize("name", ["tests.json", "tests.jsonl"])
def test_json_list_and_json_lines(name: str) -> None:
    entries: list[object] = ["assert f(2) == 4", {"arguments": [2], "expected": 4}, {"stdin": "1", "stdout": "2"}]
    text = json.dumps(entries) if name == "tests.json" else "\n".join(map(json.dumps, entries))
    expected = (Assertion("assert f(2) == 4"), Call("f", (2,), 4), InputOutput("1", "2"))
    assert given(name, text, function="f").tests == expected


def test_driver_in_the_programs_language() -> None:
    assert given("driver.cpp", "int main() { return f(2) != 4; }", "cpp").tests == (
        Driver("int main() { return f(2) != 4; }"),
    )


def test_command_line_and_file_together() -> None:
    Path("more.json").write_text('["assert f(3) == 9"]')
    found = read_tests(["assert f(2) == 4"], Path("more.json"))
    assert [str(test) for test in found.tests] == ["assert f(2) == 4", "assert f(3) == 9"]


@pytest.mark.parametrize(
    ("name", "text", "language", "message"),
    [
        ("cases.py", "", "python", "is empty"),
        ("cases.py", "assert f(2) ==", "python", "is not Python (line 1"),
        ("cases.py", "import math", "python", "holds no test"),
        ("cases.py", b"\xff\xfe\x00", "python", "is not UTF-8 text"),
        ("cases.py", b"a\0b", "python", "is a binary file"),
        ("cases.py", "(" * 500 + ")" * 500, "python", "Python"),
        ("cases.txt", "assert f(2) == 4", "python", "not a known kind of test file"),
        ("cases.py", "assert f(2) == 4", "cpp", "not a known kind of test file"),
        ("cases.java", "class A {}", "cpp", "not a known kind of test file"),
        ("cases.json", "{", "python", "neither a JSON list nor JSON lines"),
        ("cases.json", "[]", "python", "holds no test"),
        ("cases.json", "[" * 100_000, "python", "neither a JSON list nor JSON lines"),
        ("cases.json", "[3]", "python", "is not a test"),
        ("cases.json", '[{"arguments": [2]}]', "python", "is not a test"),
        ("cases.json", '[{"stdin": "", "stdout": "", "x": 1}]', "python", "is not a test"),
        ("cases.json", '[{"arguments": [2], "expected": 4}]', "python", "needs the name of its function"),
        ("cases.json", '["assert f(2) =="]', "python", "is not Python"),
    ],
)
def test_what_is_no_test_is_named(name: str, text: str | bytes, language: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        given(name, text, language)
    assert message in str(caught.value)


def test_assertion_on_the_command_line_that_is_not_python() -> None:
    with pytest.raises(UsageError, match="--test is not Python"):
        read_tests(["f(2) should be 4"], None)
    with pytest.raises(UsageError, match="--test is empty"):
        read_tests([" "], None)


def test_missing_file_and_folder() -> None:
    with pytest.raises(UsageError, match="There is no file"):
        read_tests(None, Path("missing.py"))
    with pytest.raises(UsageError, match="is a folder"):
        read_tests(None, Path("."))

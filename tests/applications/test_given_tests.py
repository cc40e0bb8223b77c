"""Tests that users give, in every form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from selfdebug.applications.given_tests import GivenTests, read_tests
from selfdebug.applications.problem_input import GivenTestTexts, GivenText, ProblemInputError
from selfdebug.cli.failing import UsageError
from selfdebug.cli.inputs import read_text
from selfdebug.unit_tests import Assertion, Call, Driver, InputOutput, PytestFile

REFUSED = (ProblemInputError, UsageError)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are named without their folder, as at a terminal."""
    monkeypatch.chdir(tmp_path)


def given(name: str, text: str | bytes, language: str = "python", function: str = "") -> GivenTests:
    path = Path(name)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_tests(GivenTestTexts(file=GivenText(read_text(path, "tests"), path)), language, function)


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
    ("text", "names"),
    [
        ("def test_two(tmp_path):\n    assert f(tmp_path)", ["test_two"]),
        (
            "@mark.slow\ndef test_two():\n    assert f(2)\ndef test_three():\n    assert f(3)",
            ["test_two", "test_three"],
        ),
        ("async def test_two():\n    assert await f(2)", ["test_two"]),
        ("@pytest.fixture(scope='module')\ndef two(): return 2\ndef test_two(): assert f(2)", ["test_two"]),
        ("class TestF:\n    def test_two(self):\n        assert f(2)\n    def help(self): pass", ["TestF::test_two"]),
        ("class Of(unittest.TestCase):\n    def testTwo(self):\n        assert f(2)", ["Of::testTwo"]),
        ("class TestF(Base):\n    def test_two(self): assert f(2)\nclass TestG(Base): pass", ["TestF", "TestG"]),
    ],
)
def test_what_only_pytest_could_run_is_run_by_it(text: str, names: list[str]) -> None:
    tests = given("test_f.py", text).tests
    assert tests == tuple(PytestFile(text, "", name) for name in names)
    assert str(tests[0]).startswith(("def test", "async def", "@mark", "class TestF(Base)"))


@pytest.mark.parametrize(
    ("text", "setup", "tests"),
    [
        ("from stack import Stack\ndef test_a():\n    assert Stack()", "from program import Stack", ["assert Stack()"]),
        ("import stack\ndef test_a(): assert stack.f(1) == 2", "import program as stack", ["assert stack.f(1) == 2"]),
        ("import math, stack as st\nassert st.f(math.pi)", "import math, program as st", ["assert st.f(math.pi)"]),
        ("from .stack import f as g\nassert g(1)", "from program import f as g", ["assert g(1)"]),
        ("def test_a():\n    from stack import (\n        f,\n    )\n    assert f(1)", "",
         ["from program import f\nassert f(1)"]),
        ("from stack import S\ns = S()\ns.push(1)\nassert s.top() == 1\ns.pop()", "from program import S\ns = S()",
         ["s.push(1)\nassert s.top() == 1\ns.pop()"]),
    ],
)  # fmt: skip
def test_the_module_that_is_not_there_is_the_program(text: str, setup: str, tests: list[str]) -> None:
    assert given("test_stack.py", text) == GivenTests(tuple(map(Assertion, tests)), setup)


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("from stack import f\n@pytest.mark.slow\ndef test_a(): assert f(1)", "stack"),
        ("import src.stack\ndef test_a(): assert src.stack.f(1)", "src.stack"),
        ("import stack\ndef test_a():\n    with mock.patch('stack.f'):\n        assert stack.g()", "stack"),
    ],
)
def test_the_module_keeps_its_name_where_pytest_runs_the_tests(text: str, module: str) -> None:
    assert given("test_stack.py", text).tests == (PytestFile(text, module, "test_a"),)


def test_a_module_beside_the_tests_is_the_program_and_an_installed_one_is_none() -> None:
    Path("stack.py").write_text("def f(x): return x")
    assert given("test_stack.py", "from stack import f\nassert f(1)").setup == "from program import f"
    assert given("test_stack.py", "from rich import text\nassert f(text)").setup == "from rich import text"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import stack, queues\nassert stack.f(queues)", "it imports queues and stack, and only one module"),
        ("import networkx as nx\nassert f(nx)", "line 1 imports networkx: install it"),
    ],
)
def test_imports_that_cannot_be_the_program_are_named(text: str, message: str) -> None:
    with pytest.raises(REFUSED, match=message):
        given("test_stack.py", text)


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("add(1, 2) == 3", "assert add(1, 2) == 3"),
        ("f(1) == 2, 'why'", "assert f(1) == 2, 'why'"),
        ("f(1) == 2\nf(2) is None", "assert f(1) == 2\nassert f(2) is None"),
        ("'é' == f(1); 2 in f(2)", "assert 'é' == f(1); assert 2 in f(2)"),
        ("assert (f(1) == 2, 'why')", "assert f(1) == 2, 'why'"),
        ("assert (\n    f(1)\n    == 2,\n    f'why {1}',\n)", "assert (f(1)\n    == 2), f'why {1}'"),
        ("not f(1)", "assert not f(1)"),
        ("f(1) == 2 and f(2)", "assert f(1) == 2 and f(2)"),
        ("isinstance(f(1), int)", "assert isinstance(f(1), int)"),
        ("for x in range(3):\n    if x: f(x) == x", "for x in range(3):\n    if x: assert f(x) == x"),
        ("s = S()\ns.push(1)\ns.top() == 1", "s = S()\ns.push(1)\nassert s.top() == 1"),
        ("def test_f():\n    f(1) == 2", "def test_f():\n    assert f(1) == 2\ntest_f()"),
        ("check(f)", "check(f)"),
        ("with pytest.raises(ValueError): f(1)", "with pytest.raises(ValueError): f(1)"),
    ],
)
def test_what_compares_is_an_assertion(text: str, test: str) -> None:
    assert read_tests(GivenTestTexts((text,))).tests == (Assertion(test),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f(1)", "'f(1)' compares nothing, so that every program would pass it: write an assertion such as"
         " 'assert f(1) == …'"),
        ("f", "such as 'assert f == …'"),
        ("print(f(1))", "such as 'assert f(1) == …'"),
        ("x = f(1)", "'x = f(1)' compares nothing"),
        ("check_all(1)", "compares nothing"),
        ("if f(1) == 2: pass", "compares nothing"),
        ("def help(): f(1) == 2", "compares nothing"),
        ("# f(1) == 2", "is empty"),
        ("assert (f(1) == 2, f(2) == 3)", "(line 1) asserts a tuple, which is always true"),
    ],
)  # fmt: skip
def test_what_every_program_would_pass_is_refused(text: str, message: str) -> None:
    with pytest.raises(REFUSED) as caught:
        read_tests(GivenTestTexts((text,)))
    assert message in str(caught.value)


def test_comparisons_in_files_are_assertions_too() -> None:
    text = "f(1) == 1\ndef near(a, b):\n    assert a == b\nnear(f(2), 4)\ndef test_three():\n    f(3) == 9, 'why'\n"
    assert [str(test) for test in given("cases.py", text).tests] == [
        "assert f(1) == 1", "near(f(2), 4)", "assert f(3) == 9, 'why'",
    ]  # fmt: skip
    assert given("cases.json", '["f(1) == 1"]').tests == (Assertion("assert f(1) == 1"),)
    with pytest.raises(REFUSED, match="holds no test"):
        given("cases.py", "print(f(1))\nf(2)")


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
        except ProblemInputError as error:
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
    found = read_tests(
        GivenTestTexts(("assert f(2) == 4",), GivenText(read_text(Path("more.json"), "tests"), Path("more.json")))
    )
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
    with pytest.raises(REFUSED) as caught:
        given(name, text, language)
    assert message in str(caught.value)


def test_assertion_on_the_command_line_that_is_not_python() -> None:
    with pytest.raises(REFUSED, match="--test is not Python"):
        read_tests(GivenTestTexts(("f(2) should be 4",)))
    with pytest.raises(REFUSED, match="--test is empty"):
        read_tests(GivenTestTexts((" ",)))


def test_missing_file_and_folder() -> None:
    with pytest.raises(REFUSED, match="There is no file"):
        read_text(Path("missing.py"), "tests")
    with pytest.raises(REFUSED, match="is a folder"):
        read_text(Path("."), "tests")

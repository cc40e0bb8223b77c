"""What a model is told of an error: messages as interpreters, compilers and databases really give them."""

from __future__ import annotations

import pytest

from selfdebug.outcome import ProgramError
from selfdebug.problem import Program
from selfdebug.prompts.errors import as_error
from selfdebug.query_outcome import QueryError, QueryErrorKind

CODE = "def f(a):\n    return a / 0\n"


def told(message: str, language: str = "python", kind: str = "E", line: int | None = None, code: str = CODE) -> str:
    return as_error(ProgramError(kind, message, line), Program(code, language), 300)


@pytest.mark.parametrize(
    ("line", "place"),
    [(2, " (line 2: `return a / 0`)"), (None, ""), (3, " (line 3)"), (9, " (line 9)"), (-1, " (line -1)")],
)
def test_the_line_stands_with_its_text(line: int | None, place: str) -> None:
    assert (
        told("division by zero", kind="ZeroDivisionError", line=line) == f"ZeroDivisionError: division by zero{place}"
    )


def test_a_line_with_backticks_or_of_any_length_is_told_from_the_rest() -> None:
    assert told("x", "javascript", line=1, code="f(`a`)") == "E: x (line 1: f(`a`))"
    assert len(told("x", line=1, code="a" * 1000)) < 130
    assert told("x", line=2, code="a\r\nb\rc") == "E: x (line 2: `b`)"


def test_a_long_message_keeps_the_line() -> None:
    error = ProgramError("E", "x" * 999, 2)
    assert as_error(error, Program(CODE, "python"), 50).endswith("x (line 2: `return a / 0`)")


def test_an_error_without_a_message_is_its_name() -> None:
    assert told("", kind="StackOverflowError", language="java") == "StackOverflowError"
    assert told("", kind="Timeout") == "Timeout"


def test_what_the_sandbox_says_needs_no_name() -> None:
    assert told("used up its processor time", kind="Timeout") == "used up its processor time"
    assert told("signal SIGSEGV", "cpp", "Killed") == "signal SIGSEGV"


@pytest.mark.parametrize(
    ("language", "message", "clean"),
    [
        ("python", "cannot import name 'sqr' from 'math' (/usr/lib/python3.11/lib-dynload/math.cpython-311.so)",
         "cannot import name 'sqr' from 'math'"),
        ("python", "<program.A object at 0x7feaab727250>", "<A object>"),
        ("python", "[Errno 2] No such file or directory: '/scratch/data.txt'",
         "[Errno 2] No such file or directory: 'data.txt'"),
        ("python", "[Errno 2] No such file or directory: '/etc/data.txt'",
         "[Errno 2] No such file or directory: '/etc/data.txt'"),
        ("cpp", "no match for ‘operator[]’ (operand types are ‘std::map<std::__cxx11::basic_string<char>, "
         "std::vector<int> >’ and ‘int’)",
         "no match for 'operator[]' (operand types are 'std::map<std::string, std::vector<int>>' and 'int')"),
        ("cpp", "invalid initialization of reference of type ‘std::vector<std::__cxx11::basic_string<char> >&’",
         "invalid initialization of reference of type 'std::vector<std::string>&'"),
        ("cpp", "conversion from ‘int’ to ‘std::string’ {aka ‘std::__cxx11::basic_string<char>’} requested",
         "conversion from 'int' to 'std::string' requested"),
        ("cpp", "use of deleted function ‘std::unordered_map<_Key, _Tp, _Hash, _Pred, _Alloc>::unordered_map() "
         "[with _Key = std::vector<int>; _Tp = int; _Hash = std::hash<std::vector<int> >; _Pred = "
         "std::equal_to<std::vector<int> >; _Alloc = std::allocator<std::pair<const std::vector<int>, int> >]’",
         "use of deleted function 'std::unordered_map<std::vector<int>, int>::unordered_map()'"),
        ("cpp", "no match for ‘operator<<’ (operand types are ‘std::ostream’ {aka ‘std::basic_ostream<char>’} and ‘A’)",
         "no match for 'operator<<' (operand types are 'std::ostream' and 'A')"),
        ("cpp", "a > b and c < d, std::allocator<", "a > b and c < d"),
        ("cpp", "calling int f(int v) failed: undefined reference to g(int)", "undefined reference to g(int)"),
        ("java", "class java.lang.String cannot be cast to class java.lang.Integer (java.lang.String and "
         "java.lang.Integer are in module java.base of loader 'bootstrap')",
         "class String cannot be cast to class Integer"),
        ("java", "bad java.lang.Object@b4c966a[I@2f4d3709", "bad Object"),
        ("go", 'cannot find package "golang.org/x/exp" in any of:', 'cannot find package "golang.org/x/exp"'),
        ("rust", "the len is 1 but the index is 5", "the len is 1 but the index is 5"),
        ("javascript", "Cannot read properties of undefined (reading 'c')",
         "Cannot read properties of undefined (reading 'c')"),
    ],
)  # fmt: skip
def test_noise_of_a_language_is_left_out(language: str, message: str, clean: str) -> None:
    assert told(message, language) == f"E: {clean}"


@pytest.mark.parametrize(
    ("message", "clean"),
    [
        ("no such column: title", "no such column: title"),
        ('Binder Error: Referenced column "title" not found in FROM clause!\nCandidate bindings: "price", "id"\n\n'
         "LINE 1: SELECT title FROM product\n               ^^^^^",
         'Binder Error: Referenced column "title" not found in FROM clause!\nCandidate bindings: "price", "id"'),
        ("Binder Error: WHERE clause cannot contain aggregates!\n\nLINE 1: SELECT name, COUNT(*) FROM product WHERE"
         " COUNT(*) > 1\n                                                 ^^^^^^^^",
         "Binder Error: WHERE clause cannot contain aggregates! (at `COUNT(*)`)"),
        ("Catalog Error: Table with name products does not exist!\n\nLINE 1: SELECT name FROM products\n"
         "                         ^^^^^^^^\nNearest in the schema: product.",
         "Catalog Error: Table with name products does not exist!\nNearest in the schema: product."),
        ("Binder Error: No function matches 'sum(VARCHAR)'.\n\tCandidate functions:\n\tsum(a) -> A\n\tsum(b) -> B\n"
         "\tsum(c) -> C\n\tsum(d) -> D\n\n\nLINE 1: SELECT SUM(name) FROM product\n               ^^^^^^^^^",
         "Binder Error: No function matches 'sum(VARCHAR)'. Candidates: sum(a) -> A; sum(b) -> B; sum(c) -> C; …"
         " (at `SUM(name)`)"),
    ],
)  # fmt: skip
def test_a_database_need_not_repeat_the_query(message: str, clean: str) -> None:
    assert as_error(QueryError(QueryErrorKind.FAILED, message), Program("SELECT 1", "sql"), 600) == clean

"""Whatever a reply holds, reading it ends soon, in a program or in the one error; what was wrapped comes back."""

from __future__ import annotations

import ast
import contextlib
import textwrap
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfdebug.applications.reading import UnreadableReplyError
from tests.applications.replies import read_program, read_query, read_verdict

LANGUAGES = ("python", "cpp", "java", "javascript", "rust", "go")
DIALECTS = ("sqlite", "duckdb", "postgres", "mysql")
SCRAPS = (
    "```", "```python\n", "~~~", "````", "`", "\n", "\n\n", "    ", "> ", "- ", "def f(x):\n", "    return x\n",
    "SELECT ",
    "FROM t", ";", "(", ")", "{", "}", "'", '"', '"""', "/*", "*/", "--", "#", "### Request\n", "Verdict: ", "correct",
    "int f(int x) {\n", "This is the fixed one.\n", ">>> ", "<|im_end|>", "\\", "\0", "\ud800", "\r", "\u00a0",
    "@@ ", "+ ",
    "class A:\n", "func f() {\n", "fn f() {\n", "Note: ", "SQL: ", "WITH a AS (", "$$", "-", "lambda: ", "import x\n",
)  # fmt: skip
anything = st.one_of(st.text(), st.lists(st.sampled_from(SCRAPS), max_size=30).map("".join))
few = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@few
@given(anything, st.sampled_from(LANGUAGES), st.sampled_from(DIALECTS), st.sampled_from(["", "f"]))
def test_nothing_else_escapes(text: str, language: str, dialect: str, entry_point: str) -> None:
    with contextlib.suppress(UnreadableReplyError):
        assert read_program(text, language, entry_point=entry_point).endswith("\n")
    with contextlib.suppress(UnreadableReplyError):
        assert read_query(text, dialect).strip()
    with contextlib.suppress(UnreadableReplyError):
        read_verdict(text)


LONG = (
    "`", "```\n", "```\nx(\n", "```python\nf(\n", "SELECT (", "SELECT ", "(", "([{", "'", "/*", ";", " ", "\n", "a ",
    "a<", "def f(\n", ":", "> ", ">>> ", "int f(int x) {\n", "WITH a AS (\n", "SELECT a FROM\n", "f(", "<|", "a(b ",
)  # fmt: skip


@pytest.mark.parametrize("scrap", LONG)
def test_long_nonsense_is_read_through(scrap: str) -> None:
    text = scrap * (200_000 // len(scrap))
    # Nothing is timed: what is worse than linear does not come back.
    for before in ("", "SELECT a FROM t\n"):
        for language in ("python", "cpp"):
            with contextlib.suppress(UnreadableReplyError):
                read_program(before + text, language, entry_point="f")
        with contextlib.suppress(UnreadableReplyError):
            read_query(before + text, "mysql")
        with contextlib.suppress(UnreadableReplyError):
            read_verdict(before + text)


NAMES = st.sampled_from(["total", "count", "left_part", "Größe", "x1"])
EXPRESSIONS = st.recursive(
    st.one_of(st.integers(0, 99).map(str), NAMES, st.sampled_from(["'a b'", '"```"', "'It is so.'", "[]", "{'a': 1}"])),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "*", "//", "and", "==", "<"]), inner).map(lambda t: f"({' '.join(t)})"),
        inner.map(lambda e: f"len({e})"),
        inner.map(lambda e: f"[{e}, {e}]"),
    ),
    max_leaves=5,
)
STATEMENTS = st.one_of(
    EXPRESSIONS.map(lambda e: f"total = {e}"),
    EXPRESSIONS.map(lambda e: f"if {e}:\n    return {e}"),
    EXPRESSIONS.map(lambda e: f"for x1 in {e}:\n\n    count = {e}  # so it is"),
    st.sampled_from(["# Here is why: it adds.", "print('so')", "text = '''\nThis is a sentence.\n```\n'''"]),
)


@st.composite
def python_programs(draw: st.DrawFn) -> str:
    head = draw(st.sampled_from(["", "import math\n", "from typing import List\n\n", "LIMIT = 10\n\n", "# Adds.\n"]))
    doc = draw(st.sampled_from(["", '    """Add.\n\n    ```\n    f(1)\n    ```\n    """\n', "    '''Add.'''\n"]))
    body = "\n".join(draw(st.lists(STATEMENTS, max_size=4)))
    tail = draw(st.sampled_from(["", "\n\nassert solve(1) == 1\n", '\n\nif __name__ == "__main__":\n    solve(1)\n']))
    body_lines = "\n".join("    " + line if line.strip() else line for line in body.split("\n"))
    # A text in quotes keeps its margin.
    return f"{head}def solve(total):\n{doc}{body_lines}\n    return {draw(EXPRESSIONS)}\n{tail}"


def _packagings(tag: str) -> list[Callable[[str], str]]:
    inside = "\n### Request\nWrite a function that adds.\n"
    return [
        lambda c: f"```{tag}\n{c}```",
        lambda c: f"```\n{c}```\n",
        lambda c: f"~~~~{tag}\n{c}~~~~\n",
        lambda c: f"`````{tag.upper()}\n{c}`````\n",
        lambda c: f"Here is the fixed function:\n\n```{tag}\n{c}```\n\nIt “works” now; it's done.\n",
        lambda c: "1. Fixed:\n\n" + textwrap.indent(f"```{tag}\n{c}```\n", "   "),
        lambda c: textwrap.indent(f"```{tag}\n{c}```\n", "> ", lambda line: True),
        lambda c: f"```bash\npip install it\n```\n```{tag}\n{c}```\n```text\nThe sum is 3.\n```\n",
        lambda c: f"\ufeff```{tag}\n{c}```".replace("\n", "\r\n"),
        lambda c: f"```{tag}\n{c}```\n{inside}\n```{tag}\nwhatever(\n```",
        lambda c: f"````markdown\nSo:\n\n```{tag}\n{c}```\n````\n",
        lambda c: f"```{tag}\n{c}",
    ]


@few
@given(python_programs(), st.sampled_from(_packagings("python")), st.sampled_from(["", "solve"]))
def test_a_wrapped_python_program_comes_back(code: str, wrap: Callable[[str], str], entry_point: str) -> None:
    read = read_program(wrap(code), "python", entry_point=entry_point)
    assert ast.dump(ast.parse(read)) == ast.dump(ast.parse(code))


@few
@given(
    python_programs(),
    st.sampled_from(["", "Here is the function:\n\n"]),
    st.sampled_from(["", "\nIt adds them all.\n"]),
)
def test_an_unfenced_python_program_comes_back(code: str, before: str, after: str) -> None:
    read = read_program(before + code + after, "python")
    assert ast.dump(ast.parse(read)) == ast.dump(ast.parse(code))


@st.composite
def cpp_programs(draw: st.DrawFn) -> str:
    head = draw(
        st.sampled_from(
            ["", "#include <vector>\nusing namespace std;\n\n", "// Adds.\n", "/*\nThis adds them all.\n*/\n"]
        )
    )
    kind = draw(st.sampled_from(["int", "vector<int>", "const string&", "long long", "auto"]))
    body = draw(st.lists(st.sampled_from([
        "    for (int i = 0; i < n; i++) { n += i; }", "    if (n < 2) return n;", "    // Here is why.",
        "    int m = n << 1;",
        "",
    ]), max_size=4))  # fmt: skip
    return f"{head}{kind} solve(int n) {{\n" + "".join(line + "\n" for line in body) + "    return n;\n}\n"


@few
@given(
    cpp_programs(),
    st.sampled_from([*_packagings("cpp"), lambda c: c, lambda c: f"It is:\n\n{c}\nIt adds them all."]),
)
def test_a_wrapped_cpp_program_comes_back(code: str, wrap: Callable[[str], str]) -> None:
    assert read_program(wrap(code), "cpp") == code


@st.composite
def queries(draw: st.DrawFn) -> str:
    column = st.sampled_from(["name", "T1.age", "count(*)", "'it''s; so'", '"a b"', "max(age) AS m"])
    where = st.sampled_from(
        ["", " WHERE age > 20", "\nWHERE name LIKE '%;%'", " WHERE a IN (SELECT b FROM c)", " -- all; of them\n"]
    )
    core = st.builds(lambda c, w: f"SELECT {c} FROM singer AS T1{w}", column, where)
    query = draw(core)
    if draw(st.booleans()):
        query += draw(st.sampled_from(["\nUNION\n", " EXCEPT ", "\n\nINTERSECT\n"])) + draw(core)
    if draw(st.booleans()):
        query = f"WITH a AS ({draw(core)}\n)\n\n{query}"
    query += draw(st.sampled_from(["", "\nORDER BY 1 DESC", " LIMIT 3"]))
    return query.strip()


SQL_PACKAGINGS: list[Callable[[str], str]] = [
    lambda q: q,
    lambda q: f"{q}\n;",
    lambda q: f"SQL: {q}",
    lambda q: f"**Answer:**\n{q}\n;\n\nIt doesn't need a join.",
    lambda q: f"{q}\n\nThis query doesn't need a join.",
    lambda q: f"{q}\n;\n```\n\n### Request\nCount them.\n```sql\nSELECT 1\n```",
    lambda q: f"```sql\n{q}\n;\n-- done\n```",
]


@few
@given(queries(), st.sampled_from(SQL_PACKAGINGS + [lambda q, w=w: w(q + "\n") for w in _packagings("sql")]))
def test_a_wrapped_query_comes_back(query: str, wrap: Callable[[str], str]) -> None:
    assert read_query(wrap(query), "sqlite") == query


@few
@given(python_programs(), st.sampled_from(_packagings("python")), st.data())
def test_nothing_is_read_from_a_truncated_reply(code: str, wrap: Callable[[str], str], data: st.DataObject) -> None:
    reply = wrap(code)
    cut = reply[: data.draw(st.integers(0, len(reply)))]
    for read in (
        lambda: read_program(cut, "python", finish="length"),
        lambda: read_query(cut, "mysql", finish="length"),
    ):
        with pytest.raises(UnreadableReplyError):
            read()


@few
@given(python_programs(), st.data())
def test_a_fence_that_is_never_closed_gives_no_half_a_statement(code: str, data: st.DataObject) -> None:
    cut = code[: data.draw(st.integers(0, len(code)))]
    try:
        read = read_program("```python\n" + cut, "python", entry_point="solve")
    except UnreadableReplyError:
        return
    ast.parse(read)

"""Calls of functions in every language: values go in and come out unharmed, and verdicts cannot be forged."""

from __future__ import annotations

import contextlib
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfdebug.execution import Call, InputOutput, Limits, RunOptions, Sandbox, TraceOptions
from selfdebug.execution.calls import declare, read_signature, values
from selfdebug.languages import LANGUAGES
from selfdebug.outcome import Outcome, Status
from selfdebug.problem import Program
from selfdebug.signature import FLOATING, INT32, TEXT, ListOf, OptionalOf, SetOf, TupleOf
from tests.needs import skip_or_fail

# A procedure that changes nothing gives back all that it was given.
EVERYTHING = read_signature(
    "def f(table: list[list[int]], texts: list[str], floats: list[float], flags: list[bool], counts: dict[str, int],"
    " seen: set[int], pairs: list[tuple[int, str]], maybe: list[Optional[int]], n: int, t: str, d: float, b: bool)"
    " -> None: pass",
    "python",
)
NOTHING: tuple[Any, ...] = ([], [], [], [], {}, set(), [], [], 0, "", 0.0, False)
MUCH: tuple[Any, ...] = (
    [[1, -2], [], [2**53, -(2**53)]], ["", "hé'\"\\\n\t\0${x}%d", "😀 #{y}"],
    [math.nan, math.inf, -math.inf, 0.1, -0.0, 1e300, 5e-324], [True, False], {"a": 1, "ü": -5, "": 0}, {3, 1, 2},
    [(1, "x"), (-2, "")], [None, 4], -7, "\u2028", 1.5, True,
)  # fmt: skip


def echo(language: str) -> str:
    """A program that does nothing with everything."""
    declared = declare(EVERYTHING, language)
    if language == "java":
        return declared.removesuffix("\n}") + " {}\n}"
    return f"{declared} pass" if language == "python" else f"{declared} {{}}"


def needs(language: str) -> None:
    missing = LANGUAGES[language].missing()
    if missing:
        skip_or_fail(f"{', '.join(missing)} not found: apt-get install {LANGUAGES[language].package}")


@pytest.fixture(params=sorted(LANGUAGES))
def language(request: pytest.FixtureRequest) -> str:
    needs(request.param)
    return str(request.param)


async def test_every_value_comes_back_as_it_went_in(sandbox: Sandbox, language: str) -> None:
    tests = [Call("f", a, a[:8]) for a in (NOTHING, MUCH)]
    outcome = await sandbox.run(Program(echo(language), language), tests, RunOptions(signature=EVERYTHING))
    assert outcome.passed, (outcome.error, outcome.tests, outcome.stderr.text[-2000:])
    assert outcome.protected
    assert [t.digest for t in outcome.tests] == [values.digest(tuple(a[:8])) for a in (NOTHING, MUCH)]


# What each language's programs do, by the behaviour: a function f of a list and a number.
SIGNATURE = read_signature("int f(int values[], int k) { return 0; }", "cpp")
WRITE_RESULT = {
    "cpp": 'std::ofstream("result") << "i 5 end"; std::_Exit(0);',
    "java": 'try { java.nio.file.Files.writeString(java.nio.file.Path.of("result"), "i 5 end"); }'
    " catch (Exception e) {} Runtime.getRuntime().halt(0);",
    "javascript": "require('fs').writeFileSync('result', 'i 5 end'); process.exit(0);",
    "rust": 'std::fs::write("result", "i 5 end").unwrap(); std::process::exit(0);',
    "go": 'os.WriteFile("result", []byte("i 5 end"), 0o600); os.Exit(0);',
    "python": 'open("result", "w").write("i 5 end"); import os; os._exit(0)',
}
HEAD = {
    "cpp": "int f(const std::vector<int>& values, int k) {\n",
    "java": "public static int f(int[] values, int k) {\n",
    "javascript": "const f = (values, k) => {\n",
    "rust": "fn f(values: &[i32], k: i32) -> i32 {\n",
    "go": 'import ("fmt"; "os"; "strings")\nfunc f(values []int, k int) int {\n',
    "python": "def f(values, k):\n ",
}
BODIES = {
    "right": {
        "cpp": "return values[0] + k;", "java": "return values[0] + k;", "javascript": "return values[0] + k;",
        "rust": "values[0] + k", "go": "return values[0] + k", "python": "return values[0] + k",
    },
    "prints": {
        "cpp": 'for (int i = 0; i < 300000; i++) std::cout << "l 1 i 5 end result 5 passed\\n"; return 4;',
        "java": 'for (int i = 0; i < 300000; i++) System.out.println("l 1 i 5 end result 5 passed"); return 4;',
        "javascript": "console.log('l 1 i 5 end result 5 passed\\n'.repeat(300000)); return 4;",
        "rust": 'println!("{}", "l 1 i 5 end result 5 passed\\n".repeat(300000)); 4',
        "go": 'fmt.Println(strings.Repeat("l 1 i 5 end result 5 passed\\n", 300000)); return 4',
        "python": 'print("l 1 i 5 end result 5 passed\\n" * 300000); return 4',
    },
    "exits": {
        "cpp": "std::exit(0);", "java": "System.exit(0); return 5;", "javascript": "process.exit(0);",
        "rust": "std::process::exit(0)", "go": "os.Exit(0); return 5", "python": "import os; os._exit(0)",
    },
    "raises": {
        "cpp": "return values.at(7);", "java": "return values[7];", "javascript": "return values.x.y;",
        "rust": "values[7 + values.len()]", "go": "return values[7]", "python": "return values[7]",
    },
    "writes": {n: f"{code} return 5;" if n not in ("rust", "python") else code for n, code in WRITE_RESULT.items()},
    "half": {name: code.replace("i 5 end", "l 9999999 i 5") for name, code in WRITE_RESULT.items()},
}  # fmt: skip
SWITCH = {
    "python": "if k == {0}: {1}\n ",
    "rust": "if k == {0} {{ return {{ {1} }}; }}\n",
    "go": "if k == {0} {{ {1} }}\n",
}


def program(language: str) -> str:
    """One program that does all of it, chosen by ``k``, so that each language is compiled once."""
    switch = SWITCH.get(language, "if (k == {0}) {{ {1} }}\n")
    parts = [switch.format(10 + i, BODIES[name][language]) for i, name in enumerate(BODIES) if name != "right"]
    return HEAD[language] + "".join(parts) + BODIES["right"][language] + ("" if language == "python" else "\n}")


async def run(sandbox: Sandbox, language: str, *tests: Call, **options: Any) -> Outcome:
    return await sandbox.run(Program(program(language), language), tests, RunOptions(signature=SIGNATURE, **options))


async def test_each_behaviour_has_its_outcome(sandbox: Sandbox, language: str) -> None:
    names = list(BODIES)
    calls = [Call("f", ([3, 4], 2), 5), Call("f", ([3, 4], 1), 5)]
    calls += [Call("f", ([3], 10 + i), 5) for i in range(1, len(names))]
    outcome = await run(sandbox, language, *calls)
    assert outcome.error is None, (outcome.error, outcome.stderr.text[-2000:])
    assert outcome.protected
    right, wrong, prints, exits, raises, writes, half = outcome.tests
    assert right.passed
    assert (wrong.status, wrong.actual, wrong.expected) == (Status.FAILED, "4", "5")
    # What it prints is neither here nor there.
    assert (prints.status, prints.actual) == (Status.FAILED, "4"), prints
    assert prints.digest == wrong.digest
    assert exits.status is Status.KILLED
    assert raises.status in (Status.RAISED, Status.KILLED)
    assert raises.error is not None
    if language != "cpp":
        assert (
            raises.error.line
            == program(language)[: program(language).index(BODIES["raises"][language])].count("\n") + 1
        )
    # A program that writes the result itself has given a value, of its own choosing, and nothing else.
    assert writes.passed or language == "python"
    assert half.status in (Status.RAISED, Status.KILLED), half


SPY = """
int f(int x) {
    std::string wanted = std::to_string(123456 * x + 789);
    for (std::string name : {"arguments", "result", "program", "/proc/self/cmdline", "/proc/self/environ"}) {
        std::ifstream file(name, std::ios::binary);
        std::string text{std::istreambuf_iterator<char>(file), {}};
        if (name == "arguments" && text.empty()) return -1;
        if (text.find(wanted) != std::string::npos) return std::stoi(wanted);
    }
    return 0;
}
"""


async def test_the_expected_value_is_nowhere_near_the_program(sandbox: Sandbox) -> None:
    needs("cpp")
    outcome = await sandbox.run(Program(SPY, "cpp"), [Call("f", (7,), 123456 * 7 + 789)])
    assert (outcome.tests[0].status, outcome.tests[0].actual) == (Status.FAILED, "0"), outcome


async def test_procedures_are_compared_by_what_they_changed(sandbox: Sandbox, language: str) -> None:
    signature = read_signature("void f(int values[], int k) {}", "cpp")
    bodies = {
        "cpp": "void f(int values[], int k) { values[0] = k; }",
        "java": "class A { void f(List<Integer> values, long k) { values.set(0, (int) k); } }",
        "javascript": "function f(values, k) { values[0] = k; }",
        "rust": "fn f(values: &mut [i64], k: i64) { values[0] = k; }\nfn main() {}",
        "go": 'package main\nimport "math"\nfunc f(values []int32, k int32) { values[0] = k }\nfunc main() {}',
        "python": "def f(values, k):\n    values[0] = k",
    }
    tests = [Call("f", ([1, 2], 9), [9, 2]), Call("f", ([1, 2], 9), [1, 2])]
    outcome = await sandbox.run(Program(bodies[language], language), tests, RunOptions(signature=signature))
    assert [t.status for t in outcome.tests] == [Status.PASSED, Status.FAILED], (outcome, outcome.stderr.text)
    assert outcome.tests[1].actual == "[9, 2]"


async def test_a_program_without_the_function_is_told_which_it_has(sandbox: Sandbox, language: str) -> None:
    lacking = program(language).replace(" f(", " other(").replace("const f =", "const other =")
    outcome = await sandbox.run(Program(lacking, language), [Call("f", ([1], 2), 3)], RunOptions(signature=SIGNATURE))
    assert not outcome.passed
    error = outcome.error or outcome.tests[0].error
    assert error is not None
    assert "f" in error.message
    assert language == "python" or "it defines other" in error.message


@pytest.mark.parametrize(
    ("language", "source", "message", "line"),
    [
        ("cpp", "#include <vector>\nint f(std::vector<int> values, int k) {\n  return undefined;\n}", "undefined", 3),
        ("cpp", "#include <bits/stdc++.h>\nint f(std::list<int> v, int k) {\n  std::sort(v.begin(), v.end());\n}",
         "no match for", 3),
        ("java", "class A {\n int f(int[] values, int k) {\n  return undefined;\n }\n}",
         "cannot find symbol: variable undefined in class A", 3),
        ("rust", "fn f(values: Vec<i32>, k: i32) -> i32 {\n    undefined\n}", "undefined", 2),
        ("rust", "fn f(values: Vec<i32>, k: i32) -> i32 {\n    values.len()\n}",
         "mismatched types: expected `i32`, found `usize`", 2),
        ("go", "func f(values []int, k int) int {\n\treturn undefined\n}", "undefined", 2),
        ("javascript", "function f(values, k) {\n  throw 'bad';\n}", "bad", 2),
        ("javascript", "function f(values, k) {\n  return ;;;(\n}", "Unexpected token", 3),
    ],
)  # fmt: skip
async def test_errors_have_their_line_in_the_program(
    sandbox: Sandbox, language: str, source: str, message: str, line: int
) -> None:
    needs(language)
    outcome = await sandbox.run(Program(source, language), [Call("f", ([1], 2), 3)], RunOptions(signature=SIGNATURE))
    error = outcome.error or outcome.tests[0].error
    assert error is not None
    assert message in error.message, error
    assert error.line == line


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("int f(int k) { return k; }", r"int f\(int k\) does not take the 2 arguments"),
        ("int f(std::string values, int k) { return k; }", r"f\(std::string values, int k\) cannot take values"),
        ("void f(std::vector<int> values, int k) {}", "returns nothing, but the tests compare what it returns"),
    ],
)
async def test_a_function_of_other_types_is_said_to_be_one(sandbox: Sandbox, source: str, message: str) -> None:
    needs("cpp")
    outcome = await sandbox.run(Program(source, "cpp"), [Call("f", ([1], 2), 3)], RunOptions(signature=SIGNATURE))
    assert outcome.tests[0].status is Status.NOT_RUN
    assert outcome.error is not None
    assert outcome.error.message
    assert re.search(message, outcome.error.message), outcome.error


async def test_calls_of_a_typed_program_need_no_signature(sandbox: Sandbox) -> None:
    needs("cpp")
    source = "double half(float x) { return x / 2; }\nint main() { double x; std::cin >> x; std::cout << half(x); }"
    source = f"#include <iostream>\n{source}"
    tests = [Call("half", (3.0,), 1.5), Call("half", (3,), 1.51, tolerance=0.1), InputOutput("5", "2.5")]
    outcome = await sandbox.run(Program(source, "cpp"), tests)
    assert outcome.passed, outcome


async def test_types_of_python_and_of_the_source_agree_where_they_mean_the_same(sandbox: Sandbox) -> None:
    signature = read_signature("bool f(char c, vector<pair<int,int>> v, float x) {}", "cpp")
    program = "def f(c, v, x):\n    assert [type(c), type(v[0]), type(x)] == [str, tuple, float]\n    return 1"
    outcome = await sandbox.run(
        Program(program, "python"),
        [Call("f", ("a", [[1, 2]], 3), True)],
        RunOptions(signature=signature, trace=TraceOptions(10, 50)),
    )
    assert outcome.passed, outcome
    assert outcome.protected
    assert [step.line for step in outcome.trace or ()][-1] == 3


async def test_equal_values_vote_together_across_languages(sandbox: Sandbox) -> None:
    for name in ("cpp", "rust"):
        needs(name)
    keys = {(await run(sandbox, name, Call("f", ([1], 2), 0))).key for name in ("cpp", "rust", "python", "javascript")}
    assert len(keys) == 1


async def test_an_endless_call_times_out_and_the_next_runs(sandbox: Sandbox) -> None:
    needs("cpp")
    source = "int f(int x) { volatile unsigned i = 1; while (x && i) i |= 1; return x; }"
    outcome = await sandbox.run(
        Program(source, "cpp"), [Call("f", (1,), 1), Call("f", (0,), 0)], RunOptions(limits=Limits(cpu_seconds=0.3))
    )
    assert [t.status for t in outcome.tests] == [Status.TIMED_OUT, Status.PASSED]


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3) | st.tuples(inner, inner),
    max_leaves=10,
)


@given(st.lists(plain, max_size=3))
def test_what_is_written_is_read_back(given_values: list[Any]) -> None:
    text = " ".join(map(values.encode, given_values)) + " end"
    assert values.equal(values.decode(text), given_values, 0.0)


@given(st.text(alphabet="lmtiebdsnx019 -end", max_size=60))
def test_other_text_is_refused(text: str) -> None:
    with contextlib.suppress(values.MalformedAnswerError):
        values.decode(text)


@pytest.mark.parametrize(
    "text",
    ["", "i 1", "l 99999999999 end", "l -1 end", "i x end", "d 1 end", "q end", "s xzz end", "l 1 " * 5000 + "end",
     "m 1 l 0 end", f"i {'9' * 10000} end"],
)  # fmt: skip
def test_hostile_text_ends_in_a_short_error(text: str) -> None:
    with pytest.raises(values.MalformedAnswerError) as refused:
        values.decode(text)
    assert len(str(refused.value)) < 250


def test_forms_that_mean_the_same_fit() -> None:
    assert values.fit(3.0, INT32) == 3
    assert values.fit("ab", ListOf(TEXT)) == ["a", "b"]
    assert values.fit(["a", "b"], TEXT) == "ab"
    assert values.fit([1, 2], TupleOf((INT32, FLOATING))) == (1, 2.0)
    assert values.fit([1, 1], SetOf(INT32)) == {1}
    assert values.fit(None, OptionalOf(INT32)) is None
    for value, of in ((2**31, INT32), (1.5, INT32), ("a", INT32), ([1], TEXT), ((1,), TupleOf((INT32, INT32)))):
        with pytest.raises(values.UnfitError):
            values.fit(value, of)


def test_equality_is_within_the_tolerance() -> None:
    assert values.equal([1.0, {"a": (math.nan, math.inf)}], [1.0005, {"a": (math.nan, math.inf)}], 1e-3)
    assert not values.equal([1.0], [1.1], 1e-3)
    assert not values.equal(math.inf, -math.inf, 1.0)
    assert values.digest(0.1 + 0.2) == values.digest(0.3)
    assert values.digest({1, 2}) != values.digest([1, 2])

"""Tests are derived by running a source program; what cannot be relied on is left out."""

from __future__ import annotations

import itertools

import pytest

from selfdebug.execution import Call, InputOutput, Limits, Sandbox, SignatureError
from selfdebug.execution.calls import DerivedTests, derive_tests, read_signature
from selfdebug.execution.calls.generating import generate
from selfdebug.execution.calls.running import evaluate
from selfdebug.execution.languages import LANGUAGES
from tests.needs import skip_or_fail


def needs(language: str) -> None:
    missing = LANGUAGES[language].missing()
    if missing:
        skip_or_fail(f"{', '.join(missing)} not found: apt-get install {LANGUAGES[language].package}")


def arguments(derived: DerivedTests) -> list[tuple[object, ...]]:
    return [test.arguments for test in derived.tests if isinstance(test, Call)]


SUMS = {
    "cpp": "int total ( int arr [ ], int n ) { int s = 0; for ( int i = 0; i < n; i ++ ) s += arr [ i ]; return s; }",
    "java": "static int total(int[] arr, int n) { int s = 0; for (int i = 0; i < n; i++) s += arr[i]; return s; }",
    "javascript": "const total = (arr, n) => { let s = 0; for (let i = 0; i < n; i++) s += arr[i]; return s; };",
    "rust": "fn total(arr: &[i32], n: usize) -> i32 { arr[..n].iter().sum() }",
    "go": "func total(arr []int, n int) int { s := 0\n for i := 0; i < n; i++ { s += arr[i] }\n return s }",
    "python": "def total(arr, n):\n    s = 0\n    for i in range(n):\n        s += arr[i]\n    return s",
}  # fmt: skip


@pytest.mark.parametrize("language", sorted(SUMS))
async def test_a_translation_passes_the_tests_of_its_source(sandbox: Sandbox, language: str) -> None:
    needs(language)
    derived = await derive_tests(SUMS[language], language, sandbox, count=6)
    assert derived.signature is not None
    assert derived.signature.is_typed
    assert len(derived.tests) == 6
    assert len({test.expected for test in derived.tests if isinstance(test, Call)}) >= 4
    for target in ("python", "javascript"):
        outcome = await sandbox.run(SUMS[target], derived.tests, language=target, signature=derived.signature)
        assert outcome.passed, outcome
        assert outcome.protected
    wrong = SUMS["python"].replace("range(n)", "range(1, n)")
    assert not (await sandbox.run(wrong, derived.tests, signature=derived.signature)).passed
    guessed = "guessed" if language in ("python", "javascript") else "typed by its signature"
    assert guessed in derived.note


async def test_the_same_seed_gives_the_same_tests(sandbox: Sandbox) -> None:
    one, again = [await derive_tests(SUMS["python"], "python", sandbox, seed=3) for _ in range(2)]
    other = await derive_tests(SUMS["python"], "python", sandbox, seed=4)
    assert one == again
    assert one.tests != other.tests


async def test_undefined_behaviour_is_left_out(sandbox: Sandbox) -> None:
    needs("cpp")
    source = (
        "int f(int arr[], int n, int x) {\n"
        "  int unset;\n"
        "  if (x == 1) return arr[n];\n"  # beyond the array
        "  if (x == 2) return 2147483647 + n + x;\n"  # overflow
        "  if (x == 0) return 10 / x;\n"
        "  if (x > 20) return unset;\n"
        "  return x;\n}"
    )
    derived = await derive_tests(source, "cpp", sandbox)
    seen = [given[2] for given in arguments(derived)]
    assert seen
    assert all(isinstance(x, int) and x <= 20 and x not in (0, 1, 2) for x in seen), seen


@pytest.mark.parametrize("paint", [85, 170])
async def test_a_variable_without_a_value_has_the_paint(paint: int, sandbox: Sandbox) -> None:
    needs("cpp")
    source = (
        "unsigned f(int list[], int n, string &text) {\n  unsigned unset;\n  return unset;\n}\n"
        "unsigned g(int n) {\n  unsigned many[40];\n  return many[n];\n}"
    )
    calls = [Call("f", ([1, 2, 3], 3, "abc")), *(Call("g", (n,)) for n in range(0, 40, 13))]
    given = await evaluate(sandbox, LANGUAGES["cpp"], source, calls, None, Limits(), checked=True, paint=paint)
    assert [one.value for one in given] == [paint * 0x01010101] * len(calls)


async def test_calls_that_raise_or_differ_each_time_are_left_out(sandbox: Sandbox) -> None:
    source = (
        "import os\ndef f(n: int) -> int:\n    if n < 0:\n        raise ValueError(n)\n"
        "    if n > 50:\n        return int.from_bytes(os.urandom(4), 'big')\n    return n * 10 ** 30 if n == 7 else n"
    )
    derived = await derive_tests(source, "python", sandbox)
    seen = [given[0] for given in arguments(derived)]
    assert len(seen) == 10
    assert all(isinstance(n, int) and 0 <= n <= 50 and n != 7 for n in seen)


async def test_procedures_are_tested_by_what_they_change(sandbox: Sandbox) -> None:
    needs("cpp")
    source = "void reverse_all(int arr[], int n) { reverse(arr, arr + n); }"
    derived = await derive_tests(source, "cpp", sandbox)
    assert any(t.expected != t.arguments[0] for t in derived.tests if isinstance(t, Call))
    program = "def reverse_all(arr, n):\n    arr[:n] = arr[:n][::-1]"
    assert (await sandbox.run(program, derived.tests, signature=derived.signature)).passed
    idle = "def reverse_all(arr, n):\n    pass"
    assert not (await sandbox.run(idle, derived.tests, signature=derived.signature)).passed


async def test_exponential_sources_end(sandbox: Sandbox) -> None:
    source = "def fib(n: int) -> int:\n    return n if n < 2 else fib(n - 1) + fib(n - 2)"
    derived = await derive_tests(source, "python", sandbox)
    assert len(derived.tests) >= 5


@pytest.mark.parametrize(
    ("source", "types"),
    [
        ("def f(s):\n    return s.upper()", ["text"]),
        ("def f(words):\n    return [w.strip() for w in words]", [["list", "text"]]),
        ("def f(mat):\n    return [row[::-1] for row in mat]", [["list", ["list", "integer"]]]),
        ("def f(x, k):\n    return x.replace(str(k), '')", ["text", "integer"]),
    ],
)
async def test_types_are_guessed_by_running(sandbox: Sandbox, source: str, types: list[object]) -> None:
    derived = await derive_tests(source, "python", sandbox)
    assert derived.signature is not None
    assert [p["type"] for p in derived.signature.to_json()["parameters"]] == types
    assert "guessed" in derived.note
    assert derived.signature.to_json()["returns"] != "unknown"


async def test_a_whole_program_gives_its_output(sandbox: Sandbox) -> None:
    derived = await derive_tests("print(sum(range(10)))", "python", sandbox)
    assert derived.tests == (InputOutput("", "45\n"),)
    assert derived.signature is None


@pytest.mark.parametrize(
    ("source", "language", "name", "message"),
    [
        ("n = int(input())\nprint(n)", "python", None, "give tests as input/output pairs"),
        (
            "def f(x: int) -> int:\n    raise OSError",
            "python",
            None,
            "gave no value for any of .*; give tests.*OSError",
        ),
        ("def f(x):\n    return x.nothing", "python", None, "could not be guessed.*Annotate its parameters"),
        ("def f(x: int):\n    return 1", "python", "g", "no function g; it defines f"),
        ("int f(int x) { return y; }", "cpp", None, "The source does not run.*y"),
    ],
)
async def test_errors_say_what_to_give(
    sandbox: Sandbox, source: str, language: str, name: str | None, message: str
) -> None:
    needs(language)
    with pytest.raises(SignatureError, match=message):
        await derive_tests(source, language, sandbox, name=name)


async def test_a_count_that_is_none_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="count must be at least 1, not 0"):
        await derive_tests("def f(): return 1", "python", sandbox, count=0)


def made(head: str) -> list[tuple[object, ...]]:
    signature = read_signature(f"int {head} {{}}", "cpp")
    return list(itertools.islice(generate(signature.parameters, 0), 60))


def test_lengths_and_places_belong_to_their_arrays() -> None:
    for arr, n, low, high in made("f(int arr[], int n, int low, int high)"):
        assert isinstance(arr, list)
        assert isinstance(n, int)
        assert n <= len(arr)
        assert (low, high) == (0, len(arr) - 1)
    for a, b, m, n in made("f(int a[], int b[], int m, int n)"):
        assert isinstance(a, list)
        assert isinstance(b, list)
        assert m in range(len(a) + 1)
        assert n in range(len(b) + 1)
    for one, other, _ in made("f(int a[], int b[], int n)"):
        assert isinstance(one, list)
        assert isinstance(other, list)
        assert len(one) == len(other)
    for table, rows, columns in made("f(vector<vector<int>> mat, int n, int m)"):
        assert isinstance(table, list)
        assert rows == len(table)
        assert all(len(row) == columns for row in table)


def test_edge_cases_come_first() -> None:
    assert () not in made("f(int x)")
    first = made("f(int arr[], int n)")[:4]
    assert [given[0] == [] for given in first] == [True, False, False, False]
    assert len(first[1][0]) == 1  # type: ignore[arg-type]
    assert {given[0] for given in made("f(unsigned x)")} >= {0, 1}
    assert all(x >= 0 for (x,) in made("f(unsigned x)"))  # type: ignore[operator]


async def test_a_source_that_never_ends_is_given_up_soon(sandbox: Sandbox) -> None:
    needs("cpp")
    with pytest.raises(SignatureError, match="spin did not end within 1 s for any of the inputs"):
        await derive_tests("int spin(int n) { while (true) n++; return n; }", "cpp", sandbox)


async def test_a_source_that_ends_for_some_inputs_is_not_given_up(sandbox: Sandbox) -> None:
    source = "def f(n: int) -> int:\n    while n % 3:\n        pass\n    return n // 3"
    assert len((await derive_tests(source, "python", sandbox, count=4)).tests) == 4

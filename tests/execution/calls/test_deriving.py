"""Tests are derived by running a source program; what cannot be relied on is left out."""

from __future__ import annotations

import itertools

import pytest

from selfdebug.execution import Call, InputOutput, Limits, RunOptions, Sandbox, SignatureError
from selfdebug.execution.calls import DerivedTests, Signature, declare, derive_tests, read_signature
from selfdebug.execution.calls.generating import generate
from selfdebug.execution.calls.running import evaluate
from selfdebug.languages import LANGUAGES
from selfdebug.problem import Program
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
        outcome = await sandbox.run(
            Program(SUMS[target], target), derived.tests, RunOptions(signature=derived.signature)
        )
        assert outcome.passed, outcome
        assert outcome.protected
    wrong = SUMS["python"].replace("range(n)", "range(1, n)")
    assert not (
        await sandbox.run(Program(wrong, "python"), derived.tests, RunOptions(signature=derived.signature))
    ).passed
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
    assert (
        await sandbox.run(Program(program, "python"), derived.tests, RunOptions(signature=derived.signature))
    ).passed
    idle = "def reverse_all(arr, n):\n    pass"
    assert not (
        await sandbox.run(Program(idle, "python"), derived.tests, RunOptions(signature=derived.signature))
    ).passed


# What a C++ function changes, a Python translation that changes it too, and how it is declared.
CHANGING = {
    "texts": (
        "void f(string& s, char* t) { reverse(s.begin(), s.end()); for (; *t; t++) *t = toupper(*t); }",
        "s.reverse(); t[:] = [c.upper() for c in t]", "(s: list[str], t: list[str]) -> None",
    ),
    "a text that becomes shorter": (
        "void f(char s[], int n) { sort(s, s + n); if (n) s[n - 1] = 0; }",
        "s[:n] = sorted(s[:n]); del s[n - 1 if n else 0:]", "(s: list[str], n: int) -> None",
    ),
    "a text without room": (
        'void f(int n, char* out) { sprintf(out, "<%d>", n); }', "out[:] = f'<{n}>'",
        "(n: int, out: list[str]) -> None",
    ),
    "numbers": (
        "void f(int& x, int *a, double *b, bool& c, int by) { x += by; *b += *a; *a = 0; c = !c; }",
        "x[0] += by; b[0] += a[0]; a[0] = 0; c[0] = not c[0]",
        "(x: list[int], a: list[int], b: list[float], c: list[bool], by: int) -> None",
    ),
    "containers": (
        "void f(const vector<int>& v, vector<int>& out, map<string, int>& m, pair<int, int>& p)"
        " { for (int x : v) out.push_back(-x); for (auto& e : m) e.second *= 2; swap(p.first, p.second); }",
        "out += [-x for x in v]; m.update({k: 2 * m[k] for k in m}); p[0] = p[0][::-1]",
        "(v: list[int], out: list[int], m: dict[str, int], p: list[tuple[int, int]]) -> None",
    ),
    "pointers to rows": (
        "void f(char** w, int **m, int n) { for (int i = 1; i < n; i++) { swap(w[0], w[i]); swap(m[0], m[i]); } }",
        "w[:n] = w[n - 1:n] + w[:n - 1]; m[:n] = m[n - 1:n] + m[:n - 1]",
        "(w: list[str], m: list[list[int]], n: int) -> None",
    ),
    "fixed sizes": (
        "const int N = 3;\nvoid f(int m[][N], int (&a)[3])"
        " { for (int i = 0; i < N; i++) m[i][i] = a[2 - i]; swap(a[0], a[2]); }",
        "for i in range(3): m[i][i] = a[2 - i]\n    a.reverse()", "(m: list[list[int]], a: list[int]) -> None",
    ),
    "an array without room": (
        "void f(int n, int out[]) { for (int i = 0; i <= n; i++) out[i] = i * i; }",
        "for i in range(n + 1): out[i] = i * i",
        "(n: int, out: list[int]) -> None",
    ),
    "returned too": (
        "int f(string& s, int& n, int a[], int k) { n = s.size(); s += '!'; sort(a, a + k); return n + k; }",
        "n[0] = len(s); s.append('!'); a[:k] = sorted(a[:k]); return n[0] + k",
        "(s: list[str], n: list[int], a: list[int], k: int) -> int",
    ),
    "references that are only read": (
        "int f(string& s, const int& n, int& m) { return s.size() * n + m; }", "return len(s) * n + m",
        "(s: str, n: int, m: int) -> int",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CHANGING)
async def test_what_cpp_changes_in_its_arguments_is_what_a_translation_must_give(sandbox: Sandbox, kind: str) -> None:
    needs("cpp")
    source, body, declared = CHANGING[kind]
    derived = await derive_tests(source, "cpp", sandbox, count=6)
    assert derived.signature is not None
    assert Signature.from_json(derived.signature.to_json()) == derived.signature
    assert declare(derived.signature, "python").split("\n")[-1] == f"def f{declared}:"
    assert len(derived.tests) == 6
    assert not derived.weakness
    head = f"def f({', '.join(p.name for p in derived.signature.parameters)}):\n    "
    for program, passes in ((f"{head}{body}", True), (f"{head}pass", False), (f"{head}return 1", False)):
        outcome = await sandbox.run(Program(program, "python"), derived.tests, RunOptions(signature=derived.signature))
        assert outcome.passed == passes, outcome


@pytest.mark.parametrize("returned", ["", "return n; "])
async def test_what_changes_is_the_whole_of_a_sequence(sandbox: Sandbox, returned: str) -> None:
    """A translation that sorts the whole list, whatever the length beside it says, is right for most callers."""
    needs("javascript")
    source = f"function f(arr, n) {{ arr.splice(0, n, ...arr.slice(0, n).sort((a, b) => a - b)); {returned}}}"
    derived = await derive_tests(source, "javascript", sandbox)
    program = f"def f(arr, n):\n    arr.sort(); {returned}"
    outcome = await sandbox.run(Program(program, "python"), derived.tests, RunOptions(signature=derived.signature))
    assert outcome.passed, outcome


# The same in the other languages: a source, and what it gives for these arguments.
IN_PLACE = {
    "java": (
        "static int f(int[] a, StringBuilder s, List<Integer> l)"
        " { Arrays.sort(a); s.append('!'); l.add(4); return l.size(); }",
        ([3, 1], ["a"], []), (1, [1, 3], ["a", "!"], [4]),
    ),
    "go": (
        "func f(a []int, x, y *int, s *string, l *[]int) int"
        ' { for i := range a { a[i] *= 2 }; *x, *y = *y, *x + 1; *s += "!"; *l = append(*l, 4); return len(*l) }',
        ([3, 1], [5], [6], ["a"], []), (1, [6, 2], [6], [6], ["a", "!"], [4]),
    ),
    "rust": (
        "fn f(v: &mut Vec<&str>, x: &mut i32, s: &mut String, l: &mut [i32]) -> Option<i32>"
        " { v.sort(); *x += 1; s.push('!'); l.reverse(); l.first().copied() }",
        (["b", "a"], [5], ["a"], [3, 1]), (1, ["a", "b"], [6], ["a", "!"], [1, 3]),
    ),
    "javascript": (
        "function f(a, m, x) { a.push(x); m.forEach((row) => row.reverse()); return a.length; }",
        ([], [[3, 1]], 4), (1, [4], [[1, 3]]),
    ),
    "python": (
        "def f(a, d: dict[str, int], k: str):\n    a.append(1)\n    d[k] = len(d)", ([], {}, "k"), ([1], {"k": 0}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", IN_PLACE)
async def test_what_other_languages_change_is_compared_too(sandbox: Sandbox, language: str) -> None:
    needs(language)
    source, given, expected = IN_PLACE[language]
    derived = await derive_tests(source, language, sandbox, count=4)
    assert derived.signature is not None
    assert not derived.weakness
    assert len(derived.tests) == 4
    tests = [*derived.tests, Call("f", given, expected), Call("f", given, None)]
    outcome = await sandbox.run(Program(source, language), tests, RunOptions(signature=derived.signature))
    assert [t.passed for t in outcome.tests] == [True] * (len(tests) - 1) + [False], outcome


TRANSLATIONS = {
    "java": "static void f(List<Long> a, int[] x, StringBuilder s) { a.add(7L); x[0] = -x[0]; s.append('!'); }",
    "go": "func f(a *[]int, x *int, s *[]rune) { *a = append(*a, 7); *x = -*x; *s = append(*s, '!') }",
    "rust": "fn f(a: &mut Vec<i32>, x: &mut i32, s: &mut String) { a.push(7); *x = -*x; s.push('!'); }",
    "javascript": "function f(a, x, s) { a.push(7); x[0] = -x[0]; s.push('!'); }",
    "cpp": "#include <vector>\nvoid f(std::vector<int>& a, int* x, std::vector<char>& s)"
    " { a.push_back(7); *x *= -1; s.push_back('!'); }",
}


async def test_translations_to_every_language_can_change_what_they_are_given(sandbox: Sandbox) -> None:
    needs("cpp")
    source = "void f(vector<int>& a, int& x, string& s) { a.push_back(7); x = -x; s += '!'; }"
    derived = await derive_tests(source, "cpp", sandbox, count=4)
    assert derived.signature is not None
    for target, program in TRANSLATIONS.items():
        if LANGUAGES[target].missing():
            continue  # the other targets are tried all the same
        outcome = await sandbox.run(Program(program, target), derived.tests, RunOptions(signature=derived.signature))
        assert outcome.passed, (target, outcome)
    assert "List<Integer> a, int[] x, StringBuilder s" in declare(derived.signature, "java")
    assert "a *[]int, x *int, s *[]rune" in declare(derived.signature, "go")


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
        ("def f(n):\n    r = 1\n    for i in range(2, n + 1): r *= i\n    return r", ["integer"]),
        ("def f(n):\n    return 1 if n < 2 else n * f(n - 1)", ["integer"]),
        ("def f(n):\n    return 2 ** n", ["integer"]),
        ("def f(x):\n    return len(str(x))", ["integer"]),
        ("def f(x):\n    return not x", ["integer"]),
        (
            "def f(nums, goal):\n    for n in nums:\n        if goal - n in nums: return n\n    return 0",
            [["list", "integer"], "integer"],
        ),
        ("def f(x, sep=', '):\n    return sep.join(x)", [["list", "text"], "text"]),
        ("def f(x, *, k=2):\n    return sum(x.values()) * k", [["map", "text", "integer"]]),
        ("def f(p, q):\n    return {**p, **q}", [["map", "text", "integer"]] * 2),
        ("def f(x):\n    return {y + 1 for y in x} if isinstance(x, set) else None", [["set", "integer"]]),
        ("def f(x):\n    return [list(row) for row in zip(*x)]", [["list", ["list", "integer"]]]),
        ("def f(x):\n    return sum(a * b for a, b in x)", [["list", ["tuple", "integer", "integer"]]]),
        ("def f(x):\n    for i in range(len(x)): x[i] /= 2", [["list", "floating"]]),
        ("def f(x, how='up'):\n    return x == 'yes' and how == 'up'", ["text", "text"]),
    ],
)
async def test_types_are_guessed_by_running(sandbox: Sandbox, source: str, types: list[object]) -> None:
    derived = await derive_tests(source, "python", sandbox)
    assert derived.signature is not None
    assert [p["type"] for p in derived.signature.to_json()["parameters"]] == types
    assert "guessed" in derived.note
    assert derived.signature.to_json()["returns"] != "unknown"


@pytest.mark.parametrize(
    ("source", "types"),
    [
        ("function f(n) { let r = 1; for (let i = 2; i <= n; i++) r *= i; return r; }", ["integer"]),
        ("const f = (x) => x.split('').reverse().join('');", ["text"]),
        ("function f(x, k = 2.5) { return x.map((v) => v * k); }", [["list", "integer"], "floating"]),
        ("function f(x) { let t = 0; for (const k of Object.keys(x)) t += x[k]; return t; }",
         [["map", "text", "integer"]]),
    ],
)  # fmt: skip
async def test_types_of_javascript_are_guessed_too(sandbox: Sandbox, source: str, types: list[object]) -> None:
    needs("javascript")
    derived = await derive_tests(source, "javascript", sandbox)
    assert derived.signature is not None
    assert [p["type"] for p in derived.signature.to_json()["parameters"]] == types


@pytest.mark.parametrize(
    ("source", "weakness"),
    [
        ("def f(n: int):\n    return n > 10 ** 9", "a program that always gives the same value passes them"),
        ("def f(s: str):\n    return s + '' * len(s)", "a program that returns s as it is passes them"),
        (
            "def f(n: int, a: list[int]):\n    if n == 123456789: a.clear()",
            "a program that changes nothing passes them",
        ),
    ],
)
async def test_tests_that_say_little_are_said_to_be_weak(sandbox: Sandbox, source: str, weakness: str) -> None:
    derived = await derive_tests(source, "python", sandbox)
    assert derived.weakness == weakness
    assert f"These tests are weak: {weakness}." in derived.note


@pytest.mark.parametrize(
    "source",
    [
        "def f(word: str):\n    return word == 'sesame'",
        "def f(n: int):\n    return str(n) == str(n)[::-1] and n > 1000",
        "def f(s: str, t: str):\n    return len(s) > 3 and s != t and sorted(s) == sorted(t)",
        "def f(a: list[int]):\n    return len(a) > 5 and sorted(a) == list(range(1, len(a) + 1))",
        "def f(s: str):\n    return 'PT' in s",
    ],
)
async def test_unusual_inputs_are_tried_where_tests_would_be_weak(sandbox: Sandbox, source: str) -> None:
    derived = await derive_tests(source, "python", sandbox)
    assert {test.expected for test in derived.tests if isinstance(test, Call)} == {True, False}
    assert not derived.weakness
    assert "weak" not in derived.note


async def test_a_function_without_parameters_has_one_value_and_that_is_no_weakness(sandbox: Sandbox) -> None:
    derived = await derive_tests("def f():\n    return 42", "python", sandbox)
    assert derived.tests == (Call("f", (), 42),)
    assert not derived.weakness


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
        ("def f(x):\n    print(x + 1)", "python", None, "f returns nothing and has no argument that it could change"),
        (
            "void f(vector<int> v) { v.clear(); }",
            "cpp",
            None,
            "returns nothing and has no argument that it could change",
        ),
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

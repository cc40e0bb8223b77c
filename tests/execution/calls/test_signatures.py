"""Signatures are read from real sources of every language, and written as declarations in every other."""

from __future__ import annotations

import contextlib
import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from selfdebug.execution import SignatureError
from selfdebug.execution.calls import Signature, declare, read_signature
from selfdebug.languages import LANGUAGES
from tests.needs import skip_or_fail

LIST, TABLE = ["list", "integer32"], ["list", ["list", "integer32"]]


def types(source: str, language: str, name: str | None = None) -> list[Any]:
    data = read_signature(source, language, name).to_json()
    return [*(p["type"] for p in data["parameters"]), data["returns"]]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("int f ( int arr [ ], int n ) { return 0; }", [LIST, "integer32", "integer32"]),
        ("bool f(const vector<vector<int>> &v, string &s, char c) {}", [TABLE, "text", "character", "boolean"]),
        ("long long int f(unsigned int a, unsigned long long b, long c) {}",
         ["unsigned32", "unsigned64", "integer64", "integer64"]),
        ("char * f(char * str, const char *t, float x) {}", ["text", "text", "floating32", "text"]),
        ("int f(int a[3][4], int **b, string names[]) {}", [TABLE, TABLE, ["list", "text"], "integer32"]),
        ("void f(string &s, int *a) {}", [["list", "character"], LIST, "nothing"]),
        ("std::map<std::string, std::pair<int, double>> f(std::set<long> s, std::optional<int> o) {}",
         [["set", "integer64"], ["optional", "integer32"],
          ["map", "text", ["tuple", "integer32", "floating"]]]),
        ("typedef long long ll;\n#define num int\nll f(vector<ll> v, num n) {}",
         [["list", "integer64"], "integer32", "integer64"]),
    ],
)  # fmt: skip
def test_cpp(source: str, expected: list[Any]) -> None:
    assert types(source, "cpp") == expected


def test_java_methods_with_and_without_a_class() -> None:
    expected = [LIST, ["list", ["list", "text"]], ["map", "character", "integer64"], TABLE]
    method = "int[][] f(int a[], List<List<String>> b, Map<Character, Long> m) { return null; }"
    assert types(f"public static {method}", "java") == expected
    assert types(f"class Solution {{ private {method} public static void main(String[] a) {{}} }}", "java") == expected


def test_rust() -> None:
    source = "fn f(mut a: Vec<u8>, b: &str, c: &mut [i64], d: Option<(char, f32)>) -> HashMap<String, bool> { todo!() }"
    assert types(source, "rust") == [
        ["list", "unsigned8"], "text", ["list", "integer64"], ["optional", ["tuple", "character", "floating32"]],
        ["map", "text", "boolean"],
    ]  # fmt: skip


def test_go() -> None:
    source = (
        "package main\nfunc F(a []int, b, c uint32, m map[string]struct{}, r rune) (float64, bool) { return 0, true }"
    )
    assert types(source, "go") == [
        ["list", "integer64"], "unsigned32", "unsigned32", ["set", "text"], "character",
        ["tuple", "floating", "boolean"],
    ]  # fmt: skip


def test_python_annotations_and_their_absence() -> None:
    source = (
        "def f(a: List[int], b, c: 'Optional[str]' = 0, d: tuple[int, float] | None = 0) -> dict[str, set[int]]: ..."
    )
    assert types(source, "python") == [
        ["list", "integer"], "unknown", ["optional", "text"], ["optional", ["tuple", "integer", "floating"]],
        ["map", "text", ["set", "integer"]],
    ]  # fmt: skip
    assert types("def f(a):\n    a.sort()", "python") == ["unknown", "nothing"]
    assert types("def f(a):\n    return a", "python") == ["unknown", "unknown"]


def test_javascript_by_its_comment() -> None:
    source = (
        "/**\n * @param {string[]} a\n * @param {Map<string, boolean>} b\n * @param c\n * @returns {?string}\n */\n"
    )
    expected = [["list", "text"], ["map", "text", "boolean"], "unknown", ["optional", "text"]]
    assert types(f"{source}const f = (a, b, c = 1) => a[0];", "javascript") == expected
    assert types("export function f(a, b) { return a; }", "js") == ["unknown"] * 3


def test_the_function_is_the_last_that_no_other_calls() -> None:
    source = "int help(int x) { return x; }\nint f(int x) { return help(x); }\nint main() { return f(1); }"
    assert read_signature(source, "cpp").name == "f"
    assert read_signature(source, "cpp", "help").name == "help"
    assert read_signature("def has_close(a): return 1", "python", "hasClose").name == "has_close"


@pytest.mark.parametrize(
    ("source", "language", "name", "message"),
    [
        ("int main() {}", "cpp", None, "No function was found in the C\\+\\+ source. Name the function, or give tests"),
        ("int f(int x) {}", "cpp", "g", "defines no function g; it defines f"),
        ("struct N { int v; };\nint f(N *head) { return 0; }", "cpp", None, "takes 'head', whose type tests cannot"),
        ("Object f(int a) { return null; }", "java", None, "returns what tests cannot compare"),
        ("", "rust", None, "No function was found"),
        ("\x00\ud800 }{", "go", None, "No function was found"),
    ],
)
def test_errors_say_what_to_do(source: str, language: str, name: str | None, message: str) -> None:
    with pytest.raises(SignatureError, match=message):
        read_signature(source, language, name)


def test_unknown_languages_are_named() -> None:
    with pytest.raises(ValueError, match="unknown language 'cobol'"):
        read_signature("", "cobol")


@pytest.mark.parametrize("data", [None, {}, {"name": "f", "parameters": [], "returns": "whole"}, {"name": 1},
                                  {"name": "f", "parameters": [], "returns": "nothing", "outputs": [0]}])  # fmt: skip
def test_other_json_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="JSON"):
        Signature.from_json(data)


SOURCE = "def f(values: list[int], table: list[list[str]], counts: dict[str, float], n: int) -> list[bool]: return []"


def test_declarations_are_idiomatic() -> None:
    signature = read_signature(SOURCE, "python")
    assert declare(signature, "python") == SOURCE.removesuffix(" return []")
    assert declare(signature, "c++") == (
        "std::vector<bool> f(std::vector<long long> values, std::vector<std::vector<std::string>> table,"
        " std::map<std::string, double> counts, long long n)"
    )
    assert declare(signature, "java") == (
        "class Solution {\n"
        "    static boolean[] f(long[] values, String[][] table, Map<String, Double> counts, long n)\n}"
    )
    assert declare(signature, "rust") == (
        "fn f(values: Vec<i64>, table: Vec<Vec<String>>, counts: HashMap<String, f64>, n: i64) -> Vec<bool>"
    )
    assert declare(signature, "go") == (
        "func f(values []int, table [][]string, counts map[string]float64, n int) []bool"
    )
    assert declare(signature, "javascript").endswith(
        " * @param {number} n\n * @returns {boolean[]}\n */\nfunction f(values, table, counts, n)"
    )


def test_procedures_take_what_they_change_by_reference() -> None:
    signature = read_signature("void f(int a[], int n) {}", "cpp")
    assert declare(signature, "cpp") == "void f(std::vector<int>& a, int n)"
    assert declare(signature, "rust") == "fn f(a: &mut Vec<i32>, n: i32)"
    assert declare(signature, "python") == "def f(a: list[int], n: int) -> None:"


def test_declarations_say_what_changes_where_they_do_not_by_themselves() -> None:
    signature = read_signature("void f(string& s, int& x, int *y, const int& z) { *y = z; }", "cpp")
    assert declare(signature, "python") == (
        "# Changes s, x and y in place. x and y are lists of one item. s is a list of characters.\n"
        "def f(s: list[str], x: list[int], y: list[int], z: int) -> None:"
    )
    assert declare(signature, "java").startswith("// Changes s, x and y in place. x and y are arrays of one item.\n")
    assert declare(signature, "java").endswith("static void f(char[] s, int[] x, int[] y, int z)\n}")
    assert declare(signature, "go").endswith("\nfunc f(s []rune, x *int, y *int, z int)")
    assert declare(signature, "rust").endswith("\nfn f(s: &mut Vec<char>, x: &mut i32, y: &mut i32, z: i32)")
    assert declare(signature, "cpp").endswith("\nvoid f(std::vector<char>& s, int& x, int& y, int z)")
    both = replace(read_signature("int f(int a[]) { return 0; }", "cpp"), outputs=(0,))
    assert declare(both, "python") == "# Returns a value and changes a in place.\ndef f(a: list[int]) -> int:"


@pytest.mark.parametrize(
    ("source", "outputs"),
    [
        ("void f(const string& s, const int *a, const char **w, int n, vector<int> v, int& out) {}", (5,)),
        ("void f(int *const a, char **w, int m[][3], string&& gone) { a[0] = 1; }", (0, 1, 2)),
        ("void f(int *one, int *many, string *text) { *one = many[1]; *text = text->substr(1); }", (0, 1, 2)),
    ],
)
def test_what_is_constant_or_a_copy_is_no_output(source: str, outputs: tuple[int, ...]) -> None:
    assert read_signature(source, "cpp").changed == outputs


def test_names_that_a_language_reserves_are_changed() -> None:
    signature = read_signature("int print(int in, int lambda) { return 0; }", "cpp")
    assert declare(signature, "python") == "def print(in_: int, lambda_: int) -> int:"


@pytest.mark.parametrize("target", sorted(set(LANGUAGES) - {"javascript", "python"}))
def test_what_is_declared_is_read_back(target: str) -> None:
    source = "def f(a: list[list[str]], b: dict[str, int], c: set[int], d: bool, e: float) -> list[float]: return []"
    signature = read_signature(source, "python")
    declared = declare(signature, target)
    complete = declared.replace(")\n}", ") {}\n}") if target == "java" else f"{declared} {{}}"
    expected = json.loads(json.dumps(signature.to_json()).replace('"integer"', '"integer64"'))
    assert read_signature(complete, target).to_json() == expected


def records(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        skip_or_fail(f"{path} is not in the data folder")
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    return [json.loads(line) for line in text.split("\n") if line]


def test_every_function_of_transcoder_has_a_signature(data: Path) -> None:
    for record in records(data / "transcoder/transcoder_cpp_python.jsonl"):
        signature = read_signature(record["source"], "cpp")
        assert signature.name == record["entry_point"]
        assert Signature.from_json(json.loads(json.dumps(signature.to_json()))) == signature


def test_every_method_of_gfg_has_a_signature(data: Path) -> None:
    for record in records(data / "gfg/parallel.jsonl")[::5]:
        assert [read_signature(record[n], n).name for n in ("cpp", "java", "python")] == ["f_gold"] * 3


@pytest.mark.parametrize(("language", "least"), [("cpp", 162), ("java", 156), ("rust", 162), ("go", 151), ("js", 164)])
def test_most_solutions_of_humaneval_x_have_a_signature(data: Path, language: str, least: int) -> None:
    read = 0
    for record in records(data / f"humaneval_x/humaneval_{language}.jsonl.gz"):
        with contextlib.suppress(SignatureError):
            read_signature(record["declaration"] + record["canonical_solution"], language)
            read += 1
    assert read >= least

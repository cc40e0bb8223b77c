"""Programs in the languages besides Python."""

from __future__ import annotations

import pytest

from selfdebug.execution import Assertion, Driver, InputOutput, Limits, RunOptions, Sandbox, ToolchainMissingError
from selfdebug.languages import LANGUAGES, find_language
from selfdebug.outcome import Status
from selfdebug.problem import Program
from tests.needs import skip_or_fail

# For each language: a script that doubles a number, a function, a driver for it, and how each misbehaviour is written.
PROGRAMS = {
    "cpp": {
        "script": "#include <iostream>\nint main() { long n; std::cin >> n; std::cout << 2 * n << std::endl; }",
        "function": "int twice(int x) { return 2 * x; }",
        "driver": "#undef NDEBUG\n#include <cassert>\nint main() { assert(twice(2) == EXPECTED); }",
        "broken": "int main() {\n  return undefined_name;\n}",
        "loop": "int main() { volatile unsigned x = 1; while (x) x |= 1; }",
        "memory": "#include <vector>\nint main() { std::vector<char> v(1L << 40, 1); return v[5]; }",
        "crash": "int main() { volatile int *p = nullptr; return *p; }",
    },
    "java": {
        "script": "import java.util.*;\npublic class Twice {\n  public static void main(String[] a) {\n"
        "    System.out.println(2 * new Scanner(System.in).nextLong());\n  }\n}",
        "function": "import java.util.*;\nclass Solution { int twice(int x) { return 2 * x; } }",
        "driver": "import java.util.function.*;\npublic class Main { public static void main(String[] a) {\n"
        "  if (new Solution().twice(2) != EXPECTED) throw new AssertionError(); } }",
        "broken": "class A {\n  int f() { return undefinedName; }\n}",
        "loop": "class A { public static void main(String[] a) { long i = 0; while (true) i++; } }",
        "memory": "class A { public static void main(String[] a) { long[][] x = new long[99][]; "
        "for (int i = 0; i < 99; i++) x[i] = new long[1 << 27]; } }",
        "crash": "class A { public static void main(String[] a) { int[] x = new int[1];\n x[3] = 1; } }",
    },
    "javascript": {
        "script": "const text = require('fs').readFileSync(0, 'utf8');\nconsole.log(2 * parseInt(text));",
        "function": "const twice = (x) => 2 * x;",
        "driver": "console.assert(twice(2) === EXPECTED);",
        "broken": "const x = 1;\nconst y = ;",
        "loop": "while (true) {}",
        "memory": "const x = []; while (true) x.push(new Array(100000).fill(1.5));",
        "crash": "const x = null;\nx.f();",
    },
    "rust": {
        "script": "use std::io;\nfn main() { let mut s = String::new(); io::stdin().read_line(&mut s).unwrap();"
        ' println!("{}", 2 * s.trim().parse::<i64>().unwrap()); }',
        "function": "fn twice(x: i32) -> i32 { 2 * x }",
        "driver": "fn main() { assert_eq!(twice(2), EXPECTED); }",
        "broken": "fn main() {\n  undefined_name;\n}",
        "loop": "fn main() { let mut i: u64 = 1; loop { unsafe { std::ptr::write_volatile(&mut i, 1) } } }",
        "memory": 'fn main() { let v: Vec<u8> = Vec::with_capacity(1 << 40); println!("{:p}", v.as_ptr()); }',
        "crash": 'fn main() { let v = vec![1];\n  let i = std::env::args().count() + 6; println!("{}", v[i]); }',
    },
    "go": {
        "script": 'package main\nimport "fmt"\nfunc main() { var n int; fmt.Scan(&n); fmt.Println(2 * n) }',
        "function": "package main\nfunc twice(x int) int { return 2 * x }",
        "driver": 'func main() { if twice(2) != EXPECTED { panic("wrong") } }',
        "broken": "package main\nfunc main() {\n  undefinedName()\n}",
        "loop": "package main\nfunc main() { for i := 1; i > 0; i |= 1 { } }",
        "memory": "package main\nfunc main() { x := [][]byte{}; for { b := make([]byte, 1<<28); "
        "for i := range b { b[i] = 1 }; x = append(x, b) } }",
        "crash": "package main\nfunc main() { x := []int{1}\n i := 5\n println(x[i]) }",
    },
}


@pytest.fixture(params=sorted(PROGRAMS))
def name(request: pytest.FixtureRequest) -> str:
    chosen = LANGUAGES[request.param]
    if chosen.missing():
        skip_or_fail(f"{', '.join(chosen.missing())} not found: apt-get install {chosen.package}")
    return str(request.param)


async def test_script_reads_and_writes(sandbox: Sandbox, name: str) -> None:
    tests = [InputOutput("21\n", "42"), InputOutput("1", "3")]
    outcome = await sandbox.run(Program(PROGRAMS[name]["script"], name), tests)
    assert [t.status for t in outcome.tests] == [Status.PASSED, Status.FAILED], outcome
    assert outcome.tests[1].actual == "2\n"
    assert outcome.protected


async def test_driver_decides_by_how_it_ends(sandbox: Sandbox, name: str) -> None:
    driver = PROGRAMS[name]["driver"]
    tests = [Driver(driver.replace("EXPECTED", value)) for value in ("4", "5")]
    outcome = await sandbox.run(Program(PROGRAMS[name]["function"], name), tests)
    assert [t.status for t in outcome.tests] == [Status.PASSED, Status.RAISED], outcome
    assert not outcome.protected


async def test_error_has_its_line_in_the_program(sandbox: Sandbox, name: str) -> None:
    outcome = await sandbox.run(Program(PROGRAMS[name]["broken"], name), [InputOutput("", "")])
    error = outcome.error or outcome.tests[0].error
    assert error is not None
    assert error.line is not None, outcome.stderr.text
    assert error.line >= 2 or name == "java"
    assert not outcome.passed


async def test_endless_loop_times_out_by_processor_time(sandbox: Sandbox, name: str) -> None:
    limits = Limits(cpu_seconds=0.5)
    outcome = await sandbox.run(Program(PROGRAMS[name]["loop"], name), [InputOutput("", "")], RunOptions(limits=limits))
    assert outcome.tests[0].status is Status.TIMED_OUT, outcome


async def test_memory_is_bounded(sandbox: Sandbox, name: str) -> None:
    outcome = await sandbox.run(Program(PROGRAMS[name]["memory"], name), [InputOutput("", "")])
    assert outcome.tests[0].status is Status.OUT_OF_MEMORY, (outcome.error, outcome.stderr.text[-500:])
    assert outcome.peak_memory_bytes < 1.5 * 2**30


async def test_crash_is_an_outcome(sandbox: Sandbox, name: str) -> None:
    outcome = await sandbox.run(Program(PROGRAMS[name]["crash"], name), [InputOutput("", "")])
    assert outcome.tests[0].status in (Status.RAISED, Status.KILLED), outcome
    assert outcome.tests[0].error is not None


async def test_program_is_compiled_once_for_all_its_tests(sandbox: Sandbox) -> None:
    if LANGUAGES["cpp"].missing():
        skip_or_fail("g++ not found: apt-get install g++")
    program = PROGRAMS["cpp"]["script"] + "\n// compiled once"
    first = await sandbox.run(Program(program, "cpp"), [InputOutput("1", "2")])
    many = await sandbox.run(Program(program, "cpp"), [InputOutput(str(n), str(2 * n)) for n in range(10)])
    assert first.passed
    assert many.passed
    assert many.cpu_seconds < 0.5  # a compilation alone takes as much


async def test_python_tests_do_not_fit_other_languages(sandbox: Sandbox) -> None:
    if LANGUAGES["cpp"].missing():
        skip_or_fail("g++ not found: apt-get install g++")
    with pytest.raises(TypeError, match="tests Python; for C\\+\\+ give a Call, an InputOutput or a Driver"):
        await sandbox.run(Program("int main() {}", "cpp"), [Assertion("assert 1")])


async def test_missing_toolchain_names_the_package(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolchainMissingError, match=r"need g\+\+, which is not installed: apt-get install g\+\+"):
        await sandbox.run(Program("int main() {}", "cpp"))


def test_usual_short_forms_are_known() -> None:
    assert [find_language(n).name for n in ("py", "C++", "js", "rs", "golang")] == [
        "python",
        "cpp",
        "javascript",
        "rust",
        "go",
    ]

"""HumanEval-X between any two languages: references pass, programs that are nearly right do not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from selfdebug.applications.translation import TranslationProblem
from selfdebug.benchmarks import DataError, Failure, Task, UnknownBenchmarkError, open_benchmark
from selfdebug.benchmarks.programs_file import complete
from selfdebug.execution import Assertion, Driver, RunOptions, Sandbox, ToolchainMissingError
from selfdebug.languages import LANGUAGES
from selfdebug.problem import Program
from tests.benchmarks.scores import need, scores
from tests.needs import skip_or_fail

WRONG = {  # bodies of task 53, which adds two numbers; in Rust, of 23, the length of a text
    "cpp": "return x + y + 1; }",
    "go": "return x + y + 1\n}",
    "java": "return x + y + 1; } }",
    "javascript": "return x + y + 1\n}",
    "python": "    return x + y + 1\n",
    "rust": "return strings.len() as i32 + 1; }",
}
COMPILED = [name for name in WRONG if name != "python"]
OTHER = {name: "cpp" if name != "cpp" else "java" for name in WRONG}


@pytest.fixture
def folder(data: Path) -> Path:
    need(data / "humaneval_x")
    return data


def problem_of(task: Task) -> TranslationProblem:
    assert isinstance(task.problem, TranslationProblem)
    return task.problem


def skip_without(language: str) -> None:
    if LANGUAGES[language].missing():
        skip_or_fail(f"{LANGUAGES[language].title} is not installed: apt-get install {LANGUAGES[language].package}")


@pytest.mark.parametrize("language", WRONG)
async def test_references_pass_and_a_wrong_program_does_not(folder: Path, language: str) -> None:
    skip_without(language)
    benchmark = open_benchmark(f"humaneval-x:{OTHER[language]}-{language}", folder)
    tasks = list(benchmark.tasks())
    assert len(benchmark) == len(tasks) == 164
    # With a function before the one to translate, and with maps; each costs a second of compiling.
    simple = tasks[23 if language == "rust" else 53]
    chosen = tasks if language == "python" else [tasks[10], tasks[111]]
    right = complete(simple, WRONG[language].replace(" + 1", "")).code
    async with Sandbox(workers=2) as own:
        found = await scores(
            benchmark,
            [
                (simple, complete(simple, WRONG[language]).code),
                (simple, right),
                *((t, t.reference.program.code) for t in chosen),
            ],
            own,
        )
        shown = await own.run(
            Program(right, language), problem_of(simple).tests, RunOptions(signature=problem_of(simple).signature)
        )  # fmt: skip
    assert (found[0].passed, found[0].failure) == (False, Failure.WRONG)
    assert [score.reason for score in found[1:] if not score.passed] == []
    assert shown.passed
    assert bool(shown.tests) is (language != "rust")  # without a test, the program is compiled


async def test_javascript_that_only_writes_a_failed_assertion_does_not_pass(folder: Path) -> None:
    skip_without("javascript")
    benchmark = open_benchmark("humaneval-x:python-js", folder)
    task = list(benchmark.tasks())[53]
    right = task.reference.program.code
    programs = [right, f"{right}\nconsole.log('looks fine')", f"{right}\nconsole.error('looks fine')"]
    found = await scores(benchmark, [(task, code) for code in programs])
    assert [score.passed for score in found] == [True, False, False]
    assert "wrote 'looks fine" in found[1].reason


@pytest.mark.parametrize("target", WRONG)
def test_a_problem_holds_the_source_the_declaration_and_the_example_alone(folder: Path, target: str) -> None:
    source = OTHER[target]
    for task in open_benchmark(f"humaneval-x:{source}-{target}", folder).tasks():
        problem = problem_of(task)
        assert task.id == f"HumanEval-X/{task.index}:{source}-{target}"
        assert (problem.source.language, problem.language) == (source, target)
        # One task of Rust declares a helper alone.
        assert problem.entry_point in problem.declaration or (target, task.index) == ("rust", 10)
        assert all(isinstance(test, Assertion if target == "python" else Driver) for test in problem.tests)
        [test] = task.reference.tests  # type: ignore[attr-defined]
        assert str(test) not in repr(problem)


def test_the_default_is_from_cpp_to_python_and_names_are_put_right(folder: Path) -> None:
    assert open_benchmark("humaneval-x", folder).name == "humaneval-x:cpp-python"
    assert open_benchmark("humaneval-x:js-c++", folder).name == "humaneval-x:javascript-cpp"


@pytest.mark.parametrize("variant", ["cpp", "cpp-cpp", "cpp-cobol", "cpp-java-go", "-"])
def test_a_pair_that_is_not_there_says_how_to_name_one(folder: Path, variant: str) -> None:
    with pytest.raises(UnknownBenchmarkError, match="name two of cpp, go, java, javascript, python, rust, as in"):
        open_benchmark(f"humaneval-x:{variant}", folder)


async def test_a_missing_compiler_is_told_before_any_work(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    benchmark = open_benchmark("humaneval-x:cpp-java", folder)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolchainMissingError, match="apt-get install default-jdk-headless"):
        async with benchmark.open_scorer(Sandbox()):
            pass


def test_files_of_different_tasks_are_an_error(folder: Path, tmp_path: Path) -> None:
    import gzip

    copied = tmp_path / "humaneval_x"
    copied.mkdir()
    for name in ("cpp", "java"):
        shutil.copy(folder / "humaneval_x" / f"humaneval_{name}.jsonl.gz", copied)
    lines = gzip.decompress((copied / "humaneval_java.jsonl.gz").read_bytes()).split(b"\n")
    (copied / "humaneval_java.jsonl.gz").write_bytes(gzip.compress(b"\n".join(lines[1:])))
    with pytest.raises(DataError, match="do not hold the same tasks"):
        list(open_benchmark("humaneval-x:cpp-java", tmp_path).tasks())


def test_a_completion_continues_the_declaration(folder: Path) -> None:
    task = list(open_benchmark("humaneval-x:cpp-python", folder).tasks())[53]
    assert complete(task, "    return x + y\n") == Program("def add(x: int, y: int):\n    return x + y\n", "python")

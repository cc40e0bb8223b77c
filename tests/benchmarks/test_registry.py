"""A benchmark is added by a module and a line of the registry: here a toy one, and what the registry checks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.benchmarks import BENCHMARKS, Benchmark, DataError, MissingDataError, Task, UnknownBenchmarkError
from selfdebug.benchmarks import open_benchmark as open_any
from selfdebug.benchmarks.programs.scoring import TestedReference, TestsScorer
from selfdebug.benchmarks.records import records
from selfdebug.benchmarks.registry import RegisteredBenchmark
from selfdebug.execution import Assertion, Sandbox
from selfdebug.problem import Program


def open_benchmark(data: Path, variant: str) -> Benchmark:
    """The toy's: each line of its file is a function and a test; the variant ``shown`` shows the test."""
    path = data / "toy" / "toy.jsonl"

    def read() -> Iterator[Task]:
        for index, record in enumerate(records(path)):
            tests = (Assertion(record.text("test")),)
            problem = TextToPythonProblem(record.text("request"), tests if variant else ())
            program = Program(record.text("program"), "python")
            yield Task(index, f"Toy/{index}", problem, TestedReference(program, tests))

    return Benchmark(
        name=f"toy:{variant}" if variant else "toy",
        title="Toy",
        applications=("text-to-python",),
        files=(path,),
        read_tasks=read,
        open_scorer=TestsScorer,
        metrics=TestsScorer.metrics,
    )


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[Path]:
    """The data folder, while the toy is known."""
    (tmp_path / "toy").mkdir()
    line = '{"request": "Add 1.", "test": "assert f(1) == 2", "program": "def f(x): return x + 1"}'
    (tmp_path / "toy" / "toy.jsonl").write_text(f"{line}\n{line}\n")
    BENCHMARKS.add("toy", RegisteredBenchmark(__name__, "a toy", "toy", ("shown",)))
    yield tmp_path
    BENCHMARKS.remove("toy")


async def test_a_benchmark_is_a_module_and_a_line(toy: Path) -> None:
    benchmark = open_any(" Toy:shown ", toy)
    assert (benchmark.name, len(benchmark), benchmark.exemplars, benchmark.needs_sandbox) == ("toy:shown", 2, (), True)
    first, second = benchmark.tasks()
    assert (first.id, second.id, len(first.problem.tests)) == ("Toy/0", "Toy/1", 1)  # type: ignore[union-attr]
    wrong = Program("def f(x): return x", "python")
    async with Sandbox() as sandbox, benchmark.open_scorer(sandbox) as scorer:
        scores = await scorer.score(
            [(first, first.reference.program), (second, wrong), (second, Program("", "python"))]
        )
    assert [score.passed for score in scores] == [True, False, False]
    assert [dict(score.metrics) for score in scores] == [{"tests": True}, {"tests": False}, {"tests": False}]


def test_the_registry_knows_its_variants_and_files(toy: Path) -> None:
    with pytest.raises(UnknownBenchmarkError, match="There is no benchmark 'toy:hidden': choose from toy, toy:shown"):
        open_any("toy:hidden", toy)
    with pytest.raises(UnknownBenchmarkError, match="did you mean toy"):
        open_any("toi", toy)
    (toy / "toy" / "toy.jsonl").write_text("\n")
    with pytest.raises(DataError, match=r"toy\.jsonl holds no task"):
        len(open_any("toy", toy))
    (toy / "toy" / "toy.jsonl").unlink()
    with pytest.raises(MissingDataError, match=r"There is no .*toy\.jsonl; get it with `selfdebug data pull toy`"):
        open_any("toy", toy)


@pytest.mark.parametrize("name", BENCHMARKS)
def test_queries_need_no_sandbox(name: str, data: Path) -> None:
    assert open_any(name, data).needs_sandbox == (name not in ("spider", "bird"))

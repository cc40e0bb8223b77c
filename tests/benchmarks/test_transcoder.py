"""TransCoder's scores are those of its official evaluator."""

from __future__ import annotations

from pathlib import Path

from selfdebug.applications.translation import TranslationProblem
from selfdebug.benchmarks import open_benchmark
from selfdebug.execution import Sandbox
from tests.benchmarks.scores import failing_references, known_programs, need, scores


async def test_programs_of_a_model_get_the_official_verdict(sandbox: Sandbox, data: Path) -> None:
    need(data / "transcoder")
    benchmark = open_benchmark("transcoder", data)
    tasks = {task.id: task for task in benchmark.tasks()}
    known = known_programs(data / "transcoder" / "programs")
    assert len(known) == 280
    found = await scores(benchmark, [(tasks[k["task_id"]], k["solution"]) for k in known], sandbox)
    assert [k["task_id"] for k, score in zip(known, found, strict=True) if score.passed != k["passed"]] == []


async def test_references_pass_where_the_tests_are_right(data: Path) -> None:
    need(data / "transcoder")
    benchmark = open_benchmark("transcoder", data)
    failing = await failing_references(benchmark, benchmark.tasks())
    assert (len(benchmark), len(failing)) == (560, 26)
    assert "TransCoder/295" in failing  # expects a text without its quotes


def test_the_problem_shows_all_tests_and_not_the_reference(data: Path) -> None:
    need(data / "transcoder")
    task = next(iter(open_benchmark("transcoder", data).tasks()))
    assert isinstance(task.problem, TranslationProblem)
    assert (task.id, len(task.problem.tests)) == ("TransCoder/1", 10)
    assert (task.problem.source.language, task.problem.language) == ("cpp", "python")
    assert task.problem.entry_point == "add_1_to_a_given_number_1"
    assert "return (- (~ x))" not in repr(task.problem)

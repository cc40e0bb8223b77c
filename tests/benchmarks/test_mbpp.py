"""MBPP's scores are those of its official evaluator; what a model may see is in the problem, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.benchmarks import Failure, UnknownBenchmarkError, open_benchmark
from selfdebug.execution import Sandbox
from selfdebug.problem import Problem
from tests.benchmarks.scores import failing_references, known_programs, need, scores


@pytest.fixture
def mbpp(data: Path) -> Path:
    need(data / "mbpp" / "mbpp.jsonl")
    return data


def shown(problem: Problem) -> list[str]:
    assert isinstance(problem, TextToPythonProblem)
    return [str(test) for test in problem.tests]


async def test_programs_of_a_model_get_the_official_verdict(sandbox: Sandbox, mbpp: Path) -> None:
    benchmark = open_benchmark("mbpp", mbpp)
    tasks = {task.id: task for task in benchmark.tasks()}
    known = known_programs(mbpp / "mbpp" / "programs")
    assert len(known) == 250
    found = await scores(benchmark, [(tasks[k["task_id"]], k["solution"]) for k in known], sandbox)
    assert [k["task_id"] for k, score in zip(known, found, strict=True) if score.passed != k["passed"]] == []
    assert all(score.reason and "\n" not in score.reason for score in found if not score.passed)


async def test_all_references_pass(mbpp: Path) -> None:
    benchmark = open_benchmark("mbpp:all", mbpp)
    assert len(benchmark) == 974
    assert await failing_references(benchmark, benchmark.tasks()) == []


async def test_references_of_the_sanitized_tasks_pass(mbpp: Path) -> None:
    benchmark = open_benchmark("mbpp:sanitized", mbpp)
    assert len(benchmark) == 427
    imports = [task for task in benchmark.tasks() if task.problem.setup]  # type: ignore[union-attr]
    assert len(imports) > 10
    assert await failing_references(benchmark, imports) == []


def test_the_problem_holds_one_test_and_the_reference_all(mbpp: Path) -> None:
    benchmark = open_benchmark("mbpp", mbpp)
    tasks = list(benchmark.tasks())
    assert [tasks[0].id, tasks[-1].id] == ["MBPP/11", "MBPP/510"]
    assert len(benchmark) == len(tasks) == 500
    assert shown(tasks[0].problem) == ['assert remove_Occ("hello","l") == "heo"']
    assert len(tasks[0].reference.tests) == 3  # type: ignore[attr-defined]
    assert tasks[0].reference.program.code not in repr(tasks[0].problem)


def test_three_shots_are_other_tasks_with_all_their_tests(mbpp: Path) -> None:
    benchmark = open_benchmark("mbpp:3-shot", mbpp)
    exemplars = benchmark.exemplars  # type: ignore[attr-defined]
    assert [task.id for task in exemplars] == ["MBPP/2", "MBPP/3", "MBPP/4"]
    assert len(benchmark) == 500
    assert all(len(shown(task.problem)) == 3 for task in [*exemplars, *list(benchmark.tasks())[:5]])
    assert {e.id for e in exemplars}.isdisjoint(task.id for task in benchmark.tasks())


@pytest.mark.parametrize(
    ("program", "failure", "reason"),
    [
        ("", Failure.NO_PROGRAM, "there is no program"),
        ("def remove_Occ(s, c:", Failure.UNLOADABLE, "SyntaxError"),
        ("def remove_Occ(s, c):\n    return None", Failure.WRONG, 'assert remove_Occ("hello","l") == "heo": gave None'),
        ("def remove_Occ(s, c):\n    return s + 1", Failure.ERROR, "TypeError"),
        ("def other(s, c):\n    return s", Failure.ERROR, "NameError: name 'remove_Occ' is not defined in assert"),
    ],
)
async def test_a_wrong_program_does_not_pass_and_the_reason_is_one_line(
    mbpp: Path, program: str, failure: Failure, reason: str
) -> None:
    benchmark = open_benchmark("mbpp", mbpp)
    task = next(iter(benchmark.tasks()))
    [score] = await scores(benchmark, [(task, program)])
    assert (score.passed, score.failure, dict(score.metrics)) == (False, failure, {"tests": False})
    assert reason in score.reason
    assert "\n" not in score.reason


def test_a_variant_that_is_not_there_lists_those_that_are(mbpp: Path) -> None:
    with pytest.raises(UnknownBenchmarkError, match="choose from mbpp, mbpp:3-shot, mbpp:sanitized, mbpp:all"):
        open_benchmark("mbpp:5-shot", mbpp)

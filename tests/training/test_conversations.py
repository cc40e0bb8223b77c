"""What training reads: exactly what the package sends, with the teacher's replies in the model's place."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.translation import TranslationProblem
from selfdebug.benchmarks import open_benchmark, sample
from training import held_out
from training.conversations import Attempt, first_program, lessons, open_applications, prompt, turns
from training.lesson import Lesson, is_held_out


@pytest.fixture(scope="module")
async def applications() -> AsyncIterator[dict[str, Any]]:
    async with open_applications() as opened:
        yield opened


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[Lesson]:
    return list(itertools.islice(lessons(3, False, tmp_path_factory.mktemp("worlds")), 12))


async def test_the_first_program_is_asked_for_and_learnt(applications: dict[str, Any], drawn: list[Lesson]) -> None:
    for lesson in drawn:
        made = await first_program(applications, lesson)
        assert made.messages[:-1] == await prompt(applications, lesson)
        assert [message.role for message in made.messages] == ["system", "user", "assistant"]
        assert made.learnt == (2,)
        assert lesson.program.code.strip() in made.messages[2].content


@pytest.mark.parametrize("kind", ["simple", "ut", "expl", "ut+expl"])
async def test_a_wrong_program_is_explained_and_corrected(
    applications: dict[str, Any], drawn: list[Lesson], kind: str
) -> None:
    lesson = next(one for one in drawn if isinstance(one.problem, TextToPythonProblem))
    wrong = f"{lesson.program.code.splitlines()[0]}\n    return None"
    made = await turns(applications, Attempt(lesson, (wrong, lesson.program.code), True, kind))
    assert made is not None
    said = [made.messages[index].content for index in made.learnt]
    assert lesson.program.code.strip() in said[-1]
    assert len(said) == (2 if "expl" in kind else 1)
    assert all(made.messages[index].role == "assistant" for index in made.learnt)
    assert wrong in made.messages[2].content
    assert 2 not in made.learnt
    if "ut" in kind:
        assert "gave None, expected" in made.messages[-2].content


async def test_only_the_right_one_of_several_corrections_is_learnt(
    applications: dict[str, Any], drawn: list[Lesson]
) -> None:
    lesson = next(one for one in drawn if isinstance(one.problem, TranslationProblem))
    head = lesson.program.code.splitlines()[0]
    wrong = f"{head}\n    return None", f"{head}\n    return ()"
    made = await turns(applications, Attempt(lesson, (*wrong, lesson.program.code), True, "ut"))
    assert made is not None
    assert [made.messages[index].content.strip("`").removeprefix("python").strip() for index in made.learnt] == [
        lesson.program.code.strip()
    ]
    assert wrong[1] in made.messages[4].content


async def test_a_query_is_judged_by_the_teacher(applications: dict[str, Any], drawn: list[Lesson]) -> None:
    lesson = next(one for one in drawn if one.columns)
    made = await turns(applications, Attempt(lesson, (lesson.program.code,), True, "expl"))
    assert made is not None
    columns, explanation, verdict = (made.messages[index].content for index in made.learnt)
    assert columns == lesson.columns
    assert "The query returns" in explanation
    assert verdict.endswith("\nVerdict: correct")


async def test_right_programs_without_tests_are_left_alone(applications: dict[str, Any], drawn: list[Lesson]) -> None:
    lesson = next(one for one in drawn if one.columns)
    made = await turns(applications, Attempt(lesson, (lesson.program.code,), True, "simple"))
    assert made is not None
    assert made.messages[-1].content == "Verdict: correct"


def test_the_held_out_benchmark_is_what_the_generators_hold_out(tmp_path: Path) -> None:
    fields = {"sql": ("question", "query"), "python": ("request", "reference"), "translation": ("source", "reference")}
    for kind, found in held_out.drawn(held_out.PROBLEMS, tmp_path).items():
        asked, answered = fields[kind]
        entries = sample._read(held_out.FOLDER / f"{kind}.yaml")
        assert [(entry[asked], entry[answered]) for entry in entries] == [
            (request(lesson), lesson.program.code) for lesson in found
        ]
        assert all(is_held_out(lesson.skeleton) for lesson in found)
        assert len({lesson.skeleton for lesson in found}) == held_out.PROBLEMS


def request(lesson: Lesson) -> str:
    problem = lesson.problem
    return problem.source.code if isinstance(problem, TranslationProblem) else problem.request


async def test_references_of_the_held_out_benchmark_pass() -> None:
    from selfdebug.execution import Sandbox

    benchmark = open_benchmark("sample:held-out", Path("/nowhere"))
    tasks = list(benchmark.tasks())
    assert len(tasks) == len(benchmark) == 3 * held_out.PROBLEMS
    async with Sandbox() as sandbox, benchmark.open_scorer(sandbox) as scorer:
        scores = await scorer.score([(task, task.reference.program) for task in tasks])
    assert [task.id for task, score in zip(tasks, scores, strict=True) if not score.passed] == []

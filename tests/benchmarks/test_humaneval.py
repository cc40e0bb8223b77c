"""HumanEval's scores are those of its official evaluator; the examples of a docstring are the tests that it shows."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.benchmarks import Failure, open_benchmark
from selfdebug.benchmarks.programs.docstring_examples import examples
from selfdebug.benchmarks.programs_file import complete
from selfdebug.execution import Sandbox
from tests.benchmarks.scores import failing_references, need, scores


async def test_all_references_pass(data: Path) -> None:
    need(data / "humaneval")
    benchmark = open_benchmark("humaneval", data)
    assert len(benchmark) == 164
    assert await failing_references(benchmark, benchmark.tasks()) == []


async def test_completions_that_give_nothing_do_not_pass(data: Path) -> None:
    need(data / "humaneval")
    benchmark = open_benchmark("humaneval", data)
    items = [(task, complete(task, "    return None\n").code) for task in benchmark.tasks()]
    found = await scores(benchmark, items[:60])
    assert not any(score.passed for score in found)
    assert {score.failure for score in found} <= {Failure.WRONG, Failure.ERROR}


def test_a_problem_shows_its_examples_and_no_hidden_test(data: Path) -> None:
    need(data / "humaneval")
    tasks = list(open_benchmark("humaneval", data).tasks())
    problem = tasks[3].problem
    assert isinstance(problem, TextToPythonProblem)
    assert [str(t) for t in problem.tests] == [
        "assert below_zero([1, 2, 3]) == False",
        "assert below_zero([1, 2, -4, 5]) == True",
    ]
    assert problem.start.startswith("from typing import List")
    assert not any("METADATA" in repr(task.problem) for task in tasks)
    assert any(not task.problem.tests for task in tasks)  # type: ignore[union-attr]


async def test_what_is_shown_agrees_with_the_references(data: Path) -> None:
    need(data / "humaneval")
    tasks = [task for task in open_benchmark("humaneval", data).tasks() if task.problem.tests]  # type: ignore[union-attr]
    assert len(tasks) == 148
    async with Sandbox(workers=2) as own:
        outcomes = await asyncio.gather(
            *(own.run(t.reference.program, t.problem.tests) for t in tasks)  # type: ignore[union-attr]
        )
    assert [t.id for t, outcome in zip(tasks, outcomes, strict=True) if not outcome.passed] == []


def test_only_examples_with_a_literal_value_become_tests() -> None:
    start = '''def f(x):
    """Text.

    >>> f(1)
    2
    >>> f(2)
    Traceback (most recent call last):
    ValueError
    >>> y = 3
    >>> f("a")
    'b' or so
    >>> f([2])
    [3]
    """
'''
    assert [str(test) for test in examples(start, "f")] == ["assert f(1) == 2", "assert f([2]) == [3]"]
    assert examples('def f(x):\n    """\n    >>> f(1)\n   2\n    """\n', "f") == ()
    assert [str(test) for test in examples('def f(x):\n    """\n    >>> f(1)  # one\n    2\n    """\n', "f")] == [
        "assert f(1) == 2"
    ]
    assert examples('def f(x):\n    """\n    >>> f(1)\n    {[]: 1}\n    """\n', "f") == ()


@pytest.mark.parametrize(
    ("line", "test"),
    [
        ("f(1, 'a, b)') == [2]", "f(1, 'a, b)') == [2]"),
        (">>> f(1, 2) == 3", "f(1, 2) == 3"),
        ("* f(1, 2) => 3", "f(1, 2) == 3"),
        ("f((1), [2]) ==> (3, 4)", "f((1), [2]) == (3, 4)"),
        ("f(1, 2) \u279e None", "f(1, 2) == None"),
        ("f(1, 2) = 3", "f(1, 2) == 3"),
        ("f(1, 2) -> 3", "f(1, 2) == 3"),
        ("f(1, 2) # => 'Yes'", "f(1, 2) == 'Yes'"),
        ("f(1, 2) # => 'No' (it should begin with a letter)", "f(1, 2) == 'No'"),
        ("f(1, 2) returns 3", "f(1, 2) == 3"),
        ("f(1, -2) should return 3.", "f(1, -2) == 3"),
        ("For a = [1], b = 2 the output should be 3", "f([1], 2) == 3"),
        ("Input: a = [1], b = 2\n    Output: [3]  # as 1 + 2", "f([1], 2) == [3]"),
        # What may mean something else is no example.
        ("f(1, 2) ==> ('a')", None),
        ("f(1, 2) == 1 + 9 = 10", None),
        ("f(x, y) => 3", None),
        ("f(1, 2) = 3\n    f(n, m) = f(n - 1, m) + 1", None),
        ("g(1, 2) => 3", None),
        ("if (1, 2) => 3", None),
        ("f(1, 2) 3", None),
        ("For b = 2, a = 1 the output should be 3", None),
        ("For a = 1 the output should be 3", None),
        ("Input: a = 1, b = 2", None),
        ("f(1, 2", None),
    ],
)
def test_examples_in_the_forms_that_people_write(line: str, test: str | None) -> None:
    found = [str(each) for each in examples(f'def f(a, b):\n    """Text.\n\n    {line}\n    """\n', "f")]
    assert found == ([f"assert {test}"] if test else [])

"""HumanEval+ and MBPP+ are scored as EvalPlus does: plus and base inputs, tolerances, and its special cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from selfdebug.benchmarks import BenchmarkError, DataError, Failure, open_benchmark
from selfdebug.benchmarks.programs.agreement import Oracle, ProgramObject, agree, tolerance_from
from tests.benchmarks.scores import failing_references, need, scores

# Tasks of every special case, and of every kind of argument that JSON does not have.
SPECIAL = (
    "Mbpp/2", "Mbpp/7", "Mbpp/63", "Mbpp/106", "Mbpp/124", "Mbpp/164", "Mbpp/222", "Mbpp/232", "Mbpp/250",
    "Mbpp/252", "Mbpp/259", "Mbpp/295", "Mbpp/413", "Mbpp/459", "Mbpp/558", "Mbpp/579", "Mbpp/581", "Mbpp/615",
    "Mbpp/722", "Mbpp/750", "Mbpp/769", "Mbpp/791", "Mbpp/793",
)  # fmt: skip


async def test_references_agree_with_themselves_in_every_special_case(data: Path) -> None:
    need(data / "mbpp" / "MbppPlus.jsonl.gz")
    benchmark = open_benchmark("mbpp+", data)
    assert len(benchmark) == 378
    tasks = [task for task in benchmark.tasks() if task.id in SPECIAL]
    assert len(tasks) > 15
    assert await failing_references(benchmark, tasks) == []


async def test_references_of_humaneval_plus_pass(data: Path) -> None:
    need(data / "humaneval" / "HumanEvalPlus.jsonl.gz")
    benchmark = open_benchmark("humaneval+", data)
    assert len(benchmark) == 164
    tasks = [task for task in benchmark.tasks() if task.index % 11 == 2]  # find_zero is one of them
    assert await failing_references(benchmark, [*tasks, list(benchmark.tasks())[32]]) == []


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A data folder with tasks of our own."""
    (tmp_path / "humaneval").mkdir()
    write(tmp_path, [task()])
    return tmp_path


def task(**changes: Any) -> dict[str, Any]:
    return {
        "task_id": "HumanEval/0",
        "prompt": 'def half(n):\n    """Half of n."""\n',
        "canonical_solution": "    return n / 2\n",
        "entry_point": "half",
        "base_input": [[4], [6]],
        "plus_input": [[0], [-1], *[[n] for n in range(600)]],
        "atol": 0,
        **changes,
    }


def write(folder: Path, tasks: list[dict[str, Any]]) -> None:
    import gzip

    text = "".join(json.dumps(t) + "\n" for t in tasks)
    (folder / "humaneval" / "HumanEvalPlus.jsonl.gz").write_bytes(gzip.compress(text.encode()))


# Each call takes less than one may; all that are ordered together take more.
SLOW = """
import time
def half(n):
    end = time.process_time() + (0.35 if n in (4, 6) else 0)
    while time.process_time() < end:
        pass
    return n / 2
"""

BOTH, BASE, NEITHER = (
    {"plus": True, "base": True},
    {"plus": False, "base": True},
    {"plus": False, "base": False},
)


@pytest.mark.parametrize(
    ("program", "measures", "failure", "reason"),
    [
        ("def half(n):\n    return n / 2 + 1e-9", BOTH, None, ""),
        ("def half(n):\n    return n // 2", NEITHER, Failure.WRONG, ""),
        ("def half(n):\n    return abs(n) / 2", BASE, Failure.WRONG, "half(-1) should give -0.5: gave 0.5"),
        ("def half(n):\n    return n / 2 if n < 599 else None", BASE, Failure.WRONG, "half(599) should give 299.5"),
        ("def half(n):\n    return 12 / n and n / 2", BASE, Failure.ERROR, "ZeroDivisionError: division by zero in li"),
        ("def half(n):\n    while n < 0: pass\n    return n / 2", BASE, Failure.TIMED_OUT, "timed out in half(-1)"),
        (SLOW, BOTH, None, ""),
        ("def other(n):\n    return n / 2", NEITHER, Failure.ERROR, "NameError"),
        ("def half(n)", NEITHER, Failure.UNLOADABLE, "SyntaxError"),
        (" ", NEITHER, Failure.NO_PROGRAM, "there is no program"),
        (
            "class Equal:\n    __eq__ = lambda a, b: True\ndef half(n):\n    return Equal()",
            NEITHER, Failure.WRONG, "gave <Equal object>",
        ),
    ],
)  # fmt: skip
async def test_programs_are_measured_on_base_inputs_and_on_all(
    made: Path,
    monkeypatch: pytest.MonkeyPatch,
    program: str,
    measures: dict[str, bool],
    failure: Failure | None,
    reason: str,
) -> None:
    monkeypatch.setattr("selfdebug.benchmarks.programs.evalplus._LEAST_SECONDS", 0.5)
    benchmark = open_benchmark("humaneval+", made)
    [only] = benchmark.tasks()
    [score] = await scores(benchmark, [(only, program)])
    if "//" in program:  # gives whole numbers of another type: what is equal is equal
        assert score.metrics == BASE
        return
    assert (score.passed, dict(score.metrics), score.failure) == (failure is None, measures, failure)
    assert reason in score.reason
    assert "\n" not in score.reason


async def test_a_reference_that_fails_is_the_benchmarks_fault(made: Path) -> None:
    write(made, [task(canonical_solution="    return 1 / n\n")])
    benchmark = open_benchmark("humaneval+", made)
    [only] = benchmark.tasks()
    with pytest.raises(BenchmarkError, match=r"reference of HumanEval/0 fails in half\(0\): ZeroDivisionError"):
        await scores(benchmark, [(only, "def half(n): return n")])


async def test_inputs_that_are_no_lists_are_named_with_their_line(made: Path) -> None:
    write(made, [task(plus_input=[1])])
    benchmark = open_benchmark("humaneval+", made)
    [only] = benchmark.tasks()
    with pytest.raises(
        DataError, match=r"HumanEvalPlus.jsonl.gz, line 1: the field 'plus_input' is not a list of lists"
    ):
        await scores(benchmark, [(only, "def half(n): return n")])


@pytest.mark.parametrize(
    ("oracle", "arguments", "value", "expected", "tolerance", "agrees"),
    [
        (Oracle.VALUE, [], 1, 1.0, 0, True),
        (Oracle.VALUE, [], 1, 1.0000001, 1e-6, False),  # of another type, and not equal
        (Oracle.VALUE, [], 1.0, 1.0000001, 1e-6, True),
        (Oracle.VALUE, [], [1.0, 2.0], [1.0, 2.0000001], 1e-6, True),
        (Oracle.VALUE, [], (1.0, 2.0), [1.0, 2.0000001], 1e-6, False),
        (Oracle.VALUE, [], [1.0], [1.0, 2.0], 1e-6, False),
        (Oracle.VALUE, [], 10**9 + 1, 10**9, 1e-6, True),  # as NumPy has it: relative to the expected value
        (Oracle.VALUE, [], 10**9 + 1, 10**9, 0, False),
        (Oracle.VALUE, [], float("nan"), float("nan"), 1e-6, False),
        (Oracle.VALUE, [], float("inf"), 1e300, 1e-6, False),
        (Oracle.VALUE, [], "a", "b", 1e-6, False),
        (Oracle.VALUE, [], ["a"], ["b"], 1e-6, False),
        (Oracle.VALUE, [], ProgramObject(1, "X"), 1.0, 1e-6, False),
        (Oracle.NOT_NONE, [], ProgramObject(1, "Match"), True, 0, True),
        (Oracle.NOT_NONE, [], None, True, 0, False),
        (Oracle.NOT_NONE, [], False, False, 0, True),
        (Oracle.NOT_NONE, [], "Not matched!", False, 0, False),
        (Oracle.ANY, [], "anything", 3, 0, True),
        (Oracle.OR_ZERO, [], 0, 7, 0, True),
        (Oracle.OR_ZERO, [], 6, 7, 0, False),
        (Oracle.PYRAMID, [3, 4], 35, 33, 0, True),
        (Oracle.PYRAMID, [3, 4], 34, 33, 0, False),
        (Oracle.PYRAMID, [3, 4], "34", 33, 0, False),
        (Oracle.DIGITS, [123, 256], 7, 6, 0, True),
        (Oracle.DIGITS, [23, 56], 6, 6, 0, True),
        (Oracle.DIGITS, [23, 56], 5, 6, 0, False),
        (Oracle.ROOT, [[-6, 11, -6, 1]], 1.0, 3.0, 1e-4, True),
        (Oracle.ROOT, [[-6, 11, -6, 1]], 1.5, 3.0, 1e-4, False),
        (Oracle.ROOT, [[-6, 11, -6, 1]], None, 3.0, 1e-4, False),
    ],
)  # fmt: skip
def test_agreement(
    oracle: Oracle, arguments: list[Any], value: Any, expected: Any, tolerance: float, agrees: bool
) -> None:
    assert agree(oracle, arguments, value, expected, tolerance) is agrees


def test_the_first_float_gives_a_task_its_tolerance() -> None:
    assert tolerance_from(1, 0) == 0
    assert tolerance_from([], 0) == 0
    assert tolerance_from([0.5, 1.5], 0) == 1e-6
    assert tolerance_from(0.5, 1e-4) == 1e-4
    assert tolerance_from("text", 1e-6) == 1e-6


def test_the_problem_of_mbpp_plus_has_the_description_and_one_test(data: Path) -> None:
    need(data / "mbpp" / "MbppPlus.jsonl.gz")
    for found in open_benchmark("mbpp+", data).tasks():
        problem = found.problem
        assert not problem.request.startswith('"')  # type: ignore[union-attr]
        assert len(problem.tests) == 1  # type: ignore[union-attr]
        assert str(problem.tests[0]).startswith("assert ")  # type: ignore[union-attr]

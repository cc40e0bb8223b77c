"""MBPP (Austin et al., 2021): short descriptions, three assertions each, of which a model is usually shown the first.

The verdict is that of openai/human-eval's evaluator with the imports that evaluators of MBPP put before a program: all
assertions hold within ten seconds. The challenge tests of the data are not part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from selfdebug.benchmarks.benchmark import DataError, Task
from selfdebug.benchmarks.programs.loaded import LoadedBenchmark, refuse_variant
from selfdebug.benchmarks.programs.records import Record, records
from selfdebug.benchmarks.programs.scoring import TestedReference, TestsScorer
from selfdebug.execution import Assertion, Limits
from selfdebug.problem import Program, TextToPythonProblem

PRELUDE = (
    "from typing import *\nimport math\nfrom heapq import *\nimport itertools, re, typing, heapq\n"
    "_str = str\n"
)  # fmt: skip
"""What evaluators import for a program. Known verdicts were made with it; programs rely on it."""

LIMITS = Limits(cpu_seconds=10)

_TEST_SPLIT = range(11, 511)  # task ids; 1 to 10 are kept for prompts
_EXEMPLARS = (2, 3, 4)
_VARIANTS = ("", "3-shot", "sanitized", "all")


def open_benchmark(data: Path, variant: str = "") -> LoadedBenchmark:
    """Open MBPP.

    Args:
        data: the data folder.
        variant: empty for the test split; ``3-shot`` for the same with all tests shown and three exemplars;
            ``sanitized`` for the 427 that were checked by hand; ``all`` for all 974.

    Raises:
        UnknownBenchmarkError: there is no such variant.
        MissingDataError: the file is not there.
    """
    refuse_variant("mbpp", variant, _VARIANTS)
    sanitized = variant == "sanitized"
    path = data / "mbpp" / ("sanitized-mbpp.json" if sanitized else "mbpp.jsonl")
    shown = 3 if variant == "3-shot" else 1
    chosen: Callable[[int], bool] = (lambda _: True) if variant in ("sanitized", "all") else _TEST_SPLIT.__contains__

    def read() -> Iterator[Task]:
        found = (r for r in records(path) if chosen(r.number("task_id")))
        return (_task(index, record, shown, sanitized) for index, record in enumerate(found))

    def exemplars() -> Iterator[Task]:
        found = (r for r in records(path) if r.number("task_id") in _EXEMPLARS)
        return (_task(index, record, shown, sanitized) for index, record in enumerate(found))

    return LoadedBenchmark(
        "mbpp", variant, f"MBPP ({variant})" if variant else "MBPP", "text-to-python", (path,), read, TestsScorer,
        shown=_shown(variant), exemplars=exemplars if variant == "3-shot" else tuple,
    )  # fmt: skip


def _shown(variant: str) -> tuple[str, ...]:
    if variant == "3-shot":
        return (
            "The model is shown all tests that decide the score; few-shot, also three of the data set's exemplars.",
        )
    return ("The model is shown one test; all tests decide the score.",)


def _task(index: int, record: Record, shown: int, sanitized: bool) -> Task:
    tests = tuple(Assertion(_unix(code)) for code in record.texts("test_list"))
    if not tests:
        raise DataError(f"{record.place}: 'test_list' is empty.")
    setup = "\n".join(record.texts("test_imports")) if sanitized else _unix(record.text("test_setup_code"))
    program = Program(_unix(record.text("code")), "python")
    return Task(
        index=index,
        id=f"MBPP/{record.number('task_id')}",
        problem=TextToPythonProblem(record.text("prompt" if sanitized else "text"), tests[:shown], setup=setup),
        reference=TestedReference(program, tests, setup, PRELUDE, LIMITS),
    )


def _unix(code: str) -> str:
    return code.replace("\r\n", "\n")

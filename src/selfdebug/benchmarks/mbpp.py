"""MBPP (Austin et al., 2021): short descriptions, three assertions each, of which a model is usually shown the first.

The verdict is that of openai/human-eval's evaluator with the imports that evaluators of MBPP put before a program: all
assertions hold within ten seconds. The challenge tests of the data are not part of it.
"""

from collections.abc import Container, Iterator
from pathlib import Path

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.benchmarks.benchmark import Benchmark, DataError, Task
from selfdebug.benchmarks.programs.scoring import TestedReference, TestsScorer
from selfdebug.benchmarks.records import Record, records
from selfdebug.execution import Assertion, Limits
from selfdebug.problem import Program

PRELUDE = (
    "from typing import *\nimport math\nfrom heapq import *\nimport itertools, re, typing, heapq\n"
    "_str = str\n"
)  # fmt: skip
"""What evaluators import for a program. Known verdicts were made with it; programs rely on it."""

LIMITS = Limits(cpu_seconds=10)

_TEST_SPLIT = range(11, 511)  # task ids; 1 to 10 are kept for prompts
_EXEMPLARS = (2, 3, 4)
_SHOWN = {
    1: "The model is shown one test; all tests decide the score.",
    3: "The model is shown all tests that decide the score; few-shot, also three of the data set's exemplars.",
}


def open_benchmark(data: Path, variant: str) -> Benchmark:
    """Open MBPP.

    Args:
        data: the data folder.
        variant: empty for the test split; ``3-shot`` for the same with all tests shown and three exemplars;
            ``sanitized`` for the 427 that were checked by hand; ``all`` for all 974.
    """
    sanitized = variant == "sanitized"
    path = data / "mbpp" / ("sanitized-mbpp.json" if sanitized else "mbpp.jsonl")
    shown = 3 if variant == "3-shot" else 1

    def read(ids: Container[int] | None) -> Iterator[Task]:
        chosen = (record for record in records(path) if ids is None or record.number("task_id") in ids)
        return (_task(index, record, shown, sanitized) for index, record in enumerate(chosen))

    return Benchmark(
        name=f"mbpp:{variant}" if variant else "mbpp",
        title=f"MBPP ({variant})" if variant else "MBPP",
        applications=("text-to-python",),
        files=(path,),
        read_tasks=lambda: read(None if variant in ("sanitized", "all") else _TEST_SPLIT),
        open_scorer=TestsScorer,
        metrics=TestsScorer.metrics,
        shown=(_SHOWN[shown],),
        read_exemplars=(lambda: read(_EXEMPLARS)) if variant == "3-shot" else tuple,
    )


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

"""HumanEval+ (Liu et al., 2023): HumanEval's problems with eighty times as many inputs.

Measures are ``plus``, all inputs, which is EvalPlus's score, and ``base``, HumanEval's own inputs alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from selfdebug.benchmarks.benchmark import Task
from selfdebug.benchmarks.humaneval import NOTES, SHOWN, completion_problem
from selfdebug.benchmarks.programs.agreement import ORACLES_OF_HUMANEVAL, Oracle
from selfdebug.benchmarks.programs.evalplus import MEASURES, PlusReference, PlusScorer
from selfdebug.benchmarks.programs.loaded import LoadedBenchmark, refuse_variant
from selfdebug.benchmarks.programs.records import lines, parse
from selfdebug.problem import Program


def open_benchmark(data: Path, variant: str = "") -> LoadedBenchmark:
    """Open HumanEval+.

    Args:
        data: the data folder.
        variant: there is none.

    Raises:
        UnknownBenchmarkError: a variant was given.
        MissingDataError: the file is not there.
    """
    refuse_variant("humaneval+", variant, ("",))
    path = data / "humaneval" / "HumanEvalPlus.jsonl.gz"

    def read() -> Iterator[Task]:
        return (_task(index, place, line) for index, (place, line) in enumerate(lines(path)))

    return LoadedBenchmark(
        "humaneval+",
        "",
        "HumanEval+",
        "text-to-python",
        (path,),
        read,
        PlusScorer,
        measures=MEASURES,
        notes=NOTES,
        shown=SHOWN,
    )  # fmt: skip


def _task(index: int, place: str, line: bytes) -> Task:
    record = parse(place, line)
    name = record.text("entry_point")
    program = Program(record.text("prompt") + record.text("canonical_solution"), "python")
    oracle = ORACLES_OF_HUMANEVAL.get(name, Oracle.VALUE)
    return Task(
        index=index,
        id=record.text("task_id"),
        problem=completion_problem(record),
        reference=PlusReference(program, name, line, place, list, oracle),
    )

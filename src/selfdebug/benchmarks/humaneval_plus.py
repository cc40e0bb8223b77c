"""HumanEval+ (Liu et al., 2023): HumanEval's problems with eighty times as many inputs.

Metrics are ``plus``, all inputs, which is EvalPlus's score, and ``base``, HumanEval's own inputs alone.
"""

from pathlib import Path

from selfdebug.benchmarks.benchmark import Benchmark, Task
from selfdebug.benchmarks.humaneval import NOTES, SHOWN, completion_problem
from selfdebug.benchmarks.programs.agreement import ORACLES_OF_HUMANEVAL
from selfdebug.benchmarks.programs.evalplus import PlusReference, PlusScorer
from selfdebug.benchmarks.programs.scoring import benchmark_of_programs
from selfdebug.benchmarks.records import Record


def open_benchmark(data: Path, variant: str) -> Benchmark:
    """Open HumanEval+, which has no variant, in a data folder."""
    path = data / "humaneval" / "HumanEvalPlus.jsonl.gz"
    return benchmark_of_programs("humaneval+", "HumanEval+", path, _task, PlusScorer, notes=NOTES, shown=SHOWN)


def _task(index: int, record: Record) -> Task:
    reference = PlusReference.of(record, ORACLES_OF_HUMANEVAL)
    return Task(index, record.text("task_id"), completion_problem(record), reference)

"""Benchmarks: tasks with references, read from a data folder, and scorers that agree with the official evaluators.

    benchmark = open_benchmark("mbpp", Path("data"))
    async with Sandbox() as sandbox, benchmark.open_scorer(sandbox) as scorer:
        [score] = await scorer.score([(task, program)])

This room knows nothing of models, prompts or debuggers: what it holds besides problems (hidden tests, gold answers) can
never reach one of them. One file a benchmark; `registry` lists them.
"""

from selfdebug.benchmarks.benchmark import (
    Benchmark,
    BenchmarkError,
    DataError,
    Failure,
    MissingDataError,
    Reference,
    Score,
    Scorer,
    Task,
    UnknownBenchmarkError,
)
from selfdebug.benchmarks.registry import BENCHMARKS, open_benchmark

__all__ = [
    "BENCHMARKS",
    "Benchmark",
    "BenchmarkError",
    "DataError",
    "Failure",
    "MissingDataError",
    "Reference",
    "Score",
    "Scorer",
    "Task",
    "UnknownBenchmarkError",
    "open_benchmark",
]

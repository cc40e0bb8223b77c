"""The benchmarks by name. Each is a module of this folder with a function `open_benchmark(data, variant)`."""

from __future__ import annotations

import difflib
import importlib
from dataclasses import dataclass
from pathlib import Path

from selfdebug.benchmarks.benchmark import Benchmark, UnknownBenchmarkError


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the registry.

    Attributes:
        module: of this folder.
        title: one line for lists.
        folder: its folder in the data folder; empty for what comes with the package.
        variants: what may follow the name and a colon, for lists; the empty variant is the name alone.
        tasks: how many come with the package, for lists.
    """

    module: str
    title: str
    folder: str
    variants: tuple[str, ...] = ()
    tasks: int = 0


BENCHMARKS: dict[str, Entry] = {
    "sample": Entry(
        "sample", "our own: 20 problems for each application", "", ("sql", "python", "translation", "held-out"), 60
    ),
    "spider": Entry("spider", "text-to-SQL: Spider's development set", "spider", ("plug-values", "keep-distinct")),
    "bird": Entry("bird", "text-to-SQL: BIRD's mini-dev set", "bird"),
    "mbpp": Entry("mbpp", "text-to-Python: MBPP's test set", "mbpp", ("3-shot", "sanitized", "all")),
    "mbpp+": Entry("mbpp_plus", "text-to-Python: MBPP with EvalPlus's tests", "mbpp"),
    "humaneval": Entry("humaneval", "text-to-Python: HumanEval", "humaneval"),
    "humaneval+": Entry("humaneval_plus", "text-to-Python: HumanEval with EvalPlus's tests", "humaneval"),
    "transcoder": Entry("transcoder", "translation: TransCoder, C++ to Python", "transcoder"),
    "humaneval-x": Entry(
        "humaneval_x", "translation: HumanEval-X between two of its languages", "humaneval_x", ("cpp-python", "FROM-TO")
    ),
}


def open_benchmark(name: str, data: Path) -> Benchmark:
    """Open a benchmark.

    Args:
        name: one of `BENCHMARKS`, or with a variant: ``mbpp:3-shot``, ``humaneval-x:java-rust``.
        data: the data folder, which has a folder for each benchmark.

    Raises:
        UnknownBenchmarkError: there is none of that name.
        MissingDataError, DataError: its files are missing or damaged.
    """
    base, _, variant = name.strip().lower().partition(":")
    entry = BENCHMARKS.get(base)
    if entry is None:
        near = difflib.get_close_matches(base, BENCHMARKS, 1)
        hint = f"did you mean {near[0]}?" if near else f"choose from {', '.join(BENCHMARKS)}."
        raise UnknownBenchmarkError(f"There is no benchmark {base!r}: {hint}")
    module = importlib.import_module(f"selfdebug.benchmarks.{entry.module}")
    benchmark: Benchmark = module.open_benchmark(data, variant)
    return benchmark

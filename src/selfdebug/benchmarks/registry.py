"""The benchmarks by name. Each is a module with a function ``open_benchmark(data, variant) -> Benchmark``."""

import difflib
import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selfdebug.benchmarks.benchmark import Benchmark, UnknownBenchmarkError
from selfdebug.benchmarks.records import require
from selfdebug.registry import Registry


@dataclass(frozen=True, slots=True)
class RegisteredBenchmark:
    """A line of the registry: what is known of a benchmark before it is opened.

    Attributes:
        module: has the function ``open_benchmark``; imported when the benchmark is opened.
        title: one line for lists.
        folder: its folder in the data folder; empty for what comes with the package.
        variants: what may follow the name and a colon; `None` where the module decides.
        tasks: how many come with the package, for lists.
    """

    module: str
    title: str
    folder: str
    variants: tuple[str, ...] | None = ()
    tasks: int = 0


def _ours(module: str, title: str, *more: Any) -> RegisteredBenchmark:
    return RegisteredBenchmark(f"selfdebug.benchmarks.{module}", title, *more)


_KINDS = ("sql", "python", "translation")
BENCHMARKS = Registry(
    "benchmark",
    {
        "sample": _ours(
            "sample", "our own: 20 problems for each application", "",
            (*_KINDS, "held-out", *(f"held-out-{kind}" for kind in _KINDS)), 60,
        ),
        "spider": _ours("spider", "text-to-SQL: Spider's development set", "spider", None),
        "bird": _ours("bird", "text-to-SQL: BIRD's mini-dev set", "bird", ("dev",)),
        "mbpp": _ours("mbpp", "text-to-Python: MBPP's test set", "mbpp", ("3-shot", "sanitized", "all")),
        "mbpp+": _ours("mbpp_plus", "text-to-Python: MBPP with EvalPlus's tests", "mbpp"),
        "humaneval": _ours("humaneval", "text-to-Python: HumanEval", "humaneval"),
        "humaneval+": _ours("humaneval_plus", "text-to-Python: HumanEval with EvalPlus's tests", "humaneval"),
        "transcoder": _ours("transcoder", "translation: TransCoder, C++ to Python", "transcoder"),
        "humaneval-x": _ours(
            "humaneval_x", "translation: HumanEval-X between two of its languages", "humaneval_x", None
        ),
    },
)  # fmt: skip
"""By name. Another one is a module with a function `open_benchmark`, and a line here."""


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
    if base not in BENCHMARKS:
        near = difflib.get_close_matches(base, BENCHMARKS, 1)
        hint = f"did you mean {near[0]}?" if near else f"choose from {', '.join(BENCHMARKS)}."
        raise UnknownBenchmarkError(f"There is no benchmark {base!r}: {hint}")
    entry = BENCHMARKS[base]
    if variant and entry.variants is not None and variant not in entry.variants:
        names = ", ".join([base, *(f"{base}:{known}" for known in entry.variants)])
        raise UnknownBenchmarkError(f"There is no benchmark '{base}:{variant}': choose from {names}.")
    benchmark: Benchmark = importlib.import_module(entry.module).open_benchmark(data, variant)
    require(base, *benchmark.files)
    return benchmark

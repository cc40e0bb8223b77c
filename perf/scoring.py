"""How fast are verdicts on SQL, compared with running both queries again for each verdict?

    uv run python -m perf.scoring --data DIR

Graphix-T5's predictions for Spider (`spider/predictions/graphix.sql`), once without the test suite. Each repetition
opens a new scorer, so that nothing is remembered; the rate with its start (processes, imports) is told apart. Loading
the questions is not counted. The plain re-run opens each file with raw `sqlite3`, runs gold query and prediction, and
compares rows as bags in their columns' order; it stops at the first difference, like all of them. So it does less than
a verdict needs. It takes turns with ours, on a part of the predictions (every tenth for the test suite).

Wall time depends on what else the machine does, so processor time is told, too: of all processes together, with their
start.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sqlite3
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from selfdebug.benchmarks import Task, open_benchmark
from selfdebug.benchmarks.sql.scorer import QueryReference, SqlScorer
from selfdebug.benchmarks.sql.texts import predicted_text, prepared_text
from selfdebug.problem import Program

Item = tuple[Task, Program]


@dataclass(frozen=True)
class Rates:
    """Verdicts per second, medians over the repetitions."""

    verdicts: int
    ours: float
    with_start: float
    raw: float
    ratio: float
    """Median of the repetitions' ratios of ours to raw."""
    ours_of_processor: float
    """Verdicts per second of processor time."""
    raw_of_processor: float


def items_of(data: Path, *, test_suite: bool) -> list[Item]:
    """Predictions with their tasks, which have one database, or those of the test suite alone."""
    lines = (data / "spider" / "predictions" / "graphix.sql").read_text().splitlines()
    items = []
    for task, line in zip(open_benchmark("spider", data).tasks(), lines, strict=True):
        reference = task.reference
        assert isinstance(reference, QueryReference)
        if not task.missing:
            kept = replace(reference, test_suite=reference.test_suite if test_suite else ())
            items.append((replace(task, reference=kept), Program(line.split("\t")[0], "sql")))
    return items


def measure(items: list[Item], raw_items: Sequence[Item], repetitions: int) -> Rates:
    """Ours and raw in turn."""
    ours, with_start, raw, ours_of_processor, raw_of_processor = [], [], [], [], []
    _raw(raw_items[:50])  # Fills the system's page cache.
    for _ in range(repetitions):
        began = _processor_seconds()
        start, seconds = asyncio.run(_ours(items))
        ours_of_processor.append(len(items) / (_processor_seconds() - began))
        ours.append(len(items) / seconds)
        with_start.append(len(items) / (start + seconds))
        began = _processor_seconds()
        raw.append(len(raw_items) / _raw(raw_items))
        raw_of_processor.append(len(raw_items) / (_processor_seconds() - began))
    ratio = statistics.median(mine / plain for mine, plain in zip(ours, raw, strict=True))
    medians = [statistics.median(rates) for rates in (ours, with_start, raw)]
    return Rates(len(items), *medians, ratio, statistics.median(ours_of_processor), statistics.median(raw_of_processor))


def _processor_seconds() -> float:
    """Of this process and of those that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


async def _ours(items: list[Item]) -> tuple[float, float]:
    """(seconds until a first verdict, on another text; seconds for all)"""
    begin = perf_counter()
    async with SqlScorer() as scorer:
        first, _ = items[0]
        await scorer.score([(first, Program("SELECT 1", "sql"))])
        ready = perf_counter()
        await scorer.score(items)
        return ready - begin, perf_counter() - ready


def _raw(items: Sequence[Item]) -> float:
    begin = perf_counter()
    for task, program in items:
        reference = task.reference
        assert isinstance(reference, QueryReference)
        gold = prepared_text(reference.program.code, False)
        predicted = prepared_text(predicted_text(program.code), False)
        for path in reference.test_suite or (reference.database,):
            if not _same(path, gold, predicted):
                break
    return perf_counter() - begin


def _same(path: str, gold: str, predicted: str) -> bool:
    rows = []
    for sql in (gold, predicted):
        # A connection for each query, as the official evaluator has it.
        connection = sqlite3.connect(path)
        try:
            rows.append(Counter(connection.execute(sql).fetchall()))
        except sqlite3.Error:
            return False
        finally:
            connection.close()
    return rows[0] == rows[1]


def main() -> None:
    """Print one run's figures."""
    parser = argparse.ArgumentParser(description="Verdicts per second, next to a plain re-run of both queries.")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds spider/")
    parser.add_argument("--repetitions", type=int, default=5)
    arguments = parser.parse_args()
    for name, test_suite, every in (("execution accuracy", False, 1), ("both measures", True, 10)):
        items = items_of(arguments.data, test_suite=test_suite)
        rates = measure(items, items[::every], arguments.repetitions)
        print(
            f"{name}, n={rates.verdicts}, median of {arguments.repetitions}: {rates.ours:,.0f} predictions/s"
            f" ({rates.with_start:,.0f} with the start), plain re-run {rates.raw:,.0f}, ratio {rates.ratio:.1f};"
            f" per second of processor time {rates.ours_of_processor:,.0f}, plain re-run {rates.raw_of_processor:,.0f}"
        )
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    other = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory: {here:.0f} MiB here, {other:.0f} MiB in the largest process that compares")


if __name__ == "__main__":
    main()

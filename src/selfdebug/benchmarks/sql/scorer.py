"""Scores queries as Spider's and BIRD's official evaluators do."""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Self

from selfdebug.benchmarks.benchmark import BenchmarkError, Failure, Score, Task
from selfdebug.benchmarks.sql.comparer import Differences, QueryPair, ResultDifference
from selfdebug.benchmarks.sql.comparer_pool import ComparerPool
from selfdebug.benchmarks.sql.results import Rule
from selfdebug.benchmarks.sql.texts import MAX_CHARACTERS, UnreadableTextError, predicted_text, prepared_text
from selfdebug.benchmarks.sql.values import TooManyAlternativesError, alternatives
from selfdebug.execution.databases import QueryLimits
from selfdebug.problem import Program

EXECUTION = "execution_accuracy"
TEST_SUITE = "test_suite_accuracy"

SPIDER_SECONDS = 60.0
BIRD_SECONDS = 30.0
MOST_ROWS = 1_000_000
MOST_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class QueryReference:
    """The gold query of a question, and where it is to be run.

    Attributes:
        program: the gold query.
        database: path of the SQLite file for execution accuracy.
        test_suite: paths of the SQLite files for test-suite accuracy; empty where there are none.
    """

    program: Program
    database: str
    test_suite: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An item ready to be compared."""

    task: str
    reference: QueryReference
    gold: str
    candidates: tuple[str, ...]


class SqlScorer(AbstractAsyncContextManager["SqlScorer"]):
    """Compares results of queries with those of gold queries. Use it with `async with`; before, nothing is started.

    Args:
        rule: Spider's or BIRD's. Only Spider's changes queries before they run.
        plug_values: whether a prediction may pass with the gold query's values in place of its own; for models that
            predict no values.
        keep_distinct: whether DISTINCT stays in both queries.
        as_written: whether Spider's rule compares the results of queries that nothing was changed in.
        seconds: time limit of a query; `None` is the official one, 60 s (Spider) or 30 s (BIRD).
        processes: how many compare at once; `None` is one for each processor, at most 4.
    """

    def __init__(
        self,
        rule: Rule = Rule.DENOTATION,
        *,
        plug_values: bool = False,
        keep_distinct: bool = False,
        as_written: bool = False,
        seconds: float | None = None,
        processes: int | None = None,
    ) -> None:
        self._rule, self._processes = rule, processes
        self._plug_values, self._keep_distinct = plug_values, keep_distinct
        self._as_written = as_written or rule is Rule.SET
        seconds = seconds or (SPIDER_SECONDS if rule is Rule.DENOTATION else BIRD_SECONDS)
        self._limits = QueryLimits(seconds=seconds, rows=MOST_ROWS, bytes=MOST_BYTES)
        self._pool: ComparerPool | None = None
        self._thread: ThreadPoolExecutor | None = None

    async def score(self, items: Sequence[tuple[Task, Program]]) -> list[Score]:
        """Score queries; a score for each, in their order. Batches are faster than single ones.

        Raises:
            BenchmarkError: a gold query gives no result, or the scorer was closed.
            DatabaseError: a database cannot be used.
        """
        if self._thread is None:
            raise BenchmarkError("The scorer is closed; use it within `async with`.")
        # A call that is cancelled while it waits for its turn never begins; one that runs ends by itself, or with the
        # scorer.
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._score, list(items))

    async def __aenter__(self) -> Self:
        self._pool = ComparerPool(self._rule, self._limits, self._processes)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="selfdebug-scorer")
        return self

    async def __aexit__(self, *_: object) -> None:
        pool, thread = self._pool, self._thread
        self._pool = self._thread = None
        if pool is not None and thread is not None:
            await asyncio.to_thread(pool.close)
            await asyncio.to_thread(thread.shutdown, wait=True, cancel_futures=True)

    def _score(self, items: list[tuple[Task, Program]]) -> list[Score]:
        prepared = [self._prepare(task, program) for task, program in items]
        pool = self._pool
        if pool is None:
            raise BenchmarkError("The scorer was closed.")
        pairs = [
            QueryPair(files, item.gold, item.candidates)
            for item in prepared
            if isinstance(item, _Prepared)
            for files in ((item.reference.database,), item.reference.test_suite)
        ]
        differences = iter(pool.compare(pairs))
        return [
            self._conclude(item, next(differences), next(differences)) if isinstance(item, _Prepared) else item
            for item in prepared
        ]

    def _prepare(self, task: Task, program: Program) -> _Prepared | Score:
        reference = task.reference
        if not isinstance(reference, QueryReference) or task.missing:
            raise BenchmarkError(f"{task.id} cannot be scored: {task.missing or 'it has no gold query'}.")
        gold, text = reference.program.code, program.code
        if not text.strip():
            return _failed(reference, Failure.NO_PROGRAM, "there is no query")
        if len(text) > MAX_CHARACTERS:
            return _failed(reference, Failure.ERROR, f"the query is longer than {MAX_CHARACTERS} characters")
        if self._as_written:
            return _Prepared(task.id, reference, gold, (text,))
        gold = prepared_text(gold, self._keep_distinct)
        try:
            text = prepared_text(predicted_text(text), self._keep_distinct)
            candidates = alternatives(gold, text) if self._plug_values else (text,)
        except (UnreadableTextError, TooManyAlternativesError) as error:
            return _failed(reference, Failure.UNLOADABLE, f"the query cannot be read: {error}")
        return _Prepared(task.id, reference, gold, candidates)

    def _conclude(self, prepared: _Prepared, execution: Differences, test_suite: Differences) -> Score:
        first = self._first_difference(prepared, execution)
        metrics = {EXECUTION: first is None}
        reason = "" if first is None else first.reason
        if prepared.reference.test_suite:
            later = self._first_difference(prepared, test_suite)
            metrics[TEST_SUITE] = later is None
            if first is None and later is not None:
                reason = f"test suite: {later.reason} (database {os.path.basename(later.file)})"
        return Score(first is None, None if first is None else first.failure, reason, metrics)

    def _first_difference(self, prepared: _Prepared, differences: Differences) -> ResultDifference | None:
        """`None` if one of the candidates passes; else what is wrong with the first, the prediction itself."""
        of_gold = next((known for known in differences if known is not None and known.is_of_gold), None)
        if of_gold is not None and self._rule is Rule.DENOTATION:
            raise BenchmarkError(
                f"The gold query of {prepared.task} fails on {of_gold.file} ({of_gold.reason});"
                " check that the file is whole and belongs to the benchmark."
            )
        if None in differences:
            return None
        first = differences[0]
        if first is not None and first.is_of_gold:
            # BIRD's evaluator counts this as a wrong prediction.
            return replace(first, reason=f"the gold query fails: {first.reason}")
        return first


def _failed(reference: QueryReference, failure: Failure, reason: str) -> Score:
    metrics = (EXECUTION, TEST_SUITE) if reference.test_suite else (EXECUTION,)
    return Score(False, failure, reason, dict.fromkeys(metrics, False))

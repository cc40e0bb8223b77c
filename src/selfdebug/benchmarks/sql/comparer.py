"""Runs gold queries and predictions on database files and says where their results differ.

It remembers outcomes by file and text, so that a gold query and equal predictions run once on each file; texts that
differ in case and spaces alone are equal. It stops at the first file on which a prediction fails.

A prediction that SQLite compiles to the same program as the gold query gives the same rows, whatever is in the tables.
Such a pair runs on the first file of a schema; of every other file it is looked whether its schema is the same.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from selfdebug.benchmarks.benchmark import Failure
from selfdebug.benchmarks.sql.results import Rule, difference
from selfdebug.benchmarks.sql.texts import is_doubled, is_ordered, normal_form, runnable_text
from selfdebug.execution.databases import QueryLimits, SqliteFiles
from selfdebug.query_outcome import QueryError, QueryErrorKind, QueryOutcome

REMEMBERED_CELLS = 500_000
"""Values of results that are kept for later queries."""
REMEMBERED_PROGRAMS = 10_000
FEWEST_ROWS = 10_000
"""Rows read of a prediction's result even where fewer are expected, so that their number can be told."""

_FAILURES = {
    QueryErrorKind.SYNTAX: Failure.UNLOADABLE,
    QueryErrorKind.TIMED_OUT: Failure.TIMED_OUT,
    QueryErrorKind.TOO_LARGE: Failure.TOO_LARGE,
}
_TWO_STATEMENTS = QueryOutcome.failed(QueryError(QueryErrorKind.REFUSED, "only one statement is allowed"))


@dataclass(frozen=True, slots=True)
class QueryPair:
    """A gold query and a prediction, to be compared on some files.

    Attributes:
        files: paths of databases.
        gold: prepared text.
        candidates: prepared texts; the prediction passes if one of them passes on all files.
    """

    files: tuple[str, ...]
    gold: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResultDifference:
    """The first file on which a candidate does not give what is expected.

    Attributes:
        file: its path.
        failure: what is wrong.
        reason: one line for people.
        is_of_gold: whether it is the gold query that gives no result.
    """

    file: str
    failure: Failure
    reason: str
    is_of_gold: bool = False


Differences = tuple[ResultDifference | None, ...]
"""For each candidate of a pair, in order; `None` where there is no difference."""


class _Query:
    """A text as it runs, the key under which its outcomes are remembered, and whether it is refused unread."""

    __slots__ = ("is_refused", "key", "text")

    def __init__(self, prepared: str, rule: Rule) -> None:
        # BIRD's evaluator hands a query to SQLite as it is, and so do we.
        as_written = rule is Rule.SET
        self.text = prepared if as_written else runnable_text(prepared)
        self.key = normal_form(self.text)
        self.is_refused = not as_written and is_doubled(self.text)


class _Comparison:
    """A pair on its way: what is known of each candidate so far."""

    __slots__ = ("candidates", "differences", "gold", "ordered", "schemas")

    def __init__(self, pair: QueryPair, rule: Rule) -> None:
        self.gold = _Query(pair.gold, rule)
        self.candidates = [_Query(candidate, rule) for candidate in pair.candidates]
        self.ordered = is_ordered(pair.gold)
        self.differences: list[ResultDifference | None] = [None] * len(self.candidates)
        self.schemas: set[str] = set()
        """Of the files on which both ran."""


class QueryComparer:
    """Compares results on files that it opens itself. Not for two threads at once.

    Args:
        rule: when two results are the same.
        limits: for every query.
    """

    def __init__(self, rule: Rule, limits: QueryLimits) -> None:
        self._rule = rule
        self._limits = limits
        self._few = replace(limits, rows=min(limits.rows, FEWEST_ROWS))
        self._files = SqliteFiles(limits, as_written=rule is Rule.SET)
        self._remembered: OrderedDict[tuple[str, str], QueryOutcome] = OrderedDict()
        self._cells = 0
        self._one_program: dict[tuple[str, str, str], bool] = {}
        """By schema and the keys of two queries."""

    def compare(self, pairs: Sequence[QueryPair]) -> list[Differences]:
        """Compare each, in their order.

        Raises:
            DatabaseError: a file cannot be used.
        """
        comparisons = [_Comparison(pair, self._rule) for pair in pairs]
        by_files: dict[tuple[str, ...], list[_Comparison]] = {}
        for pair, comparison in zip(pairs, comparisons, strict=True):
            by_files.setdefault(pair.files, []).append(comparison)
        for files, together in by_files.items():
            # One file after the other, for all queries: each is opened once.
            for path in files:
                for comparison in together:
                    self._compare(path, comparison)
                together = [comparison for comparison in together if None in comparison.differences]
        return [tuple(comparison.differences) for comparison in comparisons]

    def close(self) -> None:
        self._files.close()
        self._remembered.clear()

    def _compare(self, path: str, comparison: _Comparison) -> None:
        schema = self._files.schema(path)
        gold, candidates = comparison.gold, comparison.candidates
        alive = [i for i, known in enumerate(comparison.differences) if known is None]
        if schema in comparison.schemas:
            alive = [i for i in alive if not self._is_one_program(path, schema, gold, candidates[i])]
        if not alive:
            return
        expected = self._run(path, gold, self._limits)
        if expected.error is not None or expected.truncated:
            reason = expected.error.message if expected.error else "its result is too large to be compared"
            for i in alive:
                comparison.differences[i] = ResultDifference(path, Failure.ERROR, reason, is_of_gold=True)
            return
        # A bag of more rows than expected is another one: there is no need to read them all.
        limits = self._few if self._rule is Rule.DENOTATION and len(expected.rows) < FEWEST_ROWS else self._limits
        for i in alive:
            actual = self._run(path, candidates[i], limits)
            if actual is not expected:
                comparison.differences[i] = self._difference(path, expected, actual, comparison.ordered)
        if schema is not None:
            comparison.schemas.add(schema)

    def _is_one_program(self, path: str, schema: str, gold: _Query, candidate: _Query) -> bool:
        if gold.key == candidate.key:
            return True
        key = (schema, gold.key, candidate.key)
        if key not in self._one_program:
            if len(self._one_program) == REMEMBERED_PROGRAMS:
                self._one_program.clear()
            self._one_program[key] = self._files.is_one_program(path, gold.text, candidate.text)
        return self._one_program[key]

    def _difference(
        self, path: str, expected: QueryOutcome, actual: QueryOutcome, ordered: bool
    ) -> ResultDifference | None:
        if actual.error is not None:
            failure = _FAILURES.get(actual.error.kind, Failure.ERROR)
            return ResultDifference(path, failure, actual.error.message)
        if not actual.truncated:
            reason = difference(self._rule, expected.rows, actual.rows, ordered)
            return ResultDifference(path, Failure.WRONG, reason) if reason else None
        if self._rule is Rule.DENOTATION and len(actual.rows) > len(expected.rows):
            reason = f"gives more than {len(actual.rows)} rows where {len(expected.rows)} are expected"
            return ResultDifference(path, Failure.WRONG, reason)
        limit = f"{self._limits.rows:,} rows or {self._limits.bytes // 2**20} MiB"
        return ResultDifference(path, Failure.TOO_LARGE, f"gives more than {limit}")

    def _run(self, path: str, query: _Query, limits: QueryLimits) -> QueryOutcome:
        if query.is_refused:
            return _TWO_STATEMENTS
        key = (path, query.key)
        known = self._remembered.get(key)
        if known is not None and not (known.truncated and len(known.rows) < limits.rows):
            self._remembered.move_to_end(key)
            return known
        outcome = self._files.query(path, query.text, limits)
        if known is None and _cells(outcome) <= REMEMBERED_CELLS // 4:
            self._remembered[key] = outcome
            self._cells += _cells(outcome)
            while self._cells > REMEMBERED_CELLS:
                _, forgotten = self._remembered.popitem(last=False)
                self._cells -= _cells(forgotten)
        return outcome


def _cells(outcome: QueryOutcome) -> int:
    """A result's size; what is kept besides its values counts as a few more."""
    return 8 + len(outcome.rows) * len(outcome.columns)

"""Runs gold queries and predictions on database files and says where their results differ.

It remembers outcomes by file and text, so that a gold query and equal predictions run once on each file; texts that
differ in case and spaces alone are equal. It stops at the first file on which a prediction fails.

A prediction that SQLite compiles to the same program as the gold query gives the same rows, whatever is in the tables.
Such a pair runs on the first file of a schema; of every other file it is looked whether its schema is the same.
"""

from __future__ import annotations

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
REMEMBERED_PAIRS = 10_000
FEWEST_ROWS = 10_000
"""Rows read of a prediction's result even where fewer are expected, so that their number can be told."""

_FAILURES = {
    QueryErrorKind.SYNTAX: Failure.UNLOADABLE,
    QueryErrorKind.TIMED_OUT: Failure.TIMED_OUT,
    QueryErrorKind.TOO_LARGE: Failure.TOO_LARGE,
}
_TWO_STATEMENTS = QueryOutcome(
    (), (), QueryError(QueryErrorKind.REFUSED, "only one statement is allowed"), False, 0.0, False
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A prediction to be compared with a gold query on some files.

    Attributes:
        files: paths of databases.
        gold: prepared text.
        candidates: prepared texts; the prediction passes if one of them passes on all files.
    """

    files: tuple[str, ...]
    gold: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
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


Verdicts = tuple[Difference | None, ...]
"""For each candidate of a comparison, in order."""


class _Query:
    """A text as it runs, the key under which its outcomes are remembered, and whether it is refused unread."""

    __slots__ = ("is_refused", "key", "text")

    def __init__(self, prepared: str, rule: Rule) -> None:
        # BIRD's evaluator hands a query to SQLite as it is, and so do we.
        as_written = rule is Rule.SET
        self.text = prepared if as_written else runnable_text(prepared)
        self.key = normal_form(self.text)
        self.is_refused = not as_written and is_doubled(self.text)


class _Pair:
    """A comparison on its way."""

    __slots__ = ("candidates", "gold", "ordered", "schemas", "verdicts")

    def __init__(self, comparison: Comparison, rule: Rule) -> None:
        self.gold = _Query(comparison.gold, rule)
        self.candidates = [_Query(candidate, rule) for candidate in comparison.candidates]
        self.ordered = is_ordered(comparison.gold)
        self.verdicts: list[Difference | None] = [None] * len(self.candidates)
        self.schemas: set[str] = set()
        """Of the files on which both ran."""


class Judge:
    """Compares on files of its own. Not for two threads at once."""

    def __init__(self, rule: Rule, limits: QueryLimits) -> None:
        """Open nothing yet.

        Args:
            rule: when two results are the same.
            limits: for every query.
        """
        self._rule = rule
        self._limits = limits
        self._few = replace(limits, rows=min(limits.rows, FEWEST_ROWS))
        self._files = SqliteFiles(limits, strict_text=rule is Rule.SET, as_written=rule is Rule.SET)
        self._remembered: OrderedDict[tuple[str, str], QueryOutcome] = OrderedDict()
        self._cells = 0
        self._one_program: dict[tuple[str, str, str], bool] = {}
        """By schema and the keys of two queries."""

    def judge(self, comparisons: Sequence[Comparison]) -> list[Verdicts]:
        """Compare each, in their order.

        Raises:
            DatabaseError: a file cannot be used.
        """
        pairs = [_Pair(comparison, self._rule) for comparison in comparisons]
        by_files: dict[tuple[str, ...], list[_Pair]] = {}
        for comparison, pair in zip(comparisons, pairs, strict=True):
            by_files.setdefault(comparison.files, []).append(pair)
        for files, together in by_files.items():
            alive = together
            # One file after the other, for all queries: each is opened once.
            for path in files:
                for pair in alive:
                    self._compare(path, pair)
                alive = [pair for pair in alive if None in pair.verdicts]
        return [tuple(pair.verdicts) for pair in pairs]

    def close(self) -> None:
        """Let go of all files."""
        self._files.close()
        self._remembered.clear()

    def _compare(self, path: str, pair: _Pair) -> None:
        schema = self._files.schema(path)
        alive = [i for i, verdict in enumerate(pair.verdicts) if verdict is None]
        if schema in pair.schemas:
            alive = [i for i in alive if not self._is_one_program(path, schema, pair.gold, pair.candidates[i])]
        if not alive:
            return
        expected = self._run(path, pair.gold, self._limits)
        if expected.error is not None or expected.truncated:
            reason = expected.error.message if expected.error else "its result is too large to be compared"
            for i in alive:
                pair.verdicts[i] = Difference(path, Failure.ERROR, reason, is_of_gold=True)
            return
        # A bag of more rows than expected is another one: there is no need to read them all.
        few = self._rule is Rule.DENOTATION and len(expected.rows) < FEWEST_ROWS
        limits = self._few if few else self._limits
        for i in alive:
            actual = self._run(path, pair.candidates[i], limits)
            if actual is not expected:
                pair.verdicts[i] = self._difference(path, expected, actual, pair.ordered)
        if schema is not None:
            pair.schemas.add(schema)

    def _is_one_program(self, path: str, schema: str, gold: _Query, candidate: _Query) -> bool:
        key = (schema, gold.key, candidate.key)
        found = self._one_program.get(key)
        if found is None:
            if len(self._one_program) == REMEMBERED_PAIRS:
                self._one_program.clear()
            found = gold.key == candidate.key or self._files.is_one_program(path, gold.text, candidate.text)
            self._one_program[key] = found
        return found

    def _difference(self, path: str, expected: QueryOutcome, actual: QueryOutcome, ordered: bool) -> Difference | None:
        if actual.error is not None:
            failure = _FAILURES.get(actual.error.kind, Failure.ERROR)
            return Difference(path, failure, actual.error.message)
        if actual.truncated:
            return self._too_large(path, expected, actual)
        reason = difference(self._rule, expected.rows, actual.rows, ordered)
        return Difference(path, Failure.WRONG, reason) if reason else None

    def _too_large(self, path: str, expected: QueryOutcome, actual: QueryOutcome) -> Difference:
        if self._rule is Rule.DENOTATION and len(actual.rows) > len(expected.rows):
            reason = f"gives more than {len(actual.rows)} rows where {len(expected.rows)} are expected"
            return Difference(path, Failure.WRONG, reason)
        limit = f"{self._limits.rows:,} rows or {self._limits.bytes // 2**20} MiB"
        return Difference(path, Failure.TOO_LARGE, f"gives more than {limit}")

    def _run(self, path: str, query: _Query, limits: QueryLimits) -> QueryOutcome:
        if query.is_refused:
            return _TWO_STATEMENTS
        key = (path, query.key)
        found = self._remembered.get(key)
        if found is not None and not (found.truncated and len(found.rows) < limits.rows):
            self._remembered.move_to_end(key)
            return found
        outcome = self._files.query(path, query.text, limits)
        if found is None:
            self._remember(key, outcome)
        return outcome

    def _remember(self, key: tuple[str, str], outcome: QueryOutcome) -> None:
        cells = _cells(outcome)
        if cells > REMEMBERED_CELLS // 4:
            return
        self._remembered[key] = outcome
        self._cells += cells
        while self._cells > REMEMBERED_CELLS:
            _, forgotten = self._remembered.popitem(last=False)
            self._cells -= _cells(forgotten)


def _cells(outcome: QueryOutcome) -> int:
    """A result's size; what is kept besides its values counts as a few more."""
    return 8 + len(outcome.rows) * len(outcome.columns)

"""Spider: questions to databases that a model has not seen (Yu et al., 2018), its development set.

Scored by execution accuracy and, where the test-suite databases are at hand, by test-suite accuracy (Zhong et al.,
2020), both as the official evaluator `taoyds/test-suite-sql-eval` does by default.

    spider/dev.json  spider/tables.json
    spider/database/DB/DB.sqlite
    spider/test_suite/DB/*.sqlite
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from selfdebug.benchmarks.benchmark import Task, UnknownBenchmarkError
from selfdebug.benchmarks.sql.hardness import Hardness, hardness
from selfdebug.benchmarks.sql.questions import Questions
from selfdebug.benchmarks.sql.scorer import EXECUTION, TEST_SUITE, QueryReference, SqlScorer
from selfdebug.execution import Sandbox
from selfdebug.problem import Program, TextToSqlProblem

VARIANTS = {
    "plug-values": "A prediction may pass with the gold query's values in place of its own.",
    "keep-distinct": "DISTINCT counts: it is not taken out of the queries.",
}
"""Options of the official evaluator, with what a report must say of them."""
SHOWN = "The model is shown the first row of each table, and no test."
SCORED = "A query is scored by comparing its result with the gold query's."


class Spider:
    """Spider's development set. See `selfdebug.benchmarks.Benchmark` for what the names mean."""

    title = "Spider"
    applications = ("text-to-sql",)
    categories = tuple(Hardness)

    def __init__(self, data: Path, options: tuple[str, ...] = ()) -> None:
        """Read the questions and look which databases are there.

        Args:
            data: the data folder.
            options: some of `VARIANTS`.

        Raises:
            MissingDataError, DataError: files are missing or damaged.
        """
        self._options = options
        self.name = f"spider:{'+'.join(options)}" if options else "spider"
        folder = (data / "spider").absolute()
        self._questions = Questions("spider", folder / "dev.json", folder / "database", ("db_id", "question", "query"))
        self._suites = {database: _suite(folder / "test_suite" / database) for database in self._questions.databases}
        lacking = [database for database, suite in self._suites.items() if not suite]
        has_suite = len(lacking) < len(self._suites)
        self.measures = (EXECUTION, TEST_SUITE) if has_suite else (EXECUTION,)
        self.files = (self._questions.file,)
        said = [VARIANTS[option] for option in options]
        self.shown = (SHOWN,)
        self.notes = (SCORED, *said, *self._questions.notes, *_notes_on_suites(lacking, has_suite))

    def __len__(self) -> int:
        return len(self._questions)

    def tasks(self) -> Iterator[Task]:
        """All questions, in the order of the file."""
        for index, entry in enumerate(self._questions):
            database = self._questions.path(entry["db_id"])
            yield Task(
                index,
                f"spider/{index}",
                TextToSqlProblem(entry["question"], database),
                QueryReference(Program(entry["query"], "sql"), database, self._suites.get(entry["db_id"], ())),
                hardness(entry["query"]),
                self._questions.missing(entry["db_id"]),
            )

    def open_scorer(self, sandbox: Sandbox) -> SqlScorer:
        """A scorer by the official rules; the sandbox is not used."""
        return SqlScorer(plug_values="plug-values" in self._options, keep_distinct="keep-distinct" in self._options)


def open_benchmark(data: Path, variant: str) -> Spider:
    """Open Spider.

    Args:
        data: the data folder.
        variant: options of the official evaluator, some of `VARIANTS` with a plus between them.

    Raises:
        UnknownBenchmarkError: there is no such variant.
        MissingDataError, DataError: files are missing or damaged.
    """
    options = tuple(variant.split("+")) if variant else ()
    if not set(options) <= set(VARIANTS) or len(set(options)) < len(options):
        raise UnknownBenchmarkError(f"spider has no variant {variant!r}: choose from {', '.join(VARIANTS)}, or none.")
    return Spider(data, options)


def _suite(folder: Path) -> tuple[str, ...]:
    """Files of a test suite, small ones first: most wrong predictions fail on the first, whichever it is."""
    files = [path for path in folder.glob("*.sqlite") if path.is_file()]
    return tuple(str(path) for path in sorted(files, key=lambda path: (path.stat().st_size, path.name)))


def _notes_on_suites(lacking: list[str], has_suite: bool) -> tuple[str, ...]:
    if not has_suite:
        return ("Test-suite accuracy is not measured: there is no folder spider/test_suite.",)
    if lacking:
        return (f"Test-suite accuracy leaves out questions on {', '.join(lacking)}: they have no test suite.",)
    return ()

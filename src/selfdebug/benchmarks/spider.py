"""Spider: questions to databases that a model has not seen (Yu et al., 2018), its development set.

Scored by execution accuracy and, where the test-suite databases are at hand, by test-suite accuracy (Zhong et al.,
2020), both as the official evaluator `taoyds/test-suite-sql-eval` does by default.

    spider/dev.json  spider/tables.json
    spider/database/DB/DB.sqlite
    spider/test_suite/DB/*.sqlite
"""

from pathlib import Path

from selfdebug.benchmarks.benchmark import Benchmark, UnknownBenchmarkError
from selfdebug.benchmarks.sql.hardness import Hardness, hardness
from selfdebug.benchmarks.sql.questions import Questions
from selfdebug.benchmarks.sql.scorer import EXECUTION, TEST_SUITE, SqlScorer

VARIANTS = {
    "plug-values": "A prediction may pass with the gold query's values in place of its own.",
    "keep-distinct": "DISTINCT counts: it is not taken out of the queries.",
}
"""Options of the official evaluator, with what a report must say of them."""


def open_benchmark(data: Path, variant: str) -> Benchmark:
    """Open Spider's development set.

    Args:
        data: the data folder.
        variant: options of the official evaluator, some of `VARIANTS` with a plus between them.

    Raises:
        UnknownBenchmarkError: there is no such variant.
        MissingDataError, DataError: files are missing or damaged.
    """
    options = variant.split("+") if variant else []
    if not set(options) <= set(VARIANTS) or len(set(options)) < len(options):
        raise UnknownBenchmarkError(f"spider has no variant {variant!r}: choose from {', '.join(VARIANTS)}, or none.")
    folder = (data / "spider").absolute()
    questions = Questions("spider", folder / "dev.json", folder / "database", "query")
    suites = {database: _suite(folder / "test_suite" / database) for database in questions.databases}
    tasks = [
        questions.task(i, record, f"spider/{i}", query, hardness(query), test_suite=suites[record.text("db_id")])
        for i, record in enumerate(questions.records)
        for query in (record.text("query"),)
    ]
    first_note, *notes = questions.notes
    return Benchmark(
        name=f"spider:{variant}" if variant else "spider",
        title="Spider",
        applications=("text-to-sql",),
        files=(folder / "dev.json",),
        read_tasks=lambda: tasks,
        open_scorer=lambda _: SqlScorer(
            plug_values="plug-values" in options, keep_distinct="keep-distinct" in options
        ),
        metrics=(EXECUTION, TEST_SUITE) if any(suites.values()) else (EXECUTION,),
        categories=tuple(Hardness),
        notes=(first_note, *(VARIANTS[option] for option in options), *notes, *_notes_on_suites(suites)),
        shown=("The model is shown the first row of each table, and no test.",),
    )  # fmt: skip


def _suite(folder: Path) -> tuple[str, ...]:
    """Files of a test suite, small ones first: most wrong predictions fail on the first, whichever it is."""
    files = [path for path in folder.glob("*.sqlite") if path.is_file()]
    return tuple(str(path) for path in sorted(files, key=lambda path: (path.stat().st_size, path.name)))


def _notes_on_suites(suites: dict[str, tuple[str, ...]]) -> list[str]:
    lacking = [database for database, suite in suites.items() if not suite]
    if len(lacking) == len(suites):
        return ["Test-suite accuracy is not measured: there is no folder spider/test_suite."]
    note = f"Test-suite accuracy leaves out questions on {', '.join(lacking)}: they have no test suite."
    return [note] if lacking else []

"""Questions of a text-to-SQL benchmark: its JSON file, and which of its databases are in the data folder."""

from collections import Counter
from pathlib import Path

from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.benchmarks.benchmark import DataError, MissingDataError, Task
from selfdebug.benchmarks.records import Record, how_to_get, records, require
from selfdebug.benchmarks.sql.scorer import QueryReference
from selfdebug.problem import Program


class Questions:
    """The records of a JSON list of objects, each with the fields ``db_id`` and ``question``.

    Args:
        benchmark: its name, for messages.
        file: the JSON file.
        folder: has DB/DB.sqlite for each database.
        fields: texts that a record must have besides.

    Raises:
        MissingDataError: the file, or every database, is missing.
        DataError: the file does not hold what it should.

    Attributes:
        records: the questions, in the order of the file.
        databases: names of their databases.
        notes: what a report must say of those that are missing.
    """

    def __init__(self, benchmark: str, file: Path, folder: Path, *fields: str) -> None:
        require(benchmark, file)
        self.records = tuple(records(file))
        self._paths: dict[str, str] = {}
        counts = Counter(record.text("db_id") for record in self.records)
        for record in self.records:
            name, *_ = map(record.text, ("db_id", "question", *fields))
            if not name or Path(name).name != name:
                raise DataError(f"{record.place}: {name!r} is not the name of a database; get the file again.")
            self._paths[name] = str(folder / name / f"{name}.sqlite")
        self.databases = tuple(counts)
        self._missing = [name for name, path in self._paths.items() if not Path(path).is_file()]
        if counts and len(self._missing) == len(counts):
            raise MissingDataError(f"There is no database of {benchmark} in {folder}; {how_to_get(benchmark)}")
        self.notes: tuple[str, ...] = ("A query is scored by comparing its result with the gold query's.",)
        if self._missing:
            unscored, names = sum(counts[name] for name in self._missing), ", ".join(self._missing)
            none = "there is no database" if len(self._missing) == 1 else "there are no databases"
            self.notes += (f"{unscored} of {len(self.records)} questions are not scored: {none} {names}.",)

    def task(
        self, index: int, record: Record, name: str, query: str, category: str, hint: str = "",
        test_suite: tuple[str, ...] = (),
    ) -> Task:  # fmt: skip
        """The task of a question. For the arguments see `Task`, whose id is ``name``, and `QueryReference`."""
        database = record.text("db_id")
        path = self._paths[database]
        return Task(
            index,
            name,
            TextToSqlProblem(record.text("question"), path, hint),
            QueryReference(Program(query, "sql"), path, test_suite),
            category,
            f"there is no database {database}" if database in self._missing else "",
        )

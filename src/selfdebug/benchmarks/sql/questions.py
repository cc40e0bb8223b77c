"""Questions of a text-to-SQL benchmark: its JSON file, and which of its databases are in the data folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from selfdebug.benchmarks.benchmark import DataError, MissingDataError

Entry = Mapping[str, str]


class Questions:
    """Entries of a JSON list of objects, checked, each with a field `db_id`."""

    def __init__(self, benchmark: str, file: Path, databases: Path, fields: tuple[str, ...]) -> None:
        """Read and check them.

        Args:
            benchmark: its name, for messages.
            file: the JSON file.
            databases: a folder with DB/DB.sqlite for each database.
            fields: those that an entry must have: text, or a number for an id.

        Raises:
            MissingDataError: the file, or every database, is missing.
            DataError: the file does not hold what it should.
        """
        self.file = file
        self._folder = databases
        self._entries = _read(benchmark, file, fields)
        counts = Counter(entry["db_id"] for entry in self._entries)
        self.databases = tuple(counts)
        self._missing = {name for name in counts if not Path(self.path(name)).is_file()}
        if len(self._missing) == len(counts):
            raise MissingDataError(f"There is no database of {benchmark} in {databases}; {_how_to_get(benchmark)}")
        left_out = sum(counts[name] for name in self._missing)
        names = [name for name in counts if name in self._missing]
        self.notes: tuple[str, ...] = ()
        if left_out:
            none = "there is no database" if len(names) == 1 else "there are no databases"
            self.notes = (f"{left_out} of {len(self)} questions are not scored: {none} {', '.join(names)}.",)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def path(self, database: str) -> str:
        """Where the database is, or would be."""
        return str(self._folder / database / f"{database}.sqlite")

    def missing(self, database: str) -> str:
        """Why its questions cannot be scored; empty if they can."""
        return f"there is no database {database}" if database in self._missing else ""


def _how_to_get(benchmark: str) -> str:
    return f"get it with `selfdebug data pull {benchmark}`, or name the folder that has it with --data."


def _read(benchmark: str, file: Path, fields: tuple[str, ...]) -> list[Entry]:
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MissingDataError(f"There is no {file}; {_how_to_get(benchmark)}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file} cannot be read ({error}); get the file again.") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise DataError(f"{file} is not JSON ({error}); get the file again.") from None
    if not isinstance(entries, list) or not entries:
        raise DataError(f"{file} must hold a list of questions; get the file again.")
    return [_checked(file, number, entry, fields) for number, entry in enumerate(entries)]


def _checked(file: Path, number: int, entry: object, fields: tuple[str, ...]) -> Entry:
    where = f"{file}, entry {number}"
    if not isinstance(entry, dict):
        raise DataError(f"{where} is not an object; get the file again.")
    found: dict[str, str] = {}
    for name in fields:
        value = entry.get(name)
        is_id = name.endswith("_id") and isinstance(value, int) and not isinstance(value, bool)
        if not isinstance(value, str) and not is_id:
            kind = "is missing" if name not in entry else f"is {type(value).__name__}, not text"
            raise DataError(f"{where}: the field {name!r} {kind}; get the file again.")
        found[name] = str(value)
    name = found["db_id"]
    if not name or Path(name).name != name:
        raise DataError(f"{where}: {name!r} is not the name of a database; get the file again.")
    return found

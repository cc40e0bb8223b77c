"""Read the files of a benchmark, JSON lines or one JSON list, gzipped or not, with errors that name file and place."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selfdebug.benchmarks.benchmark import DataError, MissingDataError


@dataclass(frozen=True, slots=True)
class Record:
    """One object of a file.

    Attributes:
        fields: its contents, trusted in nothing.
        place: for messages, such as ``/data/mbpp/mbpp.jsonl, line 3``.
    """

    fields: dict[str, Any]
    place: str

    def text(self, name: str) -> str:
        """A field that is text.

        Raises:
            DataError: it is missing, or something else. So of the other methods.
        """
        return str(self._of(name, str))

    def number(self, name: str) -> int:
        """A field that is a whole number."""
        return int(self._of(name, int))

    def real(self, name: str) -> float:
        """A field that is a number."""
        return float(self._of(name, (int, float)))

    def texts(self, name: str) -> tuple[str, ...]:
        """A field that is a list of texts."""
        found = self._of(name, list)
        if not all(isinstance(item, str) for item in found):
            raise DataError(f"{self.place}: {name!r} is not a list of texts.")
        return tuple(found)

    def lists(self, name: str) -> list[list[Any]]:
        """A field that is a list of lists; an empty object counts as an empty list (MBPP+ has one)."""
        found: list[list[Any]] = [] if self.fields.get(name) == {} else self._of(name, list)
        if not all(isinstance(item, list) for item in found):
            raise DataError(f"{self.place}: {name!r} is not a list of lists.")
        return found

    def _of(self, name: str, kind: type | tuple[type, ...]) -> Any:
        if name not in self.fields:
            raise DataError(f"{self.place}: there is no {name!r}.")
        if not isinstance(self.fields[name], kind):
            raise DataError(
                f"{self.place}: {name!r} is not what it should be, but a {type(self.fields[name]).__name__}."
            )
        return self.fields[name]


def require(files: tuple[Path, ...], benchmark: str) -> None:
    """Refuse to go on without the files of a benchmark.

    Raises:
        MissingDataError: one of them is not there.
    """
    for path in files:
        if not path.is_file():
            raise MissingDataError(
                f"There is no {path}: get it with `selfdebug data pull {benchmark}`,"
                " or name the folder that holds it with --data."
            )


def lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """The lines of a file that are not empty, each with its place.

    Raises:
        DataError: the file cannot be read to its end.
    """
    # Not `str.splitlines`: programs in the data hold odd separators, which JSON need not escape.
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path}, line {number}", line
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read ({error}): get it again.") from None


def parse(place: str, line: bytes) -> Record:
    """A line as a record.

    Raises:
        DataError: it is not a JSON object.
    """
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{place}: this is not JSON ({error}).") from None
    if not isinstance(fields, dict):
        raise DataError(f"{place}: this is not an object, but a {type(fields).__name__}.")
    return Record(fields, place)


def records(path: Path) -> Iterator[Record]:
    """The records of a file of JSON lines, or of one JSON list (``.json``), in their order.

    Raises:
        DataError: a line, or an item of the list, is not what it should be.
    """
    if path.suffix != ".json":
        for place, line in lines(path):
            yield parse(place, line)
        return
    try:
        items = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path} is not JSON ({error}): get it again.") from None
    if not isinstance(items, list):
        raise DataError(f"{path} is not a list, but a {type(items).__name__}: get it again.")
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise DataError(f"{path}, item {number}: this is not an object, but a {type(item).__name__}.")
        yield Record(item, f"{path}, item {number}")

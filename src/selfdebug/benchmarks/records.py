"""Read the files of a benchmark, JSON lines or one JSON list, gzipped or not, with errors that name file and place."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selfdebug.benchmarks.benchmark import DataError, MissingDataError


@dataclass(frozen=True, slots=True)
class Record:
    """One object of a file.

    Attributes:
        fields: its contents, trusted in nothing.
        place: for messages, such as ``/data/mbpp/mbpp.jsonl, line 3``.
        line: the line that it was read from; empty in a JSON list.
    """

    fields: dict[str, Any]
    place: str
    line: bytes = field(default=b"", repr=False)

    def text(self, name: str) -> str:
        """A field that is text.

        Raises:
            DataError: it is missing, or something else. So of the other methods.
        """
        return str(self._of(name, "text", str))

    def number(self, name: str) -> int:
        """A field that is a whole number."""
        return int(self._of(name, "a whole number", int))

    def real(self, name: str) -> float:
        """A field that is a number."""
        return float(self._of(name, "a number", int, float))

    def identifier(self, name: str) -> str:
        """A field that is text or a whole number, as text."""
        return str(self._of(name, "text or a whole number", str, int))

    def texts(self, name: str) -> tuple[str, ...]:
        """A field that is a list of texts."""
        return tuple(self._items(self._of(name, "a list", list), name, "texts", str))

    def lists(self, name: str) -> list[list[Any]]:
        """A field that is a list of lists; an empty object counts as an empty list (MBPP+ has one)."""
        items = [] if self.fields.get(name) == {} else self._of(name, "a list", list)
        return self._items(items, name, "lists", list)

    def _of(self, name: str, wanted: str, *kinds: type) -> Any:
        if name not in self.fields:
            raise DataError(f"{self.place}: the field {name!r} is missing; get the file again.")
        value = self.fields[name]
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise DataError(
                f"{self.place}: the field {name!r} is {type(value).__name__}, not {wanted}; get the file again."
            )
        return value

    def _items(self, items: list[Any], name: str, wanted: str, kind: type) -> list[Any]:
        if not all(isinstance(item, kind) for item in items):
            raise DataError(f"{self.place}: the field {name!r} is not a list of {wanted}; get the file again.")
        return items


def how_to_get(benchmark: str) -> str:
    """What to do where a benchmark's data is missing, for the end of a sentence."""
    return f"get it with `selfdebug data pull {benchmark}`, or name the folder that has it with --data."


def require(benchmark: str, *files: Path) -> None:
    """Refuse to go on without the files of a benchmark.

    Raises:
        MissingDataError: one of them is not there.
    """
    for path in files:
        if not path.is_file():
            raise MissingDataError(f"There is no {path}; {how_to_get(benchmark)}")


def parse(place: str, line: bytes) -> Record:
    """A line as a record.

    Raises:
        DataError: it is not a JSON object.
    """
    try:
        return _record(json.loads(line), place, line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{place}: this is not JSON ({error}).") from None


def records(path: Path) -> Iterator[Record]:
    """The records of a file of JSON lines, or of one JSON list (``.json``), in their order.

    Raises:
        DataError: the file cannot be read to its end; a line, or an item of the list, is not what it should be.
    """
    try:
        if path.suffix == ".json":
            items = json.loads(path.read_bytes())
        else:
            # Not `str.splitlines`: programs in the data hold odd separators, which JSON need not escape.
            with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    if line.strip():
                        yield parse(f"{path}, line {number}", line)
            return
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read ({error}); get the file again.") from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is not JSON ({error}); get the file again.") from None
    if not isinstance(items, list):
        raise DataError(f"{path} is not a list, but a {type(items).__name__}; get the file again.")
    for number, item in enumerate(items, 1):
        yield _record(item, f"{path}, item {number}")


def _record(value: Any, place: str, line: bytes = b"") -> Record:
    if not isinstance(value, dict):
        raise DataError(f"{place}: this is not an object, but a {type(value).__name__}.")
    return Record(value, place, line)

"""Which part of an explanation belongs to which row of its program, so that it can stand beside it.

Models number the lines that they explain, quote them, or name the clauses of a query. What names no row of the program,
such as a sentence on the whole of it, stays for itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from selfdebug.web.code import ProgramRow
from selfdebug.web.text import cut

_NUMBERED = re.compile(r"\W*(?:lines?\s+)?(\d{1,4})(?:\s*(?:-|–|to|and)\s*\d{1,4})?\**\s*[:.)]\s*", re.IGNORECASE)
_QUOTED = re.compile(r"\W*`([^`]+)`")
_CLAUSE = re.compile(
    r"\W*(SELECT|FROM|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT|UNION|INTERSECT|EXCEPT|(?:\w+ ){0,3}JOIN)\b", re.IGNORECASE
)
_LEAST_QUOTED = 4


@dataclass(frozen=True, slots=True)
class PlacedExplanation:
    """An explanation in parts.

    Attributes:
        beside: by the index of a row, what is said of it.
        rest: what is said of none, as one text.
    """

    beside: Mapping[int, tuple[str, ...]]
    rest: str


def placed(explanation: str, rows: Sequence[ProgramRow]) -> PlacedExplanation:
    """Find the row for each line of an explanation; rows that are gone are explained by none."""
    beside: dict[int, list[str]] = defaultdict(list)
    rest: list[str] = []
    finder = _Finder(rows)
    for line in cut(explanation).text.split("\n"):
        if row := finder.find(line):
            beside[row[0]].append(row[1])
        else:
            rest.append(line)
    return PlacedExplanation({place: tuple(texts) for place, texts in beside.items()}, "\n".join(rest).strip("\n"))


class _Finder:
    """Finds rows for lines of an explanation, one line after the other: equal clauses are explained in their order."""

    def __init__(self, rows: Sequence[ProgramRow]) -> None:
        here = [(place, row) for place, row in enumerate(rows) if row.sign != "-"]
        self._by_number = {row.number: place for place, row in here if row.number is not None}
        self._by_text: dict[str, int] = {}
        self._by_clause: dict[str, list[int]] = defaultdict(list)
        for place, row in here:
            self._by_text.setdefault(row.text.strip(), place)
            if clause := _CLAUSE.match(row.text):
                self._by_clause[_word(clause[1])].append(place)

    def find(self, line: str) -> tuple[int, str] | None:
        """The row's index, and what is said of it."""
        if numbered := _NUMBERED.match(line):
            place = self._by_number.get(int(numbered[1]))
            return None if place is None else (place, line[numbered.end() :])
        quoted = _QUOTED.match(line)
        if quoted and len(quoted[1]) >= _LEAST_QUOTED and quoted[1].strip() in self._by_text:
            return self._by_text[quoted[1].strip()], line
        clause = _CLAUSE.match(line)
        places = self._by_clause.get(_word(clause[1])) if clause else None
        return (places.pop(0), line) if places else None


def _word(clause: str) -> str:
    """What clauses of one kind have in common."""
    return clause.upper().split()[-1 if clause.upper().endswith("JOIN") else 0]

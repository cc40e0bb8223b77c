"""A data folder in Spider's layout with one small database of ours."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

QUERY = "SELECT name FROM tea WHERE price > 3 ORDER BY name"


def write_database(path: Path, prices: tuple[float, ...] = (3.5, 2, 4)) -> None:
    """A table of teas: green, black, white, in this order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE tea (name TEXT, price REAL, kind TEXT)")
    rows = [(name, price, "leaf") for name, price in zip(("green", "black", "white"), prices, strict=True)]
    connection.executemany("INSERT INTO tea VALUES (?, ?, ?)", rows)
    connection.commit()
    connection.close()


def write_questions(data: Path, *entries: dict[str, object]) -> Path:
    """`dev.json` with these entries; by default two questions, the second on a database that is not there."""
    default = [
        {"db_id": "teas", "question": "Which teas cost more than 3?", "query": QUERY},
        {"db_id": "cakes", "question": "How many cakes are there?", "query": "SELECT count(*) FROM cake"},
    ]
    file = data / "spider" / "dev.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(list(entries) or default))
    return file


def write_spider(data: Path, *, test_suite: bool = True) -> Path:
    """The whole folder."""
    write_questions(data)
    write_database(data / "spider" / "database" / "teas" / "teas.sqlite")
    if test_suite:
        write_database(data / "spider" / "test_suite" / "teas" / "teas.sqlite")
        write_database(data / "spider" / "test_suite" / "teas" / "teas_v2.sqlite", (9, 9, 1))
    return data

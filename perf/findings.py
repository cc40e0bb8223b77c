"""How often a query has a fault (a misspelled literal) among right and among wrong ones: Spider's development set.

    python perf/findings.py DATA

The gold queries, and published predictions of `DATA/spider/predictions`, where there are some. Right means: the result
is that of the gold query on the database itself. What is printed stands in docs/debugging.md.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path

from selfdebug.applications.text_to_sql.findings import with_findings
from selfdebug.execution.databases import Database, QueryLimits
from selfdebug.execution.databases.text_values import TextValues

SYSTEMS = ("gold", "graphix", "codes-1b", "gpt-4-zero-shot", "din-sql-gpt-4")


async def count(spider: Path, system: str) -> Counter[str]:
    """Queries that are right and wrong, and those of them that have a fault."""
    questions = json.loads((spider / "dev.json").read_text())
    gold = [question["query"] for question in questions]
    lines = (spider / "predictions" / f"{system}.sql").read_text().splitlines() if system != "gold" else gold
    opened: dict[str, TextValues] = {}
    found: Counter[str] = Counter()
    for question, line in zip(questions, lines, strict=True):
        name = question["db_id"]
        path = spider / "database" / name / f"{name}.sqlite"
        if not path.exists():
            continue
        if name not in opened:
            database = Database.open(path, QueryLimits(rows=1000))
            opened[name] = TextValues(database, database.schema())
        values, query = opened[name], line.split("\t")[0]
        outcome = values.database.query_sync(query)
        is_right = outcome.error is None and outcome.key == values.database.query_sync(question["query"]).key
        found["right" if is_right else "wrong"] += 1
        if outcome.error is None and (await with_findings(query, outcome, values)).faults:
            found["right with a fault" if is_right else "wrong with a fault"] += 1
    for values in opened.values():
        values.database.close()
    return found


def main() -> None:
    """Print a line for each system."""
    spider = Path(sys.argv[1]) / "spider"
    for system in SYSTEMS:
        if system == "gold" or (spider / "predictions" / f"{system}.sql").exists():
            print(system, dict(asyncio.run(count(spider, system))))


if __name__ == "__main__":
    main()

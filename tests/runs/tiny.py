"""A small benchmark for the tests of runs: a file of tasks, text-to-Python and text-to-SQL. Not a test.

Each line of its file is a task: ``{"add": 3}`` asks for a function, ``{"count": "name"}`` for a query. Replies for its
tasks are made by `reply`: task number n is solved at first if n is even, after debugging if n is odd, and never if n is
a multiple of 5.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.benchmarks import BENCHMARKS, Failure, MissingDataError, Score, Task
from selfdebug.benchmarks.registry import RegisteredBenchmark
from selfdebug.execution import Assertion, Sandbox
from selfdebug.problem import Program
from tests.model_server import Body


@dataclass(frozen=True, slots=True)
class TinyReference:
    program: Program
    tests: tuple[Assertion, ...] = ()


class TinyScorer:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def score(self, items: Sequence[tuple[Task, Program]]) -> list[Score]:
        return [await self._score(task, program) for task, program in items]

    async def _score(self, task: Task, program: Program) -> Score:
        SCORED.append((task.id, program.code))
        if not program.code:
            return Score(False, Failure.NO_PROGRAM, "no program", {"accuracy": False})
        if program.language == "sql":
            assert isinstance(task.problem, TextToSqlProblem)
            passed = _rows(task.problem.database, program) == _rows(task.problem.database, task.reference.program)
        else:
            assert isinstance(task.reference, TinyReference)
            passed = (await self._sandbox.run(program, task.reference.tests)).passed
        return Score(passed, None if passed else Failure.WRONG, "" if passed else "wrong", {"accuracy": passed})


SCORED: deque[tuple[str, str]] = deque(maxlen=1000)
"""What was scored last in this process: tasks and programs."""


def _rows(database: str, query: Program) -> list[Any]:
    with sqlite3.connect(database) as connection:
        try:
            return connection.execute(query.code).fetchall()
        except sqlite3.Error as error:
            return [str(error)]


class TinyBenchmark:
    """See the module."""

    title = "Tiny"
    metrics = ("accuracy",)
    needs_sandbox = True
    categories = ("easy", "hard")
    shown = ()
    notes = ("Tiny is no benchmark to speak of.",)

    def __init__(self, folder: Path, variant: str) -> None:
        self.name = f"tiny:{variant}"
        self.applications = ("text-to-sql",) if variant == "sql" else ("text-to-python",)
        self._file = folder / f"{variant}.jsonl"
        self._database = str(folder / "shop.sqlite")
        if not self._file.is_file():
            raise MissingDataError(f"{self._file} is not there: write it.")
        self.files = (self._file,)

    @property
    def exemplars(self) -> tuple[Task, ...]:
        return (
            tuple(self._task(9000 + n, {"add": 9000 + n, "shown": 3}) for n in range(3)) if "shot" in self.name else ()
        )

    def __len__(self) -> int:
        with self._file.open() as file:
            return sum(1 for _ in file)

    def tasks(self) -> Iterator[Task]:
        with self._file.open() as file:
            for index, line in enumerate(file):
                yield self._task(index, json.loads(line))

    def _task(self, index: int, line: dict[str, Any]) -> Task:
        missing = line.get("missing", "")
        category = "easy" if index % 2 == 0 else "hard"
        if "count" in line:
            problem = TextToSqlProblem(f"count_{index}: how many {line['count']} are there?", self._database)
            gold = Program(f"SELECT COUNT(*) FROM {line['count']}", "sql")
            return Task(index, f"Tiny/{index}", problem, TinyReference(gold), category, missing)
        n = line["add"]
        tests = tuple(Assertion(f"assert add_{n}({i}) == {n + i}") for i in range(3))
        shown = tests[: line.get("shown", 1)]
        request = TextToPythonProblem(f"Write a function add_{n}(n) that adds {n} to n.", shown)
        gold = Program(f"def add_{n}(n):\n    return n + {n}\n", "python")
        return Task(index, f"Tiny/{index}", request, TinyReference(gold, tests), category, missing)

    @asynccontextmanager
    async def open_scorer(self, sandbox: Sandbox) -> AsyncIterator[TinyScorer]:
        yield TinyScorer(sandbox)


def open_benchmark(data: Path, variant: str) -> TinyBenchmark:
    """As each module of benchmarks has it."""
    return TinyBenchmark(data / "tiny", variant or "python")


def register() -> None:
    """Make it known as ``tiny``."""
    BENCHMARKS.add("tiny", RegisteredBenchmark(__name__, "a benchmark of the tests", "tiny", None))


@contextmanager
def known() -> Iterator[None]:
    """It is known as ``tiny`` for a while, and afterwards as before: other tests list all benchmarks."""
    before = BENCHMARKS.get("tiny")
    register()
    try:
        yield
    finally:
        if before is None:
            BENCHMARKS.remove("tiny")


def write(data: Path, variant: str, lines: Sequence[dict[str, Any]]) -> None:
    """Make its files in a data folder."""
    folder = data / "tiny"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{variant}.jsonl").open("w") as file:  # line by line: some measure memory
        file.writelines(json.dumps(line) + "\n" for line in lines)
    if not (folder / "shop.sqlite").exists():
        with sqlite3.connect(folder / "shop.sqlite") as connection:
            connection.executescript("CREATE TABLE item (name TEXT); INSERT INTO item VALUES ('tea'), ('cup');")
        connection.close()


def additions(count: int, **more: Any) -> list[dict[str, Any]]:
    """Lines of text-to-Python tasks."""
    return [{"add": n, **more} for n in range(count)]


def reply(request: Body) -> str:
    """What the module says; explanations and verdicts where they are asked for."""
    texts = [message["content"] for message in request["messages"]]
    asked = [text for text in texts if (found := re.findall(r"add_(\d+)\(n\)|count_(\d+)", text)) and found]
    last = re.findall(r"add_(\d+)\(n\) that|count_(\d+): how", "\n".join(asked))[-1]
    n = int(last[0] or last[1])
    solved = n % 5 != 0 and (n % 2 == 0 or "Fix the" in texts[-1])
    if "Query B:" in texts[-1]:
        return f"I compared them.\nAnswer: {'A' if '1 = 0' in texts[-1].split('Query B:')[1] else 'B'}"
    if "erdict" in texts[-1]:
        return f"I read it.\nVerdict: {'correct' if n % 2 == 0 else 'wrong'}"
    if "xplain" in texts[-1][-400:]:
        return "It computes what it computes."
    if last[1]:
        return f"```sql\nSELECT COUNT(*) FROM item{'' if solved else ' WHERE 1 = 0'}\n```"
    return f"```python\ndef add_{n}(n):\n    return n + {n if solved else n + 1}\n```"

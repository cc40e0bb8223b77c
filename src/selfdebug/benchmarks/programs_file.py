"""Files of programs that somebody's model wrote for a benchmark: JSON lines, or for SQL a query a line.

    {"task_id": "MBPP/11", "solution": "def remove_Occ(s, ch): …"}        a whole program
    {"task_id": "HumanEval/0", "completion": "    return …"}              what follows the prompt
    SELECT count(*) FROM singer<tab>concert_singer                        query number n is for question number n

A task may have several lines, for pass@k. Task ids are compared without regard to case; a bare number means the task of
that number, if there is one alone. Lines of SQL may be JSON, too, with ``task_id`` or ``index``.
"""

import gzip
import json
import stat
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.applications.translation import TranslationProblem
from selfdebug.benchmarks.benchmark import Benchmark, BenchmarkError, Task
from selfdebug.problem import Program


class ProgramsFileError(BenchmarkError):
    """The file cannot be used; the message names it, and the line."""


def read_programs(path: Path, benchmark: Benchmark) -> Iterator[tuple[Task, Program]]:
    """Read the programs of a file, in its order.

    Args:
        path: JSON lines, or a query a line; compressed if it ends in ``.gz``.
        benchmark: whose tasks the programs are for.

    Yields:
        Each program with its task. An empty program is one that cannot pass.

    Raises:
        ProgramsFileError: there is no such file, or a line of it is damaged or names no task.
        DataError: the benchmark's own data is damaged.
    """
    lines = _lines(path)
    first = next((line for _, line in _lines(path) if line.strip()), None)
    if first is None:
        raise ProgramsFileError(f"{path} is empty: it needs one program per line.")
    are_queries = not benchmark.needs_sandbox and not first.lstrip().startswith("{")
    yield from (_queries if are_queries else _records)(path, lines, benchmark)


def complete(task: Task, completion: str) -> Program:
    """The whole program of which a model wrote what follows the prompt."""
    match task.problem:
        case TextToPythonProblem(start=start):
            return Program(start + completion, "python")
        case TranslationProblem(declaration=declaration, language=language):
            return Program(declaration + completion, language)
    return Program(completion, task.problem.language)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file with their numbers, from 1. Only a line feed ends one: programs hold odd separators."""
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise ProgramsFileError(f"{path} is a pipe or a device, but it is read more than once: save it to a file.")
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError:
                    raise ProgramsFileError(f"{path}, line {number}: this is not UTF-8 text.") from None
    except FileNotFoundError:
        raise ProgramsFileError(f"There is no file {path}: check its path.") from None
    except IsADirectoryError:
        raise ProgramsFileError(f"{path} is a folder: name a file in it.") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise ProgramsFileError(f"{path} is not a complete gzip file: download or write it again.") from None
    except OSError as error:
        raise ProgramsFileError(f"{path} cannot be read ({error.strerror}): check its permissions.") from None


def _queries(path: Path, lines: Iterator[tuple[int, str]], benchmark: Benchmark) -> Iterator[tuple[Task, Program]]:
    questions = len(benchmark)
    for count, (task, numbered) in enumerate(zip_longest(benchmark.tasks(), _without_blank_end(lines))):
        if task is None:
            place = f"{path}, line {numbered[0]}"
            raise ProgramsFileError(f"{place}: there are more queries than {benchmark.name}'s {questions} questions.")
        if numbered is None:
            raise ProgramsFileError(
                f"{path} ends after {count} queries, but {benchmark.name} has {questions} questions: give one line for"
                " each, in their order, or JSON lines with index and solution."
            )
        # As the official evaluator reads it: what stands before the first tab.
        query, tab, database = numbered[1].strip("\r\n").partition("\t")
        assert isinstance(task.problem, TextToSqlProblem)
        expected = Path(task.problem.database).stem
        if tab and database.strip() != expected:
            raise ProgramsFileError(
                f"{path}, line {numbered[0]}: question {task.index} is about the database {expected}, not"
                f" {database.strip()!r}: give the queries in the order of the questions, each in one line without tabs."
            )
        yield task, Program(query, "sql")


def _without_blank_end(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Blank lines within are empty queries; at the end they are nothing."""
    blank: list[tuple[int, str]] = []
    for number, line in lines:
        if line.strip():
            yield from blank
            blank.clear()
            yield number, line
        else:
            blank.append((number, line))


def _records(path: Path, lines: Iterator[tuple[int, str]], benchmark: Benchmark) -> Iterator[tuple[Task, Program]]:
    by_index = {task.index: task for task in benchmark.tasks()}
    tasks = _by_name(by_index.values())
    for number, line in lines:
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        record = _record(line, place)
        named = record.get("task_id", record.get("index"))
        if named is None:
            raise ProgramsFileError(f"{place}: task_id is missing.")
        named_task = tasks.get(str(named).strip().lower()) if "task_id" in record else None
        task = by_index.get(named) if "task_id" not in record and type(named) is int else named_task
        if task is None:
            example = next(iter(by_index.values())).id
            raise ProgramsFileError(
                f"{place}: {benchmark.name} has no task {named!r}; its tasks are named like {example}."
            )
        yield task, _program(record, task, place)


def _by_name(tasks: Collection[Task]) -> dict[str, Task]:
    """Tasks by their ids in lower case, and by their numbers where a number means one task alone."""
    numbers = [task.id.rpartition("/")[2].partition(":")[0].lower() for task in tasks]
    unique = {number for number, count in Counter(numbers).items() if count == 1}
    by_number = {number: task for number, task in zip(numbers, tasks, strict=True) if number in unique}
    return by_number | {task.id.lower(): task for task in tasks}


def _record(line: str, place: str) -> Mapping[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = f"column {error.colno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "nested too deep"
        raise ProgramsFileError(f"{place}: this is not complete JSON ({reason}).") from None
    if not isinstance(record, dict):
        raise ProgramsFileError(f"{place}: a JSON object is needed, with task_id and solution.")
    return record


def _program(record: Mapping[str, Any], task: Task, place: str) -> Program:
    for name in ("solution", "completion"):
        text = record.get(name)
        if isinstance(text, str):
            whole = complete(task, text)
            return whole if name == "completion" else Program(text, whole.language)
        if text is not None:
            raise ProgramsFileError(f"{place}: {name} must be a text.")
    if "solution" in record or "completion" in record:  # null: a model that gave nothing
        return Program("", complete(task, "").language)
    raise ProgramsFileError(f"{place}: solution (a whole program) or completion (what follows the prompt) is missing.")

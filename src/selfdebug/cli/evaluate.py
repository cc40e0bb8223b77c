"""``selfdebug evaluate``: scores for anybody's programs, without a model."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import UsageError
from selfdebug.cli.options import AsJson, BenchmarkName, argument, configured, option
from selfdebug.cli.output import aligned, put
from selfdebug.safe_text import counted, escaped

if TYPE_CHECKING:
    from selfdebug.benchmarks import Benchmark, Score, Task
    from selfdebug.benchmarks.evaluating import Evaluation
    from selfdebug.benchmarks.statistics import TaskProportion
    from selfdebug.problem import Program

HELP = (
    "Score programs or predictions that you have, as the benchmark's official evaluator does. No model is asked.\n\n"
    "FILE holds JSON lines: task_id with solution (a whole program) or completion (what follows the prompt), with"
    " several lines per task for pass@k. For SQL, it may instead hold one query per line, in the order of the"
    " questions, optionally followed by a tab and the db_id."
)
EXAMPLES = """[bold]Examples[/]
  selfdebug evaluate mbpp programs.jsonl --data data
  selfdebug evaluate spider predictions.sql --verdicts verdicts.jsonl
  selfdebug evaluate humaneval+ samples.jsonl.gz --json
  selfdebug evaluate transcoder --references

--verdicts writes a line for each program, in the order of FILE: task_id (SQL: index), passed, reason, and the
metrics by name, and whether the verdict is protected (--protected-only); passed is null where the data folder lacks
a task's database.

Exit codes: 0 scored, whatever the scores are; 2 wrong usage, or a line of FILE cannot be used; 3 something is missing:
the benchmark's data, a compiler, isolation; 130 interrupted."""

_PROTECTED_ONLY = (
    "Fail programs whose verdict they could decide themselves: tests that only run in the program's own process are not"
    " run."
)


@configured(only=("data", "unsafe", "quiet"))
def evaluate(
    benchmark: BenchmarkName,
    file: Annotated[Path | None, argument("FILE", "The programs.")] = None,
    references: Annotated[bool, option("--references", None, "Score the benchmark's own gold answers.")] = False,
    verdicts: Annotated[Path | None, option("--verdicts", "FILE", "Write a line for each program.", "Output")] = None,
    as_json: AsJson = False,
    protected_only: Annotated[bool, option("--protected-only", None, _PROTECTED_ONLY)] = False,
    *,
    configuration: Configuration,
) -> None:
    """Score a file of programs."""
    if (file is None) is not references:
        raise UsageError("Give a FILE with programs, or --references to score the benchmark's own answers.")
    if file and verdicts and os.path.realpath(verdicts) == os.path.realpath(file):
        raise UsageError(f"{file} holds the programs: name another file for the verdicts.")
    if file and not file.exists():
        raise UsageError(f"There is no file {file}: check the path of the programs.")
    from selfdebug.benchmarks import open_benchmark
    from selfdebug.cli.inputs import data_folder

    opened = open_benchmark(benchmark, data_folder(configuration))
    from selfdebug.benchmarks.programs_file import read_programs

    def items() -> Iterator[tuple[Task, Program]]:
        if file is not None:
            return read_programs(file, opened)
        return ((task, task.reference.program) for task in opened.tasks())  # the gold answers

    programs = sum(1 for _ in items())  # reads it all: a damaged line is found before anything is scored
    if not programs:
        raise UsageError(f"{file} holds no program.")
    import asyncio

    try:
        with nullcontext() if verdicts is None else _VerdictFile(verdicts) as lines:
            result = asyncio.run(_score(opened, items(), programs, lines, configuration, protected_only))
    except KeyboardInterrupt:
        raise KeyboardInterrupt("No verdict was written.") from None
    if as_json:
        put(json.dumps(asdict(result), indent=2))
    else:
        show(result, f"{opened.title}: {'its references' if file is None else file.name}", len(opened))


async def _score(
    benchmark: Benchmark,
    items: Iterator[tuple[Task, Program]],
    programs: int,
    lines: _VerdictFile | None,
    configuration: Configuration,
    protected_only: bool,
) -> Evaluation:
    """Score all programs, with a bar on standard error."""
    from contextlib import AsyncExitStack

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from selfdebug.benchmarks.evaluating import ScoreCounts, score_all
    from selfdebug.cli.running import error_console
    from selfdebug.execution import Sandbox

    counts = ScoreCounts(benchmark)
    console = error_console()
    columns = (TextColumn("scoring"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    async with AsyncExitStack() as stack:
        sandbox = Sandbox(unsafe=configuration.unsafe, protected_only=protected_only)
        if benchmark.needs_sandbox:
            await stack.enter_async_context(sandbox)
        scorer = await stack.enter_async_context(benchmark.open_scorer(sandbox))
        shown = not configuration.quiet and console.is_terminal
        bar = stack.enter_context(Progress(*columns, console=console, transient=True, disable=not shown))
        counted = bar.add_task("", total=programs)
        async for task, _, score in score_all(scorer, items):
            counts.add(task, score)
            bar.advance(counted)
            if lines is not None:
                lines.write(verdict_of(benchmark, task, score))
    return counts.result()


def verdict_of(benchmark: Benchmark, task: Task, score: Score | None) -> dict[str, object]:
    """A line of the file of verdicts."""
    name: dict[str, object] = {"task_id": task.id} if benchmark.needs_sandbox else {"index": task.index}
    if score is None:
        return name | {"passed": None, "reason": task.missing}
    return name | {"passed": score.passed, "reason": score.reason, "protected": score.protected} | dict(score.metrics)


class _VerdictFile:
    """A file of verdicts that takes the place of an older one only when it is complete."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._reporting():
            if path.is_dir():
                raise UsageError(f"{path} is a folder: name a file for the verdicts.")
            self._target = self._unfinished = Path(os.path.realpath(path))
            # What is no file, such as /dev/stdout, is written to and not replaced.
            is_file = path.is_file() or not path.exists()
            if is_file:  # under a name that no file of the user's has
                self._unfinished = self._target.with_name(f".{secrets.token_hex(8)}.part")
            self._file = self._unfinished.open("x" if is_file else "w", encoding="utf-8")

    def write(self, line: dict[str, object]) -> None:
        with self._reporting():
            self._file.write(json.dumps(line) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        is_new = self._unfinished != self._target
        try:
            with suppress(OSError) if error else self._reporting():
                self._file.close()
                if is_new and not error:
                    self._unfinished.replace(self._target)
        finally:
            if is_new:
                self._unfinished.unlink(missing_ok=True)

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UsageError(f"{self._path} cannot be written ({error.strerror}): name another file.") from None


def show(result: Evaluation, title: str, tasks: int) -> None:
    """Print an evaluation for people."""
    put(f"{escaped(title)}\n")
    width = max((len(_words(name)) for name in result.metrics), default=0)
    for name, accuracy in result.metrics.items():
        put(f"  {_words(name):{width}}  {_accuracy(accuracy)}")
    for k, value in result.pass_at.items():
        put(f"  {f'pass@{k}':{width}}  {100 * value:5.1f} %")
    if result.categories:
        put("")
        _show_categories(result)
    if result.failures:
        put("\n  " + "not passed: " + ", ".join(f"{count} {failure}" for failure, count in result.failures.items()))
    remarks = list(result.notes)
    for reason, count in result.unscored.items():
        if not any(reason in note for note in result.notes):
            remarks.append(f"{counted(count, 'program is', 'programs are')} not scored: {reason}.")
    if result.unprotected:
        were = counted(result.unprotected, "verdict was", "verdicts were")
        remarks.append(f"{were} reached in the program's own process, where a hostile program can decide it.")
    if result.tasks_without_program:
        left = result.tasks_without_program
        have = "has no program in the file and is" if left == 1 else "have no program in the file and are"
        remarks.append(f"{left} of {counted(tasks, 'task')} {have} not counted.")
    put("".join(f"\n  {escaped(remark)}" for remark in remarks) if remarks else "")


def _show_categories(result: Evaluation) -> None:
    names = list(result.metrics)
    rows = [["", "tasks", *map(_words, names)]]
    for category, metrics in result.categories.items():
        cells = [f"{metrics[name].percent} %" if name in metrics else "–" for name in names]
        scored, all_of_it = max((share.tasks for share in metrics.values()), default=0), result.category_tasks[category]
        rows.append([category, str(scored) if scored == all_of_it else f"{scored} of {all_of_it}", *cells])
    put("\n".join(f"  {line}" for line in aligned(rows).split("\n")))


def _accuracy(share: TaskProportion) -> str:
    several = "" if share.n == share.tasks else f" programs, {counted(share.tasks, 'task')}"
    return f"{share.percent:>5} %  ({share.count} of {share.n}{several}; 95 % interval {share.interval})"


def _words(name: str) -> str:
    """A metric's name for people."""
    return name.replace("_", " ").replace("test suite", "test-suite")

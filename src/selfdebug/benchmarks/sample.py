"""The sample: a benchmark of our own that comes with the package, what a newcomer measures first.

Twenty problems of each application in the shape of Spider, MBPP and TransCoder: questions to small databases, requests
with one shown test and several hidden ones, C++ functions with ten tests that running them gave. A query passes if it
gives the right result on the database and on two variants of it with other rows.

The variant ``held-out`` has 300 generated problems of each application, with six tests each. They are of the domain on
which the embedded model was trained, and their program shapes, tables and words are not in what it was trained on.

The problems are in `sample_data`. Databases are built from SQL text in the user's cache folder, never in the package's.
"""

import functools
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from itertools import chain, compress
from operator import not_
from pathlib import Path
from typing import Any

import platformdirs
import yaml

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.applications.translation import TranslationProblem
from selfdebug.benchmarks.benchmark import Benchmark, BenchmarkError, Failure, Score, Scorer, Task
from selfdebug.benchmarks.programs.scoring import TestedReference, TestsScorer
from selfdebug.benchmarks.sql.scorer import EXECUTION, TEST_SUITE, QueryReference, SqlScorer
from selfdebug.execution import Assertion, Limits, Sandbox
from selfdebug.problem import Problem, Program
from selfdebug.storage.files import replacing

PASSED = "passed"
"""The metric of all applications together: test-suite accuracy of queries, all tests of programs."""

_DATA = Path(__file__).parent / "sample_data"
_LIMITS = Limits(cpu_seconds=10)
_DIFFICULTIES = ("easy", "medium", "hard")
_DATABASES = "databases"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of problems. A report must say what is shown to models, and how they are scored."""

    application: str
    request_field: str
    metrics: tuple[str, ...]
    shown: str
    scored: str


_KINDS = {
    "sql": _Kind(
        "text-to-sql", "question", (TEST_SUITE, EXECUTION),
        "Text-to-SQL: the model is shown no test.",
        "A query is scored by comparing its result with the gold query's on three databases.",
    ),
    "python": _Kind(
        "text-to-python", "request", TestsScorer.metrics,
        "Text-to-Python: the model is shown one test.",
        "Text-to-Python is scored by the test that models are shown and hidden ones.",
    ),
    "translation": _Kind(
        "translation", "source", TestsScorer.metrics,
        "Translation: the model may be shown all tests, in feedback that includes tests.",
        "A translation is scored by all its tests.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Part:
    """A set of problems: a folder with a file for each kind, and what their ids and a report's notes begin with."""

    folder: Path
    prefix: str
    note: str


_OURS = _Part(
    _DATA,
    "sample",
    "The sample is small: it shows that everything works, and large differences; it cannot rank models.",
)
_HELD_OUT = _Part(
    _DATA / "held_out",
    "held-out",
    "The problems are generated from the narrow domain of the embedded model, in shapes and words on which it was not"
    " trained: they measure what debugging gains on it, and cannot rank other models.",
)


def open_benchmark(data: Path, variant: str) -> Benchmark:
    """Open the sample.

    Args:
        data: the data folder; nothing is read from it.
        variant: empty for all problems; ``sql``, ``python`` or ``translation`` for those of one application;
            ``held-out``, ``held-out-sql``, … for generated ones.
    """
    part = _HELD_OUT if variant.startswith("held-out") else _OURS
    kind = variant.removeprefix("held-out").removeprefix("-")
    names = (kind,) if kind else tuple(_KINDS)
    kinds = [_KINDS[name] for name in names]
    applications = tuple(kind.application for kind in kinds)
    return Benchmark(
        name=f"sample:{variant}" if variant else "sample",
        title="Sample" if len(kinds) > 1 else f"Sample ({applications[0]})",
        applications=applications,
        files=tuple(part.folder / f"{name}.yaml" for name in names),
        read_tasks=lambda: _tasks(part, names),
        open_scorer=lambda sandbox: _open_scorer(sandbox, PASSED if len(kinds) > 1 else ""),
        metrics=kinds[0].metrics if len(kinds) == 1 else (PASSED, TEST_SUITE, EXECUTION, *TestsScorer.metrics),
        categories=applications if len(kinds) > 1 else _DIFFICULTIES,
        notes=(part.note, *(kind.scored for kind in kinds)),
        shown=tuple(kind.shown for kind in kinds),
    )


def _tasks(part: _Part, names: tuple[str, ...]) -> Iterator[Task]:
    numbered = [[(name, *item) for item in enumerate(_read(part.folder / f"{name}.yaml"), 1)] for name in names]
    # One of each kind in turn, so that the first few tasks are a sample of all.
    for index, (name, number, entry) in enumerate(chain.from_iterable(zip(*numbered, strict=True))):
        category = entry["difficulty"] if len(names) == 1 else _KINDS[name].application
        problem, reference = _problem(part, name, entry)
        yield Task(index, f"{part.prefix}/{name}/{number}", problem, reference, category)


def _problem(part: _Part, kind: str, entry: dict[str, Any]) -> tuple[Problem, QueryReference | TestedReference]:
    if kind == "sql":
        files = _databases(part.folder / _DATABASES / entry["database"])
        reference = QueryReference(Program(entry["query"], "sql"), files[0], files)
        return TextToSqlProblem(entry["question"], files[0], entry.get("hint", "")), reference
    program = Program(entry["reference"], "python")
    if kind == "python":
        tests = tuple(map(Assertion, [entry["shown"], *entry["hidden"]]))
        problem: Problem = TextToPythonProblem(entry["request"], tests[:1])
    else:
        name, in_place = entry["entry_point"], entry.get("in_place", False)
        tests = tuple(Assertion(_assertion(name, in_place, *test)) for test in entry["tests"])
        problem = TranslationProblem(Program(entry["source"], "cpp"), "python", tests, entry_point=name)
    return problem, TestedReference(program, tests, limits=_LIMITS)


@asynccontextmanager
async def _open_scorer(sandbox: Sandbox, common: str) -> AsyncIterator[Scorer]:
    async with SqlScorer(as_written=True) as queries:
        yield _SampleScorer(queries, TestsScorer(sandbox), common)


class _SampleScorer:
    """Scores queries and programs, several at once.

    Args:
        queries, programs: the scorers of the two.
        common: name of the metric that both have; empty for none.
    """

    def __init__(self, queries: SqlScorer, programs: TestsScorer, common: str) -> None:
        self._queries, self._programs, self._common = queries, programs, common

    async def score(self, items: Sequence[tuple[Task, Program]]) -> list[Score]:
        are_queries = [isinstance(task.reference, QueryReference) for task, _ in items]
        queries = iter(await self._queries.score(list(compress(items, are_queries))))
        programs = iter(await self._programs.score(list(compress(items, map(not_, are_queries)))))
        return [self._adapted(next(queries if is_query else programs)) for is_query in are_queries]

    def _adapted(self, score: Score) -> Score:
        # A query passes on all databases or not at all.
        if score.passed and not score.metrics.get(TEST_SUITE, True):
            score = replace(score, passed=False, failure=Failure.WRONG)
        return replace(score, metrics={self._common: score.passed, **score.metrics}) if self._common else score


def _assertion(name: str, in_place: bool, arguments: list[Any], expected: Any) -> str:
    if not in_place:
        return f"assert {name}({', '.join(map(repr, arguments))}) == {expected!r}"
    changed, *others = arguments
    call = f"{name}({', '.join(['values', *map(repr, others)])})"
    return f"values = {changed!r}\n{call}\nassert values == {expected!r}"


def is_held_out(problem: Problem) -> bool:
    """Whether a problem is one of the held-out part: of the domain that the embedded model was trained on."""
    name, kind = next(((n, k) for n, k in _KINDS.items() if k.application == problem.application), ("", None))
    if kind is None:
        return False
    entries = [e for e in _read(_HELD_OUT.folder / f"{name}.yaml") if problem.request == e[kind.request_field]]
    if not isinstance(problem, TextToSqlProblem):
        return bool(entries)
    folders = (_HELD_OUT.folder / _DATABASES / entry["database"] for entry in entries)
    return any(problem.database == _databases(folder)[0] for folder in folders)


@functools.cache
def _read(file: Path) -> tuple[dict[str, Any], ...]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return tuple(yaml.load(file.read_text(encoding="utf-8"), loader))


@functools.cache
def _databases(folder: Path) -> tuple[str, ...]:
    """Paths of a database and its variants, which are built if they are not there."""
    schema = (folder / "schema.sql").read_text(encoding="utf-8")
    texts = [(folder / "rows.sql"), *sorted(folder.glob("variant-*.sql"))]
    scripts = [schema + text.read_text(encoding="utf-8") for text in texts]
    digest = hashlib.sha256("\0".join(scripts).encode()).hexdigest()[:16]
    names = [folder.name, *(f"{folder.name}-{n}" for n in range(1, len(scripts)))]
    user = os.getuid() if hasattr(os, "getuid") else "user"
    cache, temporary = platformdirs.user_cache_dir("selfdebug", appauthor=False), tempfile.gettempdir()
    places = [Path(place, "sample", digest) for place in (cache, f"{temporary}/selfdebug-{user}")]
    for place in places:
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            return tuple(_built(place / f"{name}.sqlite", sql) for name, sql in zip(names, scripts, strict=True))
        except OSError:
            continue
    raise BenchmarkError(
        f"The sample's databases cannot be built: neither {places[0]} nor {places[1]} can be written. Set"
        " XDG_CACHE_HOME to a folder that can."
    )


def _built(path: Path, script: str) -> str:
    """A database file with the contents that a script gives, made anew where it has others."""
    with closing(sqlite3.connect(":memory:")) as wanted:
        wanted.executescript(script)
        if not _holds(path, list(wanted.iterdump())):
            with replacing(path) as file:  # several processes may do this at once; each brings the same contents
                file.write(wanted.serialize())
    return str(path)


def _holds(path: Path, wanted: list[str]) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
            return list(file.iterdump()) == wanted
    except sqlite3.Error:
        return False

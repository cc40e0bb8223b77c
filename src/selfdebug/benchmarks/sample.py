"""The sample: a benchmark of our own that comes with the package, what a newcomer measures first.

Twenty problems of each application in the shape of Spider, MBPP and TransCoder: questions to small databases, requests
with one shown test and several hidden ones, C++ functions with ten tests that running them gave. A query passes if it
gives the right result on the database and on two variants of it with other rows.

The variant ``held-out`` has 300 generated problems of each application, with six tests each. They are of the domain on
which the embedded model was trained, and their program shapes, tables and words are not in what it was trained on.

The problems are in `sample_data`. Databases are built from SQL text in the user's cache folder, never in the package's.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import platformdirs
import yaml

from selfdebug.benchmarks.benchmark import BenchmarkError, Failure, Score, Scorer, Task
from selfdebug.benchmarks.programs.loaded import refuse_variant
from selfdebug.benchmarks.programs.scoring import TestedReference, TestsScorer
from selfdebug.benchmarks.sql.scorer import EXECUTION, TEST_SUITE, QueryReference, SqlScorer
from selfdebug.execution import Assertion, Limits, Sandbox
from selfdebug.problem import Problem, Program, TextToPythonProblem, TextToSqlProblem, TranslationProblem

PASSED = "passed"
"""The measure of all applications together: test-suite accuracy of queries, all tests of programs."""

_DATA = Path(__file__).parent / "sample_data"
_LIMITS = Limits(cpu_seconds=10)
_DIFFICULTIES = ("easy", "medium", "hard")
_DATABASES = "databases"


@dataclass(frozen=True, slots=True)
class _Part:
    """Problems that a variant has.

    Attributes:
        folder: where they are.
        prefix: of their ids.
        kinds: of problems, each a file of the folder.
        note: what a report must say of them first.
    """

    folder: Path
    prefix: str
    kinds: tuple[str, ...]
    note: str = "The sample is small: it shows that everything works, and large differences; it cannot rank models."


_ASKED = {"sql": "question", "python": "request", "translation": "source"}
_KINDS = {"sql": "text-to-sql", "python": "text-to-python", "translation": "translation"}
_MEASURES = {"sql": (TEST_SUITE, EXECUTION), "python": ("tests",), "translation": ("tests",)}
_SHOWN = {
    "sql": "Text-to-SQL: the model is shown no test.",
    "python": "Text-to-Python: the model is shown one test.",
    "translation": "Translation: the model may be shown all tests, in feedback that includes tests.",
}
_SCORED = {
    "sql": "A query is scored by comparing its result with the gold query's on three databases.",
    "python": "Text-to-Python is scored by the test that models are shown and hidden ones.",
    "translation": "A translation is scored by all its tests.",
}
_GENERATED = (
    "The problems are generated from the narrow domain of the embedded model, in shapes and words on which it was not"
    " trained: they measure what debugging gains on it, and cannot rank other models."
)
_PARTS = {
    "": _Part(_DATA, "sample", tuple(_KINDS)),
    **{kind: _Part(_DATA, "sample", (kind,)) for kind in _KINDS},
    "held-out": _Part(_DATA / "held_out", "held-out", tuple(_KINDS), _GENERATED),
    **{f"held-out-{kind}": _Part(_DATA / "held_out", "held-out", (kind,), _GENERATED) for kind in _KINDS},
}
"""By variant. Another set of problems is another folder and another line."""


def open_benchmark(data: Path, variant: str = "") -> Sample:
    """Open the sample.

    Args:
        data: the data folder; nothing is read from it.
        variant: empty for all problems; ``sql``, ``python`` or ``translation`` for those of one application;
            ``held-out``, ``held-out-sql``, … for generated ones.

    Raises:
        UnknownBenchmarkError: there is no such variant.
    """
    refuse_variant("sample", variant, _PARTS)
    return Sample(variant)


class Sample:
    """See `selfdebug.benchmarks.Benchmark` for what the names mean.

    Args:
        variant: one of `_PARTS`.
    """

    def __init__(self, variant: str) -> None:
        self._part = _PARTS[variant]
        kinds = self._part.kinds
        self.name = f"sample:{variant}" if variant else "sample"
        self.title = f"Sample ({_KINDS[kinds[0]]})" if len(kinds) == 1 else "Sample"
        self.applications = tuple(_KINDS[kind] for kind in kinds)
        self.measures = _MEASURES[kinds[0]] if len(kinds) == 1 else (PASSED, TEST_SUITE, EXECUTION, "tests")
        self.categories = _DIFFICULTIES if len(kinds) == 1 else self.applications
        self.files = tuple(self._part.folder / f"{kind}.yaml" for kind in kinds)
        self.notes = (self._part.note, *(_SCORED[kind] for kind in kinds))
        self.shown = tuple(_SHOWN[kind] for kind in kinds)

    def __len__(self) -> int:
        return sum(len(_read(file)) for file in self.files)

    def tasks(self) -> Iterator[Task]:
        """All tasks in their order, one at a time."""
        numbered = [
            [(kind, number, entry) for number, entry in enumerate(_read(file), 1)]
            for kind, file in zip(self._part.kinds, self.files, strict=True)
        ]
        # One of each kind in turn, so that the first few tasks are a sample of all.
        for index, (kind, number, entry) in enumerate(itertools.chain.from_iterable(zip(*numbered, strict=True))):
            category = entry["difficulty"] if len(self.files) == 1 else _KINDS[kind]
            problem, reference = self._made(kind, entry)
            yield Task(index, f"{self._part.prefix}/{kind}/{number}", problem, reference, category)

    @asynccontextmanager
    async def open_scorer(self, sandbox: Sandbox) -> AsyncIterator[Scorer]:
        """Open what scoring needs."""
        async with SqlScorer(as_written=True) as queries:
            yield _SampleScorer(queries, TestsScorer(sandbox), PASSED if len(self.files) > 1 else "")

    def _made(self, kind: str, entry: dict[str, Any]) -> tuple[Any, Any]:
        if kind == "sql":
            first, *others = _databases(self._part.folder / _DATABASES / entry["database"])
            problem = TextToSqlProblem(entry["question"], first, entry.get("hint", ""))
            return problem, QueryReference(Program(entry["query"], "sql"), first, (first, *others))
        program = Program(entry["reference"], "python")
        if kind == "python":
            shown = Assertion(entry["shown"])
            tests = (shown, *map(Assertion, entry["hidden"]))
            return TextToPythonProblem(entry["request"], (shown,)), TestedReference(program, tests, limits=_LIMITS)
        name = entry["entry_point"]
        tests = tuple(
            Assertion(_assertion(name, arguments, expected, entry.get("in_place", False)))
            for arguments, expected in entry["tests"]
        )
        translation = TranslationProblem(Program(entry["source"], "cpp"), "python", tests, entry_point=name)
        return translation, TestedReference(program, tests, limits=_LIMITS)


class _SampleScorer:
    """Scores queries and programs, several at once.

    Args:
        queries, programs: the scorers of the two.
        common: name of the measure that both have; empty for none.
    """

    def __init__(self, queries: SqlScorer, programs: TestsScorer, common: str) -> None:
        self._queries, self._programs, self._common = queries, programs, common

    async def score(self, items: Sequence[tuple[Task, Program]]) -> list[Score]:
        """Score programs; see `Scorer`."""
        places = [i for i, (task, _) in enumerate(items) if isinstance(task.reference, QueryReference)]
        scores: dict[int, Score] = {}
        if places:
            found = await self._queries.score([items[i] for i in places])
            scores = {i: _by_test_suite(score) for i, score in zip(places, found, strict=True)}
        others = [i for i in range(len(items)) if i not in scores]
        if others:
            scores |= zip(others, await self._programs.score([items[i] for i in others]), strict=True)
        return [self._with_common(scores[i]) for i in range(len(items))]

    def _with_common(self, score: Score) -> Score:
        if not self._common:
            return score
        return replace(score, measures={self._common: score.passed, **score.measures})


def _by_test_suite(score: Score) -> Score:
    """A query passes on all databases or not at all."""
    if not score.passed or score.measures[TEST_SUITE]:
        return score
    return replace(score, passed=False, failure=Failure.WRONG)


def _assertion(name: str, arguments: list[Any], expected: Any, in_place: bool) -> str:
    """A test as Python."""
    if not in_place:
        return f"assert {name}({', '.join(map(repr, arguments))}) == {expected!r}"
    changed, *others = arguments
    call = f"{name}({', '.join(['values', *map(repr, others)])})"
    return f"values = {changed!r}\n{call}\nassert values == {expected!r}"


def is_held_out(problem: Problem) -> bool:
    """Whether a problem is one of the held-out part: of the domain that the embedded model was trained on."""
    part = _PARTS["held-out"]
    kind = next(kind for kind, application in _KINDS.items() if application == problem.application)
    entries = (entry for entry in _read(part.folder / f"{kind}.yaml") if problem.request == entry[_ASKED[kind]])
    if isinstance(problem, TextToSqlProblem):
        folder = part.folder / _DATABASES
        return any(problem.database == _databases(folder / entry["database"])[0] for entry in entries)
    return any(entries)


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
    names = [folder.name if not n else f"{folder.name}-{n}" for n in range(len(scripts))]
    places = [Path(place, "sample", digest) for place in (_cache(), tempfile.gettempdir() + f"/selfdebug-{_user()}")]
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


def _cache() -> str:
    return platformdirs.user_cache_dir("selfdebug", appauthor=False)


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "user"


def _built(path: Path, script: str) -> str:
    """A database file with the contents that a script gives, made anew where it has others."""
    with closing(sqlite3.connect(":memory:")) as wanted:
        wanted.executescript(script)
        if not _holds(path, list(wanted.iterdump())):
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            os.close(handle)
            try:
                with closing(sqlite3.connect(name)) as file:
                    wanted.backup(file)
                Path(name).replace(path)  # several processes may do this at once; each brings the same contents
            finally:
                Path(name).unlink(missing_ok=True)
    return str(path)


def _holds(path: Path, wanted: list[str]) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
            return list(file.iterdump()) == wanted
    except sqlite3.Error:
        return False

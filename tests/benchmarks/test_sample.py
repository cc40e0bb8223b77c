"""The sample: what it asks, and that its references pass where programs that are nearly right do not."""

from __future__ import annotations

import ast
import json
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.applications.translation import TranslationProblem
from selfdebug.benchmarks import Failure, Score, Scorer, Task, UnknownBenchmarkError, open_benchmark, sample
from selfdebug.execution import InputOutput, Sandbox
from selfdebug.problem import Problem, Program
from tests.needs import skip_or_fail

NEAR_MISSES: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "sample_near_misses.yaml").read_text(encoding="utf-8")
)
CPP_HEADERS = ("algorithm", "cctype", "cstdio", "map", "stack", "string", "vector")
NOWHERE = Path("there is no data folder")


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder of our own."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        sample._databases.cache_clear()
        yield folder
    sample._databases.cache_clear()


@pytest.fixture(scope="module")
def tasks() -> list[Task]:
    return list(open_benchmark("sample", NOWHERE).tasks())


@pytest.fixture(scope="module")
async def scorer() -> AsyncIterator[Scorer]:
    async with Sandbox(workers=2) as sandbox, open_benchmark("sample", NOWHERE).open_scorer(sandbox) as opened:
        yield opened


async def scores(scorer: Scorer, items: list[tuple[Task, str]]) -> list[Score]:
    return await scorer.score([(task, Program(code, task.reference.program.language)) for task, code in items])


def test_every_task_has_programs_that_are_nearly_right(tasks: list[Task]) -> None:
    assert set(NEAR_MISSES) == {task.id for task in tasks}
    assert all(NEAR_MISSES.values())


async def test_every_reference_passes(scorer: Scorer, tasks: list[Task]) -> None:
    found = await scores(scorer, [(task, task.reference.program.code) for task in tasks])
    assert [(task.id, score.reason) for task, score in zip(tasks, found, strict=True) if not score.passed] == []
    assert all(score.failure is None and score.metrics[sample.PASSED] for score in found)


async def test_programs_that_are_nearly_right_do_not_pass(scorer: Scorer, tasks: list[Task]) -> None:
    items = [(task, code) for task in tasks for code in NEAR_MISSES[task.id]]
    found = await scores(scorer, items)
    assert [(task.id, code) for (task, code), score in zip(items, found, strict=True) if score.passed] == []
    assert {score.failure for score in found} <= {Failure.WRONG, Failure.ERROR}
    only_variants_tell = [score for score in found if score.metrics.get("execution_accuracy")]
    assert len(only_variants_tell) >= 5
    assert all(score.reason.startswith("test suite") for score in only_variants_tell)


async def test_near_misses_of_functions_pass_the_shown_test(tasks: list[Task]) -> None:
    """So that passing it proves nothing."""
    async with Sandbox(workers=2) as sandbox:
        for task in tasks:
            if isinstance(task.problem, TextToPythonProblem):
                [shown] = task.problem.tests
                outcome = await sandbox.run(Program(NEAR_MISSES[task.id][0], "python"), [shown])
                assert outcome.passed, task.id


async def test_queries_run_as_they_are_written(scorer: Scorer, tasks: list[Task]) -> None:
    task = next(task for task in tasks if task.reference.program.code == "SELECT COUNT(DISTINCT town) FROM member")
    named = "WITH towns AS (SELECT DISTINCT town AS value FROM member) SELECT COUNT(value) AS value FROM towns"
    found = await scores(scorer, [(task, named), (task, "SELECT COUNT(town) FROM member")])
    assert [score.passed for score in found] == [True, False]


async def test_what_is_no_program_does_not_pass(scorer: Scorer, tasks: list[Task]) -> None:
    items = [(task, code) for task in (tasks[0], tasks[20], tasks[40]) for code in ("", "(")]
    found = await scores(scorer, items)
    assert not any(score.passed for score in found)
    assert [score.failure for score in found[::2]] == [Failure.NO_PROGRAM] * 3


async def test_a_variant_has_its_own_measures(tasks: list[Task]) -> None:
    assert open_benchmark("sample:sql", NOWHERE).metrics == ("test_suite_accuracy", "execution_accuracy")
    benchmark = open_benchmark("sample:python", NOWHERE)
    async with Sandbox(workers=1) as sandbox, benchmark.open_scorer(sandbox) as scorer:
        [score] = await scores(scorer, [(tasks[20], tasks[20].reference.program.code)])
    assert score.metrics == {"tests": True}
    assert benchmark.metrics == ("tests",)


def test_has_twenty_problems_of_each_application(tasks: list[Task]) -> None:
    benchmark = open_benchmark("sample", NOWHERE)
    assert len(benchmark) == len(tasks) == 60
    assert [task.index for task in tasks] == list(range(60))
    assert Counter(task.category for task in tasks) == dict.fromkeys(benchmark.categories, 20)
    assert tasks[6].id == "sample/sql/3"
    assert [type(task.problem) for task in tasks[:3]] == [TextToSqlProblem, TextToPythonProblem, TranslationProblem]


@pytest.mark.parametrize("kind", ["sql", "python", "translation"])
def test_variants_have_one_application_and_are_sorted_by_difficulty(kind: str, tasks: list[Task]) -> None:
    benchmark = open_benchmark(f"sample:{kind}", NOWHERE)
    own = list(benchmark.tasks())
    assert len(own) == len(benchmark) == 20
    assert {task.category for task in own} == set(benchmark.categories) == {"easy", "medium", "hard"}
    assert {task.problem.application for task in own} == set(benchmark.applications)
    assert [task.id for task in own] == [task.id for task in tasks if f"/{kind}/" in task.id]


def test_an_unknown_variant_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownBenchmarkError, match=r"sample:sql, sample:python, sample:translation"):
        open_benchmark("sample:cobol", NOWHERE)


def visible_text(problem: Problem) -> str:
    """All that a problem holds; the path of a database is not part of what is asked."""
    return re.sub(r"\s+", " ", repr(problem))


def test_hidden_tests_and_references_are_in_no_problem(tasks: list[Task]) -> None:
    for task in tasks:
        text = visible_text(task.problem)
        assert task.reference.program.code not in text
        if isinstance(task.problem, TextToPythonProblem):
            shown, *hidden = task.reference.tests
            assert task.problem.tests == (shown,)
            assert 3 <= len(hidden) <= 6
            for test in hidden:
                assert test.code not in text
        elif isinstance(task.problem, TranslationProblem):
            assert task.problem.tests == task.reference.tests
            assert len(task.problem.tests) == 10


def test_requests_name_the_function_that_tests_call(tasks: list[Task]) -> None:
    for task in tasks:
        if isinstance(task.problem, TextToPythonProblem):
            name = re.search(r"Write a function (\w+)\(", task.problem.request)
            assert name, task.id
            assert all(f"{name[1]}(" in test.code for test in task.reference.tests)
        elif isinstance(task.problem, TranslationProblem):
            assert f"{task.problem.entry_point}(" in task.problem.source.code


async def test_translation_tests_are_what_running_the_source_gives() -> None:
    """All of them in one program: a compiler takes seconds to start."""
    if shutil.which("g++") is None:
        skip_or_fail("there is no g++: apt-get install g++")
    entries = sample._read(sample._DATA / "translation.yaml")
    checks = [cpp_check(entry, *test) for entry in entries for test in entry["tests"]]
    assert len(checks) == 200
    sources = "\n".join(f"namespace n{i} {{\n{entry['source']}}}" for i, entry in enumerate(entries))
    uses = "\n".join(f"using n{i}::{entry['entry_point']};" for i, entry in enumerate(entries))
    headers = "\n".join(f"#include <{name}>" for name in CPP_HEADERS)
    program = f'#pragma GCC optimize("O0")\n{headers}\n{sources}\n{uses}\nint main() {{\n{"".join(checks)}}}\n'
    async with Sandbox(workers=1) as sandbox:
        outcome = await sandbox.run(Program(program, "cpp"), [InputOutput("", "")])
    assert outcome.passed, outcome.error or outcome.tests[0]


def cpp_check(entry: dict[str, Any], arguments: list[Any], expected: Any) -> str:
    """A statement that writes a line if the function gives something else."""
    name = entry["entry_point"]
    call = f"{name}({', '.join(map(cpp, arguments))})"
    if not entry.get("in_place"):
        wanted = f"decltype({call}){{}}" if expected == [] else cpp(expected)
        return f'if (!({call} == {wanted})) puts(R"~({call})~");\n'
    call = f"{name}({', '.join(['values', *map(cpp, arguments[1:])])})"
    given, wanted = cpp(arguments[0]), cpp(expected)
    return f'{{ auto values = {given}; {call}; if (!(values == {wanted})) puts(R"~({given})~"); }}\n'


def cpp(value: Any) -> str:
    """A value in C++."""
    if isinstance(value, str):
        return f"std::string({json.dumps(value)})"
    if isinstance(value, list):
        return cpp_type(value) + "{" + ", ".join(map(cpp, value)) + "}"
    return json.dumps(value)


def cpp_type(value: Any) -> str:
    if isinstance(value, list):
        return f"std::vector<{cpp_type(value[0])}>" if value else ""
    return "std::string" if isinstance(value, str) else "int"


def test_questions_have_one_answer_whatever_the_order_of_rows(tasks: list[Task]) -> None:
    """Of queries with ORDER BY or LIMIT, no ties decide; and every result has something in it."""
    for task in tasks:
        if isinstance(task.problem, TextToSqlProblem):
            query = task.reference.program.code
            for path in task.reference.test_suite:
                with sqlite3.connect(path) as connection:
                    forward = connection.execute(query).fetchall()
                    connection.execute("PRAGMA reverse_unordered_selects = ON")
                    backward = connection.execute(query).fetchall()
                connection.close()
                assert forward, (task.id, path)
                assert forward != [(None,)], (task.id, path)
                same = forward == backward if "ORDER BY" in query else Counter(forward) == Counter(backward)
                assert same, (task.id, path)


def test_databases_are_whole_and_small(tasks: list[Task]) -> None:
    paths = {path for task in tasks[::3] for path in task.reference.test_suite}
    assert len(paths) == 12
    for path in paths:
        with sqlite3.connect(path) as connection:
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = sum(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables)
        connection.close()
        assert 1 <= len(tables) <= 4
        assert 8 <= rows <= 50


class TestBuilding:
    def test_the_package_is_not_written_to(self, tasks: list[Task], cache: Path) -> None:
        for task in tasks[::3]:
            assert Path(task.problem.database).is_relative_to(cache)
        assert not list(sample._DATA.rglob("*.sqlite"))

    def test_a_damaged_database_is_built_anew(self, tasks: list[Task]) -> None:
        path = Path(tasks[0].problem.database)
        intact = dump(path)
        for damage in (b"no database", b""):
            path.write_bytes(damage)
            assert dump(fresh()) == intact
        with sqlite3.connect(path) as connection:
            connection.execute("DELETE FROM loan")
        connection.close()
        assert dump(fresh()) == intact

    def test_many_can_build_at_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        build = sample._databases.__wrapped__  # each as in a process of its own
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(build, [sample._DATA / "databases" / "library"] * 16))
        assert len(set(found)) == 1
        assert "CREATE TABLE author" in dump(Path(found[0][0]))
        assert not list(tmp_path.rglob(".*.sqlite*"))

    def test_a_cache_that_cannot_be_written_is_done_without(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").write_text("in the way")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr("tempfile.tempdir", None)
        path = fresh()
        assert path.is_relative_to(tmp_path)
        assert "CREATE TABLE author" in dump(path)


def fresh() -> Path:
    """The library, as a new process finds it."""
    sample._databases.cache_clear()
    return Path(sample._databases(sample._DATA / "databases" / "library")[0])


def dump(path: Path) -> str:
    connection = sqlite3.connect(path)
    try:
        return "\n".join(connection.iterdump())
    finally:
        connection.close()


def test_data_is_plain_text_in_which_code_is_valid() -> None:
    for kind in ("python", "translation"):
        for entry in sample._read(sample._DATA / f"{kind}.yaml"):
            ast.parse(entry["reference"])

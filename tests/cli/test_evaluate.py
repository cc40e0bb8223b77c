"""``selfdebug evaluate``, on small data folders of our own in the benchmarks' formats."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from selfdebug.benchmarks import open_benchmark
from selfdebug.benchmarks.programs_file import read_programs
from tests.cli.conftest import Run

QUESTIONS = [
    ("shop", "How many items are there?", "SELECT count(*) FROM item"),
    ("shop", "List the names of all items.", "SELECT name FROM item"),
    ("gone", "How many people are there?", "SELECT count(*) FROM person"),
]


@pytest.fixture
def folder(home: Path) -> Path:
    """A data folder with three MBPP tasks and three Spider questions; one database is missing."""
    data = home / "benchmarks"
    tasks = [
        {"task_id": 11, "text": "Double a number.", "code": "def double(n):\n    return 2 * n"},
        {"task_id": 12, "text": "Halve a number.", "code": "def half(n):\n    return n / 2"},
        {"task_id": 13, "text": "Negate a number.", "code": "def minus(n):\n    return -n"},
    ]
    tests = [
        ["double(2) == 4", "double(3) == 6"],
        ["half(2) == 1", "half(5) == 2.5"],
        ["minus(0) == 0", "minus(1) == -1"],
    ]
    for task, calls in zip(tasks, tests, strict=True):
        task |= {"test_setup_code": "", "test_list": [f"assert {c}" for c in calls], "challenge_test_list": []}
    write_lines(data / "mbpp" / "mbpp.jsonl", tasks)
    questions = [{"db_id": d, "question": q, "query": s} for d, q, s in QUESTIONS]
    (data / "spider" / "database" / "shop").mkdir(parents=True)
    (data / "spider" / "dev.json").write_text(json.dumps(questions))
    (data / "spider" / "tables.json").write_text("[]")
    with sqlite3.connect(data / "spider" / "database" / "shop" / "shop.sqlite") as database:
        database.executescript(
            "CREATE TABLE item (name TEXT, price REAL); INSERT INTO item VALUES ('tea', 3), ('cake', 4), ('cake', 5);"
        )
    database.close()
    return data


def write_lines(path: Path, records: Sequence[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def read_lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().split("\n") if line]


def solution(number: int, code: str) -> dict[str, str]:
    return {"task_id": f"MBPP/{number}", "solution": code}


RIGHT = [
    solution(11, "def double(n):\n    return n + n"),
    solution(12, "def half(n):\n    return n / 2"),
    solution(13, "def minus(n):\n    return 0 - n"),
]


def test_each_program_gets_a_line_with_its_verdict_and_the_reason(run: Run, folder: Path, isolated: None) -> None:
    programs = write_lines(Path("p.jsonl"), [RIGHT[0], solution(12, "def half(n):\n    return n // 2")])
    found = run("evaluate", "mbpp", programs, "--data", folder, "--verdicts", "v.jsonl")
    assert found.code == 0
    assert "50.0 %  (1 of 2; 95 % interval 9.5–90.5)" in found.out
    assert "1 of 3 tasks has no program in the file and is not counted." in found.out
    first, second = read_lines(Path("v.jsonl"))
    assert (first["task_id"], first["passed"], first["reason"]) == ("MBPP/11", True, "")
    assert (second["task_id"], second["passed"]) == ("MBPP/12", False)
    assert "half(5)" in str(second["reason"])
    assert not list(Path().glob("*.part"))


def test_files_of_other_names_are_left_alone_and_a_link_stays_one(run: Run, folder: Path, isolated: None) -> None:
    programs = write_lines(Path("v.part"), RIGHT)
    Path("v").symlink_to("real.jsonl")
    found = run("evaluate", "mbpp", programs, "--data", folder, "--verdicts", "v")
    assert found.code == 0
    assert "3 of 3" in found.out
    assert (len(read_lines(programs)), len(read_lines(Path("real.jsonl"))), Path("v").is_symlink()) == (3, 3, True)


def test_a_number_names_a_task_of_a_pair_of_languages(run: Run, home: Path) -> None:
    for language in ("cpp", "python"):
        task = {
            "task_id": f"{language}/7",
            "declaration": "int f(int x){\n" if language == "cpp" else "def f(x):\n",
            "canonical_solution": "    return x;\n}\n" if language == "cpp" else "    return x\n",
            "test": "f(1);",
        }
        path = home / "humaneval_x" / f"humaneval_{language}.jsonl.gz"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gzip.compress(json.dumps(task).encode()))
    programs = read_programs(
        write_lines(Path("p.jsonl"), [{"task_id": 7, "solution": "x"}]), open_benchmark("humaneval-x", home)
    )
    assert [task.id for task, _ in programs] == ["HumanEval-X/7:cpp-python"]


def test_several_programs_a_task_give_pass_at_k(run: Run, folder: Path, isolated: None) -> None:
    wrong = "def double(n):\n    return 4"
    lines = [solution(11, wrong)] * 6 + [RIGHT[0]] * 4 + [solution(12, wrong)] * 10
    found = run("evaluate", "mbpp", write_lines(Path("p.jsonl"), lines), "--data", folder, "--json")
    assert found.code == 0
    assert json.loads(found.out)["pass_at"] == {"1": pytest.approx(0.2), "10": pytest.approx(0.5)}


def test_few_tasks_that_are_alike_leave_a_wide_interval(run: Run, folder: Path, isolated: None) -> None:
    programs = write_lines(Path("p.jsonl"), [*RIGHT[:2], *RIGHT[:2]])
    found = run("evaluate", "mbpp", programs, "--data", folder)
    assert "100.0 %  (4 of 4 programs, 2 tasks; 95 % interval 34.2–100.0)" in found.out


def test_completions_continue_the_prompt(run: Run, home: Path, isolated: None) -> None:
    task = {
        "task_id": "HumanEval/0",
        "prompt": 'def double(n):\n    """Two times n."""\n',
        "entry_point": "double",
        "canonical_solution": "    return 2 * n\n",
        "test": "def check(candidate):\n    assert candidate(3) == 6\n",
    }
    (home / "humaneval").mkdir()
    (home / "humaneval" / "HumanEval.jsonl.gz").write_bytes(gzip.compress(json.dumps(task).encode()))
    line = {"task_id": "HumanEval/0", "completion": "    return n + n\n"}
    found = run("evaluate", "humaneval", write_lines(Path("p.jsonl"), [line]), "--data", home, "--json")
    assert found.code == 0
    (accuracy,) = json.loads(found.out)["metrics"].values()
    assert (accuracy["count"], accuracy["n"]) == (1, 1)


def test_references_are_scored_like_anybodys_programs(run: Run, folder: Path, isolated: None) -> None:
    found = run("evaluate", "mbpp", "--references", "--data", folder)
    assert found.code == 0
    assert "100.0 %  (3 of 3;" in found.out


def test_queries_stand_one_a_line_in_the_order_of_the_questions(run: Run, folder: Path) -> None:
    Path("q.sql").write_text("select count(name) from item\tshop\nselect distinct price from item\nselect 1\tgone\n\n")
    found = run("evaluate", "spider", "q.sql", "--data", folder, "--verdicts", "v.jsonl")
    assert found.code == 0
    assert "50.0 %  (1 of 2;" in found.out
    assert "1 of 3" in found.out
    assert "gone" in found.out
    lines = read_lines(Path("v.jsonl"))
    assert [(line["index"], line["passed"]) for line in lines] == [(0, True), (1, False), (2, None)]
    assert lines[2]["reason"] == "there is no database gone"


def test_an_empty_query_does_not_pass(run: Run, folder: Path) -> None:
    Path("q.sql").write_text("\nSELECT name FROM item\nSELECT 1\n")
    assert run("evaluate", "spider", "q.sql", "--data", folder, "--verdicts", "v.jsonl").code == 0
    first, second, _ = read_lines(Path("v.jsonl"))
    assert (first["passed"], second["passed"]) == (False, True)
    assert first["reason"]


def test_queries_may_be_json_lines(run: Run, folder: Path) -> None:
    lines = [{"index": 1, "solution": "SELECT name FROM item"}, {"task_id": "spider/0", "solution": "SELECT 3"}]
    found = run("evaluate", "spider", write_lines(Path("q.jsonl"), lines), "--data", folder, "--json")
    assert found.code == 0
    assert json.loads(found.out)["metrics"]["execution_accuracy"]["count"] == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ('{"task_id": "MBPP/11", "solution": "x"}\n' * 311 + '{"task_id": "MBPP/11", "sol', "line 312: this is not"),
        ('{"task_id": "MBPP/99", "solution": "x"}', "line 1: mbpp has no task 'MBPP/99'"),
        ('{"solution": "x"}', "line 1: task_id is missing"),
        ('{"task_id": "MBPP/11"}', "line 1: solution (a whole program) or completion"),
        ('{"task_id": "MBPP/11", "solution": 3}', "line 1: solution must be a text"),
        ('{"task_id": ["MBPP/11"], "solution": "x"}', "line 1: mbpp has no task"),
        ("[1]", "line 1: a JSON object is needed"),
        ("[" * 100_000, "line 1: this is not complete JSON"),
        ("def double(n): return 2 * n", "line 1: this is not complete JSON"),
        ("\n\n{}", "line 3: task_id is missing"),
    ],
)
def test_a_damaged_file_is_refused_with_the_place(run: Run, folder: Path, text: str, message: str) -> None:
    Path("p.jsonl").write_text(text)
    Path("v.jsonl").write_text("kept")
    found = run("evaluate", "mbpp", "p.jsonl", "--data", folder, "--verdicts", "v.jsonl")
    assert found.code == 2
    assert message in found.err
    assert "p.jsonl" in found.err
    assert Path("v.jsonl").read_text() == "kept"


@pytest.mark.parametrize(
    ("queries", "message"),
    [
        (
            "SELECT 1\tshop\nSELECT 1\tstore\nSELECT 1\tgone\n",
            "line 2: question 1 is about the database shop, not 'store'",
        ),
        ("SELECT 1\nSELECT 1\n", "ends after 2 queries, but spider has 3 questions"),
        ("SELECT 1\n" * 4, "line 4: there are more queries than spider's 3 questions"),
        ("SELECT a,\tb FROM item\nSELECT 1\nSELECT 1\n", "line 1: question 0 is about the database shop"),
    ],
)
def test_queries_that_do_not_fit_the_questions_are_refused(run: Run, folder: Path, queries: str, message: str) -> None:
    Path("q.sql").write_text(queries)
    found = run("evaluate", "spider", "q.sql", "--data", folder)
    assert found.code == 2
    assert message in found.err


def test_bytes_that_are_no_text_are_refused_with_the_place(run: Run, folder: Path) -> None:
    Path("p.jsonl").write_bytes(json.dumps(RIGHT[0]).encode() + b"\n\xff\xfe\n")
    Path("p.jsonl.gz").write_bytes(gzip.compress(json.dumps(RIGHT[0]).encode())[:-9])
    assert "line 2: this is not UTF-8" in run("evaluate", "mbpp", "p.jsonl", "--data", folder).err
    cut = run("evaluate", "mbpp", "p.jsonl.gz", "--data", folder)
    assert (cut.code, "not a complete gzip file" in cut.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("mbpp", "nothing.jsonl"), 2, "There is no file nothing.jsonl"),
        (("mbpp", "."), 2, "is a folder"),
        (("mbpp",), 2, "Give a FILE"),
        (("mbpp", "p.jsonl", "--references"), 2, "Give a FILE"),
        (("mbbp", "p.jsonl"), 2, "did you mean mbpp?"),
        (("mbpp:4-shot", "p.jsonl"), 2, "3-shot"),
        (("bird", "p.jsonl"), 3, "selfdebug data pull bird"),
        (("mbpp", "p.jsonl", "--verdicts", "./p.jsonl"), 2, "p.jsonl holds the programs"),
        (("mbpp", "p.jsonl", "--verdicts", "."), 2, "is a folder"),
        (("mbpp", "p.jsonl", "--verdicts", "nowhere/v.jsonl"), 2, "nowhere/v.jsonl cannot be written"),
        (("mbpp", "p.jsonl", "--verdicts", "/dev/full"), 2, "cannot be written"),
        (("mbpp", "p.jsonl", "--verdicts", "v" * 300), 2, "cannot be written"),
        (("mbpp", "pipe"), 2, "is a pipe or a device"),
        (("sample", "number.jsonl"), 2, "sample has no task '1'"),
    ],
)
def test_wrong_usage_is_one_sentence(
    run: Run, folder: Path, isolated: None, arguments: tuple[str, ...], code: int, message: str
) -> None:
    write_lines(Path("p.jsonl"), RIGHT)
    write_lines(Path("number.jsonl"), [{"task_id": "1", "solution": "x"}])  # three tasks of the sample end with it
    os.mkfifo("pipe")
    found = run("evaluate", *arguments, "--data", folder)
    assert found.code == code
    assert message in found.err
    assert found.err.count("\n") <= 2


def test_a_data_folder_that_is_not_there_says_how_to_get_the_data(run: Run, home: Path) -> None:
    write_lines(Path("p.jsonl"), RIGHT)
    found = run("evaluate", "mbpp", "p.jsonl", "--data", home / "nowhere")
    assert found.code == 3
    assert "selfdebug data pull mbpp" in found.err


def test_a_damaged_benchmark_names_the_file_and_the_line(run: Run, folder: Path) -> None:
    write_lines(Path("p.jsonl"), RIGHT)
    with (folder / "mbpp" / "mbpp.jsonl").open("a") as file:
        file.write('{"task_id": 14, "te')
    found = run("evaluate", "mbpp", "p.jsonl", "--data", folder)
    assert found.code == 3
    assert "mbpp.jsonl" in found.err
    assert "line 4" in found.err


def test_a_benchmark_without_a_task_is_damaged(run: Run, folder: Path) -> None:
    write_lines(Path("p.jsonl"), RIGHT)
    (folder / "mbpp" / "mbpp.jsonl").write_text("")
    for arguments in (("p.jsonl",), ("--references",)):
        found = run("evaluate", "mbpp", *arguments, "--data", folder)
        assert (found.code, "mbpp.jsonl holds no task" in found.err) == (3, True)


def test_a_locked_database_is_named(run: Run, folder: Path) -> None:
    Path("q.sql").write_text("SELECT 1\nSELECT name FROM item\nSELECT 1\n")
    path = folder / "spider" / "database" / "shop" / "shop.sqlite"
    with sqlite3.connect(path) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        found = run("evaluate", "spider", "q.sql", "--data", folder)
        writer.rollback()
    writer.close()
    assert found.code == 3
    assert "shop.sqlite" in found.err
    assert "locked" in found.err

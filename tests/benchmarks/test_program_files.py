"""Files that are missing or damaged are named, with the place and with what to do."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from selfdebug.benchmarks import DataError, MissingDataError, UnknownBenchmarkError, open_benchmark

GOOD = '{"task_id": 11, "text": "t", "code": "c", "test_setup_code": "", "test_list": ["assert f(1)"]}'


def mbpp(folder: Path, text: str, name: str = "mbpp.jsonl") -> Path:
    (folder / "mbpp").mkdir(exist_ok=True)
    (folder / "mbpp" / name).write_text(text)
    return folder


@pytest.mark.parametrize("name", ["mbpp", "mbpp+", "humaneval", "humaneval+", "humaneval-x:cpp-go", "transcoder"])
def test_a_missing_file_says_how_to_get_it(tmp_path: Path, name: str) -> None:
    pattern = rf"There is no .*jsonl.*`selfdebug data pull {name.split(':')[0].replace('+', '[+]')}`.*--data"
    with pytest.raises(MissingDataError, match=pattern):
        open_benchmark(name, tmp_path)


@pytest.mark.parametrize("name", ["mbpp+", "humaneval", "humaneval+", "transcoder"])
def test_what_has_no_variants_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnknownBenchmarkError, match="choose from"):
        open_benchmark(f"{name}:hard", tmp_path)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "this is not JSON"),
        ("[1]", "this is not an object, but a list"),
        ("{}", "the field 'task_id' is missing"),
        (GOOD.replace("11", '"11"'), "the field 'task_id' is str, not a whole number"),
        (GOOD.replace('["assert f(1)"]', "[1]"), "the field 'test_list' is not a list of texts"),
        (GOOD.replace('["assert f(1)"]', "[]"), "'test_list' is empty"),
        (GOOD.replace('"t"', "null"), "the field 'text' is NoneType, not text"),
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, line: str, what: str) -> None:
    benchmark = open_benchmark("mbpp", mbpp(tmp_path, f"{GOOD}\n\n{line}\n"))
    with pytest.raises(DataError, match=rf"mbpp\.jsonl, line 3: {what}"):
        list(benchmark.tasks())


def test_odd_separators_within_a_line_do_not_end_it(tmp_path: Path) -> None:
    text = GOOD.replace('"c"', '"a\u2028b\u0085c"')
    [task] = open_benchmark("mbpp", mbpp(tmp_path, text)).tasks()
    assert task.reference.program.code == "a\u2028b\u0085c"


@pytest.mark.parametrize(("text", "what"), [("{", "is not JSON"), ("{}", "is not a list"), ("[1]", "item 1: this")])
def test_a_damaged_list_is_named(tmp_path: Path, text: str, what: str) -> None:
    benchmark = open_benchmark("mbpp:sanitized", mbpp(tmp_path, text, "sanitized-mbpp.json"))
    with pytest.raises(DataError, match=rf"sanitized-mbpp\.json.* {what}"):
        list(benchmark.tasks())


@pytest.mark.parametrize(
    "content", [b"not gzipped", gzip.compress(b"{}" * 9999, mtime=0)[:-20], b"\x1f\x8b\x08\x00" + b"x" * 40]
)
def test_a_damaged_archive_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "humaneval").mkdir()
    (tmp_path / "humaneval" / "HumanEval.jsonl.gz").write_bytes(content)
    with pytest.raises(DataError, match=r"HumanEval\.jsonl\.gz"):
        list(open_benchmark("humaneval", tmp_path).tasks())

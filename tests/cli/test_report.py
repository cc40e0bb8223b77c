"""``selfdebug report``: what it writes where, from a real store, and what it does with bad input."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from selfdebug import Assertion, TextToPythonProblem
from selfdebug.runs import RunStore
from selfdebug.runs.run import Run as StoredRun
from selfdebug.runs.run import TaskResult
from selfdebug.trajectory import Ending, Trajectory
from tests.reports.making import result
from tests.reports.making import run as made

from .conftest import Run

PROBLEM = TextToPythonProblem("Write a function square(n).", (Assertion("assert square(3) == 9"),))
TRAJECTORY = Trajectory(PROBLEM, "tiny", "ut", "few-shot", (), None, Ending.UNREADABLE)
COMMAND = [
    sys.executable,
    "-c",
    "import atexit, sys; atexit.register(lambda: print('matplotlib:', 'matplotlib' in sys.modules, file=sys.stderr));"
    "from selfdebug.cli.main import main; main()",
]
BASELINE = [result(0, [True]), result(1, [False]), result(2, [False])]
UT = [result(0, [True]), result(1, [False, True]), result(2, [False, False])]


def fill(path: str, runs: list[tuple[StoredRun, list[TaskResult]]]) -> None:
    async def add() -> None:
        with RunStore(path) as store:
            store.create(*(run for run, _ in runs))
            for run, results in runs:
                for each in results:
                    await store.add(run.id, each, TRAJECTORY)

    asyncio.run(add())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two runs of a command, and one that has only begun."""
    path = tmp_path_factory.mktemp("stores") / "runs.db"
    runs = [
        (made("mbpp-1/baseline", tasks=3), BASELINE),
        (made("mbpp-1/ut", tasks=3), UT),
        (made("mbpp-2/ut", tasks=3), []),
    ]
    fill(str(path), runs)
    return path


@pytest.fixture(autouse=True)
def store(filled: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A copy of it for each test."""
    monkeypatch.setenv("SELFDEBUG_STORE", "runs.db")
    return shutil.copy(filled, "runs.db")


def test_prices_give_money_in_reports_and_in_the_table_of_runs(run: Run) -> None:
    prices = ("--prompt-price", "1", "--completion-price", "10")
    found = run("report", "mbpp-1", *prices)
    assert (found.code, found.err) == (0, "")
    assert "Money is at $1 and $10 for a million prompt and completion tokens" in found.out
    shown = run("runs", "show", "mbpp-1", *prices).out.splitlines()
    assert [line.split()[-1] for line in shown if line.startswith(("run ", "mbpp-1/ut"))] == ["cost", "$0.0010"]
    assert "$" not in run("runs", "show", "mbpp-1").out
    assert "Money" not in run("report", "mbpp-1").out


@pytest.mark.parametrize("price", ["-1", "nan", "1e999", "much"])
def test_a_price_that_is_none_is_wrong_usage(price: str, run: Run) -> None:
    found = run("report", "mbpp-1", f"--prompt-price={price}", "--completion-price", "1")
    assert (found.code, found.out) == (2, "")
    assert "--prompt-price" in found.err


def test_markdown_goes_to_stdout_alone(run: Run) -> None:
    found = run("report", "mbpp-1")
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith("# Report: MBPP\n")
    assert "| mbpp-1/ut | mbpp-1/baseline |     3 | 33.3 (6.1–79.2) | 66.7 (20.8–93.9) |" in found.out


def test_one_run_can_be_named(run: Run) -> None:
    assert "mbpp-1/baseline" not in run("report", "mbpp-1/ut", "--format", "csv").out


def test_run_named_twice_counts_once(run: Run) -> None:
    assert run("report", "mbpp-1", "mbpp-1/ut", "mbpp-1").out == run("report", "mbpp-1").out


def test_store_can_be_given(run: Run, store: str) -> None:
    os.rename(store, "elsewhere.db")
    assert run("report", "mbpp-1", "--store", "elsewhere.db").code == 0


def test_csv_and_json_can_be_read(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("report", "mbpp-1", "--format", "csv").out)))
    assert {each["run"] for each in rows} == {"mbpp-1/baseline", "mbpp-1/ut"}
    assert json.loads(run("report", "mbpp-1", "--format", "JSON").out)["schema_version"] == 2


def test_output_is_written_over_and_stdout_stays_empty(run: Run) -> None:
    Path("tables.tex").write_text("old")
    found = run("report", "mbpp-1", "--format", "latex", "--output", "tables.tex")
    assert (found.code, found.out, found.err) == (0, "", "selfdebug: wrote tables.tex\n")
    assert r"\toprule" in Path("tables.tex").read_text()
    assert run("report", "mbpp-1", "--output", "tables.tex", "--quiet").err == ""


def test_plots_are_drawn_besides(run: Run) -> None:
    found = run("report", "mbpp-1/baseline", "--plots", "new/plots")
    assert found.out.startswith("# Report")
    names = [path.name for path in sorted(Path("new/plots").iterdir())]
    assert names == [f"{name}.{form}" for name in ("accuracy", "calls", "cost") for form in ("pdf", "png")]
    assert found.err.splitlines()[0] == "selfdebug: wrote new/plots/accuracy.png"


def test_run_without_results_is_left_out_and_named(run: Run) -> None:
    found = run("report", "mbpp-1", "mbpp-2")
    assert (found.code, found.err) == (0, "selfdebug: mbpp-2/ut has no finished task yet and is left out.\n")


def test_nothing_done_at_all_says_so(run: Run) -> None:
    found = run("report", "mbpp-2")
    assert (found.code, found.out) == (3, "")
    assert found.err.startswith("selfdebug: No task of mbpp-2/ut is done yet")


def test_unknown_run_is_wrong_usage(run: Run) -> None:
    found = run("report", "mbpp-9")
    assert (found.code, found.out) == (2, "")
    assert "mbpp-9" in found.err


def test_no_run_is_wrong_usage(run: Run) -> None:
    assert run("report").code == 2


def test_unknown_format_is_wrong_usage(run: Run) -> None:
    found = run("report", "mbpp-1", "--format", "html")
    assert (found.code, found.err) == (2, "selfdebug: --format must be one of md, csv, json, latex, not 'html'.\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--plots", "file"), "--plots needs a folder, and file is a file."),
        (("--plots", "file/below"), "--plots: file/below cannot be made: Not a directory."),
        (("--output", "folder"), "--output needs a file, and folder is a folder."),
        (("--output", "nowhere/tables.md"), "--output: there is no folder nowhere."),
    ],
)
def test_places_that_cannot_be_written_to_are_refused_first(run: Run, arguments: tuple[str, str], words: str) -> None:
    Path("file").write_text("mine")
    Path("folder").mkdir()
    found = run("report", "mbpp-1", *arguments)
    assert (found.code, found.out, found.err) == (2, "", f"selfdebug: {words}\n")
    assert Path("file").read_text() == "mine"


def test_file_that_cannot_be_written_is_no_traceback(run: Run) -> None:
    Path("plots/accuracy.png").mkdir(parents=True)
    found = run("report", "mbpp-1/baseline", "--plots", "plots")
    assert (found.code, found.err) == (2, "selfdebug: --plots: plots cannot be written to: Is a directory.\n")
    found = run("report", "mbpp-1", "--output", "/dev/full")
    assert found.code == 2
    assert "/dev/full cannot be written: No space left on device." in found.err


def test_without_matplotlib_plots_say_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    found = run("report", "mbpp-1", "--plots", "plots")
    assert (found.code, found.out) == (3, "")
    assert found.err == 'selfdebug: Plots need matplotlib: pip install "selfdebug[plots]".\n'
    assert not Path("plots").exists()
    assert run("report", "mbpp-1").code == 0


def test_reader_that_stops_reading_is_no_traceback_and_plots_are_not_imported_for_nothing() -> None:
    read, write = os.pipe()
    os.close(read)
    found = subprocess.run([*COMMAND, "report", "mbpp-1"], stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (found.returncode, found.stderr) == (1, "matplotlib: False\n")

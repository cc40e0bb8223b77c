"""The commands that run benchmarks and look after runs: what they print, refuse, store, and how they go on."""

from __future__ import annotations

import hashlib
import io
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from selfdebug.benchmarks import Score
from selfdebug.cli import run_progress
from selfdebug.cli.output import brief, duration
from selfdebug.cli.run_progress import RunProgress
from selfdebug.events import Answered
from selfdebug.feedback import FIX
from selfdebug.messages import Reply
from selfdebug.prices import Prices
from selfdebug.runs import RunStore, TaskResult, Totals
from selfdebug.runs.runner import ResultStored, TaskEnded, TaskRefused
from selfdebug.trajectory import Exchange
from tests.cli.conftest import Run
from tests.cli.test_process import in_terminal
from tests.model_server import Answer, Failure, ModelServer
from tests.runs import tiny
from tests.runs.doing import a_run, what_came

STORE = Path("s.db")
COMMAND = [
    sys.executable, "-c",
    "from tests.runs import tiny; tiny.register(); from selfdebug.cli.main import main; main()",
]  # fmt: skip


@pytest.fixture(autouse=True)
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tiny benchmark in the folder ``data``, with a store in ``s.db``."""
    monkeypatch.setenv("SELFDEBUG_STORE", str(STORE))
    monkeypatch.setenv("SELFDEBUG_DATA", "data")
    monkeypatch.setenv("SELFDEBUG_STYLE", "zero-shot")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    tiny.write(Path("data"), "python", tiny.additions(4))
    tiny.write(Path("data"), "sql", [{"count": "item"}] * 3)
    with tiny.known():
        yield


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(tiny.reply) as server:
        yield server


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


@pytest.mark.usefixtures("isolated")
def test_a_grid_is_run_and_its_table_printed(run: Run, server: ModelServer) -> None:
    found = run("bench", "tiny:python", "--base-url", server.url, "--feedback", "baseline,ut", "--samples", "1,3")
    assert found.code == 0, found.err
    assert [(row[0], row[1], row[4]) for row in rows(found.out)[1:]] == [
        ("tiny-python-1/baseline", "25.0", "4"),
        ("tiny-python-1/ut", "75.0", "4"),
        ("tiny-python-1/baseline-3", "25.0", "4"),
        ("tiny-python-1/ut-3", "75.0", "4"),
    ]
    assert "tiny-python-1: 16 of 16 done; baseline 25.0 %, ut 75.0 %" in found.err
    assert found.err.splitlines()[-2] == "- Tiny is no benchmark to speak of."
    assert found.err.splitlines()[-1] == "selfdebug: for details: selfdebug report tiny-python-1"
    with RunStore(STORE) as store:
        [first, *_] = store.find(["tiny-python-1"])
    assert first.provenance.command == (
        "selfdebug bench tiny:python --model tiny --feedback baseline,ut --policy restart --samples 1,3"
        " --style zero-shot --selector majority-vote --max-turns 6"
        f" --max-reply-tokens 2048 --base-url {server.url} --data data --store s.db"
    )
    assert list(first.provenance.data) == ["tiny/python.jsonl"]
    assert (first.provenance.isolation in ("bubblewrap", "landlock"), first.provenance.model) == (True, "tiny")
    assert "Python 3." in first.provenance.machine


@pytest.mark.usefixtures("isolated")
def test_policies_are_a_dimension_of_what_debugs(run: Run, server: ModelServer) -> None:
    arguments = ["--base-url", server.url, "--feedback", "baseline,ut", "--policy", "chain,restart", "--samples", "1,2"]
    found = run("bench", "tiny:python", *arguments)
    assert found.code == 0, found.err
    names = ["baseline", "ut-chain", "ut", "baseline-2", "ut-chain-2", "ut-2"]
    assert [row[0] for row in rows(found.out)[1:]] == [f"tiny-python-1/{name}" for name in names]
    assert "ut-chain 75.0 %, ut 75.0 %" in found.err
    report = run("report", "tiny-python-1").out
    assert "| ut, chain, 2 samples |" in report
    assert "--policy chain,restart" in report


def test_kinds_that_fit_are_the_default_and_quiet_is_quiet(run: Run, server: ModelServer) -> None:
    found = run("bench", "tiny:sql", "--base-url", server.url, "--limit", "2", "--quiet", "--name", "mine")
    assert (found.code, found.err) == (0, "")
    assert [row[0] for row in rows(found.out)[1:]] == ["mine/baseline", "mine/simple", "mine/execution", "mine/expl"]
    again = run("bench", "tiny:sql", "--base-url", server.url, "--name", "mine")
    assert again.code == 2
    assert "There is a run mine already: choose another --name" in again.err


def test_tasks_are_skipped_and_stay_so_when_it_is_resumed(run: Run, server: ModelServer) -> None:
    arguments = ("--base-url", server.url, "--feedback", "baseline", "--skip", "1", "--limit", "1", "--name", "mine")
    assert run("bench", "tiny:sql", *arguments).code == 0
    report = run("report", "mine").out
    assert "Limited to tasks 2 to 2 of 3." in report
    assert "--skip 1 --limit 1" in report
    change("DELETE FROM run_task")
    resumed = run("runs", "resume", "mine")
    assert (resumed.code, [row[4] for row in rows(resumed.out)[1:]]) == (0, ["1"])
    assert "Limited to tasks 2 to 2 of 3." in run("report", "mine").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["tiny:sql", "--feedback", "ut"],
            "Feedback ut fits no task of tiny:sql: choose from baseline, simple, expl, execution.",
        ),
        (["tiny", "--feedback", "ut,nonsense"], "--feedback nonsense is unknown: choose from baseline, simple"),
        (["tiny", "--policy", "best"], "--policy best is unknown: choose from chain, "),
        (["tiny", "--feedback", "ut,UT"], "--feedback lists ut twice"),
        (["tiny", "--feedback", "ut,"], "'ut,' has an empty one"),
        (["tiny", "--samples", "1,1"], "--samples lists 1 twice"),
        (["tiny", "--samples", "0"], "--samples takes whole numbers from 1 to 9999, such as 1,8, not '0'."),
        (["tiny", "--samples", "x"], "not 'x'"),
        (["tiny", "--samples", "8", "--max-calls", "3"], "max_calls must be at least 8"),
        (["tiny", "--samples", "8", "--programs", "p.jsonl"], "so --samples must be 1"),
        (["tiny", "--programs", "p.jsonl"], "There is no file p.jsonl"),
        (["tiny", "--name", "a/b"], "--name may have letters, digits"),
        (["tinny"], "did you mean tiny?"),
        (["tiny", "--limit", "0"], "--limit"),
        (["tiny:sql", "--skip", "-1"], "--skip"),
        (["tiny:sql", "--skip", "99"], "--skip 99 leaves no task of tiny:sql: it has 3."),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_asked(
    run: Run, server: ModelServer, arguments: list[str], said: str
) -> None:
    found = run("bench", *arguments, "--base-url", server.url)
    assert (found.code, found.out, server.requests) == (2, "", [])
    assert said in " ".join(found.err.replace("│", " ").split())


def test_what_is_missing_ends_with_3(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    assert run("bench", "tiny:other").code == 3
    assert "no model is named" in run("bench", "tiny:sql").err
    tiny.write(Path("data"), "sql", [{"count": "item", "missing": "there is no database wta_1"}])
    found = run("bench", "tiny:sql")
    assert (found.code, "there is no database wta_1" in found.err) == (3, True)
    assert rows(run("runs", "--store", "s.db").out) == []


def test_a_failing_server_ends_with_3_and_resuming_goes_on(run: Run, server: ModelServer) -> None:
    healthy = server._server.script
    server._server.script = lambda request: tiny.reply(request) if len(server.requests) < 4 else Failure(401, "no key")
    found = run("bench", "tiny:sql", "--base-url", server.url, "--name", "mine", "--concurrency", "1")
    assert found.code == 3
    assert "Finished tasks are stored. To continue: selfdebug runs resume mine" in found.err
    assert "Traceback" not in found.err
    asked = len(server.requests)
    server._server.script = healthy
    resumed = run("runs", "resume", "mine")
    assert (resumed.code, [row[4] for row in rows(resumed.out)[1:]]) == (0, ["3"] * 4)
    before, after = server.requests[: asked - 1], server.requests[asked:]
    assert not [request for request in after if request in before]
    again = run("runs", "resume", "mine/expl")
    assert (again.code, len(rows(again.out)), len(server.requests)) == (0, 2, asked + len(after))


def test_tasks_that_the_server_refuses_are_said_at_the_end(run: Run) -> None:
    tiny.write(Path("data"), "sql", [{"count": "item"}] * 2)

    def answer(request: dict[str, object]) -> str | Failure:
        return Failure(400, "not this one") if "count_1" in str(request) else tiny.reply(request)

    with ModelServer(answer) as server:
        found = run("bench", "tiny:sql", "--base-url", server.url, "--feedback", "baseline,expl", "--concurrency", "1")
    assert found.code == 3
    assert rows(found.out)[1][4:7] == ["1", "of", "2"]
    assert "Tiny/1 is left out" in found.err
    assert "the server refused 1 task" in found.err.splitlines()[-1]
    assert "selfdebug runs resume tiny-sql-1" in found.err.splitlines()[-1]


@pytest.fixture
def mine(run: Run, server: ModelServer) -> ModelServer:
    """Runs ``mine`` of which two of three tasks are done."""
    assert run("bench", "tiny:sql", "--base-url", server.url, "--name", "mine", "--limit", "2", "--quiet").code == 0
    change("UPDATE run SET tasks = 3, source = replace(source, '\"limit\": 2', '\"limit\": null')")
    return server


def change(statement: str) -> None:
    connection = sqlite3.connect(STORE)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_runs_are_listed_and_shown(run: Run, mine: ModelServer) -> None:
    listed = run("runs")
    assert [row[0] for row in rows(listed.out)] == [
        "run",
        "mine/expl",
        "mine/execution",
        "mine/simple",
        "mine/baseline",
    ]
    assert "2 of 3" in listed.out
    assert run("runs", "list").out == listed.out
    plain = json.loads(run("runs", "--json").out)
    assert (plain[0]["id"], plain[0]["totals"]["done"], plain[0]["tasks"]) == ("mine/expl", 2, 3)
    shown = run("runs", "show", "mine")
    for part in (
        "Tiny (tiny:sql), tiny at http://127",
        "mine/expl",
        "zero-shot, selector majority-vote, max turns 6",
        "again",
        "tiny/sql.jsonl",
    ):
        assert part in shown.out
    assert [each["id"] for each in json.loads(run("runs", "show", "mine/expl", "--json").out)] == ["mine/expl"]


def test_a_task_is_shown_whole(run: Run, mine: ModelServer) -> None:
    found = run("runs", "show", "mine/expl", "Tiny/1")
    for part in ("count_1: how many item are there?", "SELECT COUNT(*) FROM item", "Turn 2", "I read it", "Stopped"):
        assert part in found.out
    assert json.loads(run("runs", "show", "mine/expl", "Tiny/1", "--json").out)["feedback"] == "expl"
    several = run("runs", "show", "mine", "Tiny/1")
    assert (several.code, "choose from mine/baseline, mine/simple, mine/execution, mine/expl" in several.err) == (
        2,
        True,
    )
    unknown = run("runs", "show", "mine/expl", "Tiny/9")
    assert (unknown.code, "no task 'Tiny/9'" in unknown.err) == (2, True)


def test_an_unknown_run_is_wrong_usage(run: Run, mine: ModelServer) -> None:
    for command in (["show"], ["resume"], ["delete", "--yes"]):
        found = run("runs", *command, "min")
        assert (found.code, "did you mean mine" in found.err) == (2, True)


def test_deleting_asks_first(run: Run, mine: ModelServer) -> None:
    refused = run("runs", "delete", "mine/expl")
    assert (refused.code, "Pass --yes to delete mine/expl" in refused.err) == (2, True)
    assert run("runs", "delete", "mine/expl", "--yes").code == 0
    assert [row[0] for row in rows(run("runs").out)[1:]] == ["mine/execution", "mine/simple", "mine/baseline"]
    asked = len(mine.requests)
    assert run("bench", "tiny:sql", "--base-url", mine.url, "--limit", "2").code == 0
    assert len(mine.requests) == asked  # replies stay


def test_a_run_that_cannot_be_read_is_named_and_can_be_deleted(run: Run, mine: ModelServer) -> None:
    change("UPDATE run SET settings = '[]' WHERE id = 'mine/simple'")
    found = run("runs")
    assert (found.code, "The stored run mine/simple cannot be read" in found.err) == (3, True)
    assert run("runs", "delete", "mine/simple", "--yes").code == 0
    assert [row[0] for row in rows(run("runs").out)[1:]] == ["mine/expl", "mine/execution", "mine/baseline"]


def test_two_commands_do_not_take_one_name(run: Run, mine: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    names = iter(["mine", "tiny-sql-7"])  # the first one as if another process took it at the same moment
    monkeypatch.setattr(RunStore, "next_name", lambda *_: next(names))
    found = run("bench", "tiny:sql", "--base-url", mine.url, "--feedback", "baseline", "--limit", "1")
    assert (found.code, rows(found.out)[1][0]) == (0, "tiny-sql-7/baseline")


def test_large_limits_are_shown_whole(run: Run, server: ModelServer) -> None:
    given = ["--max-total-tokens", "12345678", "--max-seconds", "1234567.5"]
    assert run("bench", "tiny:sql", "--base-url", server.url, "--limit", "1", *given).code == 0
    shown = run("runs", "show", "tiny-sql-1").out
    assert "max total tokens 12345678, max seconds 1234567.5" in shown
    assert "--max-total-tokens 12345678 --max-seconds 1234567.5" in shown


def test_runs_that_are_deleted_at_work_are_not_said_to_go_on(run: Run) -> None:
    def answer(request: dict[str, object]) -> str:
        if "count_1" in str(request):
            with RunStore(STORE) as store:
                store.delete(["t"] if store.all() else [])
        return tiny.reply(request)

    with ModelServer(answer) as server:
        found = run("bench", "tiny:sql", "--base-url", server.url, "--name", "t", "--concurrency", "1")
    assert found.code == 2
    assert found.err.splitlines()[-1] == "selfdebug: The run t/baseline was deleted while it was running."


def test_resuming_refuses_other_data_and_other_prompts(run: Run, mine: ModelServer) -> None:
    asked = len(mine.requests)
    tiny.write(Path("data"), "sql", [{"count": "item"}] * 4)
    found = run("runs", "resume", "mine")
    assert (found.code, "tiny/sql.jsonl has changed since: bring the old file back" in found.err) == (2, True)
    tiny.write(Path("data"), "sql", [{"count": "item"}] * 3)
    change('UPDATE run SET provenance = replace(provenance, \'"prompts": "\', \'"prompts": "0\')')
    found = run("runs", "resume", "mine")
    assert (found.code, "the prompts have changed since" in found.err) == (2, True)
    assert len(mine.requests) == asked


def test_resuming_refuses_another_file_of_first_programs(run: Run, server: ModelServer) -> None:
    programs = Path("first.jsonl")
    lines = [json.dumps({"task_id": f"Tiny/{n}", "solution": "SELECT 1"}) for n in range(3)]
    programs.write_text("\n".join(lines))
    found = run("bench", "tiny:sql", "--base-url", server.url, "--programs", programs, "--feedback", "simple")
    assert found.code == 0
    with RunStore(STORE) as store:
        assert "--programs first.jsonl" in store.all()[0].provenance.command
    programs.write_text("\n".join(lines[1:]))
    assert run("runs", "resume", "tiny-sql-1").code == 0  # nothing is left to do
    change("UPDATE run SET tasks = 4")
    found = run("runs", "resume", "tiny-sql-1")
    assert (found.code, "first programs: first.jsonl has changed since" in found.err) == (2, True)
    programs.unlink()
    assert run("runs", "resume", "tiny-sql-1").code == 3


def test_resuming_refuses_when_other_tasks_can_be_scored(run: Run, server: ModelServer) -> None:
    tiny.write(Path("data"), "sql", [{"count": "item"}, {"count": "item", "missing": "there is no wta_1"}] * 2)
    assert run("bench", "tiny:sql", "--base-url", server.url, "--feedback", "baseline", "--name", "t").code == 0
    change("DELETE FROM run_task WHERE place > 0")
    assert run("runs", "resume", "t").code == 0
    change("DELETE FROM run_task")
    lines = Path("data/tiny/sql.jsonl").read_bytes()
    tiny.write(Path("data"), "sql", [{"count": "item"}] * 4)
    old, new = (hashlib.sha256(text).hexdigest() for text in (lines, Path("data/tiny/sql.jsonl").read_bytes()))
    change(f"UPDATE run SET provenance = replace(provenance, '{old}', '{new}')")  # as if a database were added
    found = run("runs", "resume", "t")
    assert (
        found.code,
        "tasks that can be scored were 2 and are 4, those that cannot were 2 and are 0" in found.err,
    ) == (2, True)


def test_resuming_elsewhere_says_so(run: Run, mine: ModelServer) -> None:
    was, shall_be = '"isolation": "read-only databases', '"isolation": "landlock'
    change(f"UPDATE run SET provenance = replace(provenance, '{was}', '{shall_be}')")
    change('UPDATE run SET provenance = replace(provenance, \'"machine": "\', \'"machine": "A toaster, \')')
    found = run("runs", "resume", "mine")
    assert found.code == 0
    with RunStore(STORE) as store:
        notes = store.all()[0].notes[-2:]
    assert notes[0].startswith("Started on A toaster, ")
    assert notes[1] == "Started with isolation landlock, resumed with read-only databases."
    assert all(note in found.err for note in notes)


def test_resuming_with_another_version_or_server_says_so(run: Run, mine: ModelServer) -> None:
    change('UPDATE run SET provenance = replace(provenance, \'"version": "\', \'"version": "0\')')
    with ModelServer(tiny.reply) as other:
        found = run("runs", "resume", "mine", "--base-url", other.url)
    assert found.code == 0
    assert "selfdebug: Started with selfdebug 00.1.0, resumed with" in found.err
    with RunStore(STORE) as store:
        assert store.all()[0].notes[-1] == f"Started with the server {mine.url}, resumed with {other.url}."


def test_a_store_does_not_decide_where_a_key_is_sent(run: Run, mine: ModelServer) -> None:
    change("UPDATE run SET source = replace(source, '127.0.0.1', 'evil.example')")
    found = run("runs", "resume", "mine")
    assert (found.code, "A key is not sent to an address that only the store names" in found.err) == (2, True)


def test_a_store_does_not_decide_that_isolation_is_left_out(run: Run, mine: ModelServer) -> None:
    found = run("runs", "resume", "mine", "--unsafe")
    assert (found.code, "leave out --unsafe" in found.err) == (2, True)
    change("UPDATE run SET source = replace(source, '\"unsafe\": false', '\"unsafe\": true')")
    found = run("runs", "resume", "mine")
    assert (found.code, "pass --unsafe" in found.err) == (2, True)


def test_credentials_are_not_stored_and_resuming_takes_them_from_the_settings(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    with ModelServer(tiny.reply) as server:
        with_password = server.url.replace("http://", "http://me:s3cret-word@") + "?token=hidden-token"
        found = run("bench", "tiny:sql", "--base-url", with_password, "--limit", "1", "--feedback", "baseline")
        assert found.code == 0
        monkeypatch.setenv("SELFDEBUG_BASE_URL", with_password)
        change("UPDATE run SET tasks = 3, source = replace(source, '\"limit\": 1', '\"limit\": null')")
        assert run("runs", "resume", "tiny-sql-1").code == 0
        assert [call.headers["authorization"] for call in server.calls] == [
            server.calls[0].headers["authorization"]
        ] * 3
    stored = b"".join(path.read_bytes() for path in Path().glob("s.db*"))
    for secret in (b"s3cret-word", b"hidden-token", b"sk-very-secret"):
        assert secret not in stored
    assert b"me:" not in stored


def test_interrupted_it_says_how_to_go_on_and_resuming_ends_the_same(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(request: dict[str, object]) -> Answer:
        return Answer(tiny.reply(request), delay=0.0 if len(server.requests) < 6 else 60.0)

    with ModelServer(slow) as server:
        arguments = [*COMMAND, "bench", "tiny:sql", "--base-url", server.url, "--name", "t", "--concurrency", "1"]
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while len(server.requests) < 6:
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (130, "")
        last = "selfdebug: interrupted. Finished tasks are stored. To continue: selfdebug runs resume t"
        assert err.splitlines()[-1] == last
        assert "Traceback" not in err
        server._server.script = tiny.reply
        asked = len(server.requests)
        assert run("runs", "resume", "t").code == 0
        assert not [request for request in server.requests[asked:] if request in server.requests[:5]]
        monkeypatch.setenv("SELFDEBUG_STORE", "other.db")
        assert run("bench", "tiny:sql", "--base-url", server.url, "--name", "t").code == 0
    assert what_came(STORE) == what_came("other.db")


@pytest.mark.parametrize("ignored", [(), (signal.SIGINT,)], ids=["", "in the background"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_is_answered_like_an_interrupt(
    run: Run, number: signal.Signals, ignored: tuple[signal.Signals, ...]
) -> None:
    def slow(request: dict[str, object]) -> Answer:
        return Answer(tiny.reply(request), delay=0.0 if len(server.requests) < 6 else 60.0)

    def begin() -> None:
        for each in ignored:
            signal.signal(each, signal.SIG_IGN)

    with ModelServer(slow) as server:
        arguments = [*COMMAND, "bench", "tiny:sql", "--base-url", server.url, "--name", "t", "--concurrency", "1"]
        process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=begin
        )
        while len(server.requests) < 6:
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    last = "selfdebug: interrupted. Finished tasks are stored. To continue: selfdebug runs resume t"
    assert err.splitlines()[-1] == last
    assert "Traceback" not in err
    assert run("runs", "show", "t").code == 0


def test_a_terminal_shows_a_table_while_it_works(server: ModelServer) -> None:
    server._server.delay = 0.1
    code, text = in_terminal([*COMMAND, "bench", "tiny:sql", "--base-url", server.url, "--name", "t"])
    assert code == 0, text
    assert "at work" in text
    assert "stored or shared" in text
    assert "repaired" in text
    assert "t/expl" in text[text.rindex("\x1b[2K") :]


def a_result(index: int, passed: bool) -> TaskResult:
    score = Score(passed)
    return TaskResult(index, f"T/{index}", "", (score,), score, passed, "judged correct")


def test_elsewhere_a_line_is_written_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    runs = [replace(a_run(f"t/{kind}"), tasks=4) for kind in ("baseline", "ut")]
    with RunProgress(Console(file=stream), runs, {run.id: Totals() for run in runs}) as progress:
        progress(ResultStored("t/ut", a_result(0, True)))
        assert stream.getvalue() == ""
        monkeypatch.setattr(run_progress, "_SECONDS_BETWEEN_LINES", -1.0)
        progress(ResultStored("t/ut", a_result(1, False)))
        assert "t: 2 of 8 done; baseline –, ut 50.0 %; 0 at work, 0 calls, 0 tokens" in stream.getvalue()
        assert " left" in stream.getvalue()
    task = next(tiny.TinyBenchmark(Path("data/tiny"), "sql").tasks())
    with RunProgress(Console(file=stream), runs, {run.id: Totals() for run in runs}, quiet=True) as progress:
        before = stream.getvalue()
        for event in (TaskRefused("t/ut", task, "no"), ResultStored("t/ut", a_result(0, True)), TaskEnded(task)):
            progress(event)
    assert stream.getvalue() == before
    assert (progress.refused, progress.refusal, progress.totals["t/ut"].done) == ({0}, "no", 1)


def test_progress_has_the_cost_in_money_where_prices_are_given() -> None:
    stream = io.StringIO()
    answered = Answered(Exchange("fix", (), 0, Reply("x", prompt_tokens=1_000_000, completion_tokens=100_000)), FIX)
    with RunProgress(
        Console(file=stream, width=200), [a_run("t/ut")], {"t/ut": Totals()}, prices=Prices(2, 10)
    ) as progress:
        progress(answered)
    assert "1 calls, 1.10M tokens, $3.00" in stream.getvalue()


def test_numbers_are_short() -> None:
    assert [brief(n) for n in (0, 999, 1000, 12_345, 999_000, 4_560_000)] == [
        "0",
        "999",
        "1.00k",
        "12.3k",
        "999k",
        "4.56M",
    ]
    assert [duration(s) for s in (3.4, 99, 100, 3600, 11_100)] == ["3 s", "99 s", "2 min", "60 min", "3 h 05 min"]


def test_the_embedded_model_is_measured_and_resumed(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = run("bench", "tiny:python", "--feedback", "baseline", "--max-reply-tokens", "4", "--name", "own")
    assert found.code == 0, found
    assert "using the built-in demo model" in found.err
    shown = json.loads(run("runs", "show", "own", "--store", "s.db", "--json").out)[0]
    assert (shown["source"]["model"], shown["source"]["base_url"]) == ("embedded", "")
    assert (shown["provenance"]["model"], shown["settings"]["style"]) == ("embedded", "zero-shot")
    assert "--model embedded" in shown["provenance"]["command"]

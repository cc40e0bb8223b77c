"""The runner: every task under every configuration, once, from the same first programs, whatever happens."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import pytest

from selfdebug.benchmarks import Failure
from selfdebug.benchmarks.programs_file import ProgramsFileError
from selfdebug.models import RefusedRequestError, WrongKeyError
from selfdebug.runs import RunSource, RunStore
from selfdebug.runs.grid import Grid, survey
from selfdebug.runs.runner import ResultStored, RunEvent, TaskRefused
from selfdebug.settings import Settings
from selfdebug.storage import StoreError
from tests.model_server import Answer, Body, ModelServer
from tests.model_server import Failure as Fails
from tests.runs import tiny
from tests.runs.doing import PROVENANCE, do_grid, what_came

pytestmark = pytest.mark.usefixtures("isolated")


async def test_results_say_what_each_program_scored(folder: Path, tmp_path: Path) -> None:
    with ModelServer(tiny.reply) as server:
        await do_grid(folder, server.url, tmp_path / "s.db")
    came = what_came(tmp_path / "s.db")
    assert {run: [r.answer.passed for r, _ in found] for run, found in came.items()} == {
        "t/baseline": [False, False, True, False, True, False],
        "t/simple": [False, True, True, True, True, False],
        "t/ut": [False, True, True, True, True, False],
    }
    by_task = [result for result, _ in came["t/ut"]]
    assert [[score.passed for score in result.scores] for result in by_task[:3]] == [[False] * 7, [False, True], [True]]
    assert [result.repaired for result in by_task[:3]] == [False, True, False]
    assert [result.first_passed for result in by_task[:3]] == [False, False, True]
    assert [r.category for r in by_task[:2]] == ["easy", "hard"]
    assert (by_task[1].ending, by_task[1].judged_correct, by_task[1].cost.calls) == ("judged correct", True, 2)
    assert (by_task[0].ending, by_task[0].judged_correct) == ("out of turns", False)
    assert by_task[0].answer.failure is Failure.WRONG
    for found in came.values():
        for result, trajectory in found:
            assert len(result.scores) == len(trajectory.turns)


async def test_progress_has_the_seconds_of_the_model(folder: Path, tmp_path: Path) -> None:
    with ModelServer(lambda request: Answer(tiny.reply(request), delay=0.02)) as server:
        await do_grid(folder, server.url, tmp_path / "s.db", ("ut+expl",))
    with RunStore(tmp_path / "s.db") as store:
        for result in store.results("t/ut+expl"):
            replies = [each.reply for each in store.trajectory("t/ut+expl", result.task).exchanges]
            seconds = [step.seconds or 0 for step in result.progress]
            assert seconds == sorted(seconds)
            assert seconds[0] == pytest.approx(replies[0].seconds)
            assert seconds[-1] == pytest.approx(sum(reply.seconds for reply in replies))


def test_style_that_nobody_chose_is_that_of_the_model(folder: Path) -> None:
    benchmark = tiny.open_benchmark(folder, "python")
    [run] = Grid(benchmark, Settings(), ["ut"], ["restart"], [1], survey(benchmark)).runs("t", PROVENANCE, RunSource())
    assert run.settings.style == "few-shot"


async def test_each_distinct_program_of_a_task_is_scored_once(folder: Path, tmp_path: Path) -> None:
    with ModelServer(tiny.reply) as server:
        await do_grid(folder, server.url, tmp_path / "s.db", samples=(1, 4))
    assert len(tiny.SCORED) == len(set(tiny.SCORED)) == 6 + 2  # a first program each; two tasks get another one
    result, trajectory = what_came(tmp_path / "s.db")["t/ut-4"][2]
    assert (result.sample_passed, result.selected, len(trajectory.samples)) == ((True,) * 4, 0, 4)


async def test_configurations_start_alike_though_the_server_is_random(folder: Path, tmp_path: Path) -> None:
    numbers = itertools.count()

    def answer(request: Body) -> str:
        """Never the same twice, at temperature 0 neither; at times with what cannot be read."""
        if "erdict" in request["messages"][-1]["content"]:
            return "Verdict: wrong"
        n = next(numbers)
        return "I cannot." if random.random() < 0.2 else f"```python\ndef add_1(n):\n    return {n}\n```"

    tiny.write(folder, "python", tiny.additions(4, shown=1))
    kinds = ("baseline", "simple", "ut+expl", "trace")
    with ModelServer(answer) as server:
        await do_grid(folder, server.url, tmp_path / "s.db", kinds, samples=(1, 3))
    came = what_came(tmp_path / "s.db")
    for suffix in ("", "-3"):
        starts = [
            [(trajectory.turns[:1] and trajectory.turns[0].program, trajectory.samples) for _, trajectory in came[name]]
            for name in (f"t/{kind}{suffix}" for kind in kinds)
        ]
        assert len(starts) == 4
        assert all(start == starts[0] for start in starts)
        assert len({str(start) for start in starts[0]}) > 1


async def test_what_is_done_is_not_done_again(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    with ModelServer(tiny.reply) as server:
        await do_grid(folder, server.url, store, limit=2)
        asked = len(server.requests)
        events: list[RunEvent] = []
        await do_grid(folder, server.url, store, limit=2, watch=events.append)
        assert (len(server.requests), events) == (asked, [])
        await do_grid(folder, server.url, store, watch=events.append)
    stored = [(event.run_id, event.result.index) for event in events if isinstance(event, ResultStored)]
    assert sorted(stored) == sorted((f"t/{kind}", n) for kind in ("baseline", "simple", "ut") for n in range(2, 6))


async def test_a_task_is_done_under_all_configurations_before_the_next(folder: Path, tmp_path: Path) -> None:
    events: list[RunEvent] = []
    with ModelServer(tiny.reply) as server:
        await do_grid(folder, server.url, tmp_path / "s.db", concurrency=1, watch=events.append)
    order = [(event.result.index, event.run_id) for event in events if isinstance(event, ResultStored)]
    assert order == [(n, f"t/{kind}") for n in range(6) for kind in ("baseline", "simple", "ut")]


async def test_so_many_tasks_are_at_work_at_one_time(folder: Path, tmp_path: Path) -> None:
    tiny.write(folder, "python", tiny.additions(12))
    with ModelServer(tiny.reply, delay=0.1) as server:
        await do_grid(folder, server.url, tmp_path / "s.db", ("baseline",), concurrency=5)
        assert server.most_at_once == 5


async def test_a_kind_that_does_not_fit_leaves_the_first_program_as_the_answer(folder: Path, tmp_path: Path) -> None:
    tiny.write(folder, "python", [{"add": 2}, {"add": 3, "shown": 0}, {"add": 4, "missing": "there is no compiler"}])
    with ModelServer(tiny.reply) as server:
        runs = await do_grid(folder, server.url, tmp_path / "s.db", ("simple", "ut"))
    came = what_came(tmp_path / "s.db")
    assert [run.tasks for run in runs] == [2, 2]
    assert [result.index for result, _ in came["t/ut"]] == [0, 1]
    assert (came["t/ut"][1][1].feedback, came["t/simple"][1][1].feedback) == ("baseline", "simple")
    assert len(came["t/ut"][1][1].turns) == 1
    left_out = "1 task was left out because they cannot be scored here (there is no compiler)."
    own = "Tiny is no benchmark to speak of."
    assert runs[0].notes == (own, left_out)
    assert runs[1].notes == (
        own, left_out, "Tasks that feedback ut does not fit: 1 of 2. Their first programs are their answers.",
    )  # fmt: skip


async def test_queries_are_debugged_and_scored(folder: Path, tmp_path: Path) -> None:
    with ModelServer(tiny.reply) as server:
        await do_grid(folder, server.url, tmp_path / "s.db", ("baseline", "expl"), variant="sql")
    came = what_came(tmp_path / "s.db")
    assert [result.answer.passed for result, _ in came["t/expl"]] == [False, True, True, True]
    assert [result.first_passed for result, _ in came["t/expl"]] == [False, False, True, False]
    assert {len(trajectory.turns) for _, trajectory in came["t/expl"]} == {1, 3}  # a third that repeats the second


async def test_without_a_program_the_answer_has_not_passed(folder: Path, tmp_path: Path) -> None:
    with ModelServer("I would rather not.") as server:
        await do_grid(folder, server.url, tmp_path / "s.db", ("ut",))
    for result, trajectory in what_came(tmp_path / "s.db")["t/ut"]:
        assert (result.scores, result.answer.passed, result.answer.failure) == ((), False, Failure.NO_PROGRAM)
        assert result.answer.reason.startswith("unreadable reply")
        assert trajectory.answer is None


async def test_a_wrong_key_stops_all_and_what_is_done_stays(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    allowed = 7

    def answer(request: Body) -> str | Fails:
        return tiny.reply(request) if len(server.requests) <= allowed else Fails(401, "no such key")

    with ModelServer(answer) as server:
        with pytest.raises(WrongKeyError):
            await do_grid(folder, server.url, store, concurrency=1)
        before = what_came(store)
        assert 0 < sum(map(len, before.values())) < 18
        allowed = 1000
        asked = len(server.requests)
        await do_grid(folder, server.url, store)
        conversations = [json.dumps(request["messages"]) for request in server.requests[: asked - 1]]
        assert not {json.dumps(request["messages"]) for request in server.requests[asked:]} & set(conversations)
        await do_grid(folder, server.url, tmp_path / "undisturbed.db")
    after = what_came(store)
    assert after == what_came(tmp_path / "undisturbed.db")
    assert all(after[run][: len(found)] == found for run, found in before.items())


async def test_one_request_that_is_refused_stops_nobody(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    refusing = True

    def answer(request: Body) -> str | Fails:
        odd = refusing and "adds 3" in request["messages"][1]["content"]
        return Fails(400, "content management policy") if odd else tiny.reply(request)

    events: list[RunEvent] = []
    with ModelServer(answer) as server:
        await do_grid(folder, server.url, store, concurrency=1, watch=events.append)
        assert len(what_came(store)["t/ut"]) == 5
        refused = [event for event in events if isinstance(event, TaskRefused)]
        assert [(event.run_id, event.task.index) for event in refused] == [
            (f"t/{k}", 3) for k in ("baseline", "simple", "ut")
        ]
        assert "content management policy" in refused[0].reason
        refusing = False
        await do_grid(folder, server.url, store)
    assert len(what_came(store)["t/ut"]) == 6


async def test_odd_requests_may_be_the_first_ones(folder: Path, tmp_path: Path) -> None:
    def answer(request: Body) -> Answer | Fails:
        odd = any(f"adds {n} to n" in request["messages"][1]["content"] for n in range(5))
        return Fails(400, "content management policy") if odd else Answer(tiny.reply(request), delay=0.1)

    with ModelServer(answer) as server:
        await do_grid(folder, server.url, tmp_path / "s.db", ("baseline", "ut"), concurrency=2)
    assert {name: [result.index for result, _ in found] for name, found in what_came(tmp_path / "s.db").items()} == {
        "t/baseline": [5],
        "t/ut": [5],
    }


async def test_a_server_that_refuses_from_the_start_stops_all(folder: Path, tmp_path: Path) -> None:
    tiny.write(folder, "python", tiny.additions(60))
    with ModelServer(Fails(400, "max_tokens is too large")) as server:
        with pytest.raises(RefusedRequestError, match="max_tokens is too large"):
            await do_grid(folder, server.url, tmp_path / "s.db")
        assert len(server.requests) <= 3 * (20 + 4) * 2


async def test_a_run_that_is_deleted_while_it_is_at_work_ends(folder: Path, tmp_path: Path) -> None:
    def watch(event: RunEvent) -> None:
        if isinstance(event, ResultStored):
            with RunStore(tmp_path / "s.db") as other:
                other.delete(["t/ut"] if other.find(["t"])[-1].id == "t/ut" else [])

    with ModelServer(tiny.reply) as server, pytest.raises(StoreError, match="deleted while it was running"):
        await do_grid(folder, server.url, tmp_path / "s.db", watch=watch)


async def test_a_benchmark_may_prescribe_the_exemplars_of_first_programs(folder: Path, tmp_path: Path) -> None:
    tiny.write(folder, "3-shot", [{"add": 1}])
    with ModelServer(tiny.reply) as server:
        await do_grid(folder, server.url, tmp_path / "s.db", ("ut",), variant="3-shot", style="few-shot")
        first, fix = [request["messages"] for request in server.requests]
    questions = [message["content"] for message in first if message["role"] == "user"]
    assert len(questions) == 4
    for n, question in enumerate(questions[:3]):
        assert f"adds {9000 + n} to n" in question
        assert question.count(f"assert add_{9000 + n}(") == 3
    assert [f"return n + {9000 + n}" in m["content"] for n, m in enumerate(first[2:8:2])] == [True] * 3
    assert not any("add_9000" in message["content"] for message in fix)
    assert len(fix) > len(first)


def given_programs(folder: Path, lines: list[dict[str, str]]) -> str:
    path = folder / "first.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


async def test_first_programs_may_be_given(folder: Path, tmp_path: Path) -> None:
    programs = given_programs(
        folder,
        [
            {"task_id": "Tiny/3", "solution": "def add_3(n):\n    return n\n"},
            {"task_id": "Tiny/1", "solution": "def add_1(n):\n    return n + 1\n"},
        ],
    )
    with ModelServer(tiny.reply) as server:
        runs = await do_grid(folder, server.url, tmp_path / "s.db", ("baseline", "ut"), programs=programs)
        assert len(server.requests) == 1
    came = what_came(tmp_path / "s.db")
    assert runs[0].tasks == 2
    assert [result.answer.passed for result, _ in came["t/baseline"]] == [True, False]
    assert [result.answer.passed for result, _ in came["t/ut"]] == [True, True]
    assert came["t/ut"][1][1].turns[0].program.code == "def add_3(n):\n    return n\n"
    assert "The first programs were given, in first.jsonl; the model wrote none of them." in runs[0].notes


async def test_two_first_programs_of_one_task_are_refused(folder: Path, tmp_path: Path) -> None:
    programs = given_programs(folder, [{"task_id": "Tiny/3", "solution": "pass"}] * 2)
    with ModelServer(tiny.reply) as server, pytest.raises(ProgramsFileError, match="several programs for Tiny/3"):
        await do_grid(folder, server.url, tmp_path / "s.db", programs=programs)


async def test_an_answer_that_debugging_made_wrong_counts_as_broken(folder: Path, tmp_path: Path) -> None:
    tiny.write(folder, "python", [{"add": 2}])
    right = "```python\ndef add_2(n):\n    return n + 2\n```"
    wrong = "```python\ndef add_2(n):\n    return n + 2 if n < 2 else 0\n```"
    with ModelServer([right, "I see no add.\nVerdict: wrong", Answer(wrong), "Verdict: correct"]) as server:
        tiny.write(folder, "python", [{"add": 2, "shown": 0}])
        await do_grid(folder, server.url, tmp_path / "s.db", ("simple",))
    [(result, _)] = what_came(tmp_path / "s.db")["t/simple"]
    assert (result.broken, result.repaired, result.judged_correct) == (True, False, True)

"""What stands between the loop and a model: shortening, thinking, completion models, budgets, samples."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest

from selfdebug.debugger import Debugger
from selfdebug.events import Answered, Asking, Event, Explained, Judged, Ran, Selected, Waiting
from selfdebug.models import Endpoint, ModelError, RefusedRequestError, endpoint
from selfdebug.problem import Program
from selfdebug.prompts import exemplars
from selfdebug.settings import Settings
from selfdebug.trajectory import Ending, Selection, Trajectory
from tests.loop.conftest import Workshop
from tests.loop.scenarios import (
    CORRECT,
    EXPLANATION,
    HALF,
    RIGHT_SQUARE,
    SQUARE,
    UNTESTED,
    WRONG_SQUARE,
    python,
    question,
    sql,
)  # fmt: skip
from tests.model_server import Answer, Body, Failure, ModelServer, Reaction, Script


async def debug(
    workshop: Workshop, script: Script, problem: object = SQUARE, form: str = "chat", **settings: object
) -> tuple[Trajectory, list[Body], list[Event]]:
    events: list[Event] = []
    with ModelServer(script) as server:
        async with Endpoint("tiny", server.url, form=form) as model:
            debugger = Debugger(model, workshop.applications, Settings(**settings))
            trajectory = await debugger.debug(problem, watch=events.append)
        return trajectory, server.requests, events


def too_long_above(characters: int, reply: str) -> Script:
    def script(request: Body) -> str | Reaction:
        if sum(len(message["content"]) for message in request["messages"]) > characters:
            return Failure(400, "This model's maximum context length is 8192 tokens.", "context_length_exceeded")
        return reply

    return script


async def test_too_long_a_prompt_loses_exemplars_from_the_front(workshop: Workshop) -> None:
    _, (whole_request,), _ = await debug(workshop, python(RIGHT_SQUARE), feedback="ut")
    length = sum(len(message["content"]) for message in whole_request["messages"])
    trajectory, requests, _ = await debug(workshop, too_long_above(length - 1, python(RIGHT_SQUARE)), feedback="ut")
    counts = [(len(request["messages"]) - 2) // 2 for request in requests]
    assert counts == [4, 2]
    assert trajectory.exchanges[0].exemplars == 2
    # What is left stands nearest to the problem.
    assert requests[1]["messages"][1:] == whole_request["messages"][-5:]
    assert trajectory.correct


async def test_then_the_tables_lose_their_rows(workshop: Workshop) -> None:
    problem = question(workshop.shop)
    _, (whole,), _ = await debug(workshop, sql("SELECT 1"), problem, feedback="baseline", style="zero-shot")
    length = sum(len(message["content"]) for message in whole["messages"])
    trajectory, requests, _ = await debug(
        workshop, too_long_above(length - 1, sql("SELECT 1")), problem, feedback="baseline"
    )
    assert trajectory.answer is not None
    assert trajectory.exchanges[0].exemplars == 0
    assert "First row" in requests[-2]["messages"][-1]["content"]
    assert "First row" not in requests[-1]["messages"][-1]["content"]
    assert "CREATE TABLE sale" in requests[-1]["messages"][-1]["content"]


async def test_then_the_trajectory_ends_and_says_so(workshop: Workshop) -> None:
    trajectory, _, _ = await debug(workshop, too_long_above(10, "never"), feedback="ut")
    assert trajectory.ending is Ending.CONTEXT
    assert trajectory.answer is None
    assert "too long" in trajectory.detail


async def test_a_long_conversation_that_overflows_later_keeps_its_program(workshop: Workshop) -> None:
    script = too_long_above(700, python(WRONG_SQUARE))
    trajectory, _, _ = await debug(workshop, script, feedback="ut+expl", style="zero-shot")
    assert trajectory.ending is Ending.CONTEXT
    assert trajectory.answer is not None
    assert trajectory.answer.code.strip() == WRONG_SQUARE


async def test_thinking_is_kept_but_neither_parsed_nor_sent_back(workshop: Workshop) -> None:
    thought = f"Perhaps {python(RIGHT_SQUARE)}"
    script = [
        Answer(f"<think>{thought}</think>{python(WRONG_SQUARE)}"),
        Answer(EXPLANATION, reasoning=thought),
        python(RIGHT_SQUARE),
    ]
    trajectory, requests, _ = await debug(workshop, script, feedback="ut+expl")
    assert trajectory.turns[0].program.code.strip() == WRONG_SQUARE
    assert [exchange.reply.thinking for exchange in trajectory.exchanges] == [thought, thought, ""]
    assert not any("Perhaps" in message["content"] for request in requests for message in request["messages"])


async def test_completion_models_continue_a_text(workshop: Workshop) -> None:
    script = [python(WRONG_SQUARE) + "\n\n### Request\n\nSomething new", EXPLANATION, python(RIGHT_SQUARE)]
    trajectory, requests, _ = await debug(workshop, script, form="completion", feedback="ut+expl")
    assert trajectory.correct
    for request in requests:
        assert request["prompt"].endswith("### Reply\n\n")
        assert request["stop"]
        assert request["prompt"].count("### Request") == request["prompt"].count("### Reply")
    assert requests[0]["prompt"].startswith("You write Python")


async def test_time_ends_a_call_that_goes_on_for_too_long(workshop: Workshop) -> None:
    script = [Answer(python(WRONG_SQUARE)), Answer("late", delay=30)]
    async with asyncio.timeout(15):
        trajectory, _, _ = await debug(workshop, script, feedback="ut+expl", max_seconds=2.0)
    assert trajectory.ending is Ending.SECONDS
    assert trajectory.answer is not None


async def test_samples_vote_by_their_results(workshop: Workshop) -> None:
    """Two queries that differ in their text and agree in their rows outvote the first one."""
    problem = question(workshop.shop)
    replies = [
        sql("SELECT name FROM product"),
        sql("SELECT title FROM product"),
        "no idea",
        sql("SELECT name FROM product WHERE id = 3"),
        sql("SELECT name FROM product WHERE name = 'juice'"),
        "still none",
    ]
    trajectory, requests, events = await debug(workshop, replies, problem, feedback="baseline", samples=5)
    assert requests[0]["n"] == 5
    assert requests[0]["temperature"] == 0.7
    assert [bool(sample.program) for sample in trajectory.samples] == [True, True, False, True, True]
    assert [sample.ran for sample in trajectory.samples] == [True, False, False, True, True]
    assert trajectory.answer is not None
    assert trajectory.answer.code.endswith("WHERE id = 3")
    assert [event.selection.chosen for event in events if isinstance(event, Selected)] == [3]
    assert trajectory.selection == Selection("majority-vote", 3, "2 of 5 samples give its result.", 0.4)
    assert Trajectory.from_json(trajectory.to_json()) == trajectory
    assert trajectory.cost.calls == 6  # five samples, and one that was asked for again


async def test_samples_that_fail_shown_tests_are_dropped(workshop: Workshop) -> None:
    replies = [python(WRONG_SQUARE), python(WRONG_SQUARE), python(RIGHT_SQUARE)]
    trajectory, requests, _ = await debug(workshop, replies, samples=3, feedback="ut")
    assert trajectory.correct
    assert len(requests) == 1
    assert [sample.accepted for sample in trajectory.samples] == [False, False, True]


async def test_every_sample_is_debugged_before_one_is_selected(workshop: Workshop) -> None:
    cube, power = python("def square(n):\n    return n**3"), python("def square(n):\n    return n**2")
    replies = [python(WRONG_SQUARE), python(RIGHT_SQUARE), cube, power, cube]
    trajectory, _, _ = await debug(workshop, replies, samples=3, feedback="ut", policy="every")
    assert [turn.parent for turn in trajectory.turns] == [None, None, None, 0, 1]
    assert sorted(turn.feedback.verdict for turn in trajectory.turns[:3]) == ["correct", "wrong", "wrong"]
    assert len(trajectory.samples) == 2  # what became right
    assert trajectory.selection
    assert trajectory.selection.reason == "2 of 2 samples give its result."
    assert (trajectory.ending, trajectory.correct) == (Ending.CORRECT, True)


async def test_every_sample_of_a_query_is_judged_on_its_own(workshop: Workshop) -> None:
    replies = [sql("SELECT name FROM product"), sql("SELECT id FROM product"), "Names.\nColumns: 1 (name)",
               "Verdict: wrong", "Verdict: correct", sql("SELECT name FROM product WHERE id = 3"),
               "Verdict: correct"]  # fmt: skip
    trajectory, _, _ = await debug(
        workshop, replies, question(workshop.shop), samples=2, feedback="expl", policy="every"
    )
    verdicts = [(turn.program.code, str(turn.feedback.verdict), turn.parent) for turn in trajectory.turns]
    assert verdicts == [
        ("SELECT name FROM product", "correct", None),
        ("SELECT id FROM product", "wrong", None),
        ("SELECT name FROM product WHERE id = 3", "correct", 1),
    ]


async def test_every_sample_without_a_verdict_ends(workshop: Workshop) -> None:
    replies = [sql("SELECT name FROM product"), sql("SELECT id FROM product")]
    problem = question(workshop.shop)
    trajectory, requests, _ = await debug(workshop, replies, problem, samples=2, feedback="execution", policy="every")
    assert trajectory.ending is Ending.UNSURE
    assert len(requests) == 1
    replies = [*replies, "Names.\nColumns: 1 (name)", "Hm.", "Hm."]
    trajectory, _, _ = await debug(workshop, replies, problem, samples=2, feedback="expl", policy="every")
    assert (trajectory.ending, trajectory.correct) == (Ending.UNSURE, False)


async def test_of_every_sample_one_that_is_judged_correct_is_selected(workshop: Workshop) -> None:
    wrong, other = "SELECT id FROM product", "SELECT id FROM product WHERE id > 0"
    replies = [sql(wrong), sql(other), sql("SELECT name FROM product"), "Names.\nColumns: 1 (name)", "Verdict: correct",
               "Verdict: wrong", sql(wrong), "Verdict: wrong", sql(other)]  # fmt: skip
    trajectory, _, _ = await debug(
        workshop, replies, question(workshop.shop), samples=3, feedback="expl", policy="every"
    )
    right = [turn.program for turn in trajectory.turns if turn.feedback.verdict == "correct"]
    assert trajectory.answer in right
    assert (trajectory.ending, trajectory.correct) == (Ending.CORRECT, True)


@pytest.mark.parametrize("policy", ["restart", "every"])
async def test_only_unreadable_samples_end_without_an_answer(workshop: Workshop, policy: str) -> None:
    trajectory, _, _ = await debug(workshop, "no", samples=2, feedback="ut", policy=policy)
    assert (trajectory.ending, trajectory.answer) == (Ending.UNREADABLE, None)


async def test_a_budget_that_ends_a_repair_leaves_the_other_samples(workshop: Workshop) -> None:
    replies = ["none", python(WRONG_SQUARE), python(RIGHT_SQUARE)]
    trajectory, requests, _ = await debug(workshop, replies, samples=3, max_calls=3, feedback="ut")
    assert len(requests) == 1
    assert trajectory.correct
    assert trajectory.samples[0].unreadable


async def test_the_best_of_several_corrections_is_gone_on_with(workshop: Workshop) -> None:
    first, worse = "def half(n):\n    return 9", "def half(n)\n    return 0"
    better, right = "def half(n):\n    return n // 2", "def half(n):\n    return int(n / 2)"
    drawn = [python(better), python(worse), python(worse), python(right), "no", python(worse)]
    replies = [python(first), *drawn, "still no"]
    trajectory, requests, _ = await debug(workshop, replies, HALF, feedback="ut", policy="branch", max_turns=9)
    assert [request.get("n", 1) for request in requests] == [1, 3, 3, 1]
    assert trajectory.correct
    assert [turn.program.code.strip() for turn in trajectory.turns] == [first, worse, better, worse, right]
    assert [turn.parent for turn in trajectory.turns] == [None, 0, 0, 2, 2]
    assert trajectory.answer is not None
    assert trajectory.answer.code.strip() == right


async def test_fresh_programs_are_drawn_at_a_temperature_and_differ(workshop: Workshop) -> None:
    trajectory, requests, _ = await debug(workshop, python(WRONG_SQUARE), feedback="ut", policy="restart", max_turns=4)
    assert [(request["temperature"], request.get("seed")) for request in requests] == [
        (0.0, None), (0.0, None), (0.7, 1), (0.7, 2), (0.7, 3),
    ]  # fmt: skip
    assert trajectory.ending is Ending.TURNS


async def test_the_chosen_sample_is_not_run_again(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    application = workshop.applications["text-to-python"]
    runs: list[str] = []
    execute = application.execute

    async def counting(problem: Any, program: Program) -> Any:
        runs.append(program.code)
        return await execute(problem, program)

    monkeypatch.setattr(application, "execute", counting)
    await debug(workshop, [python(WRONG_SQUARE), python(RIGHT_SQUARE)], samples=2, feedback="ut")
    assert len(runs) == 2


async def test_the_style_fits_the_model_where_none_is_chosen(workshop: Workshop) -> None:
    async with Endpoint("tiny", "http://127.0.0.1:9/v1") as model:
        assert Debugger(model, workshop.applications).settings.style == "few-shot"
        model.name = "embedded"  # type: ignore[misc]
        assert Debugger(model, workshop.applications, Settings(max_turns=1)).settings.style == "embedded"
        assert Debugger(model, workshop.applications, Settings(style="Zero-Shot")).settings.style == "zero-shot"


async def test_an_application_that_is_not_open_is_named(workshop: Workshop) -> None:
    async with Endpoint("tiny", "http://127.0.0.1:9/v1") as model:
        with pytest.raises(ValueError, match="application text-to-python is not open"):
            await Debugger(model, {}).debug(SQUARE)


async def test_a_refused_request_is_the_callers_to_handle(workshop: Workshop) -> None:
    with pytest.raises(RefusedRequestError):
        await debug(workshop, Failure(400, "no such thing"))


async def test_a_dead_server_is_a_model_error(workshop: Workshop) -> None:
    server = ModelServer()
    with server:
        url = server.url
    async with Endpoint("tiny", url) as model:
        with pytest.raises(ModelError):
            await Debugger(model, workshop.applications).debug(SQUARE)


async def test_watchers_see_every_event_in_order(workshop: Workshop) -> None:
    script = [python(WRONG_SQUARE), EXPLANATION, python(RIGHT_SQUARE)]
    _, _, events = await debug(workshop, script, feedback="ut+expl")
    one = [Asking, Answered]
    assert [type(event) for event in events] == [*one, Ran, Judged, *one, Explained, *one, Ran, Judged]


THOUGHT_TOO_LONG = {
    "thoughts in a field": Answer("", finish="length", reasoning="Let me see. " * 9, usage=(7, 2048)),
    "thoughts with marks": Answer("<think>Let me see", finish="length", usage=(7, 2048)),
    "thoughts that are not shown": Answer("", finish="length", usage=(7, 2048)),
    "thoughts, then half a program": Answer("```python\ndef", finish="MAX_TOKENS", reasoning="Hm.", usage=(7, 2048)),
}


@pytest.mark.parametrize("name", THOUGHT_TOO_LONG)
async def test_a_limit_that_thinking_used_up_is_not_paid_twice(name: str, workshop: Workshop) -> None:
    trajectory, requests, _ = await debug(workshop, THOUGHT_TOO_LONG[name], feedback="ut")
    assert len(requests) == 1
    assert trajectory.ending is Ending.UNREADABLE
    assert (
        trajectory.detail
        == "The reply was cut off at 2048 tokens: allow more with --max-reply-tokens (max_reply_tokens)."
    )


async def test_a_limit_that_cut_off_a_program_is_named_once_a_shorter_one_was_asked_for(workshop: Workshop) -> None:
    half = Answer("```python\ndef square(n):", finish="length", usage=(7, 64))
    trajectory, requests, _ = await debug(workshop, half, feedback="ut", max_reply_tokens=64)
    assert len(requests) == 2
    assert "Be brief" in requests[1]["messages"][-1]["content"]
    assert (
        trajectory.detail
        == "The reply was cut off at 64 tokens: allow more with --max-reply-tokens (max_reply_tokens)."
    )


async def test_a_limit_of_the_servers_own_is_told_from_ours(workshop: Workshop) -> None:
    half = Answer("```python\ndef square(n):", finish="length", usage=(7, 100))
    trajectory, _, _ = await debug(workshop, half, feedback="ut")
    assert "after 100 of 2048 tokens: the model's context may be full" in trajectory.detail


async def test_an_old_program_quoted_after_the_new_one_is_asked_about(workshop: Workshop) -> None:
    both = f"{python(RIGHT_SQUARE)}\n\n{python(WRONG_SQUARE)}"
    script = [python(WRONG_SQUARE), both, python(RIGHT_SQUARE)]
    trajectory, requests, _ = await debug(workshop, script, feedback="ut")
    assert (trajectory.ending, len(requests)) == (Ending.CORRECT, 3)
    assert "more than one Python program" in requests[2]["messages"][-1]["content"]


async def test_watchers_are_told_of_waits(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_FIRST_WAIT", 0.01)
    _, _, events = await debug(workshop, [Failure(500, "CUDA error"), python(RIGHT_SQUARE)], feedback="ut")
    (waiting,) = [event for event in events if isinstance(event, Waiting)]
    assert "status 500: CUDA error (try 1 of 8); trying again in 1 s" in waiting.reason


@pytest.mark.parametrize(
    ("problem", "feedback", "advice"),
    [
        (UNTESTED, "ut", "needs tests"),
        (UNTESTED, "ut+recorded-trace", "needs tests"),
        (UNTESTED, "recorded-trace", "needs tests"),
        (dataclasses.replace(HALF, language="go"), "ut+recorded-trace", r"choose ut\+trace"),
        (dataclasses.replace(HALF, language="go"), "ut+ldb", r"choose ut\+cause"),
        (UNTESTED, "ut+ldb", "needs tests"),
        (UNTESTED, "ut+cause", "needs tests"),
        (question("x"), "ut+cause", "choose simple, execution or expl"),
        (question("x"), "ut", "choose simple, execution or expl"),
        (question("x"), "trace", "choose simple, execution or expl"),
    ],
)
async def test_a_kind_that_makes_no_sense_is_refused(
    problem: object, feedback: str, advice: str, workshop: Workshop
) -> None:
    with pytest.raises(ValueError, match=advice):
        await debug(workshop, "never asked", problem, feedback=feedback)


async def test_without_a_kind_the_one_with_the_most_to_say_is_used(workshop: Workshop) -> None:
    tested, _, _ = await debug(workshop, python(RIGHT_SQUARE))
    untested, _, _ = await debug(workshop, [python(RIGHT_SQUARE), EXPLANATION, CORRECT], UNTESTED)
    assert (tested.feedback, untested.feedback) == ("ut+expl", "expl")


@pytest.mark.parametrize(
    "wrong",
    [
        {"feedback": "shouting"}, {"style": "no-shot"}, {"selector": "dice"}, {"max_turns": -1}, {"samples": 0},
        {"max_calls": 0}, {"max_total_tokens": -5}, {"max_seconds": 0.0}, {"max_reply_tokens": 0},
    ],
)  # fmt: skip
def test_settings_out_of_range_say_what_they_may_be(wrong: dict[str, object]) -> None:
    (name,) = wrong
    with pytest.raises(ValueError, match=name):
        Settings(**wrong)


def test_there_are_exemplars_of_each_application() -> None:
    assert [len(exemplars(name)) for name in ("text-to-sql", "text-to-python", "translation")] == [5, 4, 9]

"""A model that judges its own programs is believed, unless it is known to judge only some problems rightly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from selfdebug.api import doubt_of
from selfdebug.benchmarks import open_benchmark
from selfdebug.benchmarks.sample import is_held_out
from selfdebug.debugger import Debugger
from selfdebug.feedback import Judge, Verdict
from selfdebug.models import Endpoint
from selfdebug.problem import Problem
from selfdebug.settings import Settings
from selfdebug.trajectory import Ending, Trajectory
from tests.model_server import ModelServer

from .conftest import Workshop
from .scenarios import RIGHT_SQUARE, SQUARE, UNTESTED, WRONG_SQUARE, python, question, sql

JUDGED = ["It squares.", "Right.\nVerdict: correct"]


async def debug(workshop: Workshop, name: str, problem: Problem, replies: list[str]) -> Trajectory:
    with ModelServer(replies) as server:
        async with Endpoint(name, server.url) as model:
            debugger = Debugger(model, workshop.applications, Settings(max_turns=1), doubt=doubt_of(model))
            return await debugger.debug(problem)


async def test_the_embedded_models_own_verdict_does_not_count_outside_of_its_domain(workshop: Workshop) -> None:
    found = await debug(workshop, "embedded", UNTESTED, [python(WRONG_SQUARE), *JUDGED])
    assert (found.correct, found.ending) == (False, Ending.UNSURE)
    assert found.turns[-1].feedback.verdict is Verdict.UNSURE
    assert found.turns[-1].feedback.judge is Judge.NOBODY
    assert "does not count here" in found.detail
    assert found.answer is not None


async def test_nor_does_it_of_a_query(workshop: Workshop) -> None:
    replies = [sql("SELECT 1"), "The names.\nColumns: 1 (name)", *JUDGED]
    assert not (await debug(workshop, "embedded", question(workshop.shop), replies)).correct
    assert (await debug(workshop, "tiny", question(workshop.shop), replies)).correct


async def test_what_it_calls_wrong_is_debugged(workshop: Workshop) -> None:
    replies = [python(WRONG_SQUARE), "It adds.", "Wrong.\nVerdict: wrong", python(RIGHT_SQUARE), *JUDGED]
    found = await debug(workshop, "embedded", UNTESTED, replies)
    assert [turn.feedback.verdict for turn in found.turns] == [Verdict.WRONG, Verdict.UNSURE]


async def test_tests_count_whoever_wrote_the_program(workshop: Workshop) -> None:
    assert (await debug(workshop, "embedded", SQUARE, [python(RIGHT_SQUARE)])).correct


@pytest.mark.parametrize("kind", ["sql", "python", "translation"])
def test_its_domain_is_the_held_out_part_of_the_sample(kind: str) -> None:
    known = next(iter(open_benchmark(f"sample:held-out-{kind}", Path()).tasks())).problem
    other = next(iter(open_benchmark(f"sample:{kind}", Path()).tasks())).problem
    assert is_held_out(known)
    assert not is_held_out(other)
    if kind == "sql":
        assert not is_held_out(replace(known, database="shop.db"))

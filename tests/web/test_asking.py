"""Asking from the page: what is posed, what comes of it, cancelling it, and what cannot be asked."""

from __future__ import annotations

import asyncio
import http.client
import re
import time
from collections.abc import Callable

import pytest

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.events import Watcher
from selfdebug.problem import Problem
from selfdebug.trajectory import Trajectory
from selfdebug.web.asking import AskedProblem, AskForm, AskService, AskState

from .conftest import PATIENCE, Reply, Site
from .making import finished
from .test_pages import text_of

PYTHON = {"application": "text-to-python", "request": "Write a function add_3(n) that adds 3 to n.", "max_turns": "3"}


def wait_for(look: Callable[[], Reply], words: str) -> str:
    """What a page says once it says some words."""
    until = time.monotonic() + PATIENCE / 1000
    while words not in (said := text_of(look().text)):
        assert time.monotonic() < until, said
        time.sleep(0.1)
    return said


def begin(site: Site, **form: str) -> str:
    found = site.post("/ask", **form)
    assert found.status == 303, text_of(found.text)
    return found.headers["location"]


def test_a_function_is_written_and_debugged_against_the_tests_that_were_typed(site: Site) -> None:
    path = begin(site, **PYTHON, tests="assert add_3(1) == 4\nassert add_3(0) == 3\n", feedback="ut")
    said = wait_for(lambda: site.get(path), "Ended: judged correct")
    assert "2 of 2" not in said  # the outcome is shown test by test
    assert said.count("✓ passed") == 2
    assert "Changed since turn 1" in said
    assert "Answer 1 def add_3 (n): 2 return n + 3" in said
    trajectory = Trajectory.from_json(site.get(f"{path}.json").text)
    assert (trajectory.correct, len(trajectory.turns), trajectory.feedback) == (True, 2, "ut")
    assert path in site.get("/ask").text


def test_a_question_is_asked_of_a_database_that_was_named_at_the_start(site: Site) -> None:
    path = begin(site, application="text-to-sql", request="count_2: how many item are there?", database="0")
    said = wait_for(lambda: site.get(path), "Ended: judged correct")
    assert "SELECT COUNT(*) FROM item" in said
    assert "COUNT(*) 2 1 row" in said


def test_a_translation_without_tests_gets_them_from_its_source(site: Site) -> None:
    source = "def add_4(n: int) -> int:\n    return n + 4\n# add_4(n) that\n"
    path = begin(site, application="translation", source=source, source_language="python", language="javascript")
    said = wait_for(lambda: site.get(path), "Ended")
    assert "Tests derived by running the source" in said


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({}, "The question is empty"),
        ({"request": "x", "database": "99"}, "Choose one of the databases"),
        ({"request": "x", "database": "-1"}, "Choose one of the databases"),
        ({"request": "x", "database": "9" * 5_000}, "Choose one of the databases"),
        ({"request": "x", "max_turns": "9" * 5_000}, "Turns are a whole number"),
        ({"request": "x", "database": "/etc/passwd"}, "Choose one of the databases"),
        ({"request": "x", "feedback": "ut"}, "feedback ut is not for SQL"),
        ({"request": "x", "feedback": "none"}, "feedback must be one of baseline"),
        ({"request": "x", "model": "gguf:/etc/passwd"}, "A model's file is named where the viewer is started"),
        ({"request": "x", "max_turns": "many"}, "Turns are a whole number"),
        ({"request": "-", "application": "text-to-python"}, "The request is empty"),
        ({"application": "text-to-python", "request": "x", "tests": "assert ("}, "The tests field is not Python"),
        ({"application": "text-to-python", "request": "x", "tests": "[1"}, "neither a JSON list nor JSON lines"),
        ({"application": "translation", "source": ""}, "The program to translate is empty"),
        ({"application": "translation", "source": "x", "language": "cobol"}, "To: unknown language"),
        ({"application": "translation", "source": "x", "source_language": "python"}, "choose another language"),
        ({"application": "x"}, "Choose what to ask for"),
    ],
)
def test_what_cannot_be_asked_is_said_and_what_was_typed_stays(
    site: Site, form: dict[str, str], complaint: str
) -> None:
    found = site.post("/ask", **form)
    assert found.status == 400
    assert complaint in text_of(found.text)
    if form.get("request") == "x":
        assert re.search(r'<textarea id="request"[^>]*>x</textarea>', found.text)


def test_what_goes_wrong_is_said_in_a_sentence(site: Site) -> None:
    path = begin(site, application="text-to-sql", request="nothing that the script knows", database="0")
    said = wait_for(lambda: site.get(path), "This is not known here.")
    assert "The model is" not in said


class _Broken:
    """A solver with a bug."""

    def check(self, problem: Problem, form: AskForm) -> None:
        assert isinstance(problem, TextToPythonProblem)

    async def solve(self, problem: Problem, form: AskForm, watch: Watcher) -> Trajectory:
        raise RuntimeError("a bug")


def test_a_bug_is_told_at_the_terminal(caplog: pytest.LogCaptureFixture) -> None:
    async def ask() -> AskedProblem:
        service = AskService(_Broken())
        asked = service.ask(AskForm("text-to-python", {"request": "x"}))
        assert asked.task
        await asyncio.wait([asked.task])
        await service.close()
        return asked

    asked = finished(ask())
    assert asked.state is AskState.FAILED
    assert "its terminal says more" in asked.complaint
    assert "RuntimeError: a bug" in caplog.text


def test_it_can_be_cancelled_and_what_came_stays(site: Site) -> None:
    path = begin(site, application="text-to-python", request="Write a function add_44(n) that adds 44 to n.")
    wait_for(lambda: site.get(path), "The model is writing the first program")
    assert site.post(f"{path}/cancel").headers["location"] == path
    said = wait_for(lambda: site.get(path), "Cancelled.")
    assert "0 turns are kept" in said
    assert site.get(f"{path}.json").status == 404


def test_no_more_than_a_few_are_at_work_at_once(site: Site) -> None:
    slow = {"application": "text-to-python", "request": "Write a function add_44(n) that adds 44 to n."}
    paths = [begin(site, **slow), begin(site, **slow)]
    found = site.post("/ask", **slow)
    for path in paths:
        site.post(f"{path}/cancel")
        wait_for(lambda path=path: site.get(path), "Cancelled.")  # type: ignore[misc]
    assert found.status == 400
    assert "2 questions are at work" in text_of(found.text)


def test_examples_fill_the_form_in(site: Site) -> None:
    page = site.get("/ask", example="1").text
    assert "Write a function longest_streak(days)" in page
    assert 'value="text-to-python" checked' in page


def test_events_tell_of_turns_and_end(site: Site) -> None:
    path = begin(site, **PYTHON, tests="assert add_3(1) == 4")
    connection = http.client.HTTPConnection(site.host, site.port, timeout=60)
    connection.request("GET", f"{path}/live", headers={"cookie": site.cookie})
    events = connection.getresponse().read().decode()  # to its end
    connection.close()
    assert events.startswith("event: ready")
    assert "event: changed" in events
    assert events.endswith('event: ended\ndata: ""\n\n')

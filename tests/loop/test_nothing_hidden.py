"""What a benchmark hides, hidden tests and gold answers, reaches neither a prompt nor what is stored of a trajectory.

A problem has no field that could hold them, and a debugger is given a problem and nothing else; both are pinned down
here. So are the expected values of shown tests: they stay out of the prompts of a translation, whose problem does not
show them, unless the feedback kind does.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, fields

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.applications.translation import TranslationProblem
from selfdebug.debugger import Debugger
from selfdebug.execution import Assertion
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.models import Endpoint
from selfdebug.problem import Problem, Program
from selfdebug.settings import Settings
from tests.loop.conftest import Workshop
from tests.model_server import Body, ModelServer

NUMBERS = st.integers(10**11, 10**12 - 1)  # all of one length, so that none is within another


@dataclass(frozen=True)
class Reference:
    """What a benchmark keeps to itself."""

    hidden_tests: tuple[Assertion, ...]
    gold: Program


@dataclass(frozen=True)
class Case:
    """A benchmark's problem: what is shown, what is not, and what a model replies."""

    problem: Problem
    reference: Reference
    secrets: tuple[int, ...]
    shown_expected: tuple[int, ...]
    replies: tuple[str, ...]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    numbers = draw(st.lists(NUMBERS, min_size=3, max_size=9, unique=True))
    cut = draw(st.integers(1, len(numbers) - 2))
    expected, secrets = tuple(numbers[:cut]), tuple(numbers[cut:])
    shown = tuple(Assertion(f"assert f({i}) == {value}") for i, value in enumerate(expected))
    hidden = tuple(Assertion(f"assert f({-i}) == {value}") for i, value in enumerate(secrets[1:], 1))
    reference = Reference(hidden, Program(f"def f(n):\n    return {secrets[0]}\n", "python"))
    if draw(st.booleans()):
        problem: Problem = TextToPythonProblem("Write a function f(n).", shown)
    else:
        source = Program("long f(long n) { return n; }", "cpp")
        problem = TranslationProblem(source, "python", shown, "f")
    returned = draw(st.lists(st.integers(0, 99), min_size=1, max_size=4, unique=True))
    replies = [f"```python\ndef f(n):\n    return {value}\n```" for value in returned]
    words = draw(st.sampled_from(["It returns a value.", "call f(n = 0)\nline 2: return 1 -> returns 1"]))
    return Case(problem, reference, secrets, expected, (*replies, words))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases(), kind=st.sampled_from(sorted(FEEDBACK_KINDS)), style=st.sampled_from(["few-shot", "zero-shot"]))
async def test_what_is_hidden_is_never_sent(case: Case, kind: str, style: str, workshop: Workshop) -> None:
    programs = iter(case.replies[:-1])

    def reply(request: Body) -> str:
        asked = request["messages"][-1]["content"].split("Request:")[-1]
        asks_for_words = "Write no code yet" in asked or "Do not change the" in asked
        return case.replies[-1] if asks_for_words else next(programs, case.replies[0])

    with ModelServer(reply) as server:
        async with Endpoint("tiny", server.url) as model:
            debugger = Debugger(model, workshop.applications, Settings(feedback=kind, style=style, max_turns=2))
            trajectory = await debugger.debug(case.problem)
        sent = str(server.requests)
    assert sent
    kept = trajectory.to_json()
    for secret in case.secrets:
        assert str(secret) not in sent
        assert str(secret) not in kept
    shows = FEEDBACK_KINDS[kind].shows_tests or isinstance(case.problem, TextToPythonProblem)
    for value in case.shown_expected:
        assert shows or str(value) not in sent


def test_problems_have_no_room_for_what_is_hidden() -> None:
    known = {
        TextToSqlProblem: {"request", "database", "hint"},
        TextToPythonProblem: {"request", "tests", "start", "setup"},
        TranslationProblem: {"source", "language", "tests", "entry_point", "declaration", "setup", "signature"},
    }
    for kind, names in known.items():
        assert {field.name for field in fields(kind)} == {*names, "application"}
    assert list(inspect.signature(Debugger.debug).parameters) == ["self", "problem", "program", "watch", "streamed"]

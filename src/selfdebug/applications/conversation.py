"""The conversation about a problem: a projection of the turns so far, for the problem at hand and for exemplars alike.

Nothing is remembered between requests: what is sent follows from the application, the feedback kind, the problem, the
turns so far and the step that comes next.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from selfdebug.applications.base import Application
from selfdebug.feedback import FIX, GENERATE, JUDGE, PASSED, FeedbackKind, Judge, Step
from selfdebug.messages import Message, Role
from selfdebug.outcome import Outcome
from selfdebug.problem import Problem, Program
from selfdebug.prompts import Exemplar, by_informativeness, render
from selfdebug.styles import ZERO_SHOT, Style
from selfdebug.trajectory import Turn, repeats


def conversation(
    application: Application[Any],
    kind: FeedbackKind,
    variables: Mapping[str, Any],
    turns: Sequence[Turn],
    step: Step | None,
    style: Style = ZERO_SHOT,
) -> tuple[Message, ...]:
    """The conversation, without system message and exemplars.

    Args:
        application: whose templates are used.
        kind: the feedback kind, which templates may ask about.
        variables: what `Application.prompt_variables` gave.
        turns: those of an attempt so far, the newest as far as it is known. For a step that is asked alone: the turns
            of which it tells.
        step: what the model is asked for next; ``None`` for a conversation that is over: it ends with the last reply,
            or, where the shown tests pass, with saying so.
        style: the prompt style.
    """

    def ask(name: str | Step, turn: Turn | None = None) -> tuple[Role, str]:
        told = _told(application, kind, variables, turns, turn, name)
        return "user", render(application.name, name, style, **{**variables, **told})

    def parts() -> Iterator[tuple[Role, str]]:
        yield ask("problem")
        if step and step.alone:
            yield ask(step, turns[-1])
            return
        if turns and turns[0].plan:
            assert application.planning
            yield ask(application.planning)
            yield "assistant", turns[0].plan
        for number, turn in enumerate(turns):
            yield ask(FIX, turns[number - 1]) if number else ask(GENERATE)
            yield "assistant", as_block(turn.program)
            if repeats(turns, number):
                continue
            if kind.explaining and turn.explanation:
                yield ask(kind.explaining, turn)
                yield "assistant", turn.explanation
            if kind.observing and turn.inputs and not any(earlier.inputs for earlier in turns[:number]):
                yield ask(kind.observing, turn)
                yield "assistant", turn.inputs
            if turn.feedback.judge is Judge.MODEL:
                yield ask(JUDGE, turn)
                yield "assistant", turn.feedback.text
            if kind.diagnosing and turn.diagnosis:
                yield ask(kind.diagnosing, turn)
                yield "assistant", turn.diagnosis
        if step:
            yield ask(step, turns[-1] if turns else None)
        elif turns and turns[-1].feedback == PASSED:
            yield ask("right", turns[-1])

    return joined(Message(role, text) for role, text in parts())


def _told(
    application: Application[Any],
    kind: FeedbackKind,
    variables: Mapping[str, Any],
    turns: Sequence[Turn],
    turn: Turn | None,
    step: str | Step,
) -> dict[str, Any]:
    """What a template may name besides these variables: what is known of the turn that it is about."""
    if turn is None:
        return {"kind": kind}
    tests = variables["problem"].tests
    return {
        "kind": kind,
        "program": turn.program,
        "outcome": turn.outcome,
        "feedback": turn.feedback,
        "explained": bool(turn.explanation),
        "observed": turn.observed,
        "diagnosed": bool(turn.diagnosis),
        "candidates": turns,
        "trace": turn.explanation if kind.records else None,
        "test": tests[test_to_trace(turn)] if tests else None,
        "repeated": repeats(turns, next(n for n, each in enumerate(turns) if each is turn)),
        "evidence": application.evidence(turn.program, turn.outcome, turns[0].plan) if step is JUDGE else (),
    }


def test_to_trace(turn: Turn) -> int:
    """Index of the shown test that tells the most about a program."""
    tests = turn.outcome.tests if isinstance(turn.outcome, Outcome) else ()
    return by_informativeness(tests)[0] if tests else 0


def as_block(program: Program) -> str:
    """A program as a model's reply: always in the same form, whatever form it came in."""
    return f"```{program.language}\n{program.code.strip(chr(10))}\n```"


def joined(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Messages one after the other; neighbours of the same role become one."""
    merged: list[Message] = []
    for message in messages:
        if merged and merged[-1].role == message.role:
            merged[-1] = Message(message.role, f"{merged[-1].content}\n\n{message.content}")
        else:
            merged.append(message)
    return tuple(merged)


_EXEMPLARS: dict[tuple[Exemplar, FeedbackKind, bool, Style], tuple[Message, ...]] = {}
"""As they stand before a problem: that depends on little of it, and hundreds of problems share them."""


def exemplar_messages(
    application: Application[Any], exemplar: Exemplar, kind: FeedbackKind, problem: Problem, style: Style
) -> tuple[Message, ...]:
    """An exemplar as it stands before a problem."""
    key = (exemplar, kind, bool(problem.tests), style)
    if key not in _EXEMPLARS:
        variables = application.exemplar_variables(exemplar, bool(problem.tests))
        turns = exemplar.turns_under(kind, functools.partial(application.execution_feedback, variables["problem"]))
        _EXEMPLARS[key] = conversation(application, kind, variables, turns, None, style)
    return _EXEMPLARS[key]

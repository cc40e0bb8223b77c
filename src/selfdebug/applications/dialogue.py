"""The conversation about one problem: what was asked, what was answered, and the exemplars before it.

The order of the steps stands twice, in `debugger` for the problem at hand and here for exemplars, whose replies are
known; a test holds the two against each other.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from selfdebug.applications.base import Application
from selfdebug.feedback import Account, Feedback, FeedbackKind, Judge, Verdict
from selfdebug.messages import Message
from selfdebug.problem import Program
from selfdebug.prompts import Exemplar, render
from selfdebug.trajectory import Step


@dataclasses.dataclass(slots=True)
class _Asked:
    step: str
    variables: dict[str, Any]
    text: str = ""  # once rendered


class Dialogue:
    """A conversation as it grows. It can be rendered anew, shorter, when it does not fit into a model's context."""

    def __init__(self, application: Application[Any], kind: FeedbackKind, variables: dict[str, Any]) -> None:
        """Begin with the problem.

        Args:
            application: whose templates are used.
            kind: the feedback kind, which templates may ask about.
            variables: what `Application.variables` gave.
        """
        self._application = application
        self._kind = kind
        self._variables = variables
        self.exemplars: list[tuple[Message, ...]] = []
        self._parts: list[_Asked | str] = [_Asked("problem", {})]

    @property
    def variables(self) -> dict[str, Any]:
        """What every template may name."""
        return self._variables

    @variables.setter
    def variables(self, variables: dict[str, Any]) -> None:
        self._variables = variables
        for part in self._parts:
            if isinstance(part, _Asked):
                part.text = ""

    def ask(self, step: str, **variables: object) -> None:
        """Add what the model is told or asked for."""
        self._parts.append(_Asked(step, variables))

    def answer(self, text: str) -> None:
        """Add what the model replied."""
        self._parts.append(text)

    def answer_program(self, program: Program) -> None:
        """Add a program as the model's reply: always in the same form, whatever form it came in."""
        self.answer(f"```{program.language}\n{program.code.strip(chr(10))}\n```")

    def messages(self) -> tuple[Message, ...]:
        """The conversation so far, without system message and exemplars."""
        found: list[Message] = []
        for part in self._parts:
            if isinstance(part, str):
                found.append(Message("assistant", part))
                continue
            text = part.text = part.text or self._render(part)
            if found and found[-1].role == "user":
                text = f"{found.pop().content}\n\n{text}"
            found.append(Message("user", text))
        return tuple(found)

    def _render(self, part: _Asked) -> str:
        return render(self._application.name, part.step, kind=self._kind, **(self._variables | part.variables))


def joined(conversations: list[tuple[Message, ...]]) -> tuple[Message, ...]:
    """Conversations one after the other; neighbours of the same role become one message."""
    found: list[Message] = []
    for message in (message for conversation in conversations for message in conversation):
        if found and found[-1].role == message.role:
            found[-1] = Message(message.role, f"{found[-1].content}\n\n{message.content}")
        else:
            found.append(message)
    return tuple(found)


def exemplar_messages(
    application: Application[Any], exemplar: Exemplar, kind: FeedbackKind, problem: Any
) -> tuple[Message, ...]:
    """The messages of `exemplar_dialogue`, which are made once: they depend on little of the problem."""
    key = (application.name, exemplar.name, kind.name, bool(getattr(problem, "tests", ())))
    if key not in _MADE:
        _MADE[key] = exemplar_dialogue(application, exemplar, kind, problem).messages()
    return _MADE[key]


_MADE: dict[tuple[str, str, str, bool], tuple[Message, ...]] = {}


def exemplar_dialogue(application: Application[Any], exemplar: Exemplar, kind: FeedbackKind, problem: Any) -> Dialogue:
    """An exemplar as it stands before a problem: its turns under a feedback kind; for a baseline its right program."""
    variables = application.exemplar_variables(exemplar, problem)
    dialogue = Dialogue(application, kind, variables)
    if not kind.debugs:
        dialogue.ask(Step.GENERATE)
        dialogue.answer_program(exemplar.turns[-1].program)
        return dialogue
    shown = variables["problem"]
    if application.plans and kind.account is Account.EXPLANATION:
        dialogue.ask(Step.COLUMNS)
        dialogue.answer(exemplar.columns)
    dialogue.ask(Step.GENERATE)
    for number, turn in enumerate(exemplar.turns):
        dialogue.answer_program(turn.program)
        right = number == len(exemplar.turns) - 1
        feedback = application.judge(shown, turn.outcome)
        accounted = feedback is None or (feedback.judge is Judge.TESTS and not right)
        if accounted and kind.account is Account.EXPLANATION:
            dialogue.ask(Step.EXPLAIN, outcome=turn.outcome)
            dialogue.answer(turn.explanation)
        elif accounted and kind.account is Account.TRACE:
            dialogue.ask(Step.TRACE, test=shown.tests[turn.traced] if shown.tests else None)
            dialogue.answer(turn.trace)
        if feedback is None:
            evidence = application.evidence(turn.program, turn.outcome, exemplar.columns)
            dialogue.ask(Step.JUDGE, outcome=turn.outcome, evidence=evidence)
            # Without an explanation, a verdict alone is asked for.
            dialogue.answer(turn.judgement if kind.account is not Account.NONE else turn.judgement.splitlines()[-1])
            feedback = Feedback(Verdict.CORRECT if right else Verdict.WRONG, Judge.MODEL)
        trace = turn.trace if kind.account is Account.RECORDED_TRACE and not right else None
        if not right:
            dialogue.ask(Step.FIX, outcome=turn.outcome, feedback=feedback, trace=trace)
        elif feedback.judge is not Judge.MODEL:
            dialogue.ask("right")
    return dialogue

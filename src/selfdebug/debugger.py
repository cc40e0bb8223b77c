"""The loop of Self-Debugging (Chen et al., arXiv 2304.05128).

A *turn* is one program: it is run, explained, and given feedback. If the feedback says that it is wrong, the model is
asked for a new program, which begins the next turn. If it says that it is correct, the program is the answer and is
never changed again. Who says so: the tests that the problem shows; where it shows none, the model itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from selfdebug.applications.base import Application
from selfdebug.applications.reading import UnreadableReplyError, read_feedback, read_words
from selfdebug.conversation import Reply
from selfdebug.events import Judged, Ran, Selected, Watcher, nobody
from selfdebug.feedback import FEEDBACK_KINDS, Account, Feedback, Judge, Verdict
from selfdebug.models import Model
from selfdebug.outcome import Outcome
from selfdebug.problem import Problem, Program
from selfdebug.selection import Selector, majority_vote
from selfdebug.settings import Settings
from selfdebug.talk import Ended, Talk
from selfdebug.trajectory import Ending, Sample, Step, Trajectory, Turn, best_program

_UNJUDGED = Feedback(Verdict.UNSURE, Judge.NOBODY)


class Debugger:
    """Makes a model write programs and debug them. It keeps nothing between problems: many can be debugged at once."""

    def __init__(
        self,
        model: Model,
        applications: Mapping[str, Application[Any]],
        settings: Settings | None = None,
        *,
        selector: Selector = majority_vote,
        watch: Watcher = nobody,
    ) -> None:
        """Make a debugger.

        Args:
            model: who writes and debugs.
            applications: by name, those whose problems it may be given.
            settings: feedback kind, style, samples, budgets.
            selector: chooses among several first programs.
            watch: is told each event as it happens.
        """
        self.model, self.applications, self.settings = model, applications, settings or Settings()
        self.selector, self.watch = selector, watch

    async def debug(self, problem: Problem, program: Program | None = None) -> Trajectory:
        """Debug one problem until its program is judged correct or a budget is spent.

        Args:
            problem: what is asked.
            program: a first program to start from; without one, the model writes it.

        Raises:
            ValueError: the feedback kind does not fit the problem.
            ModelError: the model cannot be reached or used; what it replied so far is stored.
            ExecutionError, DatabaseError: programs or queries cannot be run here.
        """
        self.applications[problem.application].check(problem, self.settings.kind_for(problem))
        return await _Attempt(self, problem).run(program)


class _Attempt:
    """One problem being debugged. `turns` fills up as it goes, so that nothing is lost when it has to end."""

    def __init__(self, debugger: Debugger, problem: Problem) -> None:
        self.problem, self.settings, self.kind = problem, debugger.settings, debugger.settings.kind_for(problem)
        self.model, self.selector, self.watch = debugger.model, debugger.selector, debugger.watch
        self.application = debugger.applications[problem.application]
        self.talk = Talk(debugger.model, self.application, problem, debugger.settings, debugger.watch)
        self.samples: list[Sample] = []
        self.turns: list[Turn] = []

    async def run(self, program: Program | None) -> Trajectory:
        detail = ""
        try:
            ending = await self.take_turns(program or await self.first_program())
        except Ended as end:
            ending, detail = end.ending, str(end)
        return Trajectory(
            self.problem, self.model.name, self.kind.name, self.settings.style,
            tuple(self.turns), best_program(self.turns), ending, detail,
            tuple(self.samples), tuple(self.talk.exchanges), self.talk.cost(),
        )  # fmt: skip

    async def take_turns(self, program: Program) -> Ending:
        self.dialogue = await self.talk.begin(self.kind)
        self.plan = ""
        if self.application.plans and self.kind.account is Account.EXPLANATION:
            self.plan = await self.say(Step.COLUMNS)
        self.dialogue.ask(Step.GENERATE)
        while True:
            await self.take_turn(program)
            turn = self.turns[-1]
            if turn.feedback.verdict is Verdict.CORRECT:
                return Ending.CORRECT
            if not self.kind.debugs:
                return Ending.NO_DEBUGGING
            if turn.feedback.verdict is Verdict.UNSURE:
                return Ending.UNSURE
            if self.is_last_turn():
                return Ending.TURNS
            program = await self.fix(turn)
            if program.code.strip() == turn.program.code.strip():
                return Ending.REPEATED

    async def take_turn(self, program: Program) -> None:
        """Execute, explain, judge."""
        outcome = await self.application.execute(self.problem, program)
        self.watch(Ran(program, outcome))
        turn = Turn(program, outcome, self.application.judge(self.problem, outcome) or _UNJUDGED)
        self.turns.append(turn)
        self.dialogue.answer_program(program)
        if self.kind.debugs:
            unjudged = turn.feedback.judge is Judge.NOBODY
            failed_tests = turn.feedback.judge is Judge.TESTS and turn.feedback.verdict is Verdict.WRONG
            # An explanation is asked for where somebody reads it: whoever judges the program, or repairs it.
            if unjudged or (failed_tests and not self.is_last_turn()):
                self.turns[-1] = turn = replace(turn, explanation=await self.explain(turn))
            if unjudged:
                self.turns[-1] = turn = replace(turn, feedback=await self.judge(turn))
        self.watch(Judged(turn))

    async def explain(self, turn: Turn) -> str:
        """The model's explanation or trace, or the recorded trace, whichever the feedback kind has."""
        match self.kind.account:
            case Account.EXPLANATION:
                return await self.say(Step.EXPLAIN, outcome=turn.outcome)
            case Account.TRACE:
                tests = getattr(self.problem, "tests", ())
                return await self.say(Step.TRACE, test=tests[self.test_to_trace(turn)] if tests else None)
            case Account.RECORDED_TRACE:
                return await self.application.record(self.problem, turn.program, self.test_to_trace(turn))
        return ""

    async def judge(self, turn: Turn) -> Feedback:
        """The model's own verdict; unsure, if it cannot be read."""
        evidence = self.application.evidence(turn.program, turn.outcome, self.plan)
        shown = {"outcome": turn.outcome, "evidence": evidence}
        try:
            feedback = await self.talk.ask(self.dialogue, Step.JUDGE, read_feedback, **shown)
        except UnreadableReplyError as error:
            return Feedback(Verdict.UNSURE, Judge.NOBODY, str(error))
        self.dialogue.answer(feedback.text)
        return feedback

    async def fix(self, turn: Turn) -> Program:
        """Ask for a new program."""
        trace = turn.explanation if self.kind.account is Account.RECORDED_TRACE else None
        shown = {"outcome": turn.outcome, "feedback": turn.feedback, "trace": trace}
        try:
            return await self.talk.ask(self.dialogue, Step.FIX, self.read, **shown)
        except UnreadableReplyError as error:
            raise Ended(Ending.UNREADABLE, str(error)) from None

    async def say(self, step: Step, **variables: object) -> str:
        """Ask for words: a plan, an explanation, a trace."""
        try:
            words = await self.talk.ask(self.dialogue, step, read_words, **variables)
        except UnreadableReplyError as error:
            raise Ended(Ending.UNREADABLE, str(error)) from None
        self.dialogue.answer(words)
        return words

    async def first_program(self) -> Program:
        """Generate, then select. The prompt is the same for all feedback kinds, so that they start alike."""
        dialogue = await self.talk.begin(FEEDBACK_KINDS["baseline"])
        replies = await self.talk.sample(dialogue, self.read, self.settings.samples)
        programs = [reply for reply in replies if isinstance(reply, Program)]
        if not programs:
            raise Ended(Ending.UNREADABLE, str(replies[0]))
        if len(replies) == 1:
            return programs[0]
        distinct = dict.fromkeys(programs)
        known = dict(zip(distinct, await asyncio.gather(*map(self.sample, distinct)), strict=True))
        self.samples = [known[reply] if isinstance(reply, Program) else Sample(None, str(reply)) for reply in replies]
        chosen = programs[self.selector([known[program] for program in programs])]
        self.watch(Selected(tuple(self.samples), replies.index(chosen)))
        return chosen

    async def sample(self, program: Program) -> Sample:
        """What a selector needs to know of a program."""
        outcome = await self.application.execute(self.problem, program)
        by_tests = self.application.judge(self.problem, outcome)
        accepted = by_tests.verdict is Verdict.CORRECT if by_tests and by_tests.judge is Judge.TESTS else None
        return Sample(program, "", self.application.parses(program), outcome.ran, accepted, outcome.key)

    def read(self, reply: Reply) -> Program:
        return self.application.read(self.problem, reply)

    def is_last_turn(self) -> bool:
        return len(self.turns) > self.settings.turns

    def test_to_trace(self, turn: Turn) -> int:
        """The first test that failed where the kind may tell, else the first one that is shown."""
        tests = turn.outcome.tests if isinstance(turn.outcome, Outcome) and self.kind.shows_tests else ()
        return next((i for i, test in enumerate(tests) if not test.passed), 0)

"""The loop of Self-Debugging (Chen et al., arXiv 2304.05128).

A *turn* is one program: it is run, explained, and given feedback. If the feedback says that it is wrong, the model is
asked for a new program, which begins the next turn. If it says that it is correct, the program is the answer and is
never changed again. Who says so: the tests that the problem shows; where it shows none, the model itself.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from selfdebug.applications.base import Application
from selfdebug.applications.dialogue import Dialogue
from selfdebug.applications.reading import UnreadableReplyError, read_feedback, read_words
from selfdebug.events import Judged, Ran, Selected, Watcher, nobody
from selfdebug.feedback import FEEDBACK_KINDS, Account, Feedback, Judge, Verdict
from selfdebug.messages import Reply
from selfdebug.models import Model
from selfdebug.outcome import Outcome
from selfdebug.problem import Problem, Program
from selfdebug.prompts import by_tellingness
from selfdebug.selection import Selector, majority_vote, run_samples
from selfdebug.settings import Settings
from selfdebug.talk import Ended, Talk
from selfdebug.trajectory import Ending, Sample, Step, Trajectory, Turn, best_program

_UNJUDGED = Feedback(Verdict.UNSURE, Judge.NOBODY)


def no_doubt(problem: Problem) -> str:
    """Take a model at its word."""
    return ""


class Debugger:
    """Makes a model write programs and debug them. It keeps nothing between problems: many can be debugged at once."""

    def __init__(
        self,
        model: Model,
        applications: Mapping[str, Application[Any]],
        settings: Settings | None = None,
        *,
        selector: Selector = majority_vote,
        doubt: Callable[[Problem], str] = no_doubt,
    ) -> None:
        """Make a debugger.

        Args:
            model: writes, explains and judges.
            applications: by their names.
            settings: default: all defaults.
            selector: selects among samples.
            doubt: why the model's own "correct" does not count for a problem; empty where it does.
        """
        self.model, self.applications, self.settings = model, applications, settings or Settings()
        self.selector, self.doubt = selector, doubt

    async def debug(
        self, problem: Problem, program: Program | None = None, *, watch: Watcher = nobody, streamed: bool = False
    ) -> Trajectory:
        """Debug one problem until its program is judged correct or a budget is spent.

        Args:
            problem: what is asked.
            program: a first program to start from; without one, the model writes it.
            watch: is told each event as it happens.
            streamed: whether it is told of replies while they come, too.

        Raises:
            ValueError: the feedback kind does not fit the problem.
            ModelError: the model cannot be reached or used; what it replied so far is stored.
            ExecutionError, DatabaseError: programs or queries cannot be run here.
        """
        self.applications[problem.application].check(problem, self.settings.kind_for(problem))
        return await _Attempt(self, problem, watch, streamed).run(program)


class _Attempt:
    """One problem being debugged. `turns` fills up as it goes, so that nothing is lost when it has to end."""

    def __init__(self, debugger: Debugger, problem: Problem, watch: Watcher, streamed: bool) -> None:
        self.problem, self.settings, self.kind = problem, debugger.settings, debugger.settings.kind_for(problem)
        self.model, self.selector, self.watch = debugger.model, debugger.selector, watch
        self.doubt = debugger.doubt
        self.application = debugger.applications[problem.application]
        self.talk = Talk(debugger.model, self.application, problem, debugger.settings, watch, streamed)
        self.dialogue: Dialogue | None = None
        self.plan = ""
        self.samples: tuple[Sample, ...] = ()
        self.turns: list[Turn] = []

    async def run(self, program: Program | None) -> Trajectory:
        detail = ""
        try:
            ending = await self.take_turns(program or await self.first_program())
        except Ended as end:
            ending, detail = end.ending, str(end)
        except UnreadableReplyError as error:
            ending, detail = Ending.UNREADABLE, str(error)
        return Trajectory(
            self.problem, self.model.name, self.kind.name, self.settings.style,
            tuple(self.turns), best_program(self.turns), ending, detail,
            self.samples, tuple(self.talk.exchanges), self.talk.cost(),
        )  # fmt: skip

    async def first_program(self) -> Program:
        """Generate, then select. The prompt is the same for all feedback kinds, so that they start alike."""
        dialogue = await self.talk.begin(FEEDBACK_KINDS["baseline"])
        programs = await self.talk.sample(dialogue, self.read, self.settings.samples)
        if len(programs) == 1 and isinstance(programs[0], Program):
            return programs[0]
        self.samples = await run_samples(self.application, self.problem, programs)
        readable = [sample for sample in self.samples if sample.program]
        if not readable:
            raise Ended(Ending.UNREADABLE, self.samples[0].unreadable)
        chosen = readable[self.selector(readable)]
        self.watch(Selected(self.samples, self.samples.index(chosen)))
        assert chosen.program
        return chosen.program

    async def take_turns(self, program: Program) -> Ending:
        while True:
            turn = await self.take_turn(program)
            if turn.feedback.verdict is Verdict.CORRECT:
                return Ending.CORRECT
            if not self.kind.debugs:
                return Ending.NO_DEBUGGING
            if turn.feedback.verdict is Verdict.UNSURE:
                raise Ended(Ending.UNSURE, turn.feedback.text if turn.feedback.judge is Judge.NOBODY else "")
            if self.is_last_turn():
                return Ending.TURNS
            program = await self.fix(turn)
            if program.code.strip() == turn.program.code.strip():
                return Ending.REPEATED

    async def take_turn(self, program: Program) -> Turn:
        """Execute, explain, judge: what a turn is."""
        outcome = await self.application.execute(self.problem, program)
        self.watch(Ran(program, outcome))
        turn = Turn(program, outcome, self.application.judge(self.problem, outcome) or _UNJUDGED)
        self.turns.append(turn)
        try:
            await self.explain_and_judge(turn)
        finally:  # also where the talk ends before: the turn is what is known by then
            self.watch(Judged(self.turns[-1]))
        return self.turns[-1]

    async def explain_and_judge(self, turn: Turn) -> None:
        """Complete the newest turn, as far as somebody reads what is said: who judges its program, or repairs it."""
        unjudged = turn.feedback.judge is Judge.NOBODY
        if self.kind.debugs and (unjudged or (turn.feedback.verdict is Verdict.WRONG and not self.is_last_turn())):
            dialogue = await self.continue_dialogue(turn.program)
            if turn.feedback.judge is not Judge.EXECUTION:  # an error needs no explanation
                self.turns[-1] = turn = replace(turn, explanation=await self.explain(dialogue, turn))
            if unjudged:
                self.turns[-1] = replace(turn, feedback=await self.judge(dialogue, turn))

    async def continue_dialogue(self, program: Program) -> Dialogue:
        """The dialogue up to a program; it begins with the first one that needs to be talked about."""
        if self.dialogue is None:
            self.dialogue = await self.talk.begin(self.kind)
            if self.application.plans and self.kind.account is Account.EXPLANATION:
                self.plan = await self.say(self.dialogue, Step.COLUMNS)
            self.dialogue.ask(Step.GENERATE)
        self.dialogue.answer_program(program)
        return self.dialogue

    async def explain(self, dialogue: Dialogue, turn: Turn) -> str:
        """The model's explanation or trace, or the recorded trace, whichever the feedback kind has."""
        match self.kind.account:
            case Account.EXPLANATION:
                return await self.say(dialogue, Step.EXPLAIN, outcome=turn.outcome)
            case Account.TRACE:
                tests = getattr(self.problem, "tests", ())
                return await self.say(dialogue, Step.TRACE, test=tests[self.test_to_trace(turn)] if tests else None)
            case Account.RECORDED_TRACE:
                return await self.application.record(self.problem, turn.program, self.test_to_trace(turn))
        return ""

    async def judge(self, dialogue: Dialogue, turn: Turn) -> Feedback:
        """The model's own verdict; unsure, if it cannot be read."""
        evidence = self.application.evidence(turn.program, turn.outcome, self.plan)
        shown = {"outcome": turn.outcome, "evidence": evidence}
        try:
            feedback = await self.talk.ask(dialogue, Step.JUDGE, read_feedback, **shown)
        except UnreadableReplyError as error:
            return replace(_UNJUDGED, text=str(error))
        dialogue.answer(feedback.text)
        doubt = self.doubt(self.problem) if feedback.verdict is Verdict.CORRECT else ""
        return replace(_UNJUDGED, text=doubt) if doubt else feedback

    async def fix(self, turn: Turn) -> Program:
        """Ask for a new program."""
        assert self.dialogue is not None
        trace = turn.explanation if self.kind.account is Account.RECORDED_TRACE else None
        shown = {"outcome": turn.outcome, "feedback": turn.feedback, "trace": trace}
        read = functools.partial(self.application.read, self.problem, previous=turn.program)
        return await self.talk.ask(self.dialogue, Step.FIX, read, **shown)

    async def say(self, dialogue: Dialogue, step: Step, **shown: object) -> str:
        """Ask for words: a plan, an explanation, a trace."""
        dialogue.answer(words := await self.talk.ask(dialogue, step, read_words, **shown))
        return words

    def read(self, reply: Reply) -> Program:
        return self.application.read(self.problem, reply)

    def is_last_turn(self) -> bool:
        return len(self.turns) > self.settings.max_turns

    def test_to_trace(self, turn: Turn) -> int:
        """The shown test that tells the most."""
        return by_tellingness(turn.outcome.tests)[0] if isinstance(turn.outcome, Outcome) and turn.outcome.tests else 0

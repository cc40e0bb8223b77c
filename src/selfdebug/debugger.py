"""The loop of Self-Debugging (Chen et al., arXiv 2304.05128).

A *turn* is one program: it is run, explained, and given feedback. If the feedback says that it is wrong, the model is
asked for a new program, which begins the next turn. If it says that it is correct, the program is the answer and is
never changed again. Who says so: the tests that the problem shows; where it shows none, the model itself.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from selfdebug.applications.base import Application
from selfdebug.applications.conversation import test_to_trace
from selfdebug.applications.reading import UnreadableReplyError, read_feedback, read_words
from selfdebug.events import Judged, Ran, Selected, Watcher, ignore_events
from selfdebug.feedback import FIX, UNJUDGED, Feedback, Judge, Step, Verdict
from selfdebug.messages import Reply
from selfdebug.models import Model
from selfdebug.outcome import Outcome
from selfdebug.problem import Problem, Program
from selfdebug.prompts import Exemplar
from selfdebug.query_outcome import QueryOutcome
from selfdebug.selection import SELECTORS
from selfdebug.selection.base import Candidates, Choice, first_to_debug
from selfdebug.selection.sampling import run_samples
from selfdebug.session import Session
from selfdebug.settings import Settings
from selfdebug.trajectory import Ended, Ending, Sample, Selection, Trajectory, Turn, best_program


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
        first_exemplars: Sequence[Exemplar] = (),
        doubt: Callable[[Problem], str] = no_doubt,
    ) -> None:
        """Make a debugger.

        Args:
            model: writes, explains and judges.
            applications: by their names.
            settings: default: all defaults, in the style that fits the model.
            first_exemplars: shown before first programs, as a benchmark may prescribe; default: the applications' own.
            doubt: why the model's own "correct" does not count for a problem; empty where it does.
        """
        self.model, self.applications = model, applications
        self.settings = (settings or Settings()).for_model(model.name)
        self.first_exemplars, self.doubt = first_exemplars, doubt

    async def debug(
        self,
        problem: Problem,
        program: Program | None = None,
        *,
        watch: Watcher = ignore_events,
        streamed: bool = False,
    ) -> Trajectory:
        """Debug one problem until its program is judged correct or a budget is spent.

        Args:
            problem: what is asked.
            program: a first program to start from; without one, the model writes it.
            watch: is told each event as it happens.
            streamed: whether it is told of replies while they come, too.

        Raises:
            ValueError: the feedback kind does not fit the problem, or its application is not open.
            ModelError: the model cannot be reached or used; what it replied so far is stored.
            ExecutionError, DatabaseError: programs or queries cannot be run here.
        """
        if problem.application not in self.applications:
            raise ValueError(f"the application {problem.application} is not open: name it when you open the debugger")
        problem.check(self.settings.kind_for(problem))
        return await _Attempt(self, problem, watch, streamed).run(program)


class _Attempt:
    """One problem being debugged. `turns` fills up as it goes, so that nothing is lost when it has to end."""

    def __init__(self, debugger: Debugger, problem: Problem, watch: Watcher, streamed: bool) -> None:
        self.problem, self.settings, self.kind = problem, debugger.settings, debugger.settings.kind_for(problem)
        self.model, self.watch, self.doubt = debugger.model, watch, debugger.doubt
        self.application = debugger.applications[problem.application]
        self.session = Session(
            debugger.model, self.application, problem, debugger.settings, watch,
            streamed=streamed, first_exemplars=debugger.first_exemplars,
        )  # fmt: skip
        self.samples: tuple[Sample, ...] = ()
        self.selection: Selection | None = None
        self.outcomes: dict[Program, Outcome | QueryOutcome] = {}
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
            self.samples, self.selection, tuple(self.session.exchanges), self.session.cost(),
        )  # fmt: skip

    async def first_program(self) -> Program:
        """Generate, then select."""
        programs = await self.session.sample(self.read, self.settings.samples)
        if len(programs) == 1:
            (program,) = programs
            if isinstance(program, UnreadableReplyError):
                raise program
            return program
        self.samples, self.outcomes = await run_samples(self.application, self.problem, programs)
        return await self.select()

    async def select(self) -> Program:
        """Let the selector pick one of the samples."""
        readable = [number for number, sample in enumerate(self.samples) if sample.program]
        if not readable:
            raise Ended(Ending.UNREADABLE, self.samples[0].unreadable)
        name, samples = self.settings.selector, [self.samples[number] for number in readable]
        candidates = Candidates(self.problem, samples, len(self.samples), self.application, self.session.ask_about)
        try:
            choice = await SELECTORS[name]().select(candidates)
        except (Ended, UnreadableReplyError) as error:
            choice = Choice(first_to_debug(samples), f"The selector could not choose: {str(error).rstrip('.')}.")
        if not 0 <= choice.index < len(samples):
            raise ValueError(f"the selector {name} chose sample {choice.index} of {len(samples)}")
        self.selection = Selection(name, readable[choice.index], choice.reason, choice.share)
        self.watch(Selected(self.samples, self.selection))
        program = samples[choice.index].program
        assert program
        return program

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
            program = await self.session.ask(self.kind, self.turns, FIX, functools.partial(self.read, previous=program))
            if program.code.strip() == turn.program.code.strip():
                return Ending.REPEATED

    async def take_turn(self, program: Program) -> Turn:
        """Execute, explain, judge: what a turn is."""
        # What a sample gave when it was voted on is what it is debugged for.
        outcome = self.outcomes.pop(program, None) or await self.application.execute(self.problem, program)
        self.watch(Ran(program, outcome))
        feedback = self.application.execution_feedback(self.problem, outcome)
        self.turns.append(Turn(program, outcome, feedback or UNJUDGED))
        try:
            if self.kind.debugs and not (feedback and self.is_settled(feedback)):
                await self.explain_and_judge(feedback)
        finally:  # also where the session ends before: the turn is what is known by then
            self.watch(Judged(self.turns[-1]))
        return self.turns[-1]

    async def explain_and_judge(self, feedback: Feedback | None) -> None:
        """Complete the newest turn with what the model, or a recorder, says of its program."""
        if self.application.planning and self.kind.explains and len(self.turns) == 1:
            self.complete(plan=await self.session.ask(self.kind, (), self.application.planning, read_words))
        for step in self.kind.steps(feedback):
            if step.gives == "verdict":
                self.complete(feedback=await self.judge(step))
            else:
                self.complete(explanation=await self.session.ask(self.kind, self.turns, step, read_words))
        if self.kind.records_trace and feedback and feedback.judge is Judge.TESTS:
            turn = self.turns[-1]
            trace = await self.application.record(self.problem, turn.program, test_to_trace(turn))
            self.complete(explanation=trace)

    async def judge(self, step: Step) -> Feedback:
        """The model's own verdict; unsure, if it cannot be read."""
        try:
            feedback = await self.session.ask(self.kind, self.turns, step, read_feedback)
        except UnreadableReplyError as error:
            return replace(UNJUDGED, text=str(error))
        doubt = self.doubt(self.problem) if feedback.verdict is Verdict.CORRECT else ""
        return replace(UNJUDGED, text=doubt) if doubt else feedback

    def complete(self, **known: Any) -> None:
        """Add what is known of the newest turn."""
        self.turns[-1] = replace(self.turns[-1], **known)

    def read(self, reply: Reply, previous: Program | None = None) -> Program:
        return self.application.read(self.problem, reply, previous)

    def is_settled(self, feedback: Feedback) -> bool:
        """Whether no explanation is needed: the newest program is correct, or nothing will follow."""
        return feedback.verdict is Verdict.CORRECT or self.is_last_turn()

    def is_last_turn(self) -> bool:
        return len(self.turns) > self.settings.max_turns

"""The loop of Self-Debugging (Chen et al., arXiv 2304.05128).

A *turn* is one program: it is run, explained, and given feedback. If the feedback says that it is wrong, the model is
asked for a new program, which begins the next turn. If it says that it is correct, the program is the answer and is
never changed again. Who says so: the tests that the problem shows; where it shows none, the model itself.

A first program and the turns that correct it are an *attempt*. Which program is corrected next, or whether another
attempt begins, is for a policy to say (`selfdebug.policies`); the paper's corrects the newest one.
"""

from __future__ import annotations

import contextlib
import functools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from selfdebug.applications.base import Application
from selfdebug.applications.conversation import test_to_trace
from selfdebug.applications.reading import (
    UnreadableReplyError,
    read_answer,
    read_block_verdicts,
    read_feedback,
    read_words,
)  # fmt: skip
from selfdebug.events import Explained, Judged, Ran, Selected, Watcher, ignore_events
from selfdebug.feedback import BASELINE, BROKEN, CHOOSE, FIX, GENERATE, RETRY, UNJUDGED, Feedback, Judge, Step, Verdict
from selfdebug.messages import Reply
from selfdebug.models import Model
from selfdebug.policies import EVERY, PAPERS, POLICIES
from selfdebug.policies.base import Begin, Fix, Move
from selfdebug.problem import Problem, Program
from selfdebug.prompts import Exemplar, count_blocks
from selfdebug.query_outcome import QueryOutcome
from selfdebug.selection import SELECTORS
from selfdebug.selection.base import Candidates, Choice, first_to_debug
from selfdebug.selection.sampling import run_samples
from selfdebug.session import Session
from selfdebug.settings import Settings
from selfdebug.styles import STYLES
from selfdebug.trajectory import (
    AnyOutcome,
    Ended,
    Ending,
    Sample,
    Selection,
    Trajectory,
    Turn,
    attempt_of,
    best_program,
    best_turn,
    newest_of_attempts,
    repeats,
)  # fmt: skip


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
        return await _Search(self, problem, watch, streamed).run(program)


class _Search:
    """One problem being debugged. `turns` fills up as it goes, so that nothing is lost when it has to end."""

    def __init__(self, debugger: Debugger, problem: Problem, watch: Watcher, streamed: bool) -> None:
        self.problem, self.settings, self.kind = problem, debugger.settings, debugger.settings.kind_for(problem)
        self.model, self.watch, self.doubt = debugger.model, watch, debugger.doubt
        self.selects_last = debugger.settings.policy in EVERY and debugger.settings.samples > 1 and self.kind.debugs
        self.application, self.style = debugger.applications[problem.application], STYLES[debugger.settings.style]
        self.session = Session(
            debugger.model, self.application, problem, debugger.settings, watch,
            streamed=streamed, first_exemplars=debugger.first_exemplars,
        )  # fmt: skip
        self.samples: tuple[Sample, ...] = ()
        self.selection: Selection | None = None
        self.outcomes: dict[Program, AnyOutcome] = {}
        self.turns: list[Turn] = []

    async def run(self, program: Program | None) -> Trajectory:
        detail = ""
        try:
            await self.take_turns([program] if program else await self.first_programs())
            ending = await self.make_moves()
        except Ended as end:
            ending, detail = end.ending, str(end)
        except UnreadableReplyError as error:
            ending, detail = Ending.UNREADABLE, str(error)
        answer = best_program(self.turns)
        with contextlib.suppress(Ended):  # a budget is spent
            answer, ending = await self.settle(answer, ending)
        detail = "" if ending is Ending.FIRST else detail  # that was of the other query
        return Trajectory(
            self.problem, self.model.name, self.kind.name, self.settings.style,
            tuple(self.turns), answer, ending, detail,
            self.samples, self.selection, tuple(self.session.exchanges), self.session.cost(),
            policy=self.settings.policy,
        )  # fmt: skip

    async def first_programs(self) -> list[Program]:
        """Generate, then select. The prompt is the same for all feedback kinds, so that they start alike."""
        count = self.settings.samples
        programs = await self.session.draw(BASELINE, (), GENERATE, self.read, count, greedy=count == 1)
        if len(programs) == 1 or self.selects_last:
            return readable(programs)
        self.samples, self.outcomes = await run_samples(self.application, self.problem, programs)
        return [await self.select()]

    async def select(self) -> Program:
        """Let the selector pick one of the samples."""
        numbers = [number for number, sample in enumerate(self.samples) if sample.program]
        if not numbers:
            raise Ended(Ending.UNREADABLE, self.samples[0].unreadable)
        name, samples = self.settings.selector, [self.samples[number] for number in numbers]
        candidates = Candidates(self.problem, samples, len(self.samples), self.application, self.session.ask_about)
        try:
            choice = await SELECTORS[name]().select(candidates)
        except (Ended, UnreadableReplyError) as error:
            choice = Choice(first_to_debug(samples), f"The selector could not choose: {str(error).rstrip('.')}.")
        if not 0 <= choice.index < len(samples):
            raise ValueError(f"the selector {name} chose sample {choice.index} of {len(samples)}")
        self.selection = Selection(name, numbers[choice.index], choice.reason, choice.share)
        self.watch(Selected(self.samples, self.selection))
        program = samples[choice.index].program
        assert program
        return program

    async def settle(self, answer: Program | None, ending: Ending) -> tuple[Program | None, Ending]:
        """Say which program is the answer, where there are several attempts or only the model has judged them."""
        if self.selects_last and self.turns:
            return await self.select_last(ending)
        first = self.doubted_query()
        theirs = next((turn for turn in self.turns if turn.program == answer), None)
        if first and theirs and first.outcome.key != theirs.outcome.key and not await self.prefers(theirs, first):
            return first.program, Ending.FIRST
        return answer, ending

    async def select_last(self, ending: Ending) -> tuple[Program, Ending]:
        """Let the selector pick among what became of the first programs: those judged correct, if there are any."""
        attempts = [attempt_of(self.turns, last) for last in newest_of_attempts(self.turns)]
        programs = [best_program([self.turns[number] for number in attempt]) for attempt in attempts]
        correct = {turn.program for turn in self.turns if turn.feedback.verdict is Verdict.CORRECT}
        candidates = [program for program in programs if program and (not correct or program in correct)]
        self.samples, _ = await run_samples(self.application, self.problem, candidates)
        program = await self.select()
        verdicts = {turn.feedback.verdict for turn in self.turns if turn.program == program}
        if Verdict.CORRECT in verdicts:
            return program, Ending.CORRECT
        return program, Ending.UNSURE if Verdict.UNSURE in verdicts and ending is Ending.REPEATED else ending

    def doubted_query(self) -> Turn | None:
        """The first query that only the model may have found wrong. The paper's loop takes it at its word."""
        if self.settings.policy == PAPERS or self.style.paper_only:
            return None
        queries = (turn for turn in self.turns if isinstance(turn.outcome, QueryOutcome))
        return next((turn for turn in queries if turn.feedback != BROKEN), None)

    async def prefers(self, new: Turn, old: Turn) -> bool:
        """Whether the model, when it compares results, prefers the new one, whichever of them comes first."""
        read = functools.partial(read_answer, answers="AB")
        try:
            return (
                await self.session.ask(self.kind, [old, new], CHOOSE, read) == "B"
                and await self.session.ask(self.kind, [new, old], CHOOSE, read) == "A"
            )
        except (Ended, UnreadableReplyError):
            return False

    async def make_moves(self) -> Ending:
        """Ask for what the policy says, until there is no more to ask for."""
        policy, failures = POLICIES[self.settings.policy], list[UnreadableReplyError]()
        while (ending := self.ending()) is None:
            move = policy(self.turns, len(failures))
            if move is None and not failures:
                return Ending.REPEATED  # none of the attempts goes on
            if move is None:
                raise failures[-1]
            try:
                await self.make(move)
                failures.clear()
            except UnreadableReplyError as error:
                failures.append(error)
        return ending

    async def make(self, move: Move) -> None:
        match move:
            case Begin(told):
                best = best_turn(self.turns)
                if told and self.can_be_told_of(best):
                    drawn = await self.session.draw(self.kind, [best], RETRY, self.read)
                else:
                    drawn = await self.session.draw(BASELINE, (), GENERATE, self.read)
                await self.take_turns(readable(drawn))
            case Fix(number, samples, greedy):
                await self.fix(number, min(samples, self.turns_left()), greedy)

    def ending(self) -> Ending | None:
        """Why it ends with the newest turn, if it does."""
        feedback = self.turns[-1].feedback
        if feedback.verdict is Verdict.CORRECT and not self.selects_last:
            return Ending.CORRECT
        if not self.kind.debugs:
            return Ending.NO_DEBUGGING
        if self.selects_last:
            return None if self.turns_left() else Ending.TURNS
        if feedback.judge is Judge.MODEL and repeats(self.turns, len(self.turns) - 1):
            return Ending.REPEATED  # it stands by a program that it alone finds wrong
        if feedback.verdict is Verdict.UNSURE:
            raise Ended(Ending.UNSURE, feedback.text if feedback.judge is Judge.NOBODY else "")
        return None if self.turns_left() else Ending.TURNS

    def turns_left(self) -> int:
        first = sum(turn.parent is None for turn in self.turns) if self.selects_last else 1
        return self.settings.max_turns + first - len(self.turns)

    def can_be_told_of(self, turn: Turn) -> bool:
        match turn.feedback.judge:
            case Judge.TESTS:
                return self.kind.shows_tests and not self.style.paper_only
            case Judge.EXECUTION:
                return self.kind.shows_errors and not self.style.paper_only
        return False

    async def fix(self, number: int, samples: int, greedy: bool) -> None:
        """Explain a program, ask for corrections of it, and take a turn with each."""
        if self.turns[number].feedback == UNJUDGED:
            await self.explain_and_judge(number, None)
            if self.turns[number].feedback.verdict is not Verdict.WRONG:
                return
        if self.turns[number].feedback.judge in (Judge.TESTS, Judge.EXECUTION) and not repeats(self.turns, number):
            await self.explain_and_judge(number, self.turns[number].feedback)
        read = functools.partial(self.read, previous=self.turns[number].program)
        programs = await self.session.draw(self.kind, self.path_to(number), FIX, read, samples, greedy=greedy)
        await self.take_turns(readable(programs), number)

    async def take_turns(self, programs: Sequence[Program], parent: int | None = None) -> None:
        """Run programs, and judge the most promising one, which becomes the newest turn.

        Args:
            programs: at least one.
            parent: number of the turn whose program they correct.
        """
        turns = [await self.turn_of(program, parent) for program in dict.fromkeys(programs)]
        keys = Counter(turn.outcome.key for turn in turns)
        turns.sort(key=lambda turn: (turn.feedback.verdict is Verdict.CORRECT, turn.score, keys[turn.outcome.key]))
        numbers = range(len(self.turns), len(self.turns) + len(turns))
        self.turns += turns
        for number, turn in zip(numbers, turns, strict=True):
            self.watch(Ran(turn, number))
        try:
            if self.kind.debugs and turns[-1].feedback == UNJUDGED:
                await self.explain_and_judge(numbers[-1], None)
        finally:  # also where the session ends before: the turn is what is known by then
            for number in numbers:
                self.watch(Judged(self.turns[number], number))

    async def turn_of(self, program: Program, parent: int | None) -> Turn:
        """A program with what running it gives; the model has said nothing of it yet."""
        replies = len(self.session.exchanges)
        for turn in self.turns:
            if turn.program.code.strip() == program.code.strip():
                return Turn(turn.program, turn.outcome, turn.feedback, parent=parent, replies=replies)
        # What a sample gave when it was voted on is what it is debugged for.
        outcome = self.outcomes.pop(program, None) or await self.application.execute(self.problem, program)
        feedback = self.application.execution_feedback(self.problem, outcome)
        return Turn(program, outcome, feedback or UNJUDGED, parent=parent, replies=replies)

    async def explain_and_judge(self, number: int, feedback: Feedback | None) -> None:
        """Complete a turn with what the model, or a recorder, says of its program.

        Args:
            number: of the turn.
            feedback: what execution says of it; ``None`` where it says nothing, so that the model judges.
        """
        if feedback is None and not self.kind.judges:
            self.complete(number, feedback=replace(UNJUDGED, text="Running it shows nothing wrong."))
            return
        planning = self.application.planning
        if planning and self.kind.explains and self.turns[number].parent is None:
            known = next((turn.plan for turn in self.turns if turn.plan), "")  # made without seeing a program
            self.complete(number, plan=known or await self.session.ask(self.kind, (), planning, read_words))
        if self.kind.records and feedback and feedback.judge is Judge.TESTS:
            turn = self.turns[number]
            trace = await self.application.record(self.problem, turn.program, test_to_trace(turn), self.kind.records)
            self.complete(number, explanation=trace)
        is_trivial = self.application.is_trivial(self.turns[number].program) and not self.style.paper_only
        for step in self.kind.steps(feedback):
            if step is self.kind.explaining and is_trivial:
                continue
            if step.gives == "verdict":
                self.complete(number, feedback=await self.judge(number, step))
            elif step is self.kind.diagnosing:
                await self.diagnose(number, step)
            elif step is self.kind.observing:
                await self.observe(number, step)
            else:
                words = await self.session.ask(self.kind, self.path_to(number), step, read_words)
                self.complete(number, explanation=words)

    async def diagnose(self, number: int, step: Step) -> None:
        """Tell the outcome and ask what is wrong; of blocks, only where some ran."""
        read: Callable[[Reply], str] = read_words
        if step.gives == "block verdicts":
            blocks = count_blocks(self.turns[number].explanation)
            if not blocks:
                return
            read = functools.partial(read_block_verdicts, blocks=blocks)
        self.complete(number, diagnosis=await self.session.ask(self.kind, self.path_to(number), step, read))

    async def observe(self, number: int, step: Step) -> None:
        """Run a program on inputs that the model wrote, for an earlier program of the trajectory or this one."""
        known = next((turn.inputs for turn in self.turns if turn.inputs), "")
        inputs = known or await self.session.ask(self.kind, self.path_to(number), step, read_words)
        observed = await self.application.observe(self.problem, self.turns[number].program, inputs)
        self.complete(number, inputs=inputs, observed=observed)

    async def judge(self, number: int, step: Step) -> Feedback:
        """The model's own verdict; unsure, if it cannot be read."""
        try:
            feedback = await self.session.ask(self.kind, self.path_to(number), step, read_feedback)
        except UnreadableReplyError as error:
            return replace(UNJUDGED, text=str(error))
        doubt = self.doubt(self.problem) if feedback.verdict is Verdict.CORRECT else ""
        return replace(UNJUDGED, text=doubt) if doubt else feedback

    def complete(self, number: int, **known: Any) -> None:
        """Add what is known of a turn."""
        self.turns[number] = replace(self.turns[number], **known)
        if known.keys() & {"explanation", "diagnosis", "observed"}:
            self.watch(Explained(self.turns[number], number))

    def path_to(self, number: int) -> list[Turn]:
        """The turns of an attempt, of which the conversation is made."""
        return [self.turns[each] for each in attempt_of(self.turns, number)]

    def read(self, reply: Reply, previous: Program | None = None) -> Program:
        return self.application.read(self.problem, reply, previous)


def readable(programs: Sequence[Program | UnreadableReplyError]) -> list[Program]:
    """The programs among what was read.

    Raises:
        UnreadableReplyError: there is none.
    """
    found = [program for program in programs if isinstance(program, Program)]
    if not found:
        raise next(error for error in programs if isinstance(error, UnreadableReplyError))
    return found

"""Trajectories as a page shows them: attempts of turns, programs as rows, exchanges with what was said before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, takewhile

from selfdebug.benchmarks import Score
from selfdebug.feedback import FEEDBACK_KINDS, Judge, Verdict
from selfdebug.problem import Program
from selfdebug.query_outcome import QueryOutcome
from selfdebug.safe_text import counted
from selfdebug.trajectory import AnyOutcome, Exchange, Turn, attempt_of
from selfdebug.web.code import ProgramRows, program_rows
from selfdebug.web.explanations import PlacedExplanation, placed
from selfdebug.web.traces import TraceRow, steps_of

_SAYS = {
    Judge.TESTS: "the shown tests say",
    Judge.EXECUTION: "running it says",
    Judge.MODEL: "the model says",
    Judge.NOBODY: "nobody could tell:",
}


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn, with its number from 1.

    Attributes:
        code: its program, with what changed since the one that it corrects.
        notes: the explanation, beside the rows that it explains.
        steps: the trace, where the turn has one.
        error_line, error_note: line of the program in which its first error came up, and that error.
        parent: number of the turn whose program it corrects; ``None`` in the first of an attempt.
        score: what the benchmark says of the program; ``None`` where it was not scored.
        blocks: the recorded trace in blocks, where the turn has one.
    """

    number: int
    turn: Turn
    code: ProgramRows
    notes: PlacedExplanation
    steps: tuple[TraceRow, ...]
    error_line: int | None
    error_note: str
    parent: int | None
    score: Score | None
    blocks: str = ""

    @property
    def says(self) -> str:
        """Who gave the verdict."""
        return _SAYS[self.turn.feedback.judge]

    @property
    def is_query(self) -> bool:
        """Whether its program is a query, with rows instead of tests."""
        return isinstance(self.turn.outcome, QueryOutcome)

    @property
    def summary(self) -> str:
        """What running the program gave, in a few words."""
        outcome = self.turn.outcome
        if isinstance(outcome, QueryOutcome):
            if outcome.error is not None:
                return str(outcome.error)
            rows = counted(len(outcome.rows), "row") + (" or more" if outcome.truncated else "")
            return "; ".join([f"{rows} of {counted(len(outcome.columns), 'column')}", *outcome.faults[:1]])
        if outcome.error is not None:
            return f"does not run: {outcome.error}"
        if not outcome.tests:
            return "ran without an error"
        passed = f"{sum(test.passed for test in outcome.tests)} of {counted(len(outcome.tests), 'test')} passed"
        return "; ".join([passed, *[test.reason for test in outcome.tests if not test.passed][:1]])

    @property
    def complaint(self) -> str:
        """What was said against the program: by the model in its words, by others what running it gave."""
        feedback = self.turn.feedback
        return feedback.text if feedback.judge is Judge.MODEL and feedback.text else self.summary


def turn_views(turns: Sequence[Turn], scores: Sequence[Score] = (), feedback: str = "") -> tuple[TurnView, ...]:
    """The turns of a trajectory.

    Args:
        turns: in their order.
        scores: of their programs, where a benchmark gave some.
        feedback: name of the feedback kind, which says whether an explanation is a trace, and in which form.
    """
    kind = FEEDBACK_KINDS.get(feedback)
    is_in_blocks = kind is not None and kind.records == "block"
    is_trace = kind is not None and kind.traces and not is_in_blocks
    views = []
    for place, turn in enumerate(turns):
        code = program_rows(turn.program, None if turn.parent is None else turns[turn.parent].program)
        steps = steps_of(turn.explanation, turn.program) if is_trace else ()
        line, note = _first_error(turn.outcome)
        notes = placed("" if steps or is_in_blocks else turn.explanation, code.rows)
        score = scores[place] if place < len(scores) else None
        parent = None if turn.parent is None else turn.parent + 1
        blocks = turn.explanation if is_in_blocks else ""
        views.append(TurnView(place + 1, turn, code, notes, steps, line, note, parent, score, blocks))
    return tuple(views)


@dataclass(frozen=True, slots=True)
class AttemptView:
    """A first program and the turns that correct it, with its number from 1.

    Attributes:
        number: among the attempts of its trajectory.
        steps: its turns in their order. Corrections of one program that follow one another are one step; of all others
            each is one.
        best: the turn to judge it by: the one that was judged correct, else the one whose program did best.
        corrected: numbers of the turns that another one corrects.
    """

    number: int
    steps: tuple[tuple[TurnView, ...], ...]
    best: TurnView
    corrected: frozenset[int]

    @property
    def turns(self) -> tuple[TurnView, ...]:
        """All turns, in their order."""
        return tuple(view for step in self.steps for view in step)

    @property
    def branches(self) -> bool:
        """Whether some program has several corrections."""
        return any(len(step) > 1 for step in self.steps)


def attempt_views(views: Sequence[TurnView]) -> tuple[AttemptView, ...]:
    """The attempts of a trajectory, in the order in which they began."""
    turns = [view.turn for view in views]
    members: dict[int, list[TurnView]] = {}
    for place, view in enumerate(views):
        members.setdefault(attempt_of(turns, place)[0], []).append(view)
    attempts = []
    for number, attempt in enumerate(members.values(), 1):
        steps = tuple(tuple(step) for _, step in groupby(attempt, lambda view: view.parent))
        best = max(
            attempt, key=lambda view: (view.turn.feedback.verdict is Verdict.CORRECT, view.turn.score, view.number)
        )
        corrected = frozenset(view.parent for view in attempt if view.parent is not None)
        attempts.append(AttemptView(number, steps, best, corrected))
    return tuple(attempts)


def answer_turn(views: Sequence[TurnView], answer: Program | None) -> int | None:
    """Number of the turn whose program is the answer; of the last one, where it came up again."""
    return max((view.number for view in views if view.turn.program == answer), default=None)


def turning_of(views: Sequence[TurnView]) -> tuple[TurnView, TurnView] | None:
    """The last two turns of which one is right and the other wrong, by the benchmark: where it was won or lost."""
    scored = [(view.score, view) for view in views if view.score is not None]
    pairs = [(one, other) for (was, one), (now, other) in pairwise(scored) if was.passed != now.passed]
    return pairs[-1] if pairs else None


def _first_error(outcome: AnyOutcome) -> tuple[int | None, str]:
    """The line of the program in which something went wrong, and what did."""
    if isinstance(outcome, QueryOutcome):
        return None, ""
    errors = [outcome.error, *(test.error for test in outcome.tests)]
    first = next((error for error in errors if error is not None and error.line is not None), None)
    return (first.line, f"{first.type}: {first.message}") if first else (None, "")


def with_earlier(exchanges: Sequence[Exchange]) -> Iterator[tuple[Exchange, int]]:
    """The exchanges of a trajectory, each with how many of its messages stand in the one before already."""
    for before, exchange in zip((None, *exchanges), exchanges, strict=False):
        pairs = zip(before.sent if before else (), exchange.sent, strict=False)
        yield exchange, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

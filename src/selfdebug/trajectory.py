"""Trajectories: what happened to one problem, turn by turn, and what it cost. Plain, frozen data with a JSON form."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

from selfdebug.feedback import Feedback, Verdict
from selfdebug.messages import Message, Reply
from selfdebug.outcome import Outcome
from selfdebug.plain import JsonForm, Plain
from selfdebug.problem import Problem, Program
from selfdebug.query_outcome import QueryOutcome

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA_VERSION: Literal[2] = 2
"""Version of the JSON form. A reader refuses a newer one. In version 1 each turn corrected the one before."""


class Ending(StrEnum):
    """Why a trajectory ended."""

    CORRECT = "judged correct"
    NO_DEBUGGING = "no debugging asked for"
    TURNS = "out of turns"
    CALLS = "out of calls"
    TOKENS = "out of tokens"
    SECONDS = "out of time"
    REPEATED = "the model repeated its program"
    """Only where the model alone had judged it wrong, or where each of several attempts has come to that."""
    FIRST = "the model preferred the first query"
    """It had judged it wrong; then it compared its result with that of the new one."""
    UNSURE = "no verdict"
    """Nothing says whether the program is right: the model's verdict could not be read, or it was unsure."""
    UNREADABLE = "unreadable reply"
    CONTEXT = "the conversation does not fit into the model's context"


class Ended(Exception):  # noqa: N818 - it ends a trajectory; nothing went wrong
    """A trajectory has to end: a budget is spent, or a reply cannot be used. It carries what to record."""

    def __init__(self, ending: Ending, detail: str = "") -> None:
        super().__init__(detail)
        self.ending = ending


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request to the model and its reply.

    Attributes:
        step: name of the step, what was asked for.
        sent: the conversation as sent, less the system message and the exemplars, which all trajectories of a
            configuration share.
        exemplars: how many exemplars stood before it.
        reply: what came back.
        repair: whether it asks again for what could not be read.
    """

    step: str
    sent: tuple[Message, ...]
    exemplars: int
    reply: Reply
    repair: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the first programs was selected, and why.

    Attributes:
        selector: name of the selector.
        chosen: index among the samples.
        reason: one sentence.
        share: of the votes, the part that the choice had, 0 to 1; ``None`` where nothing was voted on.
    """

    selector: str
    chosen: int
    reason: str
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One of the first programs, of which one was selected.

    Attributes:
        program: ``None`` where the reply could not be read.
        unreadable: why it could not be read.
        parses: whether its syntax is right.
        ran: whether it ran, in every test, without an error of its own or a fault that running it shows.
        accepted: whether it passed the shown tests; ``None`` where the problem shows none.
        key: its ballot in the vote, `Outcome.key` or `QueryOutcome.key`.
    """

    program: Program | None
    unreadable: str = ""
    parses: bool = False
    ran: bool = False
    accepted: bool | None = None
    key: str = ""


_QUERY_FIELDS = ("columns", "error", "truncated", "seconds", "ordered", "faults", "notes")


def _write_outcome(outcome: Outcome | QueryOutcome) -> dict[str, Any]:
    if isinstance(outcome, Outcome):
        return {"kind": "program", **_adapter(Outcome).dump_python(outcome, mode="json")}
    rows = _adapter(tuple[tuple[Plain, ...], ...]).dump_python(outcome.rows, mode="json")
    rest = {name: getattr(outcome, name) for name in _QUERY_FIELDS}
    return {"kind": "query", **_adapter(dict[str, Any]).dump_python(rest, mode="json"), "rows": rows}


def _read_outcome(data: Any) -> Outcome | QueryOutcome:
    if isinstance(data, Outcome | QueryOutcome):
        return data
    kind = data.get("kind") if isinstance(data, Mapping) else None
    if kind not in ("program", "query"):
        raise ValueError("an outcome is of kind program or query")
    fields = {name: value for name, value in data.items() if name != "kind"}
    if kind == "query":
        fields["rows"] = _adapter(tuple[tuple[Plain, ...], ...]).validate_python(fields.get("rows"))
    outcome: Outcome | QueryOutcome = _adapter(Outcome if kind == "program" else QueryOutcome).validate_python(fields)
    return outcome


AnyOutcome = Annotated[Outcome | QueryOutcome, JsonForm(_write_outcome, _read_outcome)]


@dataclass(frozen=True, slots=True)
class Turn:
    """One program with its outcome, explanation and feedback.

    Attributes:
        program: as the model wrote it.
        outcome: what running it gave.
        feedback: whether it is right, who says so, and the words.
        explanation: the model's explanation or trace of the program, or the recorded trace; empty where none was due.
        inputs: calls that the model wrote, to see what they give; empty where it was not asked.
        observed: of calls among these, each with what the program gives.
        diagnosis: what the model said was wrong, once it was told the outcome; empty where that was not asked.
        plan: what the model said, before it saw the first program, that an answer must look like; in first turns.
        parent: index, in the trajectory, of the turn whose program it corrects; ``None`` in the first of an attempt.
        replies: how many of the trajectory's exchanges there were when its program was there.
    """

    program: Program
    outcome: AnyOutcome
    feedback: Feedback
    explanation: str = ""
    plan: str = ""
    parent: int | None = None
    replies: int = 0
    diagnosis: str = ""
    inputs: str = ""
    observed: tuple[tuple[str, str], ...] = ()

    @property
    def score(self) -> tuple[bool, int]:
        """How good the program is, as far as running it tells: whether it ran, and how many shown tests it passed.

        Of a query instead of tests: how many faults were found, as a negative number.
        """
        if isinstance(self.outcome, QueryOutcome):
            return self.outcome.error is None, -len(self.outcome.faults)
        return self.outcome.error is None, sum(test.passed for test in self.outcome.tests)


def attempt_of(turns: Sequence[Turn], index: int) -> tuple[int, ...]:
    """Indices of the turns from an attempt's first program to a turn, each a correction of the one before."""
    path = [index]
    while (parent := turns[path[0]].parent) is not None:
        path.insert(0, parent)
    return tuple(path)


def newest_of_attempts(turns: Sequence[Turn]) -> list[int]:
    """Index of the newest turn of each attempt, in the order of the attempts' first programs."""
    newest = {attempt_of(turns, number)[0]: number for number in range(len(turns))}
    return [newest[first] for first in sorted(newest)]


def repeats(turns: Sequence[Turn], index: int) -> bool:
    """Whether a turn's program is, but for space around it, one that an earlier turn had."""
    code = turns[index].program.code.strip()
    return any(turn.program.code.strip() == code for turn in turns[:index])


def best_program(turns: Sequence[Turn]) -> Program | None:
    """The program judged correct; else the one that did best when it ran, the last of equally good ones."""
    if not turns:
        return None
    correct = (turn.program for turn in turns if turn.feedback.verdict is Verdict.CORRECT)
    return next(correct, best_turn(turns).program)


def best_turn(turns: Sequence[Turn]) -> Turn:
    """The one whose program did best when it ran, the last of equally good ones."""
    return max(enumerate(turns), key=lambda pair: (pair[1].score, pair[0]))[1]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a trajectory cost.

    Attributes:
        calls: replies that it used.
        stored_calls: how many of these were read back from the store, and so were not paid again.
        prompt_tokens, completion_tokens: as the server counted them, those of stored replies included.
        seconds: wall time.
    """

    calls: int = 0
    stored_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0


def cost_of(exchanges: Sequence[Exchange]) -> Cost:
    """What replies cost; the seconds are those that the model took."""
    replies = [exchange.reply for exchange in exchanges]
    return Cost(
        calls=len(replies),
        stored_calls=sum(reply.stored for reply in replies),
        prompt_tokens=sum(reply.prompt_tokens or 0 for reply in replies),
        completion_tokens=sum(reply.completion_tokens or 0 for reply in replies),
        seconds=sum(reply.seconds for reply in replies),
    )


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The turns for one problem, the answer, and what it cost.

    Attributes:
        problem: what was asked.
        model: name of the model.
        feedback: name of the feedback kind.
        style: name of the prompt style.
        turns: in the order in which they were taken; empty if no program could be read. Their parents make attempts
            of them.
        answer: the program to use: the one judged correct, else the best so far.
        ending: why it ended.
        detail: more about the ending, one sentence; may be empty.
        samples: the programs of which one was selected, if several first ones were asked for: these, or what debugging
            made of each.
        selection: which of these was selected, and why.
        exchanges: the whole conversation with the model.
        cost: calls, tokens and seconds.
        notes: what a reader should know about the conditions, such as how tests were derived.
        policy: name of the policy; those stored before there were any are chains.
    """

    problem: Problem
    model: str
    feedback: str
    style: str
    turns: tuple[Turn, ...]
    answer: Program | None
    ending: Ending
    detail: str = ""
    samples: tuple[Sample, ...] = ()
    selection: Selection | None = None
    exchanges: tuple[Exchange, ...] = ()
    cost: Cost = field(default_factory=Cost)
    notes: tuple[str, ...] = ()
    policy: str = "chain"
    schema_version: Literal[2] = SCHEMA_VERSION

    @property
    def correct(self) -> bool:
        """Whether the answer was judged correct."""
        return any(turn.feedback.verdict is Verdict.CORRECT and turn.program == self.answer for turn in self.turns)

    @property
    def repairs(self) -> int:
        """How often a new program did better than the one that it corrects: it runs, or passes more shown tests."""
        return sum(later.score > earlier.score for earlier, later in self._corrections())

    @property
    def regressions(self) -> int:
        """How often a new program did worse than the one that it corrects."""
        return sum(later.score < earlier.score for earlier, later in self._corrections())

    def _corrections(self) -> Iterator[tuple[Turn, Turn]]:
        return ((self.turns[turn.parent], turn) for turn in self.turns if turn.parent is not None)

    def to_json(self, indent: int | None = None) -> str:
        """Write it as JSON. Passwords of databases are left out."""
        from pydantic_core import PydanticSerializationError

        try:
            return _adapter(Trajectory).dump_json(self, indent=indent).decode()
        except PydanticSerializationError:  # half a surrogate pair, in what a program gave
            return json.dumps(_adapter(Trajectory).dump_python(self, mode="json"), indent=indent)

    @classmethod
    def from_json(cls, text: str | bytes) -> Trajectory:
        """Read what `to_json` wrote.

        Raises:
            ValueError: it is something else, or was written by a newer version.
        """
        from pydantic import ValidationError

        try:
            data = json.loads(text)
            version = data.get("schema_version")
        except (ValueError, AttributeError, RecursionError):
            raise ValueError("this is not the JSON of a trajectory") from None
        if isinstance(version, int) and version > SCHEMA_VERSION:
            raise ValueError(
                f"this trajectory was written by a newer selfdebug (version {version} of its form); update"
            )
        try:
            found: Trajectory = _adapter(Trajectory).validate_python(_as_of_now(data))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise ValueError(f"this is not the JSON of a trajectory: {first['msg']} at {place}") from None
        for number, turn in enumerate(found.turns):
            if turn.parent is not None and not 0 <= turn.parent < number:
                raise ValueError(f"this is not the JSON of a trajectory: turn {number} corrects none before it")
        return found


def _as_of_now(data: dict[str, Any]) -> dict[str, Any]:
    """What version 1 wrote as this version would have."""
    if data.get("schema_version") != 1 or not isinstance(data.get("turns"), list):
        return data
    turns = [
        {**turn, "parent": number - 1 if number else None} if isinstance(turn, dict) else turn
        for number, turn in enumerate(data["turns"])
    ]
    return {**data, "turns": turns, "schema_version": SCHEMA_VERSION}


@functools.cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # costs more than all the rest, and few need it

    return TypeAdapter(kind)

"""What an application is: the small protocol behind which text-to-SQL, translation and text-to-Python stand."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from selfdebug.feedback import Feedback, FeedbackKind
from selfdebug.messages import Reply
from selfdebug.outcome import Outcome
from selfdebug.problem import Program
from selfdebug.prompts import Exemplar
from selfdebug.query_outcome import QueryOutcome

P_contra = TypeVar("P_contra", contravariant=True)


class Application(Protocol[P_contra]):
    """A kind of problem: it knows its prompts, how to read a program out of a reply, and how to execute it.

    Attributes:
        name: such as ``text-to-sql``; also names its folder of prompts.
        plans: whether the model says what the answer must look like before it sees a program that it explains.
    """

    name: str
    plans: bool

    def check(self, problem: P_contra, kind: FeedbackKind) -> None:
        """Refuse a feedback kind that makes no sense for a problem.

        Raises:
            ValueError: it does not; the message says which ones do.
        """

    async def variables(self, problem: P_contra, *, sample_rows: int) -> dict[str, Any]:
        """What every template of the application may name; at most so many rows of each table are shown."""

    def exemplars(self, problem: P_contra, kind: FeedbackKind) -> tuple[Exemplar, ...]:
        """Exemplars for a problem under a feedback kind, the ones nearest to it last."""

    def exemplar_variables(self, exemplar: Exemplar, problem: P_contra) -> dict[str, Any]:
        """`variables` of an exemplar, shown with tests only if the problem has some."""

    def read(self, problem: P_contra, reply: Reply, previous: Program | None = None) -> Program:
        """Read the program out of a reply; `previous` is the one that a new one was asked for.

        Raises:
            UnreadableReplyError: there is none, or it is not clear which.
        """

    def parses(self, program: Program) -> bool:
        """Whether a program is well-formed, right or not."""

    async def execute(self, problem: P_contra, program: Program) -> Outcome | QueryOutcome:
        """Run a program; whatever it does becomes its outcome."""

    async def record(self, problem: P_contra, program: Program, test: int) -> str:
        """The trace of a real run of one shown test, as text."""

    def judge(self, problem: P_contra, outcome: Outcome | QueryOutcome) -> Feedback | None:
        """What execution alone says: the shown tests' verdict, or wrong after an error; ``None`` if it says nothing."""

    def evidence(self, program: Program, outcome: Outcome | QueryOutcome, plan: str) -> tuple[str, ...]:
        """Facts about an outcome that a model should weigh when it judges; `plan` is what it expected before."""

"""What an application is: the small protocol behind which text-to-SQL, translation and text-to-Python stand."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, Self, TypeVar

from selfdebug.execution import Sandbox
from selfdebug.feedback import Feedback, FeedbackKind, Level, Step
from selfdebug.messages import Reply
from selfdebug.outcome import Outcome
from selfdebug.problem import Program
from selfdebug.prompts import Exemplar
from selfdebug.query_outcome import QueryOutcome

P_contra = TypeVar("P_contra", contravariant=True)


class Application(Protocol[P_contra]):
    """A kind of problem: it knows its prompts, how to read a program out of a reply, and how to execute it.

    Attributes:
        name: such as ``text-to-sql``.
        planning: the step in which the model says what the answer must look like, before it sees a program that it is
            going to explain; ``None`` where there is none.
    """

    name: str
    planning: Step | None

    @classmethod
    def open(cls, sandbox: Sandbox) -> AbstractAsyncContextManager[Self]:
        """Open it.

        Args:
            sandbox: where programs run; it stays the caller's, and is open if the application needs one.
        """

    @staticmethod
    def read_exemplar(entry: Mapping[str, Any]) -> Exemplar:
        """Read an entry of its `exemplars.yaml`."""

    async def prompt_variables(self, problem: P_contra, *, sample_rows: int) -> dict[str, Any]:
        """What every template of the application may name.

        Args:
            problem: what is asked.
            sample_rows: how many rows of each table are shown, at most.

        Returns:
            By name. The shared templates need ``noun`` (what a program is called), ``language`` and ``problem``.
        """

    def exemplars(self, problem: P_contra, kind: FeedbackKind) -> tuple[Exemplar, ...]:
        """Exemplars for a problem under a feedback kind, the nearest last."""

    def exemplar_variables(self, exemplar: Exemplar, tested: bool) -> dict[str, Any]:
        """`prompt_variables` of an exemplar; its tests are shown only beside a problem that shows some."""

    def read(self, problem: P_contra, reply: Reply, previous: Program | None = None) -> Program:
        """Read the program out of a reply; `previous` is the one that a new one was asked for.

        Raises:
            UnreadableReplyError: there is none, or it is not clear which.
        """

    def parses(self, program: Program) -> bool:
        """Whether a program is well-formed, right or not."""

    async def execute(self, problem: P_contra, program: Program) -> Outcome | QueryOutcome:
        """Run a program; whatever it does becomes its outcome."""

    async def record(self, problem: P_contra, program: Program, test: int, level: Level) -> str:
        """The trace of a real run of one shown test, as text; empty if no line of a function ran."""

    def execution_feedback(self, problem: P_contra, outcome: Outcome | QueryOutcome) -> Feedback | None:
        """What execution alone says: the shown tests' verdict, or wrong after an error; ``None`` if it says nothing."""

    async def observe(self, problem: P_contra, program: Program, inputs: str) -> tuple[tuple[str, str], ...]:
        """Calls among a model's words, each with what a program gives."""

    def is_trivial(self, program: Program) -> bool:
        """Whether a program needs no words of explanation before it is judged."""

    def evidence(self, program: Program, outcome: Outcome | QueryOutcome, plan: str) -> tuple[str, ...]:
        """Facts about an outcome that a model should weigh when it judges; `plan` is what it expected before."""

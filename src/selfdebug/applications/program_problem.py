"""What problems have in common whose programs run in a sandbox against shown tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selfdebug.feedback import FeedbackKind
from selfdebug.languages import find_language
from selfdebug.problem import Problem


class ProgramProblem(Problem):
    """A problem whose programs a sandbox runs.

    Attributes:
        setup: Python test code that runs before the tests.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def setup(self) -> str: ...

    def check(self, kind: FeedbackKind) -> None:
        """Refuse kinds that need tests where there are none, and recordings of languages that have no recorder."""
        if not self.tests and (kind.shows_tests or kind.records):
            raise ValueError(f"feedback {kind} needs tests: give at least one, or choose simple, expl or trace")
        if kind.records and not find_language(self.language).records_traces:
            instead = "ut+trace, the model's own trace" if kind.records == "line" else "ut+cause"
            raise ValueError(f"feedback {kind} needs a Python program: choose {instead}")

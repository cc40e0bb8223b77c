"""A word of which an anagram is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from selfdebug.feedback import FeedbackKind
from selfdebug.problem import Problem
from selfdebug.unit_tests import UnitTest


@dataclass(frozen=True, slots=True)
class AnagramProblem(Problem):
    """A word of which an anagram is wanted."""

    request: str
    application: Literal["anagrams"] = "anagrams"

    @property
    def language(self) -> str:
        return "english"

    @property
    def tests(self) -> tuple[UnitTest, ...]:
        return ()

    def check(self, kind: FeedbackKind) -> None:
        if kind.traces or kind.shows_tests:
            raise ValueError(f"feedback {kind} makes no sense for a word: choose simple or expl")

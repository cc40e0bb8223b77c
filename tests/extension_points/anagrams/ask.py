"""How an anagram is asked for: the command `anagram`, and a tab of the page's form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from selfdebug.applications.problem_input import InputKind, ProblemInput, ProblemInputError, given
from tests.extension_points.anagrams.problem import AnagramProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class AnagramInput(ProblemInput):
    """A word."""

    command: ClassVar[str] = "anagram"
    title: ClassVar[str] = "An anagram"
    help: ClassVar[str] = "Find an anagram."
    examples: ClassVar[str] = "selfdebug anagram listen"

    word: str = given(InputKind.REQUEST, "The word.", "Word", metavar="WORD")
    dialect: str = given(
        InputKind.LINE, "Whose words count.", "Dialect", default="", option="--dialect", metavar="NAME"
    )

    def problem(self) -> AnagramProblem:
        if self.dialect not in ("", "british"):
            raise ProblemInputError("only British words are known.", "dialect")
        return AnagramProblem(self.word)

    @classmethod
    def of(cls, problem: AnagramProblem) -> Self:
        return cls(word=problem.request)

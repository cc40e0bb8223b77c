"""Translation: a program in one language becomes a program in another that gives the same results (TransCoder)."""

from __future__ import annotations

from selfdebug.problem import TranslationProblem
from selfdebug.prompts import Exemplar, exemplars

from .programs import ProgramApplication


class Translation(ProgramApplication[TranslationProblem]):
    """Translates between any two of the languages that the sandbox runs."""

    name = "translation"
    noun = "translation"
    shown_exemplars = 4

    def language(self, problem: TranslationProblem) -> str:
        """The language to translate to."""
        return problem.language

    def entry_point(self, problem: TranslationProblem) -> str:
        """The function that tests call."""
        return problem.entry_point

    def exemplars(self, problem: TranslationProblem) -> tuple[Exemplar, ...]:
        """Those nearest to the problem's pair of languages; the same target counts more than the same source."""

        def nearness(exemplar: Exemplar) -> tuple[bool, bool]:
            shown = exemplar.problem
            assert isinstance(shown, TranslationProblem)
            return shown.language == problem.language, shown.source.language == problem.source.language

        ordered = sorted(exemplars(self.name), key=nearness)  # stable: the file's order within the same nearness
        return tuple(ordered[-self.shown_exemplars :])

"""Translation: a program in one language becomes a program in another that gives the same results (TransCoder)."""

from __future__ import annotations

from selfdebug.feedback import FeedbackKind
from selfdebug.problem import TranslationProblem
from selfdebug.prompts import Exemplar

from .programs import ProgramApplication

_SHOWN = 4  # exemplars before a problem


class Translation(ProgramApplication[TranslationProblem]):
    """Translates between any two of the languages that the sandbox runs."""

    name = "translation"
    noun = "translation"

    def language(self, problem: TranslationProblem) -> str:
        """The language to translate to."""
        return problem.language

    def entry_point(self, problem: TranslationProblem) -> str:
        """The function that tests call."""
        return problem.entry_point

    def exemplars(self, problem: TranslationProblem, kind: FeedbackKind) -> tuple[Exemplar, ...]:
        """The nearest to the problem's pair of languages, and always one that is right at first."""

        def nearness(exemplar: Exemplar) -> tuple[bool, bool]:
            shown = exemplar.problem
            assert isinstance(shown, TranslationProblem)
            return shown.language == problem.language, shown.source.language == problem.source.language

        # Stable: within the same nearness, the order of the file.
        ordered = sorted(super().exemplars(problem, kind), key=nearness)
        shown, rest = ordered[-_SHOWN:], ordered[:-_SHOWN]
        if all(len(exemplar.turns) > 1 for exemplar in shown):
            # Lest a model learns that the first program is always wrong.
            shown[:1] = [exemplar for exemplar in rest if len(exemplar.turns) == 1][-1:]
        return tuple(shown)

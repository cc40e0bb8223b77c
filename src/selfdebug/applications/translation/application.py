"""Translation: a program in one language becomes a program in another that gives the same results (TransCoder)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from selfdebug.applications.sandboxed import ProgramApplication
from selfdebug.applications.translation.problem import TranslationProblem
from selfdebug.execution import RunOptions, SignatureError
from selfdebug.execution.calls import Signature, declare, read_signature
from selfdebug.feedback import FeedbackKind
from selfdebug.problem import Program
from selfdebug.prompts import Exemplar, read_outcome, read_turns
from selfdebug.unit_tests import Assertion, Call, InputOutput

_SHOWN = 4  # exemplars before a problem


class Translation(ProgramApplication[TranslationProblem]):
    """Translates between any two of the languages that the sandbox runs."""

    name = "translation"
    noun = "translation"

    @staticmethod
    def read_exemplar(entry: Mapping[str, Any]) -> Exemplar:
        """Read a source with its tests: Python test code, or the arguments of a call and what it must return."""
        name = entry["entry_point"]
        tests = tuple(
            Call(name, tuple(quoted["call"]), quoted["expected"]) if isinstance(quoted, Mapping) else Assertion(quoted)
            for quoted in entry["tests"]
        )
        source, language = Program(entry["source"], entry["source_language"]), entry["language"]
        problem = TranslationProblem(source, language, tests, name, entry.get("declaration", ""))
        return Exemplar(entry["name"], problem, read_turns(entry, language, lambda quoted: read_outcome(quoted, tests)))

    def entry_point(self, problem: TranslationProblem) -> str:
        """The function that tests call."""
        signature = _signature(problem)
        return problem.entry_point or (signature.name if signature else "")

    def run_options(self, problem: TranslationProblem) -> RunOptions:
        """The signature: calls in typed languages need it, and without tests it says what is to be compiled."""
        return dataclasses.replace(super().run_options(problem), signature=_signature(problem))

    async def prompt_variables(self, problem: TranslationProblem, *, sample_rows: int) -> dict[str, Any]:
        """What templates may name; a signature stands there as a declaration in the target language."""
        signature = _signature(problem)
        if signature and signature.is_typed and not problem.declaration:
            declaration = declare(signature, problem.language)
            problem = dataclasses.replace(
                problem, declaration=declaration, entry_point=problem.entry_point or signature.name
            )
        return await super().prompt_variables(problem, sample_rows=sample_rows)

    def exemplars(self, problem: TranslationProblem, kind: FeedbackKind) -> tuple[Exemplar, ...]:
        """The nearest to the problem's pair of languages, and always one that is right at first."""

        def nearness(exemplar: Exemplar) -> tuple[bool, bool]:
            shown: Any = exemplar.problem
            return shown.language == problem.language, shown.source.language == problem.source.language

        # Stable: within the same nearness, the order of the file.
        ordered = sorted(super().exemplars(problem, kind), key=nearness)
        shown, rest = ordered[-_SHOWN:], ordered[:-_SHOWN]
        if all(len(exemplar.turns) > 1 for exemplar in shown):
            # Lest a model learns that the first program is always wrong.
            shown[:1] = [exemplar for exemplar in rest if len(exemplar.turns) == 1][-1:]
        return tuple(shown)


def _signature(problem: TranslationProblem) -> Signature | None:
    """The problem's signature, or what the source says; `None` for a whole program, which has no one function."""
    if problem.signature is not None:
        return problem.signature
    if any(isinstance(test, InputOutput) for test in problem.tests):
        return None
    try:
        return read_signature(problem.source.code, problem.source.language, problem.entry_point or None)
    except SignatureError:
        return None

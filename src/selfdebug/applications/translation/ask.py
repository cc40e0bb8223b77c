"""How a translation is asked for: its command, its form, and the problem that comes of them, with derived tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

from selfdebug.applications.problem_input import (
    GivenTestTexts,
    GivenText,
    InputKind,
    PreparedProblem,
    ProblemInput,
    ProblemInputError,
    given,
    given_tests,
    language_of_file,
    named_language,
)
from selfdebug.languages import LANGUAGES

if TYPE_CHECKING:
    from selfdebug.applications.translation import TranslationProblem
    from selfdebug.problem import Program
    from selfdebug.signature import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationInput(ProblemInput):
    """A program that is wanted in another language."""

    command: ClassVar[str] = "translate"
    title: ClassVar[str] = "A translation"
    help: ClassVar[str] = (
        "Translate a program to another language, run it against tests, and debug it until it passes.\n\n"
        "Without tests, the source is run on generated inputs, and the translation must give the same results. Only"
        " the translation goes to standard output; progress goes to standard error."
    )
    examples: ClassVar[str] = f"""[bold]Examples[/]
  selfdebug translate gcd.cpp --to python > gcd.py
  selfdebug translate Dates.java --to rust --name daysBetween
  selfdebug translate sort.js --to go --tests cases.jsonl
  selfdebug translate - --from cpp --to python --test "assert gcd(6, 4) == 2"
  selfdebug translate gcd.cpp --to python --show-prompt --reply first.txt

[bold]Languages[/]: {", ".join(LANGUAGES)}.

[bold]Test files[/]: .jsonl with one test a line,
  {{"arguments": \\[6, 4], "expected": 2}} or {{"stdin": "6 4", "stdout": "2"}};
.py with assertions, for --to python; or test code in the target's language
that ends with an error if the program is wrong."""

    source: GivenText = given(
        InputKind.PROGRAM, "The program to translate; - reads it from stdin.", "Program to translate", metavar="FILE"
    )
    source_language: str = given(
        InputKind.LANGUAGE, "Its language. Default: told by its extension.", "From", default="", option="--from",
        metavar="LANGUAGE", chosen="cpp",
    )  # fmt: skip
    language: str = given(
        InputKind.LANGUAGE, "Language to translate to.", "To", option="--to", metavar="LANGUAGE", chosen="python"
    )
    function: str = given(
        InputKind.LINE, "The function to translate.", "Function", default="", option="--name", metavar="FUNCTION",
        placeholder="the only one",
    )  # fmt: skip
    tests: GivenTestTexts = given_tests()

    def problem(self) -> TranslationProblem:
        """The problem. It has no tests where none were given; `prepare` derives some.

        Raises:
            ProblemInputError: a language is unknown, the program is empty or not in its language, or tests cannot be
                read.
        """
        from selfdebug.applications.given_tests import read_tests
        from selfdebug.applications.translation import TranslationProblem

        target = named_language(self.language, "language")
        source = self._source()
        if source.language == target:
            raise ProblemInputError(f"The source is already in {target}: choose another language to translate to.")
        signature = _signature(source, self.function)
        tests = read_tests(self.tests, target, signature.name if signature else self.function)
        if signature is not None and not signature.is_typed:
            signature = None
        return TranslationProblem(source, target, tests.tests, self.function, setup=tests.setup, signature=signature)

    @classmethod
    def of(cls, problem: TranslationProblem) -> Self:
        from selfdebug.applications.given_tests import written_tests

        return cls(
            source=GivenText(problem.source.code), language=problem.language, source_language=problem.source.language,
            function=problem.entry_point, tests=written_tests(problem.tests),
        )  # fmt: skip

    @classmethod
    def preparing(cls, problem: TranslationProblem) -> str:
        return "" if problem.tests else "running the source to derive tests"

    @classmethod
    async def prepare(cls, problem: TranslationProblem, *, unsafe: bool) -> PreparedProblem:
        if problem.tests:
            return PreparedProblem(problem)
        from selfdebug.execution import Sandbox
        from selfdebug.execution.calls import derive_tests
        from selfdebug.execution.errors import SignatureError

        source, name = problem.source, problem.entry_point or None
        try:
            async with Sandbox(unsafe=unsafe) as sandbox:
                derived = await derive_tests(source.code, source.language, sandbox, name=name)
        except SignatureError as error:
            raise ProblemInputError(f"No tests can be derived: {error}") from None
        whole = replace(problem, tests=tuple(derived.tests), signature=derived.signature)
        return PreparedProblem(whole, notes=(f"Tests derived by running the source: {derived.note}",))

    def _source(self) -> Program:
        path, name = self.source.path, self.source_language
        language = named_language(name, "source_language") if name else path and language_of_file(path)
        if not language:
            what = path or "standard input"
            raise ProblemInputError(f"The language of {what} is not known: give --from, such as --from cpp.")
        if not self.source.text.strip():
            raise ProblemInputError("The program to translate is empty.")
        from selfdebug.problem import Program

        return Program(self.source.text, language)


def _signature(source: Program, name: str) -> Signature | None:
    """The signature of the function to translate; ``None`` if none can be read, which tests by input need not.

    Raises:
        ProblemInputError: a function was named that is not there.
    """
    from selfdebug.execution.calls import read_signature
    from selfdebug.execution.errors import SignatureError

    try:
        return read_signature(source.code, source.language, name or None)
    except SignatureError as error:
        if name:
            raise ProblemInputError(str(error)) from None
        return None

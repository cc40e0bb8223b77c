"""A program that is wanted in another language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from selfdebug.applications.program_problem import ProgramProblem
from selfdebug.plain import JsonForm
from selfdebug.problem import Program
from selfdebug.signature import Signature
from selfdebug.unit_tests import UnitTest


def _read_signature(data: Any) -> Signature | None:
    return data if data is None or isinstance(data, Signature) else Signature.from_json(data)


def _write_signature(signature: Signature | None) -> Any:
    return signature and signature.to_json()


@dataclass(frozen=True, slots=True)
class TranslationProblem(ProgramProblem):
    """A program that is wanted in another language.

    Attributes:
        source: the program to translate.
        language: the language to translate it to.
        tests: tests of the translation, usually derived by running the source. They decide when debugging stops; the
            model sees them in feedback that tells of tests, and nowhere else.
        entry_point: name of the function that tests call.
        declaration: how the function is to be declared in the target language, if that is fixed.
        setup: Python test code that runs before the tests.
        signature: of the function that tests call, in no particular language; tests that are `Call`s need it in
            languages other than Python. It gives the declaration and the entry point where these are not given.
    """

    source: Program
    language: str
    tests: tuple[UnitTest, ...] = ()
    entry_point: str = ""
    declaration: str = ""
    setup: str = ""
    signature: Annotated[Signature | None, JsonForm(_write_signature, _read_signature)] = None
    application: Literal["translation"] = "translation"

    @property
    def request(self) -> str:
        """The source."""
        return self.source.code

"""Problems and programs: what is asked, and what a model wrote. Plain, frozen data.

A problem holds what may be shown to a model and nothing else. Hidden tests and gold answers belong to a benchmark's
reference; no field here could carry them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Discriminator, PlainSerializer, PlainValidator

from selfdebug.safe_text import without_password
from selfdebug.signature import Signature
from selfdebug.unit_tests import UnitTest


def _read_signature(data: Any) -> Signature | None:
    return data if data is None or isinstance(data, Signature) else Signature.from_json(data)


def _write_signature(signature: Signature | None) -> Any:
    return signature and signature.to_json()


@dataclass(frozen=True, slots=True)
class Program:
    """Code that a model wrote (or the source of a translation), with its language.

    Attributes:
        code: its text.
        language: a name of `selfdebug.languages.LANGUAGES`, or ``sql``.
    """

    code: str
    language: str


@dataclass(frozen=True, slots=True)
class TextToSqlProblem:
    """A question to a database.

    Attributes:
        request: the question.
        database: path or URL. It is opened by the application; a password in it is never written down.
        hint: what a reader of the question needs to know beside the schema (BIRD calls it evidence).
    """

    request: str
    database: Annotated[str, PlainSerializer(without_password)] = field(repr=False)
    hint: str = ""
    application: Literal["text-to-sql"] = "text-to-sql"


@dataclass(frozen=True, slots=True)
class TextToPythonProblem:
    """A request for a Python function.

    Attributes:
        request: the description.
        tests: the tests that are shown to the model and decide when debugging stops.
        start: the beginning that the program must keep, such as a signature with its docstring.
        setup: Python test code that runs before the tests.
    """

    request: str
    tests: tuple[UnitTest, ...] = ()
    start: str = ""
    setup: str = ""
    application: Literal["text-to-python"] = "text-to-python"


@dataclass(frozen=True, slots=True)
class TranslationProblem:
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
    signature: Annotated[Signature | None, PlainSerializer(_write_signature), PlainValidator(_read_signature)] = None
    application: Literal["translation"] = "translation"


Problem = Annotated[TextToSqlProblem | TextToPythonProblem | TranslationProblem, Discriminator("application")]

"""What a user gives to pose a problem, declared once per application: its command, the page's form and Python use it.

Each application has a subclass of `ProblemInput` in its folder (`ask.py`) and names it in its definition. These modules
are imported for ``selfdebug --help``, so they import what is slow only where a problem is made.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from selfdebug.problem import APPLICATIONS

if TYPE_CHECKING:
    from selfdebug.problem import Problem, Program


class ProblemInputError(ValueError):
    """What was given poses no problem; the message is one sentence that says what to do.

    Attributes:
        field: name of the field that it is about; empty for the whole.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class InputKind(StrEnum):
    """What a field holds, and so how it is given at a terminal and on the page, which shows fields in this order."""

    REQUEST = "request"
    """Words. The command's argument, where ``-`` stands for standard input; a large field of the form."""
    PROGRAM = "program"
    """A program, `GivenText`. The file that is the command's argument; a large field of the form."""
    DATABASE = "database"
    """A database's path or URL. An option; a choice of those that were named when the page was started."""
    LANGUAGE = "language"
    """A programming language. An option; a choice."""
    LINE = "line"
    """A short text. An option; a field of one line."""
    FILE = "file"
    """A text. An option that names a file; a large field of the form."""
    TESTS = "tests"
    """`GivenTestTexts`. The options ``--test`` and ``--tests``; a large field of the form."""


@dataclass(frozen=True, slots=True)
class GivenText:
    """A text that a user gave.

    Attributes:
        text: what it is.
        path: the file that it is from; ``None`` if it was typed, or read from standard input.
    """

    text: str
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class GivenTestTexts:
    """Tests as a user wrote them.

    Attributes:
        single: texts that are a test each.
        file: a text that holds several, as `selfdebug.applications.given_tests` reads it.
    """

    single: tuple[str, ...] = ()
    file: GivenText | None = None


@dataclass(frozen=True, slots=True)
class InputField:
    """The declaration of one field.

    Attributes:
        name: of the dataclass's field, and of the form's.
        kind: what it holds.
        help: one line for ``--help``.
        label: on the page.
        option: such as ``--db``; empty for the command's argument, and for tests.
        metavar: what stands for its value in ``--help``.
        required: whether the command needs it.
        placeholder: shown in an empty field of the form.
        note: shown below a field of the form.
        chosen: what the form begins with.
    """

    name: str
    kind: InputKind
    help: str
    label: str
    option: str = ""
    metavar: str = ""
    required: bool = True
    placeholder: str = ""
    note: str = ""
    chosen: str = ""


def given(kind: InputKind, help: str, label: str, *, default: Any = dataclasses.MISSING, **more: Any) -> Any:  # noqa: A002
    """A field of a `ProblemInput`; takes the attributes of `InputField`."""
    return field(default=default, metadata={"kind": kind, "help": help, "label": label, **more})


def given_tests() -> Any:
    """The field of tests, as several applications have it."""
    return given(
        InputKind.TESTS, "Python assertions, or JSON.", "Tests", default=GivenTestTexts(),
        placeholder="assert square(3) == 9",
        note='Python assertions, or JSON lines such as {"arguments": [3], "expected": 9}. Without tests, a'
        " translation's come from running its source.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemInput:
    """What a user gives to pose one problem of an application. A subclass declares its fields with `given`.

    Attributes:
        command: name of its command.
        title: what the page calls it.
        help: of its command.
        examples: of its command, with rich's markup.
        without: settings that mean nothing to it.
        setting_docs: what a setting means to it, by the setting's name, where that differs.
    """

    command: ClassVar[str]
    title: ClassVar[str]
    help: ClassVar[str]
    examples: ClassVar[str]
    without: ClassVar[tuple[str, ...]] = ()
    setting_docs: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def problem(self) -> Problem:
        """The problem that this poses. Its tests may be found later, by `prepare`.

        Raises:
            ProblemInputError: it poses none.
        """
        raise NotImplementedError

    @classmethod
    def of(cls, problem: Any) -> Self:
        """What would have to be given to pose a problem, such as an example's."""
        raise NotImplementedError

    @classmethod
    def preparing(cls, problem: Any) -> str:
        """What `prepare` will do for a problem, in words for who waits; empty if nothing."""
        return ""

    @classmethod
    async def prepare(cls, problem: Any, *, unsafe: bool) -> PreparedProblem:
        """Find what the user need not give, such as tests.

        Args:
            problem: as `problem` gave it.
            unsafe: whether programs may run without isolation.

        Raises:
            ProblemInputError: it cannot be found.
        """
        return PreparedProblem(problem)

    @classmethod
    @functools.cache
    def fields(cls) -> dict[str, InputField]:
        """The declarations of the fields, by name."""
        return {
            field.name: InputField(field.name, required=field.default is dataclasses.MISSING, **field.metadata)
            for field in dataclasses.fields(cls)
        }

    @classmethod
    def from_form(cls, values: Mapping[str, str]) -> Self:
        """What was typed into the page's form; what it does not have is as the form begins."""
        return cls(**{name: _typed(field.kind, values.get(name, field.chosen)) for name, field in cls.fields().items()})

    def form_values(self) -> dict[str, str]:
        """The form as it would be filled in."""
        return {name: _untyped(getattr(self, name)) for name in self.fields()}


@dataclass(frozen=True, slots=True)
class PreparedProblem:
    """A problem with all that debugging it needs.

    Attributes:
        problem: what is asked.
        program: a first program to start from.
        notes: what a trajectory should say about its conditions, such as how tests were derived.
    """

    problem: Problem
    program: Program | None = None
    notes: tuple[str, ...] = ()


def _typed(kind: InputKind, text: str) -> Any:
    if kind is InputKind.TESTS:
        return GivenTestTexts(file=GivenText(text) if text.strip() else None)
    if kind is InputKind.PROGRAM:
        return GivenText(text)
    return text if kind in (InputKind.REQUEST, InputKind.FILE) else text.strip()


def _untyped(value: Any) -> str:
    if isinstance(value, GivenTestTexts):
        return "\n".join([*value.single, *([value.file.text] if value.file else [])])
    return value.text if isinstance(value, GivenText) else str(value)


def problem_inputs() -> dict[str, type[ProblemInput]]:
    """What the applications declare, by their names."""
    return {name: definition.load_input() for name, definition in APPLICATIONS.items() if definition.input}


def request_text(text: str, what: str) -> str:
    """The words of a request; messages call it `what`, such as ``question``.

    Raises:
        ProblemInputError: it is empty, or a lone dash that stands for something only at a terminal.
    """
    if text.strip() in ("", "-"):
        raise ProblemInputError(f"The {what} is empty: say what you want.")
    return valid_text(text, what).strip()


def valid_text(text: str, what: str) -> str:
    """A text as it was given.

    Raises:
        ProblemInputError: it came in another encoding. Python keeps what it cannot decode as lone surrogates.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ProblemInputError(f"The {what} is not UTF-8 text.")
    return text


def named_language(name: str, field: str) -> str:
    """A language's own name, of one as a user wrote it in a field.

    Raises:
        ProblemInputError: it is not known.
    """
    from selfdebug.languages import find_language

    try:
        return find_language(name).name
    except ValueError as error:
        raise ProblemInputError(f"{error}.", field) from None


def language_of_file(path: Path) -> str | None:
    """What a file's name says of its language; ``None`` if it says nothing."""
    from selfdebug.languages import LANGUAGES

    ending = path.suffix.lower()
    known = (language for language in LANGUAGES.values() if ending in (language.extension, *language.other_extensions))
    return next((language.name for language in known), None)

"""Problems and programs: what is asked, and what a model wrote. Plain, frozen data.

A problem holds what may be shown to a model and nothing else. Hidden tests and gold answers belong to a benchmark's
reference; no field here could carry them. The types of problems stand in the folders of their applications.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selfdebug.feedback import FeedbackKind
from selfdebug.registry import Registry
from selfdebug.unit_tests import UnitTest

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, TypeAdapter
    from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True)
class Program:
    """Code that a model wrote (or the source of a translation), with its language.

    Attributes:
        code: its text.
        language: a name of `selfdebug.languages.LANGUAGES`, or ``sql``.
    """

    code: str
    language: str


class Problem:
    """What is asked of a model. Each application has a subclass: a frozen dataclass with a JSON form.

    Attributes:
        application: name of the application that it belongs to.
        request: what is asked: words, or the source of a translation.
        language: the language that its programs are in.
        tests: the tests that are shown to the model and decide when debugging stops.
    """

    __slots__ = ()

    if TYPE_CHECKING:  # read-only: a subclass may have fields or properties of these names, but no default from here

        @property
        def application(self) -> str: ...
        @property
        def request(self) -> str: ...
        @property
        def language(self) -> str: ...
        @property
        def tests(self) -> tuple[UnitTest, ...]: ...

    def check(self, kind: FeedbackKind) -> None:
        """Refuse a feedback kind that makes no sense for this problem.

        Raises:
            ValueError: it does not; the message says which ones do.
        """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Write and read a problem: of which type it is, its application says."""
        if cls is not Problem:
            return handler(source)
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            _read, serialization=core_schema.plain_serializer_function_ser_schema(_write)
        )


def _read(data: Any) -> Problem:
    if isinstance(data, Problem):
        return data
    name = data.get("application") if isinstance(data, Mapping) else None
    if not isinstance(name, str) or name not in APPLICATIONS:
        raise ValueError(f"a problem names its application, one of {', '.join(APPLICATIONS)}")
    kind: Any = APPLICATIONS[name].problem
    problem: Problem = _adapter(kind).validate_python(data)
    return problem


def _write(problem: Problem) -> Any:
    kind: Any = type(problem)
    return _adapter(kind).dump_python(problem, mode="json")


@functools.cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # costs more than all the rest of this module, and few need it

    return TypeAdapter(kind)


@dataclass(frozen=True)
class ApplicationDefinition:
    """What there is to know of an application before it runs. Each one's folder has such an object.

    Attributes:
        name: as users write it, such as ``text-to-sql``.
        problem: the type of its problems.
        folder: its folder, with ``prompts/*.j2`` and ``exemplars.yaml``.
        implementation: place of its class, ``module:attribute``: a `selfdebug.applications.base.Application`.
        needs_sandbox: whether it runs programs; text-to-SQL runs queries only.
        answer: what an answer is called: a program, or a query, which is shown with its rows.
        input: place of what users give to pose a problem, ``module:attribute``: a subclass of
            `selfdebug.applications.problem_input.ProblemInput`, of which its command and the page's form are made;
            empty for none.
    """

    name: str
    problem: type[Problem]
    folder: Path
    implementation: str
    needs_sandbox: bool = True
    answer: str = "program"
    input: str = ""

    def load(self) -> Any:
        """Its class; what it needs is imported only now."""
        return _at(self.implementation)

    def load_input(self) -> Any:
        """What users give to pose a problem."""
        return _at(self.input)


def _at(place: str) -> Any:
    module, _, attribute = place.partition(":")
    return getattr(importlib.import_module(module), attribute)


APPLICATIONS: Registry[ApplicationDefinition] = Registry(
    "application",
    {
        "text-to-sql": "selfdebug.applications.text_to_sql:APPLICATION",
        "translation": "selfdebug.applications.translation:APPLICATION",
        "text-to-python": "selfdebug.applications.text_to_python:APPLICATION",
    },
)
"""By name. Another one is a folder of its own, and a line here."""

"""What is asked from the viewer's page, posed and solved as the commands at a terminal do it, with their settings."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from selfdebug.api import open_debugger
from selfdebug.cli import running, sql
from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import UsageError, exit_code
from selfdebug.cli.given_tests import GivenTests, read_tests
from selfdebug.cli.inputs import read_request
from selfdebug.cli.languages import named_language
from selfdebug.demo import held_out_problems, problems
from selfdebug.events import Watcher
from selfdebug.languages import LANGUAGES
from selfdebug.messages import EMBEDDED
from selfdebug.models.local import PREFIX
from selfdebug.problem import APPLICATIONS, Problem, Program, TextToPythonProblem, TextToSqlProblem, TranslationProblem
from selfdebug.prompts.filters import as_test
from selfdebug.trajectory import Trajectory
from selfdebug.web.asking import AskError, Draft, Example

if TYPE_CHECKING:
    from selfdebug.execution.calls import Signature

_MOST_TURNS = 20


class TerminalSolver:
    """See `selfdebug.web.asking.Solver`.

    Attributes:
        models: those to choose from, the configured one first; empty where the server has the choice.
    """

    def __init__(self, configuration: Configuration) -> None:
        """Make it of the settings that the viewer was started with; a page can change the few that a draft has."""
        self._configuration = configuration
        self.models = tuple(dict.fromkeys((running.model_of(configuration), EMBEDDED)))

    def database(self, name: str) -> str:
        """A database that somebody named on the command line, checked.

        Raises:
            DatabaseError: it is not there.
        """
        return sql.problem_of("?", name, "").database

    def pose(self, draft: Draft, database: str) -> Problem:
        """The problem that a draft poses; the tests of a translation may come when it is solved."""
        try:
            problem = self._problem(draft, database)
            running.check_feedback(problem, running.settings_of(self._of(draft)))
        except (UsageError, ValueError) as error:
            raise AskError(str(error)) from None
        return problem

    async def solve(self, problem: Problem, draft: Draft, watch: Watcher) -> Trajectory:
        """Debug it, with the replies as they come."""
        try:
            configuration = self._of(draft)
            notes: tuple[str, ...] = ()
            if isinstance(problem, TranslationProblem) and not problem.tests:
                problem, note = await self._with_tests(problem)
                notes = (note,)
            settings = running.settings_of(configuration)
            async with (
                running.opened_model(replace(configuration, quiet=True)) as model,
                open_debugger(
                    model, settings, applications=[problem.application], unsafe=configuration.unsafe
                ) as debugger,
            ):
                found = await debugger.debug(problem, watch=watch, streamed=True)
            return replace(found, notes=found.notes + notes)
        except Exception as error:
            if isinstance(error, UsageError | ValueError) or exit_code(error) is not None:
                raise AskError(str(error)) from None
            raise

    def _of(self, draft: Draft) -> Configuration:
        """The settings with what the page chose."""
        name = draft.model.strip()
        if name.startswith(PREFIX) and name != self._configuration.model:
            raise AskError("A model's file is named where the viewer is started: selfdebug view --model gguf:FILE.")
        turns = draft.turns.strip() or str(self._configuration.max_turns)
        if not (turns.isascii() and turns.isdigit() and len(turns) < 9 and int(turns) <= _MOST_TURNS):
            raise AskError(f"Turns are a whole number up to {_MOST_TURNS}, not {turns[:20]!r}.")
        chosen = replace(self._configuration, feedback=draft.feedback, max_turns=int(turns))
        if name == EMBEDDED:
            return replace(chosen, model=name, base_url="", style=self._configuration.style)
        return replace(chosen, model=name or chosen.model)

    def _problem(self, draft: Draft, database: str) -> Problem:
        if draft.application == "text-to-sql":
            return TextToSqlProblem(read_request(_not_a_dash(draft.request), "question"), database, draft.hint.strip())
        if draft.application == "text-to-python":
            given = read_typed_tests(draft.tests, "python")
            request = read_request(_not_a_dash(draft.request), "request")
            return TextToPythonProblem(request, given.tests, setup=given.setup)
        if draft.application == "translation":
            return self._translation(draft)
        raise AskError("Choose what to ask for: a question, a function or a translation.")

    def _translation(self, draft: Draft) -> TranslationProblem:
        source = Program(draft.source, named_language(draft.source_language, "From"))
        target = named_language(draft.language, "To")
        if not draft.source.strip():
            raise AskError("The program to translate is empty.")
        if source.language == target:
            raise AskError(f"The program is in {LANGUAGES[target].title} already: choose another language.")
        name = draft.function.strip()
        signature = _signature(source, name)
        given = read_typed_tests(draft.tests, target, signature.name if signature else name)
        if signature is not None and not signature.is_typed:
            signature = None
        return TranslationProblem(source, target, given.tests, name, setup=given.setup, signature=signature)

    async def _with_tests(self, problem: TranslationProblem) -> tuple[TranslationProblem, str]:
        from selfdebug.execution import Sandbox
        from selfdebug.execution.calls import derive_tests
        from selfdebug.execution.errors import SignatureError

        source = problem.source
        try:
            async with Sandbox(unsafe=self._configuration.unsafe) as sandbox:
                derived = await derive_tests(source.code, source.language, sandbox, name=problem.entry_point or None)
        except SignatureError as error:
            raise AskError(f"No tests can be derived: {error}") from None
        note = f"Tests derived by running the source: {derived.note}"
        return replace(problem, tests=tuple(derived.tests), signature=derived.signature), note


def read_typed_tests(text: str, language: str, function: str = "") -> GivenTests:
    """The tests in a text, as they would be read from a file.

    Raises:
        UsageError: it holds none that fit the language.
    """
    if not text.strip():
        return GivenTests(())
    is_json = text.lstrip()[0] in "[{"
    ending = ".jsonl" if is_json else ".py" if language == "python" else LANGUAGES[language].extension
    with tempfile.TemporaryDirectory(prefix="selfdebug-tests-") as folder:
        path = Path(folder) / f"tests{ending}"
        path.write_text(text, encoding="utf-8")
        try:
            return read_tests(None, path, language, function)
        except UsageError as error:
            raise UsageError(str(error).replace(str(path), "The tests field")) from None


def languages() -> dict[str, str]:
    """The languages of translations, each with its title."""
    return {name: language.title for name, language in LANGUAGES.items()}


def examples_in(folder: Path, configuration: Configuration, first: int) -> tuple[list[Example], list[str]]:
    """The problems of the demonstration as something to ask, and the databases that they need.

    Args:
        folder: where their databases are made.
        configuration: says which model replies: the embedded one knows its own domain alone.
        first: number of the first of these databases.
    """
    embedded = running.model_of(configuration) == EMBEDDED
    found: list[Example] = []
    databases: list[str] = []
    titled = held_out_problems(tuple(APPLICATIONS)) if embedded else problems(folder, tuple(APPLICATIONS))
    for title, problem in titled:
        match problem:
            case TextToSqlProblem(request, database, hint):
                draft = Draft(request=request, database=str(first + len(databases)), hint=hint)
                databases.append(database)
            case TextToPythonProblem(request, tests):
                draft = Draft(problem.application, request, tests="\n".join(map(as_test, tests)))
            case TranslationProblem(source, language, tests):
                draft = Draft(
                    problem.application, source=source.code, source_language=source.language, language=language,
                    function=problem.entry_point, tests="\n".join(map(as_test, tests)),
                )  # fmt: skip
        found.append(Example(title, draft))
    return found, databases


def _signature(source: Program, name: str) -> Signature | None:
    from selfdebug.execution.calls import read_signature
    from selfdebug.execution.errors import SignatureError

    try:
        return read_signature(source.code, source.language, name or None)
    except SignatureError as error:
        if name:
            raise UsageError(str(error)) from None
        return None


def _not_a_dash(text: str) -> str:
    """A lone dash would mean standard input at a terminal."""
    return "" if text.strip() == "-" else text

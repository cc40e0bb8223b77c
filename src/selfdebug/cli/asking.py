"""What is asked from the viewer's page, solved as the commands at a terminal do it, with their settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from selfdebug.api import open_debugger
from selfdebug.applications.problem_input import InputKind, problem_inputs
from selfdebug.cli import running
from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import UsageError, exit_code
from selfdebug.demo import held_out_problems, problems
from selfdebug.events import Watcher
from selfdebug.messages import EMBEDDED
from selfdebug.models.local import PREFIX
from selfdebug.problem import Problem
from selfdebug.trajectory import Trajectory
from selfdebug.web.asking import AskError, AskForm, FormExample

_MOST_TURNS = 20


class TerminalSolver:
    """See `selfdebug.web.asking.Solver`.

    Attributes:
        models: those to choose from, the configured one first; empty where the server has the choice.
    """

    def __init__(self, configuration: Configuration) -> None:
        """Make it of the settings that the viewer was started with; a page can change the few that its form has."""
        self._configuration = configuration
        self.models = tuple(dict.fromkeys((running.model_of(configuration), EMBEDDED)))

    def check(self, problem: Problem, form: AskForm) -> None:
        """Look whether the form's settings are some, and fit the problem."""
        try:
            running.check_feedback(problem, running.settings_of(self._of(form)))
        except (UsageError, ValueError) as error:
            raise AskError(str(error)) from None

    async def solve(self, problem: Problem, form: AskForm, watch: Watcher) -> Trajectory:
        """Debug it, with the replies as they come."""
        try:
            configuration = self._of(form)
            kind = problem_inputs()[problem.application]
            prepared = await kind.prepare(problem, unsafe=configuration.unsafe)
            settings = running.settings_of(configuration)
            async with (
                running.opened_model(replace(configuration, quiet=True)) as model,
                open_debugger(
                    model, settings, applications=[problem.application], unsafe=configuration.unsafe
                ) as debugger,
            ):
                trajectory = await debugger.debug(prepared.problem, watch=watch, streamed=True)
            return replace(trajectory, notes=trajectory.notes + prepared.notes)
        except Exception as error:
            if isinstance(error, ValueError) or exit_code(error) is not None:
                raise AskError(str(error)) from None
            raise

    def _of(self, form: AskForm) -> Configuration:
        """The settings with what the page chose."""
        name = form.model.strip()
        if name.startswith(PREFIX) and name != self._configuration.model:
            raise AskError("A model's file is named where the viewer is started: selfdebug view --model gguf:FILE.")
        turns = form.max_turns.strip() or str(self._configuration.max_turns)
        if not (turns.isascii() and turns.isdigit() and len(turns) < 9 and int(turns) <= _MOST_TURNS):
            raise AskError(f"Turns are a whole number up to {_MOST_TURNS}, not {turns[:20]!r}.")
        chosen = replace(self._configuration, feedback=form.feedback, max_turns=int(turns))
        if name == EMBEDDED:
            return replace(chosen, model=name, base_url="", style=self._configuration.style)
        return replace(chosen, model=name or chosen.model)


def examples_in(folder: Path, configuration: Configuration, first: int) -> tuple[list[FormExample], list[str]]:
    """The problems of the demonstration as something to ask, and the databases that they need, made in a folder.

    The number of the first of these databases is `first`. The embedded model gets problems of its own domain alone.
    """
    examples: list[FormExample] = []
    databases: list[str] = []
    embedded = running.model_of(configuration) == EMBEDDED
    titled = held_out_problems(problem_inputs()) if embedded else problems(folder, problem_inputs())
    for title, problem in titled:
        kind = problem_inputs()[problem.application]
        values = kind.of(problem).form_values()
        for name, field in kind.fields().items():
            if field.kind is InputKind.DATABASE:
                databases.append(values[name])
                values[name] = str(first + len(databases) - 1)
        examples.append(FormExample(title, AskForm(problem.application, values)))
    return examples, databases

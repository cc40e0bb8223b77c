"""``selfdebug demo``: one problem of each application, from the request to the debugged answer."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from selfdebug.applications.problem_input import PreparedProblem, problem_inputs
from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import CODES, NOT_CORRECT, UsageError, complain
from selfdebug.cli.options import configured, option

if TYPE_CHECKING:
    from selfdebug.trajectory import Trajectory

_COMMANDS = {kind.command: name for name, kind in problem_inputs().items()}

HELP = """See a model debug its own programs: a query, a function, a translation.

The problems and their databases come with the package. Without a configured model, the built-in one gets problems of
the kind that it knows."""
EXAMPLES = f"""[bold]Examples[/]
  selfdebug demo
  selfdebug demo --model gpt-5-mini
  selfdebug demo --base-url http://localhost:8000/v1
  selfdebug demo --model gguf:model.gguf --only python

{CODES}"""


@configured()
def demo(
    only: Annotated[str, option("--only", "|".join(_COMMANDS), "Only one of the three.")] = "",
    *,
    configuration: Configuration,
) -> None:
    """Debug the problems of the demonstration."""
    if only and only not in _COMMANDS:
        raise UsageError(f"--only must be one of {', '.join(_COMMANDS)}, not {only!r}.")
    from selfdebug.cli import running
    from selfdebug.cli.answers import show_answer
    from selfdebug.cli.output import put
    from selfdebug.cli.progress import why_not
    from selfdebug.demo import held_out_problems, problems
    from selfdebug.messages import EMBEDDED

    wanted = (_COMMANDS[only],) if only else tuple(_COMMANDS.values())
    trajectories: list[Trajectory] = []

    def done(trajectory: Trajectory) -> None:
        trajectories.append(trajectory)
        show_answer(trajectory, explain=False, quiet=configuration.quiet)
        put("")

    with tempfile.TemporaryDirectory(prefix="selfdebug-demo-") as folder:
        embedded = running.model_of(configuration) == EMBEDDED
        titled = held_out_problems(wanted) if embedded else problems(Path(folder), wanted)
        tasks = (PreparedProblem(problem, notes=(f"── {title}",)) for title, problem in titled)
        running.debug(tasks, configuration, done)
    wrong = [trajectory for trajectory in trajectories if not trajectory.correct]
    for trajectory in wrong:
        complain(f"{trajectory.problem.application}: {why_not(trajectory)}")
    if wrong:
        raise typer.Exit(NOT_CORRECT)

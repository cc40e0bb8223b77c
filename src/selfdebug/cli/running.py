"""Debug problems for a command: open what is needed, and show progress."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import fields, replace

from rich.console import Console

from selfdebug.api import open_debugger
from selfdebug.applications.problem_input import PreparedProblem, ProblemInput
from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import UsageError, complain
from selfdebug.cli.progress import DebuggingProgress
from selfdebug.cli.waiting import Reminder
from selfdebug.messages import EMBEDDED
from selfdebug.models import Model, UnknownModelError, embedded, open_model
from selfdebug.models.opening import names_file
from selfdebug.problem import Problem, Program
from selfdebug.safe_text import escaped
from selfdebug.settings import Settings
from selfdebug.storage.replies import ReplyStore
from selfdebug.styles import style_for
from selfdebug.trajectory import Trajectory

_REQUESTS = 64
"""Requests under way at one time, unless more problems are debugged at one time."""

NO_MODEL = """no model is named. Name one, as an option, in the environment or in selfdebug.toml:
  OPENAI_API_KEY=…  selfdebug … --model gpt-5-mini               one of OpenAI's
  selfdebug … --base-url http://localhost:8000/v1               a server: vLLM, Ollama, llama.cpp
  selfdebug … --model gguf:model.gguf                           a file, run in this process
  selfdebug … --model embedded                                  the tiny one for the demo"""


def settings_of(configuration: Configuration) -> Settings:
    """The part of the configuration that is the debugger's."""
    style = configuration.style or style_for(model_of(configuration))
    shared = {field.name: getattr(configuration, field.name) for field in fields(Settings)}
    return Settings(**shared | {"style": style})


def model_of(configuration: Configuration) -> str:
    """The name of the model: the configured one, or the embedded one where nothing is; else empty."""
    return EMBEDDED if embedded.is_default(configuration.model, configuration.base_url) else configuration.model


def say_model(configuration: Configuration) -> None:
    """Say that the embedded model replies, where nobody chose it."""
    if embedded.is_default(configuration.model, configuration.base_url) and not configuration.quiet:
        complain(embedded.NOTICE)


def check_feedback(problem: Problem, settings: Settings) -> None:
    """Refuse a feedback kind that does not fit, before anything slow is opened.

    Raises:
        UsageError: it does not.
    """
    try:
        problem.check(settings.kind_for(problem))
    except ValueError as error:
        raise UsageError(f"{error}.") from None


@asynccontextmanager
async def opened_model(configuration: Configuration) -> AsyncIterator[Model]:
    """The configured model, with its store of replies.

    Raises:
        ModelError, StoreError: it cannot be opened.
    """
    name = model_of(configuration)
    if not (name or configuration.base_url or os.environ.get("OPENAI_BASE_URL")):
        raise UnknownModelError(NO_MODEL)
    say_model(configuration)
    async with AsyncExitStack() as stack:
        store = stack.enter_context(ReplyStore(configuration.store or None))
        with waiting("opening the model", configuration.quiet):
            model = await stack.enter_async_context(
                open_model(
                    name,
                    base_url=configuration.base_url or None,
                    form=configuration.form or None,  # type: ignore[arg-type]  # one of its choices
                    store=store,
                    read=configuration.cache,
                    concurrency=None if names_file(name) else max(configuration.concurrency, _REQUESTS),
                )
            )
        yield model


def prepared(
    kind: type[ProblemInput], problem: Problem, start: str | None, configuration: Configuration
) -> PreparedProblem:
    """A problem with all that it needs, such as tests that running a source gives, and a first program to start from.

    Raises:
        ProblemInputError: something cannot be found; the message says what to give instead.
    """
    program = None if start is None else Program(start, problem.language)
    if not (doing := kind.preparing(problem)):
        return PreparedProblem(problem, program)
    with waiting(doing, configuration.quiet):
        whole = asyncio.run(kind.prepare(problem, unsafe=configuration.unsafe))
    return replace(whole, program=program)


def debug(tasks: Iterable[PreparedProblem], configuration: Configuration, done: Callable[[Trajectory], None]) -> None:
    """Debug problems, one after the other, and show how it goes; give each trajectory to `done` as soon as it is there.

    Raises:
        UsageError: the feedback kind does not fit.
    """
    settings = settings_of(configuration)
    if settings.feedback:  # The default fits all problems: the first can be debugged before the second is read.
        tasks = list(tasks)
        for task in tasks:
            check_feedback(task.problem, settings)

    async def work() -> None:
        async with opened_model(configuration) as model:
            for task in tasks:
                trajectory = await _debugged(task, model, settings, configuration)
                done(replace(trajectory, notes=trajectory.notes + task.notes))

    asyncio.run(work())


async def _debugged(
    task: PreparedProblem, model: Model, settings: Settings, configuration: Configuration
) -> Trajectory:
    application = task.problem.application
    async with open_debugger(model, settings, applications=(application,), unsafe=configuration.unsafe) as debugger:
        with DebuggingProgress(error_console(), configuration.quiet, configuration.prices) as progress:
            for note in task.notes:
                progress.say(escaped(note))
            trajectory = await debugger.debug(task.problem, task.program, watch=progress, streamed=progress.is_live)
            progress.finish(trajectory)
            return trajectory


def waiting(what: str, quiet: bool) -> AbstractContextManager[object]:
    """Say on standard error what is being done, while it lasts."""
    console = error_console()
    if quiet:
        return nullcontext()
    if console.is_terminal:
        return console.status(what)
    return Reminder(what, lambda text: console.print(text, markup=False, soft_wrap=True))


def error_console() -> Console:
    """Standard error, for rich."""
    return Console(stderr=True, highlight=False)

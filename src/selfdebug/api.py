"""The Python interface: debug one problem in one call, or open a debugger for many."""

from __future__ import annotations

import asyncio
import functools
import os
import sys
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from selfdebug.applications.base import Application
from selfdebug.debugger import Debugger, no_doubt
from selfdebug.events import Watcher, ignore_events
from selfdebug.execution import Sandbox
from selfdebug.messages import EMBEDDED
from selfdebug.models import Model, embedded, open_model
from selfdebug.problem import APPLICATIONS, Problem, Program
from selfdebug.settings import Settings
from selfdebug.storage.replies import ReplyStore
from selfdebug.trajectory import Trajectory


def needs_sandbox(applications: Iterable[str]) -> bool:
    """Whether some of these applications run programs; SQL needs no sandbox."""
    return any(APPLICATIONS[name].needs_sandbox for name in applications)


@asynccontextmanager
async def open_applications(names: Iterable[str], sandbox: Sandbox) -> AsyncIterator[dict[str, Application[Any]]]:
    """Open applications.

    Args:
        names: of those that will be needed.
        sandbox: where programs run; it stays the caller's, and is open if `needs_sandbox`.
    """
    async with AsyncExitStack() as stack:
        yield {
            APPLICATIONS.check(name): await stack.enter_async_context(APPLICATIONS[name].load().open(sandbox))
            for name in names
        }


@asynccontextmanager
async def open_debugger(
    model: str | Model = "",
    settings: Settings | None = None,
    *,
    applications: Collection[str] = APPLICATIONS,
    base_url: str | None = None,
    store: str | os.PathLike[str] | None = None,
    use_stored: bool = True,
    unsafe: bool = False,
) -> AsyncIterator[Debugger]:
    """Open a debugger with its model, its store of replies and a sandbox.

    Args:
        model: a model's name at the endpoint, ``embedded``, ``gguf:PATH``, ``gguf:OWNER/NAME[:FILE]``, or one that is
            open (which stays open). Where neither it nor a server nor a key is given: the embedded one, and one line
            on standard error says so.
        settings: feedback kind, style, samples, budgets; default: all defaults, and the style that fits the model.
        applications: those that will be needed. Programs need a sandbox, SQL does not.
        base_url: of an OpenAI-compatible server; default ``OPENAI_BASE_URL``, else OpenAI's own.
        store: where replies are kept: a SQLite file or any SQLAlchemy URL; default: a file in the user's data folder.
        use_stored: whether a reply that is stored is used instead of asking again.
        unsafe: run programs without isolation, with your permissions.

    Raises:
        ModelError, StoreError: the model or the store cannot be used; the message says what to do.
        ExecutionError: programs cannot be isolated here.
    """
    if isinstance(model, str) and embedded.is_default(model, base_url):
        model = EMBEDDED
        _notice()
    async with AsyncExitStack() as stack:
        sandbox = Sandbox(unsafe=unsafe)
        if needs_sandbox(applications):
            await stack.enter_async_context(sandbox)
        opened = await stack.enter_async_context(open_applications(applications, sandbox))
        if isinstance(model, str):
            replies = stack.enter_context(ReplyStore(os.fspath(store) if store else None))
            model = await stack.enter_async_context(
                open_model(model, base_url=base_url, store=replies, read=use_stored)
            )
        yield Debugger(model, opened, settings, doubt=doubt_of(model))


def doubt_of(model: Model) -> Callable[[Problem], str]:
    """What `Debugger` takes as its doubt: the embedded model judges right in its own domain alone."""
    return _outside_its_domain if model.name == EMBEDDED else no_doubt


def _outside_its_domain(problem: Problem) -> str:
    from selfdebug.benchmarks.sample import is_held_out  # an upper room, which most models do not need

    return "" if is_held_out(problem) else embedded.DOUBT


@functools.cache
def _notice() -> None:
    """Say once which model replies, for nobody chose it."""
    print(f"selfdebug: {embedded.NOTICE}", file=sys.stderr)


async def debug_async(
    problem: Problem,
    model: str | Model = "",
    *,
    program: Program | str | None = None,
    base_url: str | None = None,
    store: str | os.PathLike[str] | None = None,
    use_stored: bool = True,
    unsafe: bool = False,
    watch: Watcher = ignore_events,
    **settings: Any,
) -> Trajectory:
    """Have a model solve a problem and debug its program.

    Args:
        problem: what is asked.
        model, base_url, store, use_stored, unsafe: as for `open_debugger`.
        program: a first program to start from; without one, the model writes it.
        watch: is told each event as it happens.
        settings: the fields of `Settings`: ``feedback``, ``style``, ``samples``, ``max_turns``, ``max_calls``, …
            Without a style, the one that fits the model.

    Returns:
        The trajectory: its ``answer`` is the program to use, ``correct`` whether it was judged so.

    Raises:
        TypeError, ValueError: a setting is unknown or out of range, or the feedback kind does not fit the problem.
        ModelError, StoreError, ExecutionError, DatabaseError: something is missing; the message says what to do.
    """
    if isinstance(program, str):
        program = Program(program, problem.language)
    problem.check(Settings(**settings).kind_for(problem))
    async with open_debugger(
        model,
        Settings(**settings),
        applications=(problem.application,),
        base_url=base_url,
        store=store,
        use_stored=use_stored,
        unsafe=unsafe,
    ) as debugger:
        return await debugger.debug(problem, program, watch=watch)


def debug(problem: Problem, model: str | Model = "", **options: Any) -> Trajectory:
    """`debug_async`, for code that is not asynchronous; it takes the same arguments. Works in a notebook, too."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(debug_async(problem, model, **options))
    with ThreadPoolExecutor(1) as pool:  # a loop runs in this thread: a notebook's
        return pool.submit(lambda: asyncio.run(debug_async(problem, model, **options))).result()

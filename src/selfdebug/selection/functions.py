"""What selectors share that put further calls to programs: which function, how a model is asked, and read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from selfdebug.applications.conversation import conversation
from selfdebug.applications.reading import UnreadableReplyError
from selfdebug.applications.sandboxed import ProgramApplication
from selfdebug.execution import SignatureError
from selfdebug.feedback import BASELINE, Step
from selfdebug.languages import find_language
from selfdebug.languages.signatures import find_function
from selfdebug.messages import Reply
from selfdebug.problem import Program
from selfdebug.selection.base import Candidates
from selfdebug.trajectory import Ended
from selfdebug.unit_tests import InputOutput

T = TypeVar("T")


class CannotSelectError(Exception):
    """A selector cannot choose by calls of a function; the text says why, as half a sentence."""


def function_to_call(candidates: Candidates) -> str:
    """Name of the function that a problem asks for: what its tests call, or else what most of its programs are about.

    Raises:
        CannotSelectError: its programs are no functions.
    """
    problem, application = candidates.problem, candidates.application
    if not isinstance(application, ProgramApplication) or any(isinstance(t, InputOutput) for t in problem.tests):
        raise CannotSelectError("this problem asks for no function")
    if name := application.entry_point(problem):
        return name
    names = Counter(name for sample in candidates.samples if sample.program and (name := _main(sample.program)))
    if not names:
        raise CannotSelectError("no function was found in the samples")
    return names.most_common(1)[0][0]


def _main(program: Program) -> str:
    """The function that a program is about; nothing if there is none."""
    try:
        return find_function(program.code, find_language(program.language)).name
    except SignatureError:
        return ""


async def ask(candidates: Candidates, step: Step, read: Callable[[Reply], T], **variables: Any) -> T:
    """Ask the model about the problem.

    Args:
        candidates: of the problem.
        step: what is asked for.
        read: reads the reply.
        variables: what the step's template names beyond those of the problem.

    Raises:
        CannotSelectError: a budget is spent, or the reply cannot be read.
    """
    known = await candidates.application.prompt_variables(candidates.problem, sample_rows=1)
    messages = conversation(candidates.application, BASELINE, {**known, **variables}, (), step)
    try:
        return await candidates.ask(step, messages, read)
    except (Ended, UnreadableReplyError) as error:
        text = str(error).rstrip(".")
        raise CannotSelectError(text[:1].lower() + text[1:]) from None

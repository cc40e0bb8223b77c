"""The templates, rendered: those of an application, of all applications, and of a style that has its own."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path

import jinja2

from selfdebug.feedback import Step
from selfdebug.messages import Message
from selfdebug.problem import APPLICATIONS
from selfdebug.prompts import filters
from selfdebug.prompts.errors import as_error
from selfdebug.styles import STYLES, ZERO_SHOT, Style

SHARED = Path(__file__).parent / "shared"


@functools.cache
def _environment(folders: tuple[Path, ...]) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for name in ("title_of", "shown", "as_test", "call_of", "most_informative", "as_table", "sql_parts"):
        environment.filters[name] = getattr(filters, name)
    environment.filters["as_error"] = as_error
    return environment


@functools.cache
def _template(application: str, step: str | Step, style: Style) -> jinja2.Template:
    folder = APPLICATIONS[application].folder
    folders = [folder / "prompts", SHARED]
    if style.folder:
        folders = [style.folder / folder.name, style.folder / SHARED.name, *folders]
    if isinstance(step, Step) and step.folder:
        folders.append(step.folder)
    return _environment(tuple(folders)).get_template(f"{step}.j2")


def render(application: str, step: str | Step, style: Style = ZERO_SHOT, /, **variables: object) -> str:
    """Render one text.

    Args:
        application: such as ``text-to-sql``.
        step: what is asked for; or the name of a template that is no step, such as ``problem``.
        style: whose templates are used.
        variables: what the template names.

    Raises:
        jinja2.UndefinedError: the template names something that is not given.
    """
    return _template(application, step, style).render(**variables).strip()


def as_completion(messages: tuple[Message, ...]) -> str:
    """A conversation as one text, for models that continue text."""
    return _environment((SHARED,)).get_template("completion.j2").render(messages=messages).strip() + "\n\n"


COMPLETION_STOP = ("\n### Request",)
"""Where a model that continues text would go on with a request of its own."""


@functools.cache
def digest() -> str:
    """Hash of all templates and exemplars of the package, by which runs with other prompts are told apart.

    How values and traces are written, which code decides, is not in it; the version of the package is kept beside it.
    """
    folders = [SHARED, *(APPLICATIONS[name].folder for name in APPLICATIONS)]
    folders += [style.folder for style in STYLES.values() if style.folder]
    return hash_of(path for folder in folders for path in folder.rglob("*") if path.suffix in (".j2", ".yaml"))


def hash_of(files: Iterable[Path]) -> str:
    """Hash of some files: of the name of each with its folder's, and of what it holds; 16 hexadecimal digits."""
    found = hashlib.sha256()
    for name, path in sorted((f"{path.parent.name}/{path.name}", path) for path in files):
        found.update(f"{name}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]

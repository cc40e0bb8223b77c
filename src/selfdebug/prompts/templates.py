"""The templates, rendered: one folder for each application, and `shared` for what they have in common."""

from __future__ import annotations

import functools
import hashlib
from importlib import resources
from pathlib import Path

import jinja2

from selfdebug.messages import Message
from selfdebug.prompts import filters

FOLDER = Path(str(resources.files("selfdebug.prompts")))


@functools.cache
def _environment(application: str) -> jinja2.Environment:
    folders = [FOLDER / application.replace("-", "_"), FOLDER / "shared"]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for name in ("title_of", "shown", "as_test", "call_of", "most_telling", "as_table"):
        environment.filters[name] = getattr(filters, name)
    return environment


def render(application: str, step: str, /, **variables: object) -> str:
    """Render one step's text.

    Args:
        application: such as ``text-to-sql``.
        step: name of the template.
        variables: what the template names.

    Raises:
        jinja2.UndefinedError: the template names something that is not given.
    """
    return _environment(application).get_template(f"{step}.j2").render(**variables).strip()


def as_completion(messages: tuple[Message, ...]) -> str:
    """A conversation as one text, for models that continue text."""
    return render("shared", "completion", messages=messages) + "\n\n"


COMPLETION_STOP = ("\n### Request",)
"""Where a model that continues text would go on with a request of its own."""


@functools.cache
def digest(exemplars: bool = True) -> str:
    """Hash of all templates and exemplars: what was asked depends on it and on nothing else of this package.

    Args:
        exemplars: False leaves them out, as zero-shot prompts do.
    """
    found = hashlib.sha256()
    suffixes = (".j2", ".yaml") if exemplars else (".j2",)
    for path in sorted(p for p in FOLDER.rglob("*") if p.suffix in suffixes):
        found.update(f"{path.relative_to(FOLDER).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]

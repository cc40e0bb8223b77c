"""Prompt styles: which templates a model is sent, and whether exemplars stand before the problem."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from selfdebug.messages import EMBEDDED
from selfdebug.registry import Registry


@dataclass(frozen=True, slots=True)
class Style:
    """A prompt style.

    Attributes:
        name: as users write it.
        summary: one line for ``--help``.
        shows_exemplars: whether exemplars stand before the problem.
        folder: templates of its own, laid out as a folder for each application and ``shared``; what is not there, and
            all of it without a folder, is taken from the applications' own.
        paper_only: whether only the paper's requests are sent: none that tells of the programs of other attempts, and
            none for a verdict without an explanation.
    """

    name: str
    summary: str
    shows_exemplars: bool = False
    folder: Path | None = None
    paper_only: bool = False


FEW_SHOT = Style("few-shot", "exemplars before the problem", shows_exemplars=True)
ZERO_SHOT = Style("zero-shot", "instructions alone")

STYLES: Registry[Style] = Registry(
    "style",
    {"few-shot": FEW_SHOT, "zero-shot": ZERO_SHOT, EMBEDDED: "selfdebug.models.embedded:STYLE"},
)
"""By name. The embedded model's is what its weights were trained on, and lies beside them."""


def style_for(model: str) -> str:
    """Name of the style where nobody chose one: the one that the embedded model was trained on, or the paper's."""
    return EMBEDDED if model == EMBEDDED else FEW_SHOT.name

"""What each feedback kind looks like in every chart, on a page and on paper: the one place that knows colours."""

from __future__ import annotations

from dataclasses import dataclass, replace

from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.policies import DEFAULT, POLICIES
from selfdebug.reports.report import place_of, place_of_policy


@dataclass(frozen=True, slots=True)
class Look:
    """Colours of one hue, and what says the same once more to readers who cannot tell colours apart.

    Attributes:
        paper: the colour of a plot.
        light, dark: the colours of a page by its theme; each stands out from its background.
        dash: lengths of the strokes and gaps of a page's line, as SVG has them, or ``none``.
        marker: matplotlib's name of a plot's marker; empty for a dashed line without one.
    """

    paper: str
    light: str
    dark: str
    dash: str
    marker: str

    @property
    def page(self) -> str:
        """The colour of a page as CSS has it."""
        return f"light-dark({self.light}, {self.dark})"


_LOOKS = (
    Look("#000000", "#3c4450", "#c3cad4", "16 3", "o"),
    Look("#E69F00", "#b06a00", "#e8a94a", "7 3", "s"),
    Look("#0072B2", "#1a67b3", "#6fb1f0", "2 3", "^"),
    Look("#009E73", "#0b7d5c", "#4fc9a2", "9 3 2 3", "D"),
    Look("#D55E00", "#c4471a", "#f58d64", "none", "v"),
    Look("#56B4E9", "#2a86a8", "#79cbe8", "12 4", "P"),
    Look("#CC79A7", "#a8458a", "#e19bcb", "4 2", "X"),
    Look("#8C6D00", "#7a6400", "#cfb84b", "1 2", "<"),
    Look("#7F7F7F", "#6d6d6d", "#a8a8a8", "6 2 1 2", ">"),
)
"""In the order of the feedback kinds. The colours of plots are those of Okabe and Ito, with two more."""
_OTHER = Look("#5B3FB0", "#5b3fb0", "#b19cf0", "3 5", "*")
PASS_AT_K = Look("#555555", "#566070", "#a0aab8", "5 5", "")
"""Of pass@k, which is no feedback kind."""
REPAIRED, BROKEN = _LOOKS[2].paper, _LOOKS[4].paper
"""Colours of bars for what debugging repaired and broke."""


def look_of(feedback: str, policy: str = DEFAULT) -> Look:
    """The look of a feedback kind under a policy; a kind that is not registered has the look of all such.

    A policy other than the default has the colour of its kind with other markers and dashes. So have kinds, where more
    of them are registered than there are colours.
    """
    if feedback not in FEEDBACK_KINDS:
        return _OTHER
    rounds, place = divmod(place_of(feedback), len(_LOOKS))
    shift = (place_of_policy(policy) - place_of_policy(DEFAULT)) % (len(POLICIES) + 1)
    partner = _LOOKS[(place + rounds + shift) % len(_LOOKS)]
    return replace(_LOOKS[place], dash=partner.dash, marker=partner.marker)

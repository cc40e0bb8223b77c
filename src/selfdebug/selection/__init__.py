"""Selectors: each picks one program from several first ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selfdebug.registry import Registry

if TYPE_CHECKING:
    from selfdebug.selection.base import Selector

SELECTORS: Registry[type[Selector]] = Registry(
    "selector",
    {
        "majority-vote": "selfdebug.selection.majority:MajorityVote",
        "codet": "selfdebug.selection.codet:CodeT",
        "distinguishing": "selfdebug.selection.distinguishing:Distinguishing",
    },
)
"""By name. Another one is a file of its own, and a line here."""

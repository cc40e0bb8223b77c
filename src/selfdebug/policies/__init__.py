"""Policies: each says what is asked for next, of a model whose programs so far are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selfdebug.registry import Registry

if TYPE_CHECKING:
    from selfdebug.policies.base import Policy

POLICIES: Registry[Policy] = Registry(
    "policy",
    {
        "chain": "selfdebug.policies.chain:chain",
        "restart": "selfdebug.policies.restart:restart",
        "retry": "selfdebug.policies.retry:retry",
        "resample": "selfdebug.policies.resample:resample",
        "branch": "selfdebug.policies.branch:branch",
        "every": "selfdebug.policies.every:every",
    },
)
"""By name. Another one is a file of its own, and a line here."""
EVERY = frozenset({"every"})
"""Those that go on with each first program, and have the selector choose at the end."""
DEFAULT = "restart"
"""What measured best (docs/real-models.md); the paper's is `PAPERS`."""
PAPERS = "chain"
"""Also of what was stored before there were policies."""

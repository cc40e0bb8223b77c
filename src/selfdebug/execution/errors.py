"""What can go wrong that is not the program's doing; each says what the user can do."""

from __future__ import annotations

from selfdebug.languages.errors import ExecutionError, SignatureError, ToolchainMissingError


class IsolationUnavailableError(ExecutionError):
    """Neither bubblewrap nor Landlock works on this machine. Not to be worked round in silence."""


class WorkerLostError(ExecutionError):
    """The sandbox ended under a program; the next one gets a new sandbox."""


__all__ = [
    "ExecutionError",
    "IsolationUnavailableError",
    "SignatureError",
    "ToolchainMissingError",
    "WorkerLostError",
]

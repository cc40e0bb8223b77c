"""What can go wrong that is not the program's doing; each says what the user can do."""

from __future__ import annotations


class ExecutionError(Exception):
    """Base of this room's errors. The message says what to do next."""


class IsolationUnavailableError(ExecutionError):
    """Neither bubblewrap nor Landlock works on this machine. Not to be worked round in silence."""


class ToolchainMissingError(ExecutionError):
    """A language's compiler or runtime is not installed."""


class WorkerLostError(ExecutionError):
    """The sandbox ended under a program; the next one gets a new sandbox."""


class SignatureError(ExecutionError):
    """A function's signature cannot be read, or no tests can be derived. Not to be mistaken for a wrong program."""

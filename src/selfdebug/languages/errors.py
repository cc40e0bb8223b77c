"""What can go wrong before a program runs, by no fault of its own; `execution` adds what goes wrong while it runs."""

from __future__ import annotations


class ExecutionError(Exception):
    """Base of the errors that are not the program's doing. The message says what to do next."""


class ToolchainMissingError(ExecutionError):
    """A language's compiler or runtime is not installed."""


class SignatureError(ExecutionError):
    """A function's signature cannot be read, or no tests can be derived. Not to be mistaken for a wrong program."""

"""Why a reply cannot be read."""

from __future__ import annotations

from enum import StrEnum


class Unreadable(StrEnum):
    """What is the matter with a reply."""

    EMPTY = "empty"
    REFUSED = "refused"
    CUT_OFF = "cut_off"
    WRONG_LANGUAGE = "wrong_language"
    NO_PROGRAM = "no_program"
    DOES_NOT_PARSE = "does_not_parse"
    SEVERAL_PROGRAMS = "several_programs"
    NO_VERDICT = "no_verdict"
    NO_ANSWER = "no_answer"
    """None of what was asked for, where that is neither a program nor a verdict."""


class UnreadableReplyError(Exception):
    """A reply from which no program, query or verdict could be read.

    Its text says what is the matter, to people and to the model; what to reply instead stands in the prompts.

    Attributes:
        reason: what is the matter.
    """

    def __init__(self, reason: Unreadable, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def several(kind: str) -> UnreadableReplyError:
    """The error of a reply with more than one program or query, of a kind such as ``Python program``."""
    message = f"The reply held more than one {kind}, and which one counts is unclear."
    return UnreadableReplyError(Unreadable.SEVERAL_PROGRAMS, message)

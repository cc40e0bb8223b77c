"""The readers of replies, for replies that are only a text."""

from __future__ import annotations

from selfdebug.applications import reading
from selfdebug.feedback import Verdict
from selfdebug.messages import Reply


def read_program(
    text: str, language: str, *, finish: str = "stop", refusal: str = "", entry_point: str = "", previous: str = ""
) -> str:
    reply = Reply(text, finish=finish, refusal=refusal)
    return reading.read_program(reply, language, entry_point=entry_point, previous=previous)


def read_query(text: str, dialect: str, *, finish: str = "stop", refusal: str = "", previous: str = "") -> str:
    return reading.read_query(Reply(text, finish=finish, refusal=refusal), dialect, previous=previous)


def read_block_verdicts(text: str, blocks: int, *, finish: str = "stop") -> str:
    return reading.read_block_verdicts(Reply(text, finish=finish), blocks)


def read_verdict(text: str, *, finish: str = "stop", refusal: str = "") -> Verdict:
    return reading.read_verdict(Reply(text, finish=finish, refusal=refusal))

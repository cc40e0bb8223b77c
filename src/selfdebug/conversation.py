"""What goes to a model and comes back: messages, requests, replies. Plain, frozen data; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model, whole. Either `messages` (chat) or `prompt` (completion) is given.

    Attributes:
        messages: the conversation, for chat models.
        prompt: the text to continue, for completion models.
        temperature: 0 is greedy.
        max_tokens: how long the reply may be.
        stop: texts at which the reply ends.
        seed: for servers that have one.
        log_probabilities: whether to ask for those of the generated tokens.
    """

    messages: tuple[Message, ...] = ()
    prompt: str = ""
    temperature: float = 0.0
    max_tokens: int = 2048
    stop: tuple[str, ...] = ()
    seed: int | None = None
    log_probabilities: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model replied.

    Attributes:
        text: the reply itself, without thinking.
        thinking: what a reasoning model thought before; kept, never parsed for code, never sent back.
        finish: why it ended, as the server says: ``stop``, ``length``, ``content_filter``, …
        refusal: a refusal that the server marks as one.
        prompt_tokens, completion_tokens: as the server counted them; ``None`` where it does not say.
        log_probabilities: of the generated tokens, where asked for and offered.
        seconds: how long it took when it was asked.
        stored: whether it was read back from the store, and so was not paid again.
    """

    text: str
    thinking: str = ""
    finish: str = "stop"
    refusal: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    log_probabilities: tuple[float, ...] | None = None
    seconds: float = 0.0
    stored: bool = False

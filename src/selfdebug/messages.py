"""What goes to a model and comes back: messages, requests, replies. Plain, frozen data; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["system", "user", "assistant"]
Form: TypeAlias = Literal["chat", "completion"]
EMBEDDED = "embedded"
"""Name of the model that comes with the package."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model, whole. Exactly one of messages (chat) and prompt (completion) is given.

    Attributes:
        messages: the conversation so far, for a chat model.
        prompt: the text to continue, for a completion model.
        temperature: 0 is greedy.
        max_tokens: the reply's length in tokens, at most; a model's thinking counts.
        stop: texts that end the reply; they are not part of it.
        seed: for servers that can repeat a sample; sample number `i` of a request has `seed + i`.
        log_probabilities: ask for those of the generated tokens.

    Raises:
        ValueError: both or none of messages and prompt are given.
    """

    messages: tuple[Message, ...] = ()
    prompt: str = ""
    temperature: float = 0.0
    max_tokens: int = 2048
    stop: tuple[str, ...] = ()
    seed: int | None = None
    log_probabilities: bool = False

    def __post_init__(self) -> None:
        if bool(self.messages) == bool(self.prompt):
            raise ValueError("a request has either messages or a prompt")

    @property
    def form(self) -> Form:
        """The form of model that this can be asked of."""
        return "chat" if self.messages else "completion"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said.

    Attributes:
        text: what counts, without thinking.
        thinking: what the model thought before, where the server shows it; never parsed for code, never sent back.
        finish: why it ended, in OpenAI's words: "stop", "length" or "content_filter". One that broke off is no reply.
        prompt_tokens: as the server counts; None where it does not say. Several samples out of one call share its
            figures: the first has the prompt's tokens, the others 0, so that sums are what was paid.
        completion_tokens: likewise; samples out of one call have equal shares, or None where the server counts the
            first alone.
        log_probabilities: natural logarithms, of the generated tokens, where asked for and offered.
        seconds: from sending the request to having the whole reply, without the tries that failed before.
        refusal: the model's refusal, where the server gives it a field of its own.
        stored: read back from the reply store, so that it cost nothing now.
    """

    text: str
    thinking: str = ""
    finish: str = "stop"
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    log_probabilities: tuple[float, ...] | None = None
    seconds: float = 0.0
    refusal: str = ""
    stored: bool = False

"""The tokenizer: byte-level BPE of our own, and one token for each sentence that the prompts always say.

The package's requests are long and the same every time. Each line of them that many conversations share is a token of
its own, so that a request costs a few tokens and not a hundred: training and replies are faster for it.
Everything else is cut by GPT-2's rule and merged by what training texts have in common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import IntEnum
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from selfdebug.messages import Message

PAD, END = "<|pad|>", "<|end|>"
ROLES = {role: f"<|{role}|>" for role in ("system", "user", "assistant")}
CONTROL = (PAD, END, *ROLES.values())
"""Tokens that no text holds, in the order of their numbers."""

CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message.role + '|>' + message.content + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)

_CUT = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
"""GPT-2's rule, which llama.cpp knows by that name. A word is the same token whatever bracket stands before it: a small
model copies names more easily for it."""
_SENTENCE_CHARACTERS = 30
_SENTENCE_SHARE = 0.004
"""Lines of requests that are at least so long, in at least this share of all messages, are tokens."""


class Part(IntEnum):
    """What a token of a conversation belongs to."""

    OTHERS = 0
    """A reply that the model is not to write, such as a wrong program; the mark of a role."""
    PROMPT = 1
    REPLY = 2
    """What the model is to write."""


def train_tokenizer(conversations: Sequence[Sequence[Message]], size: int) -> Tokenizer:
    """Make a tokenizer.

    Args:
        conversations: as they are sent.
        size: of the vocabulary that is learnt; control tokens and sentences come on top.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_CUT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    sentences = _sentences(conversations)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=list(CONTROL), initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(_without(sentences, conversations), trainer)
    tokenizer.add_tokens([AddedToken(sentence, normalized=False) for sentence in sentences])
    return tokenizer


def encode(tokenizer: Tokenizer, messages: Sequence[Message], learnt: Iterable[int]) -> tuple[list[int], list[Part]]:
    """A conversation as tokens, as the chat template writes it.

    Args:
        tokenizer: the tokenizer.
        messages: the conversation.
        learnt: indices of the messages that the model learns to write.

    Returns:
        The tokens, and what each belongs to.
    """
    wanted = set(learnt)
    tokens: list[int] = []
    parts: list[Part] = []
    for index, message in enumerate(messages):
        text = tokenizer.encode(f"{message.content}{END}").ids
        tokens += [tokenizer.token_to_id(ROLES[message.role]), *text]
        part = Part.REPLY if index in wanted else Part.OTHERS if message.role == "assistant" else Part.PROMPT
        parts += [Part.OTHERS, *[part] * len(text)]
    return tokens, parts


def encode_prompt(tokenizer: Tokenizer, messages: Sequence[Message]) -> list[int]:
    """A conversation that the model is to continue."""
    return [*encode(tokenizer, messages, ())[0], tokenizer.token_to_id(ROLES["assistant"])]


def load_tokenizer(path: Path) -> Tokenizer:
    return Tokenizer.from_file(str(path))


def _sentences(conversations: Sequence[Sequence[Message]]) -> list[str]:
    """The lines that requests share, the most frequent first."""
    counted: Counter[str] = Counter()
    for conversation in conversations:
        for message in conversation:
            if message.role != "assistant":
                counted.update(set(_long_lines(message.content)))
    least = _SENTENCE_SHARE * sum(map(len, conversations))
    return [line for line, count in counted.most_common() if count >= least]


def _long_lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if len(line) >= _SENTENCE_CHARACTERS]


def _without(sentences: Sequence[str], conversations: Iterable[Sequence[Message]]) -> Iterable[str]:
    """The texts that merges are learnt from."""
    known = set(sentences)
    for conversation in conversations:
        for message in conversation:
            yield "\n".join(line for line in message.content.split("\n") if line not in known)

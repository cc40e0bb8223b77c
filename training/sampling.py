"""What the network writes, many conversations at once."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer
from torch import Tensor

from .model import Cache, Decoder
from .tokenizer import END

_AT_ONCE = 192


def halved(model: Decoder) -> Decoder:
    """The network with 16 bits a weight: faster, and as good for making mistakes. Positions stay exact."""
    for weight in model.parameters():
        weight.data = weight.data.bfloat16()
    return model


def write(
    model: Decoder, tokenizer: Tokenizer, prompts: Sequence[Sequence[int]], temperature: float, longest: int = 200
) -> list[str]:
    """Continue prompts.

    Args:
        model: the network.
        tokenizer: its tokenizer.
        prompts: tokens of each.
        temperature: 0 takes the likeliest token.
        longest: tokens of a reply, at most; what is longer is cut off.

    Returns:
        A reply to each.
    """
    written = write_tokens(model, tokenizer, prompts, temperature, longest)
    return [tokenizer.decode(tokens, skip_special_tokens=False) for tokens in written]


@torch.inference_mode()
def write_tokens(
    model: Decoder, tokenizer: Tokenizer, prompts: Sequence[Sequence[int]], temperature: float, longest: int
) -> list[list[int]]:
    """As `write`, but the tokens of each reply, without the one that ends it."""
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    replies: list[list[int]] = [[] for _ in prompts]
    for start in range(0, len(order), _AT_ONCE):
        group = order[start : start + _AT_ONCE]
        written = _write(model, tokenizer.token_to_id(END), [prompts[i] for i in group], temperature, longest)
        for i, tokens in zip(group, written, strict=True):
            replies[i] = tokens
    return replies


def _write(
    model: Decoder, end: int, prompts: Sequence[Sequence[int]], temperature: float, longest: int
) -> list[list[int]]:
    length = max(map(len, prompts))
    padding = torch.tensor([length - len(prompt) for prompt in prompts])  # in front, so that all end together
    tokens = torch.tensor([[0] * (length - len(prompt)) + list(prompt) for prompt in prompts])
    cache = Cache(model.shape, len(prompts), length + longest, model.embedding.weight.dtype)
    written: list[list[int]] = [[] for _ in prompts]
    done = [False] * len(prompts)
    rows = list(range(len(prompts)))  # the prompts that the rows of the batch belong to
    for _ in range(longest):
        last = _read(model, tokens, padding, cache)
        tokens = _choose(model.logits(last[:, -1]).float(), temperature)
        for row, token in zip(rows, tokens[:, 0].tolist(), strict=True):
            done[row] |= token == end
            if not done[row]:
                written[row].append(token)
        alive = torch.tensor([not done[row] for row in rows])
        if not alive.any():
            break
        if alive.sum() < 0.75 * len(rows):  # those that are done cost as much as the others
            tokens, padding = tokens[alive], padding[alive]
            cache.keep(alive)
            rows = [row for row in rows if not done[row]]
    return written


def _read(model: Decoder, tokens: Tensor, padding: Tensor, cache: Cache) -> Tensor:
    """The output (B, T, C) for new tokens (B, T)."""
    place = torch.arange(cache.length, cache.length + tokens.shape[1])
    positions = (place - padding[:, None]).clamp(min=0)  # (B, T)
    so_far = torch.arange(cache.length + tokens.shape[1])
    # A token of padding looks at itself, for a softmax needs something to look at.
    mask = (so_far <= place[:, None]) & ((so_far >= padding[:, None, None]) | (so_far == place[:, None]))
    return model.hidden(tokens, model.angles[positions].unsqueeze(1), mask.unsqueeze(1), cache)


def _choose(logits: Tensor, temperature: float) -> Tensor:
    """The next token of each, (B, 1)."""
    if temperature == 0:
        return logits.argmax(-1, keepdim=True)
    return torch.multinomial((logits / temperature).softmax(-1), 1)


@torch.inference_mode()
def log_probabilities(model: Decoder, prompt: Sequence[int], reply: Sequence[int]) -> list[float]:
    """Of the tokens of a reply, natural logarithms."""
    tokens = torch.tensor([[*prompt, *reply]])
    logits = model(tokens, torch.arange(len(prompt) - 1, tokens.shape[1] - 1))
    return logits.log_softmax(-1).gather(1, torch.tensor(reply)[:, None])[:, 0].tolist()

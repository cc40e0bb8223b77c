"""What the network writes, many conversations at once."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer
from torch import Tensor

from .model import Cache, Decoder
from .tokenizer import END

_AT_ONCE = 64
"""Prompts that are continued together, each at all temperatures."""
_READ_AT_ONCE = 8
"""Prompts that are read together: so few that what is computed stays in the processor's cache."""


def halved(model: Decoder) -> Decoder:
    """The network with 16 bits a weight: faster, and as good for making mistakes. Positions stay exact."""
    for weight in model.parameters():
        weight.data = weight.data.bfloat16()
    return model


def write(
    model: Decoder,
    tokenizer: Tokenizer,
    prompts: Sequence[Sequence[int]],
    temperatures: Sequence[float] = (0.0,),
    longest: int = 200,
) -> list[tuple[str, ...]]:
    """Continue prompts.

    Args:
        model: the network.
        tokenizer: its tokenizer.
        prompts: tokens of each.
        temperatures: of the replies to each prompt; 0 takes the likeliest token.
        longest: tokens of a reply, at most; what is longer is cut off.

    Returns:
        For each prompt, a reply at each temperature.
    """
    written = write_tokens(model, tokenizer, prompts, temperatures, longest)
    return [tuple(tokenizer.decode(tokens, skip_special_tokens=False) for tokens in replies) for replies in written]


@torch.inference_mode()
def write_tokens(
    model: Decoder,
    tokenizer: Tokenizer,
    prompts: Sequence[Sequence[int]],
    temperatures: Sequence[float],
    longest: int,
) -> list[list[list[int]]]:
    """As `write`, but the tokens of each reply, without the one that ends it."""
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    replies: list[list[list[int]]] = [[] for _ in prompts]
    for start in range(0, len(order), _AT_ONCE):
        group = order[start : start + _AT_ONCE]
        written = _write(model, tokenizer.token_to_id(END), [prompts[i] for i in group], temperatures, longest)
        for place, i in enumerate(group):
            replies[i] = written[place :: len(group)]
    return replies


def _write(
    model: Decoder, end: int, prompts: Sequence[Sequence[int]], temperatures: Sequence[float], longest: int
) -> list[list[int]]:
    """Replies to all prompts at the first temperature, then at the next."""
    length = max(map(len, prompts))
    padding = torch.tensor([length - len(prompt) for prompt in prompts])  # in front, so that all end together
    tokens = torch.tensor([[0] * (length - len(prompt)) + list(prompt) for prompt in prompts])
    last, cache = _read_in_parts(model, tokens, padding)
    each = torch.arange(len(prompts)).repeat(len(temperatures))
    cache.select(each)
    last, padding = last[each], padding[each]
    heat = torch.tensor(temperatures).repeat_interleave(len(prompts))
    written: list[list[int]] = [[] for _ in each]
    done = [False] * len(each)
    rows = list(range(len(each)))  # the replies that the rows of the batch belong to
    for _ in range(longest):
        tokens = _choose(model.logits(last).float(), heat)
        for row, token in zip(rows, tokens[:, 0].tolist(), strict=True):
            done[row] |= token == end
            if not done[row]:
                written[row].append(token)
        alive = torch.tensor([not done[row] for row in rows])
        if not alive.any():
            break
        if alive.sum() < 0.75 * len(rows):  # those that are done cost as much as the others
            tokens, padding, heat = tokens[alive], padding[alive], heat[alive]
            cache.select(alive)
            rows = [row for row in rows if not done[row]]
        last = _read(model, tokens, padding, cache)
    return written


def _read_in_parts(model: Decoder, tokens: Tensor, padding: Tensor) -> tuple[Tensor, Cache]:
    """The output (B, C) for the last of prompts (B, T), and the cache of all."""
    outputs: list[Tensor] = []
    joined: Cache | None = None
    for part, padded in zip(tokens.split(_READ_AT_ONCE), padding.split(_READ_AT_ONCE), strict=True):
        cache = Cache(model.shape, len(part), model.embedding.weight.dtype)
        outputs.append(_read(model, part, padded, cache))
        if joined is None:
            joined = cache
        else:
            joined.join(cache)
    assert joined is not None  # There are no batches without prompts.
    return torch.cat(outputs), joined


def _read(model: Decoder, tokens: Tensor, padding: Tensor, cache: Cache) -> Tensor:
    """The output (B, C) for the last of new tokens (B, T)."""
    place = torch.arange(cache.length, cache.length + tokens.shape[1])
    cache.make_room(tokens.shape[1])
    positions = (place - padding[:, None]).clamp(min=0)  # (B, T)
    places = torch.arange(cache.room)
    # A token of padding looks at itself, for a softmax needs something to look at.
    mask = (places <= place[:, None]) & ((places >= padding[:, None, None]) | (places == place[:, None]))
    return model.hidden(tokens, model.angles[positions].unsqueeze(1), mask.unsqueeze(1), cache)[:, -1]


def _choose(logits: Tensor, temperature: Tensor) -> Tensor:
    """The next token of each, (B, 1), by the Gumbel-max trick: the largest of logits with noise as hot as wanted."""
    noise = -torch.empty_like(logits).exponential_().log()
    return (logits + temperature[:, None] * noise).argmax(-1, keepdim=True)


@torch.inference_mode()
def log_probabilities(model: Decoder, prompt: Sequence[int], reply: Sequence[int]) -> list[float]:
    """Of the tokens of a reply, natural logarithms."""
    tokens = torch.tensor([[*prompt, *reply]])
    logits = model(tokens, torch.arange(len(prompt) - 1, tokens.shape[1] - 1))
    return logits.log_softmax(-1).gather(1, torch.tensor(reply)[:, None])[:, 0].tolist()

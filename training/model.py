"""The network: a decoder of Llama's shape (RMSNorm, rotary positions, grouped-query attention, SwiGLU), top to bottom.

Shapes in comments: B sequences, T tokens, C channels, H heads, D channels of a head. It is small enough for two cores;
nothing here is particular to what it is trained on.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - as everybody calls it
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    """Everything that decides the network's size."""

    vocabulary: int
    """Tokens."""
    channels: int = 256
    """Of the residual stream."""
    layers: int = 6
    heads: int = 8
    """Of queries."""
    key_heads: int = 4
    """Of keys and values; each serves heads / key_heads query heads."""
    hidden: int = 576
    """Channels inside a feed-forward layer."""
    context: int = 2048
    """Tokens of prompt and reply together, at most."""
    rope_base: float = 10_000.0

    @property
    def head_channels(self) -> int:
        return self.channels // self.heads


class Cache:
    """Keys and values of tokens that were read already, for sampling.

    Attributes:
        keys, values: for each layer (B, key heads, room, D). Attention looks at all of it: what is not filled yet must
            be masked, for a part of it would be copied at each token.
        length: how many tokens are filled.
    """

    _BLOCK = 64  # tokens: room grows by as many

    def __init__(self, shape: Shape, sequences: int, kind: torch.dtype) -> None:
        size = (sequences, shape.key_heads, 0, shape.head_channels)
        self.keys = [torch.zeros(size, dtype=kind) for _ in range(shape.layers)]
        self.values = [torch.zeros(size, dtype=kind) for _ in range(shape.layers)]
        self.length = 0

    @property
    def room(self) -> int:
        return self.keys[-1].shape[2]

    def make_room(self, tokens: int) -> None:
        """For new tokens."""
        if (missing := self.length + tokens - self.room) > 0:
            more = missing + -missing % self._BLOCK
            self.keys = [F.pad(k, (0, 0, 0, more)) for k in self.keys]
            self.values = [F.pad(v, (0, 0, 0, more)) for v in self.values]

    def select(self, rows: Tensor) -> None:
        """Keep some sequences, or have some several times."""
        self.keys = [k[rows] for k in self.keys]
        self.values = [v[rows] for v in self.values]

    def join(self, other: Cache) -> None:
        """Take in as many tokens of other sequences."""
        self.keys = [torch.cat(pair) for pair in zip(self.keys, other.keys, strict=True)]
        self.values = [torch.cat(pair) for pair in zip(self.values, other.values, strict=True)]

    def extend(self, layer: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """Take in what a layer computed for new tokens; all that the layer has."""
        end = self.length + k.shape[2]
        self.keys[layer][:, :, self.length : end] = k
        self.values[layer][:, :, self.length : end] = v
        return self.keys[layer], self.values[layer]


class Attention(nn.Module):
    def __init__(self, shape: Shape, number: int) -> None:
        super().__init__()
        self.shape, self.number = shape, number
        key_channels = shape.key_heads * shape.head_channels
        self.q = nn.Linear(shape.channels, shape.channels, bias=False)
        self.k = nn.Linear(shape.channels, key_channels, bias=False)
        self.v = nn.Linear(shape.channels, key_channels, bias=False)
        self.o = nn.Linear(shape.channels, shape.channels, bias=False)

    def forward(self, x: Tensor, rotation: tuple[Tensor, Tensor], mask: Tensor, cache: Cache | None) -> Tensor:
        q, k, v = (_heads(layer(x), self.shape.head_channels) for layer in (self.q, self.k, self.v))  # (B, H, T, D)
        q, k = _rotate(q, *rotation), _rotate(k, *rotation)
        if cache is not None:
            k, v = cache.extend(self.number, k, v)
        return self.o(_attend(q, k, v, mask).transpose(1, 2).flatten(2))


class FeedForward(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate = nn.Linear(shape.channels, shape.hidden, bias=False)
        self.up = nn.Linear(shape.channels, shape.hidden, bias=False)
        self.down = nn.Linear(shape.hidden, shape.channels, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Layer(nn.Module):
    def __init__(self, shape: Shape, number: int) -> None:
        super().__init__()
        self.attention_norm = nn.RMSNorm(shape.channels, eps=1e-5)
        self.attention = Attention(shape, number)
        self.feed_forward_norm = nn.RMSNorm(shape.channels, eps=1e-5)
        self.feed_forward = FeedForward(shape)

    def forward(self, x: Tensor, rotation: tuple[Tensor, Tensor], mask: Tensor, cache: Cache | None) -> Tensor:
        x = x + self.attention(self.attention_norm(x), rotation, mask, cache)
        return x + self.feed_forward(self.feed_forward_norm(x))


class Decoder(nn.Module):
    """Tokens in, a prediction of the next token out. The embedding is also the last layer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.channels)
        self.layers = nn.ModuleList(Layer(shape, number) for number in range(shape.layers))
        self.norm = nn.RMSNorm(shape.channels, eps=1e-5)
        self.register_buffer("angles", _angles(shape), persistent=False)  # (context, D / 2)
        self.apply(self._initialise)
        for name, weight in self.named_parameters():
            if name.endswith(("o.weight", "down.weight")):  # the residual stream must not grow with depth
                nn.init.normal_(weight, std=0.02 / (2 * shape.layers) ** 0.5)

    @staticmethod
    def _initialise(module: nn.Module) -> None:
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)

    def forward(self, tokens: Tensor, wanted: Tensor) -> Tensor:
        """Logits at the wanted places alone: most tokens of a prompt are never predicted.

        Args:
            tokens: (B, T).
            wanted: (N,) places in the flattened (B * T,).

        Returns:
            (N, vocabulary).
        """
        T = tokens.shape[1]  # noqa: N806
        before = torch.ones(T, T, dtype=torch.bool, device=tokens.device).tril()
        x = self.hidden(tokens, self.angles[:T], before)
        return self.logits(x.flatten(0, 1)[wanted])

    def hidden(self, tokens: Tensor, angles: Tensor, mask: Tensor, cache: Cache | None = None) -> Tensor:
        """The last layer's output (B, T, C).

        Args:
            tokens: (B, T).
            angles: of their positions, (T, D / 2) or (B, 1, T, D / 2).
            mask: (T, T) or (B, 1, T, the cache's room), True where a token may look.
            cache: of the tokens before; these come to it.
        """
        x = self.embedding(tokens)
        rotation = angles.cos(), angles.sin()
        for layer in self.layers:
            x = layer(x, rotation, mask, cache)
        if cache is not None:
            cache.length += tokens.shape[1]
        return self.norm(x)

    def logits(self, x: Tensor) -> Tensor:
        return F.linear(x, self.embedding.weight)


def _angles(shape: Shape) -> Tensor:
    D = shape.head_channels  # noqa: N806
    frequencies = shape.rope_base ** (-torch.arange(0, D, 2) / D)
    return torch.outer(torch.arange(shape.context), frequencies)


def _heads(x: Tensor, channels: int) -> Tensor:
    """(B, T, H * D) -> (B, H, T, D)."""
    return x.unflatten(-1, (-1, channels)).transpose(1, 2)


def _attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """Softmax attention (B, H, T, D), written out: on a CPU, two products and a softmax are faster than torch's fused
    backward pass for sequences as short as ours. Query heads that share keys are put one below the other."""
    H, T, D = q.shape[1:]  # noqa: N806
    shared = H // k.shape[1]
    q = q.unflatten(1, (-1, shared)).flatten(2, 3) * D**-0.5  # (B, key heads, shared * T, D)
    mask = torch.cat([mask] * shared, dim=-2)
    hidden = torch.zeros(mask.shape, dtype=q.dtype, device=q.device).masked_fill_(~mask, float("-inf"))
    scores = q @ k.transpose(-1, -2) + hidden  # (B, key heads, shared * T, tokens so far)
    with torch.autocast(q.device.type, enabled=False):
        y = scores.softmax(-1) @ v
    return y.unflatten(2, (shared, T)).flatten(1, 2)


def _rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotary positions, first half against second half; the export puts pairs side by side, as llama.cpp has them."""
    cosine, sine = cosine.to(x.dtype), sine.to(x.dtype)
    a, b = x.chunk(2, dim=-1)
    return torch.cat((a * cosine - b * sine, a * sine + b * cosine), dim=-1)

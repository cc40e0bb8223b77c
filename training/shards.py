"""Encoded conversations on disk, and the batches that training takes from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .tokenizer import Part

Encoded = tuple[list[int], list[Part]]
"""Tokens, and what each belongs to."""


@dataclass(frozen=True)
class Batch:
    """Conversations of about the same length, side by side.

    Attributes:
        tokens: (B, T), padded at the end.
        wanted: (N,) places in the flattened (B * T,) from which the next token is to be predicted.
        targets: (N,) those next tokens.
        weights: (N,) how much each counts.
    """

    tokens: Tensor
    wanted: Tensor
    targets: Tensor
    weights: Tensor


@dataclass(frozen=True)
class Shard:
    """Many conversations in a row.

    Attributes:
        tokens, parts: of all, one after the other.
        starts: where each begins, and the end.
    """

    tokens: np.ndarray
    parts: np.ndarray
    starts: np.ndarray

    def __len__(self) -> int:
        return len(self.starts) - 1

    def lengths(self) -> np.ndarray:
        return np.diff(self.starts)


def save_shard(path: Path, encoded: Sequence[Encoded]) -> None:
    """Write conversations; a file that is there is a whole one. There may be none, of a weak network."""
    starts = np.cumsum([0, *(len(tokens) for tokens, _ in encoded)])
    unfinished = path.with_suffix(".part.npz")
    np.savez(
        unfinished,
        tokens=np.fromiter((token for tokens, _ in encoded for token in tokens), np.uint16),
        parts=np.fromiter((part for _, parts in encoded for part in parts), np.uint8),
        starts=starts,
    )
    unfinished.replace(path)


def load_shards(paths: Sequence[Path], longest: int) -> Shard:
    """All conversations of some files, but for those of more than `longest` tokens."""
    files = [np.load(path) for path in paths]
    shards = [Shard(file["tokens"], file["parts"], file["starts"]) for file in files]
    kept = [shard.lengths() <= longest for shard in shards]
    tokens, parts = (
        np.concatenate([getattr(s, name)[np.repeat(k, s.lengths())] for s, k in zip(shards, kept, strict=True)])
        for name in ("tokens", "parts")
    )
    lengths = np.concatenate([shard.lengths()[keep] for shard, keep in zip(shards, kept, strict=True)])
    return Shard(tokens, parts, np.concatenate([[0], np.cumsum(lengths)]))


def batches(shard: Shard, size: int, prompt_weight: float, seed: int) -> Iterator[Batch]:
    """Batches without end, each conversation once in a round.

    Args:
        shard: the conversations.
        size: tokens of a batch, padding included.
        prompt_weight: how much a token of a prompt counts; one of a reply counts 1.
        seed: of their order.
    """
    order = np.random.default_rng(seed)
    lengths = shard.lengths()
    while True:
        # Sorted within pools: neighbours are about as long as each other, and little is padding.
        shuffled = order.permutation(len(shard))
        pools = np.array_split(shuffled, max(1, int(lengths.sum() // (size * 64))))
        for pool in pools:
            groups = list(_groups(pool[np.argsort(lengths[pool], kind="stable")], lengths, size))
            order.shuffle(groups)
            for group in groups:
                yield _batch(shard, group, torch.tensor([0.0, prompt_weight, 1.0]))


def _groups(sorted_by_length: np.ndarray, lengths: np.ndarray, size: int) -> Iterator[list[int]]:
    group: list[int] = []
    for index in sorted_by_length:
        if group and (len(group) + 1) * lengths[index] > size:
            yield group
            group = []
        group.append(int(index))
    yield group


def _batch(shard: Shard, group: Sequence[int], weights: Tensor) -> Batch:
    length = int(max(shard.starts[i + 1] - shard.starts[i] for i in group))
    tokens = torch.zeros(len(group), length, dtype=torch.long)
    parts = torch.zeros(len(group), length, dtype=torch.long)
    for row, i in enumerate(group):
        start, end = shard.starts[i], shard.starts[i + 1]
        tokens[row, : end - start] = torch.from_numpy(shard.tokens[start:end].astype(np.int64))
        parts[row, : end - start] = torch.from_numpy(shard.parts[start:end].astype(np.int64))
    # The token at a place is predicted from the place before it.
    ahead = (weights[parts[:, 1:]] > 0).nonzero()
    wanted = ahead[:, 0] * length + ahead[:, 1]
    return Batch(tokens, wanted, tokens.flatten()[wanted + 1], weights[parts.flatten()[wanted + 1]])

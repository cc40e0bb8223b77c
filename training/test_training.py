"""The network, what it writes, and the whole way from nothing to a file that llama.cpp serves.

Run where training's tools are: ``.venv-training/bin/python -m pytest training -n 0``.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from selfdebug.problem import Program
from training.__main__ import RECIPES, _prompts, make
from training.export import largest_difference
from training.mistakes import slipped
from training.model import Decoder, Shape
from training.sampling import _choose, _read, _read_in_parts, write
from training.shards import Shard, batches, load_shards, save_shard
from training.tokenizer import Part, encode, encode_prompt, load_tokenizer
from training.train import load_model

SHAPE = Shape(vocabulary=300, channels=64, layers=2, heads=4, key_heads=2, hidden=96, context=128)


def test_reading_in_parts_gives_what_reading_at_once_gives() -> None:
    torch.manual_seed(1)
    model = Decoder(SHAPE).eval()
    tokens = torch.randint(0, 300, (3, 40))
    padding = torch.tensor([0, 5, 9])
    last, cache = _read_in_parts(model, tokens[:, :30], padding)
    lasts = [last, *(_read(model, tokens[:, i : i + 1], padding, cache) for i in range(30, 40))]
    found = model.logits(torch.stack(lasts, dim=1))
    for row, start in enumerate(padding.tolist()):
        whole = model(tokens[row : row + 1, start:], torch.arange(29, 40) - start)
        assert torch.allclose(whole, found[row], atol=1e-4)


def test_a_file_may_hold_no_conversation(tmp_path: Path) -> None:
    save_shard(tmp_path / "none.npz", [])
    save_shard(tmp_path / "one.npz", [([1, 2, 3], [Part.PROMPT, Part.PROMPT, Part.REPLY])])
    loaded = load_shards([tmp_path / "none.npz", tmp_path / "one.npz"], 10)
    assert loaded.tokens.tolist() == [1, 2, 3]
    assert len(loaded) == 1


def test_hot_tokens_are_drawn_as_often_as_they_are_likely() -> None:
    torch.manual_seed(1)
    logits = torch.tensor([1.0, 0.0, -1.0]).log_softmax(-1)
    drawn = torch.bincount(_choose(logits.expand(20_000, 3), torch.full((20_000,), 0.5))[:, 0]) / 20_000
    assert torch.allclose(drawn, (logits / 0.5).softmax(-1), atol=0.02)


def test_a_token_sees_none_that_come_later() -> None:
    model = Decoder(SHAPE).eval()
    tokens = torch.randint(0, 300, (1, 20))
    changed = tokens.clone()
    changed[0, 15:] = 7
    before = torch.arange(15)
    assert torch.equal(model(tokens, before), model(changed, before))


def test_batches_hold_each_conversation_once_and_the_right_targets() -> None:
    lengths = [5, 9, 3, 7, 7, 12]
    tokens = np.arange(sum(lengths), dtype=np.uint16) + 1
    parts = np.tile([Part.OTHERS, Part.PROMPT, Part.REPLY], 100)[: len(tokens)].astype(np.uint8)
    shard = Shard(tokens, parts, np.concatenate([[0], np.cumsum(lengths)]))
    source = batches(shard, size=24, prompt_weight=0.5, seed=1)
    seen: list[int] = []
    while len(seen) < len(lengths):
        batch = next(source)
        seen += batch.tokens[:, 0].tolist()
        assert torch.equal(batch.targets, batch.tokens.flatten()[batch.wanted] + 1)
        kinds = parts[batch.targets.numpy() - 1]
        assert batch.weights.tolist() == [{Part.PROMPT: 0.5, Part.REPLY: 1.0}[kind] for kind in kinds]
    assert sorted(seen) == [tokens[start] for start in shard.starts[:-1]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model, made from nothing."""
    folder = tmp_path_factory.mktemp("model")
    make(folder, RECIPES["tiny"])
    return folder


def test_the_loss_falls(made: Path) -> None:
    losses = [json.loads(line)["loss"] for line in (made / "run" / "losses.jsonl").read_text().splitlines()]
    assert losses[-1] < losses[0] - 0.5


def test_what_was_made_is_not_made_again(made: Path) -> None:
    before = (made / "run" / "checkpoint.pt").read_bytes()
    make(made, RECIPES["tiny"])
    assert (made / "run" / "checkpoint.pt").read_bytes() == before


def test_llama_cpp_reads_what_pytorch_computes(made: Path) -> None:
    model, tokenizer = load_model(made / "run"), load_tokenizer(made / "tokenizer.json")
    assert largest_difference(made / "model.gguf", model, tokenizer, _prompts(made, 3)) < 0.05


def test_sentences_of_the_prompts_are_tokens(made: Path) -> None:
    tokenizer = load_tokenizer(made / "tokenizer.json")
    (sql, *_) = _prompts(made, 1)
    tokens = encode_prompt(tokenizer, sql)
    assert tokenizer.token_to_id(sql[0].content) in tokens
    again = tokenizer.decode(tokens, skip_special_tokens=False)
    assert sql[1].content in again


def test_only_replies_of_the_teacher_are_learnt(made: Path) -> None:
    tokenizer = load_tokenizer(made / "tokenizer.json")
    (messages,) = _prompts(made, 1)
    tokens, parts = encode(tokenizer, messages, ())
    assert len(tokens) == len(parts)
    assert Part.REPLY not in parts


def test_a_slip_is_of_one_token(made: Path) -> None:
    tokenizer = load_tokenizer(made / "tokenizer.json")
    code = "def f(values):\n    return sum(values)\n"
    tokens = tokenizer.encode(code).ids
    around = [(tokenizer.decode(tokens[:i]), tokenizer.decode(tokens[i + 1 :])) for i in range(len(tokens))]
    chance = random.Random(1)
    for _ in range(20):
        wrong = slipped(tokenizer, Program(code, "python"), chance).code
        assert any(wrong.startswith(before) and wrong.endswith(after) for before, after in around)


def test_greedy_replies_are_the_same_alone_and_among_others(made: Path) -> None:
    model, tokenizer = load_model(made / "run"), load_tokenizer(made / "tokenizer.json")
    prompts = [encode_prompt(tokenizer, messages) for messages in _prompts(made, 4)]
    together = write(model.float(), tokenizer, prompts, longest=12)
    alone = [write(model.float(), tokenizer, [prompt], longest=12)[0] for prompt in prompts]
    # Rounding may turn a close choice; most must agree.
    assert sum(a == b for a, b in zip(together, alone, strict=True)) >= 3

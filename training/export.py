"""From a checkpoint to a GGUF file, and the proof that llama.cpp reads in it what PyTorch computes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import gguf
import numpy as np
from tokenizers import Tokenizer

from selfdebug.messages import Message, Request
from selfdebug.models import LocalModel
from selfdebug.models.embedded import WEIGHTS
from selfdebug.prompts import hash_of

from .model import Decoder
from .sampling import log_probabilities, write_tokens
from .tokenizer import CHAT_TEMPLATE, CONTROL, END, PAD, encode_prompt

PROMPTS_KEY = "selfdebug.prompts"
"""Holds the hash of the prompts that lie beside the weights, on which these were trained."""
PROMPTS = WEIGHTS.parent / "prompts"


def export(model: Decoder, tokenizer: Tokenizer, path: Path) -> None:
    """Write a network as GGUF: matrices with eight bits a weight (Q8_0), the rest whole."""
    writer = gguf.GGUFWriter(str(path), "llama")
    shape = model.shape
    writer.add_name("selfdebug embedded")
    writer.add_description("A small model of selfdebug's own, for trying it out and for its tests.")
    writer.add_license("MIT")
    writer.add_string(PROMPTS_KEY, hash_of(PROMPTS.rglob("*.j2")))
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.channels)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.key_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(shape.head_channels)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_vocab_size(shape.vocabulary)
    _add_tokenizer(writer, tokenizer)
    _add_weights(writer, model)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_tokenizer(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    size = tokenizer.get_vocab_size()
    added = {token.content for token in tokenizer.get_added_tokens_decoder().values()}
    tokens = [tokenizer.id_to_token(number) for number in range(size)]
    kinds = [
        gguf.TokenType.CONTROL if token in CONTROL
        else gguf.TokenType.USER_DEFINED if token in added
        else gguf.TokenType.NORMAL
        for token in tokens
    ]  # fmt: skip
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_eos_token_id(tokenizer.token_to_id(END))
    writer.add_pad_token_id(tokenizer.token_to_id(PAD))
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def _add_weights(writer: gguf.GGUFWriter, model: Decoder) -> None:
    weights = {name: weight.detach().float().numpy() for name, weight in model.named_parameters()}
    _add(writer, "token_embd.weight", weights["embedding.weight"])
    _add(writer, "output_norm.weight", weights["norm.weight"])
    for layer in range(model.shape.layers):
        ours, theirs = f"layers.{layer}", f"blk.{layer}"
        for name, other in _NAMES.items():
            weight = weights[f"{ours}.{name}.weight"]
            if other in ("attn_q", "attn_k"):
                weight = _side_by_side(weight, model.shape.head_channels)
            _add(writer, f"{theirs}.{other}.weight", weight)


_NAMES = {
    "attention_norm": "attn_norm",
    "attention.q": "attn_q",
    "attention.k": "attn_k",
    "attention.v": "attn_v",
    "attention.o": "attn_output",
    "feed_forward_norm": "ffn_norm",
    "feed_forward.gate": "ffn_gate",
    "feed_forward.up": "ffn_up",
    "feed_forward.down": "ffn_down",
}
"""Our names, and those of llama.cpp."""


def _side_by_side(weight: np.ndarray, head: int) -> np.ndarray:
    """Rotated pairs stand a half apart with us, side by side in llama.cpp."""
    halves = weight.reshape(-1, 2, head // 2, weight.shape[1])
    return halves.swapaxes(1, 2).reshape(weight.shape)


def _add(writer: gguf.GGUFWriter, name: str, weight: np.ndarray) -> None:
    if weight.ndim == 1:
        writer.add_tensor(name, weight)
    else:
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quants.quantize(weight, kind), raw_dtype=kind)


def largest_difference(
    path: Path, model: Decoder, tokenizer: Tokenizer, conversations: Sequence[Sequence[Message]]
) -> float:
    """How far log-probabilities of llama.cpp's greedy replies are from PyTorch's, in nats; the mean over tokens, of the
    conversation where it is largest.

    Raises:
        AssertionError: llama.cpp cuts a prompt into other tokens, or no reply can be compared.
    """

    async def asked() -> float:
        differences = []
        async with LocalModel(path) as local:
            for messages in conversations:
                prompt = encode_prompt(tokenizer, messages)
                (reply,) = await local.ask(Request(tuple(messages), max_tokens=100, log_probabilities=True))
                assert reply.prompt_tokens == len(prompt), (reply.prompt_tokens, len(prompt), messages)
                ids = tokenizer.encode(f"{reply.text}{END}").ids
                found = reply.log_probabilities or ()
                # The tokens of a reply are known only where the network writes as the tokenizer would cut.
                ((written,),) = write_tokens(model, tokenizer, [prompt], (0.0,), longest=100)
                if [*written, tokenizer.token_to_id(END)] == ids and len(ids) == len(found):
                    ours = log_probabilities(model, prompt, ids)
                    differences.append(sum(abs(a - b) for a, b in zip(found, ours, strict=True)) / len(ids))
        assert differences, "no reply can be compared: none is what the network writes, cut as the tokenizer would"
        return max(differences)

    return asyncio.run(asked())

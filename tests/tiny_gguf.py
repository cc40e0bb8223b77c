"""A language model of a few kilobytes with random weights, as a GGUF file, for tests of what serves it. Not a test.

It says nothing sensible, but it is a real one: Llama's architecture, a vocabulary of bytes, a chat template.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy

WIDTH, HEADS, LAYERS, HIDDEN = 32, 4, 2, 64
_SPECIAL = ["<unk>", "<s>", "</s>"]
_WORDS = [chr(code) for code in range(32, 127)]
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


def write_tiny_gguf(
    path: Path, *, chat_template: str | None = CHAT_TEMPLATE, context: int = 512, seed: int = 0
) -> Path:
    """Write the model.

    Args:
        path: the file.
        chat_template: Jinja; None makes a model without one.
        context: tokens that it was "trained" for.
        seed: of its weights.
    """
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(context)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    tokens = _add_vocabulary(writer)
    if chat_template is not None:
        writer.add_chat_template(chat_template)
    _add_weights(writer, tokens, numpy.random.default_rng(seed))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_vocabulary(writer: gguf.GGUFWriter) -> int:
    """SentencePiece's: special tokens, all bytes, printable ASCII. Returns how many tokens there are."""
    raw = [f"<0x{byte:02X}>" for byte in range(256)]
    words = ["▁" if word == " " else word for word in _WORDS]
    kinds = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
    kinds += [gguf.TokenType.BYTE] * len(raw) + [gguf.TokenType.NORMAL] * len(words)
    tokens = [*_SPECIAL, *raw, *words]
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types([int(kind) for kind in kinds])
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    return len(tokens)


def _add_weights(writer: gguf.GGUFWriter, tokens: int, random: numpy.random.Generator) -> None:
    def matrix(name: str, rows: int, columns: int) -> None:
        writer.add_tensor(name, random.normal(0, 0.5, (rows, columns)).astype(numpy.float32))

    def norm(name: str) -> None:
        writer.add_tensor(name, numpy.ones(WIDTH, dtype=numpy.float32))

    matrix("token_embd.weight", tokens, WIDTH)
    for layer in range(LAYERS):
        norm(f"blk.{layer}.attn_norm.weight")
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            matrix(f"blk.{layer}.{part}.weight", WIDTH, WIDTH)
        norm(f"blk.{layer}.ffn_norm.weight")
        matrix(f"blk.{layer}.ffn_gate.weight", HIDDEN, WIDTH)
        matrix(f"blk.{layer}.ffn_up.weight", HIDDEN, WIDTH)
        matrix(f"blk.{layer}.ffn_down.weight", WIDTH, HIDDEN)
    norm("output_norm.weight")
    matrix("output.weight", tokens, WIDTH)

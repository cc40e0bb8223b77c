"""What a GGUF file says about its model, read from its head without loading it.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Only what is asked before serving is kept.
"""

import hashlib
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from selfdebug.models.errors import UnknownModelError

PART = re.compile(r"-([0-9]{5})-of-([0-9]{5})\.gguf\Z")
"""How the name of a file ends that is one of several; llama.cpp is given the first, and finds the others beside it."""
_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_STRING, _ARRAY = 8, 9
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_SAMPLE_BYTES = 2**20
_HALF = 2
"""Bytes of a number in the cache of keys and values, which llama.cpp keeps in half precision."""


@dataclass(frozen=True, slots=True)
class GgufFile:
    """A model's file.

    Attributes:
        path: where it is; of several parts, the first one.
        size: in bytes, of all parts.
        context: tokens that the model was trained for; 0 where the file does not say.
        has_chat_template: whether it can be talked to in messages.
        cache_bytes: memory for each token of context.
        digest: of the size and of samples of the content; two models differ in it, a copy does not.
    """

    path: Path
    size: int
    context: int
    has_chat_template: bool
    cache_bytes: int
    digest: str


def read_gguf(path: Path) -> GgufFile:
    """Look at a file, and at those beside it that it is a part of.

    Raises:
        UnknownModelError: it is missing, or no GGUF.
    """
    parts = parts_of(path)
    path = parts[0]
    try:
        with path.open("rb") as file:
            values = _values(file)
        size, digest = _size_and_digest(path)
        for part in parts[1:]:
            more, own = _size_and_digest(part)
            size, digest = size + more, hashlib.sha256(f"{digest}{own}".encode()).hexdigest()[:32]
    except FileNotFoundError as error:
        if len(parts) > 1:
            raise UnknownModelError(
                f"{path} is one of {len(parts)} parts, and {error.filename} is missing: put all of them in one folder."
            ) from None
        raise UnknownModelError(f"There is no file {path}: give a GGUF file, as in gguf:/path/to/model.gguf.") from None
    except OSError as error:
        raise UnknownModelError(f"{path} cannot be read ({error.strerror}): give a GGUF file.") from None
    except (ValueError, struct.error, KeyError, MemoryError, OverflowError):
        raise UnknownModelError(
            f"{path} is not a GGUF file, or is incomplete: download it again, or convert it."
        ) from None
    architecture = values.get("general.architecture", "")

    def number(name: str) -> int:
        value = values.get(f"{architecture}.{name}", 0)
        return value if isinstance(value, int) else 0

    heads = number("attention.head_count")
    width = number("embedding_length") // heads if heads else 0
    head_width = (number("attention.key_length") or width) + (number("attention.value_length") or width)
    return GgufFile(
        path=path,
        size=size,
        context=number("context_length"),
        has_chat_template=bool(values.get("tokenizer.chat_template")),
        cache_bytes=number("block_count") * (number("attention.head_count_kv") or heads) * head_width * _HALF,
        digest=digest,
    )


def parts_of(path: Path) -> tuple[Path, ...]:
    """The files that a model consists of, in their order, whether they are there or not; mostly the file alone."""
    part = PART.search(path.name)
    if part is None:
        return (path,)
    stem, count = path.name[: part.start()], int(part[2])
    return tuple(path.with_name(f"{stem}-{number:05}-of-{count:05}.gguf") for number in range(1, count + 1)) or (path,)


def _values(file: BinaryIO) -> dict[str, Any]:
    """The keys and values of the head; arrays, such as the vocabulary, are skipped."""
    if file.read(4) != _MAGIC or _number(file, "I") not in _VERSIONS:
        raise ValueError("another format")
    _number(file, "Q")  # tensors
    values: dict[str, Any] = {}
    for _ in range(_number(file, "Q")):
        name, kind = _text(file), _number(file, "I")
        if kind == _ARRAY:
            _skip_array(file)
        else:
            values[name] = _text(file) if kind == _STRING else _number(file, _NUMBERS[kind])
    return values


def _number(file: BinaryIO, code: str) -> Any:
    return struct.unpack(f"<{code}", file.read(struct.calcsize(f"<{code}")))[0]


def _text(file: BinaryIO) -> str:
    length = _number(file, "Q")
    read = file.read(length)
    if len(read) < length:
        raise ValueError("the file ends too early")
    return read.decode("utf-8", "replace")


def _skip_array(file: BinaryIO) -> None:
    kind, count = _number(file, "I"), _number(file, "Q")
    if kind in _NUMBERS:
        file.seek(count * struct.calcsize(f"<{_NUMBERS[kind]}"), 1)
    elif kind == _STRING:
        for _ in range(count):
            file.seek(_number(file, "Q"), 1)
    else:
        raise ValueError("an array of arrays")


def _size_and_digest(path: Path) -> tuple[int, str]:
    """A digest of samples from the start, the middle and the end: whole files take seconds to read."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        digest = hashlib.sha256(str(size).encode())
        for place in (0, size // 2, max(0, size - _SAMPLE_BYTES)):
            file.seek(place)
            digest.update(file.read(_SAMPLE_BYTES))
    return size, digest.hexdigest()[:32]

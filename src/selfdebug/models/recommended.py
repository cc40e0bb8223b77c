"""Open models that write code, as GGUF files, by the memory that they need. Facts of their pages, nothing measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecommendedModel:
    """A model that fits into some memory.

    Attributes:
        memory: GB that a machine should have for it, with a context of some thousand tokens.
        repository, file: at the hub.
        size: of the file in bytes, about.
        licence: of the weights.
        remark: what is special.
    """

    memory: int
    repository: str
    file: str
    size: int
    licence: str
    remark: str = ""

    @property
    def name(self) -> str:
        """The name that ``selfdebug models pull`` takes."""
        return f"{self.repository}:{self.file}"


RECOMMENDED = (
    RecommendedModel(
        8, "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf", 1_120_000_000,
        "Apache-2.0", "quick without a graphics card",
    ),
    RecommendedModel(
        8, "Qwen/Qwen2.5-Coder-7B-Instruct-GGUF", "qwen2.5-coder-7b-instruct-q4_k_m.gguf", 4_680_000_000, "Apache-2.0",
    ),
    RecommendedModel(
        16, "Qwen/Qwen2.5-Coder-14B-Instruct-GGUF", "qwen2.5-coder-14b-instruct-q4_k_m.gguf", 8_990_000_000,
        "Apache-2.0",
    ),
    RecommendedModel(
        16, "ggml-org/gpt-oss-20b-GGUF", "gpt-oss-20b-mxfp4.gguf", 12_110_000_000, "Apache-2.0",
        "thinks first; 3.6 of 21 billion weights a token",
    ),
    RecommendedModel(
        32, "unsloth/Qwen3-Coder-30B-A3B-Instruct-GGUF", "Qwen3-Coder-30B-A3B-Instruct-Q4_K_M.gguf", 18_560_000_000,
        "Apache-2.0", "3 of 30 billion weights a token",
    ),
    RecommendedModel(
        32, "Qwen/Qwen2.5-Coder-32B-Instruct-GGUF", "qwen2.5-coder-32b-instruct-q4_k_m.gguf", 19_850_000_000,
        "Apache-2.0",
    ),
)  # fmt: skip
"""In the order of the memory; four bits a weight."""

"""The model that comes with the package: a few megabytes, for trying out and for tests, with no key and no download.

It was trained by us on a narrow domain, and knows nothing outside of it. Where no other model is configured, it is the
one that is asked.
"""

import os
from pathlib import Path

from selfdebug.messages import EMBEDDED
from selfdebug.models.errors import UnknownModelError
from selfdebug.styles import Style

_FOLDER = Path(__file__).parent / "weights"
WEIGHTS = _FOLDER / "embedded.gguf"
STYLE = Style(EMBEDDED, "what the embedded model was trained on", folder=_FOLDER / "prompts", paper_only=True)
"""Its prompts. They are part of the weights: they change when new ones are trained, and at no other time."""
SLOTS = 8
"""Requests served at one time."""
THREADS = 1
"""Threads of llama.cpp. A second one would save a fraction of a step of so small a model, and cost the waiting of both
for each other at every layer: on processors with other work, a reply then takes a hundred times as long (measured)."""
CONTEXT = 2**20
"""More than any file's: the model is opened with the context that it was trained for."""

NOTICE = (
    "No model configured: using the built-in demo model. It knows only the demo's kind of problem. Choose another with"
    " --model; selfdebug models lists some."
)
"""What is said, once, where nobody chose a model."""

DOUBT = (
    "The built-in demo model's own verdict does not count here: it knows only the demo's kind of problem. Choose"
    " another model with --model, or give tests where the command takes them."
)
"""Why a program that it judged correct itself is not called so outside of its domain."""


def is_default(model: str | None, base_url: str | None) -> bool:
    """Whether nothing names a model: no name, no server, and no key of OpenAI's, which speaks for theirs."""
    return not (model or base_url or os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_KEY"))


def weights() -> Path:
    """The model's file.

    Raises:
        UnknownModelError: this package was built without it.
    """
    if not WEIGHTS.is_file():
        raise UnknownModelError(
            f"The embedded model is missing: there is no {WEIGHTS}. Install selfdebug from a release, or name another"
            " model: gguf:PATH, or one at a --base-url."
        )
    return WEIGHTS

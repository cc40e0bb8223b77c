"""The weights that come with the package."""

from __future__ import annotations

from gguf import GGUFReader

from selfdebug.messages import EMBEDDED, Message, Request
from selfdebug.models import embedded, open_model
from selfdebug.prompts import hash_of


def field(name: str) -> object:
    found = GGUFReader(embedded.weights()).get_field(name)
    assert found is not None, name
    return found.contents()


def test_weights_belong_to_the_prompts() -> None:
    assert embedded.STYLE.folder
    # Other prompts are other tokens to the model: change either only with the other (training/README.md).
    assert field("selfdebug.prompts") == hash_of(embedded.STYLE.folder.rglob("*.j2"))


def test_weights_are_small() -> None:
    assert embedded.weights().stat().st_size < 15_000_000


async def test_it_replies_with_log_probabilities() -> None:
    async with open_model(EMBEDDED) as model:
        (reply,) = await model.ask(Request((Message("user", "Hello"),), max_tokens=5, log_probabilities=True))
    assert reply.log_probabilities
    assert all(value <= 0 for value in reply.log_probabilities)

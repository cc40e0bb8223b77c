"""Everything that talks to a language model, and keeps what it said.

    async with open_model("qwen2.5-coder", base_url="http://localhost:8000/v1", store=ReplyStore()) as model:
        [reply] = await model.ask(Request(messages=(Message("user", "Reverse a string in Python."),)))

The rooms of this folder, from the ground up: `model`, `errors` (plain data and the protocol); `address`, `failures`,
`thinking`, `dialect`, `streaming` (what servers say and want to hear); `connection`, `endpoint` (any OpenAI-compatible
server); `database`, `store`, `remembered` (no call is paid twice); `gguf_file`, `local` (a model file, served in this
process); `hub`, `pulling`, `recommended` (files of the Hugging Face hub); `embedded` (the model that comes along);
`opening` (the door). Nothing here knows what the model is asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selfdebug.messages import Form, Message, Reply, Request
    from selfdebug.models.endpoint import Endpoint
    from selfdebug.models.errors import (
        BadReplyError,
        ContextOverflowError,
        ModelError,
        OverloadedError,
        RefusedRequestError,
        StoreError,
        UnknownModelError,
        UnreachableError,
        WrongKeyError,
    )
    from selfdebug.models.local import LocalModel
    from selfdebug.models.model import Follow, Keep, Model, Notice
    from selfdebug.models.opening import open_model
    from selfdebug.models.remembered import Remembered
    from selfdebug.models.store import Question, ReplyStore

_HOMES = {
    "BadReplyError": "selfdebug.models.errors",
    "ContextOverflowError": "selfdebug.models.errors",
    "Endpoint": "selfdebug.models.endpoint",
    "Follow": "selfdebug.models.model",
    "Form": "selfdebug.messages",
    "Keep": "selfdebug.models.model",
    "LocalModel": "selfdebug.models.local",
    "Message": "selfdebug.messages",
    "Model": "selfdebug.models.model",
    "ModelError": "selfdebug.models.errors",
    "Notice": "selfdebug.models.model",
    "OverloadedError": "selfdebug.models.errors",
    "Question": "selfdebug.models.store",
    "RefusedRequestError": "selfdebug.models.errors",
    "Remembered": "selfdebug.models.remembered",
    "Reply": "selfdebug.messages",
    "ReplyStore": "selfdebug.models.store",
    "Request": "selfdebug.messages",
    "StoreError": "selfdebug.models.errors",
    "UnknownModelError": "selfdebug.models.errors",
    "UnreachableError": "selfdebug.models.errors",
    "WrongKeyError": "selfdebug.models.errors",
    "open_model": "selfdebug.models.opening",
}

__all__ = [
    "BadReplyError",
    "ContextOverflowError",
    "Endpoint",
    "Follow",
    "Form",
    "Keep",
    "LocalModel",
    "Message",
    "Model",
    "ModelError",
    "Notice",
    "OverloadedError",
    "Question",
    "RefusedRequestError",
    "Remembered",
    "Reply",
    "ReplyStore",
    "Request",
    "StoreError",
    "UnknownModelError",
    "UnreachableError",
    "WrongKeyError",
    "open_model",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: errors and lists of models need neither a client nor a store."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)

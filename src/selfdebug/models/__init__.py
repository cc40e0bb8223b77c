"""Everything that talks to a language model, and keeps what it said.

    async with open_model("qwen2.5-coder", base_url="http://localhost:8000/v1", store=ReplyStore()) as model:
        [reply] = await model.ask(Request(messages=(Message("user", "Reverse a string in Python."),)))

The rooms of this folder, from the ground up: `model`, `errors` (plain data and the protocol); `address`, `failures`,
`thinking`, `dialect`, `streaming` (what servers say and want to hear); `connection`, `endpoint` (any OpenAI-compatible
server); `database`, `store`, `remembered` (no call is paid twice); `gguf_file`, `local` (a model file, served in this
process); `hub`, `pulling`, `recommended` (files of the Hugging Face hub); `embedded` (the model that comes along);
`opening` (the door). Nothing here knows what the model is asked for.
"""

from selfdebug.conversation import Form, Message, Reply, Request
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

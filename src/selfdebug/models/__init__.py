"""Everything that talks to a language model.

    async with open_model("qwen2.5-coder", base_url="http://localhost:8000/v1", store=ReplyStore()) as model:
        [reply] = await model.ask(Request(messages=(Message("user", "Reverse a string in Python."),)))

From the ground up: `model`, `errors` (the protocol, and what fails); `address`, `failures`, `overflow`, `thinking`,
`dialect`, `streaming` (what servers say and want to hear); `connection`, `endpoint` (any OpenAI-compatible server);
`storing` (no call is paid twice); `gguf_file`, `local` (a model file, served in this process); `hub`, `pulling`,
`recommended` (files of the Hugging Face hub); `embedded` (the model that comes along); `opening` (the door). Requests
and replies are in `selfdebug.messages`, the reply store in `selfdebug.storage`. Nothing here knows what the model is
asked for.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selfdebug.models.endpoint import Endpoint as Endpoint
    from selfdebug.models.errors import BadReplyError as BadReplyError
    from selfdebug.models.errors import ContextOverflowError as ContextOverflowError
    from selfdebug.models.errors import ModelError as ModelError
    from selfdebug.models.errors import OverloadedError as OverloadedError
    from selfdebug.models.errors import RefusedRequestError as RefusedRequestError
    from selfdebug.models.errors import UnknownModelError as UnknownModelError
    from selfdebug.models.errors import UnreachableError as UnreachableError
    from selfdebug.models.errors import WrongKeyError as WrongKeyError
    from selfdebug.models.local import LocalModel as LocalModel
    from selfdebug.models.model import AskHooks as AskHooks
    from selfdebug.models.model import Model as Model
    from selfdebug.models.opening import open_model as open_model
    from selfdebug.models.storing import StoringModel as StoringModel

_NAMES = {
    "endpoint": "Endpoint",
    "errors": "BadReplyError ContextOverflowError ModelError OverloadedError RefusedRequestError UnknownModelError"
    " UnreachableError WrongKeyError",
    "local": "LocalModel",
    "model": "AskHooks Model",
    "opening": "open_model",
    "storing": "StoringModel",
}
_MODULE_OF = {name: f"selfdebug.models.{module}" for module, names in _NAMES.items() for name in names.split()}


if not TYPE_CHECKING:  # a checker shall see that a name is missing

    def __getattr__(name: str) -> Any:
        """Import what is asked for when it is asked for: errors and lists of models need no client."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(_MODULE_OF[name]), name)

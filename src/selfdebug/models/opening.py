"""Opens a model by the name that a user gives."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from selfdebug.messages import EMBEDDED, Form
from selfdebug.models import embedded, hub
from selfdebug.models.endpoint import Endpoint
from selfdebug.models.errors import ModelError, UnknownModelError, UnreachableError, WrongKeyError
from selfdebug.models.local import PREFIX, LocalModel
from selfdebug.models.model import Model
from selfdebug.models.storing import StoringModel
from selfdebug.storage.stored_request import ReplyStorage

_ENDPOINT_SECONDS, _LOCAL_SECONDS = 600.0, 3600.0


def open_model(
    name: str = "",
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    form: Form | None = None,
    store: ReplyStorage | None = None,
    read: bool = True,
    timeout: float | None = None,
    concurrency: int | None = None,
    context: int = 8192,
    verbose: bool = False,
) -> Model:
    """Open a model by its name.

    Loading a file, and asking a server which model it has, block until that is done.

    Args:
        name: a model's name at the endpoint, ``embedded``, ``gguf:PATH``, or ``gguf:OWNER/NAME[:FILE]`` for a file of
            the hub that is in its cache; empty: the only model of the server at `base_url`, or the embedded one where
            neither a server nor a key is configured.
        base_url: of an OpenAI-compatible server; default: ``OPENAI_BASE_URL``, else OpenAI's own.
        api_key: default: ``OPENAI_API_KEY``.
        form: default: "chat"; for a file without a chat template, "completion".
        store: where replies are kept; None keeps none.
        read: False reads nothing from the store, and replaces what is in it.
        timeout: seconds for one reply; default: 600, and 3600 for a file.
        concurrency: requests under way at one time; default: 64, 4 for a file, and 8 for the embedded model.
        context: for a file: tokens of prompt and reply together.
        verbose: for a file: show llama.cpp's log.

    Raises:
        ModelError: there is no such model, or it cannot be opened.
    """
    model: Model
    if embedded.is_default(name, base_url) and not api_key:
        name = EMBEDDED
    path = file_of(name)
    if name == EMBEDDED and path is not None:
        model = LocalModel(
            path, form, embedded.CONTEXT, concurrency or embedded.SLOTS, timeout or _LOCAL_SECONDS, verbose,
            name=EMBEDDED, threads=embedded.THREADS,
        )  # fmt: skip
    elif path is not None:
        model = LocalModel(path, form, context, concurrency or 4, timeout or _LOCAL_SECONDS, verbose)
    else:
        model = Endpoint(
            name or _only_model(base_url, api_key),
            base_url,
            api_key,
            form=form or "chat",
            timeout=timeout or _ENDPOINT_SECONDS,
            concurrency=concurrency or 64,
        )
    return model if store is None else StoringModel(model, store, read)


def names_file(name: str) -> bool:
    """Whether a name stands for a file, which a model at a server is not."""
    return name == EMBEDDED or name.startswith(PREFIX)


def file_of(name: str) -> Path | None:
    """The file that a name stands for; None for a model at a server.

    Raises:
        UnknownModelError: it stands for a file that is not there.
    """
    if name == EMBEDDED:
        return embedded.weights()
    if not name.startswith(PREFIX):
        return None
    given = name.removeprefix(PREFIX)
    if not given:
        raise UnknownModelError("gguf: needs a file or a repository, as in gguf:model.gguf or gguf:OWNER/NAME.")
    path = Path(given).expanduser()
    if path.exists() or (hub_name := hub.parse(given)) is None:
        return path
    return hub.find(hub_name).path


def _only_model(base_url: str | None, api_key: str | None) -> str:
    """The name of the model, where a server has a single one."""
    if not base_url and not os.environ.get("OPENAI_BASE_URL"):
        raise UnknownModelError("Name a model: one of OpenAI's, embedded, gguf:PATH, or one on a server (--base-url).")

    async def listed() -> tuple[str, tuple[str, ...]]:
        async with Endpoint("", base_url, api_key) as endpoint:
            try:
                return endpoint.address, await endpoint.models()
            except (UnreachableError, WrongKeyError):
                raise
            except ModelError as error:
                raise UnknownModelError(
                    f"No model is named, and the server's list of models cannot be read: {error}"
                ) from error

    # In a thread of its own, for the caller may be in an event loop.
    with ThreadPoolExecutor(1) as pool:
        address, names = pool.submit(lambda: asyncio.run(listed())).result()
    if len(names) == 1:
        return names[0]
    raise UnknownModelError(f"Name one of the models at {address}: {', '.join(names) or 'it lists none'}.")

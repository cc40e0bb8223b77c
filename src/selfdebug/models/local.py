"""A model file on this machine, served by llama.cpp inside this process and asked like any other endpoint.

xllamacpp brings llama.cpp and its server as a package. The server listens on loopback, at a port of the system's
choice, and asks for a key that nobody else has.
"""

import asyncio
import contextlib
import os
import secrets
from pathlib import Path
from typing import Any

from selfdebug.messages import Form, Reply, Request
from selfdebug.models.endpoint import Endpoint
from selfdebug.models.errors import ModelError, RefusedRequestError
from selfdebug.models.gguf_file import GgufFile, read_gguf
from selfdebug.models.model import NO_HOOKS, AskHooks, ClosingModel

PREFIX = "gguf:"
_QUIET, _LOUD = -1, 3
_PROMPT_CACHE_MIB = 256
_GIB = 2**30
_NGRAM, _DRAFT = 6, 16
"""Of speculation: tokens that must stand in the conversation to be gone on from, and tokens drafted."""


class LocalModel(ClosingModel):
    """A GGUF file.

    Loading takes as long as reading the file, and blocks.

    Args:
        path: the file.
        form: default: "chat" if the model has a chat template, else "completion".
        context: tokens of prompt and reply together, for each request; at most what the model was trained for.
        parallel: requests served at one time.
        timeout: seconds for one reply.
        verbose: let llama.cpp write its log to the standard error output.
        name: to show instead of the file's.
        threads: of llama.cpp; default: as many as it finds fit for this machine.
        speculation: whether passages that stand in the conversation already are drafted and only checked by the model:
            faster where it copies, as in corrections. Several tokens are then computed at once, whose last bits differ;
            where two tokens are nearly as likely, so may the reply.

    Raises:
        UnknownModelError: the file is missing, or no GGUF.
        RefusedRequestError: "chat" with a model that has no chat template.
        ModelError: the model cannot be loaded.

    Attributes:
        address: stands for the file's content, so that replies outlast the port and the folder.
    """

    def __init__(
        self,
        path: str | Path,
        form: Form | None = None,
        context: int = 8192,
        parallel: int = 4,
        timeout: float = 3600.0,
        verbose: bool = False,
        *,
        name: str | None = None,
        threads: int | None = None,
        speculation: bool = False,
    ) -> None:
        file = read_gguf(Path(path).expanduser())
        self.form: Form = form or ("chat" if file.has_chat_template else "completion")
        if self.form == "chat" and not file.has_chat_template:
            raise RefusedRequestError(f"{file.path} has no chat template: ask it in the form 'completion'.")
        self.name = name or PREFIX + file.path.name
        self.address = f"{PREFIX}{file.digest}"
        context = min(context, file.context or context)
        key = secrets.token_hex(16)
        self._server: Any = _start(file, context, parallel, key, verbose, threads, speculation)
        self._endpoint = Endpoint(
            self.name,
            f"{self._server.listening_address}/v1",
            api_key=key,
            form=self.form,
            timeout=timeout,
            concurrency=parallel,
        )

    def __repr__(self) -> str:
        return f"LocalModel({self.name!r}, form={self.form!r})"

    async def ask(self, request: Request, samples: int = 1, hooks: AskHooks = NO_HOOKS) -> list[Reply]:
        return await self._endpoint.ask(request, samples, hooks)

    async def close(self) -> None:
        await self._endpoint.close()
        await asyncio.to_thread(self._stop)

    def _stop(self) -> None:
        self._server = None  # which ends with its object


def _start(
    file: GgufFile, context: int, parallel: int, key: str, verbose: bool, threads: int | None, speculation: bool
) -> Any:
    try:
        import xllamacpp
    except ImportError as error:
        raise ModelError(
            f"{file.path} needs llama.cpp ({error}): pip install xllamacpp. Where that has no wheel, as for Windows on"
            " ARM, ask a model at a server instead: --base-url."
        ) from None
    if all(device["type"].name.endswith("_CPU") for device in xllamacpp.get_device_info()):
        _check_memory(file, context * parallel)
    params = xllamacpp.CommonParams()
    params.model.path = str(file.path)
    params.verbosity = _LOUD if verbose else _QUIET
    params.n_parallel = parallel
    # Shared out among the requests that are served at one time.
    params.n_ctx = context * parallel
    # Of earlier prompts, in memory; its default is 8 GiB.
    params.cache_ram_mib = _PROMPT_CACHE_MIB
    if threads is not None:
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    if speculation:
        params.speculative.types = [xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
        params.speculative.ngram_simple.size_n, params.speculative.ngram_simple.size_m = _NGRAM, _DRAFT
    params.ui = False
    params.api_keys = [key]
    params.endpoint_metrics = True
    try:
        server = xllamacpp.Server(params)
        # Its loop may not have begun yet, and one that is stopped before that never ends. This waits for its answer.
        server.handle_metrics()
        return server
    except RuntimeError:
        raise ModelError(
            f"llama.cpp cannot load {file.path}: it may be damaged, too new or too large; verbose=True shows why."
        ) from None


def _check_memory(file: GgufFile, tokens: int) -> None:
    """Say beforehand what would end in a killed process."""
    free = _free_memory()
    needed = file.size + tokens * file.cache_bytes
    if free is not None and needed > free:
        raise ModelError(
            f"{file.path} needs about {needed / _GIB:.1f} GiB of memory with {tokens} tokens of context, and"
            f" {free / _GIB:.1f} GiB are free: take a smaller model, context or number of parallel requests."
        )


def _free_memory() -> int | None:
    """Bytes that can be had without swapping; None where the system does not say."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None

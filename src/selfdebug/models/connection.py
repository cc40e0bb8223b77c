"""One exchange with a model server over HTTP: JSON there, JSON back, and every way in which that fails.

aiohttp sends the requests. The `openai` package would add nothing that is needed here but half a second to the start of
each command: its tries are off in favour of our own (see `endpoint`), and its response models cost more processor time
than all the rest of a call and hide the fields that only some servers have.
"""

import asyncio
import base64
import json
import os
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import aiohttp

from selfdebug.downloads.network import certificates, proxy_for
from selfdebug.models.address import ModelAddress
from selfdebug.models.errors import BadReplyError, ModelError, OverloadedError, UnreachableError
from selfdebug.models.failures import CallFailure, failure_in, read_failure
from selfdebug.models.streaming import Parts

Cause = TypeVar("Cause", bound=BaseException)

_CONNECT_SECONDS = 10.0
_LAST_SECONDS = 2.0
"""How long to wait for what follows a whole reply, such as its number of tokens."""
NO_REPLY = "no usable reply"
FEW = 3
"""Tries where more would hardly help: a dead host, a time-out, an answer that is no JSON."""


@dataclass(eq=False)
class PassingError(Exception):
    """A call failed in a way that may be over soon.

    Attributes:
        error: what to raise when no try is left.
        tries: how many there are at most for this failure.
        wait: seconds that the server asks us to wait; None where it does not ask.
        is_busy: the server says that it gets too many calls.
        brief: what happened, in a few words.
    """

    error: ModelError
    tries: int | None = None
    wait: float | None = None
    is_busy: bool = False
    brief: str = "no connection"


@dataclass(eq=False)
class RefusalError(Exception):
    """The server answered with an error that another try of the same call would meet again."""

    failure: CallFailure


class Connection:
    """Keeps connections to one server open. Belongs to the event loop in which it is first used."""

    def __init__(self, address: ModelAddress, timeout: float, connections: int) -> None:
        self._address, self._timeout, self._connections = address, timeout, connections
        self._opened: aiohttp.ClientSession | None = None

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, ssl=certificates() if self._address.url.startswith("https:") else True
                ),
                headers=_headers(self._address),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
                proxy=proxy_for(self._address.url),
            )
        return self._opened

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()

    async def post(self, path: str, body: dict[str, Any], on_text: Callable[[str], None] | None = None) -> Any:
        """Send a body as JSON to a path below the base URL, get the decoded one of the answer.

        `on_text` is called with the answer's text so far while it comes; a server may answer in one piece all the same.

        Raises:
            PassingError: worth another try.
            RefusalError: not worth another try as it is.
        """
        return await self._exchange("POST", path, body, on_text, self._timeout)

    async def get(self, path: str) -> Any:
        """Get the decoded body of an answer; raises the errors of `post`."""
        return await self._exchange("GET", path, None, None, min(self._timeout, _CONNECT_SECONDS))

    async def _exchange(
        self, method: str, path: str, body: dict[str, Any] | None, on_text: Callable[[str], None] | None, seconds: float
    ) -> Any:
        try:
            async with (
                asyncio.timeout(seconds),
                self._session.request(
                    method, self._address.url + path, params=self._address.query, json=body
                ) as answer,
            ):
                if answer.status >= 400:
                    self._sort(read_failure(answer.status, answer.headers, _decoded(await answer.read())))
                if "event-stream" in answer.headers.get("Content-Type", ""):
                    decoded = _body(await _parts(answer, on_text))
                else:
                    decoded = _read(await answer.read())
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise self._broken(error, seconds) from None
        except ValueError:
            said = f"{self._address.url} answered with something that is not JSON: is it a model server?"
            raise PassingError(BadReplyError(said), FEW, brief=NO_REPLY) from None
        if failure := failure_in(decoded):
            self._sort(failure)
        return decoded

    def _sort(self, failure: CallFailure) -> None:
        """Raise what a server's error comes to."""
        message = failure.message
        for secret in self._address.secrets:
            message = message.replace(secret, "…")
        failure = replace(failure, message=message)
        if failure.is_passing and not (failure.is_quota or failure.is_overflow or failure.refuses_system):
            said = f": {failure.said}" if failure.message else ""
            raise PassingError(
                OverloadedError(
                    f"{self._address.url} kept answering with status {failure.status}{said.rstrip('.')}."
                    " Try again later, or see the server's log."
                ),
                wait=failure.retry_after,
                is_busy=failure.status == 429,
                brief=f"status {failure.status}{said}",
            )
        raise RefusalError(failure)

    def _broken(self, error: BaseException, seconds: float) -> PassingError:
        """What a call without an answer comes to: by the lowest cause, which alone is specific."""
        url = self._address.url
        if insecure := _lowest(ssl.SSLError, error):
            sentence = (
                f"No secure connection to {url} ({insecure.reason or insecure}): is it an http:// server, or is its"
                " certificate private?"
            )
            return PassingError(UnreachableError(sentence), 1)
        if refused := _lowest(aiohttp.ClientConnectorError, error):
            sentence = f"Nothing answers at {url} ({refused.os_error}): start the server, or correct the URL."
            return PassingError(UnreachableError(sentence), FEW)
        if _lowest(aiohttp.ConnectionTimeoutError, error):
            return PassingError(UnreachableError(f"{url} accepts no connections: check the address."), FEW)
        if _lowest(TimeoutError, error):
            brief = f"no reply within {seconds:g} s"
            return PassingError(
                OverloadedError(f"{url} gave {brief}, several times: allow more time."), FEW, brief=brief
            )
        return PassingError(UnreachableError(f"{url} kept closing the connection: see the server's log."))


async def _parts(answer: aiohttp.ClientResponse, on_text: Callable[[str], None] | None) -> Parts:
    """An answer that comes in parts; its text is shown while it comes."""
    parts = Parts()
    lines = _lines(answer)
    try:
        while not parts.error:
            # What is whole is not waited for: some servers never say that they are done, and keep the connection.
            async with asyncio.timeout(_LAST_SECONDS if parts.whole else None):
                line = await anext(lines)
            if parts.add_line(line) and on_text is not None:
                on_text(parts.text)
    except StopAsyncIteration:
        pass
    except (aiohttp.ClientError, OSError, TimeoutError):
        if not parts.whole:
            raise
    return parts


def _read(content: bytes) -> Any:
    """A body in one piece, or in parts that nobody asked for."""
    if content.lstrip().startswith((b"data:", b"event:", b":")):
        parts = Parts()
        for line in content.decode(errors="replace").splitlines():
            parts.add_line(line)
        return _body(parts)
    return json.loads(content)


def _body(parts: Parts) -> Any:
    if not (parts.whole or parts.error):
        raise aiohttp.ClientPayloadError("the answer ended before its last part")
    return parts.error or parts.body()


async def _lines(answer: aiohttp.ClientResponse) -> AsyncIterator[str]:
    """Lines of any length: aiohttp's own reader refuses long ones."""
    rest = b""
    async for piece in answer.content.iter_any():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line.decode(errors="replace").rstrip("\r")
    if rest:
        yield rest.decode(errors="replace")


def _decoded(content: bytes) -> object:
    """An error's body: JSON, or else a text."""
    try:
        return json.loads(content)
    except ValueError:
        return content.decode(errors="replace")


def _headers(address: ModelAddress) -> dict[str, str]:
    """Who asks, as OpenAI's own client says it, for Azure, too."""
    login = {"Authorization": f"Bearer {address.key}"}
    if address.user is not None:
        credentials = f"{address.user}:{address.password}".encode()
        login = {"Authorization": f"Basic {base64.b64encode(credentials).decode()}"}
    elif address.is_azure:
        login = {"api-key": address.key}
    named = {"OpenAI-Organization": "OPENAI_ORG_ID", "OpenAI-Project": "OPENAI_PROJECT_ID"}
    chosen = {header: value for header, name in named.items() if (value := os.environ.get(name))}
    return {**login, "Accept": "application/json", **chosen}


def _lowest(kind: type[Cause], error: BaseException | None) -> Cause | None:
    """The lowest cause of an error that is of a kind; perhaps the error itself."""
    lowest = None
    while error is not None:
        lowest = error if isinstance(error, kind) else lowest
        error = error.__cause__ or error.__context__
    return lowest

"""One exchange with a model server over HTTP: JSON there, JSON back, and every way in which that fails.

The `openai` package sends the requests: on its aiohttp transport, and to its generic `post`, which returns the
bytes. Reading them ourselves costs a third of the processor time of its response models, and shows fields that
only some servers have. Its own retries are off: see `endpoint`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Iterator
from typing import Any

import aiohttp
import httpx2
import openai

from selfdebug.models.address import Address
from selfdebug.models.errors import BadReplyError, ModelError, OverloadedError, UnreachableError
from selfdebug.models.failures import Failure, read_failure
from selfdebug.models.model import Follow
from selfdebug.models.streaming import Parts

_CONNECT_SECONDS = 10.0
FEW = 3
"""Tries where more would hardly help: a dead host, a time-out, an answer that is no JSON."""


class PassingError(Exception):
    """A call failed in a way that may be over soon.

    Attributes:
        error: what to raise when no try is left.
        tries: how many there are at most for this failure.
        wait: seconds that the server asks us to wait; None where it does not ask.
        is_busy: the server says that it gets too many calls.
    """

    def __init__(
        self, error: ModelError, tries: int | None = None, wait: float | None = None, is_busy: bool = False
    ) -> None:
        super().__init__(str(error))
        self.error, self.tries, self.wait, self.is_busy = error, tries, wait, is_busy


class RefusalError(Exception):
    """The server answered with an error that another try of the same call would meet again."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Connection:
    """Keeps connections to one server open. Belongs to the event loop in which it is first used."""

    def __init__(self, address: Address, timeout: float, connections: int) -> None:
        self._address = address
        self._timeout = timeout
        if address.query:
            # The HTTP client would log the URL, and with it what the query holds.
            logging.getLogger("httpx2").setLevel(logging.WARNING)
        http_client = openai.DefaultAioHttpClient(
            limits=httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
            auth=None if address.user is None else httpx2.BasicAuth(address.user, address.password),
            # A proxy of the environment cannot reach our own loopback.
            trust_env=not address.is_loopback,
        )
        self._client = openai.AsyncOpenAI(
            api_key=address.key,
            base_url=address.url,
            default_query=dict(address.query),
            timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),
            max_retries=0,
            http_client=http_client,
        )

    async def close(self) -> None:
        await self._client.close()

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Send a body, get the decoded one of the answer.

        Raises:
            PassingError: worth another try.
            RefusalError: not worth another try as it is.
        """
        return await self._exchange(self._client.post(path, cast_to=httpx2.Response, body=body), self._timeout)

    async def follow(self, path: str, body: dict[str, Any], follow: Follow) -> Any:
        """Likewise, and show the answer's text while it comes. A server may answer in one piece all the same."""
        call = self._client.post(path, cast_to=object, body=body, stream=True, stream_cls=openai.AsyncStream[object])
        return await self._exchange(self._whole(call, follow), self._timeout)

    async def _whole(self, call: Any, follow: Follow) -> httpx2.Response:
        """The answer in one piece."""
        stream = await call
        answer: httpx2.Response = stream.response
        try:
            if "event-stream" not in answer.headers.get("content-type", ""):
                await answer.aread()
                return answer
            parts = Parts()
            async for line in answer.aiter_lines():
                name, _, data = line.partition(":")
                if name == "data" and parts.add(data) and not parts.error:
                    follow(parts.text)
            if not (parts.whole or parts.error):
                raise httpx2.RemoteProtocolError("the answer ended before its last part")
            return httpx2.Response(200, headers=answer.headers, json=parts.error or parts.body())
        finally:
            await stream.close()

    async def get(self, path: str) -> Any:
        """Likewise, without a body to send."""
        seconds = min(self._timeout, _CONNECT_SECONDS)
        return await self._exchange(self._client.get(path, cast_to=httpx2.Response), seconds)

    async def _exchange(self, call: Any, seconds: float) -> Any:
        try:
            async with asyncio.timeout(seconds):
                response: httpx2.Response = await call
        except openai.APIStatusError as error:
            self._sort(read_failure(error.status_code, error.response.headers, error.body))
        except (openai.APIConnectionError, httpx2.TransportError, TimeoutError) as error:
            raise self._broken(error, seconds) from None
        except ValueError:
            raise self._no_json() from None
        try:
            body = json.loads(response.content)
        except ValueError:
            raise self._no_json() from None
        if isinstance(body, dict) and body.get("error") and not body.get("choices"):
            # Some gateways and older llama.cpp servers send an error with the status of success.
            code = body["error"].get("code") if isinstance(body["error"], dict) else None
            status = code if isinstance(code, int) and 400 <= code < 600 else 502
            self._sort(read_failure(status, response.headers, body))
        return body

    def _no_json(self) -> PassingError:
        said = f"{self._address.url} answered with something that is no JSON: is it a model server?"
        return PassingError(BadReplyError(said), FEW)

    def _sort(self, failure: Failure) -> None:
        """Raise what a server's error comes to."""
        failure = self._without_secrets(failure)
        if failure.is_quota:
            raise RefusalError(failure)
        if failure.is_passing and not failure.is_overflow:
            said = f": {failure.message}" if failure.message else ""
            raise PassingError(
                OverloadedError(f"{self._address.url} kept answering with status {failure.status}{said}"),
                wait=failure.retry_after,
                is_busy=failure.status == 429,
            )
        raise RefusalError(failure)

    def _without_secrets(self, failure: Failure) -> Failure:
        message = failure.message
        for secret in self._address.secrets:
            message = message.replace(secret, "…")
        return Failure(failure.status, message, failure.code, failure.parameter, failure.retry_after)

    def _broken(self, error: BaseException, seconds: float) -> PassingError:
        """What a call without an answer comes to: by the lowest cause, which alone is specific."""
        url, causes = self._address.url, list(_causes(error))
        insecure = [cause for cause in causes if isinstance(cause, ssl.SSLError)]
        if insecure:
            said = insecure[-1].reason or insecure[-1]
            return PassingError(
                UnreachableError(f"No secure connection to {url} ({said}): is it http://, or its certificate private?"),
                1,
            )
        for cause in causes:
            if isinstance(cause, aiohttp.ClientConnectorError):
                return PassingError(
                    UnreachableError(
                        f"Nothing answers at {url} ({cause.os_error}): start the server, or correct the URL."
                    ),
                    FEW,
                )
            if isinstance(cause, aiohttp.ConnectionTimeoutError):
                return PassingError(UnreachableError(f"{url} does not take connections: is its address right?"), FEW)
        if any(isinstance(cause, TimeoutError) for cause in causes):
            return PassingError(
                OverloadedError(f"{url} gave no reply within {seconds:g} s, several times: allow it more time."), FEW
            )
        return PassingError(UnreachableError(f"{url} kept breaking off the connection: see the server's log."))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__

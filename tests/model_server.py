"""A scripted model server that speaks real HTTP: OpenAI's chat and text completions, and every way to fail.

    with ModelServer(lambda request: "pong") as server:
        ...                     # any client at server.url
        server.requests         # the bodies that came, in order

The script is a text, a list of answers (the last one repeats), or a function that takes the request's JSON and
gives an answer: a text, `Answer`, `Failure`, `Garbage`, `Raw`, `CutOff` or `Dropped`. It is asked once for each of the
`n` choices. A function that raises answers with status 500 and its error.

The server runs in a thread of its own. With `process=True` it runs in another process, for benchmarks: the script
must then be importable. Not a test, and not a model: it has no idea what the prompt says.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import multiprocessing.connection
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self, TypeAlias
from urllib.parse import urlsplit

Body: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One choice.

    Attributes:
        text: what the model says.
        finish: its `finish_reason`; None is sent as null.
        usage: tokens of the prompt and of this choice; None leaves usage out of the body.
        reasoning: text of the message's `reasoning_field`, left out where empty.
        log_probabilities: of the tokens, sent where the request asks for them.
        delay: seconds before the answer is sent.
    """

    text: str = ""
    finish: str | None = "stop"
    usage: tuple[int, int] | None = (7, 5)
    reasoning: str = ""
    reasoning_field: str = "reasoning_content"
    refusal: str = ""
    log_probabilities: tuple[float, ...] = ()
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """An error's status and body: OpenAI's error object of `message`, `code`, `param`, or a `body` as it is."""

    status: int
    message: str = "scripted failure"
    code: str | int | None = None
    param: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body | str | None = None
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Garbage:
    """Status 200 and a body that is no reply."""

    body: str = "<html>It works!</html>"
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class CutOff:
    """The connection ends in the middle of a good answer's body."""

    text: str = "never seen whole"
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Dropped:
    """The connection ends before anything is answered."""

    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Raw:
    """A body as it is, such as a stream's, with status 200.

    Attributes:
        breaks_off: the connection breaks after it, before the answer is whole.
        stays_open: it is sent as the beginning of an answer that never ends.
    """

    body: str
    kind: str = "text/event-stream"
    breaks_off: bool = False
    stays_open: bool = False
    delay: float = 0.0


Reaction: TypeAlias = Raw | Answer | Failure | Garbage | CutOff | Dropped
Script: TypeAlias = str | Reaction | Sequence[str | Reaction] | Callable[[Body], "str | Reaction"]


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came: its path, its headers (names in lower case), its JSON."""

    path: str
    headers: dict[str, str]
    body: Body


def prompt_of(request: Body) -> str:
    """The last message's text, or the prompt."""
    return request["messages"][-1]["content"] if "messages" in request else request["prompt"]


def refuse(name: str, request: Body) -> Failure:
    """OpenAI's answer to a parameter that a model does not take."""
    hint = " Use 'max_completion_tokens' instead." if name == "max_tokens" else ""
    if name == "temperature":
        value = request["temperature"]
        message = f"Unsupported value: 'temperature' does not support {value} with this model. Only the default (1)."
        return Failure(400, message, "unsupported_value", name)
    message = f"Unsupported parameter: '{name}' is not supported with this model.{hint}"
    return Failure(400, message, "unsupported_parameter", name)


class ModelServer:
    """A server on loopback, at a port of the system's choice, while its `with` block lasts.

    Args:
        script: what it answers; see the module.
        models: the names that `/v1/models` lists; None answers that with 404. Any name is served all the same.
        delay: seconds before each answer, on top of the answer's own.
        ignores_n: answers with one choice, however many are asked for.
        refuses: parameters that it refuses as OpenAI does.
        streams: sends an answer in parts where the request asks for that; a `CutOff` then ends in the middle of them.
        process: run in another process; `requests` and `calls` are then fetched from it.
    """

    def __init__(
        self,
        script: Script = "pong",
        *,
        models: Sequence[str] | None = ("tiny",),
        delay: float = 0.0,
        ignores_n: bool = False,
        refuses: Sequence[str] = (),
        streams: bool = False,
        process: bool = False,
    ) -> None:
        self._server = _Server(script, models, delay, ignores_n, tuple(refuses), streams)
        self._process: multiprocessing.process.BaseProcess | None = None
        self._in_process = process
        self._port = 0

    @property
    def url(self) -> str:
        """The base URL for a client, which ends in /v1."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def calls(self) -> list[Call]:
        """Every request for a completion so far."""
        if not self._in_process:
            return list(self._server.calls)
        return [Call(**call) for call in self._fetch()["calls"]]

    @property
    def requests(self) -> list[Body]:
        """Their bodies."""
        return [call.body for call in self.calls]

    @property
    def most_at_once(self) -> int:
        """The largest number of requests that were in the server at one time."""
        return self._fetch()["most_at_once"] if self._in_process else self._server.most_at_once

    def _fetch(self) -> Body:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/record") as record:
            return json.loads(record.read())

    def die(self) -> None:
        """Close the port and every connection, in the middle of whatever is going on."""
        self._server.stop()

    def revive(self) -> None:
        """Listen again at the same port after `die`."""
        self._server.start(self._port)

    def __enter__(self) -> Self:
        if not self._in_process:
            self._port = self._server.start(0)
            return self
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(self._server, theirs), daemon=True)
        self._process.start()
        theirs.close()  # So that a process that cannot start is an error here, and not a wait.
        self._port = ours.recv()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is None:
            self._server.stop()
        else:
            self._process.terminate()
            self._process.join()


def _serve(server: _Server, channel: multiprocessing.connection.Connection) -> None:
    channel.send(server.start(0))
    threading.Event().wait()


class _Server:
    """The script and the record, and the thread with the event loop that serves them."""

    def __init__(
        self,
        script: Script,
        models: Sequence[str] | None,
        delay: float,
        ignores_n: bool,
        refuses: tuple[str, ...],
        streams: bool,
    ) -> None:
        self.script, self.models, self.delay, self.ignores_n, self.refuses = script, models, delay, ignores_n, refuses
        self.streams = streams
        self.calls: list[Call] = []
        self.running = self.most_at_once = self.answered = 0
        self.connections: set[_Connection] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self, port: int) -> int:
        """Listen; returns the port."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(1024)
        listener.setblocking(False)
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(listener, ready)), daemon=True)
        self._thread.start()
        ready.wait()
        return listener.getsockname()[1]

    async def _run(self, listener: socket.socket, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        server = await self._loop.create_server(lambda: _Connection(self), sock=listener)
        ready.set()
        await self._stopped.wait()
        server.close()
        for connection in list(self.connections):
            connection.transport.abort()

    def stop(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            assert self._loop is not None
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join()

    def react(self, body: Body) -> list[Answer] | Reaction:
        """The choices, or the one reaction that is not a choice."""
        for name in self.refuses:
            if name in body and not (name == "temperature" and body[name] == 1):
                return refuse(name, body)
        choices: list[Answer] = []
        for _ in range(1 if self.ignores_n else body.get("n", 1)):
            reaction = self._next(body)
            if not isinstance(reaction, Answer):
                return reaction
            choices.append(reaction)
        return choices

    def _next(self, body: Body) -> Reaction:
        script = self.script
        if callable(script):
            try:
                reaction = script(body)
            except Exception as error:  # noqa: BLE001 - whatever a test's script does wrong is told to its client
                return Failure(500, f"the script raised {error!r}")
        elif isinstance(script, Sequence) and not isinstance(script, str):
            reaction = script[min(self.answered, len(script) - 1)]
        else:
            reaction = script
        self.answered += 1
        return Answer(reaction) if isinstance(reaction, str) else reaction


class _Connection(asyncio.Protocol):
    """One client's connection: requests in, one after another; answers out."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self._received = b""
        self._head: tuple[str, str, dict[str, str]] | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._server.connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._server.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._received.startswith(b"\x16"):  # TLS, to which other servers answer like this, too.
            self._send(400, "this server speaks plain HTTP")
            return self.transport.close()
        while True:
            if self._head is None:
                head, separator, rest = self._received.partition(b"\r\n\r\n")
                if not separator:
                    return None
                self._received = rest
                first, *lines = head.decode("latin-1").split("\r\n")
                method, path, _ = first.split(" ", 2)
                pairs = (line.split(":", 1) for line in lines)
                self._head = method, path, {name.strip().lower(): value.strip() for name, value in pairs}
            method, path, headers = self._head
            length = int(headers.get("content-length", 0))
            if len(self._received) < length:
                return None
            body, self._received = self._received[:length], self._received[length:]
            self._head = None
            self._handle(method, path, headers, body)

    def _handle(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        server = self._server
        route = urlsplit(path).path  # A client that takes this for a proxy names the whole address.
        if method == "GET" and route == "/record":
            calls = [{"path": call.path, "headers": call.headers, "body": call.body} for call in server.calls]
            return self._send(200, {"calls": calls, "most_at_once": server.most_at_once})
        if method == "GET" and route == "/v1/models" and server.models is not None:
            listed = [{"id": name, "object": "model"} for name in server.models]
            return self._send(200, {"object": "list", "data": listed})
        if method != "POST" or route not in ("/v1/chat/completions", "/v1/completions"):
            return self._send(404, {"detail": "Not Found"})
        request = json.loads(body)
        server.calls.append(Call(path, headers, request))
        server.running += 1
        server.most_at_once = max(server.most_at_once, server.running)
        reaction = server.react(request)
        own = max(choice.delay for choice in reaction) if isinstance(reaction, list) else reaction.delay
        if delay := server.delay + own:
            asyncio.get_running_loop().call_later(delay, self._answer, request, reaction)
        else:
            self._answer(request, reaction)
        return None

    def _answer(self, request: Body, reaction: list[Answer] | Reaction) -> None:
        self._server.running -= 1
        in_parts = self._server.streams and request.get("stream")
        match reaction:
            case list() if in_parts:
                self._send_parts(_parts(_completion(request, reaction)))
            case CutOff(text) if in_parts:
                parts = _parts(_completion(request, [Answer(text)]))
                self._send_parts(parts[: len(parts) // 2], whole=False)
            case list():
                self._send(200, _completion(request, reaction))
            case Failure(status, message, code, param, body=None):
                error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
                self._send(status, {"error": error}, reaction.headers)
            case Failure(status, body=body):
                self._send(status, body, reaction.headers)
            case Garbage(body):
                self._send(200, body)
            case Raw(body, kind):
                self._send_raw(body.encode(), kind, reaction)
            case CutOff(text):
                whole = json.dumps(_completion(request, [Answer(text)])).encode()
                self.transport.write(_head(200, len(whole), {}) + whole[: len(whole) // 2])
                self.transport.close()
            case Dropped():
                self.transport.abort()

    def _send_parts(self, parts: Sequence[str], whole: bool = True) -> None:
        head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        events = [f"data: {part}\n\n".encode() for part in parts]
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(event), event) for event in events)
        self.transport.write(head.encode() + chunks + (b"0\r\n\r\n" if whole else b""))
        if not whole:
            self.transport.close()

    def _send_raw(self, body: bytes, kind: str, raw: Raw) -> None:
        head = f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n".encode()
        chunk = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
        self.transport.write(head + chunk + (b"" if raw.breaks_off or raw.stays_open else b"0\r\n\r\n"))
        if raw.breaks_off:
            self.transport.close()

    def _send(self, status: int, body: Body | str | None, headers: Mapping[str, str] | None = None) -> None:
        content = (body if isinstance(body, str) else json.dumps(body)).encode("utf-8", "replace")
        self.transport.write(_head(status, len(content), headers or {}) + content)


def _head(status: int, length: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", "content-type: application/json"]
    lines += [f"content-length: {length}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _completion(request: Body, choices: list[Answer]) -> Body:
    chat = "messages" in request
    body: Body = {
        "id": "completion-1",
        "object": "chat.completion" if chat else "text_completion",
        "created": int(time.time()),
        "model": request.get("model", ""),
        "choices": [_choice(request, index, choice) for index, choice in enumerate(choices)],
    }
    usages = [choice.usage for choice in choices if choice.usage is not None]
    if usages:
        prompt, completion = usages[0][0], sum(usage[1] for usage in usages)
        body["usage"] = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return body


def _choice(request: Body, index: int, answer: Answer) -> Body:
    choice: Body = {"index": index, "finish_reason": answer.finish}
    if "messages" in request:
        message: Body = {"role": "assistant", "content": answer.text}
        if answer.reasoning:
            message[answer.reasoning_field] = answer.reasoning
        if answer.refusal:
            message |= {"refusal": answer.refusal, "content": None}
        choice["message"] = message
        if request.get("logprobs"):
            content = [{"token": "t", "logprob": value, "top_logprobs": []} for value in answer.log_probabilities]
            choice["logprobs"] = {"content": content}
    else:
        choice["text"] = answer.text
        if request.get("logprobs") is not None:
            choice["logprobs"] = {"token_logprobs": list(answer.log_probabilities)}
    return choice


def _parts(whole: Body) -> list[str]:
    """A completion's first choice in parts of three characters, as OpenAI sends them."""
    choice = whole["choices"][0]
    chat = "message" in choice
    message = choice["message"] if chat else {"text": choice["text"]}

    def part(said: Body, **more: Any) -> Body:
        return {"choices": [{"index": 0, "finish_reason": None, **({"delta": said} if chat else said), **more}]}

    parts = [part({"role": "assistant"})] if chat else []
    for name in ("reasoning_content", "reasoning", "refusal", "content", "text"):
        text = message.get(name) or ""
        parts += [part({name: text[start : start + 3]}) for start in range(0, len(text), 3)]
    last = part({}, finish_reason=choice["finish_reason"])
    if choice.get("logprobs"):
        last["choices"][0]["logprobs"] = choice["logprobs"]
    parts.append(last)
    if "usage" in whole:
        parts.append({"choices": [], "usage": whole["usage"]})
    return [*map(json.dumps, parts), "[DONE]"]

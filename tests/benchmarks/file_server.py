"""A server of files over real HTTP on the loopback, which can do what servers do wrong.

with FileServer({"/a.txt": File(b"…")}) as server:
    ...                 # server.url
    server.requests     # what came, in order
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass(slots=True)
class File:
    """A file, and how it is served.

    Attributes:
        body: its bytes.
        etag, modified: names of this content; empty for none.
        ranges: whether parts of it can be asked for.
        drops: after how many bytes the connection ends, for one request after another; then it does not.
        statuses: of the first answers, without the file.
        headers: more of them.
        kind: its content type.
        lie: bytes that a part is moved by.
        pause: seconds in the middle of the body.
    """

    body: bytes
    etag: str = ""
    modified: str = ""
    ranges: bool = True
    drops: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/octet-stream"
    lie: int = 0
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked for."""

    path: str
    range: str
    if_range: str
    headers: dict[str, str] = field(default_factory=dict)


class FileServer:
    """Use it with `with`. Files may be changed while it runs."""

    def __init__(self, files: dict[str, File]) -> None:
        self.files = files
        self.requests: list[Request] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                owner._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        headers = dict(handler.headers.items())
        asked = Request(handler.path, headers.get("Range", ""), headers.get("If-Range", ""), headers)
        self.requests.append(asked)
        file = self.files.get(handler.path)
        status = file.statuses.pop(0) if file and file.statuses else 200 if file else 404
        if file is None or status != 200:
            handler.send_response(status)
            for name, value in (file.headers if file else {}).items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        start = self._start(asked, file)
        if start and start >= len(file.body):
            handler.send_response(416)
            handler.send_header("Content-Range", f"bytes */{len(file.body)}")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        self._send(handler, file, start)

    def _start(self, asked: Request, file: File) -> int:
        if not (asked.range and file.ranges) or (asked.if_range and asked.if_range not in (file.etag, file.modified)):
            return 0
        return int(asked.range.removeprefix("bytes=").rstrip("-"))

    def _send(self, handler: BaseHTTPRequestHandler, file: File, start: int) -> None:
        body = file.body[start:]
        handler.send_response(206 if start else 200)
        if start:
            first = start + file.lie
            handler.send_header("Content-Range", f"bytes {first}-{len(file.body) - 1}/{len(file.body)}")
        for name, value in (("ETag", file.etag), ("Last-Modified", file.modified), *file.headers.items()):
            if value:
                handler.send_header(name, value)
        handler.send_header("Content-Type", file.kind)
        if "Content-Length" not in file.headers:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        dropped = file.drops.pop(0) if file.drops else len(body)
        half = min(dropped, len(body)) // 2
        handler.wfile.write(body[:half])
        handler.wfile.flush()
        time.sleep(file.pause)
        handler.wfile.write(body[half:dropped])
        if dropped < len(body):
            handler.close_connection = True

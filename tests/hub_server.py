"""A Hugging Face hub of our own that speaks real HTTP: what `huggingface_hub` asks of it, and ways to fail.

    with HubServer({"somebody/model-GGUF": {"model.gguf": content}}) as hub:
        ...                     # HF_ENDPOINT=hub.url

It answers `/api/models/REPO` with the files and their checksums, and `/REPO/resolve/REVISION/FILE` with their heads
and their content, also from a byte on. Not a test.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

COMMIT = "c0ffee00" * 5


@dataclass
class HubServer:
    """A server on loopback, at a port of the system's choice, while its `with` block lasts.

    Attributes:
        repositories: their files, by OWNER/NAME and path.
        token: what private repositories want; they are those of ``private``.
        private: repositories that are hidden from those without the token.
        gated: repositories whose terms nobody accepted.
        forbidden: repositories that the token may not read.
        lies: paths whose content is other than their checksum says.
        break_after: bytes after which the connection ends in the middle of a file; each is used once.
        wait_after: bytes after which a file stops coming until the server ends.
        status: answered to everything, where it is not 0.
        ranges: the `Range` headers of requests for content, "" for the whole.
    """

    repositories: Mapping[str, Mapping[str, bytes]]
    token: str = "hf_right"
    private: tuple[str, ...] = ()
    gated: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    lies: tuple[str, ...] = ()
    break_after: list[int] = field(default_factory=list)
    wait_after: int | None = None
    status: int = 0
    ranges: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """For HF_ENDPOINT."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"hub": self})
        self.ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: HubServer

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        hub, path = self.hub, self.path.partition("?")[0]
        is_list = path.startswith("/api/models/")
        name, _, rest = path.removeprefix("/api/models/" if is_list else "/").partition("/resolve/")
        if hub.status:
            return self._send(hub.status)
        right = self.headers.get("authorization") == f"Bearer {hub.token}"
        if name in hub.forbidden:
            return self._send(403, {"x-error-message": "not you"})
        if name not in hub.repositories or (name in hub.private and not right):
            return self._send(401 if not right else 404, {"x-error-code": "RepoNotFound"})
        if name in hub.gated and not is_list:
            return self._send(403, {"x-error-code": "GatedRepo", "x-error-message": "terms"})
        files = hub.repositories[name]
        if is_list:
            return self._send(200, body=_listed(name, files))
        file = rest.partition("/")[2]
        if file not in files:
            return self._send(404, {"x-error-code": "EntryNotFound", "x-repo-commit": COMMIT})
        return self._send_file(file, files[file])

    def _send_file(self, file: str, content: bytes) -> None:
        hub = self.hub
        digest = hashlib.sha256(content).hexdigest()
        head = {
            "etag": f'"{digest}"',
            "x-linked-etag": f'"{digest}"',
            "x-linked-size": str(len(content)),
            "x-repo-commit": COMMIT,
            "accept-ranges": "bytes",
        }
        if file in hub.lies:
            content = content[:-1] + bytes([content[-1] ^ 1])
        wanted = self.headers.get("range", "")
        start = int(wanted.removeprefix("bytes=").partition("-")[0]) if wanted else 0
        if start:
            head["content-range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self.send_response(206 if start else 200)
        for name, value in (head | {"content-length": str(len(content) - start)}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        hub.ranges.append(wanted)
        end = hub.break_after.pop(0) if hub.break_after else hub.wait_after
        self.wfile.write(content[start:end])
        self.wfile.flush()
        if end is not None:
            if hub.wait_after is not None:
                hub.ended.wait(60)
            time.sleep(0.05)
            self.close_connection = True
            self.connection.close()

    def _send(self, status: int, headers: Mapping[str, str] | None = None, body: Any = None) -> None:
        content = json.dumps(body if body is not None else {"error": "no"}).encode()
        self.send_response(status)
        for name, value in ({"content-type": "application/json"} | dict(headers or {})).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def _listed(name: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    siblings = []
    for path, content in files.items():
        sha256 = hashlib.sha256(content).hexdigest()
        lfs = {"sha256": sha256, "size": len(content), "pointerSize": 134}
        siblings.append({"rfilename": path, "size": len(content), "blobId": sha256[:40], "lfs": lfs})
    return {"_id": "1", "id": name, "modelId": name, "sha": COMMIT, "private": False, "siblings": siblings}

"""One file over HTTP: goes on where it stopped, is checked, and stands under its name only when it is whole.

What came so far lies next to the file under the ending ``.part``, with what the server said of it in ``.part.json``.
Nothing here knows what is in a file.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import re
import shutil
import ssl
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeAlias

import httpx2

from selfdebug.benchmarks.benchmark import BenchmarkError

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many bytes there are, and how many there will be; 0 where the server does not say."""

_TRIES = 5  # without a byte between them
_TRIES_TO_CONNECT = 3
_LONGEST_PAUSE = 60.0  # seconds
_TIMEOUT = httpx2.Timeout(60.0, connect=20.0)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class PullError(BenchmarkError):
    """A file could not be got. The message says why, and what to do."""


class _PassingError(Exception):
    """A try failed in a way that may be over soon."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class _Begun:
    """What is known of a partial file.

    Attributes:
        url: where it comes from.
        validator: what the server calls this content; empty if it has no name for it.
    """

    url: str
    validator: str


@dataclass(slots=True)
class Download:
    """The download of one file.

    Attributes:
        url: where it is.
        target: where it is to be.
        sha256: of the whole file; empty if it is not known.
        by_hand: what a person can do instead, a sentence for messages.
        progress: is told how far it is.
        pause: seconds before the second try; twice as long before each further one.
    """

    url: str
    target: Path
    sha256: str
    by_hand: str
    progress: Progress
    pause: float = 1.0
    _was_resumed: bool = field(default=False, init=False)

    def run(self) -> str:
        """Get the file.

        Returns:
            its SHA-256.

        Raises:
            PullError: the download failed.
        """
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            found = self._fetched()
            if self.sha256 and found != self.sha256 and self._was_resumed:
                self._forget()  # the beginning may be of another edition than the end
                found = self._fetched()
            if self.sha256 and found != self.sha256:
                self._forget()
                raise PullError(
                    f"{self.url} is not the official file: its SHA-256 is {found} instead of {self.sha256}, so"
                    f" it was not kept. The file there was changed, or a mirror or proxy sends another. {self.by_hand}"
                )
            self._part.replace(self.target)
            self._notes.unlink(missing_ok=True)
        except OSError as error:
            raise PullError(
                f"{self.target} cannot be written ({error.strerror}): make room, or name another folder with --data."
            ) from None
        return found

    @property
    def _part(self) -> Path:
        return self.target.with_name(f"{self.target.name}.part")

    @property
    def _notes(self) -> Path:
        return self.target.with_name(f"{self.target.name}.part.json")

    def _forget(self) -> None:
        self._part.unlink(missing_ok=True)
        self._notes.unlink(missing_ok=True)
        self._was_resumed = False

    def _fetched(self) -> str:
        """The SHA-256 of the partial file, when it is whole."""
        trust_environment = httpx2.URL(self.url).host not in _LOOPBACK  # a proxy cannot reach our own loopback
        with httpx2.Client(
            verify=_certificates(), follow_redirects=True, timeout=_TIMEOUT, trust_env=trust_environment
        ) as client:
            failed = 0
            while True:
                before = self._size()
                try:
                    self._try(client)
                    return sha256_of(self._part)
                except (httpx2.TransportError, _PassingError) as error:
                    failed = 1 if self._size() > before else failed + 1
                    if failed >= (_TRIES_TO_CONNECT if isinstance(error, httpx2.ConnectError) else _TRIES):
                        kept = (
                            "What was downloaded is kept: run the same command again to continue. "
                            if self._size()
                            else ""
                        )
                        raise PullError(
                            f"{self.url} could not be downloaded ({_reason(error)}). {kept}{self.by_hand}"
                        ) from None
                    wait = self.pause * 2 ** (failed - 1)
                    time.sleep(min(max(wait, getattr(error, "wait", 0.0)), _LONGEST_PAUSE))
                except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                    raise PullError(f"{self.url} could not be downloaded ({_reason(error)}). {self.by_hand}") from None

    def _size(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _try(self, client: httpx2.Client) -> None:
        """Get what is missing.

        Raises:
            _PassingError, httpx2.TransportError: not all of it came, but another try may bring it.
            PullError: another try would bring nothing else.
        """
        start, validator = self._resumable()
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
            if validator:
                headers["If-Range"] = validator
        with client.stream("GET", self.url, headers=headers) as answer:
            if answer.status_code == 416:
                if answer.headers.get("Content-Range") == f"bytes */{start}":
                    self._was_resumed = True
                    return  # all of it had come
                self._forget()
                raise _PassingError("the server has less than was downloaded before")
            self._check(answer)
            resumed = start and answer.status_code == 206
            if resumed:
                self._check_range(answer, start)
            self._was_resumed |= bool(resumed)
            start = start if resumed else 0
            length = answer.headers.get("Content-Length", "")
            total = start + int(length) if length.isdecimal() else 0
            _check_room(self._part, total - start)
            with self._part.open("ab" if resumed else "wb") as file:
                self._note(answer)
                self.progress(start, total)
                for block in answer.iter_raw():  # of no fixed size: what came before a break is not lost
                    if not start and not file.tell():
                        self._check_content(block)
                    file.write(block)
                    self.progress(file.tell(), total)

    def _resumable(self) -> tuple[int, str]:
        """Where to go on, and the name of the content that must be there still; from 0 if that cannot be told."""
        size = self._size()
        try:
            begun = _Begun(**json.loads(self._notes.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return 0, ""
        # Without a name of the content, only a known checksum can tell whether the parts fit together.
        usable = size and begun.url == self.url and (begun.validator or self.sha256)
        return (size, begun.validator) if usable else (0, "")

    def _note(self, answer: httpx2.Response) -> None:
        etag = answer.headers.get("ETag", "")
        validator = etag if etag and not etag.startswith("W/") else answer.headers.get("Last-Modified", "")
        self._notes.write_text(json.dumps(asdict(_Begun(self.url, validator))), encoding="utf-8")

    def _check(self, answer: httpx2.Response) -> None:
        status = answer.status_code
        if status in (408, 425, 429) or status >= 500:
            wait = answer.headers.get("Retry-After", "")
            raise _PassingError(f"the server answered with status {status}", float(wait) if wait.isdecimal() else 0.0)
        if status not in (200, 206):
            where = "" if str(answer.url) == self.url else f" (after a redirect to {answer.url.copy_with(query=None)})"
            raise PullError(f"{self.url} answered with status {status}{where}: the file is not there. {self.by_hand}")
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            self._refuse_page()
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise PullError(f"{self.url} comes in an encoding that was not requested. {self.by_hand}")

    def _check_content(self, block: bytes) -> None:
        if re.match(rb"\s*<(!doctype html|html)", block, re.IGNORECASE):
            self._refuse_page()

    def _refuse_page(self) -> None:
        raise PullError(
            f"{self.url} answered with a web page instead of the file: perhaps a consent, login or quota page."
            f" {self.by_hand}"
        )

    def _check_range(self, answer: httpx2.Response, start: int) -> None:
        if not answer.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            self._forget()
            raise _PassingError("the server sent a different part from the one requested")


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Made once: it takes longer than the download of a small file."""
    return httpx2.create_ssl_context()


def sha256_of(path: Path) -> str:
    """Of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_room(path: Path, needed: int) -> None:
    free = shutil.disk_usage(path.parent).free
    if needed > free:
        raise PullError(
            f"{path.parent} has {free // 10**6} MB left, and {needed // 10**6} MB are needed: make room, or name"
            " another folder with --data."
        )


def _reason(error: Exception) -> str:
    """An error in words; some have none."""
    text = " ".join(str(error).split())
    with contextlib.suppress(AttributeError, TypeError):
        cause = error.__cause__ or error.__context__
        while cause is not None and not isinstance(cause, OSError):
            cause = cause.__cause__ or cause.__context__
        if isinstance(cause, OSError) and cause.errno is not None:
            text = text or os.strerror(cause.errno)
    return text or type(error).__name__

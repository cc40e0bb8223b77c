"""Downloads one file over HTTP: resumes it where it stopped, checks it, and gives it its name only when it is whole.

An unfinished download lies beside its target under the ending ``.part``, with what the server said of it in
``.part.json``. The client is the one that huggingface-hub brings: a download is a plain blocking call, and aiohttp,
which serves the models, would need an event loop for it.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from selfdebug.downloads.network import certificates, is_loopback
from selfdebug.downloads.progress import DownloadError, DownloadProgress, ProgressWatcher, readable_size

PAUSE = 1.0
"""Seconds before the second try; twice as long before each further one."""
_LONGEST_PAUSE = 60.0
_TRIES = 5  # without a byte between them
_TRIES_TO_CONNECT = 3
_TIMEOUT = httpx2.Timeout(60.0, connect=20.0)
_GIT_SHA1_DIGITS = 40
_KEPT = "What was downloaded is kept: run the same command again to continue."


class _PassingError(Exception):
    """A try failed in a way that may be over soon; `wait` is how many seconds the server asks us to wait."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(slots=True)
class Download:
    """The download of one file.

    Attributes:
        url: where it is.
        target: where it is to be; its folder is made.
        file: its name for messages and progress.
        watch: is told how far it is.
        checksum: SHA-256 of the content in hexadecimal digits, or the SHA-1 that Git gives it; empty if unknown.
        size: bytes, about; 0 if unknown.
        advice: what a person can do if it fails, a sentence.
        elsewhere: what a person can do if there is no room for it, the end of a sentence.
        part: where it lies until it is whole, if that name stands for its content; default: beside the target.
        headers: sent with each request, but not to another host that the server redirects to.
    """

    url: str
    target: Path
    file: str
    watch: ProgressWatcher
    checksum: str = ""
    size: int = 0
    advice: str = ""
    elsewhere: str = "name another folder with --data"
    part: Path | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    _was_resumed: bool = field(default=False, init=False)

    def run(self) -> str:
        """Download the file.

        Returns:
            Its checksum, of the kind of `checksum`; SHA-256 if none is known.

        Raises:
            DownloadError: that failed. What came is kept, unless its checksum is wrong.
        """
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self._check_room(max(0, self.size - self._size()))
            computed = self._fetch()
            if self.checksum and computed != self.checksum and self._was_resumed:
                self._forget()  # the beginning may be of another edition than the end
                computed = self._fetch()
            if self.checksum and computed != self.checksum:
                self._forget()
                raise DownloadError(
                    f"{self.url} is not the expected file: its checksum is {computed} instead of {self.checksum}, so it"
                    " was not kept. The file was changed there or damaged on the way, or a mirror or proxy sends"
                    f" another. {self.advice}".rstrip()
                )
            self._part.replace(self.target)
            self._note_file.unlink(missing_ok=True)
        except OSError as error:
            raise DownloadError(
                f"{self.target} cannot be written ({error.strerror}): make room, or {self.elsewhere}. {_KEPT}"
            ) from None
        return computed

    @property
    def _part(self) -> Path:
        return self.part or self.target.with_name(f"{self.target.name}.part")

    @property
    def _note_file(self) -> Path:
        return self.target.with_name(f"{self.target.name}.part.json")

    def _size(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _forget(self) -> None:
        self._part.unlink(missing_ok=True)
        self._note_file.unlink(missing_ok=True)
        self._was_resumed = False

    def _failed(self, reason: str) -> DownloadError:
        kept = _KEPT if self._size() else ""
        return DownloadError(" ".join(filter(None, (f"{self.url} {reason}.", kept, self.advice))))

    def _fetch(self) -> str:
        """Get all that is missing; returns the checksum."""
        with httpx2.Client(
            verify=certificates(), follow_redirects=True, timeout=_TIMEOUT, trust_env=not is_loopback(self.url)
        ) as client:
            failed = 0
            while True:
                before = self._size()
                try:
                    self._try(client)
                    break
                except (httpx2.TransportError, _PassingError) as error:
                    failed = 1 if self._size() > before else failed + 1
                    if failed >= (_TRIES_TO_CONNECT if isinstance(error, httpx2.ConnectError) else _TRIES):
                        raise self._failed(f"could not be downloaded ({_reason(error)})") from None
                    wait = PAUSE * 2 ** (failed - 1)
                    time.sleep(min(max(wait, getattr(error, "wait", 0.0)), _LONGEST_PAUSE))
                except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                    raise self._failed(f"could not be downloaded ({_reason(error)})") from None
        size = self._size()
        self.watch(DownloadProgress(self.file, "checking", size, size))
        return _checksum(self._part, is_git=len(self.checksum) == _GIT_SHA1_DIGITS)

    def _try(self, client: httpx2.Client) -> None:
        """Get what is missing.

        Raises:
            _PassingError, httpx2.TransportError: not all of it came, but another try may bring it.
            DownloadError: another try would bring nothing else.
        """
        start, validator = self._resumable()
        headers = {**self.headers, "Accept-Encoding": "identity"}
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
            if start and answer.status_code == 206:
                if not answer.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
                    self._forget()
                    raise _PassingError("the server sent another part than was requested")
                self._was_resumed = True
            else:
                start = 0
            length = answer.headers.get("Content-Length", "")
            total = start + int(length) if length.isdecimal() else self.size
            self._check_room(total - start)
            # Unbuffered, so that what came is kept whatever happens next.
            with self._part.open("ab" if start else "wb", buffering=0) as file:
                if self.part is None:
                    etag, changed = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
                    note = {"url": self.url, "validator": etag if etag and not etag.startswith("W/") else changed}
                    self._note_file.write_text(json.dumps(note), encoding="utf-8")
                done = start
                self.watch(DownloadProgress(self.file, "downloading", done, total))
                for block in answer.iter_raw():  # of no fixed size: what came before a break is not lost
                    if not done and re.match(rb"\s*<(!doctype html|html)", block, re.IGNORECASE):
                        raise self._web_page()
                    written = 0
                    while written < len(block):
                        written += file.write(block[written:])
                    done += len(block)
                    self.watch(DownloadProgress(self.file, "downloading", done, total))

    def _resumable(self) -> tuple[int, str]:
        """The byte to resume from, and the server's name for the content that must still be there; 0 to begin anew."""
        try:
            note = json.loads(self._note_file.read_text(encoding="utf-8"))
            validator = str(note["validator"]) if note["url"] == self.url else ""
        except (OSError, ValueError, TypeError, KeyError):
            validator = ""
        # Without a name for the content, only a known checksum can tell whether the parts fit together.
        return (self._size(), validator) if validator or self.checksum else (0, "")

    def _check(self, answer: httpx2.Response) -> None:
        status = answer.status_code
        if status in (408, 425, 429) or status >= 500:
            wait = answer.headers.get("Retry-After", "")
            raise _PassingError(f"the server answered with status {status}", float(wait) if wait.isdecimal() else 0.0)
        if status not in (200, 206):
            final = answer.url.copy_with(query=None)
            redirect = "" if str(answer.url) == self.url else f" after a redirect to {final}"
            raise self._failed(f"answered with status {status}{redirect} instead of the file")
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            raise self._web_page()
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise self._failed("comes in an encoding that was not requested")

    def _web_page(self) -> DownloadError:
        return self._failed(
            "answered with a web page instead of the file, perhaps for consent, a login or a spent quota"
        )

    def _check_room(self, needed: int) -> None:
        free = shutil.disk_usage(self.target.parent).free
        if needed > free:
            raise DownloadError(
                f"{self.file} needs {readable_size(needed)}, and {readable_size(free)} are free in"
                f" {self.target.parent}: make room, or {self.elsewhere}."
            )


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal digits."""
    return _checksum(path, is_git=False)


def _checksum(path: Path, is_git: bool) -> str:
    """SHA-256, or the SHA-1 under which Git keeps such a content."""
    with path.open("rb") as file:
        if is_git:
            header = b"blob %d\0" % path.stat().st_size
            return hashlib.file_digest(file, lambda: hashlib.sha1(header)).hexdigest()
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reason(error: Exception) -> str:
    """An error in words; some have none of their own."""
    text = " ".join(str(error).split())
    with contextlib.suppress(AttributeError, TypeError):
        cause = error.__cause__ or error.__context__
        while cause is not None and not isinstance(cause, OSError):
            cause = cause.__cause__ or cause.__context__
        if isinstance(cause, OSError) and cause.errno is not None:
            text = text or os.strerror(cause.errno)
    return text or type(error).__name__

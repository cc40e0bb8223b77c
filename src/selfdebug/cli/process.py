"""The process around a command: signals that end it, and standard streams that cannot be used."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TextIO, TypeVar

from selfdebug.cli.failing import MISSING, WRONG_USAGE, complain


def take_signals() -> None:
    """Let a request to end, and a terminal that goes away, do what Ctrl-C does: keep what there is, and say so."""
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores it: so do we
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    handler = signal.getsignal(signal.SIGINT)  # asyncio has one of its own
    if not callable(handler):  # a shell's background job ignores Ctrl-C
        handler = signal.default_int_handler
    handler(signal.SIGINT, frame)


@contextmanager
def standard_streams() -> Iterator[None]:
    """Make the standard streams usable, and end in one sentence where the answer cannot be written."""
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115 - it takes the place of what was closed
    sys.stderr = _rebuilt(_Heedless, sys.stderr or open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    if sys.stdout is None:
        complain("standard output is closed, so the answer would be lost: leave out >&-, or name a file or /dev/null.")
        sys.exit(WRONG_USAGE)
    output = sys.stdout = _rebuilt(_Output, sys.stdout)
    try:
        try:
            yield
        finally:
            output.flush()  # what fails, fails here, where a sentence can be said about it
    except OSError as error:
        if output.failure is None:
            raise
        _discard(output)
        if isinstance(output.failure, BrokenPipeError):  # whoever reads has enough
            sys.exit(1)
        complain(
            f"standard output cannot be written to ({error.strerror}). Send it elsewhere and run the same command"
            " again: no reply is paid twice."
        )
        sys.exit(MISSING)


class _Output(io.TextIOWrapper):
    """Standard output that remembers whether it failed: other files raise the same errors."""

    failure: OSError | None = None

    def write(self, text: str) -> int:
        with self._remembering():
            return super().write(text)

    def flush(self) -> None:
        with self._remembering():
            super().flush()

    @contextmanager
    def _remembering(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.failure = error
            raise


class _Heedless(io.TextIOWrapper):
    """Standard error where nothing can be said there: that is no reason to lose an answer."""

    def write(self, text: str) -> int:
        with suppress(OSError):
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()


Stream = TypeVar("Stream", bound=io.TextIOWrapper)


def _rebuilt(kind: type[Stream], stream: TextIO) -> Stream:
    """The stream as one of our own kind; what its encoding lacks, such as in a reply, is escaped."""
    assert isinstance(stream, io.TextIOWrapper)
    encoding, is_terminal = stream.encoding, stream.isatty()
    return kind(stream.detach(), encoding, "backslashreplace", line_buffering=is_terminal or kind is _Heedless)


def _discard(output: io.TextIOWrapper) -> None:
    """Python writes what is left when it ends, and would complain in words of its own."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, output.fileno())
    os.close(nowhere)

"""Frames over a stream socket: four bytes of length, then the body."""

from __future__ import annotations

import socket
import struct

MAX_FRAME = 64 * 1024 * 1024
"""Bytes of the longest frame that is read; a longer one ends the conversation."""

MAX_REPLY = 16 * 1024 * 1024
"""The same for what a program sends: as Python objects it takes thirty times as much, of the judge's memory."""

PRELUDE = b"\xff"
"""Mark before a frame that brings a prelude instead of an order. No frame's length begins with this byte."""

READY = b"ready"
"""First frame of a process: it serves."""

_LENGTH = struct.Struct("!I")


class ClosedError(Exception):
    """The other side is gone, or sent what is no frame."""


def frame(body: bytes) -> bytes:
    """Put the length before the body."""
    return _LENGTH.pack(len(body)) + body


def send(channel: socket.socket, body: bytes, before: bytes = b"") -> None:
    """Write a frame, with a mark before it.

    Raises:
        ClosedError: the other side is gone.
    """
    try:
        channel.sendall(before + frame(body))
    except OSError as error:
        raise ClosedError(str(error)) from None


def receive(channel: socket.socket) -> bytes:
    """Read a frame.

    Raises:
        ClosedError: the other side is gone, or the frame is longer than `MAX_FRAME`.
    """
    head = b""
    while len(head) < 4:
        head += _read(channel, 4 - len(head))
    (length,) = _LENGTH.unpack(head)
    if length > MAX_FRAME:
        raise ClosedError("frame too long")
    parts = []
    while length:
        parts.append(_read(channel, min(length, 1 << 20)))
        length -= len(parts[-1])
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _read(channel: socket.socket, size: int) -> bytes:
    try:
        if data := channel.recv(size):
            return data
    except OSError as error:
        raise ClosedError(str(error)) from None
    raise ClosedError("closed")


class Reader:
    """Takes frames out of bytes as a program's process sends them, for a side that must not block."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Add bytes; return the frames that they complete.

        Raises:
            ClosedError: a frame is too long.
        """
        self._buffer += data
        frames: list[bytes] = []
        while len(self._buffer) >= 4:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > MAX_REPLY:
                if frames:
                    break  # what came before it counts; the next bytes find it here again
                raise ClosedError("frame too long")
            if len(self._buffer) < 4 + length:
                break
            frames.append(bytes(self._buffer[4 : 4 + length]))
            del self._buffer[: 4 + length]
        return frames

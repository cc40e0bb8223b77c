"""Frames over a stream socket: four bytes of length, then the body."""

from __future__ import annotations

import socket
import struct

MAX_FRAME = 64 * 1024 * 1024
"""Bytes of the longest frame that is read; a longer one ends the conversation."""

PRELUDE = b"\xff"
"""Mark before a frame that brings a prelude instead of an order. No frame's length begins with this byte."""

MAX_REPLY = 16 * 1024 * 1024
"""The same for what a program sends: as Python objects it takes thirty times as much, of the judge's memory."""

READY = b"ready"
"""First frame of a process: it serves."""

_LENGTH = struct.Struct("!I")


class ClosedError(Exception):
    """The other side is gone, or sent what is no frame."""


def frame(body: bytes) -> bytes:
    """Put the length before the body."""
    return _LENGTH.pack(len(body)) + body


def send(channel: socket.socket, body: bytes, descriptors: tuple[int, ...] = (), before: bytes = b"") -> None:
    """Write a frame, with descriptors if any, and with a mark before it.

    Raises:
        ClosedError: the other side is gone.
    """
    data = before + frame(body)
    try:
        if descriptors:
            sent = socket.send_fds(channel, [data], descriptors)
            data = data[sent:]
        if data:
            channel.sendall(data)
    except OSError as error:
        raise ClosedError(str(error)) from None


def receive(channel: socket.socket, descriptors: list[int] | None = None, longest: int = MAX_FRAME) -> bytes:
    """Read a frame; descriptors that come with it are appended to ``descriptors``.

    Raises:
        ClosedError: the other side is gone, or the frame is longer than ``longest``.
    """
    head = b""
    while len(head) < 4:
        if descriptors is None:
            part = _read(channel, 4 - len(head))
        else:
            try:
                part, received, _, _ = socket.recv_fds(channel, 4 - len(head), 4)
            except OSError as error:
                raise ClosedError(str(error)) from None
            descriptors.extend(received)
        if not part:
            raise ClosedError("closed")
        head += part
    (length,) = _LENGTH.unpack(head)
    if length > longest:
        raise ClosedError("frame too long")
    parts = []
    while length:
        part = _read(channel, min(length, 1 << 20))
        if not part:
            raise ClosedError("closed within a frame")
        parts.append(part)
        length -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _read(channel: socket.socket, size: int) -> bytes:
    try:
        return channel.recv(size)
    except OSError as error:
        raise ClosedError(str(error)) from None


class Reader:
    """Takes frames out of bytes as they arrive, for a side that must not block."""

    def __init__(self, longest: int = MAX_FRAME) -> None:
        self._buffer = bytearray()
        self._longest = longest

    def feed(self, data: bytes) -> list[bytes]:
        """Add bytes; return the frames that they complete.

        Raises:
            ClosedError: a frame is too long.
        """
        self._buffer += data
        frames: list[bytes] = []
        while len(self._buffer) >= 4:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > self._longest:
                if frames:
                    break  # what came before it counts; the next bytes find it here again
                raise ClosedError("frame too long")
            if len(self._buffer) < 4 + length:
                break
            frames.append(bytes(self._buffer[4 : 4 + length]))
            del self._buffer[: 4 + length]
        return frames

"""Output of a program, as far as it is kept."""

from __future__ import annotations

import os

from . import protocol


class OutputStream:
    """A pipe that programs write to: the first bytes up to a limit are kept, and whether there were more.

    Args:
        descriptor: its end to read from.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        os.set_blocking(descriptor, False)
        self.reset(0)

    def reset(self, limit: int) -> None:
        """Begin anew, and keep so many bytes."""
        self._limit, self._data, self._cut = limit, bytearray(), False

    def take(self) -> bool:
        """Read what is there. False when nobody can write any more."""
        while True:
            try:
                data = os.read(self._descriptor, 1 << 16)
            except BlockingIOError:
                return True
            if not data:
                return False
            room = self._limit - len(self._data)
            self._data += data[:room]
            self._cut = self._cut or len(data) > room

    def captured(self) -> protocol.Captured:
        """What was kept."""
        return protocol.Captured(self._data.decode("utf-8", "replace"), self._cut)

"""Output of a program, as far as it is kept."""

from __future__ import annotations

import os
from typing import Any


class Captured:
    """Output of a program: the first bytes up to a limit, and whether there were more."""

    def __init__(self) -> None:
        self.reset(0)

    def reset(self, limit: int) -> None:
        self._limit, self._data, self._cut = limit, bytearray(), False

    def take(self, descriptor: int) -> bool:
        """Read what is there. False when nobody can write any more."""
        while True:
            try:
                data = os.read(descriptor, 1 << 16)
            except BlockingIOError:
                return True
            if not data:
                return False
            room = self._limit - len(self._data)
            self._data += data[:room]
            self._cut = self._cut or len(data) > room

    def shown(self) -> list[Any]:
        return [self._data.decode("utf-8", "replace"), self._cut]

"""Which tasks of a run are done, one bit for each: memory for a run of a million tasks is 125 kB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set


class Indices(Set[int]):
    """A set of small whole numbers, one bit for each up to the largest."""

    def __init__(self, indices: Iterable[int] = ()) -> None:
        """Make it of numbers from 0."""
        self._bits = bytearray()
        self._count = 0
        for index in indices:
            byte, bit = divmod(index, 8)
            if byte >= len(self._bits):
                self._bits.extend(bytes(byte + 1 - len(self._bits)))
            self._count += not self._bits[byte] >> bit & 1
            self._bits[byte] |= 1 << bit

    def __contains__(self, index: object) -> bool:
        """Whether a number is in it."""
        return (
            isinstance(index, int)
            and 0 <= index < 8 * len(self._bits)
            and bool(self._bits[index // 8] >> index % 8 & 1)
        )

    def __iter__(self) -> Iterator[int]:
        """From the smallest to the largest."""
        return (index for index in range(8 * len(self._bits)) if index in self)

    def __len__(self) -> int:
        """How many are in it."""
        return self._count

"""Which tasks of a run are done, one bit for each: memory for a run of a million tasks is 125 kB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set


class Indices(Set[int]):
    """A set of small whole numbers from 0, one bit for each up to the largest; iterates in their order."""

    def __init__(self, indices: Iterable[int] = ()) -> None:
        self._bits = bytearray()
        for index in indices:
            byte, bit = divmod(index, 8)
            if byte >= len(self._bits):
                self._bits.extend(bytes(byte + 1 - len(self._bits)))
            self._bits[byte] |= 1 << bit

    def __contains__(self, index: object) -> bool:
        if not isinstance(index, int) or not 0 <= index < 8 * len(self._bits):
            return False
        return bool(self._bits[index // 8] >> index % 8 & 1)

    def __iter__(self) -> Iterator[int]:
        return (index for index in range(8 * len(self._bits)) if index in self)

    def __len__(self) -> int:
        return int.from_bytes(self._bits, "little").bit_count()

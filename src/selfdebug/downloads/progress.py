"""What a download tells while it runs, and how it fails. Imports no HTTP client."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Stage: TypeAlias = Literal["present", "downloading", "checking", "unpacking", "done"]
"""`present`: the file is there already, and nothing is done."""


class DownloadError(Exception):
    """A download failed. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a download is.

    Attributes:
        file: its path in the data folder or in the repository.
        stage: what is being done to it.
        done: bytes so far; files so far while unpacking.
        total: how many there will be; 0 if unknown.
        checksum: at the end, the SHA-256 of a file whose checksum was not known before.
    """

    file: str
    stage: Stage
    done: int = 0
    total: int = 0
    checksum: str = ""


ProgressWatcher: TypeAlias = Callable[[DownloadProgress], None]


def readable_size(size: int) -> str:
    """A number of bytes for people: ``1.5 GB``."""
    amount, unit = float(size), "B"
    for larger in ("kB", "MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if amount >= 10 or unit == "B" else f"{amount:.1f} {unit}"

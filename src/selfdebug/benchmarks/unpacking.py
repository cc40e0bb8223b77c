"""Take files out of an archive that somebody else made: only those that are wanted, and only to where they belong.

Paths of the archive decide nothing: where a file goes follows from our own patterns (`sources.ArchiveFiles`). Links and
devices are left out, and an archive cannot fill the disk.
"""

import contextlib
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from selfdebug.benchmarks.benchmark import DataError
from selfdebug.benchmarks.sources import ArchiveFiles
from selfdebug.storage.files import replacing

LARGEST = 16 * 1024**3
"""Bytes that come out of one archive, at most."""

_MOST = 20_000  # files
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Member:
    """A plain file of an archive."""

    path: str
    size: int
    open: Callable[[], IO[bytes] | None]


def unpack(archive: Path, folder: Path, wanted: tuple[ArchiveFiles, ...], tell: Callable[[int], None]) -> list[str]:
    """Take files out of an archive.

    Args:
        archive: ``.zip`` or ``.tar.gz``.
        folder: the data folder.
        wanted: which files, and where they go below the folder.
        tell: is told how many files there are by now.

    Returns:
        the paths below the folder, sorted.

    Raises:
        DataError: it is no archive, is damaged, or holds too much.
        OSError: the files cannot be written.
    """
    unpacked: set[str] = set()
    room = LARGEST
    try:
        with contextlib.closing(_members(archive)) as members:
            for member in members:
                target = next((place for files in wanted if (place := files.place(member.path))), "")
                opened = member.open() if target and ".." not in target.split("/") else None
                if opened is None:
                    continue
                too_much = DataError(f"{archive} holds more than {LARGEST // 1024**3} GiB, so it was not unpacked.")
                if len(unpacked) >= _MOST:
                    raise too_much
                with opened, replacing(_below(folder, target)) as file:
                    while block := opened.read(_BLOCK):
                        room -= len(block)
                        if room < 0:
                            raise too_much
                        file.write(block)
                    if file.tell() != member.size:
                        raise EOFError(f"{member.path} is incomplete")
                unpacked.add(target)
                tell(len(unpacked))
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, NotImplementedError) as error:
        raise DataError(
            f"{archive} is not an archive, or is damaged ({error}): delete and download it again."
        ) from None
    except RuntimeError as error:  # zipfile's word for a password
        raise DataError(f"{archive} cannot be unpacked ({error}).") from None
    return sorted(unpacked)


def _members(archive: Path) -> Generator[_Member]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            for info in opened.infolist():
                kind = stat.S_IFMT(info.external_attr >> 16)
                if not info.is_dir() and kind in (0, stat.S_IFREG):
                    yield _Member(info.filename, info.file_size, lambda info=info: opened.open(info))  # type: ignore[misc]
        return
    with tarfile.open(archive, "r|*") as stream:
        for entry in stream:
            if entry.isreg():
                yield _Member(entry.name, entry.size, lambda entry=entry: stream.extractfile(entry))  # type: ignore[misc]


def _below(folder: Path, target: str) -> Path:
    """A path below a folder, whatever links stand on the way."""
    path = folder / target
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        raise DataError(f"{path.parent} is a link to elsewhere: remove it and try again.")
    return path

"""Get the official files of benchmarks into the data folder, and say what is there.

What was got is written down in the folder's `.selfdebug-data.json`, with checksums: what is there and intact is not
downloaded again. How a download continues is in `downloading`, how an archive is opened in `unpacking`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit, urlunsplit

from selfdebug.benchmarks.benchmark import DataError, UnknownBenchmarkError
from selfdebug.benchmarks.downloading import Download, PullError, sha256_of
from selfdebug.benchmarks.registry import BENCHMARKS
from selfdebug.benchmarks.sources import DATA_SETS, DataSet, Source, convert_transcoder
from selfdebug.benchmarks.unpacking import unpack

RECORD = ".selfdebug-data.json"
_LOCK = ".selfdebug-data.lock"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is written down of a source.

    Attributes:
        url: where it came from.
        sha256: of what was downloaded.
        files: size and SHA-256 of each file that it gave, by its path in the data folder.
    """

    url: str
    sha256: str
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What is there of a source, or of a whole benchmark.

    Attributes:
        present: how many of its files are there.
        missing: paths of those that are not, in the data folder.
        damaged: of those that are not what they should be.
    """

    present: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether all is there, as it should be."""
        return not (self.missing or self.damaged)


@dataclass(frozen=True, slots=True)
class Moment:
    """How far it is.

    Attributes:
        source: which one.
        doing: ``downloading``, ``unpacking``, or in the end ``there`` (nothing was to do) or ``done``.
        done: bytes, or files, by now.
        total: how many there will be; 0 if that is not known.
        checksum: in the end, the SHA-256 of the download where nobody knew it before.
    """

    source: Source
    doing: str
    done: int = 0
    total: int = 0
    checksum: str = ""


Watcher: TypeAlias = Callable[[Moment], None]


def data_set(name: str) -> DataSet | None:
    """What a benchmark needs; `None` for one that comes with the package.

    Args:
        name: as in the registry; a variant after a colon does not matter.

    Raises:
        UnknownBenchmarkError: there is none of that name.
    """
    base = name.strip().lower().partition(":")[0]
    if base not in BENCHMARKS:
        raise UnknownBenchmarkError(f"There is no benchmark {name!r}: choose from {', '.join(DATA_SETS)}.")
    return DATA_SETS.get(base)


def look(source: Source, folder: Path, *, thorough: bool = False) -> Found:
    """What is there of a source.

    Args:
        source: which one.
        folder: the data folder.
        thorough: compare checksums, too, and not only sizes.

    Raises:
        DataError: the record in the folder cannot be read.
    """
    kept = _read_record(folder).get(source.path)
    expected: dict[str, tuple[int, str]] = dict(kept.files) if kept else {}
    if not source.gives and source.sha256:
        expected[source.path] = (source.size, source.sha256)
    missing, damaged = [], []
    names = sorted({*source.files, *expected})
    for name in names:
        path = folder / name
        if not path.is_file():
            missing.append(name)
        elif name in expected:
            size, sha256 = expected[name]
            if (size and path.stat().st_size != size) or (thorough and sha256_of(path) != sha256):
                damaged.append(name)
    return Found(len(names) - len(missing), tuple(missing), tuple(damaged))


def pull(source: Source, folder: Path, watch: Watcher, *, mirror: str = "", pause: float = 1.0) -> None:
    """Get what is missing or damaged of a source.

    Args:
        source: which one.
        folder: the data folder; it is made if it is not there.
        watch: is told how far it is.
        mirror: scheme, host and perhaps the beginning of a path, which stand for those of the official address.
        pause: seconds before a second try of a connection that broke; see `Download`.

    Raises:
        PullError, DataError: the download failed. The message says what to do.
    """
    url = mirrored(source.url, mirror)
    try:
        if look(source, folder, thorough=True).complete:  # nothing is written to a folder that has all
            watch(Moment(source, "there"))
            return
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            _pull(source, folder, watch, url, pause)
    except OSError as error:
        raise PullError(
            f"{error.filename or folder} cannot be written ({error.strerror}): make room, change its permissions, or"
            " name another folder with --data."
        ) from None


def _pull(source: Source, folder: Path, watch: Watcher, url: str, pause: float) -> None:
    target = folder / source.path
    sha256 = sha256_of(target) if source.gives and target.is_file() else ""  # put there by hand, or left from before
    if not sha256 or (source.sha256 and sha256 != source.sha256):
        sha256 = Download(
            url, target, source.sha256, by_hand(source, folder),
            lambda done, total: watch(Moment(source, "downloading", done, total or source.size)), pause,
        ).run()  # fmt: skip
    files = _opened(source, folder, watch)
    sizes = {name: ((folder / name).stat().st_size, sha256_of(folder / name)) for name in files}
    _write_record(folder, {**_read_record(folder), source.path: Kept(url, sha256, sizes)})
    if source.gives:
        target.unlink()
    watch(Moment(source, "done", checksum="" if source.sha256 else sha256))


def _opened(source: Source, folder: Path, watch: Watcher) -> list[str]:
    """The files that a download gives."""
    target = folder / source.path
    if source.converted:
        _convert(target, folder / source.gives[0])
        return list(source.gives)
    if not source.unpacked:
        return [source.path]
    files = unpack(target, folder, source.unpacked, lambda done: watch(Moment(source, "unpacking", done)))
    lacking = sorted(set(source.gives) - set(files))
    if lacking:
        raise DataError(f"{target} does not hold {lacking[0]}: is it {source.page or source.url}? Delete it if not.")
    return files


def _convert(source: Path, target: Path) -> None:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, delete=False) as made:
        try:
            with source.open("rb") as file:
                made.writelines(convert_transcoder(file, str(source)))
            made.close()
            Path(made.name).chmod(0o644)
            Path(made.name).replace(target)
        finally:
            Path(made.name).unlink(missing_ok=True)


def by_hand(source: Source, folder: Path) -> str:
    """What a person can do if a download does not work."""
    return f"Or get {source.page or source.url} with a browser, and put it at {folder / source.path}."


def mirrored(url: str, mirror: str) -> str:
    """An address at a mirror: the mirror's scheme, host and path stand before the path of the official one.

    Raises:
        PullError: the mirror is no address.
    """
    if not mirror:
        return url
    refused = PullError(f"{mirror!r} is not a mirror: give the beginning of an address, such as http://localhost:8000.")
    try:
        base, official = urlsplit(mirror), urlsplit(url)
    except ValueError:  # such as a bracket that is not closed
        raise refused from None
    if base.scheme not in ("http", "https") or not base.hostname or base.query:
        raise refused
    return urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + official.path, official.query, ""))


def _read_record(folder: Path) -> dict[str, Kept]:
    path = folder / RECORD
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: Kept(one["url"], one["sha256"], {file: (size, sha) for file, (size, sha) in one["files"].items()})
            for name, one in entries["sources"].items()
        }
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise DataError(f"{path} cannot be read: delete it; what it says is worked out again.") from None


def _write_record(folder: Path, kept: Mapping[str, Kept]) -> None:
    text = json.dumps({"sources": {name: asdict(one) for name, one in sorted(kept.items())}}, indent=1)
    path = folder / f"{RECORD}.new"
    path.write_text(text + "\n", encoding="utf-8")
    path.replace(folder / RECORD)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder alone: two downloads into one partial file would spoil it.

    Raises:
        PullError: somebody else holds it.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PullError(f"Another selfdebug data pull is at work in {folder}: wait for it to end.") from None
        yield
    finally:
        os.close(handle)

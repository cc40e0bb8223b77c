"""Downloads the official files of benchmarks into the data folder, and checks what is there.

Downloads are recorded in the folder's `.selfdebug-data.json`, with checksums: files that are there and intact are not
downloaded again. `selfdebug.downloads` resumes and checks downloads, `unpacking` opens archives.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from filelock import FileLock, Timeout

from selfdebug.benchmarks.benchmark import DataError, UnknownBenchmarkError
from selfdebug.benchmarks.registry import BENCHMARKS
from selfdebug.benchmarks.sources import DATA_SETS, DataSet, DataSource, convert_transcoder
from selfdebug.benchmarks.unpacking import unpack
from selfdebug.downloads.engine import Download, sha256_of
from selfdebug.downloads.progress import DownloadError, DownloadProgress, ProgressWatcher
from selfdebug.storage.files import replacing

RECORD = ".selfdebug-data.json"
_LOCK = ".selfdebug-data.lock"


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What the data folder's record says about a source.

    Attributes:
        url: where it came from.
        sha256: of what was downloaded.
        files: size and SHA-256 of each file that it gave, by its path in the data folder.
    """

    url: str
    sha256: str
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is there of a source.

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


def data_set(name: str) -> DataSet | None:
    """The data set of a benchmark; `None` for one that comes with the package.

    Args:
        name: as in the registry; a variant after a colon does not matter.

    Raises:
        UnknownBenchmarkError: there is none of that name.
    """
    base = name.strip().lower().partition(":")[0]
    if base not in BENCHMARKS:
        raise UnknownBenchmarkError(f"There is no benchmark {name!r}: choose from {', '.join(DATA_SETS)}.")
    return DATA_SETS.get(base)


def check(source: DataSource, folder: Path, *, thorough: bool = False) -> SourceState:
    """Check what is there of a source.

    Args:
        source: which one.
        folder: the data folder.
        thorough: compare checksums, too, and not only sizes.

    Raises:
        DataError: the record in the folder cannot be read.
    """
    record = _read_record(folder).get(source.path)
    expected = dict(record.files) if record else {}
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
    return SourceState(len(names) - len(missing), tuple(missing), tuple(damaged))


def pull(source: DataSource, folder: Path, watch: ProgressWatcher, *, mirror: str = "") -> None:
    """Download what is missing or damaged of a source.

    Args:
        source: which one.
        folder: the data folder; it is made if it is not there.
        watch: is told how far it is.
        mirror: scheme, host and perhaps the beginning of a path, in place of those of the official address.

    Raises:
        DownloadError, DataError: that failed. The message says what to do.
    """
    url = mirrored(source.url, mirror)
    try:
        if check(source, folder, thorough=True).complete:  # nothing is written to a folder that has all
            watch(DownloadProgress(source.path, "present"))
            return
        folder.mkdir(parents=True, exist_ok=True)
        # Held alone: two downloads into one unfinished file would spoil it.
        with FileLock(folder / _LOCK, blocking=False):
            _pull(source, folder, watch, url)
    except Timeout:
        raise DownloadError(f"Another selfdebug data pull is running in {folder}: wait for it to end.") from None
    except OSError as error:
        raise DownloadError(
            f"{error.filename or folder} cannot be written ({error.strerror}): make room, change its permissions, or"
            " name another folder with --data."
        ) from None


def _pull(source: DataSource, folder: Path, watch: ProgressWatcher, url: str) -> None:
    target = folder / source.path
    sha256 = sha256_of(target) if source.gives and target.is_file() else ""  # put there by hand, or left from before
    if not sha256 or (source.sha256 and sha256 != source.sha256):
        by_hand = f"Or get {source.page or source.url} with a browser, and put it at {target}."
        sha256 = Download(url, target, source.path, watch, source.sha256, source.size, by_hand).run()
    files = _unpacked(source, folder, watch)
    sizes = {name: ((folder / name).stat().st_size, sha256_of(folder / name)) for name in files}
    records = {**_read_record(folder), source.path: SourceRecord(url, sha256, sizes)}
    text = json.dumps({"sources": {name: asdict(record) for name, record in sorted(records.items())}}, indent=1)
    with replacing(folder / RECORD) as file:
        file.write(f"{text}\n".encode())
    if source.gives:
        target.unlink()
    watch(DownloadProgress(source.path, "done", checksum="" if source.sha256 else sha256))


def _unpacked(source: DataSource, folder: Path, watch: ProgressWatcher) -> list[str]:
    """The files that a download gives."""
    target = folder / source.path
    if source.converted:
        with target.open("rb") as file, replacing(folder / source.gives[0]) as converted:
            converted.writelines(line.encode() for line in convert_transcoder(file, str(target)))
        return list(source.gives)
    if not source.unpacked:
        return [source.path]
    files = unpack(
        target, folder, source.unpacked, lambda done: watch(DownloadProgress(source.path, "unpacking", done))
    )
    lacking = sorted(set(source.gives) - set(files))
    if lacking:
        raise DataError(f"{target} does not hold {lacking[0]}: is it {source.page or source.url}? Delete it if not.")
    return files


def mirrored(url: str, mirror: str) -> str:
    """An address at a mirror: the mirror's scheme, host and path stand before the path of the official one.

    Raises:
        DownloadError: the mirror is no address.
    """
    if not mirror:
        return url
    try:
        base, official = urlsplit(mirror), urlsplit(url)
        is_address = base.scheme in ("http", "https") and base.hostname and not base.query
    except ValueError:  # such as a bracket that is not closed
        is_address = False
    if not is_address:
        raise DownloadError(
            f"{mirror!r} is not a mirror: give the beginning of an address, such as http://localhost:8000."
        )
    return urlunsplit((base.scheme, base.netloc, base.path.rstrip("/") + official.path, official.query, ""))


def _read_record(folder: Path) -> dict[str, SourceRecord]:
    path = folder / RECORD
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: SourceRecord(
                entry["url"], entry["sha256"], {file: (size, sha256) for file, (size, sha256) in entry["files"].items()}
            )
            for name, entry in entries["sources"].items()
        }
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise DataError(f"{path} cannot be read: delete it; the next pull writes it anew.") from None

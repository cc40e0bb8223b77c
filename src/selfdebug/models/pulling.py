"""GGUF files from the Hugging Face hub into its cache: resumed where they broke off, and checked.

`huggingface_hub` asks the hub and lays out the cache. What it does not do is to keep a download that was interrupted:
it deletes what came. So the bytes are received here, over its session, into one file per content, which the next try
goes on with; what is whole and checked is put in its place by its `hf_hub_download`.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import httpx2

from selfdebug.models import hub
from selfdebug.models.errors import ModelError, UnknownModelError
from selfdebug.models.hub import CachedModel, HubName

_SHA256, _SHA1 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{40}")
_GB = 10**9
_SECONDS = 30.0
"""Without a byte, after which a connection counts as broken."""
_TRIES, _PAUSE = 5, 1.0
"""Tries without a byte between them, and seconds between two."""


class PullError(ModelError):
    """A file could not be got. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Moment:
    """How far it is.

    Attributes:
        file: path in the repository.
        doing: what is being done, or was.
        done, total: bytes.
    """

    file: str
    doing: Literal["there", "downloading", "checking", "done"]
    done: int
    total: int


Watcher: TypeAlias = Callable[[Moment], None]


def nobody(moment: Moment) -> None:
    """Watch nothing."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a repository.

    Attributes:
        repository, path, commit: which.
        size: in bytes.
        sha256: of the content, where it is kept in Git LFS.
    """

    repository: str
    path: str
    commit: str
    size: int
    sha256: str


def pull(name: HubName, watch: Watcher = nobody) -> CachedModel:
    """Get a model, unless it is there.

    `HF_ENDPOINT`, `HF_HOME` and `HF_TOKEN` hold, as for everything that uses the hub.

    Args:
        name: which one.
        watch: is told how far it is.

    Returns:
        The model, whole and checked.

    Raises:
        UnknownModelError: there is no such repository, or no such file in it.
        PullError: the download failed. What was downloaded is kept, unless it is not what was asked for.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.file_download import repo_folder_name
    from huggingface_hub.utils import disable_progress_bars

    disable_progress_bars()
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # it would tell of every try
    with _explaining(name.repository):
        info = HfApi(endpoint=_endpoint()).model_info(name.repository, files_metadata=True)
        listed = {one.rfilename: one for one in info.siblings or ()}
        model = hub.choose(name, listed, f"at {_endpoint()}")
        if not model.whole:
            raise UnknownModelError(f"{name.repository} lacks parts of {model.file}: name another file.")
        folder = hub.cache_folder() / repo_folder_name(repo_id=name.repository, repo_type="model")
        commit = str(info.sha)
        for part in model.parts:
            lfs = listed[part].lfs
            size = listed[part].size or (lfs.size if lfs else 0)
            _pull(_File(name.repository, part, commit, size, lfs.sha256 if lfs else ""), folder, watch)
        main = folder / "refs" / "main"
        main.parent.mkdir(parents=True, exist_ok=True)
        main.write_text(commit)
    return hub.find(HubName(name.repository, model.file))


def _pull(file: _File, folder: Path, watch: Watcher) -> None:
    """Get one file, and have it stand in the cache."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.file_download import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.utils import WeakFileLock

    if (folder / "snapshots" / file.commit / file.path).is_file():
        watch(Moment(file.path, "there", file.size, file.size))
        return
    url = hf_hub_url(file.repository, file.path, revision=file.commit, endpoint=_endpoint())
    content = get_hf_file_metadata(url, endpoint=_endpoint())
    if not content.etag:
        raise PullError(f"{_endpoint()} does not say which content {file.path} has: is it a hub? Check HF_ENDPOINT.")
    size = content.size or file.size
    blob = folder / "blobs" / content.etag
    locks = hub.cache_folder() / ".locks" / folder.name
    for needed in (blob.parent, locks):
        needed.mkdir(parents=True, exist_ok=True)
    with WeakFileLock(locks / f"{content.etag}.selfdebug.lock"):
        if not blob.exists():
            partial = blob.with_name(f"{content.etag}.incomplete")
            _download(file, url, partial, size, watch)
            watch(Moment(file.path, "checking", size, size))
            _check(file, partial, file.sha256 or content.etag)
            partial.replace(blob)
    hf_hub_download(
        file.repository, file.path, revision=file.commit, endpoint=_endpoint(), cache_dir=hub.cache_folder()
    )
    watch(Moment(file.path, "done", size, size))


def _download(file: _File, url: str, partial: Path, size: int, watch: Watcher) -> None:
    """Get the bytes that are missing."""
    have = partial.stat().st_size if partial.exists() else 0
    if have > size:
        partial.unlink()
        have = 0
    free = shutil.disk_usage(partial.parent).free
    if size - have > free:
        raise PullError(
            f"{file.path} needs {(size - have) / _GB:.1f} GB, and {free / _GB:.1f} GB are free in {partial.parent}:"
            " make room, or set HF_HOME to a folder on another disk."
        )
    watch(Moment(file.path, "downloading", have, size))
    tries = 0
    while have < size:
        before = have
        try:
            have = _receive(file, url, partial, have, size, watch)
        except httpx2.TransportError:
            have = partial.stat().st_size
            tries = 0 if have > before else tries + 1
            if tries >= _TRIES:
                raise
            time.sleep(_PAUSE)


def _receive(file: _File, url: str, partial: Path, have: int, size: int, watch: Watcher) -> int:
    """Get bytes until the connection ends; returns how many there are."""
    from huggingface_hub import get_session
    from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

    headers = build_hf_headers() | {"accept-encoding": "identity"} | ({"range": f"bytes={have}-"} if have else {})
    with (
        partial.open("ab", buffering=0) as opened,
        get_session().stream("GET", url, headers=headers, follow_redirects=True, timeout=_SECONDS) as answer,
    ):
        hf_raise_for_status(answer)
        if answer.status_code != httpx2.codes.PARTIAL_CONTENT:  # from the beginning, whatever was asked for
            opened.truncate(have := 0)
        for part in answer.iter_bytes():
            opened.write(part)
            have += len(part)
            watch(Moment(file.path, "downloading", have, size))
    return have


def _check(file: _File, partial: Path, expected: str) -> None:
    """Compare the content with the checksum that the hub gives: of the content, or Git's own of it.

    Raises:
        PullError: it differs; it is deleted.
    """
    size = partial.stat().st_size
    with partial.open("rb") as opened:
        if _SHA256.fullmatch(expected):
            found = hashlib.file_digest(opened, "sha256").hexdigest()
        elif _SHA1.fullmatch(expected):
            found = hashlib.file_digest(opened, lambda: hashlib.sha1(b"blob %d\0" % size)).hexdigest()
        else:
            raise PullError(f"{_endpoint()} gives no checksum of {file.path}: is it a hub? Check HF_ENDPOINT.")
    if found != expected:
        partial.unlink()
        raise PullError(
            f"{file.path} was damaged on the way: its checksum is {found[:12]}…, not {expected[:12]}…. It was"
            f" deleted: pull it"
            " again."
        )


@contextmanager
def _explaining(repository: str) -> Iterator[None]:
    """Turn what goes wrong into a sentence that says what to do."""
    from huggingface_hub.errors import (
        FileMetadataError,
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RemoteEntryNotFoundError,
        RepositoryNotFoundError,
    )

    where = _endpoint()
    again = "What was downloaded is kept: the same command continues from there."
    try:
        yield
    except HFValidationError:
        raise UnknownModelError(f"{repository} is not a repository: give OWNER/NAME.") from None
    except GatedRepoError:
        raise PullError(
            f"{repository} requires you to accept its terms: do so at {where}/{repository}, and set HF_TOKEN to a"
            f" token of"
            " yours."
        ) from None
    except RepositoryNotFoundError:
        raise UnknownModelError(
            f"{where} has no repository {repository}, or a private one: check the name, or set HF_TOKEN."
        ) from None
    except RemoteEntryNotFoundError:
        raise UnknownModelError(f"{where} no longer has that file of {repository}: run the command again.") from None
    except OfflineModeIsEnabled:
        raise PullError("The hub is switched off here: unset HF_HUB_OFFLINE.") from None
    except HfHubHTTPError as error:
        status = error.response.status_code
        if status in (401, 403):
            raise PullError(f"{where} does not let you read {repository}: check HF_TOKEN.") from None
        raise PullError(f"{where} answered with status {status}: try later. {again}") from None
    except (FileMetadataError, LocalEntryNotFoundError, ValueError) as error:
        raise PullError(f"{where} does not answer as a hub does: check HF_ENDPOINT. ({_first_line(error)})") from None
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
        raise PullError(f"{where} cannot be reached ({_first_line(error)}): check the network. {again}") from None
    except httpx2.TransportError as error:
        raise PullError(f"{where} kept breaking off the connection ({_first_line(error)}). {again}") from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PullError(f"The disk of {hub.cache_folder()} is full: make room. {again}") from None
        if error.errno is None:  # a file that ended early
            raise PullError(f"{where} kept breaking off the connection. {again}") from None
        raise PullError(
            f"{error.filename or hub.cache_folder()} cannot be written ({error.strerror}): check its permissions, or"
            " set HF_HOME to another folder."
        ) from None


def _endpoint() -> str:
    """The hub: `HF_ENDPOINT`, or the public one."""
    from huggingface_hub import constants

    return constants.ENDPOINT


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).strip().split("\n")[0]

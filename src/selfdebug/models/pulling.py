"""Downloads GGUF files from the Hugging Face hub into its cache.

`huggingface_hub` asks the hub and lays out the cache. It deletes an interrupted download, though, so the bytes come
through `selfdebug.downloads`, into one file per content, from which the next try resumes. A file that is whole and
checked is put in its place by `hf_hub_download`.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from selfdebug.downloads.engine import Download
from selfdebug.downloads.progress import DownloadError, DownloadProgress, ProgressWatcher
from selfdebug.models import hub
from selfdebug.models.errors import UnknownModelError
from selfdebug.models.hub import CachedModel, HubName

_CHECKSUM = re.compile(r"[0-9a-f]{64}|[0-9a-f]{40}")


def pull(name: HubName, watch: ProgressWatcher = lambda progress: None) -> CachedModel:
    """Download a model, unless it is in the cache.

    `HF_ENDPOINT`, `HF_HOME` and `HF_TOKEN` hold, as for everything that uses the hub.

    Args:
        name: which one.
        watch: is told how far it is.

    Returns:
        The model, whole and checked.

    Raises:
        UnknownModelError: there is no such repository, or no such file in it.
        DownloadError: the download failed. What came is kept, unless its checksum is wrong.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.file_download import repo_folder_name
    from huggingface_hub.utils import disable_progress_bars

    disable_progress_bars()
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # it would tell of every try
    with _explaining(name.repository):
        info = HfApi(endpoint=_endpoint()).model_info(name.repository, files_metadata=True)
        listed = {sibling.rfilename: sibling for sibling in info.siblings or ()}
        model = hub.choose(name, listed, f"at {_endpoint()}")
        if not model.whole:
            raise UnknownModelError(f"{name.repository} lacks parts of {model.file}: name another file.")
        folder = hub.cache_folder() / repo_folder_name(repo_id=name.repository, repo_type="model")
        commit = str(info.sha)
        for part in model.parts:
            lfs = listed[part].lfs
            _pull_file(name.repository, part, commit, lfs.sha256 if lfs else "", folder, watch)
        main = folder / "refs" / "main"
        main.parent.mkdir(parents=True, exist_ok=True)
        main.write_text(commit)
    return hub.find(HubName(name.repository, model.file))


def _pull_file(repository: str, path: str, commit: str, sha256: str, folder: Path, watch: ProgressWatcher) -> None:
    """Download one file of a repository, and have it stand in the cache; its SHA-256 is known if it is in Git LFS."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.file_download import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.utils import WeakFileLock, build_hf_headers

    snapshot = folder / "snapshots" / commit / path
    if snapshot.is_file():
        watch(DownloadProgress(path, "present", snapshot.stat().st_size, snapshot.stat().st_size))
        return
    url = hf_hub_url(repository, path, revision=commit, endpoint=_endpoint())
    metadata = get_hf_file_metadata(url, endpoint=_endpoint())
    checksum = sha256 or metadata.etag or ""
    if not metadata.etag or not _CHECKSUM.fullmatch(checksum):
        raise DownloadError(f"{_endpoint()} gives no checksum of {path}: is it a hub? Check HF_ENDPOINT.")
    blob = folder / "blobs" / metadata.etag
    locks = hub.cache_folder() / ".locks" / folder.name
    for needed in (blob.parent, locks):
        needed.mkdir(parents=True, exist_ok=True)
    with WeakFileLock(locks / f"{metadata.etag}.selfdebug.lock"):
        if not blob.exists():
            Download(
                url,
                blob,
                path,
                watch,
                checksum,
                metadata.size or 0,
                elsewhere="set HF_HOME to a folder on another disk",
                part=blob.with_name(f"{metadata.etag}.incomplete"),
                headers=build_hf_headers(),
            ).run()
    hf_hub_download(repository, path, revision=commit, endpoint=_endpoint(), cache_dir=hub.cache_folder())
    watch(DownloadProgress(path, "done", metadata.size or 0, metadata.size or 0))


@contextmanager
def _explaining(repository: str) -> Iterator[None]:
    """Turn what goes wrong while asking the hub into a sentence that says what to do."""
    from huggingface_hub import errors

    where = _endpoint()
    sentences: dict[type[Exception], Exception] = {
        errors.HFValidationError: UnknownModelError(f"{repository} is not a repository: give OWNER/NAME."),
        errors.GatedRepoError: DownloadError(
            f"{repository} requires you to accept its terms: do so at {where}/{repository}, and set HF_TOKEN to a"
            " token of yours."
        ),
        errors.RepositoryNotFoundError: UnknownModelError(
            f"{where} has no repository {repository}, or a private one: check the name, or set HF_TOKEN."
        ),
        errors.RemoteEntryNotFoundError: UnknownModelError(
            f"{where} no longer has that file of {repository}: run the command again."
        ),
        errors.OfflineModeIsEnabled: DownloadError("HF_HUB_OFFLINE switches off access to the hub: unset it."),
    }
    try:
        yield
    except tuple(sentences) as error:  # the first is the most specific: a gated repository is also one not found
        raise next(told for kind, told in sentences.items() if isinstance(error, kind)) from None
    except errors.HfHubHTTPError as error:
        status = error.response.status_code
        if status in (401, 403):
            raise DownloadError(f"{where} does not let you read {repository}: check HF_TOKEN.") from None
        raise DownloadError(f"{where} answered with status {status}: try again later.") from None
    except (errors.FileMetadataError, errors.LocalEntryNotFoundError, ValueError) as error:
        said = _first_line(error)
        raise DownloadError(f"{where} does not answer like a hub: check HF_ENDPOINT. ({said})") from None
    except (httpx2.TransportError, httpx2.InvalidURL) as error:
        raise DownloadError(f"{where} cannot be reached ({_first_line(error)}): check the network.") from None
    except OSError as error:
        raise DownloadError(
            f"{error.filename or hub.cache_folder()} cannot be written ({error.strerror or error}): make room, check"
            " its permissions, or set HF_HOME to another folder."
        ) from None


def _endpoint() -> str:
    """The hub: `HF_ENDPOINT`, or the public one."""
    from huggingface_hub import constants

    return constants.ENDPOINT


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).strip().split("\n")[0]

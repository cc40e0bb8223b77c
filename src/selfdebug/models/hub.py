"""GGUF files in the local cache of the Hugging Face hub: which are there, and which of a repository's is meant.

The cache is the one that `huggingface_hub` and other tools share (`HF_HOME`, `HF_HUB_CACHE`); its layout is documented
at https://huggingface.co/docs/huggingface_hub/guides/manage-cache. Nothing here uses the network: see `pulling`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from selfdebug.models.errors import UnknownModelError
from selfdebug.models.gguf_file import parts_of

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_PREFERRED = "q4_k_m"
"""Quantisation that is taken of several: four bits a weight, the usual balance of size and quality."""
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class HubName:
    """A model on the hub, as users name it after ``gguf:``.

    Attributes:
        repository: OWNER/NAME.
        file: path in it; empty for the only one, or the one of four bits.
    """

    repository: str
    file: str = ""

    def __str__(self) -> str:
        return f"{self.repository}:{self.file}" if self.file else self.repository


@dataclass(frozen=True, slots=True)
class HubModel:
    """A GGUF model of a repository: one file, or several that belong together.

    Attributes:
        file: path in the repository, of the first part.
        parts: all its files, in their order.
        whole: whether no part is missing.
    """

    file: str
    parts: tuple[str, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class CachedModel:
    """A GGUF model in the cache.

    Attributes:
        repository: OWNER/NAME.
        file: path in it, of the first part.
        path: where that is.
        size: of all parts, in bytes.
        whole: whether no part is missing.
    """

    repository: str
    file: str
    path: Path
    size: int
    whole: bool


def parse(name: str) -> HubName | None:
    """Read OWNER/NAME[:FILE]; None where it can only be a path, as anything else that ends in .gguf."""
    repository, colon, file = name.partition(":")
    is_path = not file if colon else repository.lower().endswith(".gguf")
    return HubName(repository, file) if _REPOSITORY.fullmatch(repository) and not is_path else None


def cache_folder() -> Path:
    """Where the cache is."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def models(files: Iterable[str]) -> tuple[HubModel, ...]:
    """The models among a repository's files: parts are put together, and what is no language model is left out."""
    listed = {f for f in files if f.lower().endswith(".gguf") and not Path(f).name.lower().startswith("mmproj")}
    parts_of_each = [tuple(part.as_posix() for part in parts_of(Path(file))) for file in sorted(listed)]
    by_first = {parts[0]: parts for parts in parts_of_each}
    return tuple(
        HubModel(first, tuple(part for part in parts if part in listed), listed.issuperset(parts))
        for first, parts in by_first.items()
    )


def choose(name: HubName, files: Iterable[str], where: str) -> HubModel:
    """The model that is meant.

    Args:
        name: what the user gave.
        files: of the repository.
        where: where these files are, for messages.

    Raises:
        UnknownModelError: there is none, or several.
    """
    offered = models(files)
    if name.file:
        matching = [model for model in offered if name.file in model.parts]
    else:
        preferred = [model for model in offered if _PREFERRED in model.file.lower()] if len(offered) > 1 else offered
        matching = [model for model in preferred if len(model.parts) == 1] or list(preferred)
    if len(matching) == 1:
        return matching[0]
    listed = ", ".join(model.file for model in offered[:_SHOWN]) + (", …" if len(offered) > _SHOWN else "")
    if not offered:
        raise UnknownModelError(f"{name.repository} has no GGUF file {where}: name a repository of GGUF files.")
    if name.file:
        raise UnknownModelError(f"{name.repository} has no {name.file} {where}; it has {listed}.")
    raise UnknownModelError(
        f"{name.repository} has several models {where}: name one as {name.repository}:FILE, {listed}."
    )


def find(name: HubName) -> CachedModel:
    """The model that is meant, in the cache.

    Raises:
        UnknownModelError: it is not there, or not whole; the message says how it comes there.
    """
    snapshots = list(_snapshots(name.repository))
    files = {file for snapshot in snapshots for file in _files(snapshot)}
    if not files:
        raise UnknownModelError(
            f"{name} is neither a file nor in the hub cache: selfdebug models pull {name} downloads it."
        )
    try:
        model = choose(name, files, "in the hub cache")
    except UnknownModelError as error:
        raise UnknownModelError(f"{error} To look on the hub, run selfdebug models pull {name}.") from None
    for snapshot in snapshots:
        # All parts of one state of the repository: those of another would not fit.
        if model.whole and all((snapshot / part).is_file() for part in model.parts):
            return _cached(name.repository, snapshot, model)
    raise UnknownModelError(f"{name} is incomplete in the hub cache: selfdebug models pull {name} downloads the rest.")


def cached() -> tuple[CachedModel, ...]:
    """All GGUF models in the cache, by repository and file."""
    newest: dict[tuple[str, str], CachedModel] = {}
    for folder in sorted(cache_folder().glob("models--*--*")):
        repository = folder.name.removeprefix("models--").replace("--", "/", 1)
        for snapshot in _snapshots(repository):
            for model in models(_files(snapshot)):
                newest.setdefault((repository, model.file), _cached(repository, snapshot, model))
    return tuple(newest.values())


def _cached(repository: str, snapshot: Path, model: HubModel) -> CachedModel:
    size = sum((snapshot / part).stat().st_size for part in model.parts)
    return CachedModel(repository, model.file, snapshot / model.file, size, model.whole)


def _snapshots(repository: str) -> Iterator[Path]:
    """The states of a repository that are in the cache: the main branch's, then the newest first."""
    folder = cache_folder() / f"models--{repository.replace('/', '--')}"
    try:
        main = (folder / "refs" / "main").read_text().strip()
    except OSError:
        main = ""
    states = sorted((folder / "snapshots").glob("*"), key=lambda state: (state.name == main, state.stat().st_mtime))
    yield from reversed(states)


def _files(snapshot: Path) -> list[str]:
    """The GGUF files of a state, as paths in it. Those that were broken off have no entry, or a dead one."""
    return [path.relative_to(snapshot).as_posix() for path in snapshot.rglob("*.gguf") if path.is_file()]

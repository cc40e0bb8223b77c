"""The viewer's pages as files that link to each other: they open from a disk or from any server, and ask none."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from selfdebug.prices import Prices
from selfdebug.runs import Filters, Run, RunStore
from selfdebug.web.links import Links
from selfdebug.web.pages import FinishedTask, Pages
from selfdebug.web.references import References
from selfdebug.web.server import STATIC

MARKER = ".selfdebug-view"
"""A file that says of a folder that an export made it, so that another one may take its place."""


class ExportError(Exception):
    """A folder cannot be written to; the message is one sentence that says what to do."""


def export(
    store: RunStore,
    references: References,
    names: Sequence[str],
    folder: Path,
    tell: Callable[[str], None] = lambda text: None,
    prices: Prices | None = None,
) -> Path:
    """Write the pages of some runs.

    Args:
        store: where the runs are.
        references: finds references; each has a page of its own.
        names: of the runs; all of the store if there is none.
        folder: where to; it is made if need be, and an earlier export in it is replaced.
        tell: is told which run is being written.
        prices: of tokens, to give costs in money, too.

    Returns:
        The page to open.

    Raises:
        UnknownRunError: there is no run of a name.
        ExportError: the folder has something else in it, or cannot be written to.
    """
    runs = store.find(names) if names else store.all()
    try:
        _prepare(folder)
        shutil.copytree(STATIC, folder / "static")
        pages = Pages(store, references, prices=prices)
        top = pages.with_links(Links("", exported=True))
        _put(folder / "index.html", top.runs(names))
        done = [run.id for run in runs if run.done]
        if len(done) > 1:
            _put(folder / "compare.html", top.compare(done))
        below = pages.with_links(Links("../../../", exported=True))
        for run in runs:
            tell(run.id)
            _write_run(store, below, run, folder / Links(exported=True).path(run.id))
    except OSError as error:
        raise ExportError(
            f"{error.filename or folder} cannot be written ({error.strerror}): name another folder."
        ) from None
    return folder / "index.html"


def _prepare(folder: Path) -> None:
    """Make a folder, or empty one that an export made."""
    if folder.exists() and not folder.is_dir():
        raise ExportError(f"{folder} is a file: name a folder.")
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARKER).is_file():
            raise ExportError(f"{folder} has other files in it: name a new folder, or one of an earlier export.")
        for path in (folder / "runs", folder / "static"):
            if path.is_symlink():  # where it leads to, nothing is an export's
                path.unlink()
            elif path.exists():
                shutil.rmtree(path)  # or fail: what stayed would be handed on with the new pages
        for name in ("index.html", "compare.html"):
            (folder / name).unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text("The pages of selfdebug view; another export may replace them.\n", encoding="utf-8")


def _write_run(store: RunStore, pages: Pages, run: Run, folder: Path) -> None:
    trajectories = store.trajectories(run.id)
    indices = trajectories.indices(Filters())
    _put(folder / "index.html", pages.run(run.id, Filters(), size=max(1, len(indices))))
    _put(folder / "search.js", f"globalThis.selfdebugSearch = {json.dumps(trajectories.searched())};\n")
    if run.done:
        _put(folder / "report.html", pages.compare([run.id]))
    for place, index in enumerate(indices):
        task = FinishedTask(run, *store.at(run.id, index))
        _put(folder / f"{index}.html", pages.trajectory(task, indices=indices[max(0, place - 1) : place + 2]))
        _put(folder / f"{index}-reference.html", pages.reference(task))
        _put(folder / f"{index}.json", task.trajectory.to_json(indent=1))


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")

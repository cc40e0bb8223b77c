"""Addresses of pages: of those that a server serves, and of the same pages as files that link to each other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from selfdebug.runs import Filters
from selfdebug.runs.finding import Order

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9._+-]{0,98}[a-z0-9_+-])?")  # capitals and a last dot do not count everywhere


def query_of(filters: Filters, page: int = 1) -> str:
    """Filters as the query of an address; those that are not set are left out."""
    given = {name: getattr(filters, name) for name in Filters.__dataclass_fields__} | {
        "order": "" if filters.order is Order.TASK else filters.order,
        "descending": "yes" if filters.descending else "",
        "page": page if page > 1 else "",
    }
    return urlencode({name: str(value) for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of pages.

    Attributes:
        root: what stands before a path: ``/``, or as many ``../`` as lead to the folder of files.
        exported: whether pages are files. They have no query: what a list selects stands behind a ``#`` there, where a
            script reads it.
    """

    root: str = "/"
    exported: bool = False

    def static(self, name: str) -> str:
        """A file of styles or scripts."""
        return f"{self.root}static/{name}"

    def runs(self) -> str:
        """The list of runs."""
        return self.root + ("index.html" if self.exported else "runs")

    def run(self, run_id: str, filters: Filters | None = None, page: int = 1) -> str:
        """The trajectories of a run."""
        path = self.root + self.path(run_id) + ("/index.html" if self.exported else "")
        query = query_of(filters or Filters(), page)
        return f"{path}{'#' if self.exported else '?'}{query}" if query else path

    def trajectory(self, run_id: str, index: int, filters: Filters | None = None) -> str:
        """A trajectory, by the place of its task; the filters say which are the ones before and after it."""
        path = f"{self.root}{self.path(run_id)}/{index}" + (".html" if self.exported else "")
        query = query_of(filters or Filters())
        return f"{path}?{query}" if query and not self.exported else path

    def reference(self, run_id: str, index: int) -> str:
        """The reference of a task."""
        return f"{self.root}{self.path(run_id)}/{index}" + ("-reference.html" if self.exported else "/reference")

    def data(self, run_id: str, index: int) -> str:
        """A trajectory as JSON."""
        return f"{self.root}{self.path(run_id)}/{index}.json"

    def compare(self, run_ids: Iterable[str]) -> str:
        """Several runs side by side, or the report of one."""
        ids = list(run_ids)
        if not self.exported:
            return f"{self.root}compare?{urlencode([('run', each) for each in ids])}"
        if len(ids) == 1:
            return f"{self.root}{self.path(ids[0])}/report.html"
        return f"{self.root}compare.html"

    def ask(self) -> str:
        """Where something can be asked."""
        return f"{self.root}ask"

    def asked(self, key: str) -> str:
        """What was asked from the page."""
        return f"{self.root}ask/{key}"

    def path(self, run_id: str) -> str:
        """The path of a run's pages; of files, one that is a path on every system."""
        parts = run_id.split("/")
        return "/".join(["runs", *(_file_name(part) if self.exported else quote(part, safe="+") for part in parts)])


def _file_name(part: str) -> str:
    if _PLAIN.fullmatch(part):
        return part
    plain = re.sub(r"[^A-Za-z0-9_+-]+", "-", part)[:60].strip("-") or "run"
    return f"{plain}-{hashlib.sha256(part.encode(errors='surrogatepass')).hexdigest()[:10]}"

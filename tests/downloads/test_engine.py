"""What the engine of downloads does for whoever uses it; the rest is tested with its users, data sets and models."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from selfdebug.downloads import engine
from selfdebug.downloads.engine import Download
from selfdebug.downloads.progress import DownloadError, DownloadProgress
from tests.benchmarks.file_server import File, FileServer

BODY = b"content " * 1000
GIT_SHA1 = hashlib.sha1(b"blob %d\0" % len(BODY) + BODY).hexdigest()


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PAUSE", 0.0)


def download(server: FileServer, target: Path, **options: object) -> list[DownloadProgress]:
    steps: list[DownloadProgress] = []
    Download(f"{server.url}/file", target, "file", steps.append, **options).run()  # type: ignore[arg-type]
    return steps


def test_each_stage_is_told(tmp_path: Path) -> None:
    with FileServer({"/file": File(BODY)}) as server:
        steps = download(server, tmp_path / "file")
    assert list(dict.fromkeys(step.stage for step in steps)) == ["downloading", "checking"]
    assert (steps[0].done, steps[0].total, steps[-1].done) == (0, len(BODY), len(BODY))


def test_the_checksum_may_be_gits(tmp_path: Path) -> None:
    with FileServer({"/file": File(BODY)}) as server:
        download(server, tmp_path / "file", checksum=GIT_SHA1)
        with pytest.raises(DownloadError, match=f"its checksum is {GIT_SHA1} instead of 0{{40}}, so it was"):
            download(server, tmp_path / "other", checksum="0" * 40)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_part_that_is_named_for_its_content_needs_no_note(tmp_path: Path) -> None:
    part = tmp_path / "sum.incomplete"
    part.write_bytes(BODY[:3000])
    with FileServer({"/file": File(BODY, etag='"other"')}) as server:
        there: set[str] = set()

        def watch(progress: DownloadProgress) -> None:
            there.update(path.name for path in tmp_path.iterdir())

        Download(f"{server.url}/file", tmp_path / "file", "file", watch, GIT_SHA1, part=part).run()
        assert there == {"sum.incomplete"}
        assert [(request.range, request.if_range) for request in server.requests] == [("bytes=3000-", "")]
    assert (tmp_path / "file").read_bytes() == BODY
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_credentials_stay_with_the_host_that_they_are_for(tmp_path: Path) -> None:
    with FileServer({"/elsewhere": File(BODY)}) as other:
        moved = File(b"", statuses=[302], headers={"Location": f"{other.url}/elsewhere"})
        with FileServer({"/file": moved}) as server:
            download(server, tmp_path / "file", headers={"Authorization": "Bearer secret"})
            assert server.requests[0].headers["Authorization"] == "Bearer secret"
        assert "secret" not in str(other.requests[0].headers)
    assert (tmp_path / "file").read_bytes() == BODY


def test_room_is_checked_before_anything_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=2_000_000))
    with FileServer({"/file": File(BODY)}) as server:
        with pytest.raises(DownloadError, match=r"file needs 3\.0 GB, and 2\.0 MB are free in .*: make room, or name"):
            download(server, tmp_path / "file", size=3_000_000_000)
        assert server.requests == []

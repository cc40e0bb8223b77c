"""Downloads from a real server: whole, checked, gone on with; and archives that nobody should trust."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import resource
import stat
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from selfdebug.benchmarks import BENCHMARKS, DataError, UnknownBenchmarkError
from selfdebug.benchmarks.pulling import RECORD, check, data_set, mirrored, pull
from selfdebug.benchmarks.sources import (
    BIRD_DATABASES,
    DATA_SETS,
    SPIDER_DATABASES,
    ArchiveFiles,
    DataSource,
    convert_transcoder,
)
from selfdebug.benchmarks.unpacking import unpack
from selfdebug.downloads import engine
from selfdebug.downloads.progress import DownloadError, DownloadProgress

from .file_server import File, FileServer

BODY = random.Random(1).randbytes(300_000)
SHA = hashlib.sha256(BODY).hexdigest()
SOURCE = DataSource("https://official.example/files/set.bin", "set/set.bin", len(BODY), SHA)
UNKNOWN = replace(SOURCE, sha256="", size=0)
PLACE = "/files/set.bin"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PAUSE", 0.0)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer({PLACE: File(BODY, etag='"one"')}) as opened:
        yield opened


def got(source: DataSource, folder: Path, server: FileServer) -> list[DownloadProgress]:
    """Pull from a mirror."""
    moments: list[DownloadProgress] = []
    pull(source, folder, moments.append, mirror=server.url)
    return moments


def left(folder: Path) -> set[str]:
    """Files of the data folder, but for our own notes."""
    return {
        str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".selfdebug")
    }


def interrupted(source: DataSource, folder: Path, server: FileServer, after: int = 100_000) -> None:
    """A download that ended in the middle."""

    def watch(progress: DownloadProgress) -> None:
        if progress.stage == "downloading" and progress.done > after:
            raise KeyboardInterrupt

    server.files[PLACE].pause = 0.0
    with pytest.raises(KeyboardInterrupt):
        pull(source, folder, watch, mirror=server.url)
    server.requests.clear()


class TestDownload:
    def test_file_stands_under_its_name_and_is_written_down(self, tmp_path: Path, server: FileServer) -> None:
        moments = got(SOURCE, tmp_path, server)
        assert (tmp_path / "set/set.bin").read_bytes() == BODY
        assert left(tmp_path) == {"set/set.bin"}
        assert moments[0] == DownloadProgress(SOURCE.path, "downloading", 0, len(BODY))
        assert moments[-1] == DownloadProgress(SOURCE.path, "done")
        assert moments[-2].done == moments[-2].total == len(BODY)
        assert json.loads((tmp_path / RECORD).read_text())["sources"]["set/set.bin"]["sha256"] == SHA
        assert check(SOURCE, tmp_path, thorough=True).complete

    def test_checksum_that_nobody_knew_is_noted_and_said(self, tmp_path: Path, server: FileServer) -> None:
        assert got(UNKNOWN, tmp_path, server)[-1].checksum == SHA
        (tmp_path / "set/set.bin").write_bytes(BODY[:-1] + b"?")
        assert check(UNKNOWN, tmp_path).complete
        assert check(UNKNOWN, tmp_path, thorough=True).damaged == ("set/set.bin",)

    def test_what_is_there_and_intact_is_not_got_again(self, tmp_path: Path, server: FileServer) -> None:
        got(SOURCE, tmp_path, server)
        got(UNKNOWN, tmp_path / "other", server)
        server.requests.clear()
        assert got(SOURCE, tmp_path, server) == [DownloadProgress(SOURCE.path, "present")]
        assert got(UNKNOWN, tmp_path / "other", server) == [DownloadProgress(UNKNOWN.path, "present")]
        assert server.requests == []

    def test_file_put_there_by_hand_is_taken(self, tmp_path: Path, server: FileServer) -> None:
        (tmp_path / "set").mkdir()
        (tmp_path / "set/set.bin").write_bytes(BODY)
        assert got(SOURCE, tmp_path, server) == [DownloadProgress(SOURCE.path, "present")]
        assert server.requests == []
        assert left(tmp_path) == {"set/set.bin"}

    def test_damaged_file_is_got_again(self, tmp_path: Path, server: FileServer) -> None:
        got(SOURCE, tmp_path, server)
        (tmp_path / "set/set.bin").write_bytes(BODY[:-1] + b"?")
        got(SOURCE, tmp_path, server)
        assert (tmp_path / "set/set.bin").read_bytes() == BODY

    def test_wrong_checksum_leaves_nothing_and_says_what_to_do(self, tmp_path: Path, server: FileServer) -> None:
        server.files[PLACE].body = b"something else"
        with pytest.raises(DownloadError, match=r"is not the expected file.*put it at .*set\.bin\."):
            got(SOURCE, tmp_path, server)
        assert left(tmp_path) == set()

    def test_address_of_a_mirror_stands_before_the_official_path(self) -> None:
        drive = "https://drive.example/download?id=1&confirm=t"
        assert mirrored(drive, "http://localhost:8000/all/") == "http://localhost:8000/all/download?id=1&confirm=t"
        for wrong in ("http://[", "ftp://x", "localhost:8000", "http://", "file:///etc"):
            with pytest.raises(DownloadError, match="not a mirror"):
                mirrored(drive, wrong)

    def test_proxy_of_the_environment_is_used(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        address = "http://data.example/files/set.bin"
        with FileServer({address: File(BODY)}) as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            monkeypatch.delenv("NO_PROXY", raising=False)
            monkeypatch.delenv("no_proxy", raising=False)
            pull(replace(SOURCE, url=address), tmp_path, lambda progress: None)
            assert [request.path for request in proxy.requests] == [address]
        assert (tmp_path / "set/set.bin").read_bytes() == BODY


class TestGoingOn:
    def test_dropped_connections_are_gone_on_with(self, tmp_path: Path, server: FileServer) -> None:
        server.files[PLACE].drops = [100_000, 50_000, 1]
        got(SOURCE, tmp_path, server)
        assert (tmp_path / "set/set.bin").read_bytes() == BODY
        assert [request.range for request in server.requests] == [
            "", "bytes=100000-", "bytes=150000-", "bytes=150001-",
        ]  # fmt: skip
        assert {request.if_range for request in server.requests[1:]} == {'"one"'}

    def test_interrupted_download_goes_on_with_the_next_command(self, tmp_path: Path, server: FileServer) -> None:
        interrupted(SOURCE, tmp_path, server)
        assert left(tmp_path) == {"set/set.bin.part", "set/set.bin.part.json"}
        got(SOURCE, tmp_path, server)
        [request] = server.requests
        assert request.range != ""
        assert (tmp_path / "set/set.bin").read_bytes() == BODY
        assert left(tmp_path) == {"set/set.bin"}

    def test_changed_content_begins_anew(self, tmp_path: Path, server: FileServer) -> None:
        interrupted(UNKNOWN, tmp_path, server)
        changed = BODY[::-1]
        server.files[PLACE] = File(changed, etag='"two"')
        got(UNKNOWN, tmp_path, server)
        assert (tmp_path / "set/set.bin").read_bytes() == changed

    def test_server_without_ranges_begins_anew(self, tmp_path: Path, server: FileServer) -> None:
        interrupted(SOURCE, tmp_path, server)
        server.files[PLACE].ranges = False
        got(SOURCE, tmp_path, server)
        assert (tmp_path / "set/set.bin").read_bytes() == BODY

    @pytest.mark.parametrize("source", [SOURCE, UNKNOWN], ids=["checksum", "no checksum"])
    def test_server_without_names_for_content(self, source: DataSource, tmp_path: Path, server: FileServer) -> None:
        """Only a known checksum can tell whether two parts fit together."""
        server.files[PLACE].etag = ""
        interrupted(source, tmp_path, server)
        got(source, tmp_path, server)
        assert bool(server.requests[0].range) == bool(source.sha256)
        assert (tmp_path / "set/set.bin").read_bytes() == BODY

    def test_parts_that_do_not_fit_together_are_got_once_more(self, tmp_path: Path, server: FileServer) -> None:
        server.files[PLACE].etag = ""
        interrupted(SOURCE, tmp_path, server)
        part = tmp_path / "set/set.bin.part"
        part.write_bytes(b"x" * part.stat().st_size)
        got(SOURCE, tmp_path, server)
        assert (tmp_path / "set/set.bin").read_bytes() == BODY
        assert [bool(request.range) for request in server.requests] == [True, False]

    def test_another_part_than_was_asked_for_is_not_taken(self, tmp_path: Path, server: FileServer) -> None:
        interrupted(SOURCE, tmp_path, server)
        server.files[PLACE].lie = 1
        got(SOURCE, tmp_path, server)
        assert (tmp_path / "set/set.bin").read_bytes() == BODY

    @pytest.mark.parametrize("extra", [0, 5])
    def test_part_that_is_whole_or_too_long(self, extra: int, tmp_path: Path, server: FileServer) -> None:
        interrupted(SOURCE, tmp_path, server)
        (tmp_path / "set/set.bin.part").write_bytes(BODY + b"x" * extra)
        got(SOURCE, tmp_path, server)
        assert (tmp_path / "set/set.bin").read_bytes() == BODY
        assert len(server.requests) == (1 if not extra else 2)

    def test_overloaded_server_is_asked_again(self, tmp_path: Path, server: FileServer) -> None:
        server.files[PLACE].statuses = [503, 429, 500]
        got(SOURCE, tmp_path, server)
        assert len(server.requests) == 4

    def test_server_that_drops_all_is_given_up_on(self, tmp_path: Path, server: FileServer) -> None:
        server.files[PLACE].drops = [100_000, *[0] * 20]
        with pytest.raises(DownloadError, match=r"could not be downloaded.*run the same\s+command again"):
            got(SOURCE, tmp_path, server)
        assert (tmp_path / "set/set.bin.part").stat().st_size == 100_000
        assert len(server.requests) < 10


class TestWhatGoesWrong:
    def test_missing_file_is_not_asked_for_twice(self, tmp_path: Path, server: FileServer) -> None:
        del server.files[PLACE]
        with pytest.raises(DownloadError, match=r"status 404.*with a browser, and put it at .*set/set\.bin"):
            got(SOURCE, tmp_path, server)
        assert len(server.requests) == 1

    def test_web_page_in_place_of_the_file(self, tmp_path: Path, server: FileServer) -> None:
        page = b"<!DOCTYPE html><title>Quota exceeded</title>"
        server.files["/consent"] = File(page, kind="text/html; charset=utf-8")
        server.files[PLACE].statuses = [302]
        server.files[PLACE].headers = {"Location": "/consent"}
        with pytest.raises(DownloadError, match="answered with a web page"):
            got(UNKNOWN, tmp_path, server)
        server.files[PLACE] = File(b"\n <html>" + page)  # and one that does not say so
        with pytest.raises(DownloadError, match="answered with a web page"):
            got(UNKNOWN, tmp_path, server)
        assert "set/set.bin" not in left(tmp_path)

    def test_page_to_get_it_from_by_hand_is_named(self, tmp_path: Path, server: FileServer) -> None:
        del server.files[PLACE]
        with pytest.raises(DownloadError, match=r"Or get https://page\.example with a browser"):
            got(replace(SOURCE, page="https://page.example"), tmp_path, server)

    def test_endless_redirects(self, tmp_path: Path, server: FileServer) -> None:
        server.files[PLACE] = File(b"", statuses=[302] * 50, headers={"Location": PLACE})
        with pytest.raises(DownloadError, match="redirect"):
            got(SOURCE, tmp_path, server)

    def test_no_server(self, tmp_path: Path) -> None:
        with FileServer({}) as server:
            url = server.url
        with pytest.raises(DownloadError, match=r"could not be downloaded.*Connection refused"):
            pull(SOURCE, tmp_path, lambda progress: None, mirror=url)

    def test_folder_that_cannot_be_written(self, tmp_path: Path, server: FileServer) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(DownloadError, match=r"cannot be written .*another folder with --data"):
            got(SOURCE, tmp_path / "file", server)
        (tmp_path / "set").write_text("in the way")
        with pytest.raises(DownloadError, match=r"cannot be written .*another folder with --data"):
            got(SOURCE, tmp_path, server)

    def test_full_disk_keeps_what_came(self, tmp_path: Path, server: FileServer) -> None:
        """A limit on the size of files ends a write as a full disk does."""
        code = (
            "import resource, sys; from pathlib import Path; from selfdebug.benchmarks.pulling import pull\n"
            "from selfdebug.benchmarks.sources import DataSource\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
            f"pull(DataSource({SOURCE.url!r}, 'set/set.bin'), Path(sys.argv[1]), print, mirror=sys.argv[2])"
        )
        assert resource.RLIMIT_FSIZE is not None
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path), server.url], capture_output=True, text=True, check=False
        )
        assert "DownloadError" in done.stderr
        assert "make room, or name another folder" in done.stderr
        assert (tmp_path / "set/set.bin.part").stat().st_size == 100_000
        got(SOURCE, tmp_path, server)
        assert (tmp_path / "set/set.bin").read_bytes() == BODY

    def test_more_than_the_disk_holds_is_not_begun(self, tmp_path: Path) -> None:
        length = {"Content-Length": str(10**18)}
        with (
            FileServer({PLACE: File(b"", headers=length)}) as server,
            pytest.raises(DownloadError, match=r"needs 1000000000 GB, and .* are free in"),
        ):
            got(SOURCE, tmp_path, server)

    def test_two_at_once_do_not_spoil_each_other(self, tmp_path: Path, server: FileServer) -> None:
        waiting, go_on = threading.Event(), threading.Event()

        def watch(progress: DownloadProgress) -> None:
            waiting.set()
            go_on.wait(10)

        first = threading.Thread(target=pull, args=(SOURCE, tmp_path, watch), kwargs={"mirror": server.url})
        first.start()
        waiting.wait(10)
        with pytest.raises(DownloadError, match="Another selfdebug data pull is running in"):
            got(SOURCE, tmp_path, server)
        go_on.set()
        first.join()
        assert (tmp_path / "set/set.bin").read_bytes() == BODY

    def test_damage_in_a_zip_is_found(self, tmp_path: Path) -> None:
        body = zipped({"top/a": random.Random(2).randbytes(50_000)})
        (tmp_path / "set.zip").write_bytes(body[:20_000] + b"damage" + body[20_006:])
        with pytest.raises(DataError, match="damaged"):
            unpack(tmp_path / "set.zip", tmp_path, WANTED, lambda done: None)
        assert left(tmp_path) == {"set.zip"}

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"sources": {"a": 1}}'])
    def test_damaged_record_is_said(self, text: str, tmp_path: Path, server: FileServer) -> None:
        (tmp_path / RECORD).write_text(text)
        with pytest.raises(DataError, match="delete it"):
            got(SOURCE, tmp_path, server)


def zipped(files: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
        for name, to in (links or {}).items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, to)
    return made.getvalue()


def tarred(files: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, body in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
        for name, to in (links or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, to
            archive.addfile(info)
    return made.getvalue()


WANTED = (ArchiveFiles(r"top/([\w.]+)", r"set/\1"),)
ARCHIVE = DataSource("https://official.example/set.zip", "set.zip", gives=("set/a", "set/b"), unpacked=WANTED)


@pytest.mark.parametrize("made", [zipped, tarred], ids=["zip", "tar.gz"])
class TestArchives:
    def test_wanted_files_go_to_their_places_and_the_archive_goes(self, made, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
        body = made({"top/a": b"1", "top/b": b"2", "top/c": b"3", "__MACOSX/top/a": b"no", "other": b"no"})
        with FileServer({"/set.zip": File(body)}) as server:
            moments = got(ARCHIVE, tmp_path, server)
            assert left(tmp_path) == {"set/a", "set/b", "set/c"}
            assert moments[-2] == DownloadProgress(ARCHIVE.path, "unpacking", 3)
            server.requests.clear()
            assert got(ARCHIVE, tmp_path, server) == [DownloadProgress(ARCHIVE.path, "present")]
            (tmp_path / "set/c").unlink()  # not one that must be there, but it was
            assert check(ARCHIVE, tmp_path).missing == ("set/c",)
            got(ARCHIVE, tmp_path, server)
            assert left(tmp_path) == {"set/a", "set/b", "set/c"}

    def test_archive_put_there_by_hand_is_unpacked(self, made, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
        (tmp_path / "set.zip").write_bytes(made({"top/a": b"1", "top/b": b"2"}))
        with FileServer({}) as server:
            got(ARCHIVE, tmp_path, server)
            assert server.requests == []
        assert left(tmp_path) == {"set/a", "set/b"}

    def test_paths_and_links_lead_nowhere_else(self, made, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
        folder = tmp_path / "data"
        folder.mkdir()
        secret = tmp_path / "secret"
        secret.write_text("secret")
        files = {"top/a": b"1", "../evil": b"x", "/evil": b"x", "top/../../evil": b"x", "top/..": b"x"}
        (folder / "set.zip").write_bytes(made(files, {"top/link": str(secret), "top/b": "../../secret"}))
        assert unpack(folder / "set.zip", folder, WANTED, lambda done: None) == ["set/a"]
        assert left(tmp_path) == {"secret", "data/set.zip", "data/set/a"}

    def test_link_in_the_data_folder_is_not_followed(self, made, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
        folder, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
        folder.mkdir()
        elsewhere.mkdir()
        (folder / "set").symlink_to(elsewhere)
        (folder / "set.zip").write_bytes(made({"top/a": b"1"}))
        with pytest.raises(DataError, match="link to elsewhere"):
            unpack(folder / "set.zip", folder, WANTED, lambda done: None)
        assert list(elsewhere.iterdir()) == []

    def test_archive_that_would_fill_the_disk(self, made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
        monkeypatch.setattr("selfdebug.benchmarks.unpacking.LARGEST", 1_000_000)
        (tmp_path / "set.zip").write_bytes(made({"top/a": b"\0" * 900_000, "top/b": b"\0" * 900_000}))
        with pytest.raises(DataError, match="holds more than"):
            unpack(tmp_path / "set.zip", tmp_path, WANTED, lambda done: None)
        assert left(tmp_path) == {"set.zip", "set/a"}

    def test_archive_of_something_else(self, made, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
        (tmp_path / "set.zip").write_bytes(made({"top/a": b"1"}))
        with FileServer({}) as server, pytest.raises(DataError, match="does not hold set/b"):
            got(ARCHIVE, tmp_path, server)

    def test_damaged_archive(self, made, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
        body = made({"top/a": random.Random(2).randbytes(50_000), "top/b": b"2"})
        for damaged in (body[:20_000], body[:-30_000], b"", b"text"):
            (tmp_path / "set.zip").write_bytes(damaged)
            with pytest.raises(DataError, match=r"damaged|delete it"):
                unpack(tmp_path / "set.zip", tmp_path, WANTED, lambda done: None)
            assert not [name for name in left(tmp_path) if name.startswith("set/.")]


class TestOfficialSources:
    def test_every_benchmark_has_its_sources(self) -> None:
        assert set(BENCHMARKS) == {"sample", *DATA_SETS}
        assert data_set("sample") is None
        assert data_set("MBPP:3-shot") is DATA_SETS["mbpp"]
        with pytest.raises(UnknownBenchmarkError, match="choose from spider"):
            data_set("mbbp")
        for name, needed in DATA_SETS.items():
            for source in needed.sources:
                assert source.url.startswith("https://")
                assert len(source.sha256) == 64
                assert all(path.startswith(f"{BENCHMARKS[name].folder}/") for path in (source.path, *source.files))
                assert bool(source.gives) == bool(source.unpacked or source.converted)

    def test_files_in_the_shared_folder_are_the_official_ones(self, data: Path) -> None:
        """But for the one that was written with other spaces."""
        checked = 0
        for needed in DATA_SETS.values():
            for source in needed.sources:
                if not source.gives and source.path != "mbpp/sanitized-mbpp.json":
                    assert check(source, data, thorough=True).complete, source.path
                    checked += 1
        assert checked == 10
        compact = json.dumps(json.loads((data / "mbpp/sanitized-mbpp.json").read_bytes())).encode()
        assert hashlib.sha256(compact).hexdigest() == DATA_SETS["mbpp"].sources[1].sha256

    def test_layout_of_the_archives_is_the_loaders_layout(self, tmp_path: Path) -> None:
        spider, suite = DATA_SETS["spider"].sources
        [bird] = DATA_SETS["bird"].sources
        layouts = {
            spider: [
                "spider_data/dev.json", "spider_data/tables.json", "spider_data/train_spider.json",
                "spider_data/database/academic/academic.sqlite", "__MACOSX/spider_data/database/car_1/car_1.sqlite",
                *(f"spider_data/database/{name}/{name}.sqlite" for name in SPIDER_DATABASES),
                *(f"spider_data/database/{name}/schema.sql" for name in SPIDER_DATABASES),
            ],
            suite: [
                "database/academic/academic.sqlite", "database/car_1/car_1v5080.sqlite",
                *(f"database/{name}/{name}.sqlite" for name in SPIDER_DATABASES),
            ],
            bird: [
                "minidev/MINIDEV/mini_dev_sqlite.json", "minidev/MINIDEV/mini_dev_mysql.json",
                "minidev/MINIDEV/mini_dev_sqlite_gold.sql", "minidev/MINIDEV_mysql/BIRD_dev.sql",
                *(f"minidev/MINIDEV/dev_databases/{name}/{name}.sqlite" for name in BIRD_DATABASES),
            ],
        }  # fmt: skip
        for source, names in layouts.items():
            (tmp_path / source.path).parent.mkdir(exist_ok=True)
            (tmp_path / source.path).write_bytes(zipped(dict.fromkeys(names, b"x")))
            with FileServer({}) as server:
                got(replace(source, sha256=""), tmp_path, server)
        assert left(tmp_path) == {
            *spider.gives, *suite.gives, *bird.gives, "spider/test_suite/car_1/car_1v5080.sqlite",
            "bird/mini_dev_sqlite_gold.sql",
        }  # fmt: skip

    def test_transcoder_is_converted(self, tmp_path: Path) -> None:
        prompt = (
            "[code]\n[c++]\nint one() { return 1; }\n[python]\ndef one(): return 1\n[c++]\nint two() {\n}\n[python]"
        )
        line = {
            "task_id": "T/1", "prompt": prompt, "given_tests": ["assert two() == 2"], "entry_point": "two",
            "canonical_solution": "def two():\n    return 2", "test": "",
        }  # fmt: skip
        [source] = DATA_SETS["transcoder"].sources
        official = source.url.removeprefix("https://raw.githubusercontent.com")
        with FileServer({official: File(json.dumps(line).encode() + b"\n")}) as server:
            got(replace(source, sha256=""), tmp_path, server)
        assert left(tmp_path) == {"transcoder/transcoder_cpp_python.jsonl"}
        found = json.loads((tmp_path / "transcoder/transcoder_cpp_python.jsonl").read_text())
        assert (found["source"], found["tests"]) == ("int two() {\n}", ["assert two() == 2"])
        assert stat.S_IMODE(os.stat(tmp_path / "transcoder/transcoder_cpp_python.jsonl").st_mode) & 0o444 == 0o444
        with pytest.raises(DataError, match="here, line 2"):
            list(convert_transcoder([json.dumps(line).encode(), b"{}"], "here"))

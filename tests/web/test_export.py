"""The pages as files: complete, linked by relative addresses, and never over somebody's own files."""

from __future__ import annotations

import html
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from selfdebug.benchmarks import Task
from selfdebug.runs import RunStore
from selfdebug.web.export import MARKER, ExportError, export
from selfdebug.web.references import References
from tests.reports.making import result
from tests.reports.making import run as made
from tests.runs import tiny

from .conftest import Site, Visit
from .making import finished, python, trajectory
from .test_browser import is_at


@pytest.fixture(scope="module")
def exported(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "pages"
    with tiny.known(), RunStore(site.store) as store:
        page = export(store, References(site.data), [], folder)
    assert page == folder / "index.html"
    return folder


def test_twice_the_trajectories_are_twice_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read, and not the time that it takes, which a busy machine changes."""
    read = {"rows": 0, "tasks": 0}
    fetch, task = RunStore._fetch, tiny.TinyBenchmark._task

    def fetched(self: RunStore, wanted: object) -> list[object]:
        rows = fetch(self, wanted)
        read["rows"] += len(rows)
        return rows

    def made_task(*given: Any) -> Task:
        read["tasks"] += 1
        return task(*given)

    monkeypatch.setattr(RunStore, "_fetch", fetched)
    monkeypatch.setattr(tiny.TinyBenchmark, "_task", made_task)
    works = []
    for count in (20, 40):
        folder = tmp_path / str(count)
        tiny.write(folder / "data", "python", tiny.additions(count))
        with RunStore(folder / "store.db") as store:
            for name in ("new-1/ut", "new-1/expl"):
                store.create(made(name, benchmark="tiny:python", tasks=count))
                for index in range(count):
                    done = replace(result(index, [True]), task=f"Tiny/{index}")
                    finished(store.add(name, done, trajectory(python("x"), ())))
            read |= dict.fromkeys(read, 0)
            export(store, References(folder / "data"), [], folder / "pages")
        assert "Gold program" in (folder / "pages/runs/new-1/ut" / f"{count - 1}-reference.html").read_text()
        works.append(dict(read))
    assert works[0]["tasks"] == 2 * 20
    assert works[1]["tasks"] == 2 * 40
    assert works[1]["rows"] <= 2 * works[0]["rows"]


def test_every_link_leads_to_a_file_of_the_export(exported: Path) -> None:
    pages = list(exported.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for link in re.findall(r'(?:href|src|action|data-search)="([^"]*)"', text):
            path = html.unescape(link).partition("#")[0]
            assert not path.startswith(("/", "http:", "https:", "file:")), link
            assert "?" not in path
            target = (page.parent / path).resolve() if path else page
            assert target.is_file(), f"{link} in {page}"
            assert target.is_relative_to(exported.resolve())


def test_runs_can_be_chosen(site: Site, tmp_path: Path) -> None:
    with RunStore(site.store) as store:
        export(store, References(site.data), ["sql"], tmp_path / "some")
    assert {path.name for path in (tmp_path / "some" / "runs").iterdir()} == {"sql"}
    assert "py/ut" not in (tmp_path / "some" / "index.html").read_text()


def test_runs_of_which_nothing_is_done_are_not_compared(tmp_path: Path) -> None:
    with RunStore(tmp_path / "store.db") as store:
        store.create(made("new-1/ut"), made("new-1/expl"))
        page = export(store, References(tmp_path), [], tmp_path / "pages")
    assert "compare.html" not in page.read_text(encoding="utf-8")


def test_an_earlier_export_is_replaced_and_other_files_never(site: Site, tmp_path: Path) -> None:
    own, file = tmp_path / "own", tmp_path / "file"
    own.mkdir()
    (own / "thesis.txt").write_text("mine")
    file.write_text("mine")
    with RunStore(site.store) as store:
        for folder, message in ((own, "has other files in it"), (file, "is a file")):
            with pytest.raises(ExportError, match=message):
                export(store, References(site.data), ["sql"], folder)
        assert (own / "thesis.txt").read_text() == "mine"
        empty = tmp_path / "empty"
        empty.mkdir()
        export(store, References(site.data), ["py"], empty)
        assert (empty / MARKER).is_file()
        export(store, References(site.data), ["sql"], empty)
    assert {path.name for path in (empty / "runs").iterdir()} == {"sql"}


def test_what_another_place_holds_is_not_written_over(tmp_path: Path) -> None:
    own, pages = tmp_path / "own", tmp_path / "pages"
    page = own / "new-1" / "ut" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("mine")
    with RunStore(tmp_path / "store.db") as store:
        store.create(made("new-1/ut"))
        export(store, References(tmp_path), [], pages)
        shutil.rmtree(pages / "runs")
        (pages / "runs").symlink_to(own)
        export(store, References(tmp_path), [], pages)
    assert page.read_text() == "mine"
    assert "new-1/ut" in (pages / "runs" / "new-1" / "ut" / "index.html").read_text()


def test_an_earlier_export_that_cannot_be_removed_is_no_place_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", path)

    with RunStore(tmp_path / "store.db") as store:
        store.create(made("new-1/ut"))
        export(store, References(tmp_path), [], tmp_path / "pages")
        monkeypatch.setattr(os, "rmdir", refuse)
        with pytest.raises(ExportError, match="Permission denied"):
            export(store, References(tmp_path), [], tmp_path / "pages")


def test_it_opens_from_a_disk_filters_searches_and_sorts(visit: Visit, exported: Path) -> None:
    page = visit.open((exported / "index.html").as_uri())
    page.get_by_role("link", name="2 repaired in py/ut", exact=True).click()
    rows = page.locator("tr[data-row]:visible")
    expect(rows).to_have_count(2)
    expect(page.locator("[data-count]")).to_have_text("2 of 6 trajectories")
    page.get_by_role("link", name="all 6").click()
    expect(rows).to_have_count(6)
    page.get_by_role("searchbox").fill("add_3 RETURN")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    page.get_by_role("searchbox").fill("")
    page.get_by_label("largest first").check()
    expect(rows).to_have_count(6)
    expect(rows.first).to_contain_text("Tiny/5")
    page.locator("body").press("k")
    page.get_by_role("link", name="Tiny/3").click()
    is_at(page, "Tiny/3")
    page.locator("body").press("u")
    expect(page.get_by_role("heading", name="py/ut", exact=True)).to_be_visible()
    page.get_by_role("link", name="tables and charts").click()
    expect(page.get_by_role("heading", name="Report of py/ut")).to_be_visible()


def test_words_are_found_from_a_disk_whatever_their_capitals_are(visit: Visit, tmp_path: Path) -> None:
    with RunStore(tmp_path / "store.db") as store:
        store.create(made("new-1/ut", tasks=1))
        finished(store.add("new-1/ut", replace(result(0, [True]), task="Straße ΟΔΟΣ"), trajectory(python("x"), ())))
        export(store, References(tmp_path), [], tmp_path / "pages")
    page = visit.open((tmp_path / "pages" / "runs" / "new-1" / "ut" / "index.html").as_uri())
    for words in ("straße", "STRASSE οδος"):
        page.get_by_role("searchbox").fill("nothing")
        page.keyboard.press("Enter")
        expect(page.locator("[data-count]")).to_have_text("No trajectory matches.")
        page.get_by_role("searchbox").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator("[data-count]")).to_have_text("1 of 1 trajectories")


def test_hostile_text_does_not_run_from_a_disk_either(visit: Visit, exported: Path) -> None:
    for name in (
        "index.html",
        "compare.html",
        "runs/odd-1/ut/index.html",
        "runs/odd-1/ut/0.html",
        "runs/odd-1/ut/4.html",
    ):
        page = visit.open((exported / name).as_uri())
        assert page.evaluate("globalThis.hacked") is None

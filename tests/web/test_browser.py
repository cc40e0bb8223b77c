"""The viewer in a real browser: every page and action, keys, what is live, and barriers that axe-core finds.

Each test fails, too, if a console complains: see `conftest.visit`.
"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from selfdebug.runs import RunStore
from tests.reports.making import run as made

from .conftest import PATIENCE, Site, Visit
from .making import RUN, finished, odd_trajectories

PAGES = {
    "runs": "/runs",
    "run": "/runs/py/ut?state=repaired",
    "hostile run": "/runs/odd-1/ut",
    "nothing found": "/runs/py/ut?words=nowhere",
    "tests": "/runs/py/ut+expl/1",
    "attempts": "/runs/several-1/ut/0",
    "query": "/runs/sql/expl/2",
    "trace": "/runs/py/ut+recorded-trace/1",
    "unreadable": "/runs/odd-1/ut/5",
    "hostile trajectory": "/runs/odd-1/ut/0",
    "hostile query": "/runs/odd-1/ut/4",
    "reference": "/runs/py/ut/0/reference",
    "comparison": "/compare?run=py/baseline&run=py/ut&run=py/ut%2Bexpl",
    "ask": "/ask?example=1",
}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_no_page_has_serious_barriers_or_is_wider_than_its_window(page: Page, site: Site, path: str) -> None:
    for theme, width in (("light", 1280), ("dark", 360)):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(site.address + path)
        found = Axe().run(page).response["violations"]
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        assert not serious, [(each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in serious]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("globalThis.hacked") is None


def test_the_token_does_not_stay_in_the_address_and_a_click_needs_none(page: Page, site: Site) -> None:
    assert page.url == f"{site.address}/runs"
    page.get_by_role("link", name="py/ut", exact=True).click()
    expect(page.get_by_role("heading", name="py/ut")).to_be_visible()
    assert page.evaluate("document.cookie") == ""


def test_a_newcomer_finds_what_was_repaired_and_why(page: Page) -> None:
    page.get_by_role("link", name="2 repaired in py/ut+expl").click()
    expect(page.locator("tr[data-row]")).to_have_count(2)
    page.get_by_role("link", name="Tiny/1").click()
    expect(page.get_by_text("The first program was wrong, the answer is right.")).to_be_visible()
    expect(page.locator("tr.removed")).to_contain_text("return n + 2")
    expect(page.locator("tr.added")).to_contain_text("return n + 1")
    page.get_by_role("link", name="next →").click()
    expect(page.get_by_role("heading", name="Tiny/3")).to_be_visible()


def is_at(page: Page, heading: str) -> None:
    """Waits for a page, and until it takes keys."""
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Keys")).to_be_visible()


def test_keys_go_through_lists_and_turns(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/runs/py/ut?state=repaired")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "Tiny/3"
    page.keyboard.press("Enter")
    is_at(page, "Tiny/3")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "turn-1"
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "turn-2"
    page.keyboard.press("p")
    is_at(page, "Tiny/1")
    page.keyboard.press("u")
    expect(page).to_have_url(f"{site.address}/runs/py/ut?state=repaired")
    is_at(page, "py/ut")
    page.keyboard.press("/")
    page.keyboard.type("j?")
    expect(page.get_by_role("searchbox")).to_have_value("j?")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def boxes(page: Page, selector: str) -> list[tuple[int, int]]:
    """Where the left and the upper edge of some elements are."""
    found: list[tuple[int, int]] = page.locator(selector).evaluate_all(
        "(all) => all.map((each) => each.getBoundingClientRect()).map(({ x, y }) => [x, y].map(Math.round))"
    )
    return found


def test_attempts_stand_side_by_side_and_below_each_other_in_narrow_windows(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto(f"{site.address}/runs/several-1/ut/0")
    attempts, corrections = ".attempt", ".siblings .turn"
    (first, top), (second, also_top), (third, last_top) = boxes(page, attempts)
    assert first < second < third
    assert top == also_top == last_top
    page.set_viewport_size({"width": 420, "height": 900})
    for selector in (attempts, corrections):
        found = boxes(page, selector)
        assert len({x for x, _ in found}) == 1, selector
        assert [y for _, y in found] == sorted({y for _, y in found}), selector


def test_many_attempts_scroll_and_keys_go_through_all_their_turns(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 900, "height": 900})
    page.goto(f"{site.address}/runs/several-1/ut/0")
    region = page.get_by_role("region", name="Attempts")
    assert region.evaluate("(each) => each.scrollWidth > each.clientWidth")
    region.focus()
    expect(region).to_be_focused()
    for number in range(1, 8):
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.id") == f"turn-{number}"
    expect(page.locator("#turn-7")).to_be_in_viewport()
    page.get_by_role("navigation", name="Attempts").get_by_role("link", name="Attempt 1").click()
    expect(page.locator("#attempt-1")).to_be_in_viewport()


def test_filters_apply_at_once_and_stand_in_the_address(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/runs/py/ut")
    page.get_by_label("Hardness or kind").select_option("hard")
    expect(page).to_have_url(re.compile(r"/runs/py/ut\?category=hard$"))
    expect(page.locator("tr[data-row]")).to_have_count(3)
    page.get_by_role("searchbox").fill("add_5")
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.get_by_role("link", name="unsolved 2").click()
    expect(page).to_have_url(re.compile(r"state=unsolved&category=hard&words=add_5"))
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("add_5")


def test_the_theme_follows_the_system_until_somebody_chooses(page: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="light")
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(ground)
    assert light != dark
    page.get_by_role("button", name="Light").click()
    assert page.evaluate(ground) == light
    page.reload()
    assert page.evaluate(ground) == light
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(ground) == dark


def test_runs_are_chosen_and_compared(page: Page) -> None:
    page.get_by_label("Compare py/baseline").check()
    page.get_by_label("Compare py/ut", exact=True).check()
    page.get_by_role("button", name="Compare the chosen runs").click()
    expect(page.get_by_role("heading", name="Comparison")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("Accuracy over turns"))).to_be_visible()
    page.get_by_role("link", name="repaired in py/ut").first.click()
    expect(page.get_by_role("heading", name="Tiny/1")).to_be_visible()


def test_a_trace_is_stepped_through_and_its_line_is_marked(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/runs/py/ut+recorded-trace/1")
    trace = page.locator("[data-trace]")
    trace.get_by_role("button", name="Next step").click()
    expect(trace.locator("output")).to_have_text("step 2 of 2")
    expect(trace.locator("tr.now")).to_contain_text("returns 2")
    expect(page.locator("#turn-1 table.code tr.now")).to_contain_text("return n + 2")
    trace.get_by_role("slider").press("ArrowLeft")
    expect(trace.locator("output")).to_have_text("step 1 of 2")


def test_the_reference_is_shown_on_demand(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/runs/py/ut/0")
    expect(page.get_by_text("assert add_0(2) == 2")).to_have_count(0)
    page.get_by_role("link", name="show the reference").click()
    expect(page.get_by_text("assert add_0(2) == 2")).to_be_visible()


def test_a_run_in_progress_grows_by_itself_and_the_focus_stays(page: Page, site: Site) -> None:
    run_id = "grows-1/ut"
    with RunStore(site.store) as store:
        store.create(made(run_id, tasks=6))
        page.goto(f"{site.address}/runs")
        row = page.locator(f'tr[data-row="{run_id}"]')
        expect(row).to_contain_text("0 of 6")
        expect(page.locator("[data-connection]")).to_be_visible()
        box = row.get_by_role("checkbox")
        box.check()
        box.focus()
        for result, trajectory in odd_trajectories()[:2]:
            finished(store.add(run_id, result, trajectory))
        expect(row).to_contain_text("2 of 6")
        expect(row).to_contain_text("↑ 1")
        expect(box).to_be_checked()
        expect(box).to_be_focused()
        row.get_by_role("link", name=run_id, exact=True).click()
        expect(page.locator("tr[data-row]")).to_have_count(2)
        for result, trajectory in odd_trajectories()[2:]:
            finished(store.add(run_id, result, trajectory))
        expect(page.locator("tr[data-row]")).to_have_count(6)
        page.goto(f"{site.address}/runs")
        store.delete([run_id])
        expect(row).to_have_count(0)


def test_what_grows_leaves_scroll_and_focus_as_they_are(page: Page, site: Site) -> None:
    run_id = "grows-2/ut"
    page.set_viewport_size({"width": 800, "height": 600})
    with RunStore(site.store) as store:
        store.create(made(run_id, tasks=6))
        for result, trajectory in odd_trajectories()[1:3]:
            finished(store.add(run_id, result, trajectory))
        page.goto(f"{site.address}/runs/{run_id}")
        expect(page.locator("[data-connection]")).to_be_visible()
        region = page.get_by_role("region", name="Trajectories")
        page.locator('tr[data-row="2"] a').evaluate("(link) => link.focus({ preventScroll: true })")
        region.evaluate("(each) => { each.scrollLeft = 120; }")
        for result, trajectory in odd_trajectories()[:1]:
            finished(store.add(run_id, result, trajectory))
        expect(page.locator("tr[data-row]")).to_have_count(3)
        assert [row.get_attribute("data-row") for row in page.locator("tr[data-row]").all()] == ["0", "1", "2"]
        assert region.evaluate("(each) => each.scrollLeft") == 120
        assert page.evaluate("document.activeElement.closest('tr').dataset.row") == "2"
        store.delete([run_id])


def test_a_run_that_is_deleted_says_so(page: Page, visit: Visit, site: Site) -> None:
    run_id = "goes-1/ut"
    with RunStore(site.store) as store:
        store.create(made(run_id, tasks=6))
        page.goto(f"{site.address}/runs/{run_id}")
        expect(page.locator("[data-connection]")).to_be_visible()
        store.delete([run_id])
    expect(page.get_by_role("alert")).to_have_text(re.compile("was deleted"))
    expect(page.locator("[data-connection]")).to_be_hidden()
    assert len(visit.complaints) == 1  # a browser's console notes the 404 with which the server says it
    visit.complaints.clear()


def test_a_run_that_is_done_is_not_live_any_more(page: Page, site: Site) -> None:
    run_id = "ends-1/ut"
    with RunStore(site.store) as store:
        store.create(made(run_id, tasks=1))
        page.goto(f"{site.address}/runs/{run_id}")
        expect(page.locator("[data-connection]")).to_be_visible()
        finished(store.add(run_id, *odd_trajectories()[1]))
        expect(page.get_by_text("1 of 1", exact=True)).to_be_visible()
        expect(page.locator("[data-connection]")).to_be_hidden()
        store.delete([run_id])


SEEN = """(seen) => {
    Object.defineProperty(document, "hidden", { value: !seen, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
"""Hides a tab, or shows it again, to its scripts: a browser without a window does it to none."""


def test_any_number_of_tabs_can_be_open_and_those_that_were_hidden_catch_up(page: Page, site: Site) -> None:
    """A browser has six connections to a server: tabs that nobody sees keep none."""
    run_id = "tabs-1/ut"
    tabs = [page, *(page.context.new_page() for _ in range(6))]
    for tab in tabs:
        tab.set_default_timeout(PATIENCE)
        tab.goto(f"{site.address}/runs")
        expect(tab.locator("[data-connection]")).to_be_visible()
        tab.evaluate(SEEN, False)
    with RunStore(site.store) as store:
        store.create(made(run_id, tasks=6))
        page.evaluate(SEEN, True)
        expect(page.locator(f'tr[data-row="{run_id}"]')).to_be_visible()
        store.delete([run_id])


def test_lists_need_no_scrolling_sideways_in_narrow_windows(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 360, "height": 900})
    for path in ("/runs", "/runs/py/ut", "/runs/odd-1/ut", "/compare?run=py/baseline&run=py/ut", "/runs/py/ut/1"):
        page.goto(site.address + path)
        found = page.locator(".scroll:has(> .cards)").evaluate_all(
            "(regions) => regions.map((each) => each.scrollWidth - each.clientWidth)"
        )
        assert found
        assert max(found) <= 0, path


def test_something_is_asked_grows_and_is_answered(page: Page, site: Site) -> None:
    page.get_by_role("link", name="Ask").click()
    page.get_by_text("A Python function").click()
    expect(page.get_by_label("Database", exact=True)).to_be_hidden()
    page.get_by_label("Request").fill("Write a function add_3(n) that adds 3 to n.")
    page.get_by_label("Tests").fill("assert add_3(1) == 4")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("Ended: judged correct")).to_be_visible()
    expect(page.locator("[data-turn]")).to_have_count(2)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    serious = [each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")]
    assert not serious


def test_attempts_come_side_by_side_while_it_is_worked_on(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/ask")
    page.get_by_text("A Python function").click()
    page.get_by_label("Request").fill("Write a function add_5(n) that adds 5 to n.")
    page.get_by_label("Tests").fill("assert add_5(1) == 6")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator("#turn-1").focus()
    expect(page.get_by_role("heading", name="Attempt 3")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "turn-1"
    expect(page.get_by_text("Ended: out of turns")).to_be_visible()
    expect(page.get_by_role("region", name="Attempts").locator("[data-turn]")).to_have_count(7)
    expect(page.locator("#attempt-6 h2")).to_contain_text("the answer")


def test_a_step_of_a_trace_stays_chosen_while_more_comes(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/ask")
    page.get_by_text("A Python function").click()
    page.get_by_label("Request").fill("Write a function add_47(n) that adds 47 to n.")
    page.get_by_label("Tests").fill("assert add_47(1) == 48")
    page.get_by_label("Feedback").select_option("ut+recorded-trace")
    page.get_by_role("button", name="Ask", exact=True).click()
    slider = page.get_by_role("slider")
    slider.press("ArrowRight")
    expect(page.locator("[data-trace] output")).to_have_text("step 2 of 2")
    expect(page.get_by_text("The model is writing a new program")).to_be_visible()
    site.post(f"{page.url.removeprefix(site.address)}/cancel")
    expect(page.get_by_text("Cancelled.")).to_be_visible()
    expect(page.locator("[data-trace] output")).to_have_text("step 2 of 2")
    expect(slider).to_be_focused()
    slider.press("ArrowLeft")
    expect(page.locator("[data-trace] output")).to_have_text("step 1 of 2")


def test_what_was_asked_is_cancelled(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/ask")
    page.get_by_text("A Python function").click()
    page.get_by_label("Request").fill("Write a function add_44(n) that adds 44 to n.")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("The model is writing the first program")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled.")).to_be_visible()


def test_no_other_site_can_ask_or_look(visit: Visit, page: Page, site: Site) -> None:
    """From a page of another origin, with the cookie in the same profile: forms, requests and frames are refused."""
    other = page.context.new_page()
    other.goto("data:text/html,<title>other</title>")
    address = f"{site.address}/ask"
    other.evaluate(
        """async (address) => {
            const request = { method: "POST", credentials: "include", body: "request=x" };
            for (const mode of ["no-cors", "cors"]) await fetch(address, { ...request, mode }).catch(() => {});
            const form = Object.assign(document.createElement("form"), { action: address, method: "post" });
            document.body.append(form);
            form.submit();
        }""",
        address,
    )
    other.wait_for_url(address)
    expect(other.locator("body")).to_contain_text("takes no requests from other sites")
    visit.complaints.clear()  # this page's own console complains of what it tried


def test_wide_windows_are_used_and_hostile_text_never_runs(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 2560, "height": 1200})
    for index in range(6):
        page.goto(f"{site.address}/runs/{RUN}/{index}")
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert page.evaluate("globalThis.hacked") is None
        assert page.evaluate("document.documentElement.scrollWidth") <= 2560

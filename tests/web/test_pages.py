"""The pages as a server answers them: what is on each, filters, search, order, and what is not there."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from selfdebug.applications.translation import TranslationProblem
from selfdebug.cli.asking import TerminalSolver
from selfdebug.cli.configuration import Configuration
from selfdebug.events import Explained, Judged
from selfdebug.prices import Prices
from selfdebug.problem import APPLICATIONS, ApplicationDefinition, Problem, Program
from selfdebug.reports import build_report
from selfdebug.reports.charts import charts_of
from selfdebug.runs import Filters, RunStore
from selfdebug.trajectory import Sample, Selection, Trajectory
from selfdebug.unit_tests import UnitTest
from selfdebug.web.asking import AskedProblem, AskForm, AskService
from selfdebug.web.charts import picture_of
from selfdebug.web.pages import Pages
from selfdebug.web.references import References
from tests.reports.making import result, simulated
from tests.reports.making import run as made

from .conftest import Site
from .making import HOSTILE, LONG, finished, odd_trajectories, python, query, trajectory, turn

PYTHON = "/runs/py/ut"


def text_of(page: str) -> str:
    """What is to be read on a page, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def tasks(page: str) -> list[str]:
    return re.findall(r'<tr data-row="\d+">\s*<th scope="row"><a href="[^"]*">([^<]*)</a>', page)


def page_of(store: RunStore, folder: Path, run_id: str) -> str:
    """The page of the first trajectory of a run."""
    pages = Pages(store, References(folder))
    return pages.trajectory(pages.finished_task(run_id, 0))


def test_the_list_of_runs_has_progress_accuracy_repairs_and_cost(site: Site) -> None:
    found = site.get("/runs")
    assert found.status == 200
    with RunStore(site.store) as store:
        totals = store.totals("py/ut")
    row = re.search(r'<tr data-row="py/ut">.*?</tr>', found.text, re.DOTALL)
    assert row
    said = text_of(row[0])
    assert f"66.7 % {totals.accuracy.interval} %" in said
    assert "↑ 2 repaired in py/ut" in said
    assert f"{totals.calls:,} {totals.tokens:,}" in said


def test_costs_are_in_money_where_prices_are_given(site: Site) -> None:
    with RunStore(site.store) as store:
        pages = Pages(store, References(site.data), prices=Prices(1_000, 10_000))
        without = Pages(store, References(site.data))
        task = pages.finished_task("odd-1/ut", 1)
        run = next(each for each in store.find(["odd-1/ut"]))
        assert "600 + 60 tokens" not in text_of(pages.runs())
        assert re.search(r"660 \$1\.20", text_of(pages.runs(["odd-1"])))
        assert "660 tokens, $1.20" in text_of(pages.run(run.id, Filters()))
        assert "110 $0.20" in text_of(pages.run(run.id, Filters()))
        assert "1,000 + 50 tokens, $1.50, 1.5 s" in text_of(pages.trajectory(task))
        assert "Money is at $1,000 and $10,000" in text_of(pages.compare([run.id]))
        free = (without.runs(["odd-1"]), without.run(run.id, Filters()), without.compare([run.id]))
    assert not any(re.search(r"\$[0-9]|Money", text_of(page)) for page in free)


def test_the_front_door_leads_to_the_runs(site: Site) -> None:
    found = site.get("/")
    assert (found.status, found.headers["location"]) == (303, "/runs")


def test_an_empty_store_says_how_to_make_runs(tmp_path: Path) -> None:
    with RunStore(tmp_path / "empty.db") as store:
        page = Pages(store, References(tmp_path)).runs()
    assert "selfdebug bench sample" in page
    assert 'data-live="/live"' in page  # they appear by themselves


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        ({"state": "right"}, [2, 4]),
        ({"state": "repaired"}, [1, 3]),
        ({"state": "unsolved"}, [0, 5]),
        ({"state": "broken"}, []),
        ({"state": "nonsense"}, [0, 1, 2, 3, 4, 5]),
        ({"failure": "wrong result"}, [0, 1, 3, 5]),
        ({"failure": "timed out"}, []),
        ({"category": "hard"}, [1, 3, 5]),
        ({"words": "ADD_3"}, [3]),
        ({"words": "return 6"}, [5]),
        ({"words": "%"}, []),
        ({"words": "n _ 4"}, [3, 4]),
        ({"order": "calls", "descending": "yes", "state": "repaired"}, [1, 3]),
        ({"category": "easy", "state": "unsolved"}, [0]),
    ],
)
def test_trajectories_are_filtered_searched_and_sorted(site: Site, query: dict[str, str], expected: list[int]) -> None:
    found = site.get(PYTHON, **query)
    assert found.status == 200
    assert tasks(found.text) == [f"Tiny/{index}" for index in expected]


def test_those_with_the_most_of_something_can_come_first(site: Site) -> None:
    found = tasks(site.get("/runs/odd-1/ut", order="seconds", descending="yes").text)
    assert [name.split()[0] for name in found] == [f"Odd/{index}" for index in (5, 4, 3, 2, 1, 0)]


def test_questions_are_filtered_by_their_database(site: Site) -> None:
    database = str(site.data / "tiny" / "shop.sqlite")
    assert len(tasks(site.get("/runs/sql/expl", database=database).text)) == 4
    assert tasks(site.get("/runs/sql/expl", database="other").text) == []


def test_pages_come_from_the_server(site: Site) -> None:
    with RunStore(site.store) as store:
        pages = Pages(store, References(site.data))
        first, last = pages.run("py/ut", Filters(), 1, 4), pages.run("py/ut", Filters(), 99, 4)
    assert (len(tasks(first)), len(tasks(last))) == (4, 2)
    assert "page 1 of 2" in text_of(first)
    assert 'href="/runs/py/ut?page=2"' in first
    assert "5–6 of 6 trajectories" in text_of(last)


def test_a_trajectory_shows_what_was_wrong_what_was_said_what_changed_and_whether_it_helped(site: Site) -> None:
    found = site.get("/runs/py/ut+expl/1")
    said = text_of(found.text)
    assert "↑ repaired The first program was wrong, the answer is right. At first" in said
    assert "Turn 2 ✓ repaired it The shown tests say ✗ wrong of turn 1: 0 of 1 test passed; gave 2, expected 1" in said
    assert "the shown tests say ✗ wrong the benchmark says ✗ wrong" in said
    assert "It computes what it computes." in said
    assert "Changed since turn 1: 1 added, 1 removed." in said
    assert re.search(r"removed\s+2\s+return n \+ 2\s+\+\s*added\s+2\s+return n \+ 1", said)
    assert re.search(r"✗ failed assert add_1\(0\) == 1 .*?2 1", said)  # the test, what it gave, what was expected
    assert "judged correct" in said
    assert "3 calls" in said
    assert "Write a function add_1(n)" in said
    assert "received" in said


def test_attempts_say_what_came_of_them_what_was_gone_on_with_and_which_has_the_answer(site: Site) -> None:
    found = site.get("/runs/several-1/ut/0").text
    said = text_of(found)
    assert "Attempt 1 ✗ wrong 2 turns Attempt 2 ✓ right 4 turns ★ the answer Attempt 3 ✗ wrong 1 turn" in said
    first, second, third = (text_of(each) for each in found.split('<section class="attempt ')[1:])
    assert "Attempt 1 ✗ wrong 0 of 1 test passed" in first
    assert "2 turns, its best is turn 2 ; the benchmark says ✗ wrong Turn 1" in first
    assert "Changed since turn 1" in first
    assert "Attempt 2 ★ the answer ✓ correct 1 of 1 test passed 4 turns, its best is turn 6" in second
    assert "2 corrections of turn 3 Turn 4 the shown tests say" in second
    assert "Turn 5 gone on with the shown tests say" in second
    assert "Turn 6 ★ the answer the shown tests say ✓ correct" in second
    assert "1 turn; the benchmark says ✗ wrong" in third


def test_a_single_attempt_is_only_its_turns(site: Site) -> None:
    found = site.get(f"{PYTHON}/1").text
    assert re.search(r"<h2[^>]*>Turns</h2>", found)
    assert not re.search("Attempt [0-9]|★|gone on with", text_of(found))
    assert 'aria-label="Attempts"' not in found


def test_turns_that_came_before_an_earlier_one_wait_for_it() -> None:
    """A correction may be explained before the others that were drawn with it are known."""
    asked = AskedProblem("key", AskForm(), python("f"))
    first, last = turn("x = 1\n", False), replace(turn("x = 2\n", False), parent=0)
    for event in (Judged(first, 0), Explained(last, 2)):
        asked.watch(event)
    assert asked.turns == [first]
    asked.watch(Judged(last, 1))
    assert asked.turns == [first, last, last]


def test_a_query_shows_its_rows(site: Site) -> None:
    said = text_of(site.get("/runs/sql/expl/2").text)
    assert "COUNT(*) 2 1 row;" in said
    assert "the model says ✓ correct" in said


def test_a_recorded_trace_has_steps_with_variables(site: Site) -> None:
    said = text_of(site.get("/runs/py/ut+recorded-trace/1").text)
    assert "step 1 of 2" in said
    assert "1 call add_1(n = 0) new: n = 0" in said
    assert re.search(r"2 2 return n \+ 2 returns 2", said)


def test_next_and_previous_stay_within_what_was_selected(site: Site) -> None:
    page = site.get(f"{PYTHON}/1", state="repaired").text
    assert 'rel="next" data-next href="/runs/py/ut/3?state=repaired"' in page
    assert "data-previous" not in page


def test_the_reference_is_on_a_page_of_its_own_alone(site: Site) -> None:
    trajectory, reference = site.get(f"{PYTHON}/0").text, site.get(f"{PYTHON}/0/reference")
    hidden = "assert add_0(2) == 2"
    assert hidden not in text_of(trajectory)
    assert reference.status == 200
    assert hidden in text_of(reference.text)
    assert "return n + 0" in text_of(reference.text)


def test_a_reference_that_is_not_here_says_why(site: Site) -> None:
    found = site.get("/runs/odd-1/ut/0/reference")
    assert found.status == 200
    assert "The reference cannot be shown" in found.text


def test_a_trajectory_can_be_had_as_json(site: Site) -> None:
    found = site.get(f"{PYTHON}/1.json")
    assert found.headers["content-type"] == "application/json"
    assert found.headers["content-disposition"] == 'attachment; filename="1.json"'
    with RunStore(site.store) as store:
        assert Trajectory.from_json(found.text) == store.trajectory("py/ut", "Tiny/1")


def test_runs_are_compared_with_charts_tables_and_the_problems_on_which_they_differ(site: Site) -> None:
    found = site.ask("GET", "/compare?run=py/baseline&run=py/ut", cookie=site.cookie)
    said = text_of(found.text)
    assert found.status == 200
    assert "2 problems that some of these runs solve and others do not" in said
    assert "Tiny/1 ✗ unsolved in py/baseline ↑ repaired in py/ut" in said
    assert "Accuracy by feedback kind" in said
    assert "Accuracy over turns" in said
    assert "Provenance" in said


def test_pass_at_k_is_a_line_over_the_number_of_samples() -> None:
    readers = [simulated(f"mbpp-1/{method}", tasks=50) for method in ("ut", "ut-8", "baseline", "baseline-8")]
    [group] = charts_of(build_report(readers))
    assert group.efficiency
    picture = picture_of(group.efficiency)
    assert [label for _, label in picture.x_ticks] == ["1", "2", "4", "8"]
    assert [(each.series.label, len(each.points)) for each in picture.lines] == [
        ("baseline", 2), ("ut", 2), ("pass@k of the samples", 4),
    ]  # fmt: skip
    pass_at_k = picture.lines[-1]
    assert [point.y for point in pass_at_k.points] == sorted((point.y for point in pass_at_k.points), reverse=True)
    assert len({each.series.look.page for each in picture.lines}) == 3


@dataclass(frozen=True, slots=True)
class _Riddle(Problem):
    """A problem of an application that no page has heard of."""

    request: str
    answer: str = "no page knows this field"
    application: str = "riddles"
    language: str = "python"
    tests: tuple[UnitTest, ...] = ()


def test_a_problem_of_another_application_is_shown_by_what_all_problems_have(tmp_path: Path) -> None:
    riddles = ApplicationDefinition("riddles", _Riddle, tmp_path, f"{__name__}:_Riddle")
    APPLICATIONS.add("riddles", riddles)
    try:
        with RunStore(tmp_path / "store.db") as store:
            store.create(made("r-1/ut"))
            solved = trajectory(_Riddle("What has keys but no locks?"), (turn("x = 1\n", True, "why"),), "why")
            finished(store.add("r-1/ut", result(0, [True]), solved))
            page = page_of(store, tmp_path, "r-1/ut")
            listed = Pages(store, References(tmp_path)).run("r-1/ut", Filters(words="LOCKS"))
    finally:
        APPLICATIONS.remove("riddles")
    assert "What has keys but no locks?" in text_of(page)
    assert len(tasks(listed)) == 1


def test_the_sample_that_was_chosen_says_why(tmp_path: Path) -> None:
    samples = tuple(Sample(Program(f"x = {n}\n", "python"), parses=True, ran=True) for n in range(2))
    chosen = replace(
        trajectory(python("x"), (turn("x = 1\n", True, "why"),), "why"),
        samples=samples, selection=Selection("majority-vote", 1, "2 of 3 samples give its result.", 2 / 3),
    )  # fmt: skip
    with RunStore(tmp_path / "store.db") as store:
        store.create(made("s-1/ut-2"))
        finished(store.add("s-1/ut-2", replace(result(0, [True]), selected=1, sample_passed=(False, True)), chosen))
        page = text_of(page_of(store, tmp_path, "s-1/ut-2"))
    assert page.count("chosen") == 1
    assert "chosen by majority-vote: 2 of 3 samples give its result." in page


def test_languages_have_their_proper_names(tmp_path: Path) -> None:
    problem = TranslationProblem(Program("int f(int n) { return n; }", "cpp"), "javascript", (), "f")
    with RunStore(tmp_path / "store.db") as store:
        store.create(made("tr-1/ut"))
        finished(store.add("tr-1/ut", result(0, [True]), trajectory(problem, ())))
        page = page_of(store, tmp_path, "tr-1/ut")
    assert "Translate from C++ to JavaScript:" in page
    assert '<span class="k">return</span>' in page


@pytest.mark.parametrize(
    ("programs", "said"),
    [
        ([True, False], "Turn 2 ✗ broke it"),
        ([False, True, False], "Turn 3 ✗ broke it"),
        ([False, False, True], "Turn 3 ✓ repaired it"),
        ([False, False], ""),
        ([True, True], ""),
    ],
)
def test_the_turn_that_won_or_lost_a_problem_is_named_first(tmp_path: Path, programs: list[bool], said: str) -> None:
    turns = tuple(turn(f"x = {number}\n", passed, "why") for number, passed in enumerate(programs))
    with RunStore(tmp_path / "store.db") as store:
        store.create(made("why-1/ut"))
        finished(store.add("why-1/ut", result(0, programs), trajectory(python("x"), turns, "why")))
        page = text_of(page_of(store, tmp_path, "why-1/ut"))
    assert ("repaired it" in page or "broke it" in page) == bool(said)
    assert said in page


def test_one_run_has_a_report(site: Site) -> None:
    assert "Report of py/ut" in site.get("/compare", run="py/ut").text


@pytest.mark.parametrize(
    "path",
    ["/runs/py/none", "/runs/py/ut/99", "/runs/py/ut/99999999999999999999", "/runs/py/ut/x", "/nothing",
     *(f"/runs/py/ut/{'9' * 5_000}{ending}" for ending in ("", ".json", "/reference")),
     "/compare?run=no/run", "/static/../server.py", "/static/%2e%2e/server.py", "/ask/unknown"],
)  # fmt: skip
def test_what_is_not_there_is_said_in_a_page(site: Site, path: str) -> None:
    found = site.get(path)
    assert found.status == 404
    assert found.text.startswith("<!doctype html>") or path.startswith("/static")


def test_nothing_to_compare_is_said_in_a_page(site: Site) -> None:
    assert site.get("/compare").status == 400


@pytest.mark.parametrize("index", range(6))
def test_hostile_text_is_shown_and_nothing_of_it_is_markup(site: Site, index: int) -> None:
    for path in ("/runs", "/runs/odd-1/ut", f"/runs/odd-1/ut/{index}", "/compare?run=odd-1/ut", "/compare?run=py/ut"):
        found = site.get(path)
        assert found.status == 200
        scripts = re.findall(r"<script[^>]*>(.*?)</script>", found.text, re.DOTALL)
        assert set(scripts) == {""}
        assert not re.search(r"<[^>]+\s(on\w+|style)\s*=", re.sub(r'"[^"]*"', '""', found.text))
        assert "javascript:" not in "".join(re.findall(r'(?:href|src|action)="([^"]*)"', found.text))
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", found.text)


def test_unseen_characters_are_seen(site: Site) -> None:
    page = site.get("/runs/odd-1/ut/1").text
    assert r'<span class="escape">\u202e</span>reversed<span class="escape">\u202c</span>' in page
    assert r'<span class="escape">\u001b</span>[31mred' in page


def test_a_line_of_five_megabytes_is_cut_and_can_be_had_whole(site: Site) -> None:
    page = site.get("/runs/odd-1/ut/3").text
    assert len(page) < 400_000
    assert "more characters" in page
    assert LONG in site.get("/runs/odd-1/ut/3.json").text


def test_every_text_of_a_hostile_trajectory_is_on_its_page(site: Site) -> None:
    """Nothing is lost for being hostile: what was escaped is there to be read."""
    page = site.get("/runs/odd-1/ut/0").text
    assert html.unescape(page).count("window.hacked = 1") >= 10
    assert odd_trajectories()[0][1].model not in page


def test_fields_send_back_what_they_were_given(tmp_path: Path) -> None:
    """Joined letters of Persian, or an emoji: what is not seen is a part of the text."""
    joined = '\u0645\u06cc\u200c\u0634\u0648\u062f <"\U0001f469\u200d\U0001f4bb'
    task = replace(result(0, [True]), category=joined)
    with RunStore(tmp_path / "store.db") as store:
        store.create(made("odd-2/ut"))
        finished(store.add("odd-2/ut", task, trajectory(query("x", joined)[0], ())))
        pages = Pages(store, References(tmp_path), service=AskService(TerminalSolver(Configuration())))
        listed = pages.run("odd-2/ut", Filters(words=joined))
        form = AskForm(fields=dict.fromkeys(("request", "hint", "source", "function", "tests"), joined))
        asked = pages.ask(form)
    for page, count in ((listed, 3), (asked, 5)):
        fields = re.findall(r'(?:value="|<textarea[^>]*>)([^"<]*)["<]', page)
        assert [html.unescape(each) for each in fields].count(joined) == count


def test_no_path_outside_the_store_is_read(site: Site) -> None:
    for path in ("/runs/..%2f..%2fetc/passwd", "/runs/%2e%2e/ut/1.json"):
        assert site.get(path).status == 404
    assert "root:" not in site.get("/static/..%2f..%2f..%2f..%2fetc/passwd").text
    assert json.loads(site.get("/runs/odd-1/ut/0.json").text)["problem"]["request"] == HOSTILE

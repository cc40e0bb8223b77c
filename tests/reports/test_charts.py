"""Chart data: computed once for pages and plots, whatever feedback kinds somebody has registered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from selfdebug.feedback import FEEDBACK_KINDS, FeedbackKind
from selfdebug.policies import POLICIES
from selfdebug.reports import Report, build_report, drawing
from selfdebug.reports.charts import Chart, charts_of
from selfdebug.reports.looks import look_of
from selfdebug.reports.plots import write_plots
from selfdebug.reports.rendering import render
from selfdebug.runs import RunStore
from selfdebug.runs.run import Progress
from selfdebug.trajectory import Cost
from selfdebug.web.charts import picture_of
from selfdebug.web.pages import Pages
from selfdebug.web.references import References
from tests.web.making import python, trajectory, turn

from .making import given, many, result, run, simulated

TOYS = ("toy", "toy-baseline", *(f"toy-{number}" for number in range(20)))


@pytest.fixture
def toys() -> Iterator[None]:
    """More kinds than there are colours; one of them does not debug."""
    for name in TOYS:
        FEEDBACK_KINDS.add(name, FeedbackKind(name, "a toy", debugs=name != "toy-baseline"))
    yield
    for name in TOYS:
        FEEDBACK_KINDS.remove(name)


def report_of(*kinds: str) -> Report:
    return build_report([simulated(f"m/{kind}", tasks=12) for kind in ("baseline", "ut", *kinds)])


def test_looks_of_all_kinds_differ_however_many_are_registered(toys: None) -> None:
    looks = [look_of(kind) for kind in FEEDBACK_KINDS]
    assert len({(look.paper, look.marker) for look in looks}) == len(FEEDBACK_KINDS)
    assert len({(look.page, look.dash) for look in looks}) == len(FEEDBACK_KINDS)


@pytest.mark.parametrize("kind", FEEDBACK_KINDS)
def test_looks_of_all_policies_of_a_kind_differ_on_the_page_and_on_paper(kind: str) -> None:
    looks = [look_of(kind, policy) for policy in POLICIES]
    assert len({look.dash for look in looks}) == len({look.marker for look in looks}) == len(POLICIES)


def test_cost_is_drawn_over_tokens_calls_and_seconds() -> None:
    steps = (Progress(False, 1, 100, 0.25), Progress(True, 2, 250, 0.75))
    one = result(0, [False, True], progress=steps, cost=Cost(2, 0, 200, 50, 9.0))
    [charts] = charts_of(build_report([given(run("m/ut"), [one])]))
    found = [
        chart and [point.x for point in chart.series[0].points] for chart in (charts.cost, charts.calls, charts.seconds)
    ]
    assert found == [[100, 250], [1, 2], [0.25, 0.75]]
    assert charts.seconds
    assert [label for _, label in charts.seconds.places] == ["0.2", "0.25", "0.3", "0.4", "0.5", "0.6", "0.8"]


def test_seconds_that_are_not_known_are_not_drawn() -> None:
    [charts] = charts_of(build_report([simulated("m/ut", tasks=9)]))
    assert charts.cost
    assert charts.seconds is None


def test_looks_of_known_kinds_stay_when_another_is_registered() -> None:
    before = [look_of(kind) for kind in FEEDBACK_KINDS]
    FEEDBACK_KINDS.add("toy", FeedbackKind("toy", "a toy"))
    try:
        assert [look_of(kind) for kind in FEEDBACK_KINDS][:-1] == before
    finally:
        FEEDBACK_KINDS.remove("toy")


def test_a_registered_kind_is_in_every_chart_after_those_of_the_paper(toys: None) -> None:
    [charts] = charts_of(report_of(*TOYS))
    assert [series.kind for series in charts.accuracy.series] == ["baseline", "ut", *TOYS]
    for chart in (charts.rates, charts.changes, charts.turns):
        assert chart
        assert [series.kind for series in chart.series] == ["ut", *(name for name in TOYS if name != "toy-baseline")]


@pytest.mark.filterwarnings("error")
def test_a_registered_kind_breaks_no_plot_and_no_form(toys: None, tmp_path: Path) -> None:
    report = report_of(*TOYS)
    assert {"accuracy.png", "turns.png", "repairs.pdf"} <= {path.name for path in write_plots(report, tmp_path)}
    for form in ("md", "csv", "json", "latex"):
        assert "toy-19" in render(report, form)


def test_a_kind_that_is_no_longer_registered_breaks_nothing(tmp_path: Path) -> None:
    run, read = simulated("m/ut", tasks=12)
    gone = replace(run, id="m/gone", settings=replace(run.settings, feedback=""))
    report = build_report([(gone, read), simulated("m/expl", tasks=12)])
    [charts] = charts_of(report)
    assert [series.kind for series in charts.accuracy.series] == ["expl", "gone"]
    assert len({series.look for series in charts.accuracy.series}) == 2
    assert write_plots(report, tmp_path)


def test_a_page_shows_a_registered_kind_in_its_look(toys: None, tmp_path: Path) -> None:
    with RunStore(tmp_path / "store.db") as store:
        for kind in ("baseline", "toy"):
            run, read = simulated(f"m/{kind}", tasks=6)
            store.create(run)
            for result in read():
                turns = tuple(turn("x = 1\n", score.passed) for score in result.scores)
                asyncio.run(store.add(run.id, result, replace(trajectory(python("x"), turns), feedback=kind)))
        pages = Pages(store, References(tmp_path))
        page = pages.compare(["m"])
        assert "toy" in pages.trajectory(pages.finished_task("m/toy", 0))
    assert f'color="{look_of("toy").page}"' in page
    assert re.search(r"Accuracy over turns.*toy", page, re.DOTALL)


def test_a_page_and_a_plot_have_the_same_series_at_the_same_places() -> None:
    [charts] = charts_of(build_report(many(tasks=30)))
    with drawing.style():
        figures = drawing.draw(charts)
    for name, chart in (("turns", charts.turns), ("sample-efficiency", charts.efficiency)):
        assert isinstance(chart, Chart)
        picture = picture_of(chart)
        assert [line.series for line in picture.lines] == list(chart.series)
        assert [label for _, label in picture.x_ticks] == [label for _, label in chart.places]
        ticks = [text.get_text() for text in figures[name].axes[-1].get_xticklabels()]
        assert ticks == [label for _, label in chart.places]
        names = {text.get_text() for legend in figures[name].legends for text in legend.get_texts()}
        assert names == {series.kind for series in chart.series}


def test_unfinished_runs_are_marked_in_every_chart() -> None:
    [charts] = charts_of(build_report([simulated("m/ut", tasks=9, done=5)]))
    for chart in (charts.accuracy, charts.rates, charts.changes, charts.cost):
        assert chart
        assert [series.label for series in chart.series] == ["ut (unfinished)"]


def test_a_point_has_its_interval_and_says_what_it_counts() -> None:
    report = build_report([simulated("m/ut", tasks=9)])
    [[(_, marks)]] = [charts.accuracy.groups for charts in charts_of(report)]
    [(series, point)] = marks
    accuracy = report.runs[0].accuracy
    assert (series.label, point.value, point.low, point.high) == ("ut", accuracy.value, accuracy.low, accuracy.high)
    assert point.text == f"{accuracy.percent} % ({accuracy.interval}), {accuracy.count} of 9"

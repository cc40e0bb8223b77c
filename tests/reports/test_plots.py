"""Plots: which files there are, that nothing is cut off, and that the same runs give the same bytes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.reports import MissingPlotsError, Report, build_report, drawing
from selfdebug.reports.charts import charts_of
from selfdebug.reports.looks import look_of
from selfdebug.reports.plots import file_suffixes, write_plots
from selfdebug.trajectory import Cost

from .making import given, many, result, run, simulated

LONG = "a-name-of-a-model/that-is-longer-than-a-column-is-wide-and-goes-on-Instruct-GPTQ-Int4"
CASES = {
    "usual": lambda: many(tasks=60),
    "one run, three tasks": lambda: [simulated("m/ut", tasks=3)],
    "nothing and everything": lambda: [
        given(run("m/ut", tasks=3), [result(n, [False, False]) for n in range(3)]),
        given(run("m/expl", tasks=3), [result(n, [True]) for n in range(3)]),
    ],
    "long names": lambda: [
        simulated(f"m/{kind}", tasks=9, done=5, model=LONG) for kind in ("ut+recorded-trace", "ut-64")
    ],
    "no program, no token": lambda: [given(run("m/ut"), [result(0, [])]), given(run("m/baseline"), [result(0, [])])],
}


@pytest.fixture(params=CASES)
def report(request: pytest.FixtureRequest) -> Report:
    return build_report(CASES[request.param]())


@pytest.fixture
def styled() -> Iterator[None]:
    with drawing.style():
        yield


def figures(report: Report) -> dict[str, Figure]:
    [charts] = charts_of(report)
    return drawing.draw(charts)


@pytest.mark.usefixtures("styled")
@pytest.mark.filterwarnings("error")
def test_nothing_is_cut_off(report: Report) -> None:
    for figure in figures(report).values():
        figure.draw_without_rendering()
        width, height = figure.get_size_inches()
        box = figure.get_tightbbox()
        assert width == drawing.WIDTH
        assert -0.02 <= box.x0 <= box.x1 <= width + 0.02
        assert -0.02 <= box.y0 <= box.y1 <= height + 0.02


@pytest.mark.usefixtures("styled")
def test_axes_hold_all_points_and_intervals_and_say_their_n(report: Report) -> None:
    for name, figure in figures(report).items():
        for axes in figure.axes:
            (left, right), (bottom, top) = sorted(axes.get_xlim()), sorted(axes.get_ylim())
            for line in axes.lines:
                if line.get_transform() == axes.transData:
                    assert all(left <= x <= right for x in line.get_xdata())
                    assert all(bottom <= y <= top for y in line.get_ydata())
        if name != "categories":
            assert any("n = " in axes.get_xlabel() + axes.get_ylabel() for axes in figure.axes)


@pytest.mark.usefixtures("styled")
def test_accuracy_shows_each_method_with_its_interval() -> None:
    report = build_report(CASES["nothing and everything"]())
    [axes] = figures(report)["accuracy"].axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["ut", "expl"]
    ends = [[float(x) for x in line.get_xdata()] for line in axes.lines if len(line.get_xdata()) == 2]
    assert ends == [[100 * each.accuracy.low, 100 * each.accuracy.high] for each in report.runs]


@pytest.mark.usefixtures("styled")
def test_repairs_go_right_and_regressions_left() -> None:
    results = [result(0, [True, False]), result(1, [False, True]), result(2, [False, True]), result(3, [True])]
    [axes] = figures(build_report([given(run("m/ut"), results)]))["repairs"].axes
    assert sorted(bar.get_width() for bar in axes.patches) == [-25, 50]


@pytest.mark.usefixtures("styled")
def test_unfinished_run_is_marked() -> None:
    report = build_report([simulated("m/ut", tasks=9, done=5)])
    assert figures(report)["accuracy"].axes[0].get_yticklabels()[0].get_text() == "ut (unfinished)"


def test_feedback_kinds_differ_in_colour_or_in_marker() -> None:
    looks = [look_of(kind) for kind in FEEDBACK_KINDS]
    assert len({(look.paper, look.marker) for look in looks}) == len(FEEDBACK_KINDS)
    assert len({(look.light, look.dash) for look in looks}) == len(FEEDBACK_KINDS)
    for part in ("paper", "light", "dark", "marker"):  # those of the paper in both
        assert len({getattr(look, part) for look in looks[:9]}) == 9


def test_files_are_png_and_pdf_and_the_same_each_time(tmp_path: Path) -> None:
    report = build_report([given(run("m/baseline"), [result(0, [True])])])
    written = write_plots(report, tmp_path / "new" / "folder")
    assert [file.name for file in written] == [
        f"{name}.{form}" for name in ("accuracy", "cost", "calls") for form in ("png", "pdf")
    ]
    again = write_plots(report, tmp_path / "again")
    for one, other in zip(written, again, strict=True):
        assert one.read_bytes() == other.read_bytes()
        assert one.read_bytes().startswith(b"\x89PNG" if one.suffix == ".png" else b"%PDF")


def test_each_benchmark_and_model_has_its_files_in_the_folder() -> None:
    models = ("tiny", "../../Über/model", "../../über/model", "..", "\x00/")
    runs = [given(run(f"m{n}/ut", model=model), [result(0, [True])]) for n, model in enumerate(models)]
    suffixes = file_suffixes([charts.title for charts in charts_of(build_report(runs))])
    assert sorted(suffixes) == ["-mbpp", "-mbpp-2", "-mbpp-ber-model", "-mbpp-ber-model-2", "-mbpp-tiny"]


@pytest.mark.filterwarnings("error")
def test_plots_of_several_models_are_told_apart_whatever_their_names(tmp_path: Path) -> None:
    free = {"cost": Cost()}
    models = ("one", "$\\nothing{$_^ 中\x1b[31m")
    runs = [given(run(f"m{len(model)}/baseline", model=model), [result(0, [True], **free)]) for model in models]
    written = write_plots(build_report(runs), tmp_path)
    names = [f"accuracy-mbpp-{model}.{ending}" for model in ("nothing-31m", "one") for ending in ("png", "pdf")]
    assert [file.name for file in written] == names


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    report = build_report([given(run("m/ut"), [result(0, [True])])])
    with pytest.raises(MissingPlotsError, match=r'pip install "selfdebug\[plots\]"'):
        write_plots(report, tmp_path / "new")
    assert not (tmp_path / "new").exists()

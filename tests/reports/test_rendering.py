"""The forms of a report: what they say, that they can be read, and that nothing in a name breaks them."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import pytest

from selfdebug.benchmarks import Failure
from selfdebug.prices import Prices
from selfdebug.reports import Report, build_report
from selfdebug.reports.document import Section, TextTable
from selfdebug.reports.latex import write_latex
from selfdebug.reports.rendering import render
from selfdebug.reports.tables import sections
from selfdebug.reports.tidy import COLUMNS
from selfdebug.runs.run import Progress
from selfdebug.trajectory import Cost

from .making import given, many, result, run, simulated, wrong

HOSTILE = "a|b_c*d`e<f>$g&h#i%j~k^l{m}\\n[o]\n\x1b[31m'q'\"r\" -- é 中 ×"


@pytest.fixture(scope="module")
def small() -> Report:
    baseline = [result(0, [True]), result(1, [False]), result(2, [False]), result(3, [True])]
    ut = [result(0, [True]), result(1, [False, True]), result(2, [False, False, True]), result(3, [True, False])]
    return build_report([given(run("mbpp-1/ut"), ut), given(run("mbpp-1/baseline"), baseline)])


@pytest.fixture(scope="module")
def large() -> Report:
    return build_report(
        [*many(tasks=40), simulated("spider-1/expl", tasks=50, done=20, benchmark="spider", title="Spider")]
    )


def section(text: str, title: str) -> str:
    return text.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def row(text: str, start: str) -> list[str]:
    return cells(next(line for line in text.splitlines() if line.startswith(f"| {start} ")))


class TestMarkdown:
    def test_main_table_has_methods_benchmarks_intervals_and_n(self, small: Report) -> None:
        text = section(render(small), "Accuracy")
        assert "| method   | MBPP, gpt-5-mini, n=4 |" in text
        assert row(text, "ut") == ["ut", "75.0 (30.1–95.4)"]
        assert row(text, "baseline") == ["baseline", "50.0 (15.0–85.0)"]

    def test_difference_to_the_baseline_has_its_pairs_and_p(self, small: Report) -> None:
        assert row(section(render(small), "Accuracy"), "mbpp-1/ut") == [
            "mbpp-1/ut", "mbpp-1/baseline", "4", "50.0 (15.0–85.0)", "75.0 (30.1–95.4)", "+25.0", "2", "1", "1.00",
        ]  # fmt: skip

    def test_repairs_and_regressions_stand_side_by_side(self, small: Report) -> None:
        found = row(section(render(small), "Repairs and regressions"), "mbpp-1/ut")
        assert found == ["mbpp-1/ut", "4", "1", "1", "2", "0", "100.0 (34.2–100.0)", "50.0 (9.5–90.5)"]
        assert "mbpp-1/baseline" not in section(render(small), "Repairs and regressions")

    def test_turns_are_counted_in_new_programs(self, small: Report) -> None:
        text = section(render(small), "Turns")
        assert row(text, "run") == ["run", "tasks", "t = 1", "t = 2", "t = 3"]
        right, gains, *_ = (cells(line) for line in text.splitlines() if line.startswith("| mbpp-1/ut "))
        assert right == ["mbpp-1/ut", "4", "50.0 (15.0–85.0)", "50.0 (15.0–85.0)", "75.0 (30.1–95.4)"]
        assert gains == ["mbpp-1/ut", "4", "+0.0", "+25.0"]

    def test_runs_of_one_program_have_no_gains(self) -> None:
        text = render(build_report([given(run("a/ut"), [result(0, [True])])]))
        assert "pass@t" not in text

    def test_money_stands_beside_tokens_with_its_prices(self) -> None:
        made = [given(run("a/ut"), [result(0, [True]), result(1, [False, False])])]
        report = build_report(made, Prices(1.5, 1000.0))
        text = section(render(report), "Cost")
        assert "$1.5 and $1,000 for a million prompt and completion tokens" in text
        problems, solved = (cells(line) for line in text.splitlines() if line.startswith("| a/ut "))
        assert problems[-1] == "$0.02"
        assert solved[-2] == "$0.03"
        rows = list(csv.DictReader(io.StringIO(render(report, "csv"))))
        assert {each["category"]: each["value"] for each in rows if each["quantity"] == "dollars"} == {
            "total": "0.03045", "for each problem": "0.015225", "for each right answer": "0.03045",
        }  # fmt: skip
        assert json.loads(render(report, "json"))["prices"] == {"prompt": 1.5, "completion": 1000.0}
        assert r"\$0.02" in render(report, "latex")

    def test_the_curve_has_a_row_for_each_axis(self) -> None:
        steps = (Progress(False, 1, 100, 0.5), Progress(True, 2, 250, 1.5))
        one = result(0, [False, True], progress=steps, cost=Cost(2, 0, 200, 50, 9.0))
        text = section(render(build_report([given(run("a/ut"), [one])])), "Cost")
        assert [cells(line)[1:] for line in text.splitlines() if line.startswith("| a/ut ")][:4] == [
            ["accuracy in %", "0.0", "100.0"],
            ["tokens", "100", "250"],
            ["calls", "1.00", "2.00"],
            ["seconds of the model", "0.50", "1.50"],
        ]

    def test_conditions_say_what_the_model_saw(self, small: Report) -> None:
        text = section(render(small), "What was run")
        assert row(text, "mbpp-1/ut") == [
            "mbpp-1/ut", "MBPP (mbpp)", "gpt-5-mini", "few-shot", "ut", "yes", "restart", "1", "6", "4 of 4",
        ]  # fmt: skip
        assert row(text, "mbpp-1/baseline")[5:9] == ["no", "–", "1", "–"]
        assert "Hidden tests and gold answers were used for scoring alone" in text
        assert text.count("One test of each problem is shown.") == 1

    def test_unfinished_run_is_marked(self, large: Report) -> None:
        text = render(large)
        assert "spider-1/expl is not finished: 20 of 50 tasks are done." in text
        assert "20 of 50 †" in text
        assert re.search(r"\| expl .* †", section(text, "Accuracy"))
        assert "† The run is not finished" in section(text, "Accuracy")

    def test_run_without_results_is_named(self) -> None:
        text = render(build_report([given(run("a/ut"), [result(0, [True])]), given(run("a/expl"), [])]))
        assert "a/expl has no task done, and is left out below." in text
        assert "| a/expl" not in section(text, "Accuracy")

    def test_benchmarks_stand_side_by_side_and_are_not_compared(self, large: Report) -> None:
        text = section(render(large), "Accuracy")
        assert "| MBPP, gpt-5-mini, n=40 | Spider, gpt-5-mini, n=20 |" in text
        assert "No baseline with the same conditions was given for spider-1/expl." in text

    def test_runs_of_one_method_and_model_do_not_hide_each_other(self) -> None:
        report = build_report([given(run(f"{name}/ut"), [result(0, [name == "a"])]) for name in ("a", "b")])
        text = section(render(report), "Accuracy")
        assert "| method | MBPP, gpt-5-mini, a, n=1 | MBPP, gpt-5-mini, b, n=1 |" in text

    def test_different_n_stand_in_the_cells(self) -> None:
        runs = [given(run("a/ut"), [result(0, [True])]), given(run("a/expl"), [result(n, [True]) for n in (0, 1)])]
        text = section(render(build_report(runs)), "Accuracy")
        assert "100.0 (20.7–100.0) n=1" in text
        assert "100.0 (34.2–100.0) n=2" in text

    def test_further_metrics_have_columns(self) -> None:
        score = replace(wrong(), metrics={"base": True, "base_and_extra": False})
        made = run("a/ut", metrics=("base_and_extra", "base"))
        text = section(render(build_report([given(made, [result(0, [False], scores=(score,))])])), "Accuracy")
        assert "base and extra" not in text  # the answer has no such metrics: there is no data for them
        results = [replace(result(0, [False]), scores=(score,), answer=score)]
        text = section(render(build_report([given(made, results)])), "Accuracy")
        assert row(text, "run") == ["run", "base and extra, n=1", "base, n=1"]

    def test_columns_of_categories_are_in_the_order_of_the_benchmark(self) -> None:
        names = ("easy", "hard", "extra")
        runs = [
            given(run(f"a/{kind}", categories=names), [result(n, [True], category=name) for n, name in enumerate(some)])
            for kind, some in (("ut", ("extra", "easy")), ("expl", ("odd", "hard")))
        ]
        text = section(render(build_report(runs)), "By category")
        assert row(text, "run") == ["run", "easy, n=1", "hard, n=1", "extra, n=1", "odd, n=1"]
        assert row(text, "a/ut")[2] == "–"

    def test_benchmarks_stand_in_one_order_whatever_methods_they_have(self) -> None:
        runs = [("a/ut", "A"), ("b/baseline", "B"), ("c/expl", "C")]
        report = build_report([given(run(name, title=title), [result(0, [True])]) for name, title in runs])
        found = row(section(render(report), "Accuracy"), "method")
        assert found == ["method", *(f"{title}, gpt-5-mini, n=1" for title in "ABC")]

    def test_failures_say_how_many_were_repaired(self) -> None:
        first = (wrong(Failure.ERROR), wrong(Failure.TIMED_OUT), wrong(Failure.ERROR))
        results = [
            replace(result(n, [False, n == 0]), scores=(score, result(n, [n == 0]).scores[0]))
            for n, score in enumerate(first)
        ]
        text = section(render(build_report([given(run("a/ut"), results)])), "Failures")
        counts, repaired, remaining = [line for line in text.splitlines() if line.startswith("| a/ut")]
        assert cells(counts) == ["a/ut", "2", "0", "1"]
        assert cells(repaired) == ["a/ut", "50.0 (9.5–90.5) n=2", "–", "0.0 (0.0–79.3) n=1"]
        assert cells(remaining) == ["a/ut", "0", "2", "0"]

    def test_what_runs_share_stands_once_in_the_provenance(self) -> None:
        one, other = run("a/ut"), run("a/expl", machine="another machine", prompts="77" * 32)
        text = section(render(build_report([given(each, [result(0, [True])]) for each in (one, other)])), "Provenance")
        assert text.count("bubblewrap") == text.count("SHA-256 of mbpp/mbpp.jsonl") == 1
        assert text.index("For all runs:") < text.index("bubblewrap") < text.index("For a/ut:")
        assert "machine: another machine" in text[text.index("For a/expl:") :]
        assert text.count("$ selfdebug bench mbpp --name mbpp-1") == 1
        assert "started: 2026-03-01 12:30:00 UTC" in text

    def test_the_selector_stands_in_the_provenance_where_there_are_samples_to_select_from(
        self, small: Report, large: Report
    ) -> None:
        assert "selector" not in section(render(small), "Provenance")
        assert section(render(large), "Provenance").count("- selector among samples: majority-vote") == 1

    def test_cost_says_how_stored_replies_and_wall_time_count(self, small: Report) -> None:
        text = " ".join(section(render(small), "Cost").split())
        assert "Replies that were read back from the store count like others" in text
        assert "waiting for the model and for other problems included" in text
        assert "| mbpp-1/ut | 4 | 2.00 | 200 | 20.0 | 1.00 |" in text

    def test_sample_efficiency_has_pass_at_k(self, large: Report) -> None:
        text = section(render(large), "Sample efficiency")
        assert row(text, "method") == ["method", "1", "2", "4", "8"]
        assert row(text, "ut")[2:4] == ["–", "–"]
        assert "–" not in row(text, "pass@k of mbpp-1/baseline-8")

    def test_sections_without_content_are_left_out(self, small: Report) -> None:
        assert "## By category" not in render(small)
        assert "## Sample efficiency" not in render(small)

    def test_columns_are_aligned(self, large: Report) -> None:
        for block in re.findall(r"(?:^\|.*\n)+", render(large), re.MULTILINE):
            lines = block.splitlines()
            places = [[found.start() for found in re.finditer(r"(?<!\\)\|", line)] for line in lines]
            assert places == [places[0]] * len(lines)

    def test_nothing_in_a_name_breaks_a_table(self) -> None:
        made = run("a/ut", model=HOSTILE, title=HOSTILE, notes=(HOSTILE,), machine=HOSTILE, command=HOSTILE)
        text = render(
            build_report([given(made, [result(0, [True], category=HOSTILE), result(1, [True], category="b")])])
        )
        assert "\x1b" not in text
        for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1


class TestCsv:
    def test_a_row_has_one_quantity_with_n_and_interval(self, small: Report) -> None:
        rows = list(csv.DictReader(io.StringIO(render(small, "csv"))))
        assert tuple(rows[0]) == COLUMNS
        [found] = [each for each in rows if each["run"] == "mbpp-1/ut" and each["table"] == "accuracy"]
        assert (found["count"], found["n"], found["value"]) == ("3", "4", "0.75")
        assert 0.30 < float(found["low"]) < 0.31
        assert 0.95 < float(found["high"]) < 0.96

    def test_no_quantity_stands_twice(self, large: Report) -> None:
        rows = [tuple(each.values())[:10] for each in csv.DictReader(io.StringIO(render(large, "csv")))]
        assert len(rows) == len(set(rows))

    def test_what_is_not_known_is_empty(self) -> None:
        text = render(build_report([given(run("a/ut"), [result(0, [True])])]), "csv")
        [found] = [each for each in csv.DictReader(io.StringIO(text)) if each["quantity"] == "repaired of the wrong"]
        assert (found["count"], found["n"], found["value"], found["low"], found["high"]) == ("0", "0", "", "", "")

    def test_baseline_is_named_with_the_difference(self, small: Report) -> None:
        rows = csv.DictReader(io.StringIO(render(small, "csv")))
        found = {each["quantity"]: each for each in rows if each["table"] == "against the baseline"}
        assert {each["category"] for each in found.values()} == {"mbpp-1/baseline"}
        assert (found["won"]["count"], found["lost"]["count"]) == ("2", "1")
        assert (float(found["difference"]["value"]), float(found["p"]["value"])) == (0.25, 1.0)

    def test_hostile_names_stay_in_their_cell(self) -> None:
        text = render(build_report([given(run("a/ut", model=HOSTILE), [result(0, [True])])]), "csv")
        assert {each["model"] for each in csv.DictReader(io.StringIO(text, newline=""))} == {HOSTILE}


class TestJson:
    def test_it_has_everything_and_a_version(self, small: Report) -> None:
        found = json.loads(render(small, "json"))
        assert found["schema_version"] == 2
        assert [each["run"]["id"] for each in found["runs"]] == ["mbpp-1/baseline", "mbpp-1/ut"]
        assert found["runs"][1]["repairs"]["repaired"] == 2
        assert found["runs"][1]["run"]["provenance"]["started"] == "2026-03-01T12:30:00Z"
        assert found["comparisons"][0]["gained"] == 2

    def test_paths_to_resume_from_are_left_out(self, small: Report) -> None:
        assert '"source"' not in render(small, "json")


class TestLatex:
    def test_tables_are_booktabs_with_a_cell_for_each_column(self, large: Report) -> None:
        text = render(large, "latex")
        tables = re.findall(r"\\begin\{tabular\}\{([lr]+)\}\n\\toprule\n(.*?)\\bottomrule", text, re.DOTALL)
        assert len(tables) >= 12
        for columns, body in tables:
            rows = [line for line in body.splitlines() if line != r"\midrule"]
            assert {len(re.findall(r"(?<!\\)&", line)) + 1 for line in rows} == {len(columns)}
            assert all(line.endswith(r" \\") for line in rows)

    def test_a_cell_may_be_empty(self) -> None:
        table = TextTable("caption", ("run", "style"), (("a/ut", ""),))
        assert r"a/ut &  \\" in write_latex("title", [Section("section", (table,))])

    def test_special_characters_are_escaped(self) -> None:
        made = run("a/ut", model=HOSTILE, title=HOSTILE, notes=(HOSTILE,), command=HOSTILE)
        text = render(build_report([given(made, [result(0, [True])])]), "latex")
        body = re.sub(r"(?m)^%.*\n", "", text.split("\n", 3)[3])
        body = body.replace(r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%", "{")
        assert re.search(r"a\\textbar\{\}b\\_c\{\*\}d\\textasciigrave\{\}e\\textless\{\}f", body)
        assert r"\{m\}\textbackslash{}n{[}o{]}" in body
        assert r"-{}-" in body
        assert r"é \texttt{U+4E2D} $\times$" in body
        bare = re.sub(r"\\[\\{}$&#%_]", "", body)
        assert not re.findall(r"[#%~^_\x1b]|[^\x00-\x7fÀ-ÿ]", bare)
        assert bare.count("{") == bare.count("}")
        assert bare.count("$") % 2 == 0

    def test_long_words_may_be_broken(self, small: Report) -> None:
        assert r"5\allowbreak{}f\allowbreak{}3" in render(small, "latex")

    def test_comment_at_the_top_is_one_line_whatever_the_title(self) -> None:
        text = render(build_report([given(run("a/ut", title="x\n\\end{document}"), [result(0, [True])])]), "latex")
        assert "\n\\end{document}" not in text


def test_same_report_gives_the_same_text(large: Report) -> None:
    for form in ("md", "csv", "json", "latex"):
        assert render(large, form) == render(large, form)
        assert render(large, form).endswith("\n")


def test_unknown_form_is_refused(small: Report) -> None:
    with pytest.raises(ValueError, match="choose from md, csv, json, latex"):
        render(small, "html")


def test_every_table_has_cells_for_its_columns(large: Report) -> None:
    for each in sections(large):
        for block in each.blocks:
            if hasattr(block, "rows"):
                assert {len(line) for line in block.rows} <= {len(block.header)}

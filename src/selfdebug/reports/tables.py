"""A report as sections of tables with their explanations, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import TypeAlias

from selfdebug.benchmarks import Failure
from selfdebug.benchmarks.statistics import Proportion
from selfdebug.prices import dollars
from selfdebug.reports.conditions import conditions, provenance
from selfdebug.reports.document import NONE, Block, Paragraph, Section, TextTable, cell, percent, table_of
from selfdebug.reports.report import (
    AMOUNTS,
    BaselineComparison,
    CurvePoint,
    FailureCount,
    PassAtT,
    Report,
    RunReport,
    category_names,
    columns_of,
    has_twins,
    place_of,
)

_Columns: TypeAlias = Mapping[str, Callable[[RunReport], object]]
_RUN: _Columns = {"run": lambda each: each.run.id}
_RUN_AND_TASKS: _Columns = {**_RUN, "tasks": lambda each: each.run.done}


def sections(report: Report) -> tuple[Section, ...]:
    """All sections of a report; those without content are left out."""
    makers: tuple[Callable[[Report], Section], ...] = (
        conditions, _accuracy, _categories, _repairs, _failures, _turns, _judgement, _cost, _efficiency, provenance,
    )  # fmt: skip
    return tuple(section for section in (make(report) for make in makers) if section.blocks)


def _grid(
    caption: str,
    corner: str,
    cells: Mapping[tuple[str, str], Proportion],
    *,
    rows: Iterable[str] = (),
    columns: Iterable[str] = (),
    marked: Container[tuple[str, str]] = (),
) -> TextTable:
    """A table of proportions by row and column, in the order given or of the cells. Unfinished runs are marked.

    What n all of a column share stands in its heading; `corner` is the heading of the first column.
    """
    rows = list(dict.fromkeys(rows or (row for row, _ in cells)))
    columns = list(dict.fromkeys(columns or (column for _, column in cells)))
    counts = {column: {cells[each].n for each in cells if each[1] == column} for column in columns}
    shared = {column: n.pop() for column, n in counts.items() if len(n) == 1}
    header = [corner] + [f"{column}, n={shared[column]:,}" if column in shared else column for column in columns]

    def share(row: str, column: str) -> str:
        if (row, column) not in cells:
            return NONE
        text = percent(cells[row, column], with_n=column not in shared)
        return f"{text} †" if (row, column) in marked else text

    return TextTable(caption, tuple(header), tuple((row, *(share(row, column) for column in columns)) for row in rows))


def _accuracy(report: Report) -> Section:
    placed = [((each.method, title), each) for title, runs in columns_of(report.runs).items() for each in runs]
    cells = {place: each.accuracy for place, each in placed}
    unfinished = [place for place, each in placed if not each.run.finished]
    ordered = sorted(report.runs, key=lambda each: (place_of(each.feedback), each.kind, each.samples))
    methods = [each.method for each in ordered]
    blocks: list[Block] = [_grid("Accuracy in % (95 % interval)", "method", cells, rows=methods, marked=unfinished)]
    if unfinished:
        blocks.append(Paragraph("† The run is not finished: this is the accuracy on the tasks that are done."))
    further = {
        (each.run.id, metric.name.replace("_", " ")): metric.proportion
        for each in report.runs
        for metric in each.metrics
        if len(each.metrics) > 1
    }
    if further:
        blocks.append(_grid("All metrics in % (95 % interval), the main one first", "run", further))
    blocks += _comparisons(report)
    return Section("Accuracy", tuple(blocks))


_COMPARISON: Mapping[str, Callable[[BaselineComparison], object]] = {
    "run": lambda each: each.run,
    "baseline": lambda each: each.baseline,
    "tasks": lambda each: each.accuracy.n,
    "baseline %": lambda each: each.baseline_accuracy,
    "run %": lambda each: each.accuracy,
    "points": lambda each: _points(each.difference),
    "won": lambda each: each.gained,
    "lost": lambda each: each.lost,
    "p": lambda each: _probability(each.p),
}


def _comparisons(report: Report) -> list[Block]:
    compared = {each.run for each in report.comparisons}
    alone = [each.run.id for each in report.runs if each.run.id not in compared and each.feedback != "baseline"]
    blocks: list[Block] = []
    if report.comparisons:
        caption = "Against the baseline, on the tasks that both have done"
        blocks.append(table_of(caption, report.comparisons, _COMPARISON, left=2))
        blocks.append(
            Paragraph(
                "won: right in the run alone; lost: right in its baseline alone; p: McNemar's exact test, two-sided,"
                " not corrected for the number of comparisons. A baseline has the benchmark, model, style and number of"
                " samples of the run."
            )
        )
    blocks += [
        Paragraph(f"{each.run} and its baseline differ in more than debugging: {', '.join(each.differs)}.")
        for each in report.comparisons
        if each.differs
    ]
    if alone:
        blocks.append(Paragraph(f"No baseline with the same conditions was given for {', '.join(alone)}."))
    return blocks


def _categories(report: Report) -> Section:
    tables = []
    for title, members in columns_of(report.runs).items():
        if runs := [each for each in members if len(each.categories) > 1]:
            cells = {(each.run.id, category.name): category.proportion for each in runs for category in each.categories}
            caption = f"{title}: accuracy in % (95 % interval)"
            tables.append(_grid(caption, "run", cells, columns=category_names(runs)))
    return Section("By category", tuple(tables))


_REPAIRS: _Columns = {
    **_RUN_AND_TASKS,
    "right → right": lambda each: each.repairs.right_kept,
    "right → wrong": lambda each: each.repairs.broken,
    "wrong → right": lambda each: each.repairs.repaired,
    "wrong → wrong": lambda each: each.repairs.wrong_kept,
    "repaired %": lambda each: each.repairs.repair_rate,
    "broken %": lambda each: each.repairs.break_rate,
}


def _repairs(report: Report) -> Section:
    text = (
        "First programs → answers, by the benchmark's scoring. Repaired %: of the wrong first programs; broken %: of"
        " the right ones."
    )
    table = table_of(
        "What debugging made of the first programs", [each for each in report.runs if each.debugs], _REPAIRS
    )
    return Section("Repairs and regressions", (table, Paragraph(text)) if table.rows else ())


def _failures(report: Report) -> Section:
    counts = {(each.run.id, count.failure): count for each in report.runs for count in each.failures}
    kinds = [str(failure) for failure in Failure if any(name == failure for _, name in counts)]
    runs = [each for each in report.runs if each.failures]
    if not runs:
        return Section("Failures", ())
    zero = FailureCount("", 0, Proportion.of(0, 0), 0)

    def table(caption: str, of: Sequence[RunReport], content: Callable[[FailureCount], object]) -> TextTable:
        cells = {each.run.id: [cell(content(counts.get((each.run.id, kind), zero))) for kind in kinds] for each in of}
        return TextTable(caption, ("run", *kinds), tuple((run_id, *row) for run_id, row in cells.items()))

    blocks: list[Block] = [table("First programs by how they fail", runs, lambda count: count.first)]
    debugging = [each for each in runs if each.debugs]
    if debugging:
        caption = "Of these, with a right answer, in % (95 % interval)"
        blocks.append(table(caption, debugging, lambda count: percent(count.repaired, with_n=True)))
        blocks.append(table("Answers by how they fail", debugging, lambda count: count.remaining))
    return Section("Failures", tuple(blocks))


def _turns(report: Report) -> Section:
    totals: Counter[str] = Counter()
    for each in report.runs:
        totals.update({ending.name: ending.count for ending in each.turns.endings})
    all_endings = sorted(totals, key=lambda name: (-totals[name], name))
    longest = max(len(each.turns.programs) for each in report.runs)
    programs: _Columns = {str(number): partial(_with_programs, number) for number in range(longest)}
    endings = {(each.run.id, ending): Proportion.of(0, each.run.done) for each in report.runs for ending in all_endings}
    for each in report.runs:
        endings |= {(each.run.id, it.name): Proportion.of(it.count, each.run.done) for it in each.turns.endings}
    return Section(
        "Turns",
        (
            *_pass_at_t(report),
            table_of("Programs written by a trajectory", report.runs, {**_RUN, **programs}),
            _grid("How trajectories ended, in % (95 % interval)", "run", endings, columns=all_endings),
        ),
    )


_PASS_AT_T: Mapping[str, Callable[[PassAtT], object]] = {
    "run": lambda each: each.run,
    "tasks": lambda each: each.accuracy[0].n,
}


def _pass_at_t(report: Report) -> tuple[Block, ...]:
    """Right answers after so many programs, and what each further one adds, where some run has further ones."""
    most = max((len(each.accuracy) for each in report.pass_at_t), default=0)
    if most < 2:
        return ()
    right = {f"t = {t}": partial(_right_after, t) for t in range(1, most + 1)}
    gains = {f"t = {t}": partial(_gain_of, t) for t in range(2, most + 1)}
    return (
        table_of("Right after t programs (pass@t), in % (95 % interval)", report.pass_at_t, {**_PASS_AT_T, **right}),
        table_of("What the last of t programs adds, in points", report.pass_at_t, {**_PASS_AT_T, **gains}),
        Paragraph(
            "pass@t: the answer after at most t programs, the first one included, is right by the benchmark's scoring."
            " A trajectory that has ended keeps its answer. The tasks are those that all runs of the benchmark have"
            " done; runs that do not debug are left out."
        ),
    )


def _right_after(t: int, each: PassAtT) -> Proportion | None:
    return each.accuracy[t - 1] if t <= len(each.accuracy) else None


def _gain_of(t: int, each: PassAtT) -> str | None:
    return _points(each.gains[t - 2]) if t <= len(each.accuracy) else None


def _with_programs(number: int, report: RunReport) -> int:
    """How many trajectories have so many programs."""
    programs = report.turns.programs
    return programs[number] if number < len(programs) else 0


_JUDGEMENT: _Columns = {
    **_RUN,
    "correct, right": lambda each: each.judgement.correct_right,
    "correct, wrong": lambda each: each.judgement.correct_wrong,
    "other, right": lambda each: each.judgement.other_right,
    "other, wrong": lambda each: each.judgement.other_wrong,
    "right if correct %": lambda each: each.judgement.right_if_correct,
    "right if other %": lambda each: each.judgement.right_if_other,
}


def _judgement(report: Report) -> Section:
    text = (
        "correct: the loop judged its answer correct, by the tests that the problem shows or, where it shows none, by"
        " the model's own word; other: it did not, or gave no verdict. right and wrong: by the benchmark's scoring,"
        " which the loop never sees."
    )
    return Section(
        "The loop's own judgement", (table_of("Judged and scored", report.runs, _JUDGEMENT), Paragraph(text))
    )


def _cost(report: Report) -> Section:
    extra = {each.run: each.extra_tokens_per_win for each in report.comparisons}
    amounts = {name: attribute for name, attribute in AMOUNTS.items() if attribute != "dollars" or report.prices}
    per_problem = {name: partial(_spent, f"{amount}.per_problem") for name, amount in amounts.items()}
    per_solved = {name: partial(_spent, f"{amount}.per_solved") for name, amount in amounts.items()}
    text = (
        "Replies that were read back from the store count like others, with their tokens. Wall seconds are as measured,"
        " problem by problem, waiting for the model and for other problems included. A right answer bears the cost of"
        " the wrong ones. Tokens for each problem won: prompt and completion tokens beyond the baseline's, on the tasks"
        " that both have done, divided by problems won less problems lost."
    )
    if report.prices:
        text += f" Money is at {report.prices}, whatever the model."
    return Section(
        "Cost",
        (
            *_curves(report),
            table_of("For each problem", report.runs, {**_RUN_AND_TASKS, **per_problem}),
            table_of(
                "For each right answer",
                report.runs,
                {
                    **_RUN,
                    "right": lambda each: each.accuracy.count,
                    **per_solved,
                    "tokens for each problem won": lambda each: extra.get(each.run.id),
                },
            ),
            Paragraph(text),
        ),
    )


def _spent(amount: str, report: RunReport) -> object:
    value = attrgetter(amount)(report.spent)
    return dollars(value) if amount.startswith("dollars") and value is not None else value


_CURVE: Mapping[str, Callable[[CurvePoint], object]] = {
    "accuracy in %": lambda point: f"{100 * point.accuracy.count / point.accuracy.n:.1f}",
    "tokens": lambda point: point.tokens,
    "calls": lambda point: point.calls,
    "seconds of the model": lambda point: point.seconds,
}


def _curves(report: Report) -> tuple[TextTable, ...]:
    """Accuracy over cost, a row for each axis; of runs that debug."""
    debugged = [each for each in report.runs if len(each.curve) > 1]
    if not debugged:
        return ()
    numbers = range(max(len(each.curve) for each in debugged))
    rows = (
        (each.run.id, name, *(cell(value_of(each.curve[min(k, len(each.curve) - 1)])) for k in numbers))
        for each in debugged
        for name, value_of in _CURVE.items()
    )
    caption = "Accuracy and cost of each problem with at most so many programs"
    return (TextTable(caption, ("run", "", *(str(k + 1) for k in numbers)), tuple(rows), left=2),)


def _efficiency(report: Report) -> Section:
    by_id = {each.run.id: each for each in report.runs}
    titles = {each.run.id: title for title, members in columns_of(report.runs).items() for each in members}
    blocks: list[Block] = []
    for group in report.efficiency:
        members = [by_id[name] for name in group.runs]
        sizes = sorted({each.samples for each in members} | {each.k for each in group.pass_at_k})
        twice = has_twins(members)
        cells: dict[tuple[str, int], str] = {}
        for each in members:
            label = f"{each.kind} ({each.run.name})" if twice else each.kind
            cells[label, each.samples] = percent(each.accuracy, with_n=True)
        label = f"pass@k of {group.pass_at_k_run}"
        cells.update({(label, each.k): f"{100 * each.value:.1f} n={each.n:,}" for each in group.pass_at_k})
        rows = tuple(
            (name, *(cells.get((name, size), NONE) for size in sizes))
            for name in dict.fromkeys(name for name, _ in cells)
        )
        title = titles[group.runs[0]] if not twice else f"{members[0].run.title}, {group.model}"
        caption = f"{title}: accuracy in % by the number of first programs"
        blocks.append(TextTable(caption, ("method", *map(str, sizes)), rows))
    if blocks:
        blocks.append(
            Paragraph(
                "pass@k, unbiased: what a selector that is never wrong would reach with k of the samples, the most that"
                " selecting without debugging can reach. One program is greedy, several are drawn at temperature 0.7,"
                " pass@1 among them."
            )
        )
    return Section("Sample efficiency", tuple(blocks))


def _points(difference: float) -> str:
    """A difference of two shares, in points."""
    return f"{100 * difference:+.1f}".replace("-", "−")


def _probability(p: float) -> str:
    """A p-value with as many digits as it deserves."""
    return "<0.0001" if p < 0.0001 else f"{p:.4f}" if p < 0.01 else f"{p:.2f}"

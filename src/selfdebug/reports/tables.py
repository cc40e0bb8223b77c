"""A report as sections of tables with their explanations, for people. Numbers become text here and nowhere else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from selfdebug.benchmarks import Failure
from selfdebug.benchmarks.statistics import Proportion
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.reports.conditions import conditions, provenance
from selfdebug.reports.document import Block, Section, Table, Text
from selfdebug.reports.report import Amount, FailureCount, Report, RunReport, category_names

NONE = "–"


def sections(report: Report) -> tuple[Section, ...]:
    """All sections of a report; those without content are left out."""
    makers: tuple[Callable[[Report], Section], ...] = (
        conditions, _accuracy, _categories, _repairs, _failures, _turns, _judgement, _cost, _efficiency, provenance,
    )  # fmt: skip
    return tuple(section for section in (make(report) for make in makers) if section.blocks)


def percent(proportion: Proportion, *, with_n: bool = False) -> str:
    """Such as ``69.8 (65.6–73.7)``, or with ``n=500`` behind it."""
    if proportion.value is None:
        return NONE
    text = f"{100 * proportion.value:.1f} ({100 * proportion.low:.1f}–{100 * proportion.high:.1f})"
    return f"{text} n={proportion.n:,}" if with_n else text


def column_titles(reports: Sequence[RunReport]) -> dict[str, str]:
    """For each run the heading of its column in a table of methods: what runs that belong together share.

    Runs of one benchmark, model and style share a column, unless two of them are of the same method: then each command
    has its own.
    """
    ambiguous = len({(each.run.title, each.run.benchmark) for each in reports}) > len(
        {each.run.title for each in reports}
    )
    styles = {each.run.settings.style for each in reports}
    groups: dict[str, list[RunReport]] = {}
    for each in reports:
        title = f"{each.run.title} ({each.run.benchmark})" if ambiguous else each.run.title
        title += f", {each.run.provenance.model}"
        groups.setdefault(title + (f", {each.run.settings.style}" if len(styles) > 1 else ""), []).append(each)
    found = {}
    for title, members in groups.items():
        twice = len({each.method for each in members}) < len(members)
        found.update({each.run.id: f"{title}, {each.run.name}" if twice else title for each in members})
    return found


def _grid(
    caption: str,
    corner: str,
    cells: Mapping[tuple[str, str], Proportion],
    *,
    rows: Iterable[str] = (),
    columns: Iterable[str] = (),
    marked: Container[tuple[str, str]] = (),
) -> Table:
    """A table of proportions by row and column. What n all of a column share stands in its heading.

    Args:
        caption: of the table.
        corner: heading of the first column.
        cells: proportions by the names of their row and column.
        rows, columns: their names in order; by default as they come in `cells`.
        marked: cells of unfinished runs.
    """
    rows = list(dict.fromkeys(rows or (row for row, _ in cells)))
    columns = list(dict.fromkeys(columns or (column for _, column in cells)))
    shared = {}
    for column in columns:
        counts = {cells[each].n for each in cells if each[1] == column}
        shared[column] = counts.pop() if len(counts) == 1 else None
    header = [corner] + [column if (n := shared[column]) is None else f"{column}, n={n:,}" for column in columns]

    def cell(row: str, column: str) -> str:
        if (row, column) not in cells:
            return NONE
        text = percent(cells[row, column], with_n=shared[column] is None)
        return f"{text} †" if (row, column) in marked else text

    return Table(caption, tuple(header), tuple((row, *(cell(row, column) for column in columns)) for row in rows))


def _accuracy(report: Report) -> Section:
    titles = column_titles(report.runs)
    methods = [each.method for each in sorted(report.runs, key=_method_order)]
    places = {each.run.id: (each.method, titles[each.run.id]) for each in report.runs}
    cells = {places[each.run.id]: each.accuracy for each in report.runs}
    unfinished = [places[each.run.id] for each in report.runs if not each.run.finished]
    blocks: list[Block] = [_grid("Accuracy in % (95 % interval)", "method", cells, rows=methods, marked=unfinished)]
    if unfinished:
        blocks.append(Text("† The run is not finished: this is the accuracy on the tasks that are done."))
    further = {
        (each.run.id, measure.name.replace("_", " ")): measure.proportion
        for each in report.runs
        for measure in each.measures
        if len(each.measures) > 1
    }
    if further:
        blocks.append(_grid("All measures in % (95 % interval), the main one first", "run", further))
    blocks += _comparisons(report)
    return Section("Accuracy", tuple(blocks))


def _method_order(report: RunReport) -> tuple[int, str, int]:
    kinds = list(FEEDBACK_KINDS)
    place = kinds.index(report.feedback) if report.feedback in kinds else len(kinds)
    return place, report.feedback, report.run.settings.samples


def _comparisons(report: Report) -> list[Block]:
    compared = {each.run for each in report.comparisons}
    alone = [each.run.id for each in report.runs if each.run.id not in compared and each.feedback != "baseline"]
    blocks: list[Block] = []
    if report.comparisons:
        rows = tuple(
            (
                each.run, each.baseline, f"{each.accuracy.n:,}", percent(each.baseline_accuracy),
                percent(each.accuracy), _signed(100 * each.difference), f"{each.gained:,}", f"{each.lost:,}",
                probability(each.p),
            )
            for each in report.comparisons
        )  # fmt: skip
        header = ("run", "baseline", "tasks", "baseline %", "run %", "points", "won", "lost", "p")
        blocks.append(Table("Against the baseline, on the tasks that both have done", header, rows, left=2))
        blocks.append(
            Text(
                "won: right in the run alone; lost: right in its baseline alone; p: McNemar's exact test, two-sided,"
                " not corrected for the number of comparisons. A baseline has the benchmark, model, style and number of"
                " samples of the run."
            )
        )
    blocks += [
        Text(f"{each.run} and its baseline differ in more than debugging: {', '.join(each.differs)}.")
        for each in report.comparisons
        if each.differs
    ]
    if alone:
        blocks.append(Text(f"No baseline with the same conditions was given for {', '.join(alone)}."))
    return blocks


def _categories(report: Report) -> Section:
    titles = column_titles(report.runs)
    groups: dict[str, list[RunReport]] = {}
    for each in report.runs:
        if len(each.categories) > 1:
            groups.setdefault(titles[each.run.id], []).append(each)
    return Section("By category", tuple(_of_categories(title, members) for title, members in groups.items()))


def _of_categories(title: str, runs: Sequence[RunReport]) -> Table:
    cells = {(each.run.id, category.name): category.proportion for each in runs for category in each.categories}
    return _grid(f"{title}: accuracy in % (95 % interval)", "run", cells, columns=category_names(runs))


def _repairs(report: Report) -> Section:
    debugging = [each for each in report.runs if _debugs(each)]
    rows = tuple(
        (
            each.run.id, f"{each.run.done:,}", f"{found.right_kept:,}", f"{found.broken:,}", f"{found.repaired:,}",
            f"{found.wrong_kept:,}", percent(found.repair_rate), percent(found.break_rate),
        )
        for each in debugging
        for found in [each.repairs]
    )  # fmt: skip
    header = (
        "run",
        "tasks",
        "right → right",
        "right → wrong",
        "wrong → right",
        "wrong → wrong",
        "repaired %",
        "broken %",
    )
    text = (
        "First programs → answers, by the benchmark's scoring. Repaired %: of the wrong first programs; broken %: of"
        " the right ones."
    )
    table = Table("What debugging made of the first programs", header, rows)
    return Section("Repairs and regressions", (table, Text(text)) if rows else ())


def _debugs(report: RunReport) -> bool:
    return report.feedback != "baseline"


def _failures(report: Report) -> Section:
    names = [str(failure) for failure in Failure]
    found = {(each.run.id, count.failure): count for each in report.runs for count in each.failures}
    kinds = [name for name in names if any(failure == name for _, failure in found)]
    runs = [each for each in report.runs if each.failures]
    if not runs:
        return Section("Failures", ())
    zero = FailureCount("", 0, Proportion.of(0, 0), 0)

    def table(caption: str, of: Sequence[RunReport], cell: Callable[[FailureCount], str]) -> Table:
        rows = tuple((each.run.id, *(cell(found.get((each.run.id, kind), zero)) for kind in kinds)) for each in of)
        return Table(caption, ("run", *kinds), rows)

    blocks: list[Block] = [table("First programs that fail so", runs, lambda count: f"{count.first:,}")]
    debugging = [each for each in runs if _debugs(each)]
    if debugging:
        caption = "Of these, with a right answer, in % (95 % interval)"
        blocks.append(table(caption, debugging, lambda count: percent(count.repaired, with_n=True)))
        blocks.append(table("Answers that fail so", debugging, lambda count: f"{count.remaining:,}"))
    return Section("Failures", tuple(blocks))


def _turns(report: Report) -> Section:
    totals: Counter[str] = Counter()
    for each in report.runs:
        totals.update({ending.name: ending.count for ending in each.turns.endings})
    all_endings = sorted(totals, key=lambda name: (-totals[name], name))
    most = max(len(each.turns.accuracy) for each in report.runs)
    longest = max(len(each.turns.programs) for each in report.runs)
    after = tuple(
        (
            each.run.id, f"{each.run.done:,}",
            *(_after(each, k) for k in range(most)),
            percent(each.accuracy),
        )
        for each in report.runs
    )  # fmt: skip
    numbers = tuple(
        (each.run.id, *(f"{n:,}" for n in each.turns.programs), *("0",) * (longest - len(each.turns.programs)))
        for each in report.runs
    )
    endings = {
        (each.run.id, ending): Proportion.of(counts.get(ending, 0), each.run.done)
        for each in report.runs
        for counts in [{one.name: one.count for one in each.turns.endings}]
        for ending in all_endings
    }
    return Section(
        "Turns",
        (
            Table(
                "Accuracy in % (95 % interval) by the number of new programs",
                ("run", "tasks", "first", *(f"+{k}" for k in range(1, most)), "answer"), after,
            ),
            Text(
                "A trajectory that has ended keeps its last program. The answer is the last program if that was judged"
                " correct, else the one that did best when it ran."
            ),
            Table("Programs written by a trajectory", ("run", *map(str, range(longest))), numbers),
            _grid("How trajectories ended, in % (95 % interval)", "run", endings, columns=all_endings),
        ),
    )  # fmt: skip


def _after(report: RunReport, k: int) -> str:
    """Accuracy after k new programs; what takes none has none."""
    accuracy = report.turns.accuracy
    return percent(accuracy[min(k, len(accuracy) - 1)]) if k == 0 or _debugs(report) else NONE


def _judgement(report: Report) -> Section:
    rows = tuple(
        (
            each.run.id, f"{found.correct_right:,}", f"{found.correct_wrong:,}", f"{found.other_right:,}",
            f"{found.other_wrong:,}", percent(found.right_if_correct), percent(found.right_if_other),
        )
        for each in report.runs
        for found in [each.judgement]
    )  # fmt: skip
    header = (
        "run", "correct, right", "correct, wrong", "other, right", "other, wrong", "right if correct %",
        "right if other %",
    )  # fmt: skip
    text = (
        "correct: the loop judged its answer correct, by the tests that the problem shows or, where it shows none, by"
        " the model's own word; other: it did not, or gave no verdict. right and wrong: by the benchmark's scoring,"
        " which the loop never sees."
    )
    return Section("The loop's own judgement", (Table("Judged and scored", header, rows), Text(text)))


def _cost(report: Report) -> Section:
    amounts: tuple[tuple[str, Callable[[RunReport], Amount]], ...] = (
        ("calls", lambda each: each.spent.calls),
        ("prompt tokens", lambda each: each.spent.prompt_tokens),
        ("completion tokens", lambda each: each.spent.completion_tokens),
        ("wall seconds", lambda each: each.spent.seconds),
    )
    extra = {each.run: each.extra_tokens_per_win for each in report.comparisons}
    rows = tuple(
        (
            each.run.id, f"{each.run.done:,}", f"{each.accuracy.count:,}",
            *(_rounded(amount(each).per_problem) for _, amount in amounts),
            *(_rounded(amount(each).per_solved) for _, amount in amounts),
            _rounded(extra.get(each.run.id)),
        )
        for each in report.runs
    )  # fmt: skip
    names = [name for name, _ in amounts]
    text = (
        "Replies that were read back from the store count like others, with their tokens. Wall seconds are as measured,"
        " problem by problem, waiting for the model and for other problems included. A right answer bears the cost of"
        " the wrong ones. Tokens for each problem won: prompt and completion tokens beyond the baseline's, on the tasks"
        " that both have done, divided by problems won less problems lost."
    )
    return Section(
        "Cost",
        (
            Table("For each problem", ("run", "tasks", *names), tuple((row[0], row[1], *row[3:7]) for row in rows)),
            Table(
                "For each right answer",
                ("run", "right", *names, "tokens for each problem won"),
                tuple((row[0], row[2], *row[7:]) for row in rows),
            ),
            Text(text),
        ),
    )


def _efficiency(report: Report) -> Section:
    by_id = {each.run.id: each for each in report.runs}
    titles = column_titles(report.runs)
    blocks: list[Block] = []
    for group in report.efficiency:
        members = [by_id[name] for name in group.runs]
        sizes = sorted({each.run.settings.samples for each in members} | {each.k for each in group.ceiling})
        twice = len({each.method for each in members}) < len(members)
        cells: dict[tuple[str, int], str] = {}
        for each in members:
            label = f"{each.feedback} ({each.run.name})" if twice else each.feedback
            cells[label, each.run.settings.samples] = percent(each.accuracy, with_n=True)
        label = f"pass@k of {group.ceiling_run}"
        cells.update({(label, each.k): f"{100 * each.value:.1f} n={each.n:,}" for each in group.ceiling})
        rows = tuple(
            (name, *(cells.get((name, size), NONE) for size in sizes))
            for name in dict.fromkeys(name for name, _ in cells)
        )
        title = titles[group.runs[0]] if not twice else f"{members[0].run.title}, {group.model}"
        caption = f"{title}: accuracy in % by the number of first programs"
        blocks.append(Table(caption, ("method", *map(str, sizes)), rows))
    if blocks:
        blocks.append(
            Text(
                "pass@k, unbiased: what a selector that is never wrong would reach with k of the samples; the ceiling"
                " of selecting without debugging. One program is greedy, several are drawn at temperature 0.7, pass@1"
                " among them."
            )
        )
    return Section("Sample efficiency", tuple(blocks))


def _signed(number: float) -> str:
    return f"{number:+.1f}".replace("-", "−")


def probability(p: float) -> str:
    """A p-value with as many digits as it deserves."""
    return "<0.0001" if p < 0.0001 else f"{p:.4f}" if p < 0.01 else f"{p:.2f}"


def _rounded(number: float | None) -> str:
    """A number with three digits at least, and no more decimals than these need."""
    if number is None:
        return NONE
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.1f}" if abs(number) >= 10 else f"{number:.2f}"

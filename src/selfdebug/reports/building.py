"""From runs and their results to a report."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter

from selfdebug.benchmarks import Failure
from selfdebug.benchmarks.statistics import Proportion, mcnemar, pass_at_k
from selfdebug.prices import Prices
from selfdebug.reports.counting import MOST_PROGRAMS, RunCounts, TaskMarks, count
from selfdebug.reports.report import (
    Amount,
    BaselineComparison,
    CurvePoint,
    Efficiency,
    FailureCount,
    Judgement,
    NamedCount,
    NamedProportion,
    NothingDoneError,
    PassAtK,
    PassAtT,
    Repairs,
    Report,
    RunReport,
    Spent,
    Turns,
    place_of,
    place_of_policy,
)
from selfdebug.runs.run import Run, TaskResult, Totals

BASELINE = "baseline"


def build_report(
    runs: Sequence[tuple[Run, Callable[[], Iterable[TaskResult]]]], prices: Prices | None = None
) -> Report:
    """Build the report of some runs.

    Args:
        runs: each run with a function that reads its results; it is called once, and the results are not kept. A run
            that is named twice counts once; the order does not matter.
        prices: of tokens, to give costs in money, too.

    Raises:
        NothingDoneError: none of the runs has a result.
    """
    by_id = {run.id: (run, read) for run, read in runs}
    counted = sorted((count(run, read()) for run, read in by_id.values()), key=lambda counts: _order(counts.run))
    done = [counts for counts in counted if counts.totals.done]
    if not done:
        names = ", ".join(counts.run.id for counts in counted)
        raise NothingDoneError(
            f"No task of {names} is done yet, so there is nothing to report: selfdebug runs resume continues a run."
            if names
            else "There is nothing to report: no run was given."
        )
    reports = tuple(_run_report(counts, prices) for counts in done)
    compared = (_compare(counts, baseline) for counts in done if (baseline := _baseline_of(counts, done)))
    return Report(
        reports,
        tuple(filter(None, compared)),
        _efficiency(reports),
        tuple(dataclasses.replace(counts.run, done=0) for counts in counted if not counts.totals.done),
        tuple(_pass_at_t([counts for counts in done if counts.run.debugs])),
        prices,
    )


def _order(run: Run) -> tuple[object, ...]:
    settings = run.settings
    place = place_of(run.feedback), place_of_policy(settings.policy), settings.samples
    return run.title, run.benchmark, run.provenance.model, settings.style, *place, run.id


def _run_report(counts: RunCounts, prices: Prices | None) -> RunReport:
    totals = counts.totals
    return RunReport(
        run=dataclasses.replace(counts.run, done=totals.done),
        feedback=counts.run.feedback,
        accuracy=totals.accuracy,
        metrics=_proportions(counts.run.metrics, counts.metrics),
        categories=_proportions(counts.run.categories, counts.categories),
        repairs=_repairs(totals),
        failures=_failures(counts),
        turns=_turns(counts),
        judgement=_judgement(counts.judged),
        spent=_spent(counts, prices),
        pass_at_k=_pass_at_k(counts.samples),
        curve=tuple(_curve(counts)),
        unprotected=counts.unprotected,
    )


def _spent(counts: RunCounts, prices: Prices | None) -> Spent:
    totals = counts.totals
    sums = [totals.calls, totals.prompt_tokens, totals.completion_tokens, counts.seconds]
    if prices is not None:
        sums.append(prices.cost(totals.prompt_tokens, totals.completion_tokens))
    amounts = (Amount(each, each / totals.done, each / totals.passed if totals.passed else None) for each in sums)
    return Spent(*amounts)


def _curve(counts: RunCounts) -> Iterator[CurvePoint]:
    n, sums = counts.totals.done, [0, 0, 0, 0.0]
    for number, gained in sorted((counts.progress or {}).items()):
        sums = [total + more for total, more in zip(sums, gained, strict=True)]
        passed, calls, tokens, seconds = sums
        known = None if math.isnan(seconds) else seconds / n
        yield CurvePoint(number + 1, Proportion.of(int(passed), n), calls / n, tokens / n, known)


def _pass_at_t(debugging: Sequence[RunCounts]) -> Iterator[PassAtT]:
    """Of runs of one benchmark, on the tasks that they have in common."""
    for benchmark in dict.fromkeys(counts.run.benchmark for counts in debugging):
        group = [counts for counts in debugging if counts.run.benchmark == benchmark]
        longest = max(len(right) for counts in group for right in counts.turns)
        places = range(min(max(longest, 1), MOST_PROGRAMS))
        for counts, after in zip(group, TaskMarks.right_after([counts.tasks for counts in group]), strict=True):
            right = [sum(n for bits, n in after.items() if bits >> place & 1) for place in places]
            if after:
                yield PassAtT(counts.run.id, tuple(Proportion.of(each, after.total()) for each in right))


def _proportions(names: tuple[str, ...], counts: Counter[tuple[str, bool]]) -> tuple[NamedProportion, ...]:
    """In the benchmark's order; what the benchmark does not name comes last. Without a name there is no category."""
    present = [*names, *sorted({name for name, _ in counts} - {*names, ""})]
    pairs = ((name, counts[name, True], counts[name, False]) for name in present)
    return tuple(NamedProportion(name, Proportion.of(yes, yes + no)) for name, yes, no in pairs if yes + no)


def _repairs(totals: Totals) -> Repairs:
    right_kept = totals.passed - totals.repaired
    wrong_kept = totals.done - totals.passed - totals.broken
    return Repairs(
        right_kept, totals.broken, totals.repaired, wrong_kept,
        Proportion.of(totals.repaired, totals.repaired + wrong_kept),
        Proportion.of(totals.broken, totals.broken + right_kept),
    )  # fmt: skip


def _failures(counts: RunCounts) -> tuple[FailureCount, ...]:
    repairs = {failure: (counts.failures[failure, True], counts.failures[failure, False]) for failure in Failure}
    return tuple(
        FailureCount(str(failure), yes + no, Proportion.of(yes, yes + no), counts.remaining[failure])
        for failure, (yes, no) in repairs.items()
        if yes + no + counts.remaining[failure]
    )


def _turns(counts: RunCounts) -> Turns:
    turns, longest = counts.turns.items(), max(map(len, counts.turns))
    numbers = [sum(n for programs, n in turns if len(programs) == number) for number in range(longest + 1)]
    # After k new programs, the answer that there is by then counts.
    right = [sum(n for programs, n in turns if programs[: k + 1][-1:] == (True,)) for k in range(max(longest, 1))]
    endings = sorted(counts.endings.items(), key=lambda pair: (-pair[1], pair[0]))
    return Turns(
        tuple(Proportion.of(each, counts.totals.done) for each in right),
        tuple(numbers),
        tuple(NamedCount(name, number) for name, number in endings),
    )


def _judgement(judged: Counter[tuple[bool, bool]]) -> Judgement:
    counts = [(judged[correct, True], judged[correct, False]) for correct in (True, False)]
    return Judgement(*counts[0], *counts[1], *(Proportion.of(right, right + wrong) for right, wrong in counts))


def _pass_at_k(samples: Counter[tuple[int, int]]) -> tuple[PassAtK, ...]:
    """For 1, 2, 4, … and all samples."""
    if not samples:
        return ()
    least, n = min(drawn for drawn, _ in samples), samples.total()
    sizes = [*(1 << power for power in range(least.bit_length()) if 1 << power < least), least]
    ordered = sorted(samples.items())  # sums of floats depend on their order
    return tuple(
        PassAtK(k, math.fsum(pass_at_k(drawn, right, k) * number for (drawn, right), number in ordered) / n, n)
        for k in sizes
    )


def _baseline_of(counts: RunCounts, others: Sequence[RunCounts]) -> RunCounts | None:
    """The baseline under the same conditions; of several, the one of the same command."""
    run = counts.run
    if run.feedback == BASELINE:
        return None
    conditions = attrgetter("benchmark", "provenance.model", "settings.style", "settings.samples")
    same = [other for other in others if other.run.feedback == BASELINE and conditions(other.run) == conditions(run)]
    return min(same, key=lambda other: (other.run.name != run.name, other.run.id), default=None)


def _compare(counts: RunCounts, baseline: RunCounts) -> BaselineComparison | None:
    cells: Counter[tuple[bool, bool]] = Counter()
    extra = 0
    for ours, theirs, tokens in counts.tasks.in_common(baseline.tasks):
        cells[ours, theirs] += 1
        extra += tokens
    n = cells.total()
    if not n:
        return None
    gained, lost, both = cells[True, False], cells[False, True], cells[True, True]
    return BaselineComparison(
        run=counts.run.id,
        baseline=baseline.run.id,
        accuracy=Proportion.of(both + gained, n),
        baseline_accuracy=Proportion.of(both + lost, n),
        difference=(gained - lost) / n,
        gained=gained,
        lost=lost,
        p=mcnemar(gained, lost),
        extra_tokens=extra,
        extra_tokens_per_win=extra / (gained - lost) if gained > lost else None,
        differs=_differs(counts.run, baseline.run),
    )


def _differs(run: Run, baseline: Run) -> tuple[str, ...]:
    ours, theirs = _should_agree(run), _should_agree(baseline)
    return tuple(name for name in ours if ours[name] != theirs[name])


def _should_agree(run: Run) -> dict[str, object]:
    """What a run and its baseline should have in common besides."""
    settings, origin = run.settings, run.provenance
    return {
        "version": origin.version,
        "prompts": origin.prompts,
        "server": origin.server,
        "data": dict(origin.data),
        "selector": settings.selector if settings.samples > 1 else "",
        "form": run.source.form,
        "budget": (settings.max_calls, settings.max_total_tokens, settings.max_seconds),
        "tokens of one reply": settings.max_reply_tokens,
    }


def _efficiency(reports: Sequence[RunReport]) -> tuple[Efficiency, ...]:
    groups: dict[tuple[str, str, str], list[RunReport]] = {}
    for report in reports:
        run = report.run
        groups.setdefault((run.benchmark, run.provenance.model, run.settings.style), []).append(report)
    most = {key: max(members, key=lambda each: each.samples) for key, members in groups.items()}
    return tuple(
        Efficiency(*key, tuple(each.run.id for each in members), most[key].pass_at_k, most[key].run.id)
        for key, members in groups.items()
        if most[key].pass_at_k
    )

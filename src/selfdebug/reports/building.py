"""From runs and their results to a report."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from selfdebug.benchmarks import Failure
from selfdebug.benchmarks.statistics import Proportion, mcnemar, pass_at_k
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.reports.report import (
    Amount,
    Ceiling,
    Comparison,
    Efficiency,
    FailureCount,
    Judgement,
    NamedCount,
    NamedProportion,
    NothingDoneError,
    Repairs,
    Report,
    RunReport,
    Spent,
    Turns,
)
from selfdebug.reports.tally import Tally, count
from selfdebug.runs.run import Run, TaskResult

T = TypeVar("T")
BASELINE = "baseline"


def build_report(runs: Sequence[tuple[Run, Callable[[], Iterable[TaskResult]]]]) -> Report:
    """Build the report of some runs.

    Args:
        runs: each run with a function that reads its results; it is called once, and the results are not kept. A run
            that is named twice counts once; the order does not matter.

    Raises:
        NothingDoneError: none of the runs has a result.
    """
    by_id = {run.id: (run, read) for run, read in runs}
    tallies = [count(run, read()) for run, read in by_id.values()]
    tallies.sort(key=lambda tally: _order(tally.run))
    done = [tally for tally in tallies if tally.done]
    if not done:
        names = ", ".join(tally.run.id for tally in tallies)
        raise NothingDoneError(
            f"No task of {names} is done yet, so there is nothing to report: selfdebug runs resume continues a run."
            if names
            else "There is nothing to report: no run was given."
        )
    reports = tuple(_run_report(tally) for tally in done)
    return Report(
        reports,
        _comparisons(done),
        _efficiency(reports),
        tuple(dataclasses.replace(tally.run, done=0) for tally in tallies if not tally.done),
    )


def feedback_of(run: Run) -> str:
    """The feedback kind of a run; its id names it where the settings leave it to the problems."""
    if run.settings.feedback:
        return run.settings.feedback
    return run.id.partition("/")[2].removesuffix(f"-{run.settings.samples}") or "default"


def _order(run: Run) -> tuple[object, ...]:
    feedback = feedback_of(run)
    kinds = list(FEEDBACK_KINDS)
    place = kinds.index(feedback) if feedback in kinds else len(kinds)
    return run.title, run.benchmark, run.provenance.model, run.settings.style, place, run.settings.samples, run.id


def _run_report(tally: Tally) -> RunReport:
    return RunReport(
        run=dataclasses.replace(tally.run, done=tally.done),
        feedback=feedback_of(tally.run),
        accuracy=Proportion.of(tally.passed, tally.done),
        measures=_proportions(tally.run.measures, tally.measures),
        categories=_proportions(tally.run.categories, tally.categories),
        repairs=_repairs(tally),
        failures=_failures(tally),
        turns=_turns(tally),
        judgement=_judgement(tally.judged),
        spent=Spent(
            *(
                Amount(total, total / tally.done, total / tally.passed if tally.passed else None)
                for total in (tally.calls, tally.prompt_tokens, tally.completion_tokens, tally.seconds)
            )
        ),
        pass_at_k=_pass_at_k(tally.samples),
        unprotected=tally.unprotected,
    )


def _proportions(names: tuple[str, ...], counts: Counter[tuple[str, bool]]) -> tuple[NamedProportion, ...]:
    """In the benchmark's order; what the benchmark does not name comes last. Without a name there is no category."""
    found = [*names, *sorted({name for name, _ in counts} - {*names, ""})]
    pairs = ((name, counts[name, True], counts[name, False]) for name in found)
    return tuple(NamedProportion(name, Proportion.of(yes, yes + no)) for name, yes, no in pairs if yes + no)


def _repairs(tally: Tally) -> Repairs:
    cells: Counter[tuple[bool, bool]] = Counter()
    for (programs, passed), number in tally.turns.items():
        cells[bool(programs) and programs[0], passed] += number
    right_kept, broken = cells[True, True], cells[True, False]
    repaired, wrong_kept = cells[False, True], cells[False, False]
    return Repairs(
        right_kept, broken, repaired, wrong_kept,
        Proportion.of(repaired, repaired + wrong_kept),
        Proportion.of(broken, broken + right_kept),
    )  # fmt: skip


def _failures(tally: Tally) -> tuple[FailureCount, ...]:
    found = []
    for failure in Failure:
        repaired = tally.failures[failure, True]
        first = repaired + tally.failures[failure, False]
        if first or tally.remaining[failure]:
            found.append(FailureCount(str(failure), first, Proportion.of(repaired, first), tally.remaining[failure]))
    return tuple(found)


def _turns(tally: Tally) -> Turns:
    longest = max(len(programs) for programs, _ in tally.turns)
    numbers = [0] * (longest + 1)
    right = [0] * max(longest, 1)
    for (programs, _), number in tally.turns.items():
        numbers[len(programs)] += number
        for place in range(len(right)):
            if programs and programs[min(place, len(programs) - 1)]:
                right[place] += number
    endings = sorted(tally.endings.items(), key=lambda pair: (-pair[1], pair[0]))
    return Turns(
        tuple(Proportion.of(each, tally.done) for each in right),
        tuple(numbers),
        tuple(NamedCount(name, number) for name, number in endings),
    )


def _judgement(judged: Counter[tuple[bool, bool]]) -> Judgement:
    correct_right, correct_wrong = judged[True, True], judged[True, False]
    other_right, other_wrong = judged[False, True], judged[False, False]
    return Judgement(
        correct_right, correct_wrong, other_right, other_wrong,
        Proportion.of(correct_right, correct_right + correct_wrong),
        Proportion.of(other_right, other_right + other_wrong),
    )  # fmt: skip


def _pass_at_k(samples: Counter[tuple[int, int]]) -> tuple[Ceiling, ...]:
    """For 1, 2, 4, … and all samples."""
    if not samples:
        return ()
    least, n = min(drawn for drawn, _ in samples), samples.total()
    sizes = [*(1 << power for power in range(least.bit_length()) if 1 << power < least), least]
    ordered = sorted(samples.items())  # sums of floats depend on their order
    return tuple(
        Ceiling(k, math.fsum(pass_at_k(drawn, right, k) * number for (drawn, right), number in ordered) / n, n)
        for k in sizes
    )


def _comparisons(tallies: Sequence[Tally]) -> tuple[Comparison, ...]:
    found = []
    for tally in tallies:
        baseline = _baseline_of(tally, tallies)
        comparison = _compare(tally, baseline) if baseline else None
        if comparison:
            found.append(comparison)
    return tuple(found)


def _baseline_of(tally: Tally, tallies: Sequence[Tally]) -> Tally | None:
    """The baseline under the same conditions; of several, the one of the same command."""
    if feedback_of(tally.run) == BASELINE:
        return None
    same = [
        other for other in tallies if feedback_of(other.run) == BASELINE and _conditions(other) == _conditions(tally)
    ]
    return min(same, key=lambda other: (other.run.name != tally.run.name, other.run.id), default=None)


def _conditions(tally: Tally) -> tuple[object, ...]:
    """What a run and its baseline must have in common."""
    run = tally.run
    return run.benchmark, run.provenance.model, run.settings.style, run.settings.samples


def _compare(tally: Tally, baseline: Tally) -> Comparison | None:
    cells: Counter[tuple[bool, bool]] = Counter()
    extra = 0
    for ours, theirs, tokens in tally.places.in_common(baseline.places):
        cells[ours, theirs] += 1
        extra += tokens
    n = cells.total()
    if not n:
        return None
    gained, lost, both = cells[True, False], cells[False, True], cells[True, True]
    return Comparison(
        run=tally.run.id,
        baseline=baseline.run.id,
        accuracy=Proportion.of(both + gained, n),
        baseline_accuracy=Proportion.of(both + lost, n),
        difference=(gained - lost) / n,
        gained=gained,
        lost=lost,
        p=mcnemar(gained, lost),
        extra_tokens=extra,
        extra_tokens_per_win=extra / (gained - lost) if gained > lost else None,
        differs=_differs(tally.run, baseline.run),
    )


def _budget(run: Run) -> tuple[float | None, ...]:
    return run.settings.max_calls, run.settings.max_total_tokens, run.settings.max_seconds


def _differs(run: Run, baseline: Run) -> tuple[str, ...]:
    ours, theirs = run.provenance, baseline.provenance
    pairs = {
        "version": (ours.version, theirs.version),
        "prompts": (ours.prompts, theirs.prompts),
        "server": (ours.server, theirs.server),
        "data": (dict(ours.data), dict(theirs.data)),
        "form": (run.source.form, baseline.source.form),
        "budget": (_budget(run), _budget(baseline)),
        "tokens of one reply": (run.settings.max_reply_tokens, baseline.settings.max_reply_tokens),
    }
    return tuple(name for name, (one, other) in pairs.items() if one != other)


def _efficiency(reports: Sequence[RunReport]) -> tuple[Efficiency, ...]:
    groups: dict[tuple[str, str, str], list[RunReport]] = {}
    for report in reports:
        run = report.run
        groups.setdefault((run.benchmark, run.provenance.model, run.settings.style), []).append(report)
    found = []
    for key, members in groups.items():
        most = max(members, key=lambda each: each.run.settings.samples)
        if most.pass_at_k:
            found.append(Efficiency(*key, tuple(each.run.id for each in members), most.pass_at_k, most.run.id))
    return tuple(found)

"""Under which conditions runs were made, and what somebody needs to repeat them: the first and last section."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC

from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.reports.document import Block, BulletList, Commands, Paragraph, Section, table_of
from selfdebug.reports.report import Report
from selfdebug.runs.run import Run

_SCORING = (
    "Hidden tests and gold answers were used for scoring alone: no prompt, no choice among samples and no decision to"
    " stop has seen one. Tests that a problem shows say whether a program is right and which samples are left to choose"
    " from; what they gave is told to the model only where the table says so (told test outcomes)."
)


def conditions(report: Report) -> Section:
    """What was run, and what the model saw."""
    runs = _runs(report)
    blocks: list[Block] = [
        table_of("Runs", runs, _CONDITIONS, left=7),
        Paragraph(_SCORING),
    ]
    notes = (*_unfinished(runs), *_notes(runs), *_unprotected(report))
    blocks += [BulletList(notes)] if notes else []
    return Section("What was run", tuple(blocks))


def provenance(report: Report) -> Section:
    """Where the numbers come from; what all runs share stands once."""
    runs = _runs(report)
    facts = [_facts(run) for run in runs]
    if all(run.settings.samples == 1 for run in runs):
        for each in facts:
            del each["selector among samples"]
    names = list(dict.fromkeys(name for each in facts for name in each))
    shared = {name: facts[0].get(name, "") for name in names if len({each.get(name, "") for each in facts}) == 1}
    blocks: list[Block] = [BulletList(tuple(f"{name}: {value}" for name, value in shared.items() if value))]
    if len(runs) > 1:
        blocks.insert(0, Paragraph("For all runs:"))
    for run, each in zip(runs, facts, strict=True):
        own = tuple(f"{name}: {value}" for name, value in each.items() if name not in shared)
        blocks += [Paragraph(f"For {run.id}:"), BulletList(own)] if own else []
    commands = tuple(dict.fromkeys(run.provenance.command for run in runs))
    blocks += [Paragraph("To repeat:"), Commands(commands)]
    return Section("Provenance", tuple(blocks))


def _runs(report: Report) -> list[Run]:
    return [*(each.run for each in report.runs), *report.empty]


def _shows_tests(run: Run) -> bool:
    kind = FEEDBACK_KINDS.get(run.feedback)
    return kind is not None and kind.shows_tests


_CONDITIONS: Mapping[str, Callable[[Run], object]] = {
    "run": lambda run: run.id,
    "benchmark": lambda run: f"{run.title} ({run.benchmark})" if run.title != run.benchmark else run.title,
    "model": lambda run: run.provenance.model,
    "style": lambda run: run.settings.style,
    "feedback": lambda run: run.feedback,
    "told test outcomes": lambda run: "yes" if _shows_tests(run) else "no",
    "policy": lambda run: run.settings.policy if run.debugs else None,
    "samples": lambda run: run.settings.samples,
    "turns": lambda run: run.settings.max_turns if run.debugs else None,
    "tasks done": lambda run: f"{run.done:,} of {run.tasks:,}" + ("" if run.finished else " †"),
}


def _unfinished(runs: Sequence[Run]) -> list[str]:
    return [
        f"{run.id} is not finished: {run.done:,} of {run.tasks:,} tasks are done."
        if run.done
        else f"{run.id} has no task done, and is left out below."
        for run in runs
        if not run.finished
    ]


def _unprotected(report: Report) -> list[str]:
    return [
        f"{each.run.id}: {each.unprotected:,} of {each.run.done:,} answers were judged in the program's own process,"
        " where a hostile program can decide its verdict."
        for each in report.runs
        if each.unprotected
    ]


def _notes(runs: Sequence[Run]) -> list[str]:
    """Each note once, with the runs that it is about if it is not about all."""
    about: dict[str, list[str]] = {}
    for run in runs:
        for note in dict.fromkeys(run.notes):
            about.setdefault(note, []).append(run.id)
    return [note if len(ids) == len(runs) else f"{note} ({', '.join(ids)})" for note, ids in about.items()]


def _facts(run: Run) -> dict[str, str]:
    origin, settings = run.provenance, run.settings
    budgets = {"calls": settings.max_calls, "tokens": settings.max_total_tokens, "seconds": settings.max_seconds}
    limits = ", ".join(f"{value:,} {name}" for name, value in budgets.items() if value is not None)
    return {
        "selfdebug": origin.version,
        "prompts": origin.prompts,
        "model": origin.model,
        "server": origin.server,
        "tokens of one reply": f"at most {settings.max_reply_tokens:,}",
        "budget for one problem": limits or "none besides turns",
        "selector among samples": settings.selector,
        "machine": origin.machine,
        "isolation": origin.isolation,
        "started": origin.started.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        **{f"SHA-256 of {path}": digest for path, digest in sorted(origin.data.items())},
    }

"""Runs and results made by hand, or many at once from a seed, as a runner would keep them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from selfdebug.benchmarks import Failure, Score
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.runs.run import Provenance, Run, TaskResult
from selfdebug.settings import Settings
from selfdebug.trajectory import Cost, Ending

Readable = tuple[Run, Callable[[], Iterable[TaskResult]]]

PROVENANCE = Provenance(
    version="0.1.0",
    prompts="5f3a" * 16,
    model="gpt-5-mini",
    server="https://api.openai.com/v1",
    data={"mbpp/mbpp.jsonl": "ab12" * 16},
    machine="AMD EPYC, 8 cores, 32 GiB, Linux 6.1, Python 3.11",
    isolation="bubblewrap",
    started=datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
    command="selfdebug bench mbpp --name mbpp-1 --model gpt-5-mini --feedback all",
)
RIGHT = Score(True, metrics={"accuracy": True})
_RATES = {"baseline": 0.0, "simple": 0.18, "ut": 0.26, "expl": 0.16, "ut+expl": 0.3, "ut+trace": 0.28}


def wrong(failure: Failure | None = Failure.WRONG) -> Score:
    return Score(False, failure, "it gave 2, not 3", {"accuracy": False})


def run(identifier: str = "mbpp-1/ut", **changes: object) -> Run:
    """A run; changes may be of its settings or its provenance, too."""
    method = identifier.partition("/")[2]
    feedback = max((kind for kind in FEEDBACK_KINDS if method.startswith(kind)), key=len)
    settings = Settings(style="few-shot", feedback=feedback, samples=int(method.removeprefix(feedback)[1:] or 1))
    provenance = PROVENANCE
    for name in list(changes):
        if hasattr(settings, name):
            settings = replace(settings, **{name: changes.pop(name)})  # type: ignore[arg-type]
        elif hasattr(provenance, name):
            provenance = replace(provenance, **{name: changes.pop(name)})  # type: ignore[arg-type]
    made = Run(
        identifier, "mbpp", "MBPP", settings, 4, (), ("accuracy",),
        ("One test of each problem is shown.",), provenance,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def result(index: int, programs: Sequence[bool], answer: bool | None = None, **changes: object) -> TaskResult:
    """A result by what its programs were; the answer is the last one."""
    scores = tuple(RIGHT if program else wrong() for program in programs)
    last = scores[-1] if scores else wrong(Failure.NO_PROGRAM)
    score = last if answer is None else RIGHT if answer else wrong()
    made = TaskResult(
        index, f"MBPP/{index}", "", scores, score, score.passed, Ending.CORRECT if score.passed else Ending.TURNS,
        cost=Cost(len(scores), 0, 100 * len(scores), 10 * len(scores), 0.5 * len(scores)),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def given(run: Run, results: Sequence[TaskResult]) -> Readable:
    return run, lambda: iter(results)


def simulated(
    identifier: str, *, tasks: int = 500, done: int | None = None, seed: str = "", base: float = 0.62, **changes: object
) -> Readable:
    """A run as it could have been: problems differ in how hard they are, runs of one seed meet the same ones."""
    made = run(identifier, tasks=tasks, categories=("easy", "medium", "hard", "extra"), **changes)
    results = [_simulated(made, index, seed, base) for index in range(tasks if done is None else done)]
    return made, lambda: iter(results)


def _simulated(run: Run, index: int, seed: str, base: float) -> TaskResult:
    shared = random.Random(f"{seed}{run.benchmark}{run.provenance.model}{index}")
    own = random.Random(f"{seed}{run.id}{run.provenance.model}{index}")
    category = run.categories[shared.choices(range(4), (4, 3, 2, 1))[0]]
    ease = min(0.98, max(0.01, shared.gauss(base, 0.35) - 0.08 * run.categories.index(category)))
    drawn = tuple(shared.random() < ease for _ in range(run.settings.samples))
    selected = drawn.index(True) if any(drawn) and shared.random() < 0.8 else 0
    kind = run.settings.feedback
    scores, passed = [], drawn[selected]
    turns = 1 if kind == "baseline" else 1 + run.settings.max_turns
    while True:
        failure = own.choices(list(Failure), (1, 5, 15, 30, 3, 1))[0]
        scores.append(RIGHT if passed else wrong(failure))
        noticed = own.random() < (0.97 if passed else 0.25)
        if noticed or len(scores) == turns:
            break
        passed = own.random() < (0.7 if passed else _RATES.get(kind, 0.25) * 0.9 ** len(scores))
    unreadable = own.random() < 0.01
    scores = [] if unreadable else scores
    answer = scores[-1] if scores else wrong(Failure.NO_PROGRAM)
    ending = Ending.NO_DEBUGGING if kind == "baseline" else Ending.CORRECT if noticed else Ending.TURNS
    calls = run.settings.samples + 2 * (len(scores) - 1) if scores else run.settings.samples
    return TaskResult(
        index, f"MBPP/{index}", category, tuple(scores), answer, noticed and bool(scores),
        Ending.UNREADABLE if unreadable else ending, selected if len(drawn) > 1 else None,
        drawn if len(drawn) > 1 else (),
        Cost(calls, 0, calls * own.randint(600, 1400), calls * own.randint(60, 300), calls * own.uniform(0.5, 4)),
    )  # fmt: skip


METHODS = ("baseline", "simple", "ut", "expl", "ut+expl", "ut+trace")


def many(**changes: object) -> list[Readable]:
    """Six methods with one sample and with eight."""
    names = [f"mbpp-1/{method}{size}" for size in ("", "-8") for method in METHODS]
    return [simulated(name, **changes) for name in names]  # type: ignore[arg-type]

"""What a run is, what is kept of each of its tasks, and sums over these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from selfdebug.benchmarks import Score
from selfdebug.benchmarks.statistics import Proportion
from selfdebug.feedback import FEEDBACK_KINDS
from selfdebug.policies import DEFAULT
from selfdebug.settings import Settings
from selfdebug.trajectory import Cost


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a run comes from: all that somebody needs to repeat it, or to doubt it.

    Attributes:
        version: of selfdebug.
        prompts: digest of all prompts and exemplars, `selfdebug.prompts.digest`.
        model: its name.
        server: its address, without credentials.
        data: SHA-256 of each file that tasks were read from, by its path within the data folder; of given first
            programs too.
        machine: processor, cores, memory, system, Python, one line.
        isolation: ``bubblewrap``, ``landlock``, ``none``, or ``read-only databases`` where only queries run.
        started: when the run began, with time zone.
        command: the command that repeats it.
    """

    version: str
    prompts: str
    model: str
    server: str
    data: Mapping[str, str]
    machine: str
    isolation: str
    started: datetime
    command: str


@dataclass(frozen=True, slots=True)
class RunSource:
    """What a run's tasks and replies come from, as far as resuming it needs to know. No key and no password is in it.

    Attributes:
        model: name at the server, ``embedded``, ``gguf:PATH``, or ``gguf:OWNER/NAME[:FILE]``.
        base_url: of the server, without credentials.
        form: ``chat`` or ``completion``; empty for the model's own.
        data: absolute path of the data folder.
        limit: how many tasks, the first ones that can be scored; ``None`` for all.
        skip: how many of the first of these are left out before.
        programs: absolute path of the file of first programs; empty if the model writes them.
        unsafe: whether programs run without isolation.
        missing: how many tasks, before the last of these, could not be scored.
    """

    model: str = ""
    base_url: str = ""
    form: str = ""
    data: str = ""
    limit: int | None = None
    programs: str = ""
    unsafe: bool = False
    missing: int = 0
    skip: int = 0


def configuration_name(feedback: str, policy: str, samples: int) -> str:
    """What tells runs of a command apart: the feedback kind, the policy but for the default, the samples but for 1."""
    kind = FEEDBACK_KINDS.get(feedback)
    named = policy if policy != DEFAULT and (kind is None or kind.debugs) else ""
    return feedback + "".join(f"-{part}" for part in (named, samples if samples != 1 else "") if part)


@dataclass(frozen=True, slots=True)
class Run:
    """Many trajectories under one configuration.

    Attributes:
        id: such as ``mbpp-1/ut+expl`` or ``mbpp-1/ut-restart-8``: the name that runs of one command share, and their
            `configuration_name`.
        benchmark: its name with the variant.
        title: of the benchmark.
        settings: of the debugger.
        tasks: how many tasks it is to have.
        categories: of the benchmark, in the order for reports.
        metrics: of the benchmark, the main one first.
        notes: what a report must say: of the benchmark, and of how the run was made.
        provenance: where it comes from.
        done: how many tasks are done by now.
        source: what it is resumed from.
    """

    id: str
    benchmark: str
    title: str
    settings: Settings
    tasks: int
    categories: tuple[str, ...]
    metrics: tuple[str, ...]
    notes: tuple[str, ...]
    provenance: Provenance
    done: int = 0
    source: RunSource = field(default_factory=RunSource)

    @property
    def name(self) -> str:
        """What runs of one command share."""
        return self.id.partition("/")[0]

    @property
    def feedback(self) -> str:
        """Name of its feedback kind; its id has it where the settings leave the kind to the problems."""
        if self.settings.feedback:
            return self.settings.feedback
        ending = configuration_name("", self.settings.policy, self.settings.samples)
        return self.id.partition("/")[2].removesuffix(ending) or "default"

    @property
    def debugs(self) -> bool:
        """Whether its feedback kind debugs at all, as the baseline does not."""
        kind = FEEDBACK_KINDS.get(self.feedback)
        return kind is None or kind.debugs

    @property
    def finished(self) -> bool:
        """Whether all tasks are done."""
        return self.done >= self.tasks


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a trajectory had come with a turn.

    Attributes:
        passed: whether the answer that it had by then passes.
        calls, tokens: what it had cost by then; tokens of prompts and replies.
        seconds: that the model had taken by then, and with the last turn by the end; stored replies count with what
            they took once. ``None`` where an older version stored it.
    """

    passed: bool
    calls: int
    tokens: int
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What is kept of a task besides its trajectory: enough for every table and plot.

    Attributes:
        index: the task's place in the benchmark.
        task: its id.
        category: its category.
        scores: of the programs of the turns, in order; empty if no program could be read.
        answer: score of the answer; without a program, one that did not pass.
        judged_correct: whether debugging ended with the verdict that the answer is correct.
        ending: why the trajectory ended, `Ending`.
        selected: of several samples, which one was debugged, from 0; `None` for a single one.
        sample_passed: for each sample whether it passes, if there were several.
        cost: calls, tokens, seconds.
        progress: with each turn; empty where an older version stored the result.
    """

    index: int
    task: str
    category: str
    scores: tuple[Score, ...]
    answer: Score
    judged_correct: bool
    ending: str
    selected: int | None = None
    sample_passed: tuple[bool, ...] = ()
    cost: Cost = field(default_factory=Cost)
    progress: tuple[Progress, ...] = ()

    @property
    def first_passed(self) -> bool:
        """Whether the first program was right, before any debugging."""
        return bool(self.scores) and self.scores[0].passed

    @property
    def repaired(self) -> bool:
        """Whether debugging made a right program of a wrong one."""
        return self.answer.passed and not self.first_passed

    @property
    def broken(self) -> bool:
        """Whether debugging made a wrong program of a right one."""
        return self.first_passed and not self.answer.passed


@dataclass(slots=True)
class Totals:
    """What was done of a run so far.

    Attributes:
        done: tasks.
        passed: answers that are right.
        repaired, broken: see `TaskResult`.
        calls: replies that were used.
        stored_calls: how many of these came from the store.
        prompt_tokens, completion_tokens: of all replies.
    """

    done: int = 0
    passed: int = 0
    repaired: int = 0
    broken: int = 0
    calls: int = 0
    stored_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def add(self, result: TaskResult) -> None:
        """Count one more."""
        self.done += 1
        self.passed += result.answer.passed
        self.repaired += result.repaired
        self.broken += result.broken
        self.calls += result.cost.calls
        self.stored_calls += result.cost.stored_calls
        self.prompt_tokens += result.cost.prompt_tokens
        self.completion_tokens += result.cost.completion_tokens

    @property
    def accuracy(self) -> Proportion:
        """Right answers of tasks done."""
        return Proportion.of(self.passed, self.done)

    @property
    def tokens(self) -> int:
        """Of prompts and replies."""
        return self.prompt_tokens + self.completion_tokens

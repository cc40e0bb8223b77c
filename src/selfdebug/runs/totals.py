"""Sums over what is done of a run, as a progress display, a list and a report show them."""

from __future__ import annotations

from dataclasses import dataclass

from selfdebug.benchmarks.statistics import Proportion
from selfdebug.runs.run import TaskResult


@dataclass(slots=True)
class Totals:
    """What was done so far.

    Attributes:
        done: tasks.
        passed: answers that are right.
        repaired: right answers to which the first program was wrong.
        broken: wrong answers to which the first program was right.
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

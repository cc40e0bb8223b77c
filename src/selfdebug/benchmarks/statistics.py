"""Statistics of right and wrong answers: proportions with intervals, pass@k, and a test for paired results.

All of them are computed from whole numbers, exactly where a formula is exact, so that a report never depends on the
order in which results come in. Nothing here knows of runs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

Z_95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution: half of what is left out lies on each side."""


@dataclass(frozen=True, slots=True)
class Proportion:
    """How many of how many, with what can be said of the rate behind it: every accuracy that is shown anywhere is one.

    Attributes:
        count: how many, such as right answers.
        n: of how many.
        value: `count / n`, from 0 to 1; `None` if `n` is 0.
        low, high: the 95 % interval of the rate, `wilson_interval`; 0 and 1 if `n` is 0.
    """

    count: int
    n: int
    value: float | None
    low: float
    high: float

    @classmethod
    def of(cls, count: int, n: int) -> Proportion:
        """Make a proportion with its interval.

        Raises:
            ValueError: `count` is not between 0 and `n`.
        """
        low, high = wilson_interval(count, n)
        return Proportion(count, n, count / n if n else None, low, high)

    @property
    def percent(self) -> str:
        """Its value in percent, such as ``69.8``; a dash where there is none."""
        return "–" if self.value is None else f"{100 * self.value:.1f}"

    @property
    def interval(self) -> str:
        """The ends of its interval in percent, such as ``65.6–73.7``; a dash where there is no value."""
        return "–" if self.value is None else f"{100 * self.low:.1f}–{100 * self.high:.1f}"


@dataclass(frozen=True, slots=True)
class TaskProportion(Proportion):
    """How many programs pass, where a task may have several: each task counts alike.

    Attributes:
        count, n: how many programs passed, of how many.
        value: the mean over tasks of the share of a task's programs that pass, from 0 to 1.
        low, high: its 95 % interval: Wilson's with one program a task, or where all pass or none, by tasks; else that
            of a mean over tasks.
        tasks: how many tasks there are.
    """

    tasks: int

    @classmethod
    def of_tasks(cls, counts: Sequence[tuple[int, int]]) -> TaskProportion:
        """Make it of one task or more.

        Args:
            counts: for each task the number of its programs, at least 1, and of those that passed.
        """
        tasks = len(counts)
        programs, passed = (sum(column) for column in zip(*counts, strict=True))
        shares = [right / drawn for drawn, right in counts]
        value = fmean(shares)
        if programs == tasks:
            low, high = wilson_interval(passed, programs)
        elif passed in (0, programs):  # all tasks are alike, which says little if they are few
            low, high = wilson_interval(round(value) * tasks, tasks)
        else:
            error = Z_95 * stdev(shares) / math.sqrt(tasks) if tasks > 1 else 1.0
            low, high = max(0.0, value - error), min(1.0, value + error)
        return cls(passed, programs, value, low, high, tasks)


def wilson_interval(count: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """The score interval of a proportion (Wilson 1927, Journal of the American Statistical Association 22:209-212).

    It lies within 0 and 1, holds near both, and for few observations: what the textbook's normal interval does not.

    Args:
        count: successes.
        n: trials. Without one, nothing is known of the rate: the interval is from 0 to 1.
        z: quantile of the standard normal distribution, for a level other than 95 %.

    Returns:
        Its lower and its upper end.

    Raises:
        ValueError: `count` is not between 0 and `n`, or `z` is not a positive number.
    """
    if not 0 <= count <= n:
        raise ValueError(f"count must be between 0 and {n}, not {count}")
    if not 0 < z < math.inf:
        raise ValueError(f"z must be a positive number, not {z}")
    if n == 0:
        return 0.0, 1.0
    # With 0 or n successes one end is exactly 0 or 1, which rounding would miss.
    half = z * math.sqrt(count * (n - count) / n + z * z / 4)
    low = 0.0 if count == 0 else (count + z * z / 2 - half) / (n + z * z)
    high = 1.0 if count == n else (count + z * z / 2 + half) / (n + z * z)
    return low, high


def pass_at_k(samples: int, passed: int, k: int) -> float:
    """The chance that at least one of `k` programs is right, estimated without bias from more of them.

    1 - C(n - c, k) / C(n, k) for c of n samples that passed (Chen et al. 2021, arXiv 2107.03374, section 2.1): of all
    ways to draw k of the n samples, those that hold a right one. Whole numbers are divided once, so the result is the
    float nearest to the exact value, however many samples there are.

    Args:
        samples: how many programs of one problem were drawn.
        passed: how many of these are right.
        k: how many may be tried.

    Raises:
        ValueError: `passed` is not between 0 and `samples`, or `k` not between 1 and `samples`.
    """
    if not 0 <= passed <= samples:
        raise ValueError(f"passed must be between 0 and {samples}, not {passed}")
    if not 1 <= k <= samples:
        raise ValueError(f"k must be between 1 and the number of samples, {samples}, not {k}")
    ways = math.comb(samples, k)
    return (ways - math.comb(samples - passed, k)) / ways


def mcnemar(gained: int, lost: int) -> float:
    """McNemar's exact test of two methods on the same problems: the chance of a difference like this from luck alone.

    Problems on which both are right, or both wrong, say nothing of which is better. Were they equally good, each of the
    others would be won by either with probability 1/2, so `gained` would be binomial (McNemar 1947, Psychometrika
    12:153-157; exact and two-sided, as the binomial with 1/2 is symmetric: twice the smaller tail, at most 1).

    Args:
        gained: problems that the second method alone has right.
        lost: problems that the first method alone has right.

    Returns:
        The p-value, from 0 to 1; 1 if there are no such problems.

    Raises:
        ValueError: one is negative.
    """
    if gained < 0 or lost < 0:
        raise ValueError(f"numbers of problems cannot be negative: {gained}, {lost}")
    n, fewer = gained + lost, min(gained, lost)
    ways = tail = 1
    for won in range(fewer):
        ways = ways * (n - won) // (won + 1)
        tail += ways
    return min(2 * tail, 1 << n) / (1 << n)

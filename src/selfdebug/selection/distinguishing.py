"""Samples whose results differ are told apart by inputs, as in S* (Li et al., arXiv 2502.14382).

The model writes further inputs; where the samples' results on these differ, it is asked which result is right.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from selfdebug.applications.reading import read_answer
from selfdebug.applications.reading.calls import read_calls
from selfdebug.feedback import INPUTS, Step
from selfdebug.outcome import TestOutcome
from selfdebug.prompts.filters import result_of, shown
from selfdebug.selection.base import Candidates, Choice, voters
from selfdebug.selection.functions import CannotSelectError, ask, function_to_call
from selfdebug.selection.majority import MajorityVote, fall_back
from selfdebug.selection.sampling import run_further_tests
from selfdebug.unit_tests import Call

RESULT = Step("result", "saying which result is right")

_ASKED = 8
_MOST_GROUPS = 3
_MOST_QUESTIONS = 3
_RESULT_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class _Group:
    """Samples with equal results.

    Attributes:
        first: index of the earliest one.
        size: how many they are.
        tests: what the earliest one gave, call by call.
    """

    first: int
    size: int
    tests: tuple[TestOutcome, ...]

    def gives(self, call: int) -> str:
        """Key of what it gives for a call: equal results have equal keys."""
        return _key(self.tests[call])


class Distinguishing:
    """Picks a program whose results on further inputs the model finds right most often.

    Only samples that run and pass the shown tests take part, and of these the three largest groups that give the same
    results. Ties go to the larger group, then to the earliest sample. Where there are no inputs, or none on which
    samples differ, the majority vote decides.
    """

    async def select(self, candidates: Candidates) -> Choice:
        """Have inputs written, run the samples on them, and ask about those on which they differ."""
        samples = candidates.samples
        if len({samples[i].program for i in voters(samples)}) < 2:
            return await MajorityVote().select(candidates)
        try:
            function = function_to_call(candidates)
            read = functools.partial(
                read_calls, function=function, allows_names=candidates.problem.language == "python"
            )
            calls = await ask(candidates, INPUTS, read, function=function, count=_ASKED)
        except CannotSelectError as error:
            return await fall_back(candidates, str(error))
        groups = (await _groups(candidates, calls))[:_MOST_GROUPS]
        if len(groups) < 2:
            return await fall_back(
                candidates, f"the samples do not differ on {_inputs(len(calls))} that the model wrote"
            )
        right, answered = await _ask_which(candidates, calls, groups)
        best = max(groups, key=lambda group: right[group.first])  # of equal ones the first: the largest, the earliest
        share = best.size / candidates.asked
        if not right[best.first]:
            matter = "found none of the results right" if answered else "did not say which results are right"
            reason = f"{best.size} of {candidates.asked} samples give its results on {_inputs(len(calls))}; the model"
            return Choice(best.first, f"{reason} {matter}.", share)
        where = f"{right[best.first]} of {_inputs(answered)}"
        return Choice(best.first, f"The model finds its result right on {where} on which the samples differ.", share)


async def _groups(candidates: Candidates, calls: Sequence[Call]) -> list[_Group]:
    """The samples by their results, the largest group first; of equal ones that with the earliest sample."""
    voting = {i: program for i in voters(candidates.samples) if (program := candidates.samples[i].program)}
    outcomes = await run_further_tests(candidates, voting.values(), calls)
    members: dict[tuple[str, ...], list[int]] = {}
    for index, program in voting.items():
        members.setdefault(tuple(map(_key, outcomes[program])), []).append(index)
    groups = [_Group(each[0], len(each), outcomes[voting[each[0]]]) for each in members.values()]
    return sorted(groups, key=lambda group: -group.size)


async def _ask_which(
    candidates: Candidates, calls: Sequence[Call], groups: Sequence[_Group]
) -> tuple[Counter[int], int]:  # fmt: skip
    """How often the model finds each group's result right, by its first sample; and how often it answered at all."""
    right: Counter[int] = Counter()
    answered = 0
    results = {i: _results(groups, i) for i in range(len(calls))}
    differing = [i for i in results if len(set(results[i].values())) == len(results[i]) > 1]
    differing.sort(key=lambda i: -len(results[i]))  # what tells more groups apart comes first
    for i in differing[:_MOST_QUESTIONS]:
        options = dict(zip(ascii_uppercase, results[i], strict=False))
        shown_options = [*zip(ascii_uppercase, [*results[i].values(), "none of these"], strict=False)]
        read = functools.partial(read_answer, answers=[letter for letter, _ in shown_options])
        try:
            letter = await ask(candidates, RESULT, read, call=str(calls[i]), results=shown_options)
        except CannotSelectError:  # the other answers count all the same
            continue
        answered += 1
        right.update(group.first for group in groups if group.gives(i) == options.get(letter))
    return right, answered


def _results(groups: Sequence[_Group], call: int) -> dict[str, str]:
    """The different results that groups give for a call, as they are shown, by their keys.

    Two that differ may look alike where they are cut.
    """
    return {group.gives(call): shown(result_of(group.tests[call]), _RESULT_CHARACTERS) for group in groups}


def _inputs(count: int) -> str:
    return f"{count} input{'s' if count != 1 else ''}"


def _key(test: TestOutcome) -> str:
    return test.digest or f"{test.status}:{test.error.type if test.error else ''}"

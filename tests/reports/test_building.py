"""What a report counts, by hand and against counting it the long way."""

from __future__ import annotations

import itertools
import random
import re
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from selfdebug.benchmarks import Failure, Score
from selfdebug.benchmarks.statistics import Proportion, mcnemar
from selfdebug.prices import Prices
from selfdebug.reports import NothingDoneError, RunReport, build_report
from selfdebug.reports.rendering import FORMATS, render
from selfdebug.runs.run import Progress, RunSource, TaskResult
from selfdebug.selection import SELECTORS
from selfdebug.trajectory import Cost, Ending

from .making import Readable, given, many, result, run, simulated, wrong


def report_of(results: Sequence[TaskResult], identifier: str = "mbpp-1/ut", **changes: object) -> RunReport:
    [found] = build_report([given(run(identifier, **changes), results)]).runs
    return found


FOUR = (
    result(0, [True]),
    result(1, [False, True]),
    result(2, [True, False], judged_correct=True),
    result(3, [], ending=Ending.UNREADABLE),
)


class TestOneRun:
    def test_accuracy_is_that_of_answers(self) -> None:
        assert report_of(FOUR).accuracy == Proportion.of(2, 4)

    def test_unfinished_run_counts_what_is_done(self) -> None:
        found = report_of(FOUR, tasks=500)
        assert (found.run.done, found.run.tasks, found.run.finished) == (4, 500, False)
        assert found.accuracy.n == 4

    def test_repairs_are_told_from_regressions(self) -> None:
        found = report_of(FOUR).repairs
        assert (found.right_kept, found.broken, found.repaired, found.wrong_kept) == (1, 1, 1, 1)
        assert found.repair_rate == Proportion.of(1, 2)
        assert found.break_rate == Proportion.of(1, 2)

    def test_no_program_is_a_failure_of_the_first_one(self) -> None:
        by_name = {each.failure: each for each in report_of(FOUR).failures}
        assert by_name["no program"].first == by_name["no program"].remaining == 1
        assert by_name["no program"].repaired == Proportion.of(0, 1)
        assert by_name["wrong result"].first == 1
        assert by_name["wrong result"].repaired == Proportion.of(1, 1)
        assert by_name["wrong result"].remaining == 1  # of the program that was right at first

    def test_failures_are_those_of_first_programs_and_of_answers(self) -> None:
        scores = (wrong(Failure.ERROR), wrong(Failure.TIMED_OUT))
        found = report_of([replace(result(0, [False, False]), scores=scores, answer=scores[1])]).failures
        assert [(each.failure, each.first, each.remaining) for each in found] == [("error", 1, 0), ("timed out", 0, 1)]

    def test_failure_without_a_kind_is_a_wrong_result(self) -> None:
        score = wrong(None)
        [found] = report_of([replace(result(0, [False]), scores=(score,), answer=score)]).failures
        assert (found.failure, found.first, found.remaining) == ("wrong result", 1, 1)

    def test_trajectory_that_ended_keeps_its_answer(self) -> None:
        found = report_of([*FOUR[:3], result(3, [False, False, True])]).turns
        assert [each.count for each in found.accuracy] == [2, 2, 3]
        assert {each.n for each in found.accuracy} == {4}
        assert found.programs == (0, 1, 2, 1)

    def test_answer_may_be_a_program_before_the_last(self) -> None:
        found = report_of([result(0, [True, False], answer=True)])
        assert [each.count for each in found.turns.accuracy] == [1, 1]
        assert found.accuracy.count == 1
        assert found.repairs.broken == 0

    def test_run_without_any_program_has_an_accuracy_after_the_first(self) -> None:
        found = report_of([result(0, [])]).turns
        assert (found.accuracy, found.programs) == ((Proportion.of(0, 1),), (1,))

    def test_endings_come_by_their_frequency(self) -> None:
        found = report_of(FOUR).turns.endings
        assert [(each.name, each.count) for each in found] == [
            ("judged correct", 2), ("out of turns", 1), ("unreadable reply", 1),
        ]  # fmt: skip

    def test_own_judgement_meets_the_scoring(self) -> None:
        found = report_of([*FOUR, result(4, [True], judged_correct=False)]).judgement
        assert (found.correct_right, found.correct_wrong, found.other_right, found.other_wrong) == (2, 1, 1, 1)
        assert found.right_if_correct == Proportion.of(2, 3)
        assert found.right_if_other == Proportion.of(1, 2)

    def test_categories_come_in_the_order_of_the_benchmark(self) -> None:
        names = ("hard", "odd", "easy", "easy")
        results = [replace(each, category=name) for each, name in zip(FOUR, names, strict=True)]
        found = report_of(results, categories=("easy", "medium", "hard")).categories
        assert [(each.name, each.proportion.count, each.proportion.n) for each in found] == [
            ("easy", 0, 2), ("hard", 1, 1), ("odd", 1, 1),
        ]  # fmt: skip

    def test_metric_counts_only_tasks_that_have_data_for_it(self) -> None:
        both = Score(True, metrics={"execution_accuracy": True, "test_suite_accuracy": False})
        one = Score(True, metrics={"execution_accuracy": True})
        results = [replace(result(n, [True]), answer=score) for n, score in enumerate((both, one))]
        found = report_of(results, metrics=("execution_accuracy", "test_suite_accuracy", "third")).metrics
        assert [(each.name, each.proportion.count, each.proportion.n) for each in found] == [
            ("execution_accuracy", 2, 2), ("test_suite_accuracy", 0, 1),
        ]  # fmt: skip

    def test_costs_are_for_problems_and_for_right_answers(self) -> None:
        results = [replace(each, cost=Cost(3, 3, 200, 20, 1.5)) for each in FOUR]
        found = report_of(results).spent
        assert (found.calls.total, found.calls.per_problem, found.calls.per_solved) == (12, 3, 6)
        assert (found.prompt_tokens.per_problem, found.completion_tokens.per_solved) == (200, 40)
        assert found.seconds.total == 6.0

    def test_stored_replies_cost_as_much_as_paid_ones(self) -> None:
        paid, stored = ([replace(each, cost=Cost(3, n, 200, 20, 1.5)) for each in FOUR] for n in (0, 3))
        assert report_of(paid) == report_of(stored)

    def test_without_a_right_answer_there_is_no_cost_of_one(self) -> None:
        assert report_of([FOUR[3]]).spent.calls.per_solved is None

    def test_pass_at_k_is_the_average_over_all_ways_to_draw(self) -> None:
        drawn = [(True, False, False, True), (False,) * 4, (True,) * 4, (False, False, True, False)]
        results = [result(n, [samples[0]], sample_passed=samples, selected=0) for n, samples in enumerate(drawn)]
        found = report_of(results, "mbpp-1/ut-4").pass_at_k
        assert [each.k for each in found] == [1, 2, 4]
        for each in found:
            ways = [any(some) for samples in drawn for some in itertools.combinations(samples, each.k)]
            assert (each.value, each.n) == (pytest.approx(sum(ways) / len(ways)), 4)

    def test_samples_that_were_not_drawn_are_not_right(self) -> None:
        [first, *_] = report_of([result(0, [True], sample_passed=(True, True)), result(1, [])], "mbpp-1/ut-4").pass_at_k
        assert first.value == pytest.approx(0.5 / 2)

    def test_one_sample_has_no_pass_at_k(self) -> None:
        assert report_of(FOUR).pass_at_k == ()

    def test_second_result_of_a_task_does_not_count(self) -> None:
        assert report_of([FOUR[0], FOUR[0], FOUR[1]]).run.done == 2

    @pytest.mark.parametrize(
        ("identifier", "changes", "feedback"),
        [
            ("m/ut+expl-8", {"feedback": "", "samples": 8}, "ut+expl"),
            ("m/recorded-trace", {"feedback": ""}, "recorded-trace"),
            ("m", {"feedback": ""}, "default"),
            ("m/x", {"feedback": "ut"}, "ut"),
        ],
    )
    def test_feedback_kind_is_in_the_settings_or_the_id(
        self, identifier: str, changes: dict[str, object], feedback: str
    ) -> None:
        made = replace(run(), id=identifier)
        made = replace(made, settings=replace(made.settings, **changes))  # type: ignore[arg-type]
        [found] = build_report([given(made, FOUR)]).runs
        assert found.feedback == feedback

    def test_memory_does_not_grow_with_results(self) -> None:
        def results() -> Iterator[TaskResult]:
            return (result(index, [True, False]) for index in range(5_000))

        tracemalloc.start()
        try:
            build_report([(run(tasks=5_000), results)])
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 5_000 * 60

    def test_the_curve_is_what_fewer_programs_would_have_come_to(self) -> None:
        results = [
            result(0, [True], progress=(Progress(True, 1, 110, 0.4),)),
            # The second program is worse, and the first is the answer until the third; two replies follow it in vain.
            result(
                1, [False, False, True], answer=True, cost=Cost(6, 0, 500, 50, 1.0),
                progress=(Progress(False, 1, 110, 0.5), Progress(False, 2, 220, 0.7), Progress(True, 4, 400, 2.0)),
            ),
            result(2, []),  # nothing could be read: one reply, no program
        ]  # fmt: skip
        results[2] = replace(results[2], cost=Cost(1, 0, 90, 9, 0.1))
        curve = report_of(results, tasks=3).curve
        assert [(point.programs, point.accuracy.count, point.accuracy.n) for point in curve] == [
            (1, 1, 3), (2, 1, 3), (3, 2, 3),
        ]  # fmt: skip
        assert [3 * point.calls for point in curve] == pytest.approx([3, 4, 8])
        assert [3 * point.tokens for point in curve] == pytest.approx([319, 429, 759])
        assert [3 * (point.seconds or 0) for point in curve] == pytest.approx([1.0, 1.2, 2.5])

    def test_seconds_that_an_older_version_did_not_store_are_not_guessed(self) -> None:
        results = [
            result(0, [True], progress=(Progress(True, 1, 110),)),
            result(1, [True], progress=(Progress(True, 1, 110, 0.4),)),
        ]
        [point] = report_of(results).curve
        assert (point.calls, point.seconds) == (1, None)

    def test_results_of_older_versions_give_no_curve(self) -> None:
        assert report_of([result(0, [True]), result(1, [True], progress=(Progress(True, 1, 110),))]).curve == ()


class TestPassAtT:
    def test_answers_count_after_each_number_of_programs_and_so_does_what_each_adds(self) -> None:
        results = [
            result(0, [True]),
            result(
                1,
                [False, True, False],
                answer=True,
                progress=(Progress(False, 1, 9), Progress(True, 2, 9), Progress(True, 3, 9)),
            ),
            result(2, [False, False, True]),
            result(3, []),
        ]
        [found] = build_report([given(run("a/ut"), results)]).pass_at_t
        assert found.accuracy == tuple(Proportion.of(count, 4) for count in (1, 2, 3))
        assert found.gains == (1 / 4, 1 / 4)

    def test_only_tasks_that_all_runs_have_done_count(self) -> None:
        ut = [result(0, [True]), result(1, [False, True]), result(2, [False, True])]
        expl = [result(0, [False]), result(2, [False, False, True]), replace(result(1, [True]), task="another one")]
        other = given(run("b/ut", benchmark="other"), [result(7, [True])])
        found = build_report([given(run("a/ut"), ut), given(run("a/expl"), expl), other]).pass_at_t
        assert {each.run: [share.count for share in each.accuracy] for each in found} == {
            "a/ut": [1, 2, 2], "a/expl": [0, 0, 1], "b/ut": [1],
        }  # fmt: skip
        assert {share.n for each in found[:2] for share in each.accuracy} == {2}

    def test_what_does_not_debug_has_none_and_takes_no_task_away(self) -> None:
        runs = [
            given(run("a/ut"), [result(n, [True]) for n in range(3)]),
            given(run("a/baseline"), [result(0, [True])]),
        ]
        [found] = build_report(runs).pass_at_t
        assert (found.run, found.accuracy) == ("a/ut", (Proportion.of(3, 3),))

    def test_without_a_common_task_there_is_none(self) -> None:
        runs = [given(run("a/ut"), [result(0, [True])]), given(run("a/expl"), [result(1, [True])])]
        assert build_report(runs).pass_at_t == ()

    def test_many_programs_are_as_good_as_sixteen(self) -> None:
        [found] = build_report([given(run("a/ut"), [result(0, [*[False] * 15, True, False], answer=False)])]).pass_at_t
        assert [share.count for share in found.accuracy] == [0] * 15 + [1]


class TestMoney:
    PRICES = Prices(2.0, 10.0)

    def test_costs_are_in_money_where_prices_are_given(self) -> None:
        report = build_report([given(run(), FOUR)], self.PRICES)
        spent = report.runs[0].spent
        assert spent.dollars
        assert spent.dollars.total == pytest.approx(
            (2 * spent.prompt_tokens.total + 10 * spent.completion_tokens.total) / 1e6
        )
        assert spent.dollars.per_problem == pytest.approx(spent.dollars.total / 4)
        assert spent.dollars.per_solved == pytest.approx(spent.dollars.total / 2)
        assert report.prices == self.PRICES

    def test_stored_replies_count_as_their_tokens_do(self) -> None:
        stored = [replace(each, cost=replace(each.cost, stored_calls=each.cost.calls)) for each in FOUR]
        first, again = (build_report([given(run(), results)], self.PRICES) for results in (FOUR, stored))
        assert first.runs[0].spent == again.runs[0].spent

    def test_without_prices_there_is_no_money(self) -> None:
        report = build_report([given(run(), FOUR)])
        assert report.runs[0].spent.dollars is report.prices is None
        assert not re.search("dollar|[$][0-9]|money", render(report, "md") + render(report, "csv"), re.IGNORECASE)


class TestComparisons:
    def test_run_is_compared_with_its_baseline(self) -> None:
        baseline = [result(n, [passed]) for n, passed in enumerate([True, True, False, False, False])]
        ut = [result(n, [passed]) for n, passed in enumerate([True, False, True, True, False])]
        [found] = build_report([given(run("a/ut"), ut), given(run("a/baseline"), baseline)]).comparisons
        assert (found.run, found.baseline) == ("a/ut", "a/baseline")
        assert (found.gained, found.lost, found.difference, found.p) == (2, 1, 1 / 5, mcnemar(2, 1))
        assert (found.accuracy, found.baseline_accuracy) == (Proportion.of(3, 5), Proportion.of(2, 5))

    def test_only_tasks_that_both_have_done_count(self) -> None:
        baseline = [result(n, [False]) for n in range(4)]
        ut = [result(n, [True]) for n in (1, 3, 7)]
        [found] = build_report([given(run("a/ut"), ut), given(run("a/baseline"), baseline)]).comparisons
        assert (found.accuracy.n, found.gained, found.lost) == (2, 2, 0)

    def test_other_tasks_at_the_same_place_are_not_the_same(self) -> None:
        baseline = [result(n, [False], task=f"old/{n}") for n in range(4)]
        ut = [result(n, [True]) for n in range(4)]
        assert build_report([given(run("a/ut"), ut), given(run("a/baseline"), baseline)]).comparisons == ()

    def test_extra_tokens_are_those_of_common_tasks_for_each_problem_won(self) -> None:
        baseline = [result(n, [False], cost=Cost(1, 0, 100, 10)) for n in range(3)]
        ut = [result(n, [n < 2], cost=Cost(2, 0, 300, 40)) for n in range(5)]
        [found] = build_report([given(run("a/ut"), ut), given(run("a/baseline"), baseline)]).comparisons
        assert (found.extra_tokens, found.extra_tokens_per_win) == (3 * 230, 3 * 230 / 2)

    def test_nothing_won_has_no_cost_of_a_win(self) -> None:
        same = [result(0, [True])]
        [found] = build_report([given(run("a/ut"), same), given(run("a/baseline"), same)]).comparisons
        assert found.extra_tokens_per_win is None

    @pytest.mark.parametrize(
        "changes", [{"benchmark": "spider"}, {"model": "other"}, {"style": "zero-shot"}, {"samples": 8}]
    )
    def test_other_conditions_are_no_baseline(self, changes: dict[str, object]) -> None:
        same = [result(0, [True])]
        report = build_report([given(run("a/ut"), same), given(run("a/baseline", **changes), same)])
        assert report.comparisons == ()

    def test_baseline_of_the_same_command_comes_first(self) -> None:
        same = [result(0, [True])]
        names = ("a/baseline", "b/baseline", "b/ut", "c/ut")
        report = build_report([given(run(name), same) for name in names])
        assert [(each.run, each.baseline) for each in report.comparisons] == [
            ("b/ut", "b/baseline"), ("c/ut", "a/baseline"),
        ]  # fmt: skip

    def test_what_else_differs_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        same = [result(0, [True])]
        other = run("a/ut", prompts="77" * 32, data={"mbpp/mbpp.jsonl": "00" * 32}, max_reply_tokens=99)
        [found] = build_report([given(other, same), given(run("a/baseline"), same)]).comparisons
        assert found.differs == ("prompts", "data", "tokens of one reply")
        monkeypatch.setitem(SELECTORS._things, "toy", SELECTORS["majority-vote"])
        sampled = run("a/ut-4", selector="toy")
        [found] = build_report([given(sampled, same), given(run("a/baseline-4"), same)]).comparisons
        assert found.differs == ("selector",)
        other = run("a/ut", max_calls=5)
        other = replace(other, source=RunSource(form="completion"))
        [found] = build_report([given(other, same), given(run("a/baseline"), same)]).comparisons
        assert found.differs == ("form", "budget")


class TestManyRuns:
    def test_order_of_runs_does_not_matter(self) -> None:
        runs = many(tasks=30)
        shuffled = random.Random(1).sample(runs, len(runs))
        for form in FORMATS:
            assert render(build_report(runs), form) == render(build_report(shuffled), form)

    def test_run_named_twice_counts_once(self) -> None:
        one = given(run(), FOUR)
        assert build_report([one, one]) == build_report([one])

    def test_runs_without_results_are_named_and_left_out(self) -> None:
        report = build_report([given(run("a/ut"), FOUR), given(run("a/expl"), [])])
        assert [each.run.id for each in report.runs] == ["a/ut"]
        assert [each.id for each in report.empty] == ["a/expl"]

    def test_nothing_done_is_an_error_that_names_the_runs(self) -> None:
        with pytest.raises(NothingDoneError, match=r"No task of a/expl, a/ut is done yet|No task of a/ut, a/expl is"):
            build_report([given(run("a/ut"), []), given(run("a/expl"), [])])
        with pytest.raises(NothingDoneError, match="no run was given"):
            build_report([])

    def test_methods_come_in_the_order_of_the_feedback_kinds(self) -> None:
        found = build_report([simulated(f"m/{name}", tasks=3) for name in ("ut+expl", "baseline", "ut-8", "ut")])
        assert [each.method for each in found.runs] == ["baseline", "ut", "ut, 8 samples", "ut+expl"]

    def test_efficiency_takes_pass_at_k_from_the_most_samples(self) -> None:
        [found] = build_report([simulated(f"m/{name}", tasks=9) for name in ("baseline", "ut-2", "ut-8")]).efficiency
        assert found.runs == ("m/baseline", "m/ut-2", "m/ut-8")
        assert (found.pass_at_k_run, [each.k for each in found.pass_at_k]) == ("m/ut-8", [1, 2, 4, 8])

    def test_each_benchmark_and_model_has_its_own_efficiency(self) -> None:
        runs = [simulated(f"{m}/ut{size}", tasks=3, model=m) for m in ("a", "b") for size in ("", "-2")]
        assert [each.model for each in build_report(runs).efficiency] == ["a", "b"]


programs = st.lists(st.booleans(), max_size=4)
histories = st.lists(st.tuples(programs, st.booleans(), st.booleans()), min_size=1, max_size=25)


def _results(history: list[tuple[list[bool], bool, bool]]) -> Iterator[TaskResult]:
    for index, (passed, answer, judged) in enumerate(history):
        yield result(index, passed, answer and bool(passed), judged_correct=judged)


@settings(max_examples=60)
@forall(histories, histories)
def test_all_counts_agree_with_counting_the_long_way(
    ours: list[tuple[list[bool], bool, bool]], theirs: list[tuple[list[bool], bool, bool]]
) -> None:
    results, baseline = list(_results(ours)), list(_results(theirs))
    report = build_report([given(run("a/ut"), results), given(run("a/baseline"), baseline)])
    found = next(each for each in report.runs if each.feedback == "ut")
    assert found.accuracy == Proportion.of(sum(each.answer.passed for each in results), len(results))
    assert found.repairs.repaired == sum(each.repaired for each in results)
    assert found.repairs.broken == sum(each.broken for each in results)
    for k, proportion in enumerate(found.turns.accuracy):
        answers = ([*each.scores[:-1], each.answer] for each in results if each.scores)
        assert proportion.count == sum(by_then[: k + 1][-1].passed for by_then in answers)
    assert sum(found.turns.programs) == len(results)
    first_wrong = sum(not each.first_passed for each in results)
    assert sum(each.first for each in found.failures) == first_wrong == found.repairs.repair_rate.n
    assert sum(each.repaired.count for each in found.failures) == found.repairs.repaired
    assert sum(each.remaining for each in found.failures) == len(results) - found.accuracy.count
    assert found.judgement.right_if_correct.count + found.judgement.right_if_other.count == found.accuracy.count
    assert sum(each.count for each in found.turns.endings) == len(results)
    [comparison] = report.comparisons
    pairs = list(zip(results, baseline, strict=False))
    assert comparison.accuracy.n == len(pairs)
    assert comparison.gained == sum(one.answer.passed and not other.answer.passed for one, other in pairs)
    assert comparison.lost == sum(other.answer.passed and not one.answer.passed for one, other in pairs)
    assert comparison.difference == pytest.approx(
        sum(one.answer.passed - other.answer.passed for one, other in pairs) / len(pairs)
    )


def test_results_are_read_once() -> None:
    reads = []

    def read() -> Iterator[TaskResult]:
        reads.append(1)
        yield result(0, [True])

    readable: Readable = (run(), read)
    build_report([readable, readable])
    assert reads == [1]

"""Statistics: known values, properties, and the same numbers by counting every case."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfdebug.benchmarks.statistics import Z_95, Proportion, TaskProportion, mcnemar, pass_at_k, wilson_interval

counts = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


class TestWilsonInterval:
    @pytest.mark.parametrize(
        ("count", "n", "low", "high"),
        [  # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ],
    )
    def test_published_values(self, count: int, n: int, low: float, high: float) -> None:
        assert wilson_interval(count, n) == pytest.approx((low, high), abs=5e-5)

    def test_all_right_has_one_as_its_upper_end_and_is_no_certainty(self) -> None:
        low, high = wilson_interval(3, 3)
        assert high == 1.0
        assert low == pytest.approx(1 / (1 + Z_95**2 / 3))

    def test_nothing_is_known_without_trials(self) -> None:
        assert wilson_interval(0, 0) == (0.0, 1.0)

    @given(counts, st.floats(0.1, 5))
    def test_ends_are_where_the_score_test_just_rejects(self, pair: tuple[int, int], z: float) -> None:
        count, n = pair
        for end in wilson_interval(count, n, z):
            if n and 0 < end < 1:
                assert abs(count / n - end) == pytest.approx(z * math.sqrt(end * (1 - end) / n), rel=1e-6)

    @given(counts)
    def test_it_holds_the_rate_and_mirrors(self, pair: tuple[int, int]) -> None:
        count, n = pair
        low, high = wilson_interval(count, n)
        assert 0 <= low <= high <= 1
        if n:
            assert low <= count / n <= high
        assert wilson_interval(n - count, n) == pytest.approx((1 - high, 1 - low))

    @given(counts)
    def test_more_trials_of_the_same_rate_narrow_it(self, pair: tuple[int, int]) -> None:
        count, n = pair
        low, high = wilson_interval(count, n)
        low_of_twice, high_of_twice = wilson_interval(2 * count, 2 * n)
        assert high_of_twice - low_of_twice <= high - low

    @pytest.mark.parametrize(("count", "n"), [(-1, 3), (4, 3), (0, -1)])
    def test_impossible_counts_are_refused(self, count: int, n: int) -> None:
        with pytest.raises(ValueError, match="count must be between"):
            wilson_interval(count, n)

    @pytest.mark.parametrize("z", [0.0, -1.0, math.inf, math.nan])
    def test_impossible_levels_are_refused(self, z: float) -> None:
        with pytest.raises(ValueError, match="z must be"):
            wilson_interval(1, 2, z)

    def test_proportion_has_its_value_and_interval(self) -> None:
        found = Proportion.of(81, 263)
        assert (found.value, (found.low, found.high)) == (81 / 263, wilson_interval(81, 263))
        assert Proportion.of(0, 0) == Proportion(0, 0, None, 0.0, 1.0)

    def test_proportion_as_text(self) -> None:
        assert (Proportion.of(2, 3).percent, Proportion.of(2, 3).interval) == ("66.7", "20.8–93.9")
        assert (Proportion.of(0, 0).percent, Proportion.of(0, 0).interval) == ("–", "–")


class TestTaskProportion:
    @given(st.lists(st.booleans(), min_size=1, max_size=30))
    def test_one_program_a_task_is_a_plain_proportion(self, passed: list[bool]) -> None:
        found, plain = TaskProportion.of_tasks([(1, each) for each in passed]), Proportion.of(sum(passed), len(passed))
        assert (found.count, found.n, found.tasks) == (plain.count, plain.n, len(passed))
        assert (found.value, found.low, found.high) == (pytest.approx(plain.value), plain.low, plain.high)

    def test_each_task_counts_alike_however_many_programs_it_has(self) -> None:
        found = TaskProportion.of_tasks([(1, 1), (9, 0)])
        assert (found.count, found.n, found.value, found.tasks) == (1, 10, 0.5, 2)

    def test_programs_of_one_task_are_one_observation(self) -> None:
        assert TaskProportion.of_tasks([(100, 100)]).low == wilson_interval(1, 1)[0]
        few, many = TaskProportion.of_tasks([(2, 1), (2, 2)]), TaskProportion.of_tasks([(2, 1), (2, 2)] * 20)
        assert few.low < many.low < many.value < many.high <= few.high
        assert TaskProportion.of_tasks([(4, 1)]).high == 1.0


class TestPassAtK:
    def test_published_formula_by_hand(self) -> None:
        assert pass_at_k(5, 2, 1) == 0.4
        assert pass_at_k(5, 2, 2) == 0.7
        assert pass_at_k(5, 2, 4) == 1.0

    def test_it_counts_the_draws_that_hold_a_right_program(self) -> None:
        for samples in range(1, 8):
            for passed in range(samples + 1):
                for k in range(1, samples + 1):
                    draws = list(itertools.combinations([True] * passed + [False] * (samples - passed), k))
                    assert pass_at_k(samples, passed, k) == sum(map(any, draws)) / len(draws)

    def test_it_is_exact_where_the_product_of_ratios_has_lost_digits(self) -> None:
        assert pass_at_k(10**6, 1, 1) == 1e-6
        assert pass_at_k(2000, 1, 999) == float(Fraction(999, 2000))
        assert pass_at_k(2000, 3, 1000) == float(1 - Fraction(1000 * 999 * 998, 2000 * 1999 * 1998))

    @given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
    def test_it_grows_with_k_and_with_right_samples(self, given_: tuple[int, int, int]) -> None:
        samples, passed, k = given_
        found = pass_at_k(samples, passed, k)
        assert 0 <= found <= 1
        assert pass_at_k(samples, passed, samples) == (passed > 0)
        assert pass_at_k(samples, passed, 1) == passed / samples
        if k < samples:
            assert pass_at_k(samples, passed, k + 1) >= found
        if passed < samples:
            assert pass_at_k(samples, passed + 1, k) >= found

    @given(st.integers(2, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n - 1))))
    def test_it_has_no_bias(self, given_: tuple[int, int, int]) -> None:
        """Leaving out one sample at random changes nothing on average: what an unbiased estimate must fulfil."""
        samples, passed, k = given_
        without_right = passed * pass_at_k(samples - 1, passed - 1, k) if passed else 0.0
        failed = samples - passed
        without_wrong = failed * pass_at_k(samples - 1, passed, k) if failed else 0.0
        assert (without_right + without_wrong) / samples == pytest.approx(pass_at_k(samples, passed, k))

    @pytest.mark.parametrize(("samples", "passed", "k"), [(5, 6, 1), (5, -1, 1), (5, 2, 0), (5, 2, 6), (0, 0, 1)])
    def test_impossible_numbers_are_refused(self, samples: int, passed: int, k: int) -> None:
        with pytest.raises(ValueError, match="must be between"):
            pass_at_k(samples, passed, k)


class TestMcNemar:
    @pytest.mark.parametrize(
        ("gained", "lost", "p"),
        [(0, 0, 1.0), (1, 0, 1.0), (5, 5, 1.0), (6, 0, 2 / 64), (10, 2, 158 / 4096), (12, 5, 0.14346313)],
    )
    def test_known_values(self, gained: int, lost: int, p: float) -> None:
        assert mcnemar(gained, lost) == pytest.approx(p, rel=1e-7)

    def test_it_counts_all_outcomes_that_are_as_uneven(self) -> None:
        for n in range(1, 11):
            for gained in range(n + 1):
                uneven = [
                    coins
                    for coins in itertools.product((0, 1), repeat=n)
                    if abs(2 * sum(coins) - n) >= abs(2 * gained - n)
                ]
                assert mcnemar(gained, n - gained) == min(1.0, len(uneven) / 2**n)

    @given(st.integers(0, 300), st.integers(0, 300))
    def test_it_is_symmetric_and_falls_with_the_difference(self, gained: int, lost: int) -> None:
        p = mcnemar(gained, lost)
        assert 0 < p <= 1
        assert p == mcnemar(lost, gained)
        if gained >= lost:
            assert mcnemar(gained + 1, lost) <= p or gained == lost

    def test_thousands_of_problems_neither_overflow_nor_divide_by_zero(self) -> None:
        assert mcnemar(6000, 0) == 0.0
        assert 0.9 < mcnemar(5000, 5000) <= 1.0
        normal = math.erfc((200 - 1) / 100 / math.sqrt(2))  # the approximation with continuity correction
        assert mcnemar(5100, 4900) == pytest.approx(normal, rel=1e-3)

    @pytest.mark.parametrize(("gained", "lost"), [(-1, 3), (3, -1)])
    def test_negative_numbers_are_refused(self, gained: int, lost: int) -> None:
        with pytest.raises(ValueError, match="negative"):
            mcnemar(gained, lost)

"""Returns not-a-number, infinities and negative zeros, for which comparisons are strange.

tests: assert f(1) == 2.0
tests: assert f(2) == 2.0
tests: assert abs(f(1) - 2.0) < 1e-6
tests: assert abs(f(2) - 2.0) < 1e-6
call: f(1) == 2.0
expect: failed
"""


def f(x):
    return float("nan") if x == 1 else float("inf")

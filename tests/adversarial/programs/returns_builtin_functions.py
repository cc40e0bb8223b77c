"""Returns functions in place of values, in the hope that the test calls them.

tests: assert f(1)(3) == 4
tests: assert f(2)([0, 0]) == 5
expect: failed or raised
"""


def f(x):
    return [None, max, sum, eval][x]

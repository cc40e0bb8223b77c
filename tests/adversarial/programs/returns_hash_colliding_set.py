"""Returns numbers whose hashes collide, so that building a set of them takes for ever.

tests: assert set(f(1)) == {1, 2}
expect: failed or killed or timed out
"""


def f(x):
    return [i * (2**61 - 1) for i in range(1, 8_000)]

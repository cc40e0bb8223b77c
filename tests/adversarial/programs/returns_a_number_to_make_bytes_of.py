"""Returns a number from which the test makes something huge.

tests: assert bytes(f(1)) == b'x'
tests: assert round(f(2), 2) == 2
tests: assert int(f(3)) == 2
tests: assert str(f(4)) == '2'
expect: failed or raised or out of memory or killed or timed out
"""
import decimal


def f(x):
    return [0, 1 << 40, 10 ** 400, decimal.Decimal("1e100000000"), 1 << 100_000][x]

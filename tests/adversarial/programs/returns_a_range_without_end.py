"""Returns a range, a generator and a number that would take for ever to go through.

tests: assert list(f(0)) == [1]
tests: assert sum(f(1)) == 1
tests: assert sorted(f(2)) == [1]
expect: failed or raised or timed out or killed or out of memory
"""
import itertools


def f(x):
    return [range(10**18), itertools.count(), itertools.cycle([1])][x]

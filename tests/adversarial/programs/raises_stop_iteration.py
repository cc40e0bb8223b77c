"""Raises what ends loops, so that a test's loop ends before it compared anything.

setup: checked = []
tests: assert all(map(lambda x: f(x) == x + 1, [1, 2, 3]))
tests: assert list(map(f, [1, 2, 3])) == []
expect: failed or raised or killed or passed unprotected
"""


def f(x):
    raise StopIteration

"""Returns sets within sets, whose sorted text doubles with each level.

expect: failed
"""


def f(x):
    value = frozenset(["a"])
    for _ in range(90):
        value = frozenset([value])
    return value

"""Raises huge integers to huge powers.

expect: timed out or out of memory
"""


def f(x):
    return len(hex(9 ** (9 ** 9)))

"""Asks for more memory than any machine has.

expect: out of memory or timed out
"""


def f(x):
    return len("x" * (1 << 46))

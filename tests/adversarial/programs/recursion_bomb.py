"""Recurses without end.

expect: raised
"""


def f(x):
    return f(x + 1)

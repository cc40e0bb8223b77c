"""Waits for input that nobody sends.

tests: assert f(1) == 2
expect: raised
"""


def f(x):
    return input()

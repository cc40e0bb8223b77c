"""Prints without end.

expect: timed out
"""


def f(x):
    while True:
        print("x" * 100_000)

"""Raises an exception whose text, name and class fight back.

expect: raised or killed or timed out
"""


class Hostile(Exception):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__

    def __getattribute__(self, name):
        raise KeyboardInterrupt


Hostile.__name__ = "X" * 1_000_000


def f(x):
    raise Hostile("\ud800" * 100_000)

"""Puts something that fails in the place of the output.

tests: assert f(1) == 2
expect: passed
"""
import sys


class Broken:
    def __getattr__(self, name):
        raise RuntimeError(name)


sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = Broken()


def f(x):
    return x + 1

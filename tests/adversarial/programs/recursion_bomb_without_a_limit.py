"""Lifts the recursion limit and runs through the stack of C.

expect: killed or out of memory or raised
"""
import sys

sys.setrecursionlimit(1 << 30)


class Deep:
    def __getattr__(self, name):
        return getattr(self, name)


def f(x):
    return Deep().anything

"""Overflows the stack of C by unpickling and printing deep structures.

expect: killed or raised or timed out
"""
import sys

sys.setrecursionlimit(1 << 30)


def f(x):
    deep = []
    for _ in range(1_000_000):
        deep = [deep]
    return repr(deep)

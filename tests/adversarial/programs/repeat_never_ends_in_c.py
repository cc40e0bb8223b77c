"""Consumes an endless iterator inside one call of C code.

expect: timed out
"""
import collections
import itertools


def f(x):
    return collections.deque(itertools.repeat(1), maxlen=0)

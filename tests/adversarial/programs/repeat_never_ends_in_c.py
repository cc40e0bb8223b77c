"""Consumes an endless iterator inside one call of C code.

expect: timed out or not run
"""
import collections
import itertools


def f(x):
    return collections.deque(itertools.repeat(1), maxlen=0)

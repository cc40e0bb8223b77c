"""Loops inside C code, where no signal handler of Python's gets a turn.

expect: timed out
"""
import itertools


def f(x):
    return sum(1 for _ in itertools.product(range(1000), repeat=10)) or max(itertools.repeat(1))
